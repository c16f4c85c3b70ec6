// SPDX-License-Identifier: Apache-2.0
// What every page does: focus on the error summary, theme without a round trip, menus that close, one send per form.
(() => {
  "use strict";

  // The time of day as the server writes it: on the clock of the reader's member, which it names.
  const { lang, dataset: { zone } } = document.documentElement;
  window.hansaClock = (at) => new Date(at).toLocaleTimeString(`${lang.slice(0, 2)}-US`, { hour: "numeric", minute: "2-digit", timeZone: zone, timeZoneName: "short" })
    .replace(/[\u202f\u00a0]/g, " ").replace("AM", "a.m.").replace("PM", "p.m.").replace(/([ap])\.\s?m\./, lang.startsWith("es") ? "$1. m." : "$1.m.");

  const focusFirstError = () => document.querySelector("[data-focus]")?.focus({ preventScroll: false });

  // The link of an error goes to its field; a field in a closed section opens it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".h-error-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-theme-form]")) switchTheme(event, form);
    else if (holdWithoutConnection(event, form)) return;
    else if (form.matches("[data-once]")) sendOnce(event, form);
  });

  // A form that is sent into the void would be replaced by the browser's own error page, and what was typed with it.
  // So the server is asked first, with a file of a few bytes. Whoever sends again after the message is not held again.
  function holdWithoutConnection(event, form) {
    const note = document.querySelector("[data-unsent]");
    if (!note || form.method !== "post" || event.defaultPrevented || form.dataset.sent || form.matches("[data-language]")) return false;
    if (form.dataset.reached && navigator.onLine) {
      delete form.dataset.reached;
      note.hidden = true;
      return false;
    }
    event.preventDefault();
    if (form.dataset.asking) return true;
    form.dataset.asking = "1";
    const button = event.submitter;
    reach().then((there) => {
      delete form.dataset.asking;
      form.dataset.reached = "1";
      if (there) return form.requestSubmit(button);
      // The outbox takes what it can send later; for the rest the person sends again.
      if (!document.dispatchEvent(new CustomEvent("hansa:unsent", { cancelable: true, detail: { form, button } }))) return;
      (button?.closest(".h-actions") ?? button ?? form).before(note);
      note.hidden = true;
      note.hidden = false;
      note.scrollIntoView({ block: "nearest" });
    });
    return true;
  }

  const reach = () => navigator.onLine
    ? fetch(document.querySelector("link[rel=icon]").href, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(8000) }).then(() => true, () => false)
    : Promise.resolve(false);

  function switchTheme(event, form) {
    event.preventDefault();
    const button = form.querySelector("button");
    const theme = button.value;
    document.documentElement.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `hansa_theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    const other = theme === "dark" ? "light" : "dark";
    button.value = other;
    button.textContent = form.dataset[other];
  }

  // Without script the form carries its key and the server answers twice with one receipt; this only spares the wait.
  function sendOnce(event, form) {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  }

  // Coming back by the browser's history finds the form ready again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  const closeMenus = (except) =>
    document.querySelectorAll("[data-menu][open]").forEach((menu) => menu !== except && menu.removeAttribute("open"));
  document.addEventListener("click", (event) => closeMenus(event.target.closest?.("[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("[data-menu][open]");
    if (menu) { menu.removeAttribute("open"); menu.querySelector("summary").focus(); }
  });

  // What the system prefers decides which theme the switch offers until someone chose.
  const themeButton = document.querySelector("[data-theme-form] button");
  if (themeButton && !document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches) {
    themeButton.value = "light";
    themeButton.textContent = themeButton.form.dataset.light;
  }
  focusFirstError();
})();
