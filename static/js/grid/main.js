/* Tables that are typed into (form[data-grid]): a plain form made quick. Keyboard, paste from a spreadsheet, undo and redo,
   lines, totals, differences. One file for each of these; here they are put together. */

import { CELL, cellsOf, enter } from "./cells.js";
import { pasteInto } from "./clipboard.js";
import { tellDifferences } from "./differences.js";
import { historyOf } from "./history.js";
import { linesOf } from "./lines.js";
import { moveIn } from "./moving.js";
import { fillFrom, showBefore, take } from "./suggestions.js";
import { total } from "./totals.js";
import { wrap } from "./wrapping.js";

const prepare = (form) => {
  const live = form.querySelector("[data-grid-live]");
  const box = form.querySelector("[data-grid-totals]");
  let current = null; // the row last entered
  let unsaved = false;
  let saying = 0;

  const grid = { form, ...linesOf(form) };
  grid.say = (text) => {
    window.clearTimeout(saying);
    saying = window.setTimeout(() => (live.textContent = text), 400);
  };
  grid.changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));
  grid.history = historyOf(grid);
  const { settle } = moveIn(grid);
  grid.pasted = (cell, cells) => {
    cells.forEach((one) => fillFrom(one));
    settle(cell);
    grid.changed();
    enter(cell);
  };
  pasteInto(grid);

  const count = () => {
    tellDifferences(grid.rows());
    wrap(form);
    if (box) grid.say(total(box, grid.rows(), current));
  };
  const rowInHand = () => (current?.isConnected ? current : grid.rows().pop());
  const DO = {
    add: () => grid.add(rowInHand()),
    copy: () => grid.copy(rowInHand()),
    remove: () => grid.remove(rowInHand()),
  };

  form.addEventListener("focusin", (event) => {
    const cell = event.target.closest(CELL);
    if (!cell) return;
    current?.classList.remove("current");
    current = cell.closest("tr");
    current.classList.add("current");
    showBefore(form, current);
    count();
  });
  form.addEventListener("change", (event) => {
    const cell = event.target.closest(CELL);
    if (!cell || !event.isTrusted) return;
    fillFrom(cell, settle(cell));
    grid.changed();
  });
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) grid.history.record(); // whatever is finished says so by grid.changed()
    unsaved = true;
    count();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-grid-do], [data-grid-take]");
    if (!button) return;
    event.preventDefault();
    const { gridDo } = button.dataset;
    if (grid.history[gridDo]) grid.history[gridDo]();
    else {
      enter(DO[gridDo] ? cellsOf(DO[gridDo]())[0] : take(button, current));
      grid.changed();
    }
  });
  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
  // What was typed before is brought back (keep.js): first the lines in which it stood, then it fills them.
  form.addEventListener("keep:back", (event) => {
    grid.bringBack(event.detail.map(([field]) => field));
    window.setTimeout(() => {
      grid.history.forget();
      count();
    });
  });

  for (const hidden of form.querySelectorAll("[data-grid-do][hidden], [data-grid-keys], [data-grid-bar]"))
    hidden.hidden = false;
  count();
};

document.querySelectorAll("form[data-grid]").forEach(prepare);
