# SPDX-License-Identifier: Apache-2.0
"""What members owe and hear when the pact changes: on their own lists, once."""

import pytest

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty.models import Notice
from hansa.duty.queries import open_duties
from hansa.pact import actions
from hansa.pact.charter import model_charter
from hansa.pact.models import Member, Proposal
from hansa.pact.tests.league import NAMES, add_government, found, ratify, sign
from hansa.pact.tests.test_actions import DAYS, propose, vote

pytestmark = pytest.mark.django_db


def owed(member: str, kind: str) -> list:
    with member_scope(member):
        return list(open_duties().filter(kind=kind))


def test_each_member_owes_its_vote_until_it_has_voted_or_the_round_is_decided():
    league = found()
    propose(league)
    closes = Proposal.objects.get().closed_at
    for member in NAMES:
        (duty,) = owed(member, "pact.vote")
        assert (duty.office, duty.due_at) == ("chief-executive", closes)
        assert duty.words == "Vote on the proposal of Chicago to amend the charter"
    vote(league, "chicago-il")
    assert [len(owed(member, "pact.vote")) for member in NAMES] == [0, 1, 1]
    vote(league, "oakland-ca")
    assert [len(owed(member, "pact.vote")) for member in NAMES] == [0, 0, 0]


def test_members_are_asked_to_vouch_and_hear_who_joined():
    league = found("chicago-il", "oakland-ca", text=model_charter().replace("sponsors = 0", "sponsors = 1"))
    add_government(league, "denver-co")
    ratify(league, "denver-co")
    assert len(owed("oakland-ca", "pact.vouch")) == len(owed("chicago-il", "pact.vouch")) == 1
    assert owed("denver-co", "pact.vouch") == []
    with member_scope("oakland-ca"):
        actor = league.mayor("oakland-ca")
        sign(actions.vouch_for(Member.objects.get(slug="denver-co"), actor=actor, at=clock.now()), actor)
    assert owed("oakland-ca", "pact.vouch") == owed("chicago-il", "pact.vouch") == []


def test_the_others_hear_who_joined_and_who_leaves():
    league = found()
    with member_scope("portland-or"):
        actor = league.mayor("portland-or")
        sign(actions.give_notice(clock.now() + 70 * DAYS, actor=actor, at=clock.now()), actor)
    with member_scope("chicago-il"):
        topics = list(Notice.objects.order_by("at").values_list("topic", flat=True))
    assert topics.count("pact.joined") == 2
    assert topics[-1] == "pact.leaves"
    with member_scope("portland-or"):
        assert not Notice.objects.filter(topic="pact.leaves").exists()
