/* Undo and redo: what stood in the grid before, row by row. Whatever was done to it in between (typing, pasting, lines made
   or taken away) is one step, recorded when it is finished. */

import { CELL, cellsOf, enter, setValue, valueOf } from "./cells.js";

const STEPS = 200;

export const historyOf = (grid) => {
  const past = [];
  const future = [];
  const [undoButton, redoButton] = ["undo", "redo"].map((name) => grid.form.querySelector(`[data-grid-do=${name}]`));

  const read = () => grid.rows().map((row) => ({ row, values: [...row.querySelectorAll(CELL)].map(valueOf) }));
  const alike = (one, other) =>
    one.length === other.length &&
    one.every(({ row, values }, at) => row === other[at].row && values.every((value, n) => value === other[at].values[n]));
  let now = read();

  const show = () => {
    if (undoButton) undoButton.disabled = past.length === 0;
    if (redoButton) redoButton.disabled = future.length === 0;
  };
  /* Makes the grid stand so, and gives the first cell that is another now; where a line is gone, one beside it. */
  const write = (state) => {
    const before = grid.rows();
    const rows = state.map(({ row }) => row);
    if (rows.length !== before.length || rows.some((row, at) => row !== before[at])) {
      grid.stand(rows);
      grid.nameRows();
    }
    const changed = [];
    for (const { row, values } of state)
      [...row.querySelectorAll(CELL)].forEach((cell, at) => {
        if (valueOf(cell) === values[at]) return;
        setValue(cell, values[at]);
        changed.push(cell);
      });
    const at = rows.findIndex((row, place) => row !== before[place]);
    const beside = rows[at] || rows[rows.length - 1];
    return rows.length === before.length && changed.length ? changed[0] : cellsOf(beside)[0];
  };
  /* What stands in the grid now is a step, if anything of it is new. */
  const record = () => {
    const then = read();
    if (alike(now, then)) return;
    past.push(now);
    if (past.length > STEPS) past.shift();
    future.length = 0;
    now = then;
    show();
  };
  const step = (from, to) => {
    record(); // what is being typed is a step of its own
    const state = from.pop();
    if (!state) return;
    to.push(now);
    now = state;
    enter(write(state));
    show();
    grid.changed();
  };
  const forget = () => {
    past.length = 0;
    future.length = 0;
    now = read();
    show();
  };

  show();
  return { record, forget, undo: () => step(past, future), redo: () => step(future, past) };
};
