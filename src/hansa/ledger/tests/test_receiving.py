# SPDX-License-Identifier: Apache-2.0
"""Receiving: any order, any number of times, the same shared rows; what does not stand is named and kept."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa import ledger
from hansa.core.rls import member_scope
from hansa.ledger.models import LoggedAct, ParkedLeaf, RefusedLeaf
from hansa.ledger.receiving import Contradiction, receive
from hansa.ledger.tests.elsewhere import elsewhere, leaves_here, logs_here, shared_rows
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db


def a_small_history():
    """Two members, notes that answer each other, one for named members, a revoked passkey's worth of own-log order."""
    a, b, c = found("oakland-ca", "portland-or", "chicago-il")
    with member_scope("oakland-ca"):
        first = ledger.submit(a.actor, NoteWritten(text="question"))
    with member_scope("portland-or"):
        answer = ledger.submit(b.actor, NoteWritten(text="answer"), refs=[first.id])
    with member_scope("oakland-ca"):
        ledger.submit(a.actor, NoteWritten(text="thanks"), refs=[answer.id])
        ledger.submit(a.actor, NoteWritten(text="to one"), audience=ledger.named(["chicago-il"]))
        ledger.submit(a.actor, NoteWritten(text="scoped"), audience=ledger.league_scope(first.id))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False), doubled=st.floats(0, 0.5))
def test_any_order_and_duplication_gives_the_same_shared_rows(history, elsewhere, order, doubled):
    leaves, logs, expected = history
    queue = leaves + [leaf for leaf in leaves if order.random() < doubled]
    order.shuffle(queue)
    with elsewhere(logs):
        for leaf in queue:
            receive(leaf)
        assert not RefusedLeaf.objects.exists()
        assert not ParkedLeaf.objects.exists()
        assert shared_rows() == expected


@pytest.fixture
def history(db):
    a_small_history()
    return leaves_here(), logs_here(), shared_rows()


def test_a_flipped_byte_is_refused_by_name_and_kept(history, elsewhere):
    leaves, logs, _ = history
    bad = bytearray(leaves[-1].entry)
    bad[len(bad) // 2] ^= 1
    with elsewhere(logs):
        for leaf in [*leaves[:-1], replace(leaves[-1], entry=bytes(bad))]:
            receive(leaf)
        refused = RefusedLeaf.objects.get()
        assert refused.reason
        assert bytes(refused.entry) == bytes(bad)


def test_a_leaf_of_an_unknown_key_is_refused(history, elsewhere):
    leaves, logs, _ = history
    stranger = found_elsewhere_entry(leaves)
    with elsewhere(logs):
        for leaf in [*leaves[:-1], stranger]:
            receive(leaf)
        assert "key" in RefusedLeaf.objects.get().reason


def found_elsewhere_entry(leaves):
    """The last leaf, signed again with a key that nobody enrolled."""
    from hansa.ledger.envelope import decode, encode, sign
    from hansa.ledger.keys import SigningKey

    envelope = sign(decode(leaves[-1].entry).payload, [SigningKey.generate()])
    return replace(leaves[-1], entry=encode(envelope))


def test_an_act_waits_for_what_it_references(history, elsewhere):
    leaves, logs, _ = history
    portland = [leaf for leaf in leaves if "portland" in leaf.origin]
    oakland = [leaf for leaf in leaves if "oakland" in leaf.origin]
    with elsewhere(logs):
        for leaf in portland:
            receive(leaf)
        assert ParkedLeaf.objects.exists()
        for leaf in oakland:
            receive(leaf)
        assert LoggedAct.objects.filter(type="test.note.written", author="portland-or").exists()


def test_a_second_leaf_at_the_same_place_is_a_contradiction(history, elsewhere):
    leaves, logs, _ = history
    with elsewhere(logs):
        for leaf in leaves:
            receive(leaf)
        with pytest.raises(Contradiction):
            receive(found_elsewhere_entry(leaves))


def test_a_body_that_is_not_what_was_committed_is_refused(history, elsewhere):
    leaves, logs, _ = history
    sealed = [leaf for leaf in leaves if leaf.ciphertext]
    other = sealed[0]
    with elsewhere(logs):
        for leaf in leaves:
            if leaf is not sealed[-1]:
                receive(leaf)
        receive(replace(sealed[-1], ciphertext=other.ciphertext, wraps=other.wraps))
        waiting = ParkedLeaf.objects.get()
        assert waiting.waits_for[0].startswith("body:")
