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
    """Every content digest of an export with its log and its mark of exercise, and the references that wait."""

    def __init__(self, report: Report):
        self._report = report
        self._seen = Seen()
        self._marks: dict[str | None, int] = {None: 0}
        self._origins: dict[str, int] = {}
        self._waiting: list[tuple[bytes, int, str, int]] = []

    def add(self, leaf: Leaf, origin: str, index: int) -> None:
        """Take up a leaf; `Stop` `act-twice` when it stands in its log already, `exercise` when it rests on a drill.

        A commitment does not name its author, so another log can repeat it: that is no fault of the first, and where
        the marks differ neither is held against those who refer to it.
        """
        mark, number = self._mark(leaf.fields["exercise"]), self._origins.setdefault(origin, len(self._origins))
        before = self._seen.set(leaf.digest, number << 8 | mark)
        if before is not None and before >> 8 == number:
            raise Stop("act-twice", "this act stands in the log already")
        if before is not None and before & 0xFF != mark:
            self._seen.set(leaf.digest, number << 8)
        for ref in leaf.fields.get("refs", ()):
            target = bytes.fromhex(ref)
            if self._seen.get(target) is None:
                self._waiting.append((target, mark, origin, index))
            elif not self._may_rest(mark, target):
                raise Stop("exercise", "the act rests on an exercise that is not its own")

    def finish(self) -> None:
        """Judge the references whose targets came later, and note those whose targets never came."""
        missing = 0
        for target, mark, origin, index in self._waiting:
            if self._seen.get(target) is None:
                missing += 1
            elif not self._may_rest(mark, target):
                self._report.fail("exercise", "the act rests on an exercise that is not its own", origin, index)
        if missing:
            self._report.notes.append(f"references to acts that are not in this export: {missing:,}")

    def _may_rest(self, mark: int, target: bytes) -> bool:
        return (self._seen.get(target) or 0) & 0xFF in (0, mark)

    def _mark(self, exercise: str | None) -> int:
        if exercise not in self._marks and len(self._marks) > _MARKS:
            raise Stop("exercise", f"more than {_MARKS} exercises in one export")
        return self._marks.setdefault(exercise, len(self._marks))
