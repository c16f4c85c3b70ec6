# SPDX-License-Identifier: Apache-2.0
"""Missions: ordered out of an agreement, people named to the two parties only, counted once, never tracked."""

from decimal import Decimal

import pytest

from hansa.aid.actions import mission as actions
from hansa.aid.actions.mission import Named, Order
from hansa.aid.acts.mission import MissionPart
from hansa.aid.models import Check, HomeContact, Mission, RosterEntry, Stock
from hansa.aid.queries import mission as queries
from hansa.aid.queries.balance import activation_balances, balance_violations
from hansa.aid.rules import presence
from hansa.aid.tests.league import ask, later, wanted
from hansa.aid.tests.path import agree, offer_on
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty.models import Duty

pytestmark = pytest.mark.django_db
KIND = "attorney"


@pytest.fixture
def agreement(league):
    """Return ten people of Oakland's, agreed with Chicago."""
    return agree(league, offer_on(ask(league, wanted(KIND, 10)), league.oakland, 10))


def order(agreement, people=10, **more):
    offer = agreement.lines.get().offer
    values = {
        "title": "Shelter intake",
        "task": "Help at the intake desk.",
        "lines": [MissionPart(offer=offer, role="Clerk", people=people)],
        "report_to": "Dock 4",
        "report_at": later(hours=20),
        "ends": later(days=10),
        "legal_status": "Staff of Oakland",
        "conduct": "Be kind.",
    }
    return Order(**{**values, **more})


def ordered(league, agreement, people=10):
    with member_scope("oakland-ca"):
        act = actions.order_mission(agreement, order(agreement, people), actor=league.oakland)
        return Mission.objects.get(id=act.id)


def named(league, mission, count=3):
    with member_scope("oakland-ca"):
        offer = mission.lines.get().offer
        people = [Named(f"Exercise person {n}", "Clerk", offer) for n in range(count)]
        actions.name_roster(mission, people, actor=league.oakland, home_contact="Duty desk, 24 h")
        return [row.person for row in queries.roster(mission.id)]


def only_balance(league):
    with member_scope("chicago-il"):
        assert balance_violations() == []
        [line] = activation_balances(league.activation.id)
        return line.balance


def test_a_mission_is_ordered_out_of_an_agreement_and_takes_people_out_of_stock(league, agreement):
    with member_scope("oakland-ca"):
        before = Stock.objects.get(kind=KIND).quantity
    ordered(league, agreement, 6)
    with member_scope("oakland-ca"):
        assert Stock.objects.get(kind=KIND).quantity == before - 6
    found = only_balance(league)
    assert (found.in_transit, found.promised, found.open) == (6, 4, 0)


def test_no_more_people_are_ordered_than_were_agreed(league, agreement):
    ordered(league, agreement, 6)
    with member_scope("oakland-ca"), pytest.raises(Invalid, match="4 people are left"):
        actions.order_mission(agreement, order(agreement, 5), actor=league.oakland)


def test_an_order_says_what_is_missing_and_keeps_nothing(league, agreement):
    with member_scope("oakland-ca"), pytest.raises(Invalid) as caught:
        bad = order(agreement, title=" ", ends=later(hours=1))
        actions.order_mission(agreement, bad, actor=league.oakland)
    assert set(caught.value.errors) == {"title", "ends"}
    with member_scope("oakland-ca"):
        assert not Mission.objects.exists()


def test_only_the_donor_orders_its_people(league, agreement):
    with member_scope("chicago-il"), pytest.raises(Refused, match="Only the donor orders"):
        actions.order_mission(agreement, order(agreement), actor=league.chicago)


def test_names_are_read_by_the_two_parties_only(league, agreement):
    mission = ordered(league, agreement)
    named(league, mission)
    for member, seen in (("oakland-ca", 3), ("chicago-il", 3), ("portland-or", 0)):
        with member_scope(member):
            assert (RosterEntry.objects.count(), HomeContact.objects.count()) == (seen, min(seen, 1))


def test_no_more_people_are_named_than_were_ordered(league, agreement):
    mission = ordered(league, agreement, 2)
    with pytest.raises(Invalid, match="2 people are ordered"):
        named(league, mission, 3)


def test_someone_taken_off_the_roster_makes_room_for_another(league, agreement):
    mission = ordered(league, agreement, 2)
    gone, _kept = named(league, mission, 2)
    with member_scope("oakland-ca"):
        offer = mission.lines.get().offer
        change = [
            Named("Exercise person 0", "Clerk", offer, removed=True, person=gone),
            Named("Exercise person 9", "Clerk", offer),
        ]
        actions.name_roster(mission, change, actor=league.oakland)
        assert [r.name for r in queries.roster(mission.id) if not r.removed] == [
            "Exercise person 1",
            "Exercise person 9",
        ]


def test_a_person_checked_in_twice_counts_once(league, agreement):
    mission = ordered(league, agreement)
    first, second, _third = named(league, mission)
    for actor in (league.chicago, league.oakland):
        with member_scope(actor.member):
            actions.check_in(mission, [first, second], actor=actor, at=clock.now())
    found = only_balance(league)
    assert (found.received, found.in_transit) == (2, 8)
    with member_scope("portland-or"):
        deployment = queries.deployment(mission)
        assert (deployment.arrived, deployment.there, deployment.people) == (2, 2, ())


def test_people_check_themselves_in_and_out_with_the_code_on_their_order(league, agreement):
    mission = ordered(league, agreement)
    person = named(league, mission)[0]
    code = queries.check_in_code(person)
    with member_scope("chicago-il"):
        for state in (presence.PRESENT, presence.RELEASED):
            actions.check_in_by_code(mission, code.lower(), actor=league.chicago, at=clock.now())
            assert queries.states(mission.id)[person] == state
        with pytest.raises(Invalid, match="No one of this mission has this code"):
            actions.check_in_by_code(mission, "------", actor=league.chicago, at=clock.now())


def test_who_is_not_on_the_roster_is_not_checked_in(league, agreement):
    mission = ordered(league, agreement)
    named(league, mission)
    with member_scope("chicago-il"):
        for people, words in (([new_id()], "not on the roster"), ([], "Nobody is chosen")):
            with pytest.raises(Invalid, match=words):
                actions.check_in(mission, people, actor=league.chicago, at=clock.now())
        assert not Check.objects.exists()


def test_a_bystander_checks_nobody_in(league, agreement):
    mission = ordered(league, agreement)
    people = named(league, mission)
    with member_scope("portland-or"), pytest.raises(Refused, match="Only the two parties"):
        actions.check_in(mission, people, actor=league.portland, at=clock.now())


def test_demobilising_releases_who_is_there_and_sends_home_who_never_came(league, agreement):
    with member_scope("oakland-ca"):
        before = Stock.objects.get(kind=KIND).quantity
    mission = ordered(league, agreement)
    people = named(league, mission)
    with member_scope("chicago-il"):
        actions.check_in(mission, people, actor=league.chicago, at=clock.now())
        actions.check_out(mission, people[:1], actor=league.chicago, at=clock.now())
        actions.demobilise_mission(mission, actor=league.chicago, at=clock.now())
    found = only_balance(league)
    assert (found.released, found.came_home, found.in_use, found.in_transit) == (3, 7, 0, 0)
    with member_scope("oakland-ca"):
        assert Stock.objects.get(kind=KIND).quantity == before, "all ten are home"


def test_only_the_requester_demobilises(league, agreement):
    mission = ordered(league, agreement)
    with member_scope("oakland-ca"), pytest.raises(Refused, match="Only the requester"):
        actions.demobilise_mission(mission, actor=league.oakland, at=clock.now())


def test_the_duties_to_order_and_to_check_in_end_when_done(league, agreement):
    with member_scope("oakland-ca"):
        assert Duty.objects.get(kind="aid.order").done_at is None
    mission = ordered(league, agreement, 3)
    people = named(league, mission, 3)
    with member_scope("chicago-il"):
        assert Duty.objects.get(kind="aid.check-in").done_at is None
        actions.check_in(mission, people, actor=league.chicago, at=clock.now())
        assert Duty.objects.get(kind="aid.check-in").done_at is not None
    with member_scope("oakland-ca"):
        assert Duty.objects.get(kind="aid.order").done_at is None, "seven are left"
    ordered(league, agreement, 7)
    with member_scope("oakland-ca"):
        assert Duty.objects.get(kind="aid.order").done_at is not None


def test_the_units_agreed_are_never_people_by_half(league):
    with pytest.raises(Invalid):
        offer_on(ask(league, wanted(KIND, 10)), league.oakland, Decimal("2.5"))
