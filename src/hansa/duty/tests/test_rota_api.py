# SPDX-License-Identifier: Apache-2.0
"""Rotas over HTTP: reads for every token, changes for those that may act, reasons where they may not."""

import pytest
import time_machine
from django.test import Client

from hansa.core.rls import member_scope
from hansa.duty.models import RotaCover
from hansa.duty.tests.watch_cast import DAY, NOON, OAKLAND, found_watch
from hansa.people import actions as people
from hansa.people.choices import Scope
from hansa.people.models import Account
from hansa.people.queries import actor_for

ROOT = "/api/v1/duty"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def watch(db):
    return found_watch()


def program_of(account: Account, *scopes: str) -> Client:
    with member_scope(OAKLAND):
        actor = actor_for(account)
        _token, secret = people.make_token(name="test", scopes=list(scopes), actor=actor, at=NOON)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_program_reads_who_is_on_call_the_shifts_and_the_gaps(watch):
    client = program_of(watch.cast.oakland_duty, Scope.READ)
    assert client.get(f"{ROOT}/rotas").json() == [{"office": "duty-officer", "zone": "America/Los_Angeles", "weeks": 4}]
    (now,) = client.get(f"{ROOT}/rotas/duty-officer/on-call").json()
    assert (now["person"], now["until"]) == (str(watch.ana.person), "2026-06-02T19:00:00Z")
    (later,) = client.get(f"{ROOT}/rotas/duty-officer/on-call", {"at": "2026-06-02T20:00:00Z"}).json()
    assert later["person"] == str(watch.ben.person)
    shifts = client.get(f"{ROOT}/rotas/duty-officer/shifts", {"end": "2026-06-05T19:00:00Z"}).json()
    assert [shift["origin"] for shift in shifts] == ["line"] * 4
    past = {"start": "2026-05-30T00:00:00Z", "end": "2026-06-03T00:00:00Z"}
    (gap,) = client.get(f"{ROOT}/rotas/duty-officer/gaps", past).json()
    assert gap["end"] == "2026-06-01T19:00:00Z"
    assert client.get(f"{ROOT}/rotas/legal/on-call").status_code == 404
    assert Client().get(f"{ROOT}/rotas").status_code == 401


@pytest.mark.parametrize(
    "asked",
    [{"start": "2026-06-02T00:00:00"}, {"end": "2026-05-01T00:00:00Z"}, {"end": "2029-01-01T00:00:00Z"}],
)
def test_a_span_that_cannot_be_read_says_how_to_ask(watch, asked):
    client = program_of(watch.cast.oakland_duty, Scope.READ)
    assert client.get(f"{ROOT}/rotas/duty-officer/shifts", asked).status_code == 422


def test_a_program_covers_and_takes_it_back_and_one_that_reads_cannot(watch):
    said = {
        "start": (NOON + DAY).isoformat(), "end": (NOON + 2 * DAY).isoformat(), "out": str(watch.ben.person),
        "into": str(watch.ana.person), "id": "019e848e-9f80-7594-8639-caa14b4efaa0",
    }  # fmt: skip
    reader, program = (program_of(watch.cast.oakland_duty, *scopes) for scopes in ([Scope.READ], [Scope.ACT]))
    address = f"{ROOT}/rotas/duty-officer/covers"
    assert reader.post(address, said, content_type="application/json").status_code in (401, 403)
    for _ in range(2):
        answer = program.post(address, said, content_type="application/json")
        assert answer.status_code == 200, answer.content
    with member_scope(OAKLAND):
        assert RotaCover.objects.count() == 1
    refused = program.post(address, said | {"into": None, "id": None}, content_type="application/json")
    assert refused.status_code == 403 and b"administrator" in refused.content
    assert program.post(f"{ROOT}/covers/{answer.json()['id']}/withdraw").status_code == 204


def test_a_swap_by_two_programs(watch):
    asks, asked = (program_of(who, Scope.ACT) for who in (watch.cast.oakland_duty, watch.cast.oakland_mayor))
    said = {"start": (NOON + 2 * DAY).isoformat(), "end": (NOON + 3 * DAY).isoformat(), "asked": str(watch.ben.person)}
    swap = asks.post(f"{ROOT}/rotas/duty-officer/swaps", said, content_type="application/json").json()
    answered = asked.post(f"{ROOT}/swaps/{swap['id']}/answer", {"agree": True}, content_type="application/json")
    assert answered.json()["agreed"] is True
    with member_scope(OAKLAND):
        assert str(RotaCover.objects.get().swap) == swap["id"]
