# SPDX-License-Identifier: Apache-2.0
"""What people tell the parts below about their members' persons."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from hansa import notify
from hansa.people.models import Account


@notify.set_names
def names(persons: Iterable[UUID] | None = None) -> Mapping[UUID, str]:
    """Return what persons of the member whose scope is open are called; everyone with an open account when not said."""
    rows = Account.objects.filter(is_active=True, service=False)
    if persons is not None:
        rows = Account.objects.filter(id__in=set(persons))
    return dict(rows.order_by("name").values_list("id", "name"))
