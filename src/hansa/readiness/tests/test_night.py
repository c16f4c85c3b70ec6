# SPDX-License-Identifier: Apache-2.0
"""The exercise night: everybody is reached in their own way, and the board shows it."""

import pytest

from hansa.activation import phoning, reaching
from hansa.activation.models import Activation
from hansa.core.rls import member_scope
from hansa.duty.models import Alert, AlertAsk, Duty
from hansa.people.choices import Office
from hansa.readiness import exercise
from hansa.readiness.exercise import cast

pytestmark = pytest.mark.django_db(transaction=True)
CHICAGO = "chicago-il"


def test_a_night_in_which_everybody_is_reached_in_their_own_way():
    report = exercise.run("exercise-night")
    assert report.ok, report.as_text()
    with cast.acting(CHICAGO, Office.DUTY_OFFICER) as actor:
        row = Activation.objects.get()
        shown = reaching.fill(row, actor)
        phoned = {item.subject for item in Duty.objects.filter(kind=phoning.KIND)}
    assert shown is not None
    found = {item.member: (item.state, item.via) for item in shown["rows"]}
    assert found == {
        "oakland-ca": (reaching.State.TAKEN, "text message"),
        "portland-or": (reaching.State.TAKEN, "phone keypad"),
        "seattle-wa": (reaching.State.TAKEN, "link"),
        "denver-co": (reaching.State.TAKEN, "phone keypad"),
        "boston-ma": (reaching.State.NOBODY, ""),
    }
    assert phoned == {phoning.subject_of(row.id, "boston-ma")}
    for member, who in (("oakland-ca", "backup"), ("denver-co", "holders")):
        with member_scope(member):
            alert = Alert.objects.get()
            taken = AlertAsk.objects.filter(alert=alert, person=alert.taken_by).first()
            assert taken is not None and taken.who == who
