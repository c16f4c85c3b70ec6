# SPDX-License-Identifier: Apache-2.0
"""Reads: which charter is in force, what it says and where, who is a member, which guests there are.

What other parts need is here: `charter_in_force`, `charter`, `clause`, `members`, `obligations`, `guests`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.statements import ask
from hansa.core.verdicts import Refused, refuse
from hansa.ledger.act import Requirement
from hansa.ledger.models import Key, Root
from hansa.pact.charter import Charter, Obligation
from hansa.pact.models import (
    CharterVersion,
    Endorsement,
    Founding,
    GuestAcceptance,
    GuestInvitation,
    Member,
    Proposal,
    Ratification,
    Vote,
)
from hansa.pact.naming import charter_of, member_name, member_names
from hansa.people.choices import office_label
from hansa.people.models import Appointment
from hansa.people.queries import running, with_names
from hansa.people.recovery import fingerprint

__all__ = ["member_name", "member_names"]

_REPRESENTING = ("chief-executive", "emergency-management")
NO_CHARTER = _("No charter is in force yet. It begins once enough governments have ratified it.")


@dataclass(frozen=True, slots=True)
class ClauseLink:
    """The clause on which a decision rests: number, title, and where it can be read."""

    number: str
    title: str
    url: str


def league_name() -> str:
    """Return the league's name, empty before it was founded."""
    return Founding.objects.order_by("at", "digest").values_list("name", flat=True).first() or ""


def founding() -> Founding | None:
    """Return the founding act's row, None before the league was founded."""
    return Founding.objects.order_by("at", "digest").first()


def charter_in_force(at: datetime | None = None) -> CharterVersion | None:
    """Return the version in force at a time (now by default), None while there is none.

    Its `charter` is the charter, parsed; its `digest` is what acts name; its `act` is what they refer to.
    """
    return CharterVersion.objects.filter(since__lte=at or clock.now()).order_by("-number").first()


def first_version() -> CharterVersion | None:
    """Return the first version, whether it is in force or still waits to be ratified."""
    return CharterVersion.objects.filter(number=1).first()


def require_version(at: datetime | None = None) -> CharterVersion:
    """Return the version in force; `Refused`, with what to do, while there is none."""
    version = charter_in_force(at)
    if version is None:
        raise Refused(refuse(NO_CHARTER, "chief-executive"))
    return version


def charter(digest: str | None) -> Charter | None:
    """Return the charter that the act with this hash carries, None when it carries none."""
    return charter_of(digest) if digest else None


def clause(term: str, *, digest: str | None = None) -> ClauseLink:
    """Return the clause of a term such as `obligations.acknowledge`, in the charter in force or in `digest`'s."""
    held = charter(digest)
    if held is None or digest is None:
        version = require_version()
        held, digest = version.charter, version.digest
    found = held.clause_for(term)
    return ClauseLink(found.number, found.title, clause_url(digest, found.number))


def clause_by_number(number: str, digest: str = "") -> ClauseLink | None:
    """Return a clause of a version by its number; of the charter in force when no version is named. None without it."""
    if not digest:
        version = charter_in_force()
        digest = version.digest if version else ""
    held = charter(digest)
    found = held.clauses.get(number) if held else None
    return ClauseLink(found.number, found.title, clause_url(digest, found.number)) if found else None


def clause_url(digest: str, number: str) -> str:
    """Return where a clause of a version can be read."""
    return f"{reverse('pact:version-show', args=[digest])}#§{number}"


def obligations(at: datetime | None = None) -> Mapping[str, Obligation]:
    """Return what members owe under the charter in force, by code; nothing while no charter is in force."""
    version = charter_in_force(at)
    return version.charter.obligations if version else {}


_MEMBERS = b"SELECT author FROM pact_ratification WHERE since <= $1 AND (until IS NULL OR until > $1)"


def members(at: datetime | None = None) -> frozenset[str]:
    """Return the ids of the members at a time (now by default). Guests are none."""
    moment = at or clock.now()
    return frozenset(author.decode() for (author,) in ask(_MEMBERS, moment.isoformat()) if author)


def membership(at: datetime) -> tuple[frozenset[str], datetime | None]:
    """Return the members at a time, and when they last changed before it."""
    changes = Ratification.objects.filter(since__lte=at).aggregate(
        joined=Max("since"), left=Max("until", filter=Q(until__lte=at))
    )
    return members(at), max(filter(None, changes.values()), default=None)


def member_rows(at: datetime | None = None) -> QuerySet[Member]:
    """Return the members at a time (now by default) with name and place, by name."""
    return Member.objects.filter(slug__in=members(at))


def candidates() -> QuerySet[Member]:
    """Return the governments that ratified and wait for members to vouch for them."""
    return Member.objects.filter(since=None)


def versions() -> QuerySet[CharterVersion]:
    """Return all versions, newest first."""
    return CharterVersion.objects.order_by("-number")


def proposals() -> QuerySet[Proposal]:
    """Return all proposals, newest first."""
    return Proposal.objects.order_by("-at", "digest")


def open_proposals(at: datetime) -> list[Proposal]:
    """Return the proposals on which votes count now."""
    version = charter_in_force(at)
    if version is None:
        return []
    return list(proposals().filter(flaw="", decided_at=None, closed_at__gte=at, parent=version.digest))


def next_round(version: CharterVersion, at: datetime) -> tuple[int, datetime | None]:
    """Return the round that a proposal made now belongs to, and when it closes if it is open already."""
    last = Proposal.objects.filter(parent=version.digest, flaw="").order_by("-round").first()
    if last is None or last.closed_at is None:
        return 1, None
    return (last.round, last.closed_at) if last.closed_at >= at else (last.round + 1, None)


def vote_in_round(proposal: Proposal, member: str) -> Vote | None:
    """Return the vote that a member gave in the proposal's round: on it or on a rival of it."""
    rivals = Proposal.objects.filter(parent=proposal.parent, round=proposal.round).values_list("digest", flat=True)
    return Vote.objects.filter(proposal__in=list(rivals), author=member).order_by("at", "digest").first()


def votes_on(proposal: Proposal) -> QuerySet[Vote]:
    """Return the votes on a proposal in the order of time."""
    return Vote.objects.filter(proposal=proposal.digest).order_by("at", "digest")


def ratifications(digest: str) -> QuerySet[Ratification]:
    """Return who ratified the charter that an act carries, in the order of time."""
    return Ratification.objects.filter(charter=digest, counts=True).order_by("at", "author")


def guests(activation: UUID | None = None, *, accepted: bool = True) -> list[GuestInvitation]:
    """Return the guests (of one activation) whose stay has not ended; with `accepted`, only those that accepted."""
    rows = GuestInvitation.objects.filter(ended_at=None).order_by("name", "at")
    if activation:
        rows = rows.filter(activation=activation)
    if accepted:
        rows = rows.filter(digest__in=GuestAcceptance.objects.values("invitation"))
    joined = members()
    return [row for row in rows if row.guest not in joined]


def invitations_of(host: str) -> list[tuple[GuestInvitation, GuestAcceptance | None]]:
    """Return the guests that a member invited, newest first, each with its acceptance if it gave one."""
    rows = list(GuestInvitation.objects.filter(author=host).order_by("-at"))
    given = {row.invitation: row for row in GuestAcceptance.objects.filter(invitation__in=[row.digest for row in rows])}
    return [(row, given.get(row.digest)) for row in rows]


def invitation_for(guest: str) -> GuestInvitation | None:
    """Return the newest invitation of a guest whose stay has not ended."""
    return GuestInvitation.objects.filter(guest=guest, ended_at=None).order_by("-at").first()


def guest_may(slug: str, right: str, activation: UUID) -> bool:
    """Return whether a government may do this as a guest of an activation, by the charter of its invitation."""
    for row in guests(activation):
        if row.guest == slug:
            held = charter(row.charter)
            return held is not None and right in held.guests.may
    return False


def signature_for(act_type: str, author: str, charter_digest: str | None) -> Requirement | None:
    """Return who signs an act by the charter that it names; None where that charter leaves it to any office.

    An act that names no charter, or one that never came into force, is judged by the first charter.
    """
    signing = _signing(charter_digest) if charter_digest else None
    if signing is None:
        first = first_version()
        signing = _signing(first.digest) if first else None
    return signing.get(act_type) if signing else None


def _signing(digest: str) -> Mapping[str, Requirement] | None:
    """Return the signing table of a version, None for what is no version. Every act asks, so it is kept.

    A digest names the same text for ever, and a version that came into force has done so for ever: once that is
    committed.
    """
    kept = _tables.get(digest)
    if kept is not None:
        return kept
    row = CharterVersion.objects.filter(digest=digest).first()
    if row is None:
        return None
    table = {
        act: Requirement(
            signer.offices, signer.count if signer.passkey else 0, signer.clause or row.charter.signing_clause, digest
        )
        for act, signer in row.charter.signing.items()
    }
    transaction.on_commit(lambda: _tables.setdefault(digest, table))
    return table


_tables: dict[str, Mapping[str, Requirement]] = {}


def represented(slugs: Iterable[str], at: datetime) -> dict[str, list[tuple[str, str]]]:
    """Return who represents members: names and offices of chief executives and heads of emergency management."""
    wanted = list(slugs)
    terms = Appointment.objects.filter(running(at), member__in=wanted, office__in=_REPRESENTING).order_by("office")
    found: dict[str, list[tuple[str, str]]] = {slug: [] for slug in wanted}
    for term, name in with_names(terms):
        found[term.member].append((name, term.get_office_display()))
    return found


def vouched_for(member: Member) -> list[str]:
    """Return the names of those who vouched for a government's ratification."""
    digest = Ratification.objects.filter(id=member.ratification).values_list("digest", flat=True).first()
    authors = Endorsement.objects.filter(ratification=digest).values_list("author", flat=True)
    return sorted(member_names(authors).values())


def root_of(slug: str) -> Root | None:
    """Return a government's root: its recovery keys, how many of them sign, its log key."""
    return Root.objects.filter(author=slug).first()


def keys_of(slug: str) -> list[tuple[str, str, bool]]:
    """Return office, fingerprint and whether in use of a government's signing keys, those in use first."""
    rows = Key.objects.filter(author=slug).order_by(F("revoked_index").desc(nulls_first=True), "office")
    return [(office_label(row.office), fingerprint(row.key), row.revoked_index is None) for row in rows]
