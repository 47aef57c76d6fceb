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

  // A whole page in answer to a request for a part: the login ran out. Show that page as a page. What failed is told below.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    const whole = /^\s*<!doctype html/i.test(xhr.responseText.slice(0, 200));
    if (!whole || target === document.body || event.detail.selectOverride || event.detail.requestConfig?.boosted) return;
    if (event.detail.requestConfig?.elt?.closest("[hx-select]")) return;
    event.detail.shouldSwap = false;
    if (event.detail.isError) return; // loading anew would fail anew, for ever
    if (event.detail.requestConfig?.elt?.closest("[data-clause]")) {
      event.detail.isError = true; // a hover must not throw anybody out: told beside the clause
      return;
    }
    window.location.reload();
  });

  // A part that does not come says so in its place, once, with a way to ask again; whatever comes later takes that place.
  const partFailed = ({ detail: { elt } }) => {
    if (elt.closest("[data-clause]") || elt.querySelector(":scope > .part-failed")) return; // clause.js tells
    const { partFailed: words, partAgain } = document.body.dataset;
    const note = document.createElement("div");
    note.className = "note note-bad part-failed";
    note.setAttribute("role", "alert");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button button-small";
    again.textContent = partAgain;
    again.addEventListener("click", () => {
      note.remove();
      window.htmx.ajax("GET", elt.getAttribute("hx-get"), { source: elt, target: elt, swap: elt.getAttribute("hx-swap") });
    });
    note.append(words, elt.hasAttribute("hx-get") ? again : "");
    elt.append(note);
  };
  for (const name of ["responseError", "sendError", "timeout"]) document.addEventListener(`htmx:${name}`, partFailed);
})();
