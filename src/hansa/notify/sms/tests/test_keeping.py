# SPDX-License-Identifier: Apache-2.0
"""What came in by text is kept a year, and goes before the address that it came from."""

from datetime import timedelta

import pytest

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.notify import actions
from hansa.notify.models import Address, Inbound
from hansa.notify.tests.conftest import address

MEMBER = "oakland-ca"


@pytest.mark.django_db
def test_texts_that_came_in_are_destroyed_after_a_year_on_every_member():
    with member_scope(MEMBER):
        row = address(new_id(), "+15105550101", "sms")
        for number, days in enumerate((1, 400)):
            Inbound.objects.create(
                address=row, provider_id=f"SM{number}", meaning="code", at=clock.now() - timedelta(days=days)
            )
        actions.forget_address(row)
    actions.purge_messages(at=clock.now())
    with member_scope(MEMBER):
        assert list(Inbound.objects.values_list("provider_id", flat=True)) == ["SM0"] and Address.objects.exists()
    actions.purge_messages(at=clock.now() + timedelta(days=400))
    with member_scope(MEMBER):
        assert not Inbound.objects.exists() and not Address.objects.exists()
