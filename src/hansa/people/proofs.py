# SPDX-License-Identifier: Apache-2.0
"""What a session opens, by how it was proved and when, and until when a person has access: pure decisions, no Django.

Our own check beside that of the sign-in library, which lets pass whoever has neither a password nor a second factor:
people who come by single sign-on alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


def left_at(ends: Sequence[datetime | None], reads_until: datetime | None, at: datetime) -> datetime | None:
    """Return when a person's last term ended, so that nothing opens any more; None for whoever still has access.

    `ends` are the ends of every term that the person had or will have, None for an open one. Who never had a term
    reads; who is allowed to read on does so until `reads_until`.
    """
    if not ends or (reads_until and at < reads_until):
        return None
    over = [end for end in ends if end and end <= at]
    return max(over) if len(over) == len(ends) else None


@dataclass(frozen=True, slots=True)
class Proof:
    """How a session was proved, `age` seconds ago.

    `kind` is `passkey`, `code`, `persona`, `invitation` or `weak`. `asked` says that it was asked for just then, which
    a sign-in is not.
    """

    kind: str
    age: float
    asked: bool = False

    def within(self, seconds: float) -> bool:
        """Return whether it is at most so old. One from the future proves nothing: the clock was set back since."""
        return -_CLOCK_SKEW < self.age < seconds


OFFICE_HOURS = 12 * 3600
CONFIRMED_FOR = 300
INVITED_FOR = 3600
_CLOCK_SKEW = 60  # between the web processes of a node
_STRONG = ("passkey", "code")


def opens_offices(proofs: Iterable[Proof]) -> bool:
    """Return whether a session may act: a second factor within twelve hours, a persona's link at any age."""
    return any(p.kind == "persona" or (p.kind in _STRONG and p.within(OFFICE_HOURS)) for p in proofs)


def is_confirmed(proofs: Iterable[Proof], *, has_factor: bool) -> bool:
    """Return whether the person was asked for proof within five minutes; a fresh sign-in does not count.

    Someone without any second factor is confirmed by the invitation that they have just accepted, and by nothing else:
    neither a password nor another system's sign-in adds the first one.
    """
    if has_factor:
        return any(p.kind == "persona" or (p.kind in _STRONG and p.asked and p.within(CONFIRMED_FOR)) for p in proofs)
    return any(p.kind == "persona" or (p.kind == "invitation" and p.within(INVITED_FOR)) for p in proofs)
