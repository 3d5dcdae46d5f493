// What the pages need of a script: go to what is wrong, and never send a form twice.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const wrong = document.querySelector(".alert-danger[tabindex]");
  if (wrong) wrong.focus();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  // A form whose answer is a download leaves the page as it is: it may be sent again after a moment.
  window.setTimeout(() => { delete form.dataset.sent; }, 5000);
});
