# SPDX-License-Identifier: Apache-2.0
"""What waits because of records on "My duties", and what duty destroys when its schedule says so."""

from datetime import timedelta

from django.urls import reverse

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty import records
from hansa.duty.models import LogLine
from hansa.evidence import kinds
from hansa.evidence.tests.conftest import browse, cast, counsel
from hansa.evidence.tests.test_requests import log
from hansa.evidence.tests.words import place, propose
from hansa.people.sign_in import OFFICE_KEY

__all__ = ["browse", "cast", "counsel"]


def home(client, office=""):
    if office:
        session = client.session
        session[OFFICE_KEY] = office
        session.save()
    return client.get(reverse("duty:duty-list")).content.decode()


def test_the_second_person_finds_the_step_at_home_and_who_proposed_it_does_not(browse, counsel):
    with member_scope("oakland-ca"):
        propose(counsel, kind_codes=["duty.lines"])
    assert "Place a hold" in home(browse("oakland_mayor"))
    assert "Waits for you" not in home(browse("oakland_duty"), "legal")
    assert "Waits for you" not in home(browse("portland_mayor"))


def test_counsel_finds_reviews_and_requests_that_are_due(browse, counsel):
    today = clock.now().date()
    with member_scope("oakland-ca"):
        place(counsel, kind_codes=["duty.lines"], review_on=today + timedelta(days=5))
        item = log(counsel, due_on=today + timedelta(days=1))
    shown = home(browse("oakland_duty"), "legal")
    assert "Review the hold “Exercise v. Oakland”" in shown and item.reference in shown
    assert item.reference not in home(browse("oakland_mayor"))


def test_log_lines_go_before_a_moment_and_stay_after_it(counsel):
    now = clock.now()
    with member_scope("oakland-ca"):
        for days in (10, 1):
            at = now - timedelta(days=days)
            LogLine.objects.create(person=None, office="duty-officer", text="bridge closed", happened_at=at, at=at)
        assert records.forget_lines(now - timedelta(days=5)) == 1
        assert LogLine.objects.count() == 1


def test_the_parts_say_what_they_keep():
    assert {"duty.lines", "duty.notices", "duty.handovers", "aid.rosters", "ledger.sealed"} <= {
        kind.code for kind in kinds.all_kinds()
    }
    assert kinds.kinds_of_act("aid.mission.rostered") == ["ledger.sealed", "aid.rosters"]
