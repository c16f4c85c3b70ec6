# SPDX-License-Identifier: Apache-2.0
"""The exercise night: everybody is reached in their own way, and the board shows it.

A worker process asks over the stand-in's REST and mail server, and its webhooks come in at a web process.
"""

import socket

import pytest

from hansa.activation import phoning
from hansa.activation.models import Activation
from hansa.config import outside
from hansa.core.rls import member_scope
from hansa.duty.models import Alert, AlertAsk, Duty
from hansa.notify.models import Delivery
from hansa.people.choices import Office
from hansa.readiness import exercise
from hansa.readiness.exercise import cast
from hansa.readiness.tests.dumping import purge_and_look

pytestmark = pytest.mark.django_db(transaction=True)
CHICAGO, OAKLAND, PORTLAND, SEATTLE, DENVER, BOSTON = (
    "chicago-il", "oakland-ca", "portland-or", "seattle-wa", "denver-co", "boston-ma",
)  # fmt: skip
WAITING = "waiting"


def test_a_night_in_which_everybody_is_reached_in_their_own_way(web_url, admin_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", web_url)
    with socket.create_server(("127.0.0.1", 0)) as listener, outside.started(listener) as around:
        told: list[str] = []
        report = exercise.run("exercise-night", told.append, outside=around)
        seen = around.standin.state()
    assert report.ok, report.as_text()
    boards = [line.strip() for line in told if line.startswith("  ")]
    shown = [dict(part.split(": ") for part in board.split(", ")) for board in boards]
    # As it happens: nobody, then Denver by the key in its chief executive's call, Seattle by the link in a letter,
    # Portland by the key once its phone rang, Oakland by the backup's text.
    assert shown[0] | {DENVER: ""} == dict.fromkeys((OAKLAND, PORTLAND, SEATTLE, BOSTON), WAITING) | {DENVER: ""}
    taken = [{member for member, state in board.items() if state.startswith("taken")} for board in shown]
    order = [set(now) - set(before) for before, now in zip([set(), *taken], taken, strict=False)]
    assert [member for new in order for member in sorted(new)] == [DENVER, SEATTLE, PORTLAND, OAKLAND]
    assert shown[-1] == {
        DENVER: "taken by phone keypad", SEATTLE: "taken by link", PORTLAND: "taken by phone keypad",
        OAKLAND: "taken by text message", BOSTON: "nobody",
    }  # fmt: skip
    with cast.acting(CHICAGO, Office.DUTY_OFFICER):
        phoned = {item.subject for item in Duty.objects.filter(kind=phoning.KIND)}
        activation = Activation.objects.get().id
    assert phoned == {phoning.subject_of(activation, BOSTON)}
    for member, who in ((OAKLAND, "backup"), (DENVER, "holders"), (SEATTLE, "first"), (PORTLAND, "first")):
        with member_scope(member):
            alert = Alert.objects.get()
            assert AlertAsk.objects.filter(alert=alert, person=alert.taken_by, who=who).exists()
    with member_scope(SEATTLE):
        states = dict(Delivery.objects.filter(message__event=alert_key(activation)).values_list("channel", "state"))
    assert states["email"] == "acknowledged" and states["sms"] not in ("accepted", "delivered", "acknowledged")
    keys = {call["keys"] for call in seen["calls"] if call["status"] == "completed" and call["keys"]}
    assert keys == {"1"} and any(call["status"] == "no-answer" for call in seen["calls"])
    before, after = purge_and_look(admin_url)
    assert {"public.ledger_loggedact", "public.people_person", "public.notify_message"} <= before
    assert after == {}


def alert_key(activation) -> str:
    return f"activation:{activation}"
