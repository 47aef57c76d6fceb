/* Annex 1: how courses of both sides stand for each other, in the server's words (data-words). Only sums are counted here. */

import { rounded, typedIn, written } from "./cells.js";

const SIDES = ["home", "partner"];
const stands = (row, side) => ["", "_credits", "_hours"].some((part) => typedIn(row, side + part));

const compared = (words, difference) => {
  if (!difference) return words.equal;
  return (difference > 0 ? words.more : words.fewer).replace("%(credits)s", written(Math.abs(difference)));
};
const differs = (sums, what) => rounded((sums[`partner-${what}`] || 0) - (sums[`home-${what}`] || 0));
const signed = (difference) => (difference > 0 ? "+" : "") + written(difference);
/* A total: by how much the partner's sums differ from the University's, and what one side has alone. */
export const inWords = (words, sums) => {
  const [credits, hours] = [differs(sums, "credits"), differs(sums, "hours")];
  const text = credits || hours ? words.total.replace("%(credits)s", signed(credits)).replace("%(hours)s", signed(hours)) : words.equal;
  const alone = SIDES.filter((side) => sums[`${side}Alone`]);
  const told = alone.map((side) => words[`${side}Alone`].replace("%(credits)s", written(sums[`${side}Alone`])));
  return told.length ? `${text} (${told.join("; ")})` : text;
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
  const difference = differs(sums, "credits");
  const isShort = !isAlone && difference;
  place.dataset.tone = isShort || (isAlone && stated) ? "attention" : isAlone ? "plain" : "good";
  place.textContent = isShort ? `${text} · ${compared(words, difference)}` : text;
  const side = home ? "home" : "partner";
  return isAlone ? { ...sums, [`${side}Alone`]: sums[`${side}-credits`] || 0 } : sums;
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
