# SPDX-License-Identifier: Apache-2.0
"""A league of four in which Chicago, or another, invokes the pact."""

from collections.abc import Callable
from uuid import UUID

from hansa.activation import actions, queries
from hansa.activation.actions import Situation
from hansa.activation.models import Activation
from hansa.core.rls import member_scope
from hansa.pact.tests.league import League, found, sign

CHICAGO, OAKLAND, PORTLAND, DENVER = "chicago-il", "oakland-ca", "portland-or", "denver-co"
MEMBERS = (CHICAGO, OAKLAND, PORTLAND, DENVER)


def found_league() -> League:
    """Found the league: each member has a mayor and a duty officer."""
    return found(*MEMBERS)


def situation(**changes) -> Situation:
    """Return what happened in Chicago, with changes."""
    said = {
        "trigger": "flood", "level": "support", "situation": "Two pumping stations failed.",
        "place": "Chicago, Illinois",
        "first_needs": "400 cots, 20 pumps", "evidence": "Flood warning of the weather service, 3 p.m.",
    }  # fmt: skip
    return Situation(**{**said, **changes})


def by_mayor(league: League, member: str, action: Callable, /, *args, **kwargs):
    """Let the mayor of a member do something, and sign it."""
    actor = league.mayor(member)
    with member_scope(member):
        return sign(action(*args, actor=actor, **kwargs), actor)


def by_officer(league: League, member: str, action: Callable, /, *args, **kwargs):
    """Let the duty officer of a member do something."""
    with member_scope(member):
        return action(*args, actor=league.officer(member), **kwargs)


def invoke(league: League, member: str = CHICAGO, id: UUID | None = None, **changes) -> Activation:
    """Let a member invoke; return the activation."""
    act = by_mayor(league, member, actions.invoke_pact, situation(**changes), id=id)
    return activation(act.id, member)


def activation(id: UUID, member: str = CHICAGO) -> Activation:
    """Return an activation as a member reads it."""
    with member_scope(member):
        found = queries.get(id)
        assert found is not None, f"{member} cannot read the activation"
        return found


def picture(id: UUID, member: str = CHICAGO) -> queries.Picture:
    """Return an activation as it stands, with its obligations, as a member reads it."""
    with member_scope(member):
        found = queries.picture(id)
        assert found is not None, f"{member} cannot read the activation"
        assert found.obligations is not None
        return found
