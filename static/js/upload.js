/* Files dropped on a field: what is too big, empty or of a wrong kind is said at once; the server looks again. */
(() => {
  "use strict";

  const accepts = (list, file) => {
    if (!list.length) return true;
    const name = file.name.toLowerCase();
    return list.some((kind) => {
      if (kind.startsWith(".")) return name.endsWith(kind);
      if (kind.endsWith("/*")) return file.type.startsWith(kind.slice(0, -1));
      return file.type === kind;
    });
  };

  const wrong = (drop, file) => {
    const { maxBytes, accept, tooBig, wrongKind, empty } = drop.dataset;
    const kinds = accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
    if (!accepts(kinds, file)) return wrongKind;
    if (file.size > Number(maxBytes)) return tooBig;
    return file.size ? "" : empty;
  };

  const size = (drop, file) => {
    const number = Math.max(0.1, file.size / 1048576).toFixed(1);
    // Browsers know no Kazakh numbers: the comma is ours.
    const shown = document.documentElement.lang === "en" ? number : number.replace(".", ",");
    return `${shown} ${drop.dataset.megabyte}`;
  };

  const line = (drop, file) => {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = `${file.name} · ${size(drop, file)}`;
    item.append(name);
    const problem = wrong(drop, file);
    if (problem) {
      const words = document.createElement("span");
      words.className = "wrong";
      words.textContent = problem;
      item.append(words);
    }
    return item;
  };

  const show = (drop) => {
    const input = drop.querySelector("input[type=file]");
    const list = drop.querySelector(".drop-files");
    const files = [...input.files];
    list.replaceChildren(...files.map((file) => line(drop, file)));
    list.hidden = files.length === 0;
    const problem = files.map((file) => wrong(drop, file)).find(Boolean) || "";
    input.setCustomValidity(problem);
    input.setAttribute("aria-invalid", problem ? "true" : "false");
    // what the server said was of the file before
    drop.parentElement.querySelector(".errors")?.remove();
    const told = document.querySelector(`[data-focus] a[href="#${input.id}"]`)?.closest("li");
    const note = told?.closest("[data-focus]");
    told?.remove();
    if (note && !note.querySelector("li")) note.remove();
  };

  const take = (drop, files) => {
    const input = drop.querySelector("input[type=file]");
    const taken = new DataTransfer();
    const kept = input.multiple ? [...input.files, ...files] : [...files].slice(0, 1);
    for (const file of kept) taken.items.add(file);
    input.files = taken.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const prepare = (drop) => {
    if (drop.classList.contains("live")) return;
    drop.classList.add("live");
    const inside = (on) => (event) => {
      event.preventDefault();
      drop.classList.toggle("over", on);
    };
    drop.addEventListener("dragenter", inside(true));
    drop.addEventListener("dragover", inside(true));
    drop.addEventListener("dragleave", inside(false));
    drop.addEventListener("drop", (event) => {
      inside(false)(event);
      if (event.dataTransfer.files.length) take(drop, event.dataTransfer.files);
    });
    drop.addEventListener("change", () => show(drop));
  };

  const prepareAll = (root) => {
    if (root.matches?.("[data-drop]")) prepare(root);
    root.querySelectorAll("[data-drop]").forEach(prepare);
  };

  prepareAll(document);
  document.addEventListener("htmx:load", (event) => prepareAll(event.target));

  // A form sent by htmx tells how much of the file has gone.
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector?.("[data-drop] progress");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = (100 * event.detail.loaded) / event.detail.total;
  });
})();
