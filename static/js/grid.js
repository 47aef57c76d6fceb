/* Tables that are typed into (form[data-grid]): a plain form made quick. Keyboard, paste from a spreadsheet, undo, lines, totals.

   Cells are the form's own controls, named by data-col. Moving: arrows, Enter, Tab, Home, End, with Ctrl to the edge. A cell
   is moved from until somebody types in it, presses F2 or clicks it again: then arrows move the caret. Esc takes it back. */
(() => {
  "use strict";

  const CELL = "[data-col]";
  const NO = new Set(["", "0", "-", "–", "—", "no", "нет", "жоқ", "false"]);
  const fold = (text) => text.trim().replace(/\s+/g, " ").toLocaleLowerCase();
  const number = (text) => Number(String(text).replace(/[\s\u00a0]/g, "").replace(",", ".").replace("\u2212", "-")) || 0;
  const written = (value) => {
    const text = String(Math.round(value * 100) / 100).replace("-", "\u2212");
    // Browsers know no Kazakh numbers: the comma is ours.
    return document.documentElement.lang === "en" ? text : text.replace(".", ",");
  };
  const filled = (text, values) => text.replace(/\{([\w-]+)\}/g, (whole, name) => values[name] ?? whole);

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

  const valueOf = (cell) => (cell.type === "checkbox" ? (cell.checked ? "1" : "") : cell.value);
  /* False where a choice knows no such word. */
  const put = (cell, value) => {
    if (cell.type === "checkbox") cell.checked = !NO.has(fold(value));
    else if (cell.tagName === "SELECT") {
      const wanted = fold(value);
      const option = [...cell.options].find((one) => [one.value, one.text].map(fold).includes(wanted));
      if (!option) return false;
      cell.value = option.value;
    } else cell.value = value;
    return true;
  };

  // --- totals: rows by semester, sides side by side, the difference in the server's words ------------------------------

  const column = (row, name) => row.querySelector(`[data-col="${name}"]`);
  const typedIn = (row, name) => (column(row, name) ? valueOf(column(row, name)).trim() : "");
  const bucketOf = (rows) => {
    const semesters = rows.map((row) => row.dataset.semester ?? typedIn(row, "semester"));
    const semester = semesters.find((text) => /^\d+$/.test(text));
    return `${Number(semester) || "—"}${rows.some((row) => row.dataset.summer || typedIn(row, "summer") || typedIn(row, "is_summer")) ? "+" : ""}`;
  };
  /* What a row counts for: cells marked data-sum, those of data-sum-by under the word that was chosen in that column. */
  const measured = (row) => {
    const sums = {};
    for (const cell of row.querySelectorAll("[data-sum], [data-sum-by]")) {
      if (cell.dataset.sumIf && !typedIn(row, cell.dataset.sumIf)) continue;
      const names = cell.dataset.sum ?? typedIn(row, cell.dataset.sumBy);
      const value = number(cell.dataset.value ?? cell.querySelector(CELL)?.value ?? "");
      for (const name of names.split(" ")) sums[name] = (sums[name] || 0) + value;
    }
    return sums;
  };
  const plus = (sums, more) => Object.entries(more).forEach(([name, value]) => (sums[name] = (sums[name] || 0) + value));
  const stands = (row, side) => ["", "_credits", "_hours"].some((part) => typedIn(row, side + part));
  /* Rows that stand for each other: by the number that is typed before them. Elsewhere each row stands alone. */
  const groupsOf = (rows) => {
    const groups = new Map();
    rows.forEach((row, at) => {
      if (row.querySelector("[data-tie]") && !stands(row, "home") && !stands(row, "partner")) return;
      const key = typedIn(row, "number") || `alone ${at}`;
      groups.set(key, [...(groups.get(key) || []), row]);
    });
    return [...groups.values()];
  };
  const compared = (words, difference) => {
    if (!difference) return words.equal;
    return (difference > 0 ? words.more : words.short).replace("%(credits)s", written(Math.abs(difference)));
  };
  const inWords = (words, sums) => {
    const alone = sums.alone || 0;
    const difference = (sums["partner-credits"] || 0) - ((sums["home-credits"] || 0) - alone);
    const parts = alone ? [words.alone.replace("%(credits)s", written(alone))] : [];
    return [...parts, compared(words, Math.round(difference * 100) / 100)].join(" · ");
  };
  const tie = (words, rows, sums) => {
    const place = rows[0].querySelector("[data-tie]");
    const [home, partner] = ["home", "partner"].map((side) => rows.filter((row) => stands(row, side)).length);
    const stated = rows.map((row) => typedIn(row, "relation")).find(Boolean);
    const many = (count) => (count > 1 ? "n" : count);
    let text = words[`${home}:${partner}`] || words[`${many(home)}:${many(partner)}`];
    if (!home || !partner) text = (stated && words[stated]) || words[home ? "1:0" : "0:1"];
    const difference = Math.round(((sums["partner-credits"] || 0) - (sums["home-credits"] || 0)) * 100) / 100;
    place.dataset.tone = home && partner ? (difference ? "attention" : "good") : "plain";
    place.textContent = home && partner && difference ? `${text} · ${compared(words, difference)}` : text;
    return home && !partner ? { ...sums, alone: sums["home-credits"] || 0 } : sums;
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
    row.querySelector("[data-bucket-name]").textContent = bucket.replace("+", "");
    row.querySelector("[data-bucket-summer]").hidden = !bucket.endsWith("+");
    return row;
  };
  /* Fills a table of totals; gives what is to be said of the semester in which somebody types, and of the whole. */
  const total = (box, rows, current) => {
    const words = JSON.parse(box.dataset.words || "{}");
    const ties = rows.filter((row) => row.querySelector("[data-tie]"));
    for (const row of ties) row.querySelector("[data-tie]").textContent = "";
    rows.forEach((row, at) => {
      const above = rows[at - 1];
      row.classList.toggle("begins", Boolean(above) && typedIn(row, "semester") !== "" && bucketOf([row]) !== bucketOf([above]));
      row.classList.toggle("tied", Boolean(above) && typedIn(row, "number") !== "" && typedIn(row, "number") === typedIn(above, "number"));
    });
    const buckets = new Map();
    const whole = {};
    let here = "";
    for (const group of groupsOf(rows)) {
      const sums = {};
      group.forEach((row) => plus(sums, measured(row)));
      const counted = ties.length ? tie(words, group, sums) : sums;
      const bucket = bucketOf(group);
      if (group.includes(current)) here = bucket;
      if (!buckets.has(bucket)) buckets.set(bucket, {});
      plus(buckets.get(bucket), counted);
      plus(whole, counted);
    }
    const order = (bucket) => 2 * (parseInt(bucket, 10) || 0) + bucket.endsWith("+");
    const sorted = [...buckets.keys()].sort((one, other) => order(one) - order(other));
    const made = sorted.map((bucket) => totalRow(box, bucket));
    made.forEach((row, at) => fill(row, buckets.get(sorted[at]), words));
    box.tBodies[0].replaceChildren(...made);
    const last = box.tFoot.rows[0];
    fill(last, whole, words);
    const said = [[made[sorted.indexOf(here)], buckets.get(here)], [last, whole]].filter(([row]) => row);
    return said.map(([row, sums]) => {
      const numbers = Object.fromEntries([...row.querySelectorAll("[data-total]")].map((place) => [place.dataset.total, place.textContent]));
      const bucket = `${box.dataset.bucketWord || ""} ${row.querySelector("[data-bucket-name]").textContent}`.trim();
      return filled(box.dataset.said || "", { ...numbers, bucket: row === last ? row.querySelector("th").innerText.trim() : bucket, words: words.equal ? inWords(words, sums) : "" });
    }).join(". ");
  };

  const prepare = (form) => {
    if (form.dataset.grid === "live") return;
    form.dataset.grid = "live";
    const tables = [...form.querySelectorAll("[data-grid-table]")];
    const pattern = form.querySelector("template[data-grid-row]");
    const live = form.querySelector("[data-grid-live]");
    const bar = form.querySelector("[data-grid-bar]");
    const undone = [];
    let typing = null; // the cell in which arrows move the caret
    let before = ""; // what stood in the cell as it was entered
    let current = null; // the row last entered
    let unsaved = false;
    let saying = 0;

    const tableOf = (node) => node.closest("[data-grid-table]");
    const rowsOf = (table) => [...table.querySelectorAll("tr[data-row]")];
    const cellsOf = (row) => [...row.querySelectorAll(CELL)].filter((cell) => !cell.disabled);
    const inRow = (row, name) => cellsOf(row).find((cell) => cell.dataset.col === name);
    const columnsOf = (table) => [...new Set(rowsOf(table).flatMap((row) => cellsOf(row).map((cell) => cell.dataset.col)))];
    const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));

    // --- undo ---------------------------------------------------------------------------------------------------------

    const remember = (back) => {
      undone.push(back);
      const button = form.querySelector("[data-grid-do=undo]");
      if (button) button.disabled = false;
    };
    const undo = () => {
      undone.pop()?.();
      const button = form.querySelector("[data-grid-do=undo]");
      if (button) button.disabled = undone.length === 0;
      changed();
    };
    const restore = (cell, value) => {
      if (cell.type === "checkbox") cell.checked = value === "1";
      else cell.value = value;
    };
    const goBackTo = (kept) => () => {
      for (const [cell, value] of kept) restore(cell, value);
      enter(kept[0][0]);
    };

    // --- lines --------------------------------------------------------------------------------------------------------

    const name = (row) => {
      const line = rowsOf(tableOf(row)).indexOf(row) + 1;
      for (const cell of row.querySelectorAll(CELL)) {
        const label = cell.getAttribute("aria-label").replace(/, \d+$/, "");
        cell.setAttribute("aria-label", `${label}, ${line}`);
      }
    };
    const nameAll = () => tables.forEach((table) => rowsOf(table).forEach(name));
    const keyOf = (row) => row.querySelector(CELL).name.split("-")[1];
    const freeKey = () => {
      const taken = new Set(tables.flatMap(rowsOf).map(keyOf));
      let count = 1;
      while (taken.has(`n${count}`)) count += 1;
      return `n${count}`;
    };
    const newRow = (key = freeKey()) => {
      const row = pattern.content.firstElementChild.cloneNode(true);
      for (const cell of row.querySelectorAll(CELL)) {
        cell.name = `${cell.dataset.col}-${key}`;
        cell.id = cell.name;
      }
      return row;
    };
    const add = (after) => {
      const row = newRow();
      if (after) after.after(row);
      else tables[0].tBodies[0].append(row);
      nameAll();
      remember(() => {
        const beside = row.previousElementSibling || row.nextElementSibling;
        row.remove();
        nameAll();
        if (beside) enter(cellsOf(beside)[0]);
      });
      return row;
    };
    const copy = (row) => {
      const made = add(row);
      for (const cell of cellsOf(made)) restore(cell, valueOf(inRow(row, cell.dataset.col)));
      return made;
    };
    const remove = (row) => {
      const table = tableOf(row);
      const next = row.nextElementSibling;
      const beside = next || row.previousElementSibling;
      if (!beside) {
        remember(goBackTo(cellsOf(row).map((cell) => [cell, valueOf(cell)])));
        cellsOf(row).forEach((cell) => restore(cell, ""));
        return row;
      }
      row.remove();
      nameAll();
      remember(() => {
        if (next?.isConnected) next.before(row);
        else table.tBodies[0].append(row);
        nameAll();
        enter(cellsOf(row)[0]);
      });
      return beside;
    };

    // --- moving -------------------------------------------------------------------------------------------------------

    const enter = (cell) => {
      if (!cell) return;
      cell.focus();
      if (cell.select) cell.select();
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    };
    const vertical = (cell, step, far, grow) => {
      const rows = rowsOf(tableOf(cell));
      const column = cell.dataset.col;
      const at = rows.indexOf(cell.closest("tr"));
      const ahead = (step > 0 ? rows.slice(at + 1) : rows.slice(0, at).reverse()).filter((row) => inRow(row, column));
      const row = far ? ahead[ahead.length - 1] : ahead[0];
      if (row) enter(inRow(row, column));
      else if (grow && pattern && step > 0) {
        enter(inRow(add(rows[rows.length - 1]), column));
        changed();
      } else if (grow) enter(cell);
    };
    const horizontal = (cell, step, far) => {
      const cells = cellsOf(cell.closest("tr"));
      const at = cells.indexOf(cell);
      enter(far ? cells[step > 0 ? cells.length - 1 : 0] : cells[at + step]);
    };
    const edge = (cell, step, far) => {
      if (!far) return horizontal(cell, step, true);
      const rows = rowsOf(tableOf(cell));
      const cells = cellsOf(rows[step > 0 ? rows.length - 1 : 0]);
      return enter(cells[step > 0 ? cells.length - 1 : 0]);
    };
    const edit = (cell) => {
      typing = cell;
      if (cell.tagName === "SELECT") cell.showPicker?.();
      else if (cell.type !== "checkbox") cell.setSelectionRange(cell.value.length, cell.value.length);
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
    const caretMoves = (cell, key) =>
      typing === cell && (!["ArrowUp", "ArrowDown"].includes(key) || cell.tagName === "SELECT" || cell.list);

    const onKey = (event) => {
      const cell = event.target.closest(CELL);
      if (!cell || event.altKey || event.isComposing) return;
      const far = event.ctrlKey || event.metaKey;
      if (far && !event.shiftKey && ["z", "я"].includes(event.key.toLowerCase())) {
        if (typing === cell && valueOf(cell) !== before) return; // the browser's own, within the cell
        event.preventDefault();
        undo();
      } else if (event.key === "Enter") {
        event.preventDefault();
        vertical(cell, event.shiftKey ? -1 : 1, false, true);
      } else if (event.key === "Escape") {
        restore(cell, before);
        typing = null;
        if (cell.select) cell.select();
        changed();
      } else if (KEYS[event.key] && !event.shiftKey && !caretMoves(cell, event.key)) {
        event.preventDefault();
        KEYS[event.key](cell, far);
      }
    };

    // --- paste and copy -----------------------------------------------------------------------------------------------

    const onPaste = (event) => {
      const cell = event.target.closest(CELL);
      const text = event.clipboardData?.getData("text/plain") || "";
      const isPlain = cell?.tagName === "INPUT" && cell.type !== "checkbox" && !/[\t\r\n"]/.test(text.trimEnd());
      if (!cell || !text || isPlain) return;
      event.preventDefault();
      const table = tableOf(cell);
      const columns = columnsOf(table);
      const first = columns.indexOf(cell.dataset.col);
      const kept = [];
      const added = undone.length;
      let row = cell.closest("tr");
      let untaken = 0;
      for (const values of parsed(text)) {
        if (!row) {
          if (!pattern) break;
          row = add(rowsOf(table).pop());
        }
        values.forEach((value, offset) => {
          const target = columns[first + offset] && inRow(row, columns[first + offset]);
          if (!target) {
            if (value) untaken += 1;
            return;
          }
          kept.push([target, valueOf(target)]);
          if (!put(target, value)) untaken += 1;
        });
        const rows = rowsOf(table);
        row = rows.slice(rows.indexOf(row) + 1).find((one) => inRow(one, cell.dataset.col));
      }
      kept.forEach(([target]) => fillFrom(target));
      const grown = undone.splice(added);
      remember(() => {
        for (const back of grown.reverse()) back();
        goBackTo(kept)();
      });
      before = valueOf(cell);
      typing = null;
      changed();
      if (untaken) say(filled(form.dataset.gridUntaken || "{count}", { count: untaken }));
      enter(cell);
    };
    const onCopy = (event) => {
      const cell = event.target.closest(CELL);
      if (!cell || (cell.tagName === "INPUT" && cell.type !== "checkbox")) return;
      event.preventDefault();
      const text = cell.tagName === "SELECT" ? cell.selectedOptions[0]?.text || "" : valueOf(cell);
      event.clipboardData.setData("text/plain", text);
    };

    /* A course that is chosen brings its credits and hours where none stand. */
    const fillFrom = (cell, from = "") => {
      const side = cell.closest("[data-fills]")?.dataset.fills;
      if (!side || !cell.list) return;
      const optionOf = (value) => [...cell.list.options].find((one) => fold(one.value) === fold(value));
      const [chosen, old] = [optionOf(cell.value), optionOf(from)];
      if (!chosen) return;
      const row = cell.closest("tr");
      for (const [field, column] of [["credits", `${side}_credits`], ["hours", `${side}_hours`], ["semester", "semester"]]) {
        const target = inRow(row, column);
        if (target && chosen.dataset[field] && (!target.value || (field !== "semester" && target.value === old?.dataset[field])))
          target.value = chosen.dataset[field];
      }
    };

    // --- saying -------------------------------------------------------------------------------------------------------

    const say = (text) => {
      window.clearTimeout(saying);
      saying = window.setTimeout(() => live && (live.textContent = text), 400);
    };
    const count = () => {
      const rows = tables.flatMap(rowsOf);
      const said = [...form.querySelectorAll("[data-grid-totals]")].map((box) => total(box, rows, current));
      say(said.join(". "));
    };

    // --- all of it ----------------------------------------------------------------------------------------------------

    // What was agreed before for the course of this line comes to the bar under the table.
    const showBefore = () => {
      const hint = form.querySelector("[data-grid-hint]");
      const home = fold(inRow(current, "home")?.value || "");
      const items = [...form.querySelectorAll("[data-grid-before] li")];
      const found = items.filter((item) => home && item.dataset.for.split("|").includes(home)).slice(0, 2);
      hint?.replaceChildren(...found.map((item) => {
        const line = document.createElement("p");
        line.append(...item.cloneNode(true).childNodes);
        for (const button of line.querySelectorAll("button")) button.hidden = false;
        return line;
      }));
    };
    const take = (button) => {
      const given = { partner: button.dataset.gridTake, partner_credits: button.dataset.credits, partner_hours: button.dataset.hours };
      const cells = Object.keys(given).map((column) => inRow(current, column));
      remember(goBackTo(cells.map((cell) => [cell, valueOf(cell)])));
      cells.forEach((cell) => restore(cell, given[cell.dataset.col]));
      enter(cells[0]);
      changed();
    };
    const DO = { add: () => add(current), copy: () => copy(current || rowsOf(tables[0])[0]), remove: () => remove(current || rowsOf(tables[0]).pop()) };

    form.addEventListener("focusin", (event) => {
      const cell = event.target.closest(CELL);
      if (!cell) return;
      before = valueOf(cell);
      typing = null;
      current?.classList.remove("current");
      current = cell.closest("tr");
      current.classList.add("current");
      if (bar) bar.hidden = false;
      showBefore();
      count();
    });
    form.addEventListener("change", (event) => {
      const cell = event.target.closest(CELL);
      if (!cell || !event.isTrusted) return;
      const was = before;
      if (was !== valueOf(cell)) remember(goBackTo([[cell, was]]));
      before = valueOf(cell);
      fillFrom(cell, was);
      changed();
    });
    form.addEventListener("input", (event) => {
      if (event.isTrusted) typing = event.target.closest(CELL);
      unsaved = true;
      count();
    });
    form.addEventListener("click", (event) => {
      const cell = event.target.closest(CELL);
      if (cell?.select && cell.type === "text") {
        if (cell.dataset.entered) typing = cell;
        else if (event.detail === 1) cell.select();
        for (const one of form.querySelectorAll("[data-entered]")) delete one.dataset.entered;
        cell.dataset.entered = "1";
      }
      const button = event.target.closest("[data-grid-do], [data-grid-take]");
      if (!button) return;
      event.preventDefault();
      if (button.dataset.gridTake !== undefined) return take(button);
      if (button.dataset.gridDo === "undo") return undo();
      const row = DO[button.dataset.gridDo]();
      changed();
      return enter(cellsOf(row)[0]);
    });
    form.addEventListener("keydown", onKey);
    form.addEventListener("paste", onPaste);
    form.addEventListener("copy", onCopy);
    form.addEventListener("submit", () => (unsaved = false));
    window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
    // What was typed before is brought back (keep.js): first the lines in which it stood.
    form.addEventListener("keep:back", (event) => {
      if (!pattern) return;
      const keys = [...new Set(event.detail.map(([field]) => field).filter((field) => field.includes("-")).map((field) => field.split("-")[1]))];
      const known = new Map(rowsOf(tables[0]).map((row) => [keyOf(row), row]));
      tables[0].tBodies[0].append(...keys.map((key) => known.get(key) || newRow(key)));
      for (const [key, row] of known) if (!keys.includes(key)) row.remove();
      nameAll();
      window.setTimeout(count);
    });

    for (const hidden of form.querySelectorAll("[data-grid-do][hidden], [data-grid-keys]")) hidden.hidden = false;
    const button = form.querySelector("[data-grid-do=undo]");
    if (button) button.disabled = true;
    count();
  };

  document.querySelectorAll("form[data-grid]").forEach(prepare);
})();
