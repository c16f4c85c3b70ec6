# SPDX-License-Identifier: Apache-2.0
"""What a verification found: failures by name, what each log stands at, and how far the answer reaches."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_ALIKE = 100

# Every name that a failure can have.
CODES = {
    "act": "a leaf is no act: fields, types or forms",
    "act-twice": "one act stands at two places of a log",
    "approval-malformed": "what the passkey signed cannot be read",
    "approval-missing": "an act needs a passkey's approval and carries none",
    "approval-origin": "the approval was made at a site that is not the league's",
    "approval-path": "the approval's place in its batch does not add up",
    "approval-person": "the approving passkey belongs to another person",
    "approval-revoked": "the approving passkey was revoked before",
    "approval-rp": "the approval was made for another relying party",
    "approval-signature": "the passkey's signature does not fit",
    "approval-swapped": "the approval is of another act's bytes",
    "approval-twice": "one person approved an act twice",
    "approval-type": "the passkey answered something else than a request to approve",
    "approval-unknown": "the approving passkey is not enrolled in the log",
    "approval-user": "the passkey did not verify its person",
    "author-twice": "two logs of one league claim one author",
    "base64-not-canonical": "base64 that does not re-encode to itself",
    "body": "a sealed body is not what its leaf shows",
    "checkpoint": "a head is malformed, or of another log",
    "checkpoint-signature": "a head is not signed by its log's key",
    "consistency": "the log is no continuation of a head that was saved before",
    "envelope": "an envelope has other fields than DSSE's",
    "exercise": "a drill and a real act or league mix",
    "exercise-authenticator": "an exercise passkey in a real league",
    "head-older-than-saved": "the log is shorter than a head that was saved before",
    "key-again": "a key is added, or a passkey enrolled, that is there already",
    "key-not-yet-valid": "a key signed before it was added",
    "key-refused": "a key that may not be enrolled: low order, not canonical, malformed",
    "key-revoked": "a key signed after it was revoked",
    "leaf-hash": "an entry does not have the hash that its tile shows",
    "log-missing": "a pinned log is not in the export",
    "no-root": "a log does not start with its root, signed by its recovery keys",
    "not-canonical": "JSON that is not in RFC 8785 form",
    "other-log": "an act of another author or league stands in the log",
    "root": "the leaves have another root than the head states",
    "root-not-pinned": "the log's recovery keys are not those that are pinned",
    "root-rotation": "a new root is not signed by the old and the new recovery keys",
    "signature": "a signature does not fit",
    "tile": "a tile is damaged, or contradicts the one below it",
    "tile-missing": "a tile of the log is not there",
    "time-ahead": "an act is dated more than five minutes ahead",
    "time-went-back": "an act is dated before the one in front of it",
    "unknown-file": "a file that no log accounts for",
    "unknown-key": "a key signed that the log never added, or that may not sign this",
    "unknown-line": "a line of a head that nobody accounts for",
    "wrong-office": "a key signed for an office that is not its own",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that does not hold: its name, a sentence, and where: a log (or a file) and a leaf of it."""

    code: str
    sentence: str
    origin: str = ""
    index: int | None = None

    def __str__(self) -> str:
        place = self.origin if self.index is None else f"{self.origin} leaf {self.index:,}"
        return f"{self.code}: {place + ': ' if place else ''}{self.sentence}"


class Stop(Exception):
    """A check failed; what depended on it is not looked at. Carries name and sentence for a `Failure`.

    `key` is the id of a signing key that nobody added, so far.
    """

    def __init__(self, code: str, sentence: str, *, key: str = ""):
        super().__init__(sentence)
        self.code, self.key = code, key


@dataclass(frozen=True, slots=True)
class LogSummary:
    """Where a log stands: its head, and the root keys (ids) and threshold with which it began."""

    origin: str
    league: str
    member: str
    size: int
    root: bytes
    root_keys: frozenset[str]
    threshold: int
    exercise: str | None


@dataclass(slots=True)
class Report:
    """The answer. `pinned` says that every log began with root keys that the verifier was given beforehand."""

    pinned: bool
    failures: list[Failure] = field(default_factory=list)
    logs: list[LogSummary] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    acts: int = 0
    suppressed: int = 0
    _alike: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    def fail(self, code: str, sentence: str, origin: str = "", index: int | None = None) -> None:
        """Add a failure; past the first hundred of one name in one log only their number is kept."""
        self._alike[origin, code] += 1
        if self._alike[origin, code] <= MAX_ALIKE:
            self.failures.append(Failure(code, sentence, origin, index))
        else:
            self.suppressed += 1

    def lines(self) -> Iterable[str]:
        """Yield the report for a terminal, one fact per line, the verdict last."""
        for summary in self.logs:
            mark = f" EXERCISE {summary.exercise}" if summary.exercise else ""
            yield f"{summary.origin}: {summary.size:,} acts, root {summary.root.hex()}{mark}"
        yield from self.notes
        yield from map(str, self.failures)
        if self.suppressed:
            yield f"... and {self.suppressed:,} more failures"
        yield self.verdict

    @property
    def verdict(self) -> str:
        """The answer in one sentence."""
        if not self.ok:
            return f"FAILED: {len(self.failures) + self.suppressed:,} failures in {self.acts:,} acts"
        reach = "verified against pinned roots" if self.pinned else "self-consistent only (no roots were pinned)"
        return f"OK: {self.acts:,} acts in {len(self.logs)} logs, {reach}"
