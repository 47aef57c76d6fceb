/* What was typed and is unlike what stands elsewhere is said beside it: [data-differs="column"], unlike data-than. */

import { fold, number, typedIn } from "./cells.js";

const isSame = (one, other) => fold(one) === fold(other) || (number(one) !== 0 && number(one) === number(other));

export const tellDifferences = (rows) => {
  for (const row of rows)
    for (const place of row.querySelectorAll("[data-differs]")) {
      const typed = typedIn(row, place.dataset.differs);
      place.hidden = !typed || isSame(typed, place.dataset.than);
    }
};
