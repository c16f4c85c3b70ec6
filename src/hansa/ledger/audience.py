# SPDX-License-Identifier: Apache-2.0
"""Audiences: who can read an act. Always explicit: everyone, the league, or named members.

Ids are opaque text: `public`; `league:<epoch>`, optionally with `:<scope>` so that guests of one activation can be
admitted to what belongs to it and to nothing else; `named:<hash of the members>`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

PUBLIC = "public"
LEAGUE = "league"


@dataclass(frozen=True, slots=True)
class Named:
    """An audience of named members; the author always belongs to it."""

    members: tuple[str, ...]

    @property
    def id(self) -> str:
        """The audience id: the same members have the same id on every node."""
        return "named:" + hashlib.sha256("\n".join(self.members).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Scoped:
    """The league, and the guests that were admitted to `scope` (an activation)."""

    scope: UUID


Audience = str | Named | Scoped


@dataclass(frozen=True, slots=True)
class Asked:
    """An audience as it is looked up: by `name`, or the league's newest epoch followed by `league` (a scope or "")."""

    name: str = ""
    league: str | None = None


def asked(audience: Audience) -> Asked:
    """Return how to look an audience up; `ValueError` for what is none."""
    match audience:
        case Named():
            return Asked(audience.id)
        case Scoped():
            return Asked(league=f":{audience.scope}")
        case "league":
            return Asked(league="")
        case "public":
            return Asked(PUBLIC)
    raise ValueError(f"not an audience: {audience!r}")


def named(members: Iterable[str]) -> Named:
    """Return the audience of exactly these members."""
    return Named(tuple(sorted(set(members))))


def league_scope(scope: UUID) -> Scoped:
    """Return the audience of the league together with the guests of one activation."""
    return Scoped(scope)


def scope_of(audience: str) -> UUID | None:
    """Return the activation to which an audience id is scoped, or None."""
    parts = audience.split(":")
    return UUID(parts[2]) if parts[0] in (LEAGUE, "act") and len(parts) == 3 else None


def own_name(digest: str, audience: str) -> str:
    """Return the name of one act's own readers, where they are no longer those of its audience."""
    scope = scope_of(audience)
    return f"act:{digest[:32]}:{scope}" if scope else f"act:{digest[:32]}"


def is_league(audience: str) -> bool:
    """Return whether an audience id means the league, scoped or not."""
    return audience.startswith("league:")
