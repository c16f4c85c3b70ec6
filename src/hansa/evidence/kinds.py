# SPDX-License-Identifier: Apache-2.0
"""Kinds of records: what a member keeps, for how long unless it says otherwise, and what destroys it.

A part registers its kinds in its `records.py` when Django starts. Kinds of acts name their act types, `EVERY_ACT` for
all: sealed ones are destroyed by the ledger's purge, public ones never. Kinds of local rows bring `forget`, which the
worker calls for every member.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hansa.core.verdicts import Text

EVERY_ACT = "*"
Forget = Callable[[datetime], int]
Over = Callable[[datetime], Iterable[UUID]]


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of records. `days` is how long it is kept by default, None for ever.

    `least` and `most` bound what a member may set: a promise to people who report or are rostered is not lengthened,
    what the database guards is not shortened. `starts` says from when the days count. `forget(before)` deletes the
    rows of the open member that are older than a moment, and returns how many there were. `over(before)` names the
    sealed acts whose time was over by then for the open member, where the part has no clock of its own for them.
    """

    code: str
    label: Text
    starts: Text
    days: int | None
    acts: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    forget: Forget | None = None
    over: Over | None = None


_kinds: dict[str, RecordKind] = {}


def register(kind: RecordKind) -> None:
    """Make a kind of records known; its code is unique."""
    if kind.code in _kinds:
        raise ValueError(f"the kind of records {kind.code} is registered twice")
    _kinds[kind.code] = kind


def all_kinds() -> list[RecordKind]:
    """Return every kind, by label."""
    return sorted(_kinds.values(), key=lambda kind: str(kind.label))


def kind(code: str) -> RecordKind | None:
    """Return the kind with this code, None when no part registered it."""
    return _kinds.get(code)


def label(code: str) -> Text:
    """Return what a kind is called; an unknown code is its own name."""
    return _kinds[code].label if code in _kinds else code


def kinds_of_act(type_name: str) -> list[str]:
    """Return the codes of the kinds to which acts of a type belong."""
    return [kind.code for kind in _kinds.values() if type_name in kind.acts or EVERY_ACT in kind.acts]
