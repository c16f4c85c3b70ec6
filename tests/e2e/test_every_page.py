# SPDX-License-Identifier: Apache-2.0
"""Every page whose address needs no number: axe-core finds nothing, it fits, both languages, both themes."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

from hansa.people.sign_in import persona_token
from hansa.people.tests.cast import found_cast

PARTS = {"shell", "duty", "activation", "aid", "pact", "ledger", "people", "evidence", "notify"}
ASPECTS = [
    pytest.param("en", "light", {"width": 1280, "height": 900}, id="english-light-desk"),
    pytest.param("es", "dark", {"width": 390, "height": 844}, id="spanish-dark-phone"),
]


def addresses() -> list[str]:
    """Return the addresses of the parts' pages that take no argument."""
    found = []
    for entry in get_resolver().url_patterns:
        for pattern in getattr(entry, "url_patterns", []):
            for item in getattr(pattern, "url_patterns", [pattern]):
                namespace = getattr(pattern, "namespace", None) or getattr(entry, "namespace", None)
                if namespace in PARTS and isinstance(item, URLPattern) and not item.pattern.converters:
                    found.append(reverse(f"{namespace}:{item.name}"))
    return sorted(set(found))


@pytest.mark.parametrize(("language", "scheme", "size"), ASPECTS)
def test_every_page_is_accessible_and_fits(transactional_db, live_server, new_context, axe, language, scheme, size):
    cast = found_cast()
    root = live_server.url.replace("127.0.0.1", "localhost")
    page = new_context(color_scheme=scheme, viewport=size, locale=f"{language}-US").new_page()
    page.goto(root + reverse("people:persona-sign-in", args=[persona_token(cast.oakland_admin.id)]))
    page.context.add_cookies([{"name": "hansa_language", "value": language, "url": root}])
    faults, seen = [], 0
    for address in addresses():
        answer = page.request.get(root + address, max_redirects=0)
        if answer.status >= 500:
            faults.append(f"{address}: status {answer.status}")
        if answer.status != 200 or "<html" not in answer.text():
            continue
        page.goto(root + address)
        seen += 1
        faults += [f"{address}: {line}" for line in axe(page)]
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            faults.append(f"{address}: scrolls sideways")
        if page.locator("html").get_attribute("lang") != language:
            faults.append(f"{address}: is not in the chosen language")
    assert faults == []
    assert seen > 10
