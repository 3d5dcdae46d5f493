// Finds one of many things that may be recorded: what does not hold the words typed is hidden, its group opened.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-finds]").forEach((finder) => {
    const place = document.getElementById(finder.dataset.finds);
    const none = place.querySelector("[data-none]");
    const groups = [...place.querySelectorAll("details")];
    const open = new Map(groups.map((group) => [group, group.open]));
    finder.closest("[hidden]").hidden = false;
    finder.addEventListener("input", () => {
      const words = finder.value.trim().toLowerCase();
      let found = 0;
      groups.forEach((group) => {
        const shown = [...group.querySelectorAll("[data-step]")].filter((step) => {
          step.hidden = words !== "" && !step.dataset.step.toLowerCase().includes(words);
          return !step.hidden;
        });
        found += shown.length;
        group.hidden = shown.length === 0;
        group.open = words === "" ? open.get(group) : shown.length > 0;
      });
      none.hidden = found > 0;
    });
  });
});
