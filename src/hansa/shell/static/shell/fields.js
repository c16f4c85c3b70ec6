// SPDX-License-Identifier: Apache-2.0
// What a field does while it is filled in: the hash of a chosen file, and a quantity said in units and in packs.
(() => {
  "use strict";

  // The file never leaves the device: its input has no name, and only the hash is put into the form.
  document.querySelectorAll("[data-hash-into]").forEach((chooser) => {
    const into = document.getElementById(chooser.dataset.hashInto);
    const said = document.getElementById("proof-said");
    if (!into || !said || !globalThis.crypto?.subtle) return;
    chooser.closest("[data-hash-file]").hidden = false;
    chooser.addEventListener("change", async () => {
      const file = chooser.files[0];
      into.value = "";
      said.textContent = file ? said.dataset.busy : "";
      if (!file) return;
      try {
        const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
        if (chooser.files[0] !== file) return;
        into.value = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
        said.textContent = said.dataset.done.replace("{name}", file.name);
      } catch {
        said.textContent = said.dataset.failed;
      }
    });
  });

  // A quantity in units and in packs, beside what is typed: "400" is 10 pallets of 40, "20 pallets" are 800.
  // The server reads it again; nothing is sent from here. Both languages' words for packs count, in one or many.
  const pairs = (text) => (text || "").split(";").filter(Boolean).map((pair) => pair.split("="));
  const plain = (word) => word.trim().toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const known = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\d+(?:\.\d+)?$/;
  const number = (value) => value.toLocaleString(document.documentElement.lang || "en", { maximumFractionDigits: 3 });

  function packsOf(box) {
    const chosen = box.form.querySelector("[name=kind][data-packs]:checked");
    return pairs(box.dataset.packs ?? chosen?.dataset.packs).map(([pack, count]) => [pack, Number(count)]);
  }

  function count(box) {
    const match = /^([\d.,]+)\s*(\D*)$/.exec(box.value.trim());
    if (!match || !known.test(match[1])) return "";
    const words = Object.fromEntries(pairs(box.dataset.packWords));
    const named = (pack) => [plain(pack), plain(words[pack] || pack)].flatMap((word) => [word, `${word}s`, `${word}es`]);
    const [typed, word] = [Number(match[1].replaceAll(",", "")), plain(match[2])];
    if (!typed) return "";
    const packs = packsOf(box);
    if (word) {
      const pack = packs.find(([name]) => named(name).includes(word));
      return pack ? `${number(typed)} × ${words[pack[0]] || pack[0]} (${number(pack[1])}) = ${number(typed * pack[1])}` : "";
    }
    const [pack, each] = packs.filter(([, size]) => size <= typed).sort((a, b) => b[1] - a[1])[0] ?? [];
    if (!each) return "";
    const whole = Math.floor(typed / each);
    const rest = typed - whole * each;
    return `${number(typed)} = ${number(whole)} × ${words[pack] || pack} (${number(each)})${rest ? ` + ${number(rest)}` : ""}`;
  }

  function echo(box) {
    const text = count(box);
    let said = box.parentElement.querySelector("[data-echo]");
    if (!said && !text) return;
    if (!said) {
      said = document.createElement("p");
      said.className = "h-echo";
      said.dataset.echo = "";
      said.setAttribute("role", "status");
      box.after(said);
    }
    if (said.textContent !== text) said.textContent = text;
  }

  const boxes = () => document.querySelectorAll("[data-pack-words]");
  document.addEventListener("input", (event) => event.target.matches?.("[data-pack-words]") && echo(event.target));
  document.addEventListener("change", (event) => event.target.matches?.("[name=kind]") && boxes().forEach(echo));
  document.addEventListener("reset", () => setTimeout(() => boxes().forEach(echo)));
  document.addEventListener("htmx:afterSwap", () => boxes().forEach(echo));
  boxes().forEach(echo);
})();
