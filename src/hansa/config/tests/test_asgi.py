# SPDX-License-Identifier: Apache-2.0
"""Pages run in one thread each; streams hold neither a thread nor a database connection."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextvars import ContextVar

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from hansa.config.asgi import THREADS, application

opened, threads, left = [], [], []
said: ContextVar[str] = ContextVar("said", default="")


def page(request: HttpRequest) -> HttpResponse:
    threads.append(threading.current_thread())
    left.append(said.get())
    said.set("by the page before")
    return HttpResponse("a page")


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def lines() -> AsyncIterator[str]:
        yield "data: first\n\n"
        await asyncio.sleep(3600)

    return StreamingHttpResponse(lines(), content_type="text/event-stream")


def touching(get_response):
    """Use the database before the view, as session and member middleware do."""

    def middleware(request: HttpRequest):
        connection.ensure_connection()
        opened.append(connection)
        return get_response(request)

    return middleware


urlpatterns = [path("page/", page), path("stream/", stream)]


def scope_of(address: str) -> dict:
    return {"type": "http", "method": "GET", "path": address, "headers": [], "query_string": b"", "http_version": "1.1"}


async def first_lines(address: str) -> tuple[dict, dict, ApplicationCommunicator]:
    asking = ApplicationCommunicator(type(application)(), scope_of(address))
    await asking.send_input({"type": "http.request"})
    return await asking.receive_output(20), await asking.receive_output(20), asking


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[f"{__name__}.touching"])
def test_a_stream_keeps_no_database_connection_and_lets_pages_through():
    async def look() -> None:
        opened.clear()
        streams = [await first_lines("/stream/") for _ in range(3)]
        assert [body["body"] for _, body, _ in streams] == [b"data: first\n\n"] * 3
        assert len(opened) == 3 and not any(used.connection for used in opened)
        _, body, asking = await first_lines("/page/")
        assert body["body"] == b"a page"
        await asking.wait(20)
        for _, _, asking in streams:
            await asking.send_input({"type": "http.disconnect"})
            await asking.wait(20)

    asyncio.run(look())


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
def test_a_page_runs_outside_the_event_loop():
    async def look() -> None:
        threads.clear()
        _, _, asking = await first_lines("/page/")
        await asking.wait(20)
        assert threads and threads[0] is not threading.current_thread()

    asyncio.run(look())


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
def test_pages_share_a_few_threads_and_nothing_that_one_of_them_set():
    async def look() -> None:
        threads.clear()
        left.clear()
        site = type(application)()
        for _ in range(2 * THREADS):
            asking = ApplicationCommunicator(site, scope_of("/page/"))
            await asking.send_input({"type": "http.request"})
            await asking.wait(20)
        assert len(threads) == 2 * THREADS
        assert len(set(threads)) <= THREADS
        assert set(left) == {""}

    asyncio.run(look())
