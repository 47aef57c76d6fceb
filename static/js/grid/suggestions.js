/* What is known of a course: its credits and hours come with its name; what was agreed for it before stands under the table. */

import { fold, inRow, setValue } from "./cells.js";

/* A course that is chosen brings its amounts where none stand, or where those of the one before it stand. */
export const fillFrom = (cell, from = "") => {
  const side = cell.closest("[data-fills]")?.dataset.fills;
  if (!side || !cell.list) return;
  const optionOf = (value) => [...cell.list.options].find((one) => fold(one.value) === fold(value));
  const [chosen, old] = [optionOf(cell.value), optionOf(from)];
  if (!chosen) return;
  const row = cell.closest("tr");
  for (const [field, column] of [["credits", `${side}_credits`], ["hours", `${side}_hours`], ["semester", "semester"]]) {
    const target = inRow(row, column);
    const isFree = !target?.value || (field !== "semester" && target.value === old?.dataset[field]);
    if (target && chosen.dataset[field] && isFree) target.value = chosen.dataset[field];
  }
};

export const showBefore = (form, row) => {
  const home = fold(inRow(row, "home")?.value || "");
  const items = [...form.querySelectorAll("[data-grid-before] li")];
  const found = items.filter((item) => home && item.dataset.for.split("|").includes(home)).slice(0, 2);
  const lines = found.map((item) => {
    const line = document.createElement("p");
    line.append(...item.cloneNode(true).childNodes);
    for (const button of line.querySelectorAll("button")) button.hidden = false;
    return line;
  });
  form.querySelector("[data-grid-hint]")?.replaceChildren(...lines);
};

/* Writes into the line what its button offers; gives the first cell of it. */
export const take = (button, row) => {
  const { gridTake, credits, hours } = button.dataset;
  for (const [column, value] of Object.entries({ partner: gridTake, partner_credits: credits, partner_hours: hours }))
    setValue(inRow(row, column), value);
  return inRow(row, "partner");
};
