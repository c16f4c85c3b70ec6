# SPDX-License-Identifier: Apache-2.0
"""A member comes to life: log, keys, first administrators by the recovery keys, personas by one touch."""

import pytest

from hansa.core.rls import member_scope
from hansa.people import queries
from hansa.people.models import Account, Appointment, Person
from hansa.people.tests.cast import found_cast

pytestmark = pytest.mark.django_db


def test_a_founded_member_has_an_administrator_and_its_personas_hold_their_offices():
    cast = found_cast()
    with member_scope("oakland-ca"):
        held = {
            name: queries.actor_for(getattr(cast, name)).offices
            for name in ("oakland_admin", "oakland_mayor", "oakland_duty", "oakland_clerk")
        }
    assert held == {
        "oakland_admin": ("administrator",),
        "oakland_mayor": ("chief-executive",),
        "oakland_duty": ("logistics", "duty-officer"),
        "oakland_clerk": (),
    }


def test_a_member_sees_its_own_accounts_and_the_names_of_everyone_in_the_league():
    found_cast()
    with member_scope("portland-or"):
        assert set(Account.objects.values_list("member", flat=True)) == {"portland-or"}
        assert Person.objects.filter(member="oakland-ca", name="Exercise Mayor").exists()
        assert Appointment.objects.filter(member="oakland-ca").count() == 4
