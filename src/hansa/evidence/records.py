# SPDX-License-Identifier: Apache-2.0
"""The kinds of records that this part and those below it keep."""

from django.utils.translation import gettext_lazy as _

from hansa.evidence.actions import requests
from hansa.evidence.kinds import EVERY_ACT, RecordKind, register
from hansa.people import forgetting, reading
from hansa.people.acts import PersonIntroduced

register(
    RecordKind(
        "people.readings", _("Who read sensitive records"), _("from the reading"), days=reading.KEPT.days,
        least=reading.KEPT.days, forget=reading.forget_before,
    )
)  # fmt: skip
register(
    RecordKind(
        "evidence.requests", _("Subpoenas and records requests, with the exemption log"), _("from the answer"),
        days=5 * 366, least=365, forget=requests.forget_before,
    )
)  # fmt: skip
register(
    RecordKind(
        "people.accounts", _("Accounts, their addresses, and names of people in office"),
        _("from the end of the last term"), days=365, acts=(PersonIntroduced.type,), most=365,
        forget=forgetting.forget_before, over=forgetting.names_over,
    )
)  # fmt: skip
register(
    RecordKind(
        "ledger.sealed", _("Sealed acts of every kind"), _("until they are recalled or purged"), days=None,
        acts=(EVERY_ACT,),
    )
)  # fmt: skip
