# SPDX-License-Identifier: Apache-2.0
"""What people do with records, for the page that says who may; the compartment in which held acts lie."""

from django.utils.translation import gettext_lazy as _

from hansa.evidence import policy
from hansa.evidence.actions import holds, requests
from hansa.people import compartments, reading
from hansa.people.deeds import deed

_RECORDS = _("Records")
deed("evidence.schedule", _RECORDS, _("Set how long records are kept"), policy.may_set_schedule,
     page="evidence:schedule-list")  # fmt: skip
deed("evidence.hold", _RECORDS, _("Place a hold"), policy.may_place_hold, page="evidence:hold-place")
deed("evidence.request", _RECORDS, _("Log a subpoena or records request"), policy.may_log_request,
     page="evidence:request-log")  # fmt: skip
deed("evidence.answer", _RECORDS, _("Answer a subpoena or records request"), policy.may_see_contact,
     page="evidence:request-list")  # fmt: skip

compartments.declare(
    compartments.Compartment(
        policy.COUNSEL, _("Counsel"), _("Sealed acts that a legal hold keeps beyond their purge."), emergency=False
    )
)
reading.sensitive(holds.HELD, _("Act under a hold"))
reading.sensitive(requests.REQUESTER, _("Who asked for records"))
