// The queue by keyboard: j and k to the next and the one before, o opens, a approves, r writes why it is sent back,
// u goes back to the list. Not while somebody types; Esc leaves what is typed in.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const pressed = { j: "[data-queue-next]", k: "[data-queue-back]", a: "[data-queue-approve]", u: "[data-queue-list]" }[event.key];
  let target = pressed && document.querySelector(pressed);
  if (event.key === "o") {
    const here = document.activeElement;
    target = here && here.matches("a[data-row-link]") ? here : document.querySelector("a[data-row-link], [data-queue-open]");
  }
  if (target) { event.preventDefault(); target.click(); return; }
  const comment = event.key === "r" && document.querySelector("[data-queue-comment]");
  if (comment) { event.preventDefault(); comment.focus(); }
});
