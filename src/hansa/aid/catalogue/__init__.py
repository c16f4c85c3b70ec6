# SPDX-License-Identifier: Apache-2.0
"""What can be asked for: Hansa's own catalogue of resources, supplies and services. Pure, no Django.

Ids, names and numbers of types of NIMS resources are facts of the FEMA resource typing library; the Spanish names,
the supplies and the services are ours. Nothing for any use of force exists here (design, section 5), so nothing
of that sort can be asked for, offered or defined.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

FORMS = ("team", "crew", "task-force", "unit", "equipment", "vehicle", "aircraft", "facility", "supply", "service")
# Units that come whole; the rest are measured and may be asked for in fractions.
WHOLE = frozenset({"each", "pair", "box", "roll", "person", "team", "crew", "task-force", "unit", "night", "page"})
MEASURED = frozenset({"gallon", "pound", "foot", "square-foot", "cubic-yard", "hour"})
UNITS = WHOLE | MEASURED
# Hours from a yes to departure, by form, where nobody said anything else (own defaults, to be tuned by exercise).
MOBILISATION_HOURS = {
    "supply": 2, "equipment": 2, "vehicle": 1, "aircraft": 2, "facility": 2,
    "service": 4, "crew": 2, "team": 4, "unit": 4, "task-force": 6,
}  # fmt: skip
# What a member may not define either: words that no lawful mutual aid needs.
REFUSED_WORDS = frozenset(
    "weapon weapons gun guns rifle rifles pistol pistols ammunition ammo grenade grenades explosive explosives taser"
    " tasers swat tear munition munitions drone-strike surveillance arma armas fusil fusiles pistola pistolas municion"
    " municiones granada granadas explosivo explosivos lacrimogeno lacrimogenos vigilancia".split()
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource. `types` is the number of NIMS types (1 is best); 0 means that it is not typed."""

    code: str
    form: str
    category: str
    unit: str
    names: Mapping[str, str]
    types: int = 0
    packs: tuple[tuple[str, Decimal], ...] = ()
    words: str = ""
    source: str = "hansa"

    def name(self, language: str) -> str:
        """Return the name in `language`, in English where there is none."""
        return self.names.get(language[:2]) or self.names["en"]

    @property
    def packs_text(self) -> str:
        """Its packs in one text, such as "case=12;pallet=576", for a page to count with."""
        return ";".join(f"{pack}={count:f}" for pack, count in self.packs)

    @property
    def integral(self) -> bool:
        """Whether it comes in whole units only."""
        return self.unit in WHOLE

    @property
    def typed(self) -> bool:
        """Whether NIMS types tell its capability."""
        return self.types > 0

    @property
    def consumed(self) -> bool:
        """Whether it is used up rather than returned."""
        return self.form == "supply"

    @property
    def mobilisation(self) -> int:
        """Hours from a yes to departure."""
        return MOBILISATION_HOURS[self.form]


def fold(text: str) -> str:
    """Return `text` in lower case without accents, for comparing what people type."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _packs(text: str) -> tuple[tuple[str, Decimal], ...]:
    pairs = (pair.split("=") for pair in text.split(";") if pair)
    return tuple((name, Decimal(count)) for name, count in pairs)


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (files(__package__) / "data" / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _nims(row: dict[str, str]) -> Kind:
    unit = row["form"] if row["form"] in WHOLE else "each"
    names = {"en": row["name_en"], "es": row["name_es"]}
    return Kind(row["code"], row["form"], row["category"], unit, names, int(row["types"]), source="nims")


def _own(row: dict[str, str]) -> Kind:
    names = {"en": row["name_en"], "es": row["name_es"]}
    return Kind(
        row["code"], row["form"], row["category"], row["unit"], names, packs=_packs(row.get("packs") or ""),
        words=row["words"],
    )  # fmt: skip


@cache
def shipped() -> Mapping[str, Kind]:
    """Return the kinds that come with Hansa, by code."""
    kinds = [_nims(row) for row in _rows("nims.csv")]
    kinds += [_own(row) for name in ("services.csv", "supplies.csv") for row in _rows(name)]
    return {kind.code: kind for kind in kinds}


@dataclass(frozen=True, slots=True)
class _Words:
    """A kind as search compares it: folded names by language, their words, and all its words."""

    names: Mapping[str, str]
    tokens: Mapping[str, frozenset[str]]
    every: frozenset[str]


@lru_cache(maxsize=4096)
def _words(code: str, names: tuple[tuple[str, str], ...], words: str) -> _Words:
    folded = {language: fold(name) for language, name in names}
    every = _tokens(fold(" ".join([*folded.values(), words, code])))
    return _Words(folded, {language: _tokens(name) for language, name in folded.items()}, every)


def _words_of(kind: Kind) -> _Words:
    return _words(kind.code, tuple(kind.names.items()), kind.words)


def _fits(words: list[str], tokens: frozenset[str]) -> bool:
    return all(any(token.startswith(word) for token in tokens) for word in words)


def _rank(kind: Kind, words: list[str], whole: str, language: str) -> tuple | None:
    """Return what sorts the kinds that fit, the best first; None when some word starts no word of the kind."""
    known = _words_of(kind)
    if not _fits(words, known.every) and whole != fold(kind.code):
        return None
    name = known.names.get(language[:2], known.names["en"])
    order = len(name.split()), len(name), name, kind.code
    if whole in known.names.values() or whole == fold(kind.code):
        return 0, *order
    for rank, one in enumerate(sorted(known.tokens, key=lambda one: one != language[:2]), start=1):
        if _fits(words, known.tokens[one]):
            return rank, *order
    return 9, *order


def _tokens(text: str) -> frozenset[str]:
    return frozenset("".join(letter if letter.isalnum() else " " for letter in text).split()) | frozenset(text.split())


def find(kinds: Iterable[Kind], query: str, *, language: str = "en", limit: int = 12) -> list[Kind]:
    """Return the kinds that `query` names in either language, the best first; none for an empty query."""
    whole = fold(query.strip())
    words = whole.split()
    if not words:
        return []
    ranked = ((_rank(kind, words, whole, language), kind) for kind in kinds)
    fitting = sorted(((rank, kind) for rank, kind in ranked if rank is not None), key=lambda pair: pair[0])
    return [kind for _, kind in fitting[:limit]]


def exact(kinds: Iterable[Kind], query: str) -> Kind | None:
    """Return the one kind whose code or name, in either language, `query` is."""
    whole = fold(query.strip())
    for kind in kinds:
        if whole == kind.code or whole in _words_of(kind).names.values():
            return kind
    return None


def refused(*texts: str) -> str | None:
    """Return the first word that no kind may have in its name, or None."""
    for text in texts:
        for word in sorted(_tokens(fold(text))):
            if word in REFUSED_WORDS:
                return word
    return None
