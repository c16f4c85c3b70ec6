// SPDX-License-Identifier: Apache-2.0
// Drafts of forms with data-draft: kept on this device at every change, put back, forgotten at the receipt.
// A page that shows a receipt carries <meta name="hansa-receipt" content="name of the draft">.
(() => {
  "use strict";
  const PREFIX = "hansa-draft:";
  const SKIPPED = new Set(["csrfmiddlewaretoken", "act"]);

  const savable = (field) =>
    field.name && !SKIPPED.has(field.name) && !["password", "file", "hidden", "submit", "button"].includes(field.type);

  const store = {
    read(name) { try { return JSON.parse(localStorage.getItem(PREFIX + name)); } catch { return null; } },
    write(name, value) { try { localStorage.setItem(PREFIX + name, JSON.stringify(value)); return true; } catch { return false; } },
    forget(name) { try { localStorage.removeItem(PREFIX + name); } catch { /* storage is closed: nothing was kept */ } },
  };

  const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });

  function tell(form, text, at) {
    const note = form.querySelector("[data-draft-note]");
    if (!note || !text) return;
    note.textContent = text.replace("{time}", clock(at));
    note.hidden = false;
  }

  function save(form) {
    const values = {};
    for (const field of form.elements) {
      if (!savable(field)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        values[field.name] ??= [];
        if (field.checked) values[field.name].push(field.value);
      } else if (field.multiple) values[field.name] = [...field.selectedOptions].map((option) => option.value);
      else (values[field.name] ??= []).push(field.value);
    }
    const at = Date.now();
    const note = form.querySelector("[data-draft-note]");
    if (store.write(form.dataset.draft, { at, values })) tell(form, note?.dataset.saved, at);
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

  document.querySelectorAll("meta[name='hansa-receipt']").forEach((meta) => store.forget(meta.content));
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    restore(form);
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 400, form); });
    form.addEventListener("change", () => save(form));
  });
})();
