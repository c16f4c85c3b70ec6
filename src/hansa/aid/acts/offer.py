# SPDX-License-Identifier: Apache-2.0
"""What members say about offers. An offer is its donor's; a refusal of it is the requester's own entity."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from hansa import ledger
from hansa.aid import naming
from hansa.aid.acts.request import (
    Code,
    Facts,
    Latitude,
    Longitude,
    Quantity,
    Reason,
    Remark,
    RequestOpened,
    degrees,
    referenced,
)
from hansa.aid.choices import COST_CATEGORIES, OFFER_DECLINE_REASONS
from hansa.aid.models import Offer, OfferDecline, RequestLine
from hansa.aid.queries.catalogue import amount
from hansa.aid.rules.offers import CATEGORIES, TERMS, billed
from hansa.core.personal import Personal, declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs


class Cost(BaseModel):
    """One cost of an offer. `amount` is US dollars; rows that are waived or in kind cost the requester nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    category: Literal[CATEGORIES]  # type: ignore[valid-type]
    description: Reason = ""
    terms: Literal[TERMS]  # type: ignore[valid-type]
    amount: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
    personal: ClassVar[Personal] = declare(none="category description terms amount")


@ledger.act_type("aid.offer.made", audience=ledger.LEAGUE)
class OfferMade(Body):
    """A member offers units for one request line, firm until `valid_until`; its stock is held back as long."""

    line: UUID
    kind: Code
    level: int = Field(default=0, ge=0, le=9)
    quantity: Quantity
    available_from: AwareDatetime
    arrives_at: AwareDatetime
    valid_until: AwareDatetime
    site: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    limitations: Remark = ""
    costs: tuple[Cost, ...] = Field(default=(), max_length=40)
    personal = declare(
        none="line kind level quantity available_from arrives_at valid_until site lat lon limitations costs"
    )

    @property
    def total(self) -> Decimal:
        """What the requester would be billed, in US dollars."""
        return billed((cost.terms, cost.amount) for cost in self.costs)

    def headline(self, act: Act) -> Text:
        """Say who offered whom what, by when."""
        known = RequestLine.objects.filter(id=self.line).first()
        return _("%(member)s offered %(requester)s %(amount)s by %(day)s.") % {
            "member": naming.member(act.author), "requester": naming.member(known.requester) if known else "?",
            "amount": amount(self.quantity, self.kind, self.level), "day": naming.day(self.arrives_at),
        }  # fmt: skip

    def facts(self, act: Act) -> Facts:
        """Return all that is offered, its costs, and what the donor then owes."""
        facts: Facts = [
            (_("Request"), naming.reference("R", self.line)),
            (_("What"), amount(self.quantity, self.kind, self.level)),
            (_("Available from"), naming.moment(self.available_from)),
            (_("Arrives"), naming.moment(self.arrives_at)),
            (_("Firm until"), naming.moment(self.valid_until)),
        ]
        if self.site:
            facts.append((_("From"), self.site))
        facts += [
            (cost.description or COST_CATEGORIES[cost.category], naming.money_terms(cost.amount, cost.terms))
            for cost in self.costs
        ]
        facts.append((_("Billed in all"), naming.money(self.total)))
        if self.limitations:
            facts.append((_("Limitations"), self.limitations))
        facts.append((_("What you then owe"), _("These units are held back for the requester until then.")))
        facts.append((_("How it can change"), _("You can withdraw it at any time; everyone sees that, and why.")))
        return facts

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse an offer on nothing, to oneself, of another kind, or firm until before it was signed."""
        opened = referenced(refs, self.line, RequestOpened)
        if opened is None:
            return refuse(_("This offers on a request and does not refer to it. Open the request and start again."))
        if act.author == (opened.body.requester or opened.author):
            return refuse(_("This is your own request. Others offer on it."))
        if opened.body.kind != self.kind:
            return refuse(_("The request asks for another kind. Offer that kind."))
        if self.valid_until <= act.at:
            return refuse(_("An offer is firm until a time still to come. Enter a later one."))
        return ALLOW

    def row(self, act: Act, line: RequestLine | None) -> Offer:
        """Return the offer's row. The line came before: this act refers to it."""
        return Offer(
            id=act.id, line_id=self.line, activation=line.activation, donor=act.author, requester=line.requester,
            kind=self.kind, level=self.level, quantity=self.quantity, available_from=self.available_from,
            arrives_at=self.arrives_at, valid_until=self.valid_until, site=self.site,
            lat=degrees(self.lat), lon=degrees(self.lon), limitations=self.limitations,
            costs=[cost.model_dump(mode="json") for cost in self.costs], total=self.total,
            offered_at=act.at, charter=act.charter or "", exercise=act.exercise or "", audience=act.audience,
        )  # fmt: skip

    def apply(self, act: Act) -> None:
        """Leave the offer's row."""
        self.apply_many([act])

    @classmethod
    def apply_many(cls, acts: Sequence[Act]) -> None:
        """Leave the rows of many offers."""
        lines = RequestLine.objects.in_bulk({act.body.line for act in acts})
        Offer.keep_all([act.body.row(act, lines[act.body.line]) for act in acts])


class _OnOffer(Body):
    """An act about an offer."""

    offer: UUID
    personal = declare(none="offer")

    def made(self, refs: Refs) -> Act | None:
        """Return the act that made the offer."""
        return referenced(refs, self.offer, OfferMade)

    def what(self) -> str:
        """Return what was offered, in words."""
        known = Offer.objects.filter(id=self.offer).first()
        return amount(known.quantity, known.kind, known.level) if known else naming.reference("O", self.offer)

    def other(self, name: str) -> str:
        """Return how the offer's donor or requester is called."""
        known = Offer.objects.filter(id=self.offer).first()
        return naming.member(getattr(known, name)) if known else "?"


@ledger.act_type("aid.offer.withdrawn", audience=ledger.LEAGUE)
class OfferWithdrawn(_OnOffer):
    """The donor takes back what nobody agreed to yet. What both signed is recalled at the agreement."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    personal = declare(none="offer reason")

    def headline(self, act: Act) -> Text:
        """Say who withdrew what from whom."""
        return _("%(member)s withdrew its offer of %(amount)s to %(requester)s.") % {
            "member": naming.member(act.author), "amount": self.what(), "requester": self.other("requester"),
        }  # fmt: skip

    def facts(self, act: Act) -> Facts:
        """Return which offer, and why."""
        return [(_("Offer"), self.what()), (_("Requester"), self.other("requester")), (_("Reason"), self.reason)]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse anyone but the donor."""
        made = self.made(refs)
        if made is None or made.author != act.author:
            return refuse(_("Only the member that made an offer can withdraw it."))
        return ALLOW

    def apply(self, act: Act) -> None:
        """Note the withdrawal; the first one counts."""
        rows = Offer.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=act.at), id=self.offer)
        rows.update(withdrawn_at=act.at, withdraw_reason=self.reason)


@ledger.act_type("aid.offer.declined", audience=ledger.LEAGUE)
class OfferDeclined(_OnOffer):
    """The requester does not take an offer, or a part of it; those units are free again at the donor."""

    quantity: Quantity
    reason: Annotated[str, StringConstraints(max_length=20)]
    note: Reason = ""
    personal = declare(none="offer quantity reason note")

    def headline(self, act: Act) -> Text:
        """Say who declined whose offer, and why."""
        return _("%(member)s declined the offer of %(donor)s (%(amount)s): %(reason)s.") % {
            "member": naming.member(act.author), "donor": self.other("donor"), "amount": self.what(),
            "reason": str(OFFER_DECLINE_REASONS.get(self.reason, self.reason)),
        }  # fmt: skip

    def facts(self, act: Act) -> Facts:
        """Return which offer, how much of it, and why."""
        facts: Facts = [
            (_("Offer"), self.what()),
            (_("Donor"), self.other("donor")),
            (_("Declined"), naming.number(self.quantity)),
            (_("Reason"), OFFER_DECLINE_REASONS.get(self.reason, self.reason)),
        ]
        return [*facts, *([(_("Note"), self.note)] if self.note else [])]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse anyone but the requester, more than was offered, and a reason that does not exist."""
        made = self.made(refs)
        opened = made and referenced(refs, made.body.line, RequestOpened)
        if made is None or opened is None:
            return refuse(_("This answers an offer and does not refer to it and its request. Open it and start again."))
        if act.author not in (opened.author, opened.body.requester):
            return refuse(_("Only the member that asked can decline an offer."))
        if self.quantity > made.body.quantity:
            return refuse(_("That is more than was offered. Enter a smaller number."))
        return ALLOW if self.reason in OFFER_DECLINE_REASONS else refuse(_("Choose one of the reasons."))

    def apply(self, act: Act) -> None:
        """Leave the refusal's row."""
        row = OfferDecline(
            id=act.id, offer_id=self.offer, quantity=self.quantity, reason=self.reason, note=self.note,
            declined_at=act.at, exercise=act.exercise or "", audience=act.audience,
        )  # fmt: skip
        OfferDecline.keep_all([row])
