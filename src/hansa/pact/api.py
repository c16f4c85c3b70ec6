# SPDX-License-Identifier: Apache-2.0
"""The part over HTTP: league, members, charter, proposals, guests; and drawing up what their passkeys then sign."""

from datetime import UTC, datetime
from typing import ClassVar, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.personal import Personal, declare
from hansa.core.verdicts import Invalid
from hansa.ledger.act import Act
from hansa.ledger.models import PendingAct
from hansa.pact import actions, naming, places, queries
from hansa.pact.actions.charter import problems_of
from hansa.pact.actions.guests import Call
from hansa.pact.charter import MOST_BYTES
from hansa.pact.models import GuestInvitation, Member, Proposal
from hansa.people.api_auth import acts, reads

router = Router(tags=["pact"])
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class MemberOut(Schema):
    """A member: name, kind, place in degrees, and from when to when."""

    slug: str
    name: str
    kind: str
    state: str
    latitude: str
    longitude: str
    population: int | None
    since: datetime | None
    until: datetime | None
    personal: ClassVar[Personal] = declare(none="slug name kind state latitude longitude population since until")

    @staticmethod
    def resolve_latitude(row: Member) -> str:
        return str(row.latitude)

    @staticmethod
    def resolve_longitude(row: Member) -> str:
        return str(row.longitude)


class ClauseOut(Schema):
    """A clause: number, title and Markdown text."""

    number: str
    title: str
    text: str
    personal: ClassVar[Personal] = declare(none="number title text")


class CharterOut(Schema):
    """A version of the charter: the exact document, its clauses, its terms as written by path."""

    digest: str
    number: int
    since: datetime | None
    parent: str | None
    title: str
    document: str
    clauses: list[ClauseOut]
    terms: dict[str, str]
    personal: ClassVar[Personal] = declare(none="digest number since parent title document clauses terms")


class ProposalOut(Schema):
    """A proposal to amend the charter, and where it stands."""

    id: UUID
    digest: str
    author: str
    at: datetime
    parent: str
    round: int
    closed_at: datetime | None
    reason: str
    flaw: str
    voters: list[str]
    yes: list[str]
    no: list[str]
    needed: int
    decided_at: datetime | None
    personal: ClassVar[Personal] = declare(
        none="id digest author at parent round closed_at reason flaw voters yes no needed decided_at"
    )


class GuestOut(Schema):
    """A guest of one activation."""

    id: UUID
    guest: str
    name: str
    author: str
    activation: UUID
    at: datetime
    personal: ClassVar[Personal] = declare(none="id guest name author activation at")


class ProblemOut(Schema):
    """One error of a text: its line, its kind, and what to do."""

    line: int
    code: str
    message: str
    personal: ClassVar[Personal] = declare(none="line code message")


class Drawn(Schema):
    """What was drawn up: in effect, or pending until passkeys have approved it at `approve_url`."""

    id: UUID
    type: str
    pending: bool
    approve_url: str
    personal: ClassVar[Personal] = declare(none="id type pending approve_url")


class TextIn(Schema):
    """A text to check."""

    text: str
    personal: ClassVar[Personal] = declare(none="text")


class ProposalIn(Schema):
    """An amendment to propose; the same id again is the same act."""

    text: str
    reason: str
    closes: datetime
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="text reason closes id")


class VoteIn(Schema):
    """A vote; the same id again is the same act."""

    choice: Literal["yes", "no"]
    reason: str = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="choice reason id")


class GovernmentIn(Schema):
    """A government by kind, name and state; a county or tribe by the city where it sits."""

    kind: Literal["city", "county", "state", "tribe"]
    name: str
    state: str
    seat: str = ""
    personal: ClassVar[Personal] = declare(none="kind name state seat")

    def place(self) -> places.Place:
        """Return the place; `Invalid` when it is not known."""
        found = places.government(self.name, self.kind, self.state, seat=self.seat)
        if found is None:
            raise Invalid({"name": naming.PLACE_NOT_KNOWN})
        return found


class RatificationIn(GovernmentIn):
    """A ratification of the charter in force; the same id again is the same act."""

    instrument: str
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="kind name state seat instrument id")


class NoticeIn(Schema):
    """A notice to leave; the same id again is the same act."""

    effective: datetime
    reason: str = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="effective reason id")


class GuestIn(GovernmentIn):
    """A guest to invite, and the call that confirmed it; the same id again is the same act."""

    activation: UUID
    called_number: str
    number_source: str
    called_at: datetime
    spoke_with: str
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(
        none="kind name state seat activation called_number number_source called_at id",
        official="spoke_with",
        purpose="to ask who confirmed a guest, when that is disputed",
        sealed="the member",
        purge="one year after the activation ended",
    )


class ReasonIn(Schema):
    """Why; the same id again is the same act."""

    reason: str
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="reason id")


class Key(Schema):
    """Nothing but the id of the act; the same id again is the same act."""

    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="id")


def _drawn(made: Act | PendingAct) -> tuple[int, Drawn]:
    pending = isinstance(made, PendingAct)
    url = f"{reverse('people:act-approve')}?act={made.id}" if pending else ""
    return 202 if pending else 201, Drawn(id=made.id, type=made.type, pending=pending, approve_url=url)


_DRAWN = {201: Drawn, 202: Drawn}


@router.get("/members", response=list[MemberOut], auth=reads)
def list_members(request: HttpRequest, at: datetime | None = None):
    """Return the members at a time (now by default), by name."""
    return queries.member_rows(_aware(at) if at else None)


def _aware(at: datetime) -> datetime:
    """Return a time that was sent; `Invalid` without a zone, or outside the centuries that anyone means."""
    if at.tzinfo is None:
        raise Invalid({"at": naming.ZONE_MISSING})
    if not _FIRST <= at <= _LAST:
        raise Invalid({"at": naming.TIME_FAR})
    return at


@router.get("/charter", response=CharterOut, auth=reads)
def show_charter(request: HttpRequest, at: datetime | None = None):
    """Return the charter in force at a time (now by default)."""
    version = queries.require_version(_aware(at) if at else None)
    held = version.charter
    return CharterOut(
        digest=version.digest, number=version.number, since=version.since, parent=version.parent, title=held.title,
        document=held.source, terms=dict(held.flat),
        clauses=[ClauseOut(number=c.number, title=c.title, text=c.text) for c in held.clauses.values()],
    )  # fmt: skip


@router.post("/charter/check", response=list[ProblemOut], auth=reads)
def check_text(request: HttpRequest, said: TextIn):
    """Return every error of a text as a charter, with its line. Changes nothing."""
    return [
        ProblemOut(line=found.line, code=found.code, message=naming.problem_text(found))
        for found in problems_of(said.text[: 4 * MOST_BYTES])
    ]


@router.get("/proposals", response=list[ProposalOut], auth=reads)
def list_proposals(request: HttpRequest):
    """Return all proposals to amend the charter, newest first."""
    return queries.proposals()


@router.post("/proposals", response=_DRAWN, auth=acts)
def propose(request: HttpRequest, said: ProposalIn):
    """Draw up a proposal to amend the charter."""
    closes = _aware(said.closes)
    made = actions.propose_amendment(
        said.text, reason=said.reason, closes=closes, actor=request.auth, at=clock.now(), id=said.id or new_id()
    )
    return _drawn(made)


@router.post("/proposals/{proposal}/votes", response=_DRAWN, auth=acts)
def vote(request: HttpRequest, proposal: UUID, said: VoteIn):
    """Draw up a vote on a proposal."""
    row = get_object_or_404(Proposal, id=proposal)
    made = actions.vote_on(
        row, said.choice, reason=said.reason, actor=request.auth, at=clock.now(), id=said.id or new_id()
    )
    return _drawn(made)


@router.post("/ratifications", response=_DRAWN, auth=acts)
def ratify(request: HttpRequest, said: RatificationIn):
    """Draw up the ratification of the charter by the token's government."""
    made = actions.ratify_charter(
        said.place(), instrument=said.instrument, actor=request.auth, at=clock.now(), id=said.id or new_id()
    )
    return _drawn(made)


@router.post("/members/{slug:slug}/vouch", response=_DRAWN, auth=acts)
def vouch(request: HttpRequest, slug: str, said: Key):
    """Draw up that the token's government vouches for one that ratified."""
    member = get_object_or_404(Member, slug=slug)
    return _drawn(actions.vouch_for(member, actor=request.auth, at=clock.now(), id=said.id or new_id()))


@router.post("/notice", response=_DRAWN, auth=acts)
def give_notice(request: HttpRequest, said: NoticeIn):
    """Draw up a notice to leave the league."""
    effective = _aware(said.effective)
    made = actions.give_notice(
        effective, reason=said.reason, actor=request.auth, at=clock.now(), id=said.id or new_id()
    )
    return _drawn(made)


@router.post("/notice/cancel", response=_DRAWN, auth=acts)
def take_back_notice(request: HttpRequest, said: Key):
    """Draw up that the notice is taken back."""
    return _drawn(actions.take_back_notice(actor=request.auth, at=clock.now(), id=said.id or new_id()))


@router.get("/guests", response=list[GuestOut], auth=reads)
def list_guests(request: HttpRequest, activation: UUID | None = None):
    """Return the guests of the league, or of one activation."""
    return queries.guests(activation)


@router.post("/guests", response=_DRAWN, auth=acts)
def invite_guest(request: HttpRequest, said: GuestIn):
    """Draw up the invitation of a government into one activation."""
    called_at = _aware(said.called_at)
    made = actions.invite_guest(
        said.place(), activation=said.activation, actor=request.auth, at=clock.now(), id=said.id or new_id(),
        call=Call(said.called_number, said.number_source, called_at, said.spoke_with),
    )  # fmt: skip
    return _drawn(made)


@router.post("/guests/{invitation}/end", response=_DRAWN, auth=acts)
def end_guest(request: HttpRequest, invitation: UUID, said: ReasonIn):
    """Draw up the end of a guest's stay."""
    row = get_object_or_404(GuestInvitation, id=invitation)
    made = actions.end_guest(row, reason=said.reason, actor=request.auth, at=clock.now(), id=said.id or new_id())
    return _drawn(made)
