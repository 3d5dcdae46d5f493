// What the pages need of a script: go to what is wrong, never send a form twice, and add a row to a table.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const wrong = document.querySelector(".alert-danger[tabindex]");
  if (wrong) wrong.focus();
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
