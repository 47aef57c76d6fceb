/* A long text in a cell of one line (td[data-wraps]) is shown whole while nobody types in it: the cell tells it to grids.css,
   and grows. An input that offers suggestions cannot wrap by itself. */

import { CELL, valueOf } from "./cells.js";

export const wrap = (form) => {
  for (const place of form.querySelectorAll("td[data-wraps]")) place.dataset.whole = valueOf(place.querySelector(CELL));
};
