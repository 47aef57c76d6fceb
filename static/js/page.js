/* Every page: menus that close, errors that are read first, and a login that ran out while the page was open. */
(() => {
  "use strict";

  const openMenus = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // "/" leads to the search from wherever nobody is typing; on a phone's page out of its menu.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const fields = [...document.querySelectorAll('[aria-keyshortcuts="/"]')];
    const shown = fields.find((field) => field.offsetParent) || fields.at(-1);
    if (!shown) return;
    event.preventDefault();
    const fold = shown.closest("details");
    if (fold) fold.open = true;
    shown.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.querySelector("[data-focus]")?.focus();

  // A whole page in answer to a request for a part: the login ran out, or something failed. Show that page as a page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    const whole = /^\s*<!doctype html/i.test(xhr.responseText.slice(0, 200));
    if (!whole || target === document.body || event.detail.selectOverride || event.detail.requestConfig?.boosted) return;
    if (event.detail.requestConfig?.elt?.closest("[hx-select]")) return;
    event.detail.shouldSwap = false;
    if (event.detail.requestConfig?.elt?.closest("[data-clause]")) return; // a hover must not throw anybody out
    window.location.reload();
  });
})();
