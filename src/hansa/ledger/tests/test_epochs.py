# SPDX-License-Identifier: Apache-2.0
"""Key periods: who reads what, rivals of one number, turns by the clock, late joiners, lost keys, guests that go."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa import ledger
from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.core.verdicts import Refused
from hansa.ledger import actions, epochs, keyring, opening, registry, sealing, tasks
from hansa.ledger.acts import EpochOpened, EpochShared, ReaderAdmitted
from hansa.ledger.acts.epochs import lacking
from hansa.ledger.models import Epoch, EpochWrap, LoggedAct, ParkedLeaf, Reader, RefusedLeaf, Root, SecretKey
from hansa.ledger.receiving import receive
from hansa.ledger.tests.elsewhere import elsewhere, leaves_here, logs_here, shared_rows
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten
from hansa.ledger.tlog.strict import to_base64

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db
OAKLAND, PORTLAND, CHICAGO, BOSTON = "oakland-ca", "portland-or", "chicago-il", "boston-ma"


@pytest.fixture
def seats(db):
    return found(OAKLAND, PORTLAND, CHICAGO)


@pytest.fixture
def members(monkeypatch):
    """Return the list of who is in the league; what is put into it counts."""
    names = [CHICAGO, OAKLAND, PORTLAND]
    began = clock.now()
    monkeypatch.setattr(registry, "_league_members", lambda at: (names, began))
    return names


def say(seat, text, **rest):
    with member_scope(seat.member):
        return ledger.submit(seat.actor, NoteWritten(text=text), **rest)


def rotate(seat):
    with member_scope(seat.member):
        return epochs.rotate(seat.actor)


@contextmanager
def as_if_not_opened():
    """Let a member not see the newest key period, as long as its opening has not come."""
    with node_scope():
        newest = Epoch.objects.order_by("-epoch").first()
        kept = list(Epoch.objects.filter(epoch=newest.epoch))
        readers = list(Reader.objects.filter(name=f"league:{newest.epoch}"))
        Epoch.objects.filter(epoch=newest.epoch).delete()
        Reader.objects.filter(name=f"league:{newest.epoch}").delete()
    yield
    with node_scope():
        Epoch.objects.bulk_create(kept, ignore_conflicts=True)
        Reader.objects.bulk_create(readers, ignore_conflicts=True)


@pytest.fixture
def rivals(seats):
    """Two members open period 2 without knowing of each other; both seal something to what they know."""
    a, b, _ = seats
    say(a, "before")
    with member_scope(OAKLAND):
        actions.open_epoch(a.actor, [s.member for s in seats])
    say(a, "to the first")
    with as_if_not_opened():
        with member_scope(PORTLAND):
            actions.open_epoch(b.actor, [s.member for s in seats])
        say(b, "to the second")
    say(a, "to the one that counts")
    return seats


def test_of_two_keys_of_one_period_the_lowest_digest_counts_and_both_open(rivals):
    with node_scope():
        first, second = Epoch.objects.filter(epoch=2).order_by("digest")
        assert epochs.standing() == first
        assert first.recipient != second.recipient
    with member_scope(CHICAGO):
        head = actions.publishing.lock(CHICAGO, "administrator", ledger.LEAGUE)
        assert head.epoch_recipient == first.recipient
        texts = {actions.publishing.read_act(row).body.text for row in LoggedAct.objects.filter(type=NoteWritten.type)}
        assert texts == {"before", "to the first", "to the second", "to the one that counts"}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False))
def test_any_order_of_two_openings_of_one_period_gives_the_same_rows(rivals, elsewhere, order):
    leaves, logs, expected = leaves_here(), logs_here(), shared_rows()
    order.shuffle(leaves)
    with elsewhere(logs):
        for leaf in leaves:
            receive(leaf)
        assert not RefusedLeaf.objects.exists()
        assert not ParkedLeaf.objects.exists()
        assert shared_rows() == expected


def opening_of(epoch: int, *, author=OAKLAND, wraps=None, recipient=None):
    identity = sealing.new_identity()
    wrap = to_base64(sealing.rewrap(identity, Root.objects.get(author=OAKLAND).recipient))
    return EpochOpened(
        epoch=epoch, recipient=recipient or sealing.recipient_of(identity),
        wraps=wraps if wraps is not None else {author: wrap},
    )  # fmt: skip


@pytest.mark.parametrize(
    "epoch,changes,why",
    [(7, {}, "follows the last one"), (2, {}, "follows the last one"), (2, {"wraps": {}}, "seal it to yourself"),
     (1, {"recipient": "age1nothing"}, "Nothing can be sealed")],
)  # fmt: skip
def test_a_period_that_follows_none_or_shuts_everybody_out_is_refused(seats, epoch, changes, why):
    with member_scope(OAKLAND), pytest.raises(Refused, match=why):
        ledger.submit(seats[0].actor, opening_of(epoch, **changes))


def test_only_a_holder_of_the_last_key_opens_the_next(seats):
    with member_scope(BOSTON):
        ledger.open_log(BOSTON, roots=seats[0].roots[:1], threshold=1, offices=("administrator",))
        first = LoggedAct.objects.get(type=EpochOpened.type)
        with pytest.raises(Refused, match="has its key"):
            ledger.submit(epochs.node_of(BOSTON), opening_of(2, author=BOSTON), refs=[first.id])
        with pytest.raises(Refused, match="that has the league's key"):
            epochs.rotate(epochs.node_of(BOSTON))


def test_the_worker_opens_a_period_after_90_days_and_when_members_change(seats, members):
    assert epochs.keep_keys(clock.now()) == 0
    opened = epochs.standing().at
    assert epochs.keep_keys(opened + timedelta(days=90) - timedelta(seconds=1)) == 0
    assert epochs.keep_keys(opened + timedelta(days=90)) == 1
    members.remove(PORTLAND)
    assert epochs.keep_keys(clock.now()) == 1
    assert actions.current_epoch() == 3
    assert epochs.holders(epochs.standing()) == [CHICAGO, OAKLAND]
    act = say(seats[0], "without Portland")
    assert act.audience == "league:3"
    with member_scope(PORTLAND):
        assert ledger.get(act.id) is None


def test_the_task_runs_every_five_minutes(seats, members):
    from procrastinate.contrib.django import app

    assert ("ledger.keep-keys", "") in app.periodic_registry.periodic_tasks
    members.remove(PORTLAND)
    assert tasks.keep_keys(0) == 1


def test_members_take_turns(seats, members, monkeypatch):
    later = clock.now() + timedelta(days=91)
    due = epochs.rotation_due(later)
    monkeypatch.setattr(epochs, "hosted_members", lambda: [PORTLAND])
    assert due.reason == "age"
    newest = epochs.standing()
    assert epochs._whose_turn(newest, due, due.since) is None
    assert epochs._whose_turn(newest, due, due.since + timedelta(minutes=59)) is None
    assert epochs._whose_turn(newest, due, due.since + timedelta(minutes=60)) == PORTLAND


def test_a_member_that_left_finishes_in_its_last_period_what_it_began(seats, members):
    members.remove(PORTLAND)
    epochs.keep_keys(clock.now())
    act = say(seats[1], "the cots are back")
    assert act.audience == "league:1"
    with member_scope(OAKLAND):
        assert ledger.get(act.id)


def test_a_late_joiner_gets_the_keys_of_every_period_by_logged_acts(seats, members):
    early = say(seats[0], "early")
    rotate(seats[0])
    with member_scope(BOSTON):
        ledger.open_log(BOSTON, roots=seats[0].roots[:1], threshold=1, offices=("administrator",))
        assert ledger.get(early.id) is None
    with member_scope(OAKLAND):
        made = actions.share_epoch(seats[0].actor, BOSTON)
        assert sorted(act.body.epoch for act in made) == [1, 2]
        assert actions.share_epoch(seats[0].actor, BOSTON) == []
    with member_scope(BOSTON):
        assert ledger.get(early.id)
        assert opening.epoch_identity(BOSTON, 1, Epoch.objects.get(epoch=1).recipient)


def test_the_worker_shares_what_nobody_shared(seats, members):
    rotate(seats[0])
    with member_scope(BOSTON):
        ledger.open_log(BOSTON, roots=seats[0].roots[:1], threshold=1, offices=("administrator",))
    members.append(BOSTON)
    epochs.keep_keys(clock.now())
    assert {epoch: lacking(epoch, members) for epoch in Epoch.objects.all()} == dict.fromkeys(Epoch.objects.all(), [])


def test_a_large_league_gets_its_key_by_shares(seats, monkeypatch):
    monkeypatch.setattr(epochs, "MOST_WRAPS", 2)
    with member_scope(PORTLAND):
        actions.open_epoch(seats[1].actor, [s.member for s in seats])
    assert epochs.holders(epochs.standing()) == [CHICAGO, OAKLAND, PORTLAND]
    assert LoggedAct.objects.filter(type=EpochShared.type).count() == 1


def test_a_member_that_lost_its_key_reads_again_once_it_has_a_new_one(seats, members, monkeypatch):
    rotate(seats[0])
    with member_scope(PORTLAND):
        SecretKey.objects.filter(purpose=keyring.READING).delete()
        keyring._open.cache_clear()
        opening._epoch_secret.cache_clear()
        monkeypatch.setattr(opening, "hosted_members", lambda: [PORTLAND])
        with pytest.raises(keyring.KeyMissing):
            opening.epoch_identity(PORTLAND, 2, epochs.standing().recipient)
        assert opening.Opener().identities("league:2") == ()
        actions.replace_reading_key(PORTLAND, signers=seats[1].roots[:2])
    assert [lacking(epoch, members) for epoch in Epoch.objects.all()] == [[PORTLAND]] * 2
    assert epochs.keep_keys(clock.now()) == 2
    assert opening.Opener().identities("league:2")
    with member_scope(PORTLAND):
        assert opening.epoch_identity(PORTLAND, 1, Epoch.objects.get(epoch=1).recipient)


def test_guests_go_along_into_the_next_period_until_they_are_dismissed(seats, members):
    a = seats[0]
    with member_scope("guest-ca"):
        ledger.open_log("guest-ca", roots=a.roots[:1], threshold=1, offices=("administrator",))
    opened = say(a, "opening")
    with member_scope(OAKLAND):
        ledger.submit(a.actor, ReaderAdmitted(audience_name=f"league:1:{opened.id}", reader="guest-ca"))
    rotate(a)
    scope = ledger.league_scope(opened.id)
    during = say(a, "during", audience=scope)
    with member_scope("guest-ca"):
        assert ledger.get(during.id)
        answer = ledger.submit(epochs.node_of("guest-ca"), NoteWritten(text="from the guest"), audience=scope)
        assert answer.audience == f"league:2:{opened.id}"
    with member_scope(CHICAGO):
        assert ledger.get(answer.id)
    with member_scope(OAKLAND):
        actions.dismiss_guest(a.actor, opened.id, "guest-ca")
        actions.dismiss_guest(a.actor, opened.id, "guest-ca")
    assert actions.current_epoch() == 3
    after = say(a, "after", audience=scope)
    with member_scope("guest-ca"):
        assert ledger.get(during.id)
        assert ledger.get(after.id) is None


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False))
def test_any_order_of_rotations_shares_and_guests_gives_the_same_rows(told, elsewhere, order):
    leaves, logs, expected = told
    order.shuffle(queue := list(leaves))
    with elsewhere(logs):
        for leaf in queue:
            receive(leaf)
        assert not RefusedLeaf.objects.exists()
        assert not ParkedLeaf.objects.exists()
        assert shared_rows() == expected


@pytest.fixture
def told(seats, members):
    test_guests_go_along_into_the_next_period_until_they_are_dismissed(seats, members)
    members.append(BOSTON)
    with member_scope(BOSTON):
        ledger.open_log(BOSTON, roots=seats[0].roots[:1], threshold=1, offices=("administrator",))
    with member_scope(PORTLAND):
        actions.replace_reading_key(PORTLAND, signers=seats[1].roots[:2])
    epochs.keep_keys(clock.now())
    say(seats[2], "the last")
    return leaves_here(), logs_here(), shared_rows()


def test_what_was_shared_is_never_public_text(seats):
    with member_scope(OAKLAND):
        secret = opening.epoch_identity(OAKLAND, 1, epochs.standing().recipient)
    stored = "".join(EpochWrap.objects.values_list("wrap", flat=True))
    assert secret not in stored
