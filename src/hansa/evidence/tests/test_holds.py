# SPDX-License-Identifier: Apache-2.0
"""Holds: two people place them, they outlive a purge for counsel alone, and revive nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from hansa import ledger
from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.evidence import holding, policy, tasks
from hansa.evidence.actions import holds
from hansa.evidence.choices import HoldState
from hansa.evidence.models import HeldCopy, Hold
from hansa.evidence.tests.words import SECRET, place, propose, release, tell
from hansa.ledger import registry, sealing
from hansa.ledger.acts.recalls import BodyPurged
from hansa.ledger.models import LoggedAct, SealedBody, Wrap
from hansa.ledger.publishing import read_act
from hansa.people import compartments, joint, reading


def test_counsel_alone_places_no_hold(oakland):
    step = propose(oakland)
    with pytest.raises(Refused, match="second person"):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_duty", "legal"), at=clock.now())
    assert not Hold.objects.exists()


def test_another_office_proposes_none(oakland):
    with pytest.raises(Refused):
        propose(oakland, actor=oakland.actor("oakland_mayor"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind_codes": []}, "kinds"),
        ({"kind_codes": ["no.such"]}, "kinds"),
        ({"review_on": clock.now().date()}, "review_on"),
        ({"review_on": clock.now().date() + timedelta(days=400)}, "review_on"),
        ({"since": clock.now().date(), "until": clock.now().date() - timedelta(days=1)}, "until"),
        ({"reason": "short"}, "reason"),
    ],
)
def test_a_hold_has_scope_reason_and_a_review_within_a_year(oakland, changed, field):
    with pytest.raises(Invalid) as complaint:
        propose(oakland, **changed)
    assert list(complaint.value.errors) == [field]


def test_what_a_hold_names_outlives_the_purge_for_counsel_alone(oakland):
    act = tell(oakland)
    hold = place(oakland)
    assert registry.held([act], clock.now()) == {act}
    ledger.purge([act])
    with node_scope():
        assert not LoggedAct.objects.filter(id=act).exists()
    opened = holding.open_copy(HeldCopy.objects.get(hold=hold, act=act))
    assert (opened.id, opened.body.word) == (act, SECRET)


def test_what_the_whole_league_reads_is_kept_too(oakland):
    act = tell(oakland, league=True)
    hold = place(oakland)
    ledger.purge([act])
    with node_scope():
        assert not LoggedAct.objects.filter(id=act).exists()
    assert holding.open_copy(HeldCopy.objects.get(hold=hold, act=act)).body.word == SECRET


def test_no_table_holds_the_words_that_counsel_keeps(oakland):
    act = tell(oakland)
    place(oakland)
    ledger.purge([act])
    with node_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{SECRET}%"])
            assert cursor.fetchone()[0] == 0, table


def test_what_comes_into_the_scope_later_is_kept_when_its_purge_is_due(oakland):
    hold = place(oakland)
    act = tell(oakland)
    assert not HeldCopy.objects.filter(act=act).exists()
    assert registry.held([act], clock.now()) == {act}
    assert holding.open_copy(HeldCopy.objects.get(hold=hold, act=act)).id == act


def test_the_purge_itself_asks_what_a_hold_keeps(oakland):
    hold = place(oakland)
    act = tell(oakland)
    ledger.purge([act])
    assert HeldCopy.objects.filter(hold=hold, act=act).exists()


def test_the_receipt_of_a_purge_says_that_a_hold_keeps_it(oakland):
    place(oakland)
    act = tell(oakland)
    ledger.purge([act])
    with node_scope():
        states = [read_act(row).body.state for row in LoggedAct.objects.filter(type=BodyPurged.type)]
    assert sorted(states) == ["destroyed", "held"]


def test_an_act_outside_the_scope_is_not_kept(oakland):
    act = tell(oakland)
    place(oakland, since=clock.now().date() + timedelta(days=1))
    assert registry.held([act], clock.now()) == frozenset()
    assert not HeldCopy.objects.exists()


def test_a_single_act_is_named_by_its_id(oakland):
    act, other = tell(oakland), tell(oakland, "another word")
    hold = place(oakland, kind_codes=[], acts=[act])
    assert registry.held([act, other], clock.now()) == {act}
    assert hold.gone == 0


def test_a_hold_revives_nothing(oakland):
    act = tell(oakland)
    ledger.purge([act])
    hold = place(oakland, kind_codes=[], acts=[act])
    assert hold.gone == 1
    assert not HeldCopy.objects.exists()
    release(oakland, hold)
    with node_scope():
        assert not LoggedAct.objects.filter(id=act).exists() and not Wrap.objects.filter(reader="oakland-ca").exists()


def test_a_release_takes_two_people_and_destroys_copies_and_key(oakland):
    act = tell(oakland)
    hold = place(oakland)
    step = holds.release_hold(
        hold, reason="The case was dismissed.", actor=oakland.actor("oakland_duty", "legal"), at=clock.now()
    )
    with pytest.raises(Refused):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_duty", "legal"), at=clock.now())
    joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_mayor"), at=clock.now())
    hold.refresh_from_db()
    assert hold.released_at and bytes(hold.key) == b"" and not HeldCopy.objects.exists()
    assert registry.held([act], clock.now()) == frozenset()
    with pytest.raises(Refused, match="was released"):
        holds.review_hold(hold, next_on=clock.now().date(), note="It stays as it is.",
                          actor=oakland.actor("oakland_duty", "legal"), at=clock.now())  # fmt: skip


def test_the_other_member_on_the_node_has_no_hold_and_no_copy(oakland):
    act = tell(oakland)
    place(oakland)
    with member_scope("portland-or"):
        assert registry.held([act], clock.now()) == frozenset()
        assert not Hold.objects.exists() and not HeldCopy.objects.exists()
    with node_scope():
        assert registry.held([act], clock.now()) == {act}


def test_what_the_member_does_not_read_its_counsel_does_not_get(oakland, cast):
    act = tell(cast, "of Portland", by="portland_admin")
    hold = place(oakland, acts=[act])
    assert hold.gone == 1
    with node_scope():
        assert registry.held([act], clock.now()) == frozenset()


def test_only_named_persons_read_what_is_kept_and_each_reading_is_written_down(oakland):
    place(oakland, acts=[tell(oakland)], kind_codes=[])
    kept, now = HeldCopy.objects.get(), clock.now()
    assert [seat.person for seat in compartments.seats(policy.COUNSEL, now)] == [oakland.oakland_duty.id]
    with pytest.raises(Refused, match="named to the compartment"):
        holds.read_held(kept, purpose="To see what it says.", actor=oakland.actor("oakland_mayor"), at=now)
    holds.read_held(kept, purpose="To prepare our answer.", actor=oakland.actor("oakland_duty"), at=now)
    assert [row.purpose for row in reading.readings_of(kept.id)] == ["To prepare our answer."]


def test_a_copy_that_was_swapped_is_not_shown(oakland):
    place(oakland, acts=[tell(oakland), tell(oakland, "another word")], kind_codes=[])
    first, second = HeldCopy.objects.order_by("index")
    HeldCopy.objects.filter(id=first.id).update(ciphertext=bytes(second.ciphertext), wrap=bytes(second.wrap))
    first.refresh_from_db()
    with pytest.raises(sealing.SealingError, match="committed to"):
        holding.open_copy(first)


def test_a_review_moves_the_day_and_an_overdue_one_shows(oakland):
    hold = place(oakland)
    now = clock.now()
    assert hold.state(now) == HoldState.IN_FORCE
    assert hold.state(now + timedelta(days=80)) == HoldState.REVIEW
    assert hold.state(now + timedelta(days=91)) == HoldState.OVERDUE
    holds.review_hold(hold, next_on=now.date() + timedelta(days=180), note="The case goes on.",
                      actor=oakland.actor("oakland_duty", "legal"), at=now)  # fmt: skip
    hold.refresh_from_db()
    assert hold.state(now + timedelta(days=91)) == HoldState.IN_FORCE


def test_the_bodies_of_others_go_as_if_there_were_no_hold(oakland):
    act = tell(oakland)
    place(oakland)
    with node_scope():
        before = SealedBody.objects.count()
    assert ledger.purge([act]) == 1
    with node_scope():
        assert SealedBody.objects.count() == before - 1


def jobs(known=()):
    """The jobs that copy, oldest first, without those that are known."""
    rows = ProcrastinateJob.objects.filter(task_name=holding.COPY).order_by("id")
    return [row for row in rows if row.id not in known]


def work(known):
    """Do what the worker would, job after job, without those that are known."""
    while waiting := jobs(known):
        known.add(waiting[0].id)
        tasks.copy_held(**waiting[0].args)


def test_many_copies_are_made_in_parts_that_go_on_after_a_lost_job(oakland, monkeypatch):
    monkeypatch.setattr(holding, "CHUNK", 2)
    acts = [tell(oakland, f"word {n}") for n in range(5)]
    hold = place(oakland, kind_codes=["ledger.sealed"])
    known = holding.covered(hold).count()
    assert hold.to_copy == known > 5 and HeldCopy.objects.count() == 2 and hold.copied_at is None
    ledger.purge([acts[4]])
    assert HeldCopy.objects.filter(act=acts[4]).exists()
    assert HeldCopy.objects.count() == 3
    lost = {job.id for job in jobs()}
    assert lost and holding.resume(clock.now()) == 0
    assert holding.resume(clock.now() + holding.STUCK) == 1
    work(lost)
    hold.refresh_from_db()
    assert hold.copied_at and HeldCopy.objects.count() == known
    assert set(acts) <= set(HeldCopy.objects.values_list("act", flat=True))


def test_the_page_says_how_far_the_copies_are(oakland, browse, monkeypatch):
    monkeypatch.setattr(holding, "CHUNK", 2)
    for n in range(3):
        tell(oakland, f"word {n}")
    hold = place(oakland)
    text = browse("oakland_mayor").get(reverse("evidence:hold-show", args=[hold.id])).content.decode()
    assert "2 of 3 sealed acts are copied for counsel" in text
    work(set())
    text = browse("oakland_mayor").get(reverse("evidence:hold-show", args=[hold.id])).content.decode()
    assert "are copied for counsel" not in text and text.count("test.confidence.told") == 3


@pytest.mark.parametrize(("since", "until", "kept"), [(0, 0, 1), (1, None, 0), (None, -1, 0), (None, None, 1)])
def test_the_copies_are_of_the_days_that_the_hold_names(oakland, since, until, kept):
    today = clock.now().date()
    tell(oakland)
    days = [None if n is None else today + timedelta(days=n) for n in (since, until)]
    place(oakland, since=days[0], until=days[1])
    assert HeldCopy.objects.count() == kept
