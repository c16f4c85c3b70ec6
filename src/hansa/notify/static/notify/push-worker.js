// SPDX-License-Identifier: Apache-2.0
// Shows a message that came by push, and opens its page when it is tapped.
self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  event.waitUntil(
    self.registration.showNotification(said.title || "Hansa", {
      tag: said.tag,
      renotify: Boolean(said.tag),
      lang: said.lang,
      requireInteraction: true,
      data: { url: said.url || "/" },
    })
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
