# SPDX-License-Identifier: Apache-2.0
"""Web push in a real browser: tapped, subscribed, sent, decrypted by a push service on loopback, shown by the worker.

Chromium gets its subscriptions from a service of its maker, which no test reaches; that one step is played by the
loopback service, with keys of its own. What it decrypts is handed to the browser as its push service would.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from hansa import notify
from hansa.core.rls import member_scope
from hansa.notify import outbox, registry
from hansa.notify.choices import State
from hansa.notify.event import Recipient
from hansa.notify.models import Address, Delivery
from hansa.notify.tests.conftest import MEMBER, event
from hansa.notify.tests.push_service import PushService, open_push_service
from hansa.notify.webpush.transport import WebPush
from hansa.people.sign_in import persona_token
from hansa.people.tests.conftest import cast

__all__ = ["cast"]
pytestmark = pytest.mark.django_db(transaction=True)

SHOWN = """async () => {
  const found = await navigator.serviceWorker.getRegistrations();
  const shown = await Promise.all(found.map((each) => each.getNotifications()));
  return shown.flat().map((each) => [each.title, each.body, each.data.url, each.tag, each.silent]);
}"""


@pytest.fixture
def service(settings, monkeypatch):
    with open_push_service() as service:
        settings.HANSA_PUSH_HOSTS = [service.origin]
        channel = WebPush()
        monkeypatch.setitem(registry.channels, "webpush", channel)
        yield service
        channel.close()


def deliver(page: Page, root: str, said: dict) -> None:
    """Hand a message to the browser's worker, as its push service does."""
    debugger = page.context.new_cdp_session(page)
    known: list[dict] = []
    debugger.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(said["registrations"]))
    debugger.send("ServiceWorker.enable")
    page.wait_for_function("() => navigator.serviceWorker.getRegistrations().then((found) => found.length)")
    worker = next(each for each in known if each["scopeURL"].endswith("/static/notify/"))
    debugger.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": root, "registrationId": worker["registrationId"], "data": json.dumps(said)},
    )


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("es", 390)])
def test_a_push_message_reaches_the_screen_and_is_known_to(
    service: PushService, cast, live_server, new_context, axe, settings, language, width
):
    root = live_server.url.replace("127.0.0.1", "localhost")
    settings.HANSA_ORIGINS = [root]
    context = new_context(viewport={"width": width, "height": 844})
    context.grant_permissions(["notifications"], origin=root)
    context.add_cookies([{"name": "hansa_language", "value": language, "url": root}])
    page = context.new_page()
    # It asks for a running worker, as the real one does.
    page.add_init_script(
        "PushManager.prototype.subscribe = async function (wanted) {"
        " const [worker] = await navigator.serviceWorker.getRegistrations();"
        " if (!worker.active || !wanted.userVisibleOnly || wanted.applicationServerKey.length !== 65)"
        "   throw new DOMException('Subscription failed', 'AbortError');"
        f" return {service.subscription}; }};"
    )
    page.goto(f"{root}/exercise/sign-in/{persona_token(cast.oakland_duty.id)}/")
    page.goto(f"{root}/addresses/")
    page.locator("[data-push] button").click()
    expect(page.locator(".usa-alert--success")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with member_scope(MEMBER):
        assert Address.objects.get().usable
        told = event(headline="Four nurses needed", text="Ward 3", url="/alerts/{message}/{code}/")
        notify.send_message(told, [Recipient(cast.oakland_duty.id)])
    outbox.drain("webpush")
    ((_, said),) = service.taken
    deliver(page, root, said)
    page.wait_for_function(f"({SHOWN})().then((shown) => shown.length)")
    assert page.evaluate(SHOWN) == [["Four nurses needed", "", said["url"], said["tag"], False]]
    assert "Ward 3" not in json.dumps(said)
    for _ in range(100):  # the worker says so by itself, a moment later
        with member_scope(MEMBER):
            if Delivery.objects.get().state == State.DELIVERED:
                break
        page.wait_for_timeout(50)
    with member_scope(MEMBER):
        assert Delivery.objects.get().state == State.DELIVERED and Address.objects.get().heard_at
