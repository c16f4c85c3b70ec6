// SPDX-License-Identifier: Apache-2.0
// The outbox: a form that is sent without a connection waits on this device, and is sent once when there is one again
// (ux, section 2). It carries the key that it was filled in under, "act": sent twice, it gets the first one's receipt.
// What waits belongs to who wrote it; another person on the same device neither sees nor sends it.
(() => {
  "use strict";
  const KEY = "hansa-outbox", ROUND = 15000;
  // How long an answer stays in sight, in milliseconds: what has arrived needs nothing more.
  const KEPT = { received: 600_000, sign: 86_400_000, refused: 86_400_000 };
  const box = document.querySelector("[data-outbox]");
  if (!box) return;
  const list = box.querySelector("ul"), says = box.dataset, owner = says.outbox;
  const forms = new Map(), sending = new Set();

  function read() {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
  }

  function write(entries) {
    try { localStorage.setItem(KEY, JSON.stringify(entries)); return true; } catch { return false; }
  }

  const mine = () => read().filter((entry) => entry.owner === owner);
  const drop = (id) => write(read().filter((entry) => entry.id !== id));
  const update = (id, change) => write(read().map((entry) => (entry.id === id ? { ...entry, ...change } : entry)));
  const clock = window.hansaClock;

  // A form fits when it carries its key and no file, and when its one sending is the whole deed: it keeps a draft, so
  // that what is refused opens again, or it is a line for the log. Bytes of files do not go into this store.
  document.addEventListener("hansa:unsent", (event) => {
    const { form, button } = event.detail;
    const key = form.querySelector("input[type=hidden][name=act]");
    if (!key?.value || !form.matches("[data-draft], .h-log-line")) return;
    const fields = [...new FormData(form, button).entries()];
    if (fields.some(([, value]) => value instanceof File && value.size)) return;
    const entry = {
      id: key.value, owner, at: Date.now(), state: "saved", from: location.pathname + location.search,
      to: button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.pathname + location.search,
      name: labelOf(form), fields: fields.filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string"),
      draft: window.hansaDrafts?.take(form) ?? null,
    };
    if (!write([...read().filter((other) => other.id !== entry.id), entry])) return;
    event.preventDefault();
    forms.set(entry.id, form);
    form.hidden = true;
    show();
    box.scrollIntoView({ block: "nearest" });
    box.focus();
  });

  function labelOf(form) {
    const title = document.getElementById("title")?.textContent ?? document.title;
    const text = form.matches(".h-log-line") ? form.elements.text?.value : title;
    return (text ?? "").trim().slice(0, 120);
  }

  function show() {
    const entries = mine();
    box.hidden = entries.length === 0;
    list.replaceChildren(...entries.map(row));
  }

  function row(entry) {
    const item = document.createElement("li");
    const state = sending.has(entry.id) ? "sending" : entry.state;
    const title = item.appendChild(document.createElement("strong"));
    title.textContent = entry.name;
    item.append(" ", says[state].replace("{time}", clock(entry.done ?? entry.at)), " ");
    const action = (text, does) => {
      const button = item.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", className: "usa-button h-button--quiet", textContent: text });
      button.addEventListener("click", does);
    };
    const link = (text, url) => Object.assign(item.appendChild(document.createElement("a")), { textContent: text, href: url });
    const form = forms.get(entry.id);
    if (state === "saved" && form) {
      action(says.change, () => { drop(entry.id); reopen(form, false); });
      action(says.another, () => reopen(form, true));
    } else if (state === "refused") link(says.open, entry.from);
    else if (entry.url) link(says.see, entry.url);
    if (state !== "sending") action(says.remove, () => { drop(entry.id); if (form?.hidden) reopen(form, false); show(); });
    return item;
  }

  // Another one of the same form is another act, so it gets a key of its own, made here.
  function reopen(form, anew) {
    if (anew) {
      form.reset();
      form.querySelector("input[type=hidden][name=act]").value = crypto.randomUUID();
    }
    delete form.dataset.reached;
    form.hidden = false;
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    show();
  }

  async function send(entry) {
    const body = new URLSearchParams(entry.fields);
    body.set("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "");
    sending.add(entry.id);
    show();
    const answer = await fetch(entry.to, { method: "POST", body, credentials: "same-origin", signal: AbortSignal.timeout(30000) }).catch(() => null);
    sending.delete(entry.id);
    // Without an answer, or with one that says "later", it stays: the key keeps the next try from doubling it.
    if (answer && answer.status < 500 && answer.status !== 429) settle(entry, answer);
    show();
  }

  function settle(entry, answer) {
    const landed = new URL(answer.url);
    if (answer.redirected && landed.pathname === says.signIn) return;
    if (answer.ok && answer.redirected) {
      const state = landed.pathname === says.approve ? "sign" : "received";
      update(entry.id, { state, done: Date.now(), url: landed.pathname + landed.search, fields: [], draft: null });
    } else {
      // The page of the form says what is wrong: it opens with what was typed.
      update(entry.id, { state: "refused", done: Date.now(), fields: [], draft: null });
      if (entry.draft) window.hansaDrafts?.put(entry.draft);
    }
  }

  async function flush() {
    const waiting = mine().filter((entry) => entry.state === "saved");
    if (!waiting.length || sending.size || !navigator.onLine) return;
    const run = async () => { for (const entry of waiting) await send(entry); };
    if (navigator.locks) await navigator.locks.request(KEY, { ifAvailable: true }, (lock) => lock && run());
    else await run();
  }

  write(read().filter((entry) => entry.state === "saved" || Date.now() - entry.done < KEPT[entry.state]));
  addEventListener("online", flush);
  addEventListener("storage", (event) => event.key === KEY && show());
  setInterval(flush, ROUND);
  show();
  flush();
})();
