# SPDX-License-Identifier: Apache-2.0
"""Who can no longer be reached over an address is known to whoever plans the member's duty."""

import pytest

from hansa.core.rls import member_scope
from hansa.duty.models import Notice
from hansa.notify import actions
from hansa.notify.sms import answering
from hansa.notify.tests.conftest import address
from hansa.people.models import Account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("channel", "words"),
    [("sms", "does not work"), ("voice", "by phone"), ("email", "by e-mail"), ("webpush", "by push message")],
)
def test_an_address_that_does_not_work_is_told_once(channel, words):
    with member_scope("oakland-ca"):
        ana = Account.objects.create(email="ana@oakland.example", name="Ana Ortiz")
        row = address(ana.id, "+15105550101", channel)
        for _ in range(2):
            actions.disable_address(row, "30005: unknown")
        (notice,) = Notice.objects.all()
    assert notice.words.startswith("Ana Ortiz is no longer reached") and words in notice.words


def test_who_removes_their_own_address_is_not_reported():
    with member_scope("oakland-ca"):
        ana = Account.objects.create(email="ana@oakland.example", name="Ana Ortiz")
        actions.forget_address(address(ana.id, "+15105550101", "sms"))
        assert not Notice.objects.exists()


def test_a_stop_is_told_as_what_it_is():
    with member_scope("oakland-ca"):
        ana = Account.objects.create(email="ana@oakland.example", name="Ana Ortiz")
        address(ana.id, "+15105550101", "sms")
    assert "START" in answering.take("SM1", "+15105550101", "STOP")
    with member_scope("oakland-ca"):
        assert "answered STOP" in Notice.objects.get().words
