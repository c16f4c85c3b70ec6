// SPDX-License-Identifier: Apache-2.0
// Lets this browser take messages, when a person taps; the form then brings the subscription to the node.
(() => {
  const form = document.querySelector("[data-push]");
  if (!form) return;
  const button = form.querySelector("button");
  const note = form.querySelector("[data-push-note]");
  const say = (name) => {
    note.textContent = note.dataset[name];
    note.hidden = false;
  };
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    say("missing");
    button.disabled = true;
    return;
  }
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  form.addEventListener("submit", async (event) => {
    if (form.subscription.value) return;
    event.preventDefault();
    if ((await Notification.requestPermission()) !== "granted") return say("refused");
    try {
      const worker = await navigator.serviceWorker.register(form.dataset.worker);
      const made = await worker.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(form.dataset.push),
      });
      form.subscription.value = JSON.stringify(made);
      form.submit();
    } catch {
      say("failed");
    }
  });
})();
