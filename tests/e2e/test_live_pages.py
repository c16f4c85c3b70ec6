# SPDX-License-Identifier: Apache-2.0
"""Live pages in a real browser: rows wait, typing and focus survive, silence is told, the pause holds."""

import re

import pytest
from django.template import engines
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler
from playwright.sync_api import expect

PAGE = """{% extends "shell/page.html" %}{% block title %}Board{% endblock %}{% block h1 %}Board{% endblock %}
{% block body %}<c-live url="/sample-events/" at="7" />
<p id="count" data-live-region>{{ rows|length }} lines</p>
<c-table caption="Lines" live="lines"><c-slot name="head"><th scope="col">Line</th><th scope="col">Answer</th></c-slot>
{% for key, text in rows %}<tr id="{{ key }}"><th scope="row">{{ text }}</th>
<td><input class="usa-input" name="{{ key }}" aria-label="{{ key }}"></td></tr>{% endfor %}
</c-table>{% endblock %}"""


class Board:
    """A page and its events as a server would send them; `requests` is what the browser asked the events for."""

    def __init__(self, page, address: str) -> None:
        self.page, self.address = page, address
        self.html = self._render([("a", "400 cots"), ("b", "12 interpreters")])
        self.events: list[str] = []
        self.requests: list = []
        self.refreshed = 0
        page.route("**/sample-board/", self._send_page)
        page.route("**/sample-events/**", self._send_events)

    def _render(self, rows: list[tuple[str, str]]) -> str:
        # Not in a route's handler: that runs in a greenlet of its own, with a database connection of its own.
        template = engines["django"].from_string(CottonCompiler().process(PAGE))
        return template.render({"rows": rows}, RequestFactory().get("/sample-board/"))

    def _send_page(self, route) -> None:
        self.refreshed += "x-live" in route.request.headers
        route.fulfill(body=self.html, content_type="text/html; charset=utf-8")

    def _send_events(self, route) -> None:
        self.requests.append(route.request)
        body = "retry: 50\n\n" + "".join(self.events)
        self.events.clear()
        route.fulfill(body=body, content_type="text/event-stream")

    def open(self) -> None:
        """Open the page."""
        self.page.goto(self.address)
        self.page.mouse.move(0, 0)

    def change(self, *rows: tuple[str, str], number: int = 8) -> None:
        """Let the server know other rows, and tell the browser."""
        self.html = self._render(list(rows))
        self.events.append(f"id: {number}\nevent: change\ndata: {number}\n\n")


@pytest.fixture
def board(page, live_server, db) -> Board:
    """A live board that is not open yet."""
    return Board(page, live_server.url.replace("127.0.0.1", "localhost") + "/sample-board/")


def test_new_rows_wait_until_they_are_asked_for(board):
    board.open()
    board.change(("c", "900 masks"), ("a", "400 cots"), ("d", "2 tents"), ("b", "12 interpreters"))
    show = board.page.get_by_role("button", name="2 new: show")
    show.wait_for()
    assert [row.is_visible() for row in board.page.locator("#lines tr").all()] == [False, True, False, True]
    show.click()
    assert board.page.locator("#lines th").all_inner_texts() == ["900 masks", "400 cots", "2 tents", "12 interpreters"]
    assert show.count() == 0
    assert board.page.locator("#count").inner_text() == "4 lines"


def test_a_changed_row_says_that_it_changed(board):
    board.open()
    board.change(("a", "80 cots"), ("b", "12 interpreters"))
    board.page.get_by_text("80 cots").wait_for()
    said = board.page.locator("#a").inner_text()
    assert re.search(r"changed \d+:\d\d [ap]\.m\. UTC", said), "the time names its zone, as every time does"
    assert "changed " not in board.page.locator("#b").inner_text()


def test_what_someone_types_is_left_alone_until_they_are_done(board):
    board.open()
    field = board.page.get_by_label("a", exact=True)
    field.press_sequentially("send")
    board.change(("a", "80 cots"), ("b", "9 interpreters"))
    board.page.get_by_text("9 interpreters").wait_for()
    assert field.input_value() == "send"
    assert field.evaluate("element => element === document.activeElement")
    assert board.page.locator("#a th").inner_text() == "400 cots"
    field.fill("")
    board.page.get_by_label("b", exact=True).focus()
    board.page.get_by_text("80 cots").wait_for()


def test_unsaved_input_survives_without_focus(board):
    board.open()
    board.page.get_by_label("a", exact=True).fill("send")
    board.page.get_by_label("b", exact=True).focus()
    board.change(("a", "80 cots"))
    board.page.wait_for_function("document.getElementById('count').textContent.startsWith('1')")
    assert board.page.get_by_label("a", exact=True).input_value() == "send"
    # The row that has focus stays, too, though the server has it no longer.
    assert board.page.locator("#b").is_visible()


def test_rows_stay_under_the_pointer(board):
    board.open()
    board.page.locator("#b").hover()
    board.change(("b", "9 interpreters"))
    board.page.wait_for_function("document.getElementById('count').textContent.startsWith('1')")
    assert board.page.locator("#lines th").all_inner_texts() == ["400 cots", "12 interpreters"]
    board.page.mouse.move(0, 0)
    board.page.get_by_text("9 interpreters").wait_for()
    assert board.page.locator("#a").count() == 0


def test_the_page_names_the_place_from_which_it_is_live(board):
    board.open()
    board.change(("a", "80 cots"))
    board.page.get_by_text("80 cots").wait_for()
    assert "after=7" in board.requests[0].url


def test_a_pause_holds_updates_back(board):
    board.open()
    board.page.get_by_role("button", name="Pause updates").click()
    board.change(("a", "80 cots"))
    board.page.wait_for_timeout(600)
    assert board.page.locator("#a th").inner_text() == "400 cots"
    assert board.refreshed == 0
    board.page.get_by_role("button", name="Resume updates").click()
    board.page.get_by_text("80 cots").wait_for()


def test_silence_is_told_after_fifteen_seconds(board):
    board.page.clock.install()
    board.page.route("**/sample-events/**", lambda route: route.abort())
    board.open()
    board.page.clock.run_for(14_000)
    assert board.page.locator("[data-live-text]").inner_text() == ""
    board.page.clock.run_for(3_000)
    assert board.page.locator("[data-live-text]").inner_text().startswith("Not live since ")
    assert board.page.locator(".h-strip").bounding_box()["height"] <= 48


def test_a_lost_connection_is_told_at_once(board):
    board.open()
    board.page.context.set_offline(True)
    assert "No connection since" in board.page.locator("[data-live-text]").inner_text()
    board.page.context.set_offline(False)
    board.page.wait_for_function("!document.querySelector('[data-live-text]').textContent")


def test_of_many_open_boards_four_listen_so_that_the_next_page_still_opens(board):
    boards = [board]
    for _ in range(5):
        boards.append(Board(board.page.context.new_page(), board.address))
    for one in boards:
        one.open()
        one.page.wait_for_load_state("networkidle")
    expect(boards[3].page.locator("#count")).to_be_visible()
    assert [bool(one.requests) for one in boards] == [True] * 4 + [False] * 2


def test_a_board_that_does_not_listen_asks_by_itself(board):
    board.page.context.add_init_script("navigator.locks.request = (name, options, give) => Promise.resolve(give(null))")
    board.page.clock.install()
    board.open()
    board.html = board._render([("a", "400 cots")])
    board.page.clock.run_for(12_000)
    expect(board.page.locator("#count")).to_have_text("1 lines")
    assert board.requests == []


def test_a_board_that_nobody_sees_lets_go_and_catches_up_when_seen(board):
    board.open()
    expect(board.page.locator("#count")).to_be_visible()
    seen = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
    seen += " document.dispatchEvent(new Event('visibilitychange')); }"
    board.page.evaluate(seen, True)
    board.page.wait_for_timeout(200)
    board.requests.clear()
    board.page.wait_for_timeout(300)
    assert board.requests == []
    board.change(("a", "400 cots"))
    board.page.evaluate(seen, False)
    expect(board.page.locator("#count")).to_have_text("1 lines")
