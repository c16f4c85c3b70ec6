# SPDX-License-Identifier: Apache-2.0
"""The frame and the components in a real browser: accessible, themed, in two languages, under the strict policy."""

import pytest
from django.urls import reverse

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture
def gallery(live_server) -> str:
    """The address of the gallery, under the name that cookies and passkeys use."""
    return live_server.url.replace("127.0.0.1", "localhost") + reverse("shell:gallery")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_in_the_gallery(new_context, gallery, axe, scheme, size):
    page = new_context(color_scheme=scheme, viewport=size).new_page()
    page.goto(gallery)
    assert axe(page) == []


def test_axe_sees_a_fault_that_is_put_in(page, gallery, axe):
    page.goto(gallery)
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in axe(page))


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(new_context, gallery, width):
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    page.goto(gallery)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_policy_blocks_nothing_that_pages_need(page, gallery):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(gallery)
    page.wait_for_load_state("networkidle")
    assert said == []


def test_a_script_in_the_page_does_not_run(page, gallery):
    page.goto(gallery)
    page.evaluate("""() => { const bad = document.createElement('div');
        bad.innerHTML = '<img src=x onerror="window.broken = 1">'; document.body.append(bad); }""")
    page.wait_for_timeout(200)
    assert page.evaluate("window.broken") is None


def test_the_theme_switch_works_at_once_and_lasts(page, gallery):
    page.goto(gallery)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    assert page.get_by_role("button", name="Light").is_visible()


def test_the_theme_switch_works_without_script(new_context, gallery):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(gallery)
    page.get_by_role("button", name="Dark").click()
    assert page.url == gallery
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_language_switch_keeps_the_page(page, gallery):
    page.goto(f"{gallery}?page=3")
    page.get_by_role("button", name="Español").click()
    page.wait_for_load_state()
    assert page.url == f"{gallery}?page=3"
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.get_by_role("button", name="English").is_visible()


def test_keyboard_reaches_the_page_first(page, gallery):
    page.goto(gallery.replace("/gallery/", "/help/"))
    page.keyboard.press("Tab")
    skip = page.locator(".h-skip")
    assert skip.evaluate("element => element === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_an_error_in_the_summary_leads_to_its_field(page, gallery):
    page.goto(gallery)
    assert page.locator(".h-error-summary").first.evaluate("element => element === document.activeElement")
    page.locator(".h-error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_wrong-what"


def test_a_draft_is_kept_on_the_device_and_put_back(page, gallery):
    page.goto(gallery)
    field = page.locator("form[data-draft] [name=what]")
    field.fill("Cots, folding")
    page.locator("form[data-draft] [name=priority][value=today]").check()
    field.blur()
    page.reload()
    assert page.locator("form[data-draft] [name=what]").input_value() == "Cots, folding"
    assert page.locator("form[data-draft] [name=priority][value=today]").is_checked()
    assert page.locator("[data-draft-note]").is_visible()


def test_a_form_sent_without_a_connection_stays_with_what_was_typed_and_says_so(page, gallery):
    page.goto(gallery)
    page.locator("form[data-draft] [name=what]").fill("Cots, folding")
    page.context.set_offline(True)
    page.locator("form[data-draft] button[type=submit]").click()
    page.get_by_text("not sent. Send it again when you are back").wait_for()
    assert page.locator("form[data-draft] [name=what]").input_value() == "Cots, folding"
    assert page.locator("form[data-draft] [role=alert]").is_visible()
    page.context.set_offline(False)
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("form[data-draft] button[type=submit]").click()


def test_the_map_zooms_by_buttons(page, gallery):
    page.goto(gallery)
    box = page.locator("svg[data-box]").get_attribute("viewBox")
    page.get_by_role("button", name="Zoom in").click()
    assert page.locator("svg[data-box]").get_attribute("viewBox") != box
    page.get_by_role("button", name="Zoom out").click()
    assert page.locator("svg[data-box]").get_attribute("viewBox") == box


def test_the_states_of_the_map_are_drawn(page, gallery):
    page.goto(gallery)
    page.wait_for_load_state("networkidle")
    drawn = "[...document.querySelectorAll('svg[data-box] use')].filter(use => use.getBBox().width > 1).length"
    assert page.evaluate(drawn) == 51
