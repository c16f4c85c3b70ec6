# SPDX-License-Identifier: Apache-2.0
"""The act types of an activation: how one is opened and attested, and what follows in its course."""

from hansa.activation.acts.course import (
    AnswerAcknowledged,
    AnswerDeclined,
    CrisisEnded,
    CrisisExtended,
    LevelChanged,
    LineLogged,
)
from hansa.activation.acts.opening import (
    OPENERS,
    CrisisAdopted,
    CrisisAttested,
    CrisisConsulted,
    CrisisInvoked,
    CrisisObjected,
    CrisisReported,
    crisis_member,
)

__all__ = [
    "OPENERS",
    "AnswerAcknowledged",
    "AnswerDeclined",
    "CrisisAdopted",
    "CrisisAttested",
    "CrisisConsulted",
    "CrisisEnded",
    "CrisisExtended",
    "CrisisInvoked",
    "CrisisObjected",
    "CrisisReported",
    "LevelChanged",
    "LineLogged",
    "crisis_member",
]
