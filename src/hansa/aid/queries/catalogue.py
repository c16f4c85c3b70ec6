# SPDX-License-Identifier: Apache-2.0
"""Reads of the catalogue: the kinds that ship with Hansa, and those that members defined."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hansa.aid import catalogue
from hansa.aid.catalogue import Kind
from hansa.aid.choices import UNITS
from hansa.aid.models.catalogue import MemberKind

# English writes languages and peoples with a capital within a sentence, too.
PROPER = frozenset(
    "American Arabic Cantonese Dari French Haitian Hindi Hmong Korean Mandarin Polish Portuguese Punjabi Russian Somali"
    " Spanish Spanish-speaking Tagalog Ukrainian Vietnamese".split()
)
_OWN = ":"  # a kind that a member defined has its slug before the colon


def _as_kind(row: MemberKind) -> Kind:
    return Kind(
        row.code, row.form, row.category, row.unit, {"en": row.name_en, "es": row.name_es}, row.types, (), row.words,
        source=row.author,
    )  # fmt: skip


def kind(code: str) -> Kind | None:
    """Return the kind with this code, None when nobody defined it. Asks the database for members' kinds only."""
    if _OWN not in code:
        return catalogue.shipped().get(code)
    row = MemberKind.objects.filter(code=code).first()
    return _as_kind(row) if row else None


def kinds(codes: Iterable[str]) -> Mapping[str, Kind]:
    """Return the kinds of these codes, by code, with at most one query."""
    wanted = set(codes)
    shipped = catalogue.shipped()
    found = {code: shipped[code] for code in wanted if code in shipped}
    own = [code for code in wanted if _OWN in code]
    if own:
        found |= {row.code: _as_kind(row) for row in MemberKind.objects.filter(code__in=own)}
    return found


def all_kinds() -> list[Kind]:
    """Return every kind that can be asked for, shipped ones first."""
    return [*catalogue.shipped().values(), *(_as_kind(row) for row in MemberKind.objects.order_by("code"))]


def find_kinds(query: str, *, limit: int = 12) -> list[Kind]:
    """Return the kinds that `query` names in English or Spanish, the best first; one when it names one exactly."""
    known = all_kinds()
    only = catalogue.exact(known, query)
    return [only] if only else catalogue.find(known, query, language=get_language() or "en", limit=limit)


def name_of(code: str, known: Mapping[str, Kind] | None = None) -> str:
    """Return a kind's name in the reader's language; the code where nobody defined it."""
    found = known.get(code) if known is not None else kind(code)
    return found.name(get_language() or "en") if found else code


def number(quantity: Decimal) -> str:
    """Return a quantity with the reader's separators and no needless decimals."""
    plain = quantity.normalize()
    places = max(-int(plain.as_tuple().exponent), 0)
    return number_format(plain, decimal_pos=places, use_l10n=True, force_grouping=True)


def amount(quantity: Decimal, code: str, level: int = 0, known: Mapping[str, Kind] | None = None) -> str:
    """Return a quantity of a kind in words: "400 cots", "2 × Hand Crew (type 2 or better)", "600 gallons: drinking
    water"."""
    found = known.get(code) if known is not None else kind(code)
    name = found.name(get_language() or "en") if found else code
    if found is None or found.source == "nims":
        text = f"{number(quantity)} × {name}"
    elif found.unit in ("each", "person", "team"):
        # Names of kinds are plural, and "1 public information officers" is no sentence in either language.
        text = f"{number(quantity)} {'× ' if quantity == 1 else ''}{_lower(name)}"
    else:
        text = f"{number(quantity)} {UNITS[found.unit]}: {_lower(name)}"
    return _("%(amount)s (type %(level)s or better)") % {"amount": text, "level": level} if level else text


def _lower(name: str) -> str:
    """Return a name as it stands within a sentence: an acronym such as N95 stays as it is."""
    first = name.split(" ", 1)[0]
    if first in PROPER:
        return name
    return name if any(letter.isupper() or letter.isdigit() for letter in first[1:]) else name[0].lower() + name[1:]
