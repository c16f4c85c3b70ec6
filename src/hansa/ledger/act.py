# SPDX-License-Identifier: Apache-2.0
"""Acts: what a member says with legal meaning, and the bytes that say it.

An act in canonical form (RFC 8785) starts with its time, since `at` sorts first; all that follows is its *tail*.
A public leaf carries the whole act. A sealed leaf carries a stub (time, audience, author, commitment, hash and
padded size of the ciphertext) while the tail lies sealed outside the leaf (design, section 2).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from hansa.core import clock
from hansa.core.personal import Personal
from hansa.core.verdicts import ALLOW, Text, Verdict
from hansa.ledger.approval import tail_of, with_time
from hansa.ledger.canonical import canonical, parse

VERSION = 1
# An escaped NUL whose backslash is not itself escaped.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_FIELDS = {
    "at",
    "audience",
    "author",
    "body",
    "charter",
    "cites",
    "exercise",
    "id",
    "league",
    "office",
    "refs",
    "type",
    "v",
}
_STUB_FIELDS = {"at", "audience", "author", "ciphertext", "commitment", "exercise", "league", "size", "v"}

# Stands for the time while only what follows it is wanted.
_SOME_TIME = "2000-01-01T00:00:00.000000Z"

MEMBER = r"[a-z0-9][a-z0-9-]{0,62}"
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DIGEST = r"[0-9a-f]{64}"
# Whatever these do not fit is refused before anything looks it up or stores it. `at` and `v` are checked by their use.
_FORMS = {
    "audience": rf"public|league:[0-9]{{1,9}}(:{_UUID})?|named:[0-9a-f]{{32}}",
    "author": MEMBER,
    "ciphertext": _DIGEST,
    "commitment": _DIGEST,
    "id": _UUID,
    "league": r".{1,100}",
    "office": r".{1,40}",
    "type": r"(?=.{1,80}$)[a-z]+(\.[a-z][a-z-]*){2}",
}
_OPTIONAL = {"charter": _DIGEST, "exercise": r".{1,100}"}
_LISTS = {"cites": _DIGEST, "refs": _DIGEST}


class ActError(Exception):
    """Bytes that are no act: the reason, in words."""


class Body(BaseModel):
    """What an act of one type says. Subclasses are its schema, and say how to read, judge and apply it."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")
    personal: ClassVar[Personal]
    type: ClassVar[str]
    audience: ClassVar[str]
    approval: ClassVar["Requirement | None"] = None
    signed_as: ClassVar[str] = ""

    def headline(self, act: "Act") -> Text:
        """Return one sentence: member, verb, thing, counterpart, date."""
        raise NotImplementedError

    def facts(self, act: "Act") -> Sequence[tuple[Text, Text]]:
        """Return the label and value of every fact that a signer reads."""
        return []

    def owes(self, act: "Act") -> Text:
        """Return what the author then owes, for the signer to read; empty when nothing follows."""
        return ""

    def change(self, act: "Act") -> Text:
        """Return how the act can still be amended, withdrawn or ended; empty for the usual: by a later act."""
        return ""

    def judge(self, act: "Act", refs: "Refs") -> Verdict:
        """Say whether the act may stand, by its own bytes, its own log's earlier acts, and those it references."""
        return ALLOW

    def signer(self) -> UUID | None:
        """Return the one person whose passkey alone counts; None: whoever holds an office that signs the type."""
        return None

    def apply(self, act: "Act") -> None:
        """Write the shared rows that follow; deterministic and idempotent."""

    @classmethod
    def apply_many(cls, acts: "Sequence[Act]") -> None:
        """Apply acts of this type in order. A type that comes by the hundred overrides this to write them at once."""
        for act in acts:
            act.body.apply(act)

    @classmethod
    def forget(cls, acts: "Sequence[Act]") -> None:
        """Delete the rows that followed from sealed acts of this type, whose bodies are destroyed now."""


Refs = dict[str, "Act"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """Who signs an act: an office out of `offices`; with a count, that many persons in them, by passkey.

    `clause` is the one that says so, in the charter with the digest `charter`.
    """

    offices: tuple[str, ...]
    count: int = 0
    clause: str = ""
    charter: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """An act as it was said. `refs` and `cites` are content digests (hex); `digest` is its own.

    `index` is its place in its author's log, -1 while it has none.
    """

    id: UUID
    type: str
    league: str
    charter: str | None
    author: str
    office: str
    at: datetime
    refs: tuple[str, ...]
    cites: tuple[str, ...]
    audience: str
    exercise: str | None
    body: Body
    digest: str
    index: int = -1

    def placed(self, at: datetime, index: int) -> "Act":
        """Return the act with its time and its place in its author's log. (`replace` takes ten times as long.)"""
        return Act(
            self.id, self.type, self.league, self.charter, self.author, self.office, at, self.refs, self.cites,
            self.audience, self.exercise, self.body, self.digest, index,
        )  # fmt: skip

    @property
    def headline(self) -> Text:
        """The act in one sentence, in the reader's language."""
        return self.body.headline(self)

    @property
    def facts(self) -> Sequence[tuple[Text, Text]]:
        """What a signer reads before signing."""
        return self.body.facts(self)


def tail_bytes(fields: dict[str, Any]) -> bytes:
    """Return the canonical bytes of an act after its time. `fields` has every field but `at`."""
    return tail_of(canonical({"at": _SOME_TIME, **fields}))


def stub_bytes(
    *,
    at: str,
    audience: str,
    author: str,
    ciphertext: str,
    commitment: str,
    exercise: str | None,
    league: str,
    size: int,
) -> bytes:
    """Return the payload of a sealed leaf."""
    return canonical(
        {"at": at, "audience": audience, "author": author, "ciphertext": ciphertext, "commitment": commitment,
         "exercise": exercise, "league": league, "size": size, "v": VERSION}
    )  # fmt: skip


def holds_nul(canonical_bytes: bytes) -> bool:
    """Return whether a text in canonical JSON holds a NUL character, which PostgreSQL cannot keep as text."""
    return b"\\u0000" in canonical_bytes and _NUL.search(canonical_bytes) is not None


def read_payload(payload: bytes) -> dict[str, Any]:
    """Return the fields of a leaf's payload, an act or a stub; `ActError` or `CanonicalError` for anything else."""
    if holds_nul(payload):
        raise ActError("a text of the act holds a NUL character")
    fields = parse(payload)
    if not isinstance(fields, dict) or set(fields) not in (_FIELDS, _STUB_FIELDS):
        raise ActError("the payload is neither an act nor the stub of a sealed one")
    if fields["v"] != VERSION:
        raise ActError(f"version {fields['v']} of acts is not known here")
    _check_forms(fields)
    try:
        clock.from_text(fields["at"])
    except (TypeError, ValueError) as error:
        raise ActError(f"the time of the act is not in its fixed form: {error}") from None
    return fields


def _check_forms(fields: dict[str, Any]) -> None:
    for name, form in _FORMS.items():
        if name in fields and not _fits(fields[name], form):
            raise ActError(f"{name} is not in its form")
    for name, form in _OPTIONAL.items():
        if fields.get(name) is not None and not _fits(fields[name], form):
            raise ActError(f"{name} is not in its form")
    for name, form in _LISTS.items():
        found = fields.get(name, [])
        if not isinstance(found, list) or not all(_fits(item, form) for item in found):
            raise ActError(f"{name} is not a list of digests")
    if not isinstance(fields.get("body", {}), dict) or type(fields.get("size", 0)) is not int:
        raise ActError("the body is no object, or the size no number")


def _fits(value: object, form: str) -> bool:
    return isinstance(value, str) and re.fullmatch(form, value) is not None


def is_sealed(fields: dict[str, Any]) -> bool:
    """Return whether these payload fields are the stub of a sealed act."""
    return "commitment" in fields


def open_tail(tail: bytes, at: str) -> dict[str, Any]:
    """Return the fields of the act whose sealed tail was opened, with the time that its stub shows."""
    return read_payload(with_time(tail, at))


def build(fields: dict[str, Any], digest: str, body_type: type[Body], index: int = -1) -> Act:
    """Return the act that `fields` state; `ActError` when the body does not fit its type's schema."""
    try:
        body = body_type.model_validate(fields["body"])
        return Act(
            id=UUID(fields["id"]), type=fields["type"], league=fields["league"], charter=fields["charter"],
            author=fields["author"], office=fields["office"], at=clock.from_text(fields["at"]),
            refs=tuple(fields["refs"]), cites=tuple(fields["cites"]), audience=fields["audience"],
            exercise=fields["exercise"], body=body, digest=digest, index=index,
        )  # fmt: skip
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ActError(f"the body does not fit {fields['type']}: {where}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ActError(f"a field of the act has the wrong form: {error}") from None
