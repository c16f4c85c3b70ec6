# SPDX-License-Identifier: Apache-2.0
"""The frame as people meet it: who acts, exercise, places, language, theme, errors."""

import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from hansa.core import search
from hansa.shell import gallery


@pytest.fixture
def stranger(db) -> Client:
    """Someone who is not signed in."""
    return Client()


def text_of(answer) -> str:
    """Return the answer's text."""
    return answer.content.decode()


@pytest.mark.parametrize("name", ["help", "offline", "gallery"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_stranger_reads_what_needs_no_account(stranger, name, language):
    answer = stranger.get(reverse(f"shell:{name}"), headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in text_of(answer)


def test_every_component_is_in_the_gallery():
    shown = {entry.name.replace("-", "_") for entry in gallery.entries()}
    there = {path.stem for path in (gallery._FOLDER.parents[1] / "cotton").glob("*.html")}
    # A fact shows within a summary, live updates need a server that speaks.
    assert there - shown == {"fact", "live"}


def test_the_gallery_shows_code_beside_each_component(stranger):
    shown = text_of(stranger.get(reverse("shell:gallery")))
    for entry in gallery.entries():
        assert f'<h2 id="{entry.name}">' in shown
        assert entry.code
    assert "&lt;c-button" in shown


def test_no_page_carries_inline_script_or_style(browse):
    shown = text_of(browse("oakland_mayor").get(reverse("shell:gallery")))
    assert not re.search(r"<script(?![^>]*\bsrc=)", shown)
    assert not re.search(r"<[^>]+\sstyle=", shown)
    assert not re.search(r"<[^>]+\son[a-z]+=", shown)


def test_the_frame_says_who_acts_for_whom_and_that_it_is_an_exercise(browse):
    shown = text_of(browse("oakland_duty").get(reverse("shell:help")))
    assert re.search(r"Acting for <strong>Oakland[^<]*</strong> as Logistics", shown)
    assert "<title>EXERCISE · SIMULACRO: Help · Hansa</title>" in shown
    assert shown.index("h-strip--exercise") < shown.index("h-header")


def test_the_frame_of_a_real_league_says_nothing_of_exercises(stranger):
    shown = text_of(stranger.get(reverse("shell:help")))
    assert "SIMULACRO" not in shown


def test_places_follow_the_frame_in_their_order(browse):
    shown = text_of(browse("oakland_duty").get(reverse("duty:duty-list")))
    nav = shown[shown.index('class="h-nav"') : shown.index("<main")]
    assert re.findall(r">(Duties|Activations|Aid|League)</a>", nav) == ["Duties", "Activations", "Aid", "League"]
    assert "Hotline" not in nav
    assert re.search(r'aria-current="page">Duties', nav)


@pytest.mark.parametrize(("name", "place"), [("duty:rota-list", "League"), ("notify:address-list", "League"),
                                             ("duty:handover-list", "Duties")])  # fmt: skip
def test_a_page_stands_in_its_place(browse, name, place):
    shown = text_of(browse("oakland_duty").get(reverse(name)))
    assert re.findall(r'aria-current="true">(\w+)', shown) == [place]


def test_spanish_has_a_spanish_frame(browse):
    client = browse("oakland_duty")
    client.post(reverse("set_language"), {"language": "es", "next": "/help/"})
    shown = text_of(client.get(reverse("shell:help")))
    assert re.search(r"Actúa por <strong>Oakland", shown)
    assert "Pendientes" in shown
    assert ">English</button>" in shown


def test_home_leads_to_duties_and_a_stranger_to_sign_in(browse, stranger):
    assert browse("oakland_duty").get("/")["Location"] == reverse("duty:duty-list")
    assert stranger.get("/")["Location"] == reverse("account_login")


def test_the_chosen_theme_is_rendered_by_the_server(stranger):
    answer = stranger.post(reverse("shell:theme-choose"), {"theme": "dark", "next": "/help/?q=1"})
    assert answer["Location"] == "/help/?q=1"
    assert 'data-theme="dark"' in text_of(stranger.get(reverse("shell:help")))
    stranger.post(reverse("shell:theme-choose"), {"theme": "purple"})
    assert 'data-theme="dark"' in text_of(stranger.get(reverse("shell:help")))


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_theme_switch_leads_nowhere_else(stranger, target):
    answer = stranger.post(reverse("shell:theme-choose"), {"theme": "dark", "next": target})
    assert answer["Location"] == "/"


def test_search_asks_every_part_and_names_what_it_left_out(browse, monkeypatch):
    found = search.Found("Chicago <b>cots</b>", "/somewhere/", "400")
    monkeypatch.setitem(search._providers, "sample", ("Requests", lambda actor, words: [found]))
    shown = text_of(browse("oakland_duty").get(reverse("shell:search"), {"q": "cots"}))
    assert "Chicago &lt;b&gt;cots&lt;/b&gt;" in shown
    assert 'href="/somewhere/"' in shown
    assert "Left out: what you may not see" in shown
    assert "Requests" in shown[shown.index("What was searched") :]


def test_a_search_without_a_result_says_what_to_do(browse):
    shown = text_of(browse("oakland_duty").get(reverse("shell:search"), {"q": "zzzzqqqq"}))
    assert "Nothing found" in shown
    assert 'value="zzzzqqqq"' in shown


def test_a_stranger_does_not_search(stranger):
    answer = stranger.get(reverse("shell:search"), {"q": "cots"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("language", "words"), [("en", "There is no such page"), ("es", "Esa página no existe")])
def test_a_wrong_address_gets_a_page_in_both_languages(stranger, language, words):
    answer = stranger.get("/nowhere/", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert words in text_of(answer)


def test_a_visit_where_a_form_belongs_gets_a_page(stranger):
    answer = stranger.get(reverse("shell:theme-choose"), headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "It takes a form or a program" in text_of(answer)


def test_a_program_gets_the_bare_answer(stranger):
    answer = stranger.get(reverse("shell:theme-choose"), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content) == (405, b"")


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_too_large_a_form_is_413_and_says_what_to_do(stranger):
    stranger.raise_request_exception = False
    answer = stranger.post(reverse("shell:theme-choose"), {"next": "x" * 2000})
    assert answer.status_code == 413
    assert "Choose a smaller file" in text_of(answer)


def test_a_form_without_its_token_gets_a_page(db):
    answer = Client(enforce_csrf_checks=True).post(reverse("shell:theme-choose"), {"theme": "dark"})
    assert answer.status_code == 403
    assert "Nothing was changed" in text_of(answer)


def test_a_fault_shows_both_languages_and_no_detail(stranger, monkeypatch):
    stranger.raise_request_exception = False
    monkeypatch.setattr("hansa.shell.gallery.context", lambda: 1 / 0)
    answer = stranger.get(reverse("shell:gallery"))
    assert answer.status_code == 500
    assert "Something failed" in text_of(answer)
    assert "Algo falló" in text_of(answer)
    assert "ZeroDivisionError" not in text_of(answer)


def test_the_quick_log_line_of_the_footer_is_kept_once(browse):
    client = browse("oakland_duty")
    shown = text_of(client.get(reverse("shell:help")))
    form = shown[shown.index('class="h-log-line"') :]
    sent = {"text": "Levee holds, 03:10", "act": re.search(r'name="act" value="([^"]+)"', form)[1], "next": "/help/"}
    for _ in range(2):
        assert client.post(reverse("activation:line-log"), sent)["Location"] == "/help/"
    assert text_of(client.get(reverse("duty:line-list"))).count("Levee holds, 03:10") == 1


def test_the_icon_is_found_by_its_old_name_too(stranger):
    answer = stranger.get("/favicon.ico")
    assert answer.status_code == 301
    assert answer["Location"].endswith("logo.svg")
