# SPDX-License-Identifier: Apache-2.0
"""The seven places of the navigation, and what a person can start from the header."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from hansa.core.verdicts import Text

# (label, URL names: the place's own first, then the parts that belong to it)
_PLACES: tuple[tuple[Text, str, tuple[str, ...]], ...] = (
    (_("Duties"), "duty:duty-list", ("duty",)),
    (_("Activations"), "activation:activation-list", ("activation",)),
    (_("Aid"), "aid:request-list", ("aid",)),
    (_("Legal"), "legal:matter-list", ("legal",)),
    (_("Hotline"), "hotline:report-list", ("hotline",)),
    (_("Information"), "bulletin:statement-list", ("bulletin", "intel")),
    (_("League"), "pact:member-list", ("pact", "ledger", "people", "evidence", "readiness", "federation")),
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
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def places(request: HttpRequest) -> Iterator[Link]:
    """Yield the places that exist on this node."""
    match = request.resolver_match
    here = match.namespaces[0] if match and match.namespaces else ""
    for label, name, parts in _PLACES:
        if url := address_of(name):
            current = "page" if url == request.path else "true" if here in parts else ""
            yield Link(label, url, current)


def starts() -> Iterator[Link]:
    """Yield what can be started; each page says who may, so that a refusal names the office that could."""
    for label, name in _STARTS:
        if url := address_of(name):
            yield Link(label, url)
