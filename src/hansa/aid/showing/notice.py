# SPDX-License-Identifier: Apache-2.0
"""What a page shows of a recall, a cancellation or a release: the charter's period, what was given, what follows."""

from datetime import datetime
from typing import Any

from hansa.aid import naming
from hansa.aid.acts import phrases
from hansa.aid.choices.agreeing import NOTICES
from hansa.aid.queries import notice as queries
from hansa.aid.queries.agreement import Case
from hansa.aid.rules.notices import Ahead, first_in_time
from hansa.pact.queries import ClauseLink


def period(charter: str, kind: str, now: datetime, effective: datetime | None, zone: str) -> dict[str, Any]:
    """Return what the charter of an agreement asks for before a notice is signed, and what `effective` would give.

    Empty where this node does not hold that charter. No `effective` means at once.
    """
    asked = queries.asked(charter, kind)
    if asked is None:
        return {}
    given = queries.given(charter, kind, now, effective or now)
    return {
        "asked": phrases.stretch(asked.period),
        "clause": asked.clause,
        "in_time": naming.moment(first_in_time(asked.period, now), zone),
        **_words(given, asked.clause),
    }


def _words(given: Ahead | None, clause: ClauseLink | None) -> dict[str, Any]:
    if given is None or clause is None:
        return {}
    return {"short": given.short, "words": phrases.notice(given, clause.number)}


def listed(case: Case) -> list[dict[str, Any]]:
    """Return the notices of an agreement as its page shows them, each with the notice it gave."""
    charter = case.agreement.charter
    rows = []
    for seen in case.notices:
        asked = queries.asked(charter, seen.notice.kind)
        clause = asked.clause if asked else None
        rows.append(
            {
                "seen": seen,
                "label": NOTICES[seen.notice.kind],
                "member": naming.member(seen.notice.member),
                "clause": clause,
                **_words(seen.ahead, clause),
            }
        )
    return rows
