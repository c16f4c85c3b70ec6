# SPDX-License-Identifier: Apache-2.0
"""What the charter says about notices of an agreement: the version under which the agreement was made decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hansa.activation import bylaws
from hansa.aid.models import Agreement
from hansa.aid.rules import agreements as rules
from hansa.aid.rules.notices import Ahead, ahead
from hansa.pact.charter import Notices
from hansa.pact.queries import ClauseLink

_PERIODS = {rules.RECALL: "recall", rules.CANCELLATION: "cancel", rules.RELEASE: "release"}


@dataclass(frozen=True, slots=True)
class Asked:
    """How long ahead a kind of notice is said by a charter, and the clause on which that rests."""

    period: timedelta
    clause: ClauseLink


def charter_of(agreement: UUID, named: str | None = None) -> str:
    """Return the charter under which an agreement was made; `named` while the agreement is not known here."""
    found = Agreement.objects.filter(id=agreement).values_list("charter", flat=True).first()
    return found or named or ""


def _terms(charter: str) -> Notices | None:
    held = bylaws.charter(charter)
    return held.notices if held else None


def asked(charter: str, kind: str) -> Asked | None:
    """Return what a charter asks for; None where this node does not hold that charter."""
    terms, clause = _terms(charter), bylaws.clause(charter, "notices")
    return Asked(getattr(terms, _PERIODS[kind]), clause) if terms and clause else None


def given(charter: str, kind: str, said: datetime, effective: datetime) -> Ahead | None:
    """Return how much notice was given beside what the charter asks for; None where the charter is not held."""
    found = asked(charter, kind)
    return ahead(found.period, said, effective) if found else None


def acknowledge_by(charter: str, at: datetime) -> datetime:
    """Return by when the other side owes its acknowledgement of a notice that was signed at `at`."""
    terms = _terms(charter)
    return at + (terms.acknowledge if terms else rules.ACKNOWLEDGE_WITHIN)
