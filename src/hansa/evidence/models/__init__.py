# SPDX-License-Identifier: Apache-2.0
"""The nouns of records, by subject. All of it is a member's own and never leaves the node."""

from hansa.evidence.models.hold import HeldCopy, Hold, HoldReview
from hansa.evidence.models.request import RecordsRequest, RequestedRecord
from hansa.evidence.models.schedule import Schedule

__all__ = ["HeldCopy", "Hold", "HoldReview", "RecordsRequest", "RequestedRecord", "Schedule"]
