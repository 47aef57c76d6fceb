/* Nothing typed is lost: forms marked data-keep are remembered in this tab until they have been taken.

   A form counts as taken when another page follows its sending. When the login has run out, the sign-in page follows
   instead and is noted, so that coming back to the form brings back what was typed; so does coming to it from a text that
   has changed meanwhile, whose mark in the address is another one then. Passwords and files are not kept;
   whoever signs in next in the same tab finds nothing of the one before. */
(() => {
  "use strict";

  const PREFIX = "kept:";
  const key = PREFIX + window.location.pathname.replace(/[0-9a-f]{64}/u, "");
  const { who } = document.body.dataset;
  const form = document.querySelector("form[data-keep]");
  const isLogin = Boolean(document.querySelector("main.door input[type=password]"));
  const hasErrors = Boolean(document.querySelector("[data-focus]"));

  const read = (name) => JSON.parse(sessionStorage.getItem(name) || "null");
  const write = (name, value) => sessionStorage.setItem(name, JSON.stringify({ who, ...value }));
  const kept = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));

  const fields = () =>
    [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
  const values = () =>
    fields().map((field) => {
      if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
      if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => option.value)];
      return [field.name, field.value];
    });

  const fill = (field, [, value, checked]) => {
    if (checked !== undefined) field.checked = checked;
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  };

  const tell = () => {
    const note = document.createElement("div");
    note.className = "note note-accent kept";
    note.setAttribute("role", "status");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button button-small";
    drop.textContent = document.body.dataset.dropKept;
    drop.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      window.location.reload();
    });
    note.append(document.body.dataset.kept, drop);
    form.before(note);
  };

  const bringBack = () => {
    const before = read(key);
    if (!before || JSON.stringify(before.values) === JSON.stringify(values())) return;
    form.dispatchEvent(new CustomEvent("keep:back", { detail: before.values })); // a grid makes its lines (grid/lines.js)
    const now = fields();
    if (before.values.length !== now.length || before.values.some(([name], n) => name !== now[n].name)) return;
    now.forEach((field, n) => fill(field, before.values[n]));
    tell();
  };

  // What was sent and followed by another page than the sign-in has been taken; what somebody else typed is gone.
  for (const name of kept()) {
    const entry = read(name);
    if (who && entry.who !== who) sessionStorage.removeItem(name);
    if (!entry.sent || (who && entry.who !== who)) continue;
    if (isLogin) {
      write(name, { ...entry, login: true });
      document.querySelector("[data-kept-typing]")?.removeAttribute("hidden");
    } else if (entry.login || (hasErrors && name === key)) write(name, { who: entry.who, values: entry.values });
    else sessionStorage.removeItem(name);
  }
  if (!form) return;
  if (!hasErrors) document.addEventListener("DOMContentLoaded", bringBack); // once every other script is there
  form.addEventListener("input", () => write(key, { values: values() }));
  form.addEventListener("change", () => write(key, { values: values() }));
  form.addEventListener("keep:taken", () => sessionStorage.removeItem(key)); // saved by itself (autosave.js)
  form.addEventListener("submit", () => write(key, { values: values(), sent: true }));
  window.addEventListener("pageshow", (event) => event.persisted && !hasErrors && bringBack());
})();
