// SPDX-License-Identifier: Apache-2.0
// A long text with errors by line: checks it on the server while it is typed, and goes to the line of an error.
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-line]");
    const area = button && document.getElementById(button.dataset.lineOf);
    if (!area) return;
    const lines = area.value.split("\n");
    const number = Number(button.dataset.line) - 1;
    const start = lines.slice(0, number).reduce((sum, line) => sum + line.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[number] || "").length);
    area.scrollTop = (area.scrollHeight / lines.length) * Math.max(number - 4, 0);
  });

  const box = document.querySelector("[data-check-url]");
  const area = box && document.getElementById(box.dataset.checkOf);
  const into = box && document.getElementById(box.dataset.checkInto);
  if (!area || !into) return;
  let timer = 0;
  let round = 0;

  // Only the newest answer counts: an older one that comes late would show errors that are gone.
  async function check() {
    const mine = ++round;
    const body = new FormData();
    body.set("text", area.value);
    body.set("csrfmiddlewaretoken", area.form.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(box.dataset.checkUrl, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
    if (mine === round && answer?.ok) into.innerHTML = await answer.text();
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, 700);
  });
})();
