// SPDX-License-Identifier: Apache-2.0
// Live pages (ux, section 2). An element with data-live="address of server-sent events" says that the page lives.
// Events: "beat" keeps the line alive; any other event means that something changed: the page is fetched again
// and its [data-live-region] elements, each with an id, are brought up to date.
//   - what has focus, selection, the pointer or unsaved input is left alone until it is let go;
//   - in [data-live-rows], new rows wait behind "5 new: show", changed ones say when they changed.
(() => {
  "use strict";
  const SILENCE = 15000;
  const root = document.querySelector("[data-live]");
  const strip = document.querySelector("[data-live-strip]");
  const line = strip?.querySelector("[data-live-text]");
  const emptyStrip = strip?.hidden;
  const waiting = new Map();
  let heard = Date.now(), paused = false, fetching = false, again = false, behind = false;

  const clock = window.hansaClock;

  function say(kind) {
    if (!line) return;
    const text = kind ? line.dataset[kind].replace("{time}", clock(heard)) : "";
    if (line.textContent !== text) line.textContent = text;
    strip.hidden = emptyStrip && !text;
  }
  addEventListener("offline", () => say("offline"));
  addEventListener("online", () => say(root && Date.now() - heard > SILENCE ? "silent" : ""));
  if (!navigator.onLine) say("offline");
  if (!root || !window.EventSource) return;

  const dirty = (field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
      : field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;

  // A row under the pointer stays; of a larger region only what can be pressed counts.
  const pointed = (element) =>
    element.matches("tr, li") ? element.matches(":hover")
      : element.querySelector(":is(a, button, label, summary, input, select, textarea):hover") !== null;

  function busy(element) {
    const selection = getSelection();
    return element.contains(document.activeElement) || pointed(element)
      || (!selection.isCollapsed && selection.containsNode(element, true))
      || [...element.querySelectorAll("input, textarea, select")].some(dirty)
      || element.querySelector("details[open]") !== null;
  }

  // Server-rendered secrets and waiting marks differ at every rendering without meaning a change.
  const essence = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("input[name=csrfmiddlewaretoken], input[name=act], [data-live-changed]").forEach((item) => item.remove());
    copy.removeAttribute("hidden");
    return copy.innerHTML.replace(/nonce="[^"]*"/g, "").replace(/\s+/g, " ").trim();
  };

  function replace(old, fresh) {
    if (essence(old) === essence(fresh)) return true;
    if (busy(old)) return false;
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    return true;
  }

  function stamp(row) {
    const cell = row.querySelector("th, td") ?? row;
    const note = document.createElement("span");
    note.className = "h-changed";
    note.dataset.liveChanged = "";
    note.textContent = root.dataset.changed?.replace("{time}", clock(Date.now())) ?? "";
    cell.append(note);
  }

  function updateRows(old, fresh) {
    let complete = true;
    const known = new Map([...old.children].filter((row) => row.id).map((row) => [row.id, row]));
    let before = null;
    for (const row of [...fresh.children]) {
      const present = row.id && known.get(row.id);
      if (!present) {
        row.hidden = true;
        row.dataset.waiting = "";
        before ? before.after(row) : old.prepend(row);
        before = row;
      } else {
        known.delete(row.id);
        before = present;
        if (essence(present) !== essence(row)) {
          row.hidden = present.hidden;
          if (!replace(present, row)) complete = false;
          else { if (!row.hidden) stamp(row); before = row; }
        }
      }
    }
    // Nothing moves up under a pointer either.
    for (const gone of known.values()) busy(gone) || old.matches(":hover") ? (complete = false) : gone.remove();
    offer(old);
    return complete;
  }

  function offer(rows) {
    const button = document.querySelector(`[data-live-show="${rows.id}"]`);
    const count = rows.querySelectorAll(":scope > [data-waiting]").length;
    if (!button) return show(rows);
    button.hidden = count === 0;
    button.textContent = count ? button.dataset.text.replace("{count}", count) : "";
  }

  const show = (rows) => rows.querySelectorAll(":scope > [data-waiting]").forEach((row) => { row.hidden = false; delete row.dataset.waiting; });

  async function refresh() {
    if (paused) { behind = true; return; }
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const answer = await fetch(root.dataset.liveFrom || location.href, { headers: { "X-Live": "1" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      hear();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      waiting.clear();
      page.querySelectorAll("[data-live-region][id]").forEach((fresh) => waiting.set(fresh.id, fresh));
      settle();
    } catch { /* the silence is shown by the watch below */ } finally {
      fetching = false;
      if (again) { again = false; refresh(); }
    }
  }

  function settle() {
    for (const [id, fresh] of [...waiting]) {
      const old = document.getElementById(id);
      const copy = fresh.cloneNode(true);
      if (!old || (old.matches("[data-live-rows]") ? updateRows(old, copy) : replace(old, copy))) waiting.delete(id);
    }
  }

  document.addEventListener("click", (event) => {
    const shown = event.target.closest?.("[data-live-show]");
    if (shown) { const rows = document.getElementById(shown.dataset.liveShow); show(rows); offer(rows); rows.querySelector("a, button")?.focus(); return; }
    const toggle = event.target.closest?.("[data-live-pause]");
    if (!toggle) return;
    paused = !paused;
    toggle.setAttribute("aria-pressed", String(paused));
    toggle.querySelector("[data-live-label]").textContent = paused ? toggle.dataset.resume : toggle.dataset.pause;
    if (!paused && behind) { behind = false; refresh(); }
  });
  for (const event of ["focusout", "pointerout", "selectionchange"])
    document.addEventListener(event, () => waiting.size && !paused && setTimeout(settle, 300));

  // A browser keeps six connections to one server over HTTP/1.1, for all of its tabs together, and a stream holds one:
  // six boards would leave none for the next page. So a page that nobody sees lets go, and of those seen at most four
  // listen; the others ask every ten seconds until a place is free.
  const LINES = 4, ROUND = 10000;
  let source = null, release = null, seeking = false, place = root.dataset.liveAt, asked = Date.now();
  const hear = () => { heard = Date.now(); say(navigator.onLine ? "" : "offline"); };
  let timer;
  function changed(event) {
    place = event.lastEventId || place;
    hear();
    clearTimeout(timer);
    timer = setTimeout(refresh, 150);
  }

  // The browser itself sends Last-Event-ID when it connects again; the first time, the page names its own place.
  function open() {
    const address = new URL(root.dataset.live, location.href);
    if (place) address.searchParams.set("after", place);
    source = new EventSource(address);
    source.addEventListener("open", hear);
    source.addEventListener("beat", hear);
    source.addEventListener("message", changed);
    source.addEventListener("change", changed);
  }

  function close() {
    source?.close();
    release?.();
    source = release = null;
  }

  const take = (name) => new Promise((resolve) => navigator.locks.request(name, { ifAvailable: true }, (lock) => {
    if (!lock || document.hidden) return resolve(false);
    open();
    resolve(true);
    return new Promise((done) => { release = done; });
  }));

  async function listen() {
    if (source || seeking || document.hidden) return;
    // Only pages of a secure address have locks; without them each listens for itself.
    if (!navigator.locks) return open();
    seeking = true;
    for (let number = 0; number < LINES && !(await take(`hansa-live-${number}`)); number++);
    seeking = false;
  }

  async function watch() {
    if (document.hidden) return;
    if (!source && Date.now() - asked > ROUND) {
      asked = Date.now();
      await listen();
      if (!source) await refresh();
    }
    if (Date.now() - heard > SILENCE) say(navigator.onLine ? "silent" : "offline");
  }

  listen();
  setInterval(watch, 1000);
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : listen()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && listen());
})();
