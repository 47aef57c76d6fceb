/* Lines of a grid: made from its pattern, copied, taken away, and named by their place for who hears the screen. */

import { CELL, cellsOf, inRow, setValue, valueOf } from "./cells.js";

export const linesOf = (form) => {
  const body = form.querySelector("[data-grid-table]").tBodies[0];
  const pattern = form.querySelector("template[data-grid-row]");
  const rows = () => [...body.querySelectorAll("tr[data-row]")];
  /* What is wrong with a line stands under it, and goes where it goes. */
  const faults = new Map([...body.querySelectorAll(".row-faults")].map((told) => [told.previousElementSibling, told]));
  const withFaults = (row) => (faults.has(row) ? [row, faults.get(row)] : [row]);
  const stand = (order) => body.replaceChildren(...order.flatMap(withFaults));

  const nameRows = () =>
    rows().forEach((row, at) => {
      for (const cell of row.querySelectorAll(CELL)) {
        const label = cell.getAttribute("aria-label").replace(/, \d+$/, "");
        cell.setAttribute("aria-label", `${label}, ${at + 1}`);
      }
    });
  const keyOf = (row) => row.querySelector(CELL)?.name.split("-")[1];
  const freeKey = () => {
    const taken = new Set(rows().map(keyOf));
    let count = 1;
    while (taken.has(`n${count}`)) count += 1;
    return `n${count}`;
  };
  const newRow = (key) => {
    const row = pattern.content.firstElementChild.cloneNode(true);
    for (const cell of row.querySelectorAll(CELL)) {
      cell.name = `${cell.dataset.col}-${key}`;
      cell.id = cell.name;
    }
    return row;
  };

  const add = (after) => {
    const row = newRow(freeKey());
    if (after) withFaults(after).pop().after(row);
    else body.append(row);
    nameRows();
    return row;
  };
  const copy = (row) => {
    const made = add(row);
    for (const cell of cellsOf(made)) setValue(cell, valueOf(inRow(row, cell.dataset.col)));
    return made;
  };
  /* Gives the line beside; the last one is emptied only. */
  const remove = (row) => {
    const all = rows();
    const beside = all[all.indexOf(row) + 1] || all[all.indexOf(row) - 1];
    if (beside) {
      withFaults(row).forEach((one) => one.remove());
      nameRows();
    } else cellsOf(row).forEach((cell) => setValue(cell, ""));
    return beside || row;
  };
  /* The lines in which something stood before (keep.js): those, in their order, and no other. */
  const bringBack = (names) => {
    if (!pattern) return;
    const keys = [...new Set(names.filter((name) => name.includes("-")).map((name) => name.split("-")[1]))];
    const known = new Map(rows().map((row) => [keyOf(row), row]));
    stand(keys.map((key) => known.get(key) || newRow(key)));
    nameRows();
  };

  return { body, rows, stand, nameRows, grows: Boolean(pattern), add, copy, remove, bringBack };
};
