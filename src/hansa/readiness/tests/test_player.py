# SPDX-License-Identifier: Apache-2.0
"""The exercise plays to its end through the same actions as the pages, balances, verifies and rebuilds."""

import pytest

from hansa.config.roles import connected_as_owner
from hansa.core.rls import node_scope
from hansa.ledger.exporting import export
from hansa.ledger.models import LoggedAct
from hansa.ledger.rebuild import rebuild
from hansa.ledger.verification import verify_export
from hansa.readiness import exercise
from hansa.readiness.exercise import cast
from hansa.readiness.exercise.scenario import read
from hansa.readiness.tests.dumping import purge_and_look

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_exercise_goes_from_invocation_to_stand_down_and_is_purged(owner_url, admin_url, tmp_path):
    report = exercise.run("wildfire")
    assert report.ok, report.as_text()
    told = report.as_dict()
    first = told["crises"][0]
    assert first["stages"]["acknowledged"]["last_after_s"] > 2 * 3600, "one acknowledgement comes late"
    assert first["events"]["recalls"] and first["events"]["lost legs"] and first["events"]["declined"]
    with node_scope():
        assert not LoggedAct.objects.exclude(origin__startswith=f"hansa/{cast.LEAGUE}/").exists()
        export(tmp_path, bodies=True)
    verified = verify_export(tmp_path)
    assert verified.ok, verified.failures[:3]
    assert all(log.exercise for log in verified.logs)
    with connected_as_owner(owner_url):
        assert rebuild().differences == ()
    before, after = purge_and_look(admin_url)
    assert {"public.aid_agreement", "public.aid_rosterentry", "public.activation_line", "public.duty_logline"} <= before
    assert after == {}


def test_a_step_that_fails_is_named_and_fails_the_run(monkeypatch):
    def break_down(*_):
        raise ValueError("no road")

    monkeypatch.setitem(exercise.player.supply.STEPS, "request", break_down)
    scenario = read("wildfire")
    short = type(scenario)(
        scenario.name, scenario.title, scenario.members[:6] + scenario.members[14:], scenario.holdings[:0],
        scenario.crises, tuple(_among(step, scenario.members[:6] + scenario.members[14:]) for step in scenario.steps),
    )  # fmt: skip
    monkeypatch.setattr(exercise, "read", lambda name: short)
    report = exercise.run("wildfire")
    assert not report.ok
    assert "request" in report.failure and "no road" in report.failure


def _among(step, members):
    return type(step)(step.at, step.do, step.crisis, tuple(m for m in step.members if m in members), step.details)
