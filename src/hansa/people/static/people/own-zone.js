// SPDX-License-Identifier: Apache-2.0
// Says moments in the reader's own zone on pages for people who are not signed in: only their browser knows it.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const tongue = document.documentElement.lang;
  const word = (moment, options, language = tongue) =>
    new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(moment);
  for (const each of document.querySelectorAll("[data-own-zone] time[datetime*='T']")) {
    const moment = new Date(each.dateTime);
    const day = word(moment, { weekday: "short", month: "short", day: "numeric" });
    const clock = word(moment, { hour: "numeric", minute: "2-digit", hour12: true }, "en-US");
    // Its short names are English; in Spanish the browser knows no better than "GMT-7".
    const named = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "short" }).formatToParts(moment);
    const half = clock.endsWith("AM") ? "a" : "p";
    const marked = clock.replace(/\s?[AP]M$/, tongue.startsWith("es") ? `\u00a0${half}.\u00a0m.` : `\u00a0${half}.m.`);
    each.textContent = `${day}, ${marked} ${named.find((part) => part.type === "timeZoneName").value}`;
  }
})();
