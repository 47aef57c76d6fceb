/* Totals as one types: sums by semester (or by what data-by names), and of the whole grid. */

import { CELL, amountOf, filled, inRow, isRefused, number, typedIn, written } from "./cells.js";
import { draw, groupsOf, inWords, tie } from "./relations.js";

const isSummer = (row) => row.dataset.summer || typedIn(row, "summer") || typedIn(row, "is_summer");
const bucketBy = (column) => (rows) => {
  if (column !== "semester") return rows[0].dataset.bucket ?? (typedIn(rows[0], column) || "—");
  const semester = rows.map((row) => Number(row.dataset.bucket) || amountOf(inRow(row, column))).find(Boolean);
  return `${semester || "—"}${rows.some(isSummer) ? "+" : ""}`;
};
const inOrder = (buckets) => {
  const order = (bucket) => 2 * (parseInt(bucket, 10) || 0) + bucket.endsWith("+");
  return [...buckets].sort((one, other) => order(one) - order(other));
};

const isGiven = (row, name) => typedIn(row, name) && !isRefused(inRow(row, name));

/* What a row counts for: places marked data-sum, those of data-sum-by under the word that is chosen in that column. */
const measured = (row) => {
  const sums = {};
  for (const place of row.querySelectorAll("[data-sum], [data-sum-by]")) {
    const { sum, sumBy, sumIf, sumUnless, value } = place.dataset;
    if ((sumIf && !isGiven(row, sumIf)) || (sumUnless && isGiven(row, sumUnless))) continue;
    const name = sum ?? typedIn(row, sumBy);
    const amount = value === undefined ? amountOf(place.querySelector(CELL)) : number(value);
    sums[name] = (sums[name] || 0) + amount;
  }
  return sums;
};
const plus = (sums, more) => {
  for (const [name, value] of Object.entries(more)) sums[name] = (sums[name] || 0) + value;
};

const fill = (row, sums, words) => {
  for (const place of row.querySelectorAll("[data-total]")) place.textContent = written(sums[place.dataset.total] || 0);
  for (const place of row.querySelectorAll("[data-total-words]")) place.textContent = inWords(words, sums);
};
const totalRow = (box, bucket) => {
  const known = [...box.tBodies[0].rows].find((row) => row.dataset.bucket === bucket);
  if (known) return known;
  const row = box.parentElement.querySelector("template[data-grid-total]").content.firstElementChild.cloneNode(true);
  row.dataset.bucket = bucket;
  row.querySelector("[data-bucket-name]").textContent = bucket.replace(/\+$/, "");
  row.querySelector("[data-bucket-summer]").hidden = !bucket.endsWith("+");
  return row;
};
const said = (box, row, sums, words, name) => {
  const numbers = [...row.querySelectorAll("[data-total]")].map((place) => [place.dataset.total, place.textContent]);
  const values = { ...Object.fromEntries(numbers), bucket: name, words: words.equal ? inWords(words, sums) : "" };
  return filled(box.dataset.said, values);
};

/* Fills the table of totals; gives what is to be said of the block in which somebody types, and of the whole. */
export const total = (box, rows, current) => {
  const words = JSON.parse(box.dataset.words || "{}");
  const by = box.dataset.by;
  const bucketOf = bucketBy(by);
  draw(rows, bucketOf);
  const buckets = new Map();
  const whole = {};
  let here = "";
  for (const group of groupsOf(rows)) {
    const sums = {};
    group.forEach((row) => plus(sums, measured(row)));
    if (!Object.keys(sums).length) continue;
    const counted = tie(words, group, sums);
    const bucket = bucketOf(group);
    if (group.includes(current)) here = bucket;
    if (!buckets.has(bucket)) buckets.set(bucket, {});
    plus(buckets.get(bucket), counted);
    plus(whole, counted);
  }
  const sorted = by === "semester" ? inOrder(buckets.keys()) : [...buckets.keys()];
  const made = sorted.map((bucket) => totalRow(box, bucket));
  made.forEach((row, at) => fill(row, buckets.get(sorted[at]), words));
  box.tBodies[0].replaceChildren(...made);
  const last = box.tFoot.rows[0];
  fill(last, whole, words);
  const lines = [said(box, last, whole, words, last.querySelector("th").innerText.trim())];
  if (here) {
    const row = made[sorted.indexOf(here)];
    const name = row.querySelector("[data-bucket-name]").textContent;
    lines.unshift(said(box, row, buckets.get(here), words, `${box.dataset.bucketWord} ${name}`));
  }
  return lines.join(". ");
};
