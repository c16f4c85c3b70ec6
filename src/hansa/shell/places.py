# SPDX-License-Identifier: Apache-2.0
"""The seven places of the navigation, and what a person can start from the header."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _

from hansa.core.verdicts import Text

# (label, the URL name of its page, the parts that belong to it; a beginning of URL names goes before its part)
_PLACES: tuple[tuple[Text, str, tuple[str, ...]], ...] = (
    (_("Duties"), "duty:duty-list", ("duty",)),
    (_("Activations"), "activation:activation-list", ("activation",)),
    (_("Aid"), "aid:request-list", ("aid",)),
    (_("Legal"), "legal:matter-list", ("legal",)),
    (_("Hotline"), "hotline:report-list", ("hotline",)),
    (_("Information"), "bulletin:statement-list", ("bulletin", "intel")),
    (
        _("League"),
        "pact:member-list",
        ("pact", "ledger", "people", "notify", "evidence", "readiness", "federation", "duty:rota"),
    ),
)
_STARTS: tuple[tuple[Text, str], ...] = (
    (_("Request aid"), "aid:request-new"),
    (_("Consult the league"), "activation:activation-consult"),
    (_("Invoke the pact"), "activation:activation-invoke"),
    (_("Report what someone asks by phone"), "activation:activation-report"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the frame; `current` is "page", "true" (a page inside) or empty, for `aria-current`; `key` is an id."""

    label: Text
    url: str
    current: str = ""
    key: str = ""


def address_of(name: str, *arguments: object) -> str:
    """Return the address of a named page, or nothing where no part brings it."""
    return _address_of(get_urlconf(), get_script_prefix(), name, arguments)


@lru_cache
def _address_of(urlconf: str | None, prefix: str, name: str, arguments: tuple[object, ...]) -> str:
    """Every page names the same dozen and a half; they follow from the site's addresses and nothing else."""
    try:
        return reverse(name, urlconf, args=arguments)
    except NoReverseMatch:
        return ""


def places(request: HttpRequest) -> Iterator[Link]:
    """Yield the places that exist on this node."""
    here = _place_of(request.resolver_match.view_name if request.resolver_match else "")
    for label, name, _parts in _PLACES:
        if url := address_of(name):
            current = "page" if url == request.path else "true" if name == here else ""
            yield Link(label, url, current)


def _place_of(view: str) -> str:
    """Return the URL name of the place to which a page belongs, by the longest beginning that fits."""
    fits = [(len(each), name) for _label, name, parts in _PLACES for each in parts if f"{view}:".startswith(each)]
    return max(fits, default=(0, ""))[1]


def starts() -> Iterator[Link]:
    """Yield what can be started; each page says who may, so that a refusal names the office that could."""
    for label, name in _STARTS:
        if url := address_of(name):
            yield Link(label, url)
