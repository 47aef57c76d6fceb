/* Nothing typed is lost: what somebody types into a form that is posted is remembered in this tab until it has been taken.

   A form counts as taken when another page follows its sending. When the login has run out, the sign-in page follows
   instead and is noted, so that coming back to the form brings back what was typed; so does coming to it from a text that
   has changed meanwhile, whose mark in the address is another one then, and from a page that says that nothing was taken
   (data-unsent). The ticks of a list come back to the same rows. Passwords and files are not kept;
   whoever signs in next in the same tab finds nothing of the one before. */
(() => {
  "use strict";

  const PREFIX = "kept:";
  const UNTYPED = ["hidden", "password", "file", "submit", "button"];
  const { who } = document.body.dataset;
  const isLogin = Boolean(document.querySelector("main.door input[type=password]"));
  const notTaken = Boolean(document.querySelector("[data-unsent]"));

  // Said once: neither a reload nor the next form of this page says it again (door/unsent.py).
  const here = new URL(window.location.href);
  if (here.searchParams.has("unsent")) {
    here.searchParams.delete("unsent");
    window.history.replaceState(window.history.state, "", here);
  }

  const read = (name) => JSON.parse(sessionStorage.getItem(name) || "null");
  const write = (name, value) => sessionStorage.setItem(name, JSON.stringify({ who, ...value }));
  const kept = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));

  const path = (address) => new URL(address, window.location.href).pathname.replace(/[0-9a-f]{64}/u, "");
  const hasErrors = (form) => Boolean(form.querySelector("[data-focus]"));
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !UNTYPED.includes(field.type));
  const isList = (form) => form.dataset.bulk !== undefined;
  const isTyped = (form) => isList(form) || fieldsOf(form).some((field) => !["checkbox", "radio"].includes(field.type));

  /* By where it goes: a page has several small forms, and one that is refused comes back as a page of its own. A list by
     what it shows too: its other pages have other rows. */
  const keyOf = (form) => PREFIX + path(form.getAttribute("action") || "") + (isList(form) ? `?${here.searchParams}` : "");
  const valuesOf = (form) =>
    fieldsOf(form).map((field) => {
      if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
      if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => option.value)];
      return [field.name, field.value];
    });
  const fill = (field, [, value, checked]) => {
    if (checked !== undefined) field.checked = checked;
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  };

  const fillAll = (form, values) => {
    const now = fieldsOf(form);
    if (values.length !== now.length || values.some(([name], n) => name !== now[n].name)) return false;
    now.forEach((field, n) => fill(field, values[n]));
    return true;
  };
  const fillList = (form, values) => {
    const ticked = values.filter(([, , checked]) => checked).map(([name, value]) => `${name} ${value}`);
    const again = fieldsOf(form).filter((field) => !field.disabled && ticked.includes(`${field.name} ${field.value}`));
    for (const field of again) field.checked = true;
    const chosen = values.find(([name]) => name === "action");
    if (chosen && again.length) form.elements.action.value = chosen[1];
    return again.length > 0;
  };

  const tell = (form) => {
    const note = document.createElement("div");
    note.className = "note note-accent kept";
    note.setAttribute("role", "status");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button button-small";
    drop.textContent = document.body.dataset.dropKept;
    drop.addEventListener("click", () => {
      sessionStorage.removeItem(keyOf(form));
      window.location.reload();
    });
    note.append(document.body.dataset.kept, drop);
    form.before(note);
  };

  const bringBack = (form) => {
    const before = read(keyOf(form));
    if (!before || JSON.stringify(before.values) === JSON.stringify(valuesOf(form))) return;
    form.dispatchEvent(new CustomEvent("keep:back", { detail: before.values })); // a grid makes its lines (grid/lines.js)
    if (!(isList(form) ? fillList : fillAll)(form, before.values)) return;
    form.closest("details")?.setAttribute("open", "");
    form.dispatchEvent(new CustomEvent("keep:filled")); // a list counts what is picked (bulk.js)
    tell(form);
  };

  const forms = [...document.querySelectorAll("main:not(.door) form[method=post]")].filter(isTyped);
  const refused = forms.filter(hasErrors).map(keyOf);

  // What was sent and followed by another page than the sign-in has been taken; what somebody else typed is gone.
  for (const name of kept()) {
    const entry = read(name);
    if (who && entry.who !== who) sessionStorage.removeItem(name);
    if (!entry.sent || (who && entry.who !== who)) continue;
    if (isLogin) {
      write(name, { ...entry, login: true });
      document.querySelector("[data-kept-typing]")?.removeAttribute("hidden");
    } else if (entry.login || notTaken || refused.includes(name)) write(name, { who: entry.who, values: entry.values });
    else sessionStorage.removeItem(name);
  }
  for (const form of forms) {
    const key = keyOf(form);
    const remember = (more) => write(key, { values: valuesOf(form), ...more });
    if (!hasErrors(form)) document.addEventListener("DOMContentLoaded", () => bringBack(form)); // once every other script is there
    form.addEventListener("input", () => remember());
    form.addEventListener("change", () => remember());
    form.addEventListener("keep:taken", () => sessionStorage.removeItem(key)); // saved by itself (autosave.js)
    form.addEventListener("submit", () => remember({ sent: true }));
    window.addEventListener("pageshow", (event) => event.persisted && !hasErrors(form) && bringBack(form));
  }
})();
