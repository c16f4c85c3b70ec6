# SPDX-License-Identifier: Apache-2.0
"""A worker is killed: what it reported stands, what it did not finish is as if never begun, and nothing is doubled."""

import random
import time

import pytest

from hansa.core.ids import new_id
from hansa.core.rls import node_scope
from hansa.ledger.models import LoggedAct

ACTS = 6
# Where it is killed, and whether the act that it was at is then logged.
STAGES = [("lock", False), ("append", False), ("react", False), ("page", True)]


def logged(ids):
    """Return which of these acts are in the log."""
    with node_scope():
        return set(LoggedAct.objects.filter(id__in=ids).values_list("id", flat=True))


@pytest.mark.parametrize(("stage", "stands"), STAGES)
def test_an_act_is_logged_whole_or_not_at_all_and_sending_it_again_makes_one(node, rounds, stage, stands):
    seen = []
    for number in rounds:
        ids = [new_id() for _ in range(ACTS)]
        at = number % ACTS
        reported = node.start(ids, stage=stage, at=at).rest()
        assert [said.id for said in reported] == ids[:at]
        # Sending all of it again waits for what the killed worker's connection may still be doing.
        again = node.start(ids).rest()
        assert again[:at] == reported
        assert [said.id for said in again] == ids
        expected = range(again[0].index, again[0].index + ACTS)
        assert [said.index for said in again] == list(expected)
        seen += again
    node.holds(seen)


@pytest.mark.parametrize(("stage", "stands"), STAGES)
def test_only_what_was_committed_shows_after_the_kill(node, rounds, stage, stands):
    for _ in rounds:
        ids = [new_id() for _ in range(3)]
        node.start(ids, stage=stage, at=1).rest()
        # Another worker's act takes its turn behind the killed one's.
        node.start([new_id()]).rest()
        assert logged(ids) == set(ids[: 2 if stands else 1])


def test_workers_killed_at_any_moment_lose_and_double_nothing(node, rounds):
    done = []
    for number in rounds:
        moment = random.Random(number)  # noqa: S311 - moments, not secrets
        tabs = [[new_id() for _ in range(20)] for _ in range(2)]
        workers = [node.start(ids) for ids in tabs]
        for worker in workers:
            worker.line()
            time.sleep(moment.uniform(0, 0.03))
            worker.kill()
        seen = [said for worker in workers for said in worker.rest()]
        assert seen
        sent_again = [node.start(ids) for ids in tabs]
        logged_now = [said for worker in sent_again for said in worker.rest()]
        assert {said.id for said in logged_now} == {id for ids in tabs for id in ids}
        assert set(seen) <= set(logged_now)
        done += logged_now
    assert len({said.index for said in done}) == len(done)
    node.holds(done)
