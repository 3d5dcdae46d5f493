// The whole of the pages by keyboard: going anywhere, searching, the next matter, and the list of keys.
// Never while somebody types; single letters can be switched off in the list of keys.
"use strict";
(() => {
  const OFF = "legalflow-single-keys-off";
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const off = () => window.localStorage.getItem(OFF) === "yes";
  const dialog = (id) => document.getElementById(id);
  let going = 0;

  // --- the field that goes anywhere
  const field = () => document.getElementById("palette-find");
  const list = () => document.getElementById("palette-found");
  const options = () => [...list().querySelectorAll("a[role=option]")];
  let asked = 0;
  const choose = (option) => {
    options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) {
      field().setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field().removeAttribute("aria-activedescendant");
  };
  const look = async () => {
    const number = asked += 1;
    const answer = await fetch(dialog("palette").dataset.address, {
      method: "POST",
      headers: { "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(new FormData(field().form)),
    });
    if (answer.status === 401) { window.location.reload(); return; }
    if (!answer.ok || number !== asked) return;
    list().innerHTML = await answer.text();
    field().setAttribute("aria-expanded", "true");
    choose(options()[0]);
  };
  const open = () => {
    const palette = dialog("palette");
    if (!palette) return;
    dialog("key-help").close();
    if (!palette.open) palette.showModal();
    field().select();
    look();
  };
  let waiting = 0;
  document.addEventListener("input", (event) => {
    if (event.target !== field()) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(look, 120);
  });
  document.addEventListener("submit", (event) => {
    if (event.target === field()?.form) {
      event.preventDefault();
      options().find((each) => each.getAttribute("aria-selected") === "true")?.click();
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]") && dialog("palette")) { event.preventDefault(); open(); }
    if (event.target.matches("dialog")) event.target.close();  // beside the dialog, on what it stands before
  });
  const walk = (step) => {
    const all = options();
    const here = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
    if (all.length) choose(all[(here + step + all.length) % all.length]);
  };

  // Sends the form one is writing in; not one that decides, which is pressed on purpose.
  const save = () => {
    const form = document.activeElement.closest("main form");
    if (!form || form.method !== "post" || form.querySelector("[name=confirm], .btn-success, .btn-danger")) return;
    form.requestSubmit(form.querySelector("button:not([type=button])"));
  };

  // --- keys
  const deeds = {
    "?": () => dialog("key-help").showModal(),
    "/": () => {
      const search = document.querySelector("main input[type=search]");
      if (!search) { open(); return; }
      search.focus();
      search.select();
    },
    o: () => document.activeElement.closest("tr, li")?.querySelector("a")?.click(),
    g: () => { going = Date.now(); },
  };
  // Before all others, so that switched-off letters reach none of them.
  document.addEventListener("keydown", (event) => {
    const single = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (single && off() && event.key !== "?" && !typing(event.target)) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    if (event.target === field() && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();  // the browser's own would keep the page as a file
      save();
      return;
    }
    const writes = typing(event.target);
    if (event.key === "Escape" && event.target.matches("main input[type=search]")) event.target.blur();
    if (writes || document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      const way = document.querySelector(`a[rel=${event.key === "ArrowLeft" ? "prev" : "next"}]`);
      if (way) { event.preventDefault(); way.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    const ways = [...document.querySelectorAll("#menu a[data-go]")];
    const link = Date.now() - going < 1000 && ways.find((each) => each.dataset.go === event.key);
    if (link) {
      going = 0;
      event.preventDefault();
      event.stopImmediatePropagation();
      link.click();
      return;
    }
    if (!deeds[event.key]) return;
    if (event.key !== "o") event.preventDefault();
    deeds[event.key]();
  });
  document.addEventListener("DOMContentLoaded", () => {
    const single = document.getElementById("single-keys");
    if (!single) return;
    single.checked = !off();
    single.addEventListener("change", () => window.localStorage.setItem(OFF, single.checked ? "no" : "yes"));
  });
})();
