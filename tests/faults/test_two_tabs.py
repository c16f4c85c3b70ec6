# SPDX-License-Identifier: Apache-2.0
"""Two browser tabs of one author at once: both acts stand, in order; the same form is one act; no tab signs stale."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection

from hansa import ledger
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger import actions, sequencer
from hansa.ledger.acts import KeyRevoked
from hansa.ledger.audience import PUBLIC, Asked
from hansa.ledger.models import Key
from hansa.ledger.tests.notes import NoteWritten

TABS = 4


@pytest.fixture
def tabs() -> Iterator[ThreadPoolExecutor]:
    """Return the threads of the tabs; each has a connection of its own."""
    with ThreadPoolExecutor(TABS) as pool:
        yield pool


def in_tab(seat, text: str, id=None) -> ledger.Act:
    """Publish a note as a tab does, on this thread's own connection."""
    try:
        with member_scope(seat.member):
            return ledger.submit(seat.actor, NoteWritten(text=text), id=id)
    finally:
        connection.close()


@contextmanager
def all_at_once(node, tabs: ThreadPoolExecutor, jobs: list[Callable]) -> Iterator[list[Future]]:
    """Start the jobs while the author's log is locked; the block begins when all of them wait, and ends the lock."""
    seat = node.seats[0]
    with member_scope(seat.member):
        sequencer.lock(seat.member, "administrator", Asked(PUBLIC))
        started = [tabs.submit(job) for job in jobs]
        node.wait_for_waiting(len(jobs))
        yield started


def reported(node, acts):
    return [node.as_reported(act) for act in acts]


def test_acts_of_several_tabs_are_logged_one_after_another(node, rounds, tabs):
    seat, seen = node.seats[0], []
    for number in rounds:
        jobs = [lambda text=f"{number} {tab}": in_tab(seat, text) for tab in range(TABS)]
        with all_at_once(node, tabs, jobs) as started:
            pass
        acts = sorted((job.result(60) for job in started), key=lambda act: act.index)
        assert [act.index for act in acts] == list(range(acts[0].index, acts[0].index + TABS))
        assert [act.at for act in acts] == sorted(act.at for act in acts)
        seen += acts
    node.holds(reported(node, seen))


def test_the_same_form_from_several_tabs_is_one_act(node, rounds, tabs):
    seat, seen = node.seats[0], []
    for number in rounds:
        id = new_id()
        jobs = [lambda text=f"again {number}", id=id: in_tab(seat, text, id)] * TABS
        with all_at_once(node, tabs, jobs) as started:
            pass
        first, *others = (job.result(60) for job in started)
        assert all((act.id, act.digest, act.index) == (id, first.digest, first.index) for act in others)
        seen.append(first)
    assert len({act.index for act in seen}) == len(seen)
    node.holds(reported(node, seen))


def test_a_tab_that_waited_while_its_key_was_revoked_signs_with_the_new_one(node, rounds, tabs):
    seat, seen = node.seats[0], []
    for _ in rounds:
        with all_at_once(node, tabs, [lambda: in_tab(seat, "waited")]) as (waiting,):
            old = Key.objects.get(author=seat.member, office="administrator", revoked_index=None)
            actions.publish_by_root(seat.member, [KeyRevoked(key=old.key)], signers=seat.roots[:2])
            actions.add_office_keys(seat.member, ["administrator"], signers=seat.roots[:2])
        seen.append(waiting.result(60))
    node.holds(reported(node, seen))


def test_a_tab_that_waited_while_the_league_changed_its_key_seals_to_the_new_one(node, rounds, tabs):
    seat, seen = node.seats[0], []
    for _ in rounds:
        with all_at_once(node, tabs, [lambda: in_tab(seat, "waited")]) as (waiting,):
            actions.open_epoch(seat.actor, [one.member for one in node.seats])
            newest = actions.current_epoch()
        act = waiting.result(60)
        assert act.audience == f"league:{newest}"
        seen.append(act)
    node.holds(reported(node, seen))
