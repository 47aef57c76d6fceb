/* Copy and paste: cells from a spreadsheet come in at the first cell, over as many columns and lines as they have. */

import { CELL, cellsOf, filled, inRow, put, valueOf } from "./cells.js";

/* Text from a spreadsheet: columns by tabs, rows by line ends; a cell in quotation marks may hold both. */
const parsed = (text) => {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t" || sign === "\n") {
      rows[rows.length - 1].push(cell);
      cell = "";
      if (sign === "\n") rows.push([]);
    } else if (sign !== "\r") cell += sign;
  }
  rows[rows.length - 1].push(cell);
  if (rows.length > 1 && rows[rows.length - 1].join("") === "") rows.pop();
  return rows.map((row) => row.map((value) => value.trim().replace(/\s+/g, " ")));
};

export const pasteInto = (grid) => {
  const { form } = grid;
  const columns = () => [...new Set(grid.rows().flatMap((row) => cellsOf(row).map((cell) => cell.dataset.col)))];

  /* Puts the values in, row after row that has such a column; gives the cells, and how many values found none. */
  const spread = (cell, values) => {
    const names = columns();
    const first = names.indexOf(cell.dataset.col);
    const taken = [];
    let untaken = 0;
    let row = cell.closest("tr");
    for (const line of values) {
      if (!row && grid.grows) row = grid.add(grid.rows().pop());
      line.forEach((value, offset) => {
        const target = row && names[first + offset] && inRow(row, names[first + offset]);
        if (target) taken.push(target);
        if (target ? !put(target, value) : value) untaken += 1;
      });
      const rows = grid.rows();
      row = row && rows.slice(rows.indexOf(row) + 1).find((one) => inRow(one, cell.dataset.col));
    }
    return { taken, untaken };
  };

  form.addEventListener("paste", (event) => {
    const cell = event.target.closest(CELL);
    const text = event.clipboardData?.getData("text/plain") || "";
    const isPlain = cell?.tagName === "INPUT" && cell.type !== "checkbox" && !/[\t\r\n"]/.test(text.trimEnd());
    if (!cell || !text || isPlain) return;
    event.preventDefault();
    const { taken, untaken } = spread(cell, parsed(text));
    grid.pasted(cell, taken);
    if (untaken) grid.say(filled(form.dataset.gridUntaken || "{count}", { count: untaken }));
  });
  form.addEventListener("copy", (event) => {
    const cell = event.target.closest(CELL);
    if (!cell || (cell.tagName === "INPUT" && cell.type !== "checkbox")) return;
    event.preventDefault();
    const text = cell.tagName === "SELECT" ? cell.selectedOptions[0]?.text || "" : valueOf(cell);
    event.clipboardData.setData("text/plain", text);
  });
};
