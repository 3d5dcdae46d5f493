// Light or dark as was chosen, else as the system is; paper is always light. Loaded before the page is drawn, so that nothing flashes.
"use strict";
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const print = window.matchMedia("print");
  const apply = () => {
    const chosen = document.documentElement.dataset.look;
    const isDark = chosen ? chosen === "dark" : dark.matches;
    document.documentElement.dataset.bsTheme = isDark && !print.matches ? "dark" : "light";
  };
  dark.addEventListener("change", apply);
  print.addEventListener("change", apply);
  window.addEventListener("beforeprint", () => { document.documentElement.dataset.bsTheme = "light"; });
  window.addEventListener("afterprint", apply);
  apply();
})();
