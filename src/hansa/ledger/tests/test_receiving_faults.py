# SPDX-License-Identifier: Apache-2.0
"""What somebody passes on wrongly, and what a part fails on, is not held against the author and stops no other log."""

from dataclasses import replace

import pyrage
import pytest
from django.db import OperationalError
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyrage import x25519

from hansa import ledger
from hansa.core.clock import now
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger import receiving, registry, sealing
from hansa.ledger.acts import EpochShared
from hansa.ledger.models import EpochWrap, Log, LoggedAct, ParkedLeaf, Reader, RefusedLeaf, Root, SealedBody, Wrap
from hansa.ledger.queries import stuck_logs
from hansa.ledger.receiving import WINDOW, TooFarAhead, receive, try_again
from hansa.ledger.tests.elsewhere import elsewhere, leaves_here, logs_here, shared_rows
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten
from hansa.ledger.tlog.strict import to_base64

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db
OAKLAND, PORTLAND, CHICAGO = "oakland-ca", "portland-or", "chicago-il"


@pytest.fixture
def history(db):
    """Three members: notes to the league, one to named members, one of another log that answers the last."""
    a, b, _ = found(OAKLAND, PORTLAND, CHICAGO)
    with member_scope(OAKLAND):
        ledger.submit(a.actor, NoteWritten(text="first"))
        ledger.submit(a.actor, NoteWritten(text="to one"), audience=ledger.named([OAKLAND, CHICAGO]))
        last = ledger.submit(a.actor, NoteWritten(text="last"))
    with member_scope(PORTLAND):
        ledger.submit(b.actor, NoteWritten(text="answer"), refs=[last.id])
        ledger.submit(b.actor, NoteWritten(text="of its own"))
    return leaves_here(), logs_here(), shared_rows()


def junk(leaf):
    return replace(leaf, wraps=dict.fromkeys(leaf.wraps, b"age"))


def of_another_body(leaf):
    """The leaf with wraps that its readers can open, of a key that does not open the body."""
    recipients = dict(Root.objects.values_list("author", "recipient"))
    key = str(x25519.Identity.generate()).encode()
    to = {r: recipients.get(r) or receiving.Opener().identities(r)[0] for r in leaf.wraps}
    to = {r: t if t.startswith("age1") else sealing.recipient_of(t) for r, t in to.items()}
    return replace(leaf, wraps={r: pyrage.encrypt(key, [x25519.Recipient.from_str(t)]) for r, t in to.items()})


def without_wraps(leaf):
    return replace(leaf, wraps={})


def of_another_leaf(leaf):
    return replace(leaf, ciphertext=b"age-encryption.org/v1\n of nothing")


HOSTILE = [junk, of_another_body, without_wraps, of_another_leaf]


@pytest.mark.parametrize("spoil", HOSTILE)
def test_what_comes_wrongly_beside_a_leaf_first_is_dropped_and_an_honest_copy_is_taken(history, elsewhere, spoil):
    leaves, logs, expected = history
    spoiled = {id(leaf): spoil(leaf) for leaf in leaves if leaf.ciphertext}
    with elsewhere(logs):
        for leaf in leaves:
            receive(spoiled.get(id(leaf), leaf))
        assert not RefusedLeaf.objects.exists()
        assert not Wrap.objects.exists()
        assert not LoggedAct.objects.filter(type="test.note.written").exists()
        for leaf in leaves:
            receive(leaf)
        assert not ParkedLeaf.objects.exists()
        assert shared_rows() == expected


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False), share=st.floats(0.2, 1))
def test_any_order_of_honest_and_spoiled_copies_gives_the_same_once_what_is_parked_was_asked_for(
    history, elsewhere, order, share
):
    leaves, logs, expected = history
    sealed = [leaf for leaf in leaves if leaf.ciphertext]
    queue = leaves + [order.choice(HOSTILE)(leaf) for leaf in sealed if order.random() < share]
    order.shuffle(queue)
    with elsewhere(logs):
        for leaf in queue:
            receive(leaf)
        parked = set(ParkedLeaf.objects.values_list("origin", "index"))
        for leaf in leaves:
            if (leaf.origin, leaf.index) in parked:
                receive(leaf)
        assert not RefusedLeaf.objects.exists()
        assert not ParkedLeaf.objects.exists()
        assert shared_rows() == expected


def test_whoever_passes_a_leaf_on_cannot_add_a_reader_to_it(history, elsewhere):
    leaves, logs, expected = history
    private = next(leaf for leaf in leaves if leaf.wraps and OAKLAND in leaf.wraps)
    added = replace(private, wraps={**private.wraps, PORTLAND: private.wraps[OAKLAND]})
    with elsewhere(logs):
        for leaf in leaves:
            receive(added if leaf is private else leaf)
        assert not Reader.objects.filter(name__startswith="named:").exists()
        receive(private)
        assert set(Reader.objects.filter(name__startswith="named:").values_list("reader", flat=True)) == {
            OAKLAND, CHICAGO,
        }  # fmt: skip
        assert shared_rows() == expected


def test_a_body_that_no_leaf_names_is_not_kept(history, elsewhere):
    leaves, logs, _ = history
    with elsewhere(logs):
        for leaf in leaves:
            receive(of_another_leaf(leaf) if leaf.ciphertext else leaf)
        assert not SealedBody.objects.exists()


def test_a_bad_share_of_the_leagues_key_does_not_stand_before_a_good_one(history, elsewhere):
    leaves, logs, expected = history
    # Chicago's shares sort before those of the member that opened the period.
    with elsewhere(logs):
        league = [leaf for leaf in leaves if not leaf.ciphertext]
        for leaf in league:
            receive(leaf)
        for reader in logs.values():
            EpochWrap.objects.create(
                epoch=1, reader=reader, author=CHICAGO, wrap=to_base64(b"age"), act=new_id(), at=now()
            )
        for leaf in leaves:
            receive(leaf)
        assert not RefusedLeaf.objects.exists()
        EpochWrap.objects.filter(author=CHICAGO).delete()
        assert shared_rows() == expected
    assert EpochShared.type == "ledger.epoch.shared"


def test_leaves_far_ahead_are_not_kept_and_the_sender_is_told_where_to_go_on(history, elsewhere):
    leaves, logs, _ = history
    origin = next(o for o, author in logs.items() if author == OAKLAND)
    far = next(leaf for leaf in leaves if leaf.origin == origin and leaf.ciphertext)
    with elsewhere(logs):
        receive(replace(far, index=WINDOW))
        with pytest.raises(TooFarAhead, match="send from leaf 0 on") as told:
            receive(replace(far, index=WINDOW + 1))
        assert told.value.size == 0
        assert ParkedLeaf.objects.get().index == WINDOW
        logs_before = Log.objects.count()
        with pytest.raises(TooFarAhead):
            receive(replace(far, origin="hansa/test-league/nobody-yet", index=WINDOW + 1))
        assert Log.objects.count() == logs_before


@pytest.fixture
def failing(monkeypatch):
    """Return a list of methods of the note's schema that fail on `first`, until it is emptied."""
    methods = []

    def made_failing(name):
        kept = getattr(NoteWritten, name)

        def method(self, act, *rest):
            if self.text == "first" and name in methods:
                raise KeyError("the secret text of a sealed act")
            return kept(self, act, *rest)

        monkeypatch.setattr(NoteWritten, name, method)

    made_failing("judge")
    made_failing("apply")
    return methods


@pytest.mark.parametrize("method", ["judge", "apply"])
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False))
def test_a_leaf_on_which_a_part_fails_waits_and_only_its_own_log_behind_it(history, elsewhere, failing, method, order):
    leaves, logs, expected = history
    order.shuffle(queue := list(leaves))
    failing[:] = [method]
    with elsewhere(logs):
        for leaf in queue:
            receive(leaf)
        stuck = ParkedLeaf.objects.exclude(fault="").get()
        assert stuck.fault.startswith("KeyError in hansa.")
        assert "secret" not in stuck.fault
        behind = ParkedLeaf.objects.filter(origin=stuck.origin, fault="")
        assert {row.index for row in behind} == {stuck.index + 1, stuck.index + 2}
        # Of the other log, what refers to the waiting acts waits; the rest has gone on.
        assert ParkedLeaf.objects.exclude(origin=stuck.origin).count() == 1
        assert LoggedAct.objects.filter(author=PORTLAND, type="test.note.written").count() == 1
        assert try_again() == 1
        assert ParkedLeaf.objects.count() == 4
        failing.clear()
        assert try_again() == 1
        assert not ParkedLeaf.objects.exists()
        assert not RefusedLeaf.objects.exists()
        assert shared_rows() == expected
        assert try_again() == 0


def test_a_log_that_waits_is_shown_to_people_and_to_monitors(history, elsewhere, failing, client):
    leaves, logs, _ = history
    with elsewhere(logs):
        assert stuck_logs() == []
        assert client.get("/health/").content == b"ok\n"
        failing[:] = ["apply"]
        for leaf in leaves:
            receive(leaf)
        (log,) = stuck_logs()
        assert (log.author, log.behind) == (OAKLAND, 2)
        answer = client.get("/health/")
        assert (answer.status_code, answer.content[:2]) == (200, b"ok")
        assert b"wait for a newer version: 1." in answer.content
        page = render_to_string("ledger/act_list.html", {"stuck": [log], "acts": [], "filter": None})
        assert f"failed on leaf {log.index} of the log of" in page
        assert "2 later leaves wait behind it" in page


def test_an_act_of_a_newer_version_is_judged_once_this_node_knows_its_type(history, elsewhere, monkeypatch):
    leaves, logs, expected = history
    with elsewhere(logs):
        with monkeypatch.context() as older:
            older.delitem(registry.types, "test.note.written")
            for leaf in leaves:
                receive(leaf)
            assert try_again() == 0
        assert ParkedLeaf.objects.count() == 5
        assert try_again() == 5
        assert shared_rows() == expected


def test_a_database_that_fails_is_not_the_leafs_doing(history, elsewhere, monkeypatch):
    leaves, logs, _ = history

    def gone(self, act):
        raise OperationalError("the connection is lost")

    with elsewhere(logs):
        monkeypatch.setattr(NoteWritten, "apply", gone)
        with pytest.raises(OperationalError):
            for leaf in leaves:
                receive(leaf)
        assert not ParkedLeaf.objects.exclude(fault="").exists()
