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
  const PATIENCE = 20000;
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  // Only a worker that runs can be subscribed; the first time it takes a moment.
  const active = async (registration) => {
    const starting = registration.installing || registration.waiting;
    if (!registration.active && starting)
      await new Promise((done, failed) =>
        starting.addEventListener("statechange", () => {
          if (starting.state === "activated") done();
          if (starting.state === "redundant") failed(new Error("the worker did not start"));
        })
      );
    return registration;
  };
  const subscribe = async () => {
    const { pushManager } = await active(await navigator.serviceWorker.register(form.dataset.worker));
    const known = await pushManager.getSubscription();
    // A browser that fell silent needs a new subscription, and so does one that was made for another key.
    if (known && form.dataset.anew) {
      form.replaces.value = known.endpoint;
      await known.unsubscribe();
    }
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) });
  };
  const late = () => new Promise((_, failed) => setTimeout(() => failed(new Error("no answer")), PATIENCE));
  form.addEventListener("submit", async (event) => {
    if (form.subscription.value) return;
    event.preventDefault();
    if ((await Notification.requestPermission()) !== "granted") return say("refused");
    say("asking");
    try {
      form.subscription.value = JSON.stringify(await Promise.race([subscribe(), late()]));
      form.submit();
    } catch {
      say("failed");
    }
  });
})();
