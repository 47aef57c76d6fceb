/* The text of a clause beside its number: on hover and focus, closed by Escape, kept inside the window. */
(() => {
  "use strict";

  let count = 0;

  const place = (clause) => {
    const peek = clause.querySelector(".peek");
    if (!peek || !peek.hasChildNodes()) return;
    const link = clause.querySelector("a").getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    peek.style.left = "0px";
    peek.style.top = "0px";
    const box = peek.getBoundingClientRect();
    const below = link.bottom + 4;
    const fits = below + box.height <= window.innerHeight - 8 || link.top - box.height < 8;
    peek.style.left = `${Math.max(16, Math.min(link.left, room - box.width - 16))}px`;
    peek.style.top = `${fits ? below : link.top - box.height - 4}px`;
  };

  const open = (clause) => {
    for (const other of document.querySelectorAll(".clause.open")) if (other !== clause) other.classList.remove("open");
    clause.classList.add("open");
    place(clause);
  };

  const clauseOf = (node) => (node instanceof Element ? node.closest("[data-clause]") : null);

  document.addEventListener("mouseover", (event) => {
    const clause = clauseOf(event.target);
    if (clause) open(clause);
  });
  document.addEventListener("mouseout", (event) => {
    const clause = clauseOf(event.target);
    if (!clause || clause.contains(event.relatedTarget) || clause.contains(document.activeElement)) return;
    // A moment to cross the gap between the number and its text.
    setTimeout(() => clause.matches(":hover") || clause.classList.remove("open"), 150);
  });
  document.addEventListener("focusin", (event) => {
    const clause = clauseOf(event.target);
    if (clause) open(clause);
  });
  document.addEventListener("focusout", (event) => {
    const clause = clauseOf(event.target);
    if (clause && !clause.contains(event.relatedTarget)) clause.classList.remove("open");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelector(".clause.open")?.classList.remove("open");
  });
  document.addEventListener("scroll", () => document.querySelectorAll(".clause.open").forEach(place), { passive: true });

  const filled = (clause) => {
    const peek = clause.querySelector(".peek");
    peek.id = peek.id || `peek-${(count += 1)}`;
    clause.querySelector("a").setAttribute("aria-describedby", peek.id);
    place(clause);
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    const clause = clauseOf(event.target);
    if (clause) filled(clause);
  });

  // A text that does not come says so, with the way to the page that has it.
  const failed = ({ detail: { elt } }) => {
    const clause = clauseOf(elt);
    if (!clause) return;
    const { clauseFailed, clausePage } = document.body.dataset;
    const page = document.createElement("a");
    page.href = clause.querySelector("a").href;
    page.textContent = clausePage;
    clause.querySelector(".peek").replaceChildren(`${clauseFailed} `, page);
    filled(clause);
  };
  for (const name of ["responseError", "sendError", "timeout"]) document.addEventListener(`htmx:${name}`, failed);
})();
