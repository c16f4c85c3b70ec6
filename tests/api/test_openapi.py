# SPDX-License-Identifier: Apache-2.0
"""The API as it is described and committed, and under requests that nobody would write by hand."""

from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings

from hansa.activation import actions as activation
from hansa.config.api import description
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.people import actions as people
from hansa.people import ratelimit
from hansa.people.choices import Office, Scope
from hansa.people.rules import Rate
from hansa.readiness.exercise import cast

SNAPSHOT = Path(__file__).parents[2] / "docs" / "openapi.json"
MEMBERS = ("chicago-il", "oakland-ca")


def test_the_committed_description_is_that_of_the_code():
    assert SNAPSHOT.read_text(encoding="utf-8") == description(), "run: hansa openapi > docs/openapi.json"


@pytest.fixture
def secret(transactional_db, monkeypatch) -> str:
    """The token of a persona that may act, in a league with one crisis."""
    monkeypatch.setattr(ratelimit, "API", Rate(burst=1_000_000, seconds=1))
    at = clock.now() - timedelta(hours=1)
    with clock.played(at):
        cast.found(MEMBERS, at=at)
        with cast.acting("chicago-il", Office.CHIEF_EXECUTIVE) as actor:
            said = activation.Situation("fire", "alert", "EXERCISE fire", "Chicago", "EXERCISE cots")
            cast.settle([activation.invoke_pact(said, actor=actor)], actor, at=at)
    with member_scope("oakland-ca"), cast.acting("oakland-ca", Office.EMERGENCY_MANAGEMENT) as actor:
        return people.make_token(name="fuzz", scopes=[Scope.READ, Scope.ACT], actor=actor, at=clock.now())[1]


def test_no_request_makes_the_server_fail(secret):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    asked = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        check = _no_server_error(secret, asked)
        given(case=operation.as_strategy())(check)()
    assert len(asked) > 50


def _no_server_error(secret: str, asked: set):
    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def check(case):
        response = case.call(headers={"Authorization": f"Bearer {secret}"})
        asked.add(case.operation.label)
        assert response.status_code < 500, f"{case.operation.label}: {response.status_code}"

    return check
