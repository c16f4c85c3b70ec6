# SPDX-License-Identifier: Apache-2.0
"""What members say about aid, by aggregate. Importing this registers every act type."""

from hansa.aid.acts import agreement, catalogue, delivery, mission, notice, offer, request, shipment

__all__ = ["agreement", "catalogue", "delivery", "mission", "notice", "offer", "request", "shipment"]
