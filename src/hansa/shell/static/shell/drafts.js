// SPDX-License-Identifier: Apache-2.0
// Drafts of forms with data-draft: kept on this device at every change, put back, forgotten once they were sent.
// A page that shows a receipt carries <meta name="hansa-receipt" content="name of the draft">; the page that another
// form led to counts as one unless the server refused it, asks to sign in, or waits for a passkey that was not given.
(() => {
  "use strict";
  const box = document.querySelector("[data-outbox]");
  // Whoever uses this device next does not find what another person typed.
  const PREFIX = `hansa-draft:${box?.dataset.outbox ?? ""}:`, SENT = "hansa-sent";
  const SKIPPED = new Set(["csrfmiddlewaretoken", "act"]);

  const savable = (field) =>
    field.name && !SKIPPED.has(field.name) && !["password", "file", "hidden", "submit", "button"].includes(field.type);

  const store = {
    read(name) { try { return JSON.parse(localStorage.getItem(PREFIX + name)); } catch { return null; } },
    write(name, value) { try { localStorage.setItem(PREFIX + name, JSON.stringify(value)); return true; } catch { return false; } },
    forget(name) { try { localStorage.removeItem(PREFIX + name); } catch { /* storage is closed: nothing was kept */ } },
  };

  const clock = window.hansaClock;

  function tell(form, text, at) {
    const note = form.querySelector("[data-draft-note]");
    if (!note || !text) return;
    note.textContent = text.replace("{time}", clock(at));
    note.hidden = false;
  }

  function valuesOf(form) {
    const values = {};
    for (const field of form.elements) {
      if (!savable(field)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        values[field.name] ??= [];
        if (field.checked) values[field.name].push(field.value);
      } else if (field.multiple) values[field.name] = [...field.selectedOptions].map((option) => option.value);
      else (values[field.name] ??= []).push(field.value);
    }
    return values;
  }

  function save(form) {
    const at = Date.now();
    const note = form.querySelector("[data-draft-note]");
    if (store.write(form.dataset.draft, { at, values: valuesOf(form) })) tell(form, note?.dataset.saved, at);
  }

  function restore(form) {
    const draft = store.read(form.dataset.draft);
    // What the server sent back after an error is newer than the draft.
    if (!draft || form.querySelector("[aria-invalid=true]")) return;
    const used = {};
    let changed = false;
    for (const field of form.elements) {
      const kept = draft.values[field.name];
      if (!savable(field) || !kept) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        changed ||= field.checked !== kept.includes(field.value);
        field.checked = kept.includes(field.value);
      } else if (field.multiple) {
        for (const option of field.options) option.selected = kept.includes(option.value);
      } else {
        const value = kept[(used[field.name] = (used[field.name] ?? -1) + 1)];
        if (value === undefined) continue;
        changed ||= field.value !== value;
        field.value = value;
      }
    }
    if (changed) tell(form, form.querySelector("[data-draft-note]")?.dataset.restored, draft.at);
  }

  // What is sent is noted for this tab; the page that it leads to tells what became of it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!event.defaultPrevented && form.dataset.draft) remember({ name: form.dataset.draft });
  });
  const remember = (sent) => { try { sessionStorage.setItem(SENT, JSON.stringify(sent)); } catch { /* nothing is noted: the draft stays */ } };

  function forgetSent() {
    let sent = null;
    try { sent = JSON.parse(sessionStorage.getItem(SENT)); sessionStorage.removeItem(SENT); } catch { /* nothing was noted */ }
    if (!sent || !box) return;
    const [here, status] = [location.pathname, performance.getEntriesByType("navigation")[0]?.responseStatus ?? 200];
    const again = [...document.forms].some((form) => form.dataset.draft === sent.name);
    if (here === box.dataset.approve) remember({ ...sent, signing: true });
    else if (here === box.dataset.receipt || !(sent.signing || again || status >= 400 || here === box.dataset.signIn)) store.forget(sent.name);
  }

  // For the outbox, which holds what was typed until it has arrived; what the server refuses is a draft again.
  window.hansaDrafts = {
    take(form) {
      const name = form.dataset.draft;
      if (!name) return null;
      store.forget(name);
      return { name, at: Date.now(), values: valuesOf(form) };
    },
    put: ({ name, at, values }) => store.write(name, { at, values }),
  };

  forgetSent();
  document.querySelectorAll("meta[name='hansa-receipt']").forEach((meta) => store.forget(meta.content));
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    restore(form);
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 400, form); });
    form.addEventListener("change", () => save(form));
  });
})();
