# SPDX-License-Identifier: Apache-2.0
"""Rotas over HTTP, for the token's member: who is on call, shifts, gaps, covers and swaps."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.core.verdicts import Invalid
from hansa.duty import queries
from hansa.duty.actions import cover as covering
from hansa.duty.models import Rota, RotaCover, RotaSwap
from hansa.duty.queries import rota as reads
from hansa.people.api_auth import acts
from hansa.people.api_auth import reads as may_read

router = Router(tags=["rotas"])
_LONGEST = timedelta(days=366)
_WHY = {"purpose": "to know who is on call", "sealed": "the member", "purge": "not kept: an answer"}


class RotaOut(Schema):
    """A rota: its office, zone, and how many weeks are published."""

    office: str
    zone: str
    weeks: int
    personal: ClassVar[Personal] = declare(none="office zone weeks")


class OnCallOut(Schema):
    """A person on call: until their shift ends; level 1 is called first."""

    person: UUID
    until: datetime
    level: int
    personal: ClassVar[Personal] = declare(none="until level", holder="person", **_WHY)


class ShiftOut(Schema):
    """A shift: line, cover or fixed. Those that reach over the span are cut to it."""

    start: datetime
    end: datetime
    person: UUID
    level: int
    origin: str
    personal: ClassVar[Personal] = declare(none="start end level origin", holder="person", **_WHY)


class GapOut(Schema):
    """A span in which somebody has to be on call and nobody is."""

    start: datetime
    end: datetime
    personal: ClassVar[Personal] = declare(none="start end")


class CoverIn(Schema):
    """Someone more (`into`), someone less (`out`), or one for another; the same id again is the same cover."""

    start: datetime
    end: datetime
    out: UUID | None = None
    into: UUID | None = None
    note: str = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="start end note id", holder="out into", **_WHY)


class CoverOut(Schema):
    """A cover as it stands."""

    id: UUID
    start_at: datetime
    end_at: datetime
    person_out: UUID | None
    person_in: UUID | None
    swap: UUID | None
    withdrawn_at: datetime | None
    personal: ClassVar[Personal] = declare(
        none="id start_at end_at swap withdrawn_at", holder="person_out person_in", **_WHY
    )


class SwapIn(Schema):
    """Ask another to take a shift, for a span of theirs or for nothing."""

    start: datetime
    end: datetime
    asked: UUID
    return_start: datetime | None = None
    return_end: datetime | None = None
    note: str = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="start end return_start return_end note id", holder="asked", **_WHY)


class SwapAnswer(Schema):
    """Whether the person who was asked agrees."""

    agree: bool
    personal: ClassVar[Personal] = declare(none="agree")


class SwapOut(Schema):
    """A swap and its answer, if there is one."""

    id: UUID
    start_at: datetime
    end_at: datetime
    asked: UUID
    return_start: datetime | None
    return_end: datetime | None
    answered_at: datetime | None
    agreed: bool | None
    withdrawn_at: datetime | None
    personal: ClassVar[Personal] = declare(
        none="id start_at end_at return_start return_end answered_at agreed withdrawn_at", holder="asked", **_WHY
    )


def _rota(office: str) -> Rota:
    row = reads.rota_of(office)
    if row is None:
        raise Http404
    return row


def _span(begin: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """Return the span that was asked for: from now on and four weeks long where nothing is said."""
    start = begin or clock.now()
    stop = end or start + timedelta(weeks=4)
    if start.tzinfo is None or stop.tzinfo is None:
        raise Invalid({"start": _("The time has no zone. Write it like 2026-11-20T19:00:00Z.")})
    if not timedelta(0) < stop - start <= _LONGEST:
        raise Invalid({"end": _("Ask for a span that ends after its start, of 366 days at most.")})
    return start, stop


@router.get("/rotas", response=list[RotaOut], auth=may_read)
def list_rotas(request: HttpRequest) -> list[Rota]:
    """Return the member's rotas."""
    return list(reads.rotas())


@router.get("/rotas/{office}/on-call", response=list[OnCallOut], auth=may_read)
def on_call(request: HttpRequest, office: str, at: datetime | None = None) -> list[OnCallOut]:
    """Return who is on call at a time (now), the one to call first at the head; an empty list: nobody."""
    _rota(office)
    start, _end = _span(at, None)
    found = queries.on_call(request.auth.member, office, start)
    return [OnCallOut(person=who.person, until=who.until, level=who.level) for who in found]


@router.get("/rotas/{office}/shifts", response=list[ShiftOut], auth=may_read)
def list_shifts(
    request: HttpRequest, office: str, start: datetime | None = None, end: datetime | None = None
) -> list[ShiftOut]:
    """Return the shifts of a span, by start."""
    outlook = reads.outlook(_rota(office), *_span(start, end))
    return [
        ShiftOut(start=shift.start, end=shift.end, person=shift.person, level=shift.level, origin=shift.origin.value)
        for shift in outlook.shifts
    ]


@router.get("/rotas/{office}/gaps", response=list[GapOut], auth=may_read)
def list_gaps(
    request: HttpRequest, office: str, start: datetime | None = None, end: datetime | None = None
) -> list[GapOut]:
    """Return the gaps of a span, by start."""
    return [GapOut(start=gap.start, end=gap.end) for gap in reads.outlook(_rota(office), *_span(start, end)).gaps]


@router.post("/rotas/{office}/covers", response=CoverOut, auth=acts)
def add_cover(request: HttpRequest, office: str, said: CoverIn) -> RotaCover:
    """Put someone in, take someone out, or both, for a span."""
    _span(said.start, said.end)
    return covering.add_cover(_rota(office), start=said.start, end=said.end, out=said.out, into=said.into,
                              note=said.note, actor=request.auth, id=said.id)  # fmt: skip


@router.post("/covers/{cover_id}/withdraw", response={204: None}, auth=acts)
def withdraw_cover(request: HttpRequest, cover_id: UUID):
    """Take a cover back, a swap as a whole; what has begun ends now."""
    cover = RotaCover.objects.select_related("rota").filter(id=cover_id).first()
    if cover is None:
        raise Http404
    covering.withdraw_cover(cover, actor=request.auth)
    return 204, None


@router.post("/rotas/{office}/swaps", response=SwapOut, auth=acts)
def ask_swap(request: HttpRequest, office: str, said: SwapIn) -> RotaSwap:
    """Ask another to take a shift of one's own."""
    _span(said.start, said.end)
    back = None
    if said.return_start and said.return_end:
        back = _span(said.return_start, said.return_end)
    return covering.ask_swap(_rota(office), start=said.start, end=said.end, asked=said.asked, back=back,
                             note=said.note, actor=request.auth, id=said.id)  # fmt: skip


@router.post("/swaps/{swap_id}/answer", response=SwapOut, auth=acts)
def answer_swap(request: HttpRequest, swap_id: UUID, said: SwapAnswer) -> RotaSwap:
    """Agree to a swap, or decline it."""
    swap = RotaSwap.objects.select_related("rota").filter(id=swap_id).first()
    if swap is None:
        raise Http404
    return covering.answer_swap(swap, agree=said.agree, actor=request.auth)
