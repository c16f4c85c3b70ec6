# SPDX-License-Identifier: Apache-2.0
"""Founding, ratifying, amending and leaving, through the real ledger."""

from datetime import timedelta

import pytest

from hansa.config import founding as commands
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.ledger.models import Log, LoggedAct, PendingAct
from hansa.pact import actions, queries
from hansa.pact.charter import model_charter
from hansa.pact.models import Member, Proposal
from hansa.pact.tests.league import add_government, found, ratify, sign

pytestmark = pytest.mark.django_db

QUICK = model_charter().replace('within = "2h"', 'within = "1h"', 1)
DAYS = timedelta(days=1)


def propose(league, member="chicago-il", text=QUICK, days=20, **kwargs):
    with member_scope(member):
        actor = league.mayor(member)
        made = actions.propose_amendment(
            text, reason="Two hours are long.", closes=clock.now() + days * DAYS, actor=actor, at=clock.now(), **kwargs
        )
        return sign(made, actor)


def vote(league, member, choice="yes"):
    with member_scope(member):
        actor = league.mayor(member)
        return sign(actions.vote_on(Proposal.objects.latest("at"), choice, actor=actor, at=clock.now()), actor)


def test_a_charter_is_in_force_once_two_governments_ratified_it():
    league = found("chicago-il", "oakland-ca", ratified=False)
    assert queries.charter_in_force() is None
    ratify(league, "chicago-il")
    assert queries.charter_in_force() is None
    ratify(league, "oakland-ca")
    version = queries.charter_in_force()
    assert version.number == 1
    assert version.charter.title == "Charter of Mutual Aid"
    assert queries.members() == {"chicago-il", "oakland-ca"}
    chicago = Member.objects.get(slug="chicago-il")
    assert (chicago.name, chicago.kind, chicago.state) == ("Chicago", "city", "IL")
    assert round(float(chicago.latitude)) == 42


def test_ratifying_waits_for_the_chief_executives_passkey():
    league = found("chicago-il", ratified=False)
    with member_scope("chicago-il"):
        at = clock.now()
        pending = actions.join_league("chicago-il", instrument="R-1", actor=league.mayor("chicago-il"), at=at)
        assert isinstance(pending, PendingAct)
        assert pending.offices == ["chief-executive"]
        assert pending.clause == "5.1"
    assert not Member.objects.exists()


def test_another_office_cannot_ratify_and_is_told_which_one_can():
    league = found("chicago-il", ratified=False)
    with member_scope("chicago-il"), pytest.raises(Refused) as refused:
        actions.join_league("chicago-il", instrument="R-1", actor=league.officer("chicago-il"), at=clock.now())
    assert refused.value.verdict.who == ("chief-executive",)


def test_a_league_is_founded_once_and_only_with_a_charter_that_has_no_problem():
    league = found("chicago-il", ratified=False)
    with pytest.raises(Invalid):
        actions.found_league("chicago-il", name="Again", text=model_charter(), signers=league.roots["chicago-il"])


def test_a_charter_with_problems_names_every_line():
    league = found()
    bad = model_charter().replace('"2/3"', '"1/2"')
    with pytest.raises(Invalid) as invalid:
        propose(league, text=bad)
    lines = invalid.value.errors["text"].split("\n")
    assert len(lines) == 3 and all(line.startswith("Line ") for line in lines)
    assert not PendingAct.objects.filter(type="pact.charter.proposed").exists()


def test_an_amendment_comes_into_force_when_two_thirds_voted_yes():
    league = found()
    propose(league)
    assert queries.next_round(queries.charter_in_force(), clock.now())[0] == 1
    vote(league, "chicago-il")
    assert queries.charter_in_force().number == 1
    vote(league, "oakland-ca")
    version = queries.charter_in_force()
    assert version.number == 2
    assert queries.obligations()["acknowledge"].within == timedelta(hours=1)
    assert queries.charter(version.parent).obligations["acknowledge"].within == timedelta(hours=2)


def test_a_member_votes_once_and_is_told_that_it_has():
    league = found()
    propose(league)
    vote(league, "oakland-ca", "no")
    with pytest.raises(Refused, match="voted in this round"):
        vote(league, "oakland-ca", "yes")
    assert Proposal.objects.get().no == ["oakland-ca"]


def test_a_new_member_has_no_vote_in_a_round_that_opened_before():
    league = found()
    propose(league)
    add_government(league, "denver-co")
    ratify(league, "denver-co")
    with pytest.raises(Refused, match="joined after"):
        vote(league, "denver-co")


def test_a_text_that_says_the_same_is_not_proposed():
    league = found()
    with pytest.raises(Invalid) as invalid:
        propose(league, text=model_charter().replace("# members that must vouch", "# members who must vouch"))
    assert "text" in invalid.value.errors


def test_a_round_that_is_too_short_or_too_long_is_not_proposed():
    league = found()
    for days in (1, 14, 100):
        with pytest.raises(Invalid) as invalid:
            propose(league, days=days)
        assert list(invalid.value.errors) == ["closes"]


def test_a_proposal_made_against_an_older_version_is_kept_and_not_sent():
    league = found()
    old = queries.charter_in_force().digest
    propose(league)
    vote(league, "chicago-il")
    vote(league, "oakland-ca")
    with pytest.raises(Invalid, match="amended meanwhile"):
        propose(league, "oakland-ca", text=QUICK.replace('"30m"', '"20m"', 1), parent=old)


def test_sending_a_vote_twice_makes_one_act():
    league = found()
    propose(league)
    key = new_id()
    with member_scope("oakland-ca"):
        actor = league.mayor("oakland-ca")
        proposal = Proposal.objects.get()
        first = actions.vote_on(proposal, "yes", actor=actor, at=clock.now(), id=key)
        again = actions.vote_on(proposal, "yes", actor=actor, at=clock.now(), id=key)
        assert first.id == again.id == key
        done = sign(first, actor)
        assert actions.vote_on(proposal, "yes", actor=actor, at=clock.now(), id=key) == done
    assert LoggedAct.objects.filter(type="pact.charter.voted").count() == 1


def test_a_member_gives_notice_takes_it_back_and_leaves_in_the_end(time_machine):
    league = found()
    with member_scope("oakland-ca"):
        actor = league.mayor("oakland-ca")
        with pytest.raises(Invalid, match="60 days"):
            actions.give_notice(clock.now() + 59 * DAYS, actor=actor, at=clock.now())
        sign(actions.give_notice(clock.now() + 61 * DAYS, actor=actor, at=clock.now()), actor)
        assert Member.objects.get(slug="oakland-ca").until is not None
        sign(actions.take_back_notice(actor=actor, at=clock.now()), actor)
        assert Member.objects.get(slug="oakland-ca").until is None
        sign(actions.give_notice(clock.now() + 61 * DAYS, actor=actor, at=clock.now()), actor)
    leaves = Member.objects.get(slug="oakland-ca").until
    assert "oakland-ca" in queries.members()
    assert "oakland-ca" not in queries.members(leaves)
    time_machine.move_to(leaves + DAYS)
    with member_scope("oakland-ca"), pytest.raises(Refused, match="not a member"):
        actions.propose_amendment(
            QUICK, reason="x", closes=clock.now() + 20 * DAYS, actor=league.mayor("oakland-ca"), at=clock.now()
        )


def test_where_the_charter_asks_for_sponsors_members_vouch_for_a_newcomer():
    league = found("chicago-il", "oakland-ca", text=model_charter().replace("sponsors = 0", "sponsors = 1"))
    add_government(league, "denver-co")
    ratify(league, "denver-co")
    candidate = Member.objects.get(slug="denver-co")
    assert candidate.since is None and "denver-co" not in queries.members()
    with member_scope("denver-co"), pytest.raises(Refused):
        actions.vouch_for(candidate, actor=league.mayor("denver-co"), at=clock.now())
    with member_scope("oakland-ca"):
        actor = league.mayor("oakland-ca")
        sign(actions.vouch_for(candidate, actor=actor, at=clock.now()), actor)
    assert "denver-co" in queries.members()


def test_each_decision_links_its_clause():
    found()
    link = queries.clause("obligations.acknowledge")
    assert (link.number, link.title) == ("4.1", "Acknowledging")
    assert link.url.endswith("#§4.1")


def test_init_founds_the_league_with_the_model_charter_or_with_ones_own(db):
    admin = ["Exercise Clerk, City Clerk <clerk@oakland-ca.example>"]
    list(commands.init("real-league", "oakland-ca", admin, recovery_keys="2of3", joins=False, name="Real League"))
    assert queries.league_name() == "Real League"
    assert queries.first_version().text == model_charter()
    assert queries.charter_in_force() is None
    list(commands.init("real-league", "denver-co", [admin[0].replace("oakland-ca", "denver-co")], recovery_keys="1of1",
                       joins=True))  # fmt: skip
    assert queries.versions().count() == 1


def test_init_with_a_charter_that_has_errors_makes_nothing(db):
    admin = ["Exercise Clerk, City Clerk <clerk@oakland-ca.example>"]
    bad = model_charter().replace('"2/3"', '"1/2"')
    with pytest.raises(Invalid, match="Line "):
        list(commands.init("real-league", "oakland-ca", admin, recovery_keys="2of3", joins=False, charter=bad))
    assert not Log.objects.exists()
