// SPDX-License-Identifier: Apache-2.0
// Brings cards up to date as messages come; leaves alone the card in which someone writes.
const busy = (card) => card.contains(document.activeElement) && document.activeElement.matches("input, select");
async function refresh() {
  const page = new DOMParser().parseFromString(await (await fetch("/", { headers: { "Accept-Language": document.documentElement.lang } })).text(), "text/html");
  for (const list of page.querySelectorAll("[data-cards]")) {
    const here = document.getElementById(list.id);
    list.querySelectorAll(".card").forEach((card, place) => {
      const old = document.getElementById(card.id);
      if (old?.parentNode !== here) {
        old?.remove();
        here.insertBefore(card.cloneNode(true), here.children[place] || null);
      } else if (!busy(old) && old.innerHTML !== card.innerHTML) {
        const open = [...old.querySelectorAll("details[open]")].map((each) => each.id);
        const fresh = card.cloneNode(true);
        open.forEach((id) => fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", ""));
        old.replaceWith(fresh);
      }
    });
    const nothing = document.getElementById(`${list.id}-nothing`);
    if (nothing) nothing.hidden = here.children.length > 0;
  }
}
let waiting = 0;
new EventSource("/events").addEventListener("change", () => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 150);
});
