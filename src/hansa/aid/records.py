# SPDX-License-Identifier: Apache-2.0
"""The kinds of records that aid keeps. The names of a mission's people are a promise: no schedule lengthens it."""

from django.utils.translation import gettext_lazy as _

from hansa.aid.acts.mission import MissionRostered
from hansa.aid.rules import presence
from hansa.evidence.kinds import RecordKind, register

_DAYS = presence.KEPT_AFTER_END.days

register(
    RecordKind(
        "aid.rosters", _("Names and contacts of a mission's people"), _("from the end of the mission"),
        days=_DAYS, acts=(MissionRostered.type,), least=_DAYS, most=_DAYS,
    )
)  # fmt: skip
