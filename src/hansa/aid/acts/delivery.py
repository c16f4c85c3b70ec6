# SPDX-License-Identifier: Apache-2.0
"""How a shipment ends, whole or in part: received with a count, come home undelivered, or lost."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from hansa import ledger
from hansa.aid import naming
from hansa.aid.acts import phrases
from hansa.aid.acts.agreement import Facts
from hansa.aid.acts.settling import derived_id
from hansa.aid.acts.shipment import Code, Load, OnTheWay, sent_and_leg
from hansa.aid.acts.terms import Hash, TermsPart
from hansa.aid.choices.condition import CONDITIONS
from hansa.aid.models import Movement, Receipt, Tally
from hansa.aid.rules import custody
from hansa.core.masking import Masked
from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.ledger.act import Act, Refs
from hansa.people.choices import office_label

Condition = Literal["", "sound", "packaging", "wet", "temperature", "opened", "mixed"]
Counted = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=3)]


class Delivered(TermsPart):
    """A count of one line at the dock: good units, damaged ones, and those of this delivery that did not come."""

    offer: UUID
    received: Counted
    damaged: Counted = Decimal(0)
    missing: Counted = Decimal(0)
    personal = declare(none="offer received damaged missing")


class Ending(OnTheWay):
    """Someone counted units of a shipment that are no longer on the way."""

    note: Masked = Field(default="", max_length=500)
    personal = declare(none="shipment leg place happened note")
    kind: ClassVar[str]

    def counts(self) -> Iterator[tuple[UUID, str, Decimal]]:
        """Yield offer, kind of count, and units."""
        raise NotImplementedError

    def judge(self, act: Act, refs: Refs) -> Verdict:
        said = super().judge(act, refs)
        if not said:
            return said
        sent, _leg = sent_and_leg(self.shipment, self.leg, refs)
        counts = list(self.counts())
        if len({(offer, kind) for offer, kind, _units in counts}) != len(counts):
            return refuse(_("Each line is counted once."))
        if not {offer for offer, _kind, _units in counts} <= {line.offer for line in sent.body.lines}:
            return refuse(_("The shipment has no such line."))
        if not any(units > 0 for _offer, _kind, units in counts):
            return refuse(_("Nothing was counted. Enter how many there are."))
        return ALLOW

    def apply(self, act: Act) -> None:
        carrier = Movement.objects.get(id=self.leg).custodian
        shared = {"member": act.author, "happened": self.happened, "at": act.at, "audience": act.audience}
        Receipt.objects.get_or_create(
            id=act.id,
            defaults=shared
            | {
                "shipment_id": self.shipment,
                "leg": self.leg,
                "kind": self.kind,
                "place": self.place,
                "note": self.note,
                "by_code": bool(getattr(self, "code", "")),
                "proof": getattr(self, "proof", "") or "",
                "condition": getattr(self, "condition", ""),
                "office": act.office,
                "digest": act.digest,
            },
        )
        rows = [
            Tally(
                id=derived_id(act.id, offer, kind),
                shipment_id=self.shipment,
                act=act.id,
                offer=offer,
                kind=kind,
                quantity=units,
                custodian=carrier if kind == custody.LOST else act.author,
                place=self.place,
                **shared,
            )
            for offer, kind, units in self.counts()
            if units > 0
        ]
        Tally.objects.bulk_create(rows, ignore_conflicts=True)

    def words(self, act: Act) -> dict[str, str]:
        """Return what every headline of an ending names."""
        return {
            "member": naming.member(act.author),
            "shipment": naming.reference("S", self.shipment),
            "place": self.place,
            "date": naming.day(self.happened),
            "what": phrases.counted(self.counts()),
        }

    def facts(self, act: Act) -> Facts:
        lines = [(phrases.count_label(count[1]), phrases.counted([count])) for count in self.counts() if count[2] > 0]
        return [
            (_("Shipment"), naming.reference("S", self.shipment)),
            *lines,
            (_("Place"), self.place),
            (_("Time"), naming.moment(self.happened)),
            (_("Note"), self.note or _("none")),
        ]


@ledger.act_type("aid.shipment.received", audience=ledger.LEAGUE)
class ShipmentReceived(Ending):
    """The receiver took delivery of so many units. More than was sent is said as it is, and shows as a conflict."""

    lines: tuple[Delivered, ...] = Field(min_length=1, max_length=200)
    code: str = Code
    proof: Hash | None = None
    condition: Condition = ""
    kind = custody.RECEIVED
    personal = declare(none="shipment leg place happened note lines code proof condition")

    def counts(self) -> Iterator[tuple[UUID, str, Decimal]]:
        for line in self.lines:
            yield line.offer, custody.RECEIVED, line.received
            yield line.offer, custody.DAMAGED, line.damaged
            yield line.offer, custody.LOST, line.missing

    def headline(self, act: Act) -> str:
        return _("%(member)s received %(what)s of the shipment %(shipment)s at %(place)s on %(date)s.") % self.words(
            act
        )

    def facts(self, act: Act) -> Facts:
        return [
            *super().facts(act),
            (_("Condition"), str(CONDITIONS[self.condition])),
            (_("Received as"), office_label(act.office)),
            (_("Proof"), phrases.proof(self.code)),
            *([(_("Hash of the file that proves it (SHA-256)"), self.proof)] if self.proof else []),
        ]

    def speakers(self, sent: Act, leg: Act) -> set[str]:
        return {sent.body.destination}


@ledger.act_type("aid.shipment.returned", audience=ledger.LEAGUE)
class ShipmentReturned(Ending):
    """Units came home to their sender without being delivered."""

    lines: tuple[Load, ...] = Field(min_length=1, max_length=200)
    kind = custody.CAME_HOME
    personal = declare(none="shipment leg place happened note lines")

    def counts(self) -> Iterator[tuple[UUID, str, Decimal]]:
        for line in self.lines:
            yield line.offer, custody.CAME_HOME, line.quantity

    def headline(self, act: Act) -> str:
        return _("%(member)s: %(what)s of the shipment %(shipment)s came home on %(date)s.") % self.words(act)

    def speakers(self, sent: Act, leg: Act) -> set[str]:
        return {sent.author}


@ledger.act_type("aid.shipment.lost", audience=ledger.LEAGUE)
class ShipmentLost(Ending):
    """Units are lost; the custodian of the leg is the last one known to have had them."""

    lines: tuple[Load, ...] = Field(min_length=1, max_length=200)
    kind = custody.LOST
    personal = declare(none="shipment leg place happened note lines")

    def counts(self) -> Iterator[tuple[UUID, str, Decimal]]:
        for line in self.lines:
            yield line.offer, custody.LOST, line.quantity

    def headline(self, act: Act) -> str:
        return _(
            "%(member)s reported %(what)s of the shipment %(shipment)s lost near %(place)s on %(date)s."
        ) % self.words(act)
