/* A cell of a grid: a control of the form, named by data-col. What stands in it, what a text from a spreadsheet makes of it. */

export const CELL = "[data-col]";
const NO = new Set(["", "0", "-", "–", "—", "no", "нет", "жоқ", "false"]);

export const fold = (text) => text.trim().replace(/\s+/g, " ").toLocaleLowerCase();
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/; // no powers: the server reads none
export const number = (text) => {
  const written = String(text).replace(/\s/g, "").replace(",", ".").replace("\u2212", "-");
  return NUMBER.test(written) ? Number(written) : 0;
};
export const rounded = (value) => Math.round(value * 100) / 100;
export const written = (value) => {
  const text = String(rounded(value)).replace("-", "\u2212");
  // Browsers know no Kazakh numbers: the comma is ours.
  return document.documentElement.lang === "en" ? text : text.replace(".", ",");
};
export const filled = (text, values) => text.replace(/\{([\w-]+)\}/g, (whole, name) => values[name] ?? whole);

export const valueOf = (cell) => (cell.type === "checkbox" ? (cell.checked ? "1" : "") : cell.value);
export const setValue = (cell, value) => {
  if (cell.type === "checkbox") cell.checked = value === "1";
  else cell.value = value;
};
/* Takes a word as a person writes it; false where a choice knows no such word. */
export const put = (cell, value) => {
  if (cell.type === "checkbox") cell.checked = !NO.has(fold(value));
  else if (cell.tagName === "SELECT") {
    const wanted = fold(value);
    const option = [...cell.options].find((one) => [one.value, one.text].map(fold).includes(wanted));
    if (!option) return false;
    cell.value = option.value;
  } else cell.value = value;
  return true;
};

export const cellsOf = (row) => [...row.querySelectorAll(CELL)].filter((cell) => !cell.disabled);
export const inRow = (row, name) => row?.querySelector(`[data-col="${name}"]`);
export const typedIn = (row, name) => (inRow(row, name) ? valueOf(inRow(row, name)).trim() : "");

/* What was sent and refused counts for nothing until something else stands there. */
export const isRefused = (cell) => cell?.getAttribute("aria-invalid") === "true" && cell.value === cell.defaultValue;
/* What a cell adds to a sum: nothing, where it was refused or cannot stand in its column. As GridCell.amount on the server. */
export const amountOf = (cell) => {
  const amount = cell && !isRefused(cell) ? number(cell.value) : 0;
  const { most, wholeNumber } = cell?.dataset ?? {};
  const isBroken = wholeNumber !== undefined && !Number.isInteger(amount);
  return isBroken || amount < 0 || (most && amount > number(most)) ? 0 : amount;
};

export const enter = (cell) => {
  if (!cell) return;
  cell.focus();
  if (cell.select) cell.select();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
};
