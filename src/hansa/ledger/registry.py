# SPDX-License-Identifier: Apache-2.0
"""What the parts tell the ledger: their act types, what follows from an act, and who must sign.

The ledger knows no part. Parts register here when Django starts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hansa.ledger.act import Act, ActError, Body, Requirement
from hansa.ledger.audience import LEAGUE

types: dict[str, type[Body]] = {}


def act_type(
    name: str, *, audience: str = LEAGUE, approval: Requirement | None = None
) -> Callable[[type[Body]], type[Body]]:
    """Class decorator: make a body the schema of the act type `name` (`part.noun.participle`)."""

    def decorate(body: type[Body]) -> type[Body]:
        if name in types:
            raise ValueError(f"act type {name} is registered twice")
        body.type, body.audience, body.approval = name, audience, approval
        types[name] = body
        return body

    return decorate


def body_type(name: str) -> type[Body]:
    """Return the schema of an act type; `ActError` when this version of Hansa does not know it."""
    try:
        return types[name]
    except KeyError:
        raise ActError(f"act type {name!r} is not known to this version of Hansa") from None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows from an act on this node, once for each member that `members` names.

    `run(act, member)` in each one's scope, or `run_all(act, members, step)` for all of them: `step(member)` opens a
    scope (`core.rls.every_member`).
    """

    name: str
    members: Callable[[Act], Iterable[str]]
    run: Callable[[Act, str], None] | None = None
    run_all: Callable[[Act, Sequence[str], Callable[[str], None]], None] | None = None


reactions: dict[str, list[Reaction]] = {}


def on(*names: str, name: str, members: Callable[[Act], Iterable[str]]) -> Callable:
    """Decorator: run `fn(act, member)` in the act's transaction, in that member's scope, once; never on rebuild."""

    def decorate(fn: Callable[[Act, str], None]) -> Callable[[Act, str], None]:
        for type_name in names:
            reactions.setdefault(type_name, []).append(Reaction(f"{fn.__module__}:{name}", members, fn))
        return fn

    return decorate


def on_for_all(*names: str, name: str, members: Callable[[Act], Iterable[str]]) -> Callable:
    """Decorator: run `fn(act, members, step)` as `on` does, once for all of them: they may be a thousand."""

    def decorate(fn: Callable[[Act, Sequence[str], Callable[[str], None]], None]) -> Callable:
        for type_name in names:
            reactions.setdefault(type_name, []).append(Reaction(f"{fn.__module__}:{name}", members, run_all=fn))
        return fn

    return decorate


Destroyed = Callable[[frozenset[UUID]], None]
_destroyed: list[Destroyed] = []


def on_destroyed(fn: Destroyed) -> Destroyed:
    """Decorator: run `fn(act ids)` in the scope of a member for whom these sealed acts are destroyed.

    It deletes what the part wrote of them into the member's own rows: notices, drafts, messages.
    """
    _destroyed.append(fn)
    return fn


def tell_destroyed(ids: frozenset[UUID]) -> None:
    """Let the parts forget acts that are destroyed for the member whose scope is open."""
    for fn in _destroyed if ids else ():
        fn(ids)


ApprovalRule = Callable[[str, str, str | None], Requirement | None]
OfficeCheck = Callable[[str, UUID, tuple[str, ...], datetime], bool]
LeagueMembers = Callable[[datetime], tuple[Iterable[str], datetime | None]]
HoldCheck = Callable[[frozenset[UUID], datetime], frozenset[UUID]]


def _no_rule(type_name: str, author: str, charter: str | None) -> Requirement | None:
    return None


def _nobody(author: str, person: UUID, offices: tuple[str, ...], at: datetime) -> bool:
    return False


def _no_hold(ids: frozenset[UUID], at: datetime) -> frozenset[UUID]:
    return frozenset()


def _no_members(at: datetime) -> tuple[Iterable[str], datetime | None]:
    return (), None


_approval_rule: ApprovalRule = _no_rule
_office_check: OfficeCheck = _nobody
_hold_check: HoldCheck = _no_hold
_league_members: LeagueMembers = _no_members


def set_approval_rule(rule: ApprovalRule) -> None:
    """Let `rule(type, author, charter)` say who signs; the charter's signing table, registered by pact."""
    global _approval_rule
    _approval_rule = rule


def set_office_check(check: OfficeCheck) -> None:
    """Let `check(author, person, offices, at)` say who holds an office at a time, registered by people."""
    global _office_check
    _office_check = check


def set_hold_check(check: HoldCheck) -> None:
    """Let `check(act ids, at)` say which acts a legal hold keeps, registered by evidence.

    It looks at the holds of the member whose scope is open; in the node's scope, at those of every hosted member.
    """
    global _hold_check
    _hold_check = check


def set_league_members(members: LeagueMembers) -> None:
    """Let `members(at)` name who the league's key is for at a time, and since when; registered by pact."""
    global _league_members
    _league_members = members


def league_members(at: datetime) -> tuple[list[str], datetime | None]:
    """Return the members that read what is sealed to the league, by id, and since when; none when no part says so."""
    members, since = _league_members(at)
    return sorted(members), since


def requirement(type_name: str, author: str, charter: str | None) -> Requirement | None:
    """Return who must sign an act: what its type always asks, else what the charter asks, else None.

    A type that changes what another one made (`signed_as`) asks the same as that one, unless the charter names it.
    """
    body = body_type(type_name)
    asked = body.approval or _approval_rule(type_name, author, charter)
    return asked or (_approval_rule(body.signed_as, author, charter) if body.signed_as else None)


def holds_office(author: str, person: UUID, offices: tuple[str, ...], at: datetime) -> bool:
    """Return whether `person` held one of `offices` of `author` at that time."""
    return _office_check(author, person, offices, at)


def held(ids: Iterable[UUID], at: datetime) -> frozenset[UUID]:
    """Return which of these acts a legal hold keeps. A purge asks this first, in the transaction that destroys.

    When this returns, counsel's own sealed copy of each held act stands: whoever holds it may then destroy wraps, salt,
    ciphertext and opened rows like those of any other act (a hold keeps for counsel alone and revives nothing), and
    its receipt says "kept under a hold", never "destroyed".
    """
    wanted = frozenset(ids)
    return _hold_check(wanted, at) & wanted
