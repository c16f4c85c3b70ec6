# SPDX-License-Identifier: Apache-2.0
"""What is said about a shipment on its way: sent, arrived somewhere, handed over to the next custodian."""

from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from hansa import ledger
from hansa.aid import naming
from hansa.aid.acts import phrases
from hansa.aid.acts.agreement import Facts, parties
from hansa.aid.acts.settling import derived_id, line_id
from hansa.aid.acts.terms import Hash, Member, Quantity, TermsPart
from hansa.aid.models import Movement, Shipment, ShipmentLine
from hansa.aid.rules import custody
from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs

Custodian = Field(min_length=1, max_length=120, pattern=r"\S")
Place = Field(min_length=1, max_length=200, pattern=r"\S")
Code = Field(default="", max_length=12)


class Load(TermsPart):
    """So many units of one offer in a shipment."""

    offer: UUID
    quantity: Quantity
    personal = declare(none="offer quantity")


class Leg(Body):
    """Something that opens a leg: from now on `custodian` has the goods, bound for a place by a time.

    `seal` hides the code that whoever takes over from this custodian has to name.
    """

    custodian: str = Custodian
    place: str = Place
    bound_for: str = Place
    due: AwareDatetime
    seal: Hash
    happened: AwareDatetime
    personal = declare(none="custodian place bound_for due seal happened")

    def leg_facts(self) -> Facts:
        """Return what a signer reads of the leg."""
        return [
            (_("Custodian"), phrases.custodian(self.custodian)),
            (_("From"), self.place),
            (_("Bound for"), self.bound_for),
            (_("Departed"), naming.moment(self.happened)),
            (_("Due"), naming.moment(self.due)),
        ]

    def judge_leg(self) -> Verdict:
        """Refuse a leg that is due before it departs."""
        if self.due <= self.happened:
            return refuse(_("The leg is due before it departs. Enter a later time."))
        return ALLOW

    def open_leg(
        self, act: Act, kind: str, shipment: UUID, *, after: UUID | None = None, by_code: bool = False
    ) -> None:
        """Write the row of the leg; its id is that of the act."""
        Movement.objects.get_or_create(
            id=act.id,
            defaults={
                "shipment_id": shipment,
                "kind": kind,
                "leg": act.id,
                "after": after,
                "custodian": self.custodian,
                "place": self.place,
                "bound_for": self.bound_for,
                "due": self.due,
                "seal": self.seal,
                "by_code": by_code,
                "member": act.author,
                "happened": self.happened,
                "at": act.at,
                "audience": act.audience,
            },
        )


@ledger.act_type("aid.shipment.sent", audience=ledger.LEAGUE)
class ShipmentSent(Leg):
    """Goods left their owner with a first custodian; `back` when the requester returns them to the donor."""

    agreement: UUID
    activation: UUID
    destination: Member
    back: bool = False
    lines: tuple[Load, ...] = Field(min_length=1, max_length=200)
    personal = declare(none="custodian place bound_for due seal happened agreement activation destination back lines")

    def headline(self, act: Act) -> str:
        text = (
            _("%(member)s sent %(what)s back to %(other)s with %(custodian)s, due %(date)s.")
            if self.back
            else _("%(member)s sent %(other)s %(what)s with %(custodian)s, due %(date)s.")
        )
        return text % {
            "member": naming.member(act.author),
            "other": naming.member(self.destination),
            "what": phrases.load(self.lines),
            "custodian": phrases.custodian(self.custodian),
            "date": naming.day(self.due),
        }

    def facts(self, act: Act) -> Facts:
        lines = [(_("What"), phrases.load([line])) for line in self.lines]
        return [
            (_("Agreement"), naming.reference("A", self.agreement)),
            (_("To"), naming.member(self.destination)),
            *lines,
            *self.leg_facts(),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        terms = parties(self.agreement, refs)
        if terms is None or terms.activation != self.activation:
            return refuse(_("A shipment refers to the agreement under which it is sent."))
        sender, taker = (terms.requester, terms.donor) if self.back else (terms.donor, terms.requester)
        if (act.author, self.destination) != (sender, taker):
            return refuse(_("The donor sends, and the requester sends back. Your member can do neither here."))
        offers = [line.offer for line in self.lines]
        if len(set(offers)) != len(offers) or not set(offers) <= {line.offer for line in terms.lines}:
            return refuse(_("The shipment has a line that the agreement does not have."))
        return self.judge_leg()

    def apply(self, act: Act) -> None:
        shipment, made = Shipment.objects.get_or_create(
            id=act.id,
            defaults={
                "agreement": self.agreement,
                "activation": self.activation,
                "origin": act.author,
                "destination": self.destination,
                "back": self.back,
                "at": act.at,
                "digest": act.digest,
                "exercise": act.exercise or "",
                "audience": act.audience,
            },
        )
        if made:
            ShipmentLine.objects.bulk_create(
                ShipmentLine(
                    id=derived_id(act.id, line.offer),
                    shipment=shipment,
                    offer=line.offer,
                    line=line_id(self.agreement, line.offer),
                    quantity=line.quantity,
                    audience=act.audience,
                )
                for line in self.lines
            )
        self.open_leg(act, custody.DEPARTED, act.id)


class OnTheWay(Body):
    """Something said about a shipment that is under way, on one of its legs."""

    shipment: UUID
    leg: UUID
    place: str = Place
    happened: AwareDatetime
    personal = declare(none="shipment leg place happened")
    ends_leg: ClassVar[bool] = True

    def judge(self, act: Act, refs: Refs) -> Verdict:
        sent, leg = sent_and_leg(self.shipment, self.leg, refs)
        if sent is None or leg is None:
            return refuse(_("The act refers to the shipment and to the leg that it is about."))
        if act.author not in self.speakers(sent, leg):
            return refuse(_("Only those who send, carry or receive this shipment can say this."))
        code = getattr(self, "code", "")
        if code and not custody.code_fits(code, self.leg, leg.body.seal):
            return refuse(
                _("This is not the code of this leg. Nothing was signed. Ask the custodian to read it again.")
            )
        return ALLOW

    def speakers(self, sent: Act, leg: Act) -> set[str]:
        """Return the members that may say this: sender, receiver, and the member that has custody."""
        return {sent.author, sent.body.destination, leg.body.custodian}


def sent_and_leg(shipment: UUID, leg: UUID, refs: Refs) -> tuple[Act | None, Act | None]:
    """Return the referenced acts that sent the shipment and that opened the leg; None for one that is missing."""
    by_id = {ref.id: ref for ref in refs.values()}
    sent, opened = by_id.get(shipment), by_id.get(leg)
    if not (sent and isinstance(sent.body, ShipmentSent)):
        sent = None
    if not (
        opened and isinstance(opened.body, Leg) and shipment in (opened.id, getattr(opened.body, "shipment", None))
    ):
        opened = None
    return sent, opened


@ledger.act_type("aid.shipment.arrived", audience=ledger.LEAGUE)
class ShipmentArrived(OnTheWay):
    """The goods reached a place, still with the same custodian."""

    personal = declare(none="shipment leg place happened")

    def headline(self, act: Act) -> str:
        return _("%(member)s: the shipment %(shipment)s arrived at %(place)s on %(date)s.") % {
            "member": naming.member(act.author),
            "shipment": naming.reference("S", self.shipment),
            "place": self.place,
            "date": naming.day(self.happened),
        }

    def facts(self, act: Act) -> Facts:
        return [
            (_("Shipment"), naming.reference("S", self.shipment)),
            (_("Arrived at"), self.place),
            (_("Time"), naming.moment(self.happened)),
        ]

    def apply(self, act: Act) -> None:
        # The custodian is the leg's; the referenced leg was applied before.
        leg = Movement.objects.get(id=self.leg)
        Movement.objects.get_or_create(
            id=act.id,
            defaults={
                "shipment_id": self.shipment,
                "kind": custody.ARRIVED,
                "leg": self.leg,
                "custodian": leg.custodian,
                "place": self.place,
                "member": act.author,
                "happened": self.happened,
                "at": act.at,
                "audience": act.audience,
            },
        )


@ledger.act_type("aid.shipment.transferred", audience=ledger.LEAGUE)
class ShipmentTransferred(OnTheWay, Leg):
    """Hand-over: the next custodian has the goods. The code of the leg before proves that both were there."""

    code: str = Code
    personal = declare(none="shipment leg custodian place bound_for due seal happened code")

    def headline(self, act: Act) -> str:
        return _("%(member)s: the shipment %(shipment)s was handed over to %(custodian)s on %(date)s.") % {
            "member": naming.member(act.author),
            "shipment": naming.reference("S", self.shipment),
            "custodian": phrases.custodian(self.custodian),
            "date": naming.day(self.happened),
        }

    def facts(self, act: Act) -> Facts:
        return [
            (_("Shipment"), naming.reference("S", self.shipment)),
            (_("Handed over"), phrases.proof(self.code)),
            *self.leg_facts(),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        return self.judge_leg() and super().judge(act, refs)

    def speakers(self, sent: Act, leg: Act) -> set[str]:
        return super().speakers(sent, leg) | {self.custodian}

    def apply(self, act: Act) -> None:
        self.open_leg(act, custody.HANDED_OVER, self.shipment, after=self.leg, by_code=bool(self.code))
