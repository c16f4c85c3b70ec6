# SPDX-License-Identifier: Apache-2.0
"""References between acts of all logs: a real act never rests on a drill.

References inside sealed acts cannot be seen here. A reference to an act that is not in the export is counted: an
export may hold some logs of a league only.
"""

from hansa.ledger.verification.leaf import Leaf
from hansa.ledger.verification.report import Report, Stop
from hansa.ledger.verification.seen import Seen

_MARKS = 255


class References:
    """Every content digest of an export with its mark of exercise, and the references that wait for theirs."""

    def __init__(self, report: Report):
        self._report = report
        self._seen = Seen(32)
        self._marks: dict[str | None, int] = {None: 0}
        self._waiting: list[tuple[bytes, int, str, int]] = []

    def add(self, leaf: Leaf, origin: str, index: int) -> None:
        """Take up a leaf; `Stop` `exercise` when it rests on a drill that is not its own.

        A commitment does not name its author, so another log can repeat it: that is no fault of the first, and where
        the marks differ neither is held against those who refer to it.
        """
        mark = self._mark(leaf.fields["exercise"])
        self._seen.set(leaf.digest, mark if self._seen.get(leaf.digest) in (None, mark) else 0)
        for ref in leaf.fields.get("refs", ()):
            target = bytes.fromhex(ref)
            found = self._seen.get(target)
            if found is None:
                self._waiting.append((target, mark, origin, index))
            elif found not in (0, mark):
                raise Stop("exercise", "the act rests on an exercise that is not its own")

    def finish(self) -> None:
        """Judge the references whose targets came later, and note those whose targets never came."""
        missing = 0
        for target, mark, origin, index in self._waiting:
            found = self._seen.get(target)
            if found is None:
                missing += 1
            elif found not in (0, mark):
                self._report.fail("exercise", "the act rests on an exercise that is not its own", origin, index)
        if missing:
            self._report.notes.append(f"{missing:,} references lead to acts that are not in this export")

    def _mark(self, exercise: str | None) -> int:
        if exercise not in self._marks and len(self._marks) >= _MARKS:
            raise Stop("exercise", f"more than {_MARKS - 1} exercises in one export")
        return self._marks.setdefault(exercise, len(self._marks))
