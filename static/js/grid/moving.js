/* The keyboard in a grid: arrows, Enter, Tab, Home, End, with Ctrl to the edge; Ctrl+Z and Ctrl+Y.

   A cell is moved from until somebody types in it, presses F2 or clicks it again: then arrows move the caret. Esc takes back
   what was typed in it. */

import { CELL, cellsOf, enter, inRow, setValue, valueOf } from "./cells.js";

/* The letter of a key, on whatever alphabet the keyboard stands: я is where z is. */
const letterOf = (event) => (/^[a-z]$/i.test(event.key) ? event.key : event.code.replace("Key", "")).toLowerCase();

export const moveIn = (grid) => {
  const { form } = grid;
  let typing = null; // the cell in which arrows move the caret
  let before = ""; // what stood in the cell as it was entered
  let clicked = null;

  const vertical = (cell, step, far, grow) => {
    const rows = grid.rows();
    const column = cell.dataset.col;
    const at = rows.indexOf(cell.closest("tr"));
    const ahead = (step > 0 ? rows.slice(at + 1) : rows.slice(0, at).reverse()).filter((row) => inRow(row, column));
    const row = far ? ahead[ahead.length - 1] : ahead[0];
    if (row) enter(inRow(row, column));
    else if (grow && grid.grows && step > 0) {
      grid.history.record(); // what was typed is a step, the new line the next one
      enter(inRow(grid.add(rows[rows.length - 1]), column));
      grid.changed();
    } else if (grow) enter(cell);
  };
  const horizontal = (cell, step, far) => {
    const cells = cellsOf(cell.closest("tr"));
    const at = cells.indexOf(cell);
    enter(far ? cells[step > 0 ? cells.length - 1 : 0] : cells[at + step]);
  };
  const edge = (cell, step, far) => {
    if (!far) return horizontal(cell, step, true);
    const rows = grid.rows().filter((row) => cellsOf(row).length);
    const cells = cellsOf(rows[step > 0 ? rows.length - 1 : 0]);
    return enter(cells[step > 0 ? cells.length - 1 : 0]);
  };
  const edit = (cell) => {
    typing = cell;
    if (cell.tagName === "SELECT") cell.showPicker?.();
    else if (cell.type !== "checkbox") cell.setSelectionRange(cell.value.length, cell.value.length);
  };
  const takeBack = (cell) => {
    setValue(cell, before);
    typing = null;
    if (cell.select) cell.select();
    grid.changed();
  };

  const KEYS = {
    ArrowUp: (cell, far) => vertical(cell, -1, far),
    ArrowDown: (cell, far) => vertical(cell, 1, far),
    ArrowLeft: (cell, far) => horizontal(cell, -1, far),
    ArrowRight: (cell, far) => horizontal(cell, 1, far),
    Home: (cell, far) => edge(cell, -1, far),
    End: (cell, far) => edge(cell, 1, far),
    F2: edit,
  };
  const caretMoves = (cell, key) => {
    if (typing !== cell || cell.type === "checkbox") return false;
    return !["ArrowUp", "ArrowDown"].includes(key) || cell.tagName === "SELECT" || cell.list;
  };
  const undoes = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
    const letter = letterOf(event);
    if (letter === "z") return event.shiftKey ? "redo" : "undo";
    return letter === "y" && !event.shiftKey ? "redo" : null;
  };

  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const way = undoes(event);
    if (way) {
      event.preventDefault();
      grid.history[way]();
      return;
    }
    const cell = event.target.closest(CELL);
    if (!cell || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      vertical(cell, event.shiftKey ? -1 : 1, false, true);
    } else if (event.key === "Escape") takeBack(cell);
    else if (KEYS[event.key] && !event.shiftKey && !caretMoves(cell, event.key)) {
      event.preventDefault();
      KEYS[event.key](cell, event.ctrlKey || event.metaKey);
    }
  });
  form.addEventListener("focusin", (event) => {
    const cell = event.target.closest(CELL);
    if (cell) [before, typing] = [valueOf(cell), null];
  });
  form.addEventListener("input", (event) => {
    if (event.isTrusted) typing = event.target.closest(CELL);
  });
  form.addEventListener("click", (event) => {
    const cell = event.target.closest(CELL);
    if (cell?.type !== "text") return;
    if (clicked === cell) typing = cell;
    else if (event.detail === 1) cell.select();
    clicked = cell;
  });
  /* What was typed is finished: the cell is left, or something was pasted into it. Gives what stood there. */
  const settle = (cell) => {
    const was = before;
    [before, typing] = [valueOf(cell), null];
    return was;
  };
  return { settle };
};
