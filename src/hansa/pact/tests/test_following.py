# SPDX-License-Identifier: Apache-2.0
"""The tables that every node computes: the same for any order and any duplication of the same acts."""

import random

import pytest
from django.apps import apps
from django.forms.models import model_to_dict

from hansa.config.roles import connected_as_owner
from hansa.core import clock
from hansa.core.models import SharedModel
from hansa.core.rls import member_scope
from hansa.ledger.queries import logged_acts, read_act
from hansa.ledger.rebuild import rebuild
from hansa.pact import actions
from hansa.pact.models import CharterVersion, GuestInvitation, Member
from hansa.pact.tests.league import add_government, found, ratify, sign
from hansa.pact.tests.test_actions import DAYS, propose, vote
from hansa.pact.tests.test_guests import crisis, invite, open_and_accept

pytestmark = pytest.mark.django_db
SHARED = [model for model in apps.get_app_config("pact").get_models() if issubclass(model, SharedModel)]


def tables() -> dict[str, list]:
    return {
        model.__name__: sorted((model_to_dict(row) | {"pk": row.pk} for row in model.objects.all()), key=str)
        for model in SHARED
    }


def a_full_life():
    """Let a league join, amend with a late joiner, leave, come back, and have a guest."""
    league = found()
    invite(league, crisis(league))
    open_and_accept(league, GuestInvitation.objects.get())
    propose(league)
    add_government(league, "denver-co")
    ratify(league, "denver-co")
    for member in ("chicago-il", "oakland-ca"):
        vote(league, member)
    with member_scope("portland-or"):
        actor = league.mayor("portland-or")
        sign(actions.give_notice(clock.now() + 70 * DAYS, actor=actor, at=clock.now()), actor)
        sign(actions.take_back_notice(actor=actor, at=clock.now()), actor)
        sign(actions.give_notice(clock.now() + 90 * DAYS, actor=actor, at=clock.now()), actor)


def test_any_order_and_any_duplication_of_acts_gives_the_same_tables():
    a_full_life()
    before = tables()
    assert CharterVersion.objects.count() == 2 and Member.objects.count() == 4
    said = [read_act(row) for row in logged_acts(type_prefix="pact.")]
    for seed in range(6):
        for model in SHARED:
            model.objects.all().delete()
        for act in shuffled(said, random.Random(seed)):  # noqa: S311 (an order, not a secret)
            act.body.apply(act)
        assert tables() == before, f"seed {seed}"


def shuffled(said: list, rng: random.Random) -> list:
    """Return the acts, some twice, in an order in which each comes after what it refers to, as the ledger delivers."""
    waiting = said + rng.sample(said, 4)
    rng.shuffle(waiting)
    known = {act.digest for act in said}
    done: set[str] = set()
    ordered = []
    while waiting:
        ready = next(act for act in waiting if not ((set(act.refs) & known) - done))
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.digest)
    return ordered


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_from_the_ledger_finds_no_difference(owner_url):
    a_full_life()
    with connected_as_owner(owner_url):
        assert rebuild().differences == ()
