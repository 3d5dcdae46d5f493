// Lists by keyboard: / to search, j and k from row to row, x to tick, a for the whole page; how many are ticked is said.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-list]");
  const search = document.querySelector("[data-list-search]");
  const rows = form ? [...form.querySelectorAll("[data-list-row]")] : [];
  const ticks = rows.map((row) => row.querySelector("input[name=only]"));
  const count = form && form.querySelector("[data-list-count]");
  const exporting = form && form.querySelector("[data-list-export]");
  const all = form && form.querySelector("[data-list-all]");
  const some = document.querySelector("[data-batch-some]");
  const chosen = [...document.querySelectorAll("[data-batch-row]")];
  const someUsual = some ? some.textContent : "";
  const usual = form ? [count.textContent, exporting.textContent] : [];
  const tell = () => {
    const ticked = ticks.filter((tick) => tick.checked).length;
    count.textContent = ticked ? form.dataset.wordsTicked.replace("#", ticked) : usual[0];
    exporting.textContent = ticked ? form.dataset.wordsExport.replace("#", ticked) : usual[1];
    chosen.forEach((each, place) => { each.disabled = ticked > 0 && !ticks[place].checked; });
    if (some) some.textContent = ticked ? some.dataset.words.replace("#", ticked) : someUsual;
    all.textContent = ticked === ticks.length ? form.dataset.wordsNone : form.dataset.wordsAll;
    form.classList.toggle("some-ticked", ticked > 0);
    rows.forEach((row, place) => row.classList.toggle("ticked", ticks[place].checked));
  };
  const tickAll = () => {
    const on = !ticks.every((tick) => tick.checked);
    ticks.forEach((tick) => { tick.checked = on; });
    tell();
  };
  if (form) {
    all.hidden = false;
    all.addEventListener("click", tickAll);
    form.addEventListener("change", tell);
    tell();
  }
  const go = (step) => {
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const there = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
    const link = rows[there] && rows[there].querySelector("a");
    if (link) link.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (event.key === "Escape") {
      document.querySelectorAll(".list-fold[open]").forEach((each) => { each.open = false; });
      if (event.target === search) search.blur();
      return;
    }
    if (typing) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const deeds = {
      "/": () => { search.focus(); search.select(); },
      j: () => go(1),
      k: () => go(-1),
      x: () => { if (here >= 0) { ticks[here].checked = !ticks[here].checked; tell(); } },
      a: () => { if (form) tickAll(); },
    };
    if (!deeds[event.key]) return;
    event.preventDefault();
    deeds[event.key]();
  });
  // A view that was changed and not kept: whoever leaves the list is asked; what is opened from its rows is no leaving.
  const unsaved = document.querySelector("form[data-unsaved]");
  if (unsaved) {
    const asked = document.getElementById(unsaved.dataset.unsaved);
    let target = "";
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link || link.closest(".list") || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const there = new URL(link.href);
      if (there.pathname === window.location.pathname && there.hash) return;
      event.preventDefault();
      target = link.href;
      asked.showModal();
    }, true);
    asked.addEventListener("close", () => {
      if (asked.returnValue === "keep") unsaved.requestSubmit();
      if (asked.returnValue === "leave") window.location.assign(target);
    });
  }
  const left = document.querySelector("[data-left]");
  if (left) left.focus({ preventScroll: true });
  // One panel at a time, also where the browser does not close the others by their name.
  document.querySelectorAll(".list-fold").forEach((fold) => fold.addEventListener("toggle", () => {
    if (!fold.open) return;
    document.querySelectorAll(".list-fold[open]").forEach((each) => { if (each !== fold) each.open = false; });
  }));
});
