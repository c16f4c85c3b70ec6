# SPDX-License-Identifier: Apache-2.0
"""What every page reads by prepared statements is what Django's own queries read."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from hansa.core.reading import rows
from hansa.core.rls import member_scope
from hansa.ledger.models import PendingAct
from hansa.people.backends import AccountBackend, SessionStore
from hansa.people.models import Account, Appointment


def _values(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("model", [Account, Appointment])
def test_rows_are_those_of_django_value_by_value(cast, model):
    with member_scope("oakland-ca"):
        wanted = list(model.objects.filter(member="oakland-ca").order_by("id"))
        found = rows(model, "member = $1 ORDER BY id", "oakland-ca")
    assert wanted == found
    assert [_values(row) for row in found] == [_values(row) for row in wanted]
    assert not any(row._state.adding for row in found)


def test_row_level_security_holds_in_them(cast):
    own = str(cast.oakland_clerk.id)
    with member_scope("oakland-ca"):
        assert [account.email for account in rows(Account, "id = $1", own)] == [cast.oakland_clerk.email]
    with member_scope("portland-or"):
        assert rows(Account, "id = $1", own) == []


@pytest.mark.django_db
def test_a_model_with_a_field_that_they_cannot_read_is_refused():
    with pytest.raises(TypeError, match="PendingAct: .*tail"):
        rows(PendingAct, "true")


def test_an_account_that_was_closed_or_never_was_is_nobody(cast):
    account = cast.oakland_clerk
    with member_scope("oakland-ca"):
        assert AccountBackend().get_user(account.id) == account
        Account.objects.filter(id=account.id).update(is_active=False)
        assert AccountBackend().get_user(account.id) is None
        Account.objects.filter(id=account.id).delete()
        assert AccountBackend().get_user(account.id) is None


@pytest.mark.django_db
def test_a_session_opens_until_it_runs_out():
    kept = SessionStore()
    kept["hansa_member"] = "oakland-ca"
    kept.create()
    again = SessionStore(kept.session_key)
    assert again["hansa_member"] == "oakland-ca"
    assert again.get_expiry_date().tzinfo
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    late = SessionStore(kept.session_key)
    assert late.get("hansa_member") is None
    assert late.session_key is None
