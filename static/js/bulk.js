/* Rows picked in a list: one box picks all, the bar comes when something is picked and says how many. */
(() => {
  "use strict";

  const prepare = (form) => {
    if (form.dataset.bulk === "live") return;
    form.dataset.bulk = "live";
    const all = form.querySelector("[data-bulk-all]");
    const bar = form.querySelector("[data-bulk-bar]");
    const picks = () => [...form.querySelectorAll("[data-bulk-item]:not(:disabled)")];

    const tell = () => {
      const boxes = picks();
      const picked = boxes.filter((box) => box.checked).length;
      if (all) {
        all.checked = picked > 0 && picked === boxes.length;
        all.indeterminate = picked > 0 && picked < boxes.length;
      }
      if (!bar) return;
      const every = bar.querySelector("[data-bulk-total]");
      if (every && picked === 0) every.checked = false;
      bar.hidden = picked === 0;
      const count = every?.checked ? every.dataset.bulkTotal : String(picked);
      for (const place of bar.querySelectorAll("[data-bulk-count]")) place.textContent = count;
    };

    form.addEventListener("change", (event) => {
      if (event.target === all) for (const box of picks()) box.checked = all.checked;
      tell();
    });
    form.addEventListener("keep:filled", tell);
    if (all) all.closest("[hidden]")?.removeAttribute("hidden");
    tell();
  };

  const prepareAll = (root) => {
    if (root.matches?.("form[data-bulk]")) prepare(root);
    root.querySelectorAll("form[data-bulk]").forEach(prepare);
  };

  prepareAll(document);
  document.addEventListener("htmx:load", (event) => prepareAll(event.target));
  window.addEventListener("pageshow", () => prepareAll(document));
})();
