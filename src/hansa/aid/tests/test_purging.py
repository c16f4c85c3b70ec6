# SPDX-License-Identifier: Apache-2.0
"""Rosters are destroyed 30 days after their mission ended: names, keys and ciphertext; the log and the counts stay."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app

from hansa import ledger
from hansa.aid import tasks
from hansa.aid.actions import mission as actions
from hansa.aid.actions import purging
from hansa.aid.models import Check, HomeContact, Mission, RosterEntry
from hansa.aid.queries import mission as queries
from hansa.aid.rules import presence
from hansa.aid.tests.league import ask, wanted
from hansa.aid.tests.path import agree, offer_on
from hansa.aid.tests.test_mission import named, ordered
from hansa.config.roles import connected_as_owner
from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.ledger.models import Leaf, LoggedAct, PurgeAnswer, SealedBody, Wrap
from hansa.ledger.rebuild import rebuild

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def mission(league):
    """Return a mission of ten days with three people named, two of them there."""
    row = ordered(league, agree(league, offer_on(ask(league, wanted("attorney", 10)), league.oakland, 10)))
    people = named(league, row)
    with member_scope("oakland-ca"):
        actions.check_in(row, people[:2], actor=league.oakland, at=clock.now())
    return row


def held():
    """Return how many names, contacts, sealed bodies and keys of rosters this node holds."""
    with node_scope():
        acts = LoggedAct.objects.filter(type="aid.mission.rostered").count()
        return RosterEntry.objects.count(), HomeContact.objects.count(), acts


def test_the_end_counts_from_the_last_word_of_the_mission():
    now = clock.now()
    assert presence.destroy_at(now, []) == now + 30 * DAY
    assert presence.destroy_at(now, [now - DAY, now + DAY]) == now + 31 * DAY


def test_nothing_is_destroyed_before_its_time(league, mission):
    assert purging.purge_rosters(at=mission.ends + 30 * DAY - timedelta(minutes=1)) == 0
    assert held() == (3, 1, 1)


def test_names_keys_and_ciphertext_are_destroyed_and_the_log_and_the_counts_stay(league, mission):
    with node_scope():
        leaves, bodies, wraps = Leaf.objects.count(), SealedBody.objects.count(), Wrap.objects.count()
    assert purging.purge_rosters(at=mission.ends + 30 * DAY) == 1
    assert held() == (0, 0, 0)
    with node_scope():
        receipts = LoggedAct.objects.filter(type="ledger.body.purged").count()
        assert receipts == PurgeAnswer.objects.filter(state="destroyed").count() > 0
        assert (Leaf.objects.count(), SealedBody.objects.count()) == (leaves + receipts, bodies - 1)
        assert Wrap.objects.count() < wraps
        assert Check.objects.filter(mission=mission.id).count() == 2
    with member_scope("chicago-il"):
        seen = queries.deployment(Mission.objects.get(id=mission.id))
        assert (seen.arrived, seen.ordered, seen.people, seen.home) == (2, 10, (), None)
    assert purging.purge_rosters(at=mission.ends + 30 * DAY) == 0


def test_no_table_holds_a_name_afterwards(league, mission):
    purging.purge_rosters(at=mission.ends + 30 * DAY)
    with node_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%Exercise person%"])
            assert cursor.fetchone()[0] == 0, table


def test_a_rebuild_after_the_purge_finds_no_difference(league, mission, owner_url):
    purging.purge_rosters(at=mission.ends + 30 * DAY)
    with connected_as_owner(owner_url):
        found = rebuild()
    assert [d for d in found.differences if not d.table.startswith("pact_")] == []


def test_another_mission_keeps_its_names(league, mission):
    second = ordered(league, agree(league, offer_on(ask(league, wanted("attorney", 10)), league.oakland, 10)))
    named(league, second, 2)
    with node_scope():
        Mission.objects.filter(id=mission.id).update(ends=mission.ends - DAY)
    assert purging.purge_rosters(at=mission.ends + 29 * DAY + timedelta(hours=1)) == 1
    with member_scope("oakland-ca"):
        assert {row.mission for row in RosterEntry.objects.all()} == {second.id}


def test_what_is_not_sealed_is_never_purged(league):
    with node_scope():
        public = LoggedAct.objects.filter(audience="public").first()
    with pytest.raises(ValueError, match="not sealed"):
        ledger.purge([public.id])
    with node_scope():
        assert LoggedAct.objects.filter(id=public.id).exists()


def test_the_worker_does_it_every_hour_by_itself(league, mission, monkeypatch):
    assert ("aid.purge-rosters", "") in app.periodic_registry.periodic_tasks
    late = mission.ends + 31 * DAY
    monkeypatch.setattr(tasks.clock, "now", lambda: late)
    tasks.purge_rosters.defer(timestamp=0)
    app.with_connector(app.connector.get_worker_connector()).run_worker(wait=False, listen_notify=False)
    assert held() == (0, 0, 0)


def test_the_page_says_when_names_are_destroyed_and_that_they_were(league, mission, browse, monkeypatch):
    url = reverse("aid:mission-detail", args=[mission.id])
    assert "are destroyed" in browse("oakland-ca").get(url).content.decode()
    purging.purge_rosters(at=mission.ends + 30 * DAY)
    with node_scope():
        Mission.objects.filter(id=mission.id).update(ends=clock.now() - 40 * DAY)
        Check.objects.filter(mission=mission.id).update(at=clock.now() - 40 * DAY)
    assert "were destroyed" in browse("oakland-ca").get(url).content.decode()
