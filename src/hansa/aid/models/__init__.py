# SPDX-License-Identifier: Apache-2.0
"""The nouns of aid, by aggregate."""

from hansa.aid.models.agreement import Acknowledgement, Agreement, AgreementLine, AgreementNotice, Signature
from hansa.aid.models.catalogue import MemberKind
from hansa.aid.models.mission import Check, Demobilisation, HomeContact, Mission, MissionLine, RosterEntry
from hansa.aid.models.offer import Offer, OfferDecline
from hansa.aid.models.request import RequestDecline, RequestLine
from hansa.aid.models.shipment import HandoverCode, Movement, Receipt, Shipment, ShipmentLine, Tally
from hansa.aid.models.stock import Availability, Declaration, Stock, StockChange

__all__ = [
    "Acknowledgement", "Agreement", "AgreementLine", "AgreementNotice", "Availability", "Check", "Declaration",
    "Demobilisation", "HandoverCode", "HomeContact", "MemberKind", "Mission", "MissionLine", "Movement", "Offer",
    "OfferDecline", "Receipt", "RequestDecline", "RequestLine", "RosterEntry", "Shipment", "ShipmentLine", "Signature",
    "Stock", "StockChange", "Tally",
]  # fmt: skip
