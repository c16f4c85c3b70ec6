# SPDX-License-Identifier: Apache-2.0
"""Once a sealed act is destroyed, no table holds what duty and notify wrote of it."""

import pytest
from django.db import connection

from hansa import ledger, notify
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope, node_scope
from hansa.duty import actions, raising
from hansa.duty.actions import About
from hansa.duty.acts import Contact, ContactsFiled
from hansa.duty.alarms import Alarm
from hansa.duty.models import Duty, Handover, LogLine, Notice
from hansa.duty.tests.night import OAKLAND, PORTLAND, enlist
from hansa.duty.wording import Wording
from hansa.ledger.tests.notes import NoteWritten
from hansa.notify.models import Message
from hansa.people.tests.cast import Cast, found_cast

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "EXERCISE canary 7e2a"
SAID = Wording("%(what)s happened", {"what": CANARY})


@pytest.fixture
def cast(db) -> Cast:
    return found_cast()


def tables_with(text: str) -> set[str]:
    """Return the tables that hold a text in any column, as a dump of the database would show it."""
    with node_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
    found = set()
    for member in (OAKLAND, PORTLAND):
        with member_scope(member), connection.cursor() as cursor:
            for table in tables:
                for form in (text, text.encode().hex()):
                    cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{form}%"])
                    found |= {table} if cursor.fetchone()[0] else set()
    return found


def write_about(act: ledger.Act, cast: Cast) -> None:
    """Have duty and notify write of an act whatever they write."""
    officer = cast.oakland_duty.id
    with member_scope(OAKLAND):
        about = About(act.id, "/")
        actions.open_duty("test.answer", "administrator", SAID, about)
        actions.open_duty("test.other", "administrator", SAID, About(new_id(), "/"), key=f"test:{act.id}")
        actions.tell("test.note", SAID, About(new_id(), "/"), key=f"test.note:{act.id}")
        LogLine.objects.create(person=officer, office="administrator", text=CANARY, shared=act.id)
        actions.hand_over(f"It happened: {CANARY}", actor=cast.actor("oakland_admin", "administrator"))
        event = notify.Event(f"test.note:{act.id}:more", SAID, text=SAID)
        notify.send_message(event, [notify.Recipient(officer)])
    alarm = Alarm(f"test:{act.id}", act.id, "duty-officer", SAID, SAID, "/", clock.now(), None, "drill-1")
    assert raising.open_alerts(alarm.as_json(), [OAKLAND], at=clock.now()) == 1


def test_nothing_is_left_of_a_sealed_act_and_everything_of_another(cast):
    enlist(cast.oakland_mayor.id, "sms", "email")
    enlist(cast.oakland_duty.id, "sms", "email")
    with member_scope(PORTLAND):
        act = ledger.submit(cast.actor("portland_mayor"), NoteWritten(text=CANARY))
    write_about(act, cast)
    with member_scope(OAKLAND):
        actions.tell("test.kept", Wording("Something else", {}), About(new_id(), "/"), key="kept")
    assert tables_with(CANARY) > {"duty_duty", "duty_notice", "duty_alert", "duty_logline", "duty_handover",
                                  "notify_message"}  # fmt: skip
    assert ledger.purge([act.id]) == 1
    assert tables_with(CANARY) == set()
    with member_scope(OAKLAND):
        assert Handover.objects.get().text == "" and Duty.objects.filter(kind__startswith="test").count() == 0
        assert Notice.objects.filter(key="kept").exists() and not Message.objects.filter(event__contains=str(act.id))


def _contact(name: str, place: int) -> Contact:
    return Contact(name=name, title="Exercise contact", phone=f"+1510555010{place}")


def test_contacts_that_were_filed_are_gone_with_their_act(cast):
    with member_scope(PORTLAND):
        body = ContactsFiled(contacts=(_contact(CANARY, 1), _contact("Bea Example", 2)))
        act = ledger.submit(cast.actor("portland_mayor"), body)
    assert tables_with(CANARY)
    ledger.purge([act.id])
    assert tables_with(CANARY) == set()
