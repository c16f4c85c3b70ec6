// SPDX-License-Identifier: Apache-2.0
// What every page does: focus on the error summary, theme without a round trip, menus that close, one send per form.
(() => {
  "use strict";

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
    else if (form.matches("[data-once]")) sendOnce(event, form);
  });

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
