# SPDX-License-Identifier: Apache-2.0
"""The terms document that both sides sign: one canonical form, one hash."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hansa.aid.rules import agreements as rules
from hansa.aid.rules.offers import CATEGORIES, TERMS, billed
from hansa.core.personal import Personal, declare
from hansa.ledger.canonical import canonical

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Member = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=63)]
Quantity = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=3)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
REASONS = ("", "scope", "cost", "extension", "early-release", "correction", "conflict")


class TermsPart(BaseModel):
    """Part of a terms document: fixed fields, nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    personal: ClassVar[Personal]


class TermsLine(TermsPart):
    """So many units out of one offer, for the request line that the offer answers."""

    offer: UUID
    request: UUID
    kind: str = Field(max_length=130)
    level: int = Field(default=0, ge=0, le=9)
    quantity: Quantity
    personal = declare(none="offer request kind level quantity")


class CostLine(TermsPart):
    """What one offer costs in one category; `terms` say whether the requester is billed for it."""

    offer: UUID
    category: Literal[CATEGORIES]  # type: ignore[valid-type]
    description: str = Field(max_length=200)
    terms: Literal[TERMS]  # type: ignore[valid-type]
    amount: Amount
    personal = declare(none="offer category description terms amount")


class Terms(TermsPart):
    """All that the two parties agree on. Amounts are US dollars; `clause` is the charter's cost rule.

    The first version has no parents and no `agreement`: its own hash makes that id. `seed` keeps two equal
    agreements apart.
    """

    seed: UUID
    agreement: UUID | None = None
    parents: tuple[Hash, ...] = ()
    reason: Literal[REASONS] = ""  # type: ignore[valid-type]
    activation: UUID
    donor: Member
    requester: Member
    lines: tuple[TermsLine, ...] = Field(max_length=200)
    costs: tuple[CostLine, ...] = Field(default=(), max_length=400)
    who_pays: Literal["receiving", "sending", "split"]
    receiving_percent: int = Field(ge=0, le=100)
    clause: str = Field(default="", max_length=20)
    cap: Amount
    place: str = Field(max_length=200)
    starts: AwareDatetime
    deliver_by: AwareDatetime
    ends: AwareDatetime
    conditions: str = Field(default="", max_length=2000)
    personal = declare(
        none="seed agreement parents reason activation donor requester lines costs who_pays receiving_percent clause"
        " cap place starts deliver_by ends conditions"
    )

    @property
    def document(self) -> dict:
        """The document in the form that is hashed and stored."""
        return self.model_dump(mode="json")

    @property
    def hash(self) -> str:
        """What both sides sign."""
        return rules.terms_hash(canonical(self.document))

    @property
    def id(self) -> UUID:
        """The agreement of which this is a version."""
        return self.agreement or rules.agreement_id(self.hash)

    @property
    def total(self) -> Decimal:
        """What the lines that are billed come to, in US dollars."""
        return billed((cost.terms, cost.amount) for cost in self.costs)

    @property
    def requester_pays(self) -> Decimal:
        """The requester's share of the total by the charter's cost rule."""
        return (self.total * self.receiving_percent / 100).quantize(Decimal("0.01"))

    def side(self, member: str) -> str | None:
        """Return which side a member is on, None for anyone else."""
        return {self.donor: rules.DONOR, self.requester: rules.REQUESTER}.get(member)


def read(document: dict) -> Terms:
    """Return the terms that a stored document states."""
    return Terms.model_validate(document)
