# SPDX-License-Identifier: Apache-2.0
"""A board in a real browser, over the real stream: it changes by itself and leaves what someone is typing alone."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from django.db import connections
from django.urls import reverse

from hansa.activation import actions
from hansa.activation.tests.crisis import DENVER, OAKLAND, by_officer, found_league, invoke
from hansa.people.sign_in import persona_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(settings) -> Iterator[str]:
    """Serve the site as `hansa serve` does, in a thread of this process: streams need ASGI."""
    from hansa.config.asgi import application

    settings.ALLOWED_HOSTS = ["localhost"]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off", ws="none"))
        server.config.timeout_graceful_shutdown = 1
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://localhost:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive()
    connections.close_all()


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")
def test_an_answer_appears_by_itself_and_what_is_being_typed_stays(page, address):
    league = found_league()
    opened = invoke(league)
    page.goto(address + reverse("people:persona-sign-in", args=[persona_token(league.officers[DENVER].id)]))
    with page.expect_response("**/live/*"):
        page.goto(address + reverse("activation:activation-board", args=[opened.id]))
    page.fill("#board-line", "half a sent")
    counts = page.locator("#board-counts")
    assert "Acknowledge: 0 of 3" in counts.inner_text()
    by_officer(league, OAKLAND, actions.acknowledge_crisis, opened)
    show = page.locator("[data-live-show=board-happened]")
    show.wait_for(state="visible")
    assert show.inner_text() == "1 new: show"
    assert "Acknowledge: 1 of 3" in counts.inner_text()
    assert page.input_value("#board-line") == "half a sent"
    show.click()
    assert "Oakland acknowledged the activation" in page.locator("#board-happened li").first.inner_text()
    page.goto("about:blank")
