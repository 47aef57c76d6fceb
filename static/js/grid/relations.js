/* Annex 1: how courses of both sides stand for each other, in the server's words (data-words). Only sums are counted here. */

import { rounded, typedIn, written } from "./cells.js";

const SIDES = ["home", "partner"];
const stands = (row, side) => ["", "_credits", "_hours"].some((part) => typedIn(row, side + part));

const compared = (words, difference) => {
  if (!difference) return words.equal;
  return (difference > 0 ? words.more : words.short).replace("%(credits)s", written(Math.abs(difference)));
};
export const inWords = (words, sums) => {
  const alone = sums.alone || 0;
  const difference = (sums["partner-credits"] || 0) - ((sums["home-credits"] || 0) - alone);
  const parts = alone ? [words.alone.replace("%(credits)s", written(alone))] : [];
  return [...parts, compared(words, rounded(difference))].join(" · ");
};

/* Rows that stand for each other: by the number that is typed before them. Where nothing is tied, each row stands alone. */
export const groupsOf = (rows) => {
  const groups = new Map();
  rows.forEach((row, at) => {
    if (row.querySelector("[data-tie]") && !SIDES.some((side) => stands(row, side))) return;
    const key = typedIn(row, "number") || `alone ${at}`;
    groups.set(key, [...(groups.get(key) || []), row]);
  });
  return [...groups.values()];
};

/* Says at the group's first row how it stands; gives its sums, with what one side has alone. */
export const tie = (words, rows, sums) => {
  const place = rows[0].querySelector("[data-tie]");
  if (!place) return sums;
  const [home, partner] = SIDES.map((side) => rows.filter((row) => stands(row, side)).length);
  const stated = rows.map((row) => typedIn(row, "relation")).find(Boolean);
  const isAlone = !home || !partner;
  const many = (count) => (count > 1 ? "n" : count);
  let text = words[`${home}:${partner}`] || words[`${many(home)}:${many(partner)}`];
  if (isAlone) text = (stated && words[stated]) || words[home ? "1:0" : "0:1"];
  const difference = rounded((sums["partner-credits"] || 0) - (sums["home-credits"] || 0));
  const isShort = !isAlone && difference;
  place.dataset.tone = isShort || (isAlone && stated) ? "attention" : isAlone ? "plain" : "good";
  place.textContent = isShort ? `${text} · ${compared(words, difference)}` : text;
  return home && !partner ? { ...sums, alone: sums["home-credits"] || 0 } : sums;
};

/* Where a semester begins, and which lines hang together. */
export const draw = (rows, bucketOf) =>
  rows.forEach((row, at) => {
    const above = rows[at - 1];
    const place = row.querySelector("[data-tie]");
    if (place) place.textContent = "";
    const number = typedIn(row, "number");
    row.classList.toggle("begins", Boolean(above) && typedIn(row, "semester") !== "" && bucketOf([row]) !== bucketOf([above]));
    row.classList.toggle("tied", Boolean(above) && number !== "" && number === typedIn(above, "number"));
  });
