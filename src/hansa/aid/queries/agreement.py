# SPDX-License-Identifier: Apache-2.0
"""Reads of agreements: versions and who signed them, notices and who has acknowledged them, what each side owes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet

from hansa.activation import bylaws
from hansa.aid.acts.terms import Terms, read
from hansa.aid.models import Acknowledgement, Agreement, AgreementLine, AgreementNotice, Signature
from hansa.aid.queries import notice as notices
from hansa.aid.queries.balance import agreement_balances
from hansa.aid.queries.catalogue import kind as find_kind
from hansa.aid.rules import agreements as rules
from hansa.aid.rules.notices import Ahead
from hansa.aid.rules.quantities import Balance
from hansa.aid.rules.requests import reference
from hansa.core.actor import Actor
from hansa.duty.rules import Clock

SIGN = "sign-agreement"
# A team counts as one: its leader checks it in (as on ICS form 211).
PEOPLE = ("person", "team", "crew", "task-force", "unit")
read_terms = read


def agreement(id: UUID) -> Agreement | None:
    """Return an agreement that the open scope may read, or None."""
    return Agreement.objects.filter(id=id).first()


def visible_to(actor: Actor) -> QuerySet[Agreement]:
    """Return the agreements that the actor's member reads, newest first. Row-level security holds the rest back."""
    return Agreement.objects.order_by("-opened_at", "-id")


def of_activation(activation: UUID) -> QuerySet[Agreement]:
    """Return the agreements of one activation, newest first."""
    return Agreement.objects.filter(activation=activation).order_by("-opened_at", "-id")


def waiting_for(member: str, *, activation: UUID | None = None) -> list[tuple[Agreement, str]]:
    """Return what waits for a member's signature: each agreement with the hash of the version, the oldest first."""
    rows = Agreement.objects.filter(Q(donor=member) | Q(requester=member)).exclude(waiting={})
    if activation:
        rows = rows.filter(activation=activation)
    declined = defaultdict(set)
    for agreement_id, hash in Acknowledgement.objects.filter(declined=True).values_list("agreement", "hash"):
        declined[agreement_id].add(hash)
    return [
        (row, hash)
        for row in rows.order_by("opened_at", "id")
        for hash, side in row.waiting.items()
        if (row.donor if side == rules.DONOR else row.requester) == member and hash not in declined[row.id]
    ]


def signature_ids(agreement_id: UUID) -> tuple[UUID, ...]:
    """Return the acts that signed any version of an agreement."""
    return tuple(Signature.objects.filter(agreement=agreement_id).order_by("at", "id").values_list("id", flat=True))


def acts_that_signed(hashes: Iterable[str]) -> tuple[UUID, ...]:
    """Return one act that signed each of these versions: the first, which carries the terms."""
    first: dict[str, UUID] = {}
    for id, hash in Signature.objects.filter(hash__in=list(hashes)).order_by("at", "id").values_list("id", "hash"):
        first.setdefault(hash, id)
    return tuple(first.values())


def units_proposed(offer: UUID) -> Decimal:
    """Return the units of an offer in first terms that only one side has signed so far."""
    total = Decimal(0)
    for row in Agreement.objects.filter(state=rules.PROPOSED, document__lines__contains=[{"offer": str(offer)}]):
        total += sum(line.quantity for line in read(row.document).lines if line.offer == offer)
    return total


def standing_terms(row: Agreement) -> list[Terms]:
    """Return the terms that stand, in the order of their hashes."""
    by_hash = {s.hash: s for s in Signature.objects.filter(agreement=row.id, hash__in=row.hashes)}
    return [read(by_hash[hash].document) for hash in row.hashes]


def acknowledged_by(notice: UUID, member: str) -> UUID | None:
    """Return the act by which a member acknowledged a notice, None while it has not."""
    rows = Acknowledgement.objects.filter(notice=notice, member=member).order_by("at", "id")
    return rows.values_list("id", flat=True).first()


@dataclass(frozen=True)
class Version:
    """One version of the terms, who signed it when, and how it stands."""

    hash: str
    terms: Terms
    signatures: dict[str, Signature]
    standing: bool
    waiting: str | None
    answers: tuple[Acknowledgement, ...]

    @property
    def declined(self) -> Acknowledgement | None:
        """The other side's refusal, if any."""
        return next((answer for answer in self.answers if answer.declined), None)

    @property
    def replaced(self) -> bool:
        """Whether both signed it and a later version took its place."""
        return len(self.signatures) == 2 and not self.standing


@dataclass(frozen=True)
class NoticeSeen:
    """A notice, whether the other side has acknowledged it in time, and how far ahead it was said.

    `ahead` is None where this node does not hold the charter that asks for a notice period.
    """

    notice: AgreementNotice
    acknowledgement: Acknowledgement | None
    clock: Clock
    ahead: Ahead | None


@dataclass(frozen=True)
class Case:
    """An agreement with everything that was said about it."""

    agreement: Agreement
    versions: tuple[Version, ...]
    notices: tuple[NoticeSeen, ...]
    lines: tuple[AgreementLine, ...]
    balances: dict[UUID, Balance]

    @property
    def reference(self) -> str:
        """Its short name."""
        return reference("A", self.agreement.id.int)

    @cached_property
    def shown(self) -> Version:
        """The version that the page shows first: the one that stands, else the newest."""
        return next((v for v in self.versions if v.standing), self.versions[-1])

    @property
    def total(self) -> Balance:
        """The balance of all its lines together."""
        return sum(self.balances.values(), Balance())

    def side(self, member: str) -> str | None:
        """Return which side a member is on, None for others."""
        return {self.agreement.donor: rules.DONOR, self.agreement.requester: rules.REQUESTER}.get(member)

    def to_sign(self, member: str) -> list[Version]:
        """Return the versions that wait for a member's signature and that it has not declined."""
        side = self.side(member)
        return [v for v in self.versions if v.waiting == side and side is not None and not v.declined]


def case(row: Agreement) -> Case:
    """Return an agreement with everything that was said about it."""
    signatures = Signature.objects.filter(agreement=row.id).order_by("at", "id")
    answers = list(Acknowledgement.objects.filter(agreement=row.id).order_by("at", "id"))
    lines = tuple(row.lines.order_by("kind", "offer"))
    return Case(row, _versions(row, signatures, answers), _notices(row, answers), lines, agreement_balances(lines))


def _versions(
    row: Agreement, signatures: Iterable[Signature], answers: Sequence[Acknowledgement]
) -> tuple[Version, ...]:
    sides: dict[str, dict[str, Signature]] = {}
    for signature in signatures:
        sides.setdefault(signature.hash, {}).setdefault(signature.side, signature)
    return tuple(
        Version(
            hash,
            read(next(iter(signed.values())).document),
            signed,
            hash in row.hashes,
            row.waiting.get(hash),
            tuple(answer for answer in answers if answer.hash == hash),
        )
        for hash, signed in sides.items()
    )


def _notices(row: Agreement, answers: Sequence[Acknowledgement]) -> tuple[NoticeSeen, ...]:
    first: dict[UUID | None, Acknowledgement] = {}
    for answer in answers:
        first.setdefault(answer.notice, answer)
    return tuple(
        NoticeSeen(
            notice,
            first.get(notice.id),
            _clock(row.charter, notice, first.get(notice.id)),
            notices.given(row.charter, notice.kind, notice.at, notice.effective),
        )
        for notice in AgreementNotice.objects.filter(agreement=row.id).order_by("at", "id")
    )


def _clock(charter: str, notice: AgreementNotice, answer: Acknowledgement | None) -> Clock:
    return Clock(notice.at, notices.acknowledge_by(charter, notice.at), answer.at if answer else None)


def sign_by(charter: str, at: datetime) -> datetime:
    """Return by when the other side owes its signature, by the charter's clock; half a day where it names none."""
    term = bylaws.obligation(charter, SIGN)
    return at + (term.within if term else rules.SIGN_WITHIN)


def is_people(code: str) -> bool:
    """Return whether a kind travels as people with a mission order rather than as goods with a custodian."""
    kind = find_kind(code)
    return kind is not None and kind.unit in PEOPLE
