// What the pages need of a script: say what was done or is wrong where it was clicked, never send a form twice, and
// add a row to a table.
"use strict";
(() => {
  // The form of an address; of several, the one whose field has the value that was sent.
  const formOf = (address, by, value) => {
    const all = [...document.querySelectorAll("main form")].filter((each) => each.getAttribute("action") === address);
    return (by && all.find((each) => each.elements[by] && each.elements[by].value === value)) || (by ? null : all[0]);
  };
  const tell = () => {
    const told = document.getElementById("told");
    if (!told) return;
    const { form: address, by, value, at } = told.dataset;
    const form = formOf(address, by, value);
    const part = at && document.getElementById(at);
    if (form) {
      let before = form;  // what is folded would not be seen
      while (before.parentElement.closest("details")) before = before.parentElement.closest("details");
      before.before(told);
    } else if (part) {
      const heading = part.querySelector(":scope > .card-header");
      if (heading) heading.after(told); else part.prepend(told);
    }
    told.focus({ preventScroll: true });
    told.scrollIntoView({ block: "center", behavior: "instant" });
  };
  // What is wrong stands at the form that was sent, and each fault beside its field.
  const blame = () => {
    const wrong = document.querySelector(".alert-danger[tabindex]");
    if (!wrong) return;
    const sent = [...document.querySelectorAll("main form")].filter((each) => each.getAttribute("action") === window.location.pathname);
    const form = sent.length === 1 ? sent[0] : sent.find((each) => each.querySelector("[aria-invalid=true]"));
    if (form) {
      for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      form.before(wrong);
      wrong.querySelectorAll("template[data-field]").forEach((each) => {
        const field = form.querySelector(`[name="${CSS.escape(each.dataset.field)}"]:not([type=hidden])`);
        if (!field || field.hasAttribute("aria-invalid")) return;
        const said = document.createElement("p");
        said.className = "wrong";
        said.id = `${field.id || each.dataset.field}-said`;
        said.textContent = each.content.textContent;
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", `${said.id} ${field.getAttribute("aria-describedby") || ""}`.trim());
        field.classList.add("is-invalid");
        (field.closest(".input-group, .form-check") || field).after(said);
      });
    }
    wrong.focus();
  };
  document.addEventListener("DOMContentLoaded", () => { tell(); blame(); });
})();
document.addEventListener("DOMContentLoaded", () => {
  // A table wider than its card is scrolled by keyboard too.
  document.querySelectorAll(".table-responsive, .list-group-scroll, .diff").forEach((each) => {
    if (each.scrollWidth > each.clientWidth && !each.hasAttribute("tabindex")) {
      each.tabIndex = 0;
      if (!each.hasAttribute("role")) {
        each.setAttribute("role", "group");
        each.setAttribute("aria-label", document.documentElement.lang === "en" ? "Table, scrolls sideways" : "表格，可左右滚动");
      }
    }
  });
  document.querySelectorAll("[data-add-row]").forEach((button) => { button.hidden = false; });
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const last = button.previousElementSibling;
  const added = last.cloneNode(true);
  const index = Number(last.dataset.row) + 1;
  added.dataset.row = String(index);
  added.open = true;
  added.querySelector("summary").textContent = button.dataset.wordsItem.replace("#", index + 1);
  added.querySelectorAll(".wrong").forEach((each) => each.remove());
  added.querySelectorAll("input, select, textarea").forEach((cell) => { cell.value = ""; });
  added.querySelectorAll("[name], [id], [for]").forEach((each) => {
    for (const attribute of ["name", "id", "for"]) {
      const said = each.getAttribute(attribute);
      if (said) each.setAttribute(attribute, said.replace(/([.-])\d+([.-])/, `$1${index}$2`));
    }
  });
  button.before(added);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  // A form whose answer is a download leaves the page as it is: it may be sent again after a moment.
  window.setTimeout(() => { delete form.dataset.sent; }, 5000);
});
// A part that asks again by itself and is not answered says so, and asks once more when told to.
for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failed, (event) => {
    const part = event.target;
    const words = document.getElementById("not-got");
    if (!words || !part.isConnected || part.querySelector(":scope > .not-got")) return;
    part.prepend(words.content.cloneNode(true));
  });
}
document.addEventListener("click", (event) => {
  const again = event.target.closest("[data-again]");
  if (!again) return;
  const part = again.closest("[hx-get]");
  again.closest(".not-got").remove();
  if (part) window.htmx.ajax("GET", part.getAttribute("hx-get"), { source: part, target: part, swap: part.getAttribute("hx-swap") || "innerHTML" });
});
