# SPDX-License-Identifier: Apache-2.0
"""Recalls: destroyed at every holder or refused, with receipts; members of a node are kept apart."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa import ledger
from hansa.config.roles import connected_as_owner
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope, node_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.ledger import epochs, purging, recalling, registry, standing
from hansa.ledger.acts import BodyPurged, BodyRecalled, ReaderAdmitted
from hansa.ledger.acts.recalls import Sealed
from hansa.ledger.choices import Recalled, Refusal
from hansa.ledger.models import LoggedAct, ParkedLeaf, PurgeAnswer, Recall, RefusedLeaf, SealedBody, Wrap, WrapGiven
from hansa.ledger.rebuild import rebuild
from hansa.ledger.receiving import Incoming, receive
from hansa.ledger.sealing import GIVEN
from hansa.ledger.tests.elsewhere import elsewhere, leaves_here, logs_here, shared_rows
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten
from hansa.people.acts import PersonIntroduced
from hansa.people.models import Person

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db(transaction=True)
OAKLAND, PORTLAND, CHICAGO = "oakland-ca", "portland-or", "chicago-il"
CANARY = "EXERCISE canary 5c1d"
WEEK = timedelta(days=7)


@pytest.fixture
def seats(db):
    return found(OAKLAND, PORTLAND, CHICAGO)


def say(seat, text=CANARY, **rest):
    with member_scope(seat.member):
        return ledger.submit(seat.actor, NoteWritten(text=text), **rest)


def introduce(seat, name=CANARY):
    with member_scope(seat.member):
        return ledger.submit(seat.actor, PersonIntroduced(person=new_id(), name=name, title="Exercise clerk"))


def recall(seat, *acts, reason=Recalled.READERS):
    with member_scope(seat.member):
        recalling.recall_acts(acts, actor=seat.actor, deadline=clock.now() + WEEK, reason=reason)
        return [Recall.objects.get(digest=act.digest) for act in acts]


def destroy(seat, row):
    with member_scope(seat.member):
        recalling.destroy_recalled(row, actor=seat.actor)


def refuse(seat, row, words="Records law asks for five years."):
    with member_scope(seat.member):
        return recalling.refuse_purge(row, actor=seat.actor, reason=Refusal.LAW, words=words)


def sees(seat, act):
    with member_scope(seat.member):
        return ledger.get(act.id) is not None


def tables_with(text: str) -> list[str]:
    """The tables that hold a text in any column, as a dump of the database would show it."""
    with node_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        found_in = []
        for (table,) in cursor.fetchall():
            for form in (text, text.encode().hex()):
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{form}%"])
                found_in += [table] if cursor.fetchone()[0] else []
    return found_in


def rebuilt(owner_url):
    with connected_as_owner(owner_url):
        return rebuild().differences


def test_every_holder_destroys_it_at_the_deadline_and_confirms(seats, owner_url):
    act, other = introduce(seats[0]), introduce(seats[0], "EXERCISE stays")
    assert tables_with(CANARY)
    (row,) = recall(seats[0], act)
    assert recalling.carry_out(row.deadline - timedelta(hours=2)) == 0
    assert recalling.carry_out(row.deadline) == 1
    assert recalling.carry_out(row.deadline) == 0
    assert tables_with(CANARY) == []
    assert not any(sees(seat, act) for seat in seats)
    assert sees(seats[1], other)
    with node_scope():
        assert set(PurgeAnswer.objects.values_list("reader", "state")) == {(s.member, "destroyed") for s in seats}
        assert Person.objects.get().name == "EXERCISE stays"
        receipts = LoggedAct.objects.filter(type=BodyPurged.type)
        assert sorted(receipts.values_list("author", flat=True)) == sorted(s.member for s in seats)
    assert rebuilt(owner_url) == ()


def test_one_holder_refuses_and_goes_on_reading_alone(seats, owner_url):
    act = introduce(seats[0])
    (row,) = recall(seats[0], act)
    refuse(seats[2], row)
    destroy(seats[0], row)
    assert [sees(seat, act) for seat in seats] == [False, True, True]
    with node_scope():
        shown = Wrap.objects.exclude(wrap=b"").values_list("reader", flat=True)
        assert set(shown) == {PORTLAND, CHICAGO}  # nobody opens it by the league's key any more
    recalling.carry_out(row.deadline)
    assert [sees(seat, act) for seat in seats] == [False, False, True]
    with member_scope(CHICAGO):
        assert Person.objects.get().name == CANARY
    with member_scope(OAKLAND):
        assert not Person.objects.exists()
        answer = PurgeAnswer.objects.get(reader=CHICAGO)
        assert (answer.state, answer.words) == ("refused", "Records law asks for five years.")
    assert rebuilt(owner_url) == ()
    destroy(seats[2], row)
    assert tables_with(CANARY) == []
    assert rebuilt(owner_url) == ()


def test_a_holder_of_a_named_body_leaves_it_to_the_others(seats, owner_url):
    act = say(seats[0], audience=ledger.named([PORTLAND]))
    after = say(seats[0], "another", audience=ledger.named([PORTLAND]))
    (row,) = recall(seats[0], act)
    destroy(seats[1], row)
    assert [sees(seat, act) for seat in seats] == [True, False, False]
    assert [sees(seat, after) for seat in seats] == [True, True, False]
    assert rebuilt(owner_url) == ()


def test_a_hold_keeps_it_for_counsel_alone_and_the_receipt_says_so(seats, monkeypatch):
    act = say(seats[0])
    monkeypatch.setattr(registry, "_hold_check", lambda ids, at: ids if _scope() == PORTLAND else frozenset())
    (row,) = recall(seats[0], act)
    recalling.carry_out(row.deadline)
    with node_scope():
        assert dict(PurgeAnswer.objects.values_list("reader", "state")) == {
            OAKLAND: "destroyed", PORTLAND: "held", CHICAGO: "destroyed",
        }  # fmt: skip
        assert not SealedBody.objects.exists()
    assert tables_with(CANARY) == []


def _scope():
    from hansa.core.rls import current_member

    return current_member()


def test_only_the_author_recalls_and_only_offices_for_records(seats):
    act, public = say(seats[0]), LoggedAct.objects.filter(audience="public", author=OAKLAND).first()
    with member_scope(PORTLAND), pytest.raises(Refused, match="Only the member that said"):
        recalling.recall_acts([act], actor=seats[1].actor, deadline=clock.now() + WEEK, reason=Recalled.OVER)
    with member_scope(OAKLAND):
        clerk = replace(seats[0].actor, office="logistics", offices=("logistics",))
        with pytest.raises(Refused, match="does not decide on records"):
            recalling.recall_acts([act], actor=clerk, deadline=clock.now() + WEEK, reason=Recalled.OVER)
        with pytest.raises(Refused, match="public"):
            shown = standing.act_of(public)
            recalling.recall_acts([shown], actor=seats[0].actor, deadline=clock.now() + WEEK, reason=Recalled.OVER)
        with pytest.raises(Invalid):
            recalling.recall_acts([act], actor=seats[0].actor, deadline=clock.now(), reason=Recalled.OVER)
        with pytest.raises(Refused, match="its own log"):
            body = BodyRecalled(
                bodies=(Sealed(author=OAKLAND, index=0, digest=act.digest),), deadline=clock.now() + WEEK,
                reason=Recalled.OVER,
            )  # fmt: skip
            ledger.submit(seats[0].actor, body)
    (row,) = recall(seats[0], act)
    with member_scope(OAKLAND), pytest.raises(Refused, match="recalled already"):
        recalling.recall_acts([act], actor=seats[0].actor, deadline=clock.now() + WEEK, reason=Recalled.OVER)
    with pytest.raises(Invalid):
        refuse(seats[1], row, words=" ")
    destroy(seats[1], row)
    with pytest.raises(Refused, match="confirmed this already"):
        refuse(seats[1], row)


def test_what_others_rest_on_is_not_recalled(seats):
    act = say(seats[0])
    with member_scope(PORTLAND):
        ledger.submit(seats[1].actor, NoteWritten(text="answer"), refs=[act.id])
    with pytest.raises(Refused, match="Other acts rest"):
        recall(seats[0], act)


def test_parts_forget_what_they_wrote_of_it(seats, monkeypatch):
    told = []
    monkeypatch.setattr(registry, "_destroyed", [lambda ids: told.append((_scope(), set(ids)))])
    act = say(seats[0])
    assert ledger.purge([act.id]) == 1
    assert sorted(told) == [(member, {act.id}) for member in sorted((OAKLAND, PORTLAND, CHICAGO))]


def test_one_more_member_reads_what_was_sealed_before_by_a_logged_act(seats, owner_url):
    act = say(seats[0], audience=ledger.named([OAKLAND]))
    after = say(seats[0], "another", audience=ledger.named([OAKLAND]))
    assert not sees(seats[1], act)
    with member_scope(OAKLAND):
        recalling.let_read([act], PORTLAND, actor=seats[0].actor)
        with pytest.raises(Refused, match="reads it already"):
            recalling.let_read([act], PORTLAND, actor=seats[0].actor)
    assert [sees(seat, act) for seat in seats] == [True, True, False]
    assert not sees(seats[1], after)
    assert rebuilt(owner_url) == ()
    (row,) = recall(seats[0], act)
    with member_scope(OAKLAND), pytest.raises(Refused, match="nobody else"):
        recalling.let_read([act], CHICAGO, actor=seats[0].actor)
    recalling.carry_out(row.deadline)
    assert tables_with(CANARY) == []


def with_given(leaves):
    """The leaves with the wraps that travel beside the acts which give them."""
    with node_scope():
        wraps = {(w.ciphertext_hash, w.reader): bytes(w.wrap) for w in Wrap.objects.all()}
        acts = {(r.origin, r.index): standing.act_of(r) for r in LoggedAct.objects.filter(type="ledger.wrap.given")}
    return [
        replace(leaf, given={b.ciphertext: wraps[b.ciphertext, GIVEN + act.body.reader] for b in act.body.bodies})
        if (act := acts.get((leaf.origin, leaf.index))) else leaf
        for leaf in leaves
    ]  # fmt: skip


@pytest.fixture
def told(seats):
    """Bodies that are rotated away from, given to a late reader, recalled, refused; and those leaves as they were."""
    a, b, c = seats
    with member_scope("guest-ca"):
        ledger.open_log("guest-ca", roots=a.roots[:1], threshold=1, offices=("administrator",))
    opened = say(a, "opening")
    scope = ledger.league_scope(opened.id)
    early, given_later = say(b, "early", audience=scope), say(a, "to one", audience=ledger.named([OAKLAND, PORTLAND]))
    gone, kept = say(a, "gone"), say(c, "kept by one")
    with member_scope(OAKLAND):
        ledger.submit(a.actor, ReaderAdmitted(audience_name=f"league:1:{opened.id}", reader="guest-ca"))
        recalling.give_scope(a.actor, opened.id, "guest-ca")
        recalling.let_read([given_later], CHICAGO, actor=a.actor)
        epochs.rotate(a.actor)
    say(b, "in the new period", audience=scope)
    before = with_given(leaves_here())
    (first,), (second,) = recall(a, gone), recall(c, kept)
    with member_scope(OAKLAND):
        answer = ledger.submit(a.actor, NoteWritten(text="rests on what goes"), refs=[gone.id])
    refuse(b, second)
    for row in (first, second):
        recalling.carry_out(row.deadline)
    assert sees(a, answer) and not sees(a, gone) and sees(b, kept) and not sees(a, kept)
    with node_scope():
        assert WrapGiven.objects.filter(reader="guest-ca").count() == 1
    assert early
    known = {(leaf.origin, leaf.index): leaf for leaf in before}
    after = [known.get((leaf.origin, leaf.index), leaf) for leaf in leaves_here()]
    return after, logs_here(), shared_rows()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False))
def test_any_order_of_rotation_purge_and_late_wraps_gives_the_same_rows(told, elsewhere, order):
    leaves, logs, expected = told
    order.shuffle(queue := list(leaves))
    with elsewhere(logs):
        for leaf in queue:
            receive(leaf)
        assert not RefusedLeaf.objects.exists()
        assert not ParkedLeaf.objects.exists()
        assert shared_rows() == expected
        gone = Recall.objects.exclude(digest__in=LoggedAct.objects.values("digest")).get()
        assert standing.is_over(gone.digest)


def test_a_body_that_was_destroyed_is_not_taken_in_again(told, elsewhere):
    leaves, logs, expected = told
    with elsewhere(logs):
        for leaf in [*leaves, *leaves]:
            receive(leaf)
        assert shared_rows() == expected
        with node_scope():
            names = set(SealedBody.objects.values_list("ciphertext_hash", flat=True))
    gone = [leaf for leaf in leaves if leaf.ciphertext and hashlib.sha256(leaf.ciphertext).hexdigest() not in names]
    assert len(gone) == 1


def test_a_guest_elsewhere_opens_what_was_sealed_before_it_came(told, elsewhere):
    leaves, logs, _ = told
    guests = {origin: author for origin, author in logs.items() if author == "guest-ca"}
    with elsewhere(guests):
        for leaf in leaves:
            receive(Incoming(leaf.origin, leaf.index, leaf.entry, leaf.ciphertext, leaf.wraps, leaf.given))
        read = [standing.act_of(row).body.text for row in LoggedAct.objects.filter(type=NoteWritten.type)]
        assert sorted(read) == ["early", "in the new period"]


def test_a_purge_by_the_clock_yields_receipts_and_respects_who_answered(seats):
    act = say(seats[0])
    assert ledger.purge([act.id]) == 1
    assert ledger.purge([act.id]) == 0
    with node_scope():
        assert PurgeAnswer.objects.count() == 3
        assert purging.GONE == b"" and not Wrap.objects.filter(reader="league:1").exists()
