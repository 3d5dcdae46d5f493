// Light or dark as the system is; paper is always light. Loaded before the page is drawn, so that nothing flashes.
"use strict";
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const print = window.matchMedia("print");
  const apply = () => {
    document.documentElement.dataset.bsTheme = dark.matches && !print.matches ? "dark" : "light";
  };
  dark.addEventListener("change", apply);
  print.addEventListener("change", apply);
  window.addEventListener("beforeprint", () => { document.documentElement.dataset.bsTheme = "light"; });
  window.addEventListener("afterprint", apply);
  apply();
})();
