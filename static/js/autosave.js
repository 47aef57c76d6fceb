/* A form marked data-autosave is saved by itself some seconds after typing, on leaving a field and on leaving the page.

   It is sent as its own button would send it, with then=keep. The answer says when it was saved and what the form has seen
   since; whoever is signed out, or has no connection, keeps what was typed in this tab (keep.js). */
(() => {
  "use strict";

  const AFTER = 3000;
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const told = form.querySelector("[data-autosaved]");
  let timer = 0;
  let going = null; // what is on its way
  let stopped = false; // another text was saved meanwhile: the buttons show both

  const typed = () => {
    const body = new FormData(form);
    body.delete("seen");
    return new URLSearchParams(body).toString();
  };
  let saved = typed();

  const send = async () => {
    const now = typed();
    const body = new FormData(form);
    body.set("then", "keep");
    try {
      const answer = await fetch(window.location.href, { method: "POST", body, redirect: "manual", keepalive: true });
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return;
      const { words, seen } = await answer.json();
      told.textContent = words;
      stopped = answer.status === 409;
      if (!answer.ok) return;
      saved = now;
      form.elements.seen.value = seen;
      if (typed() === saved) form.dispatchEvent(new CustomEvent("keep:taken"));
    } catch {
      // no connection: the next key tries again
    }
  };

  const save = () => {
    clearTimeout(timer);
    if (going || stopped || typed() === saved) return;
    going = send().finally(() => {
      going = null;
      if (typed() !== saved) later();
    });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, AFTER);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", save);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  // a button waits for what is on its way: it would be told of its own text as of another's
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    stopped = true;
    if (!going) return;
    event.preventDefault();
    going.finally(() => form.requestSubmit(event.submitter));
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stopped = false;
  });
})();
