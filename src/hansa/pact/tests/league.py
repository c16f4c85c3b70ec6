# SPDX-License-Identifier: Apache-2.0
"""An exercise league for tests: governments with a mayor each, a charter, and the touch of an exercise passkey."""

from dataclasses import dataclass, field

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.ledger import actions as ledger
from hansa.ledger.models import PendingAct
from hansa.pact import actions
from hansa.pact.charter import model_charter
from hansa.people import approving, founding
from hansa.people.founding import Newcomer
from hansa.people.models import Account

NAMES = ("chicago-il", "oakland-ca", "portland-or")


@dataclass
class League:
    """Who can act: the mayor of each government, and its recovery keys."""

    mayors: dict[str, Account] = field(default_factory=dict)
    officers: dict[str, Account] = field(default_factory=dict)
    roots: dict[str, list] = field(default_factory=dict)

    def mayor(self, member: str) -> Actor:
        """Return the chief executive of a government, acting."""
        return founding.acting(self.mayors[member], "chief-executive")

    def officer(self, member: str) -> Actor:
        """Return the duty officer of a government, who signs little."""
        return founding.acting(self.officers[member], "duty-officer")


def _newcomer(member: str, title: str, *offices: str) -> Newcomer:
    place = member.rpartition("-")[0].replace("-", " ").title()
    return Newcomer(
        f"{title.lower()}@{member}.example", f"Exercise {title}, {place}", f"Exercise {title}", offices=offices
    )


def sign(made, actor: Actor):
    """Return the act, approved with the actor's exercise passkey where it waits for one."""
    if isinstance(made, PendingAct):
        return approving.approve_pending([made], actor=actor, at=clock.now())[0]
    return made


def add_government(league: League, member: str, *, first: bool = False) -> None:
    """Give a government its log, keys, administrator, mayor and duty officer on this node."""
    at = clock.now()
    roots = founding.recovery_keys(1)
    founded = founding.found_member(
        member, administrators=[_newcomer(member, "Administrator")], roots=roots, threshold=1, at=at, opens_league=first
    )
    league.roots[member] = roots
    if not first:
        host = next(iter(league.mayors))
        with member_scope(host):
            ledger.share_epoch(Actor(None, host, "administrator"), member)
    people = [_newcomer(member, "Mayor", "chief-executive"), _newcomer(member, "Officer", "duty-officer")]
    mayor, officer = founding.staff_exercise(founded, people, at=at)
    league.mayors[member], league.officers[member] = mayor, officer


def ratify(league: League, member: str):
    """Let a government ratify, with its mayor's passkey."""
    with member_scope(member):
        actor = league.mayor(member)
        return sign(actions.join_league(member, instrument="Exercise Resolution 1", actor=actor, at=clock.now()), actor)


def found(*members: str, text: str | None = None, ratified: bool = True) -> League:
    """Return a founded exercise league of these members (three by default), with the model charter."""
    league = League()
    ledger.found_node("exercise-league", exercise="drill-1")
    for number, member in enumerate(members or NAMES):
        add_government(league, member, first=number == 0)
        if number == 0:
            actions.found_league(
                member, name="Exercise League", text=text or model_charter(), signers=league.roots[member]
            )
        if ratified:
            ratify(league, member)
    return league
