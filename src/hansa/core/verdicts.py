# SPDX-License-Identifier: Apache-2.0
"""Answers to "may they?": a verdict says yes, or no with the reason and who could."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done; when not, why (shown to the person), which offices could, and by which clause.

    `charter` is the digest of the charter that has the clause; empty means the one in force.
    """

    ok: bool
    reason: Text = ""
    who: tuple[str, ...] = ()
    clause: str = ""
    charter: str = ""

    def __bool__(self) -> bool:
        return self.ok


ALLOW = Verdict(True)


def refuse(reason: Text, *who: str, clause: str = "", charter: str = "") -> Verdict:
    """Return a refusal with its reason, the codes of the offices that could, and the clause on which it rests."""
    return Verdict(False, reason, who, clause, charter)


class Refused(Exception):
    """Raised by actions when a verdict says no. Nothing was changed."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict.reason))
        self.verdict = verdict


class Invalid(Exception):
    """Raised by actions on bad input: a message for each field, `""` for the whole. Nothing was changed."""

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__(
            "; ".join(f"{field}: {message}" if field else str(message) for field, message in errors.items())
        )
        self.errors = dict(errors)


def require(verdict: Verdict) -> None:
    """Return when the verdict allows; raise `Refused` otherwise."""
    if not verdict.ok:
        raise Refused(verdict)
