// SPDX-License-Identifier: Apache-2.0
// Shows a message that came by push, says that it was shown, and opens its page when it is tapped.
self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  // A push service only queues; that a phone gave up showing messages, as iOS may, is noticed by this word alone.
  const tell = () => (said.shown ? fetch(said.shown, { method: "POST", credentials: "omit" }).catch(() => {}) : null);
  event.waitUntil(
    self.registration
      .showNotification(said.title || "Hansa", {
        tag: said.tag,
        renotify: Boolean(said.tag) && !said.quiet,
        silent: Boolean(said.quiet),
        lang: said.lang,
        requireInteraction: !said.quiet,
        data: { url: said.url || "/" },
      })
      .then(tell)
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
