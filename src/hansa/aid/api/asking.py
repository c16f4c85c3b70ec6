# SPDX-License-Identifier: Apache-2.0
"""Requests and the catalogue over HTTP."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema

from hansa.activation import queries as activations
from hansa.activation.models import Activation
from hansa.aid.actions import catalogue as kind_actions
from hansa.aid.actions import request as actions
from hansa.aid.api.saying import Degrees, Moment, Said, Short, Text, Units, said
from hansa.aid.catalogue import Kind
from hansa.aid.models import RequestLine
from hansa.aid.queries import catalogue
from hansa.aid.queries import request as queries
from hansa.aid.queries.place import zone_of
from hansa.aid.queries.request import Covered, Filter
from hansa.aid.queries.suggestion import suggest
from hansa.aid.rules.requests import Wanted
from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.people.api_auth import acts, reads

router = Router()
MOST = 200


class KindOut(Schema):
    """A kind of the catalogue. `types` is the number of NIMS types; 0 means that it is not typed."""

    code: str
    name: str
    form: str
    category: str
    unit: str
    types: int
    integral: bool
    source: str
    personal: ClassVar[Personal] = declare(none="code name form category unit types integral source")


class KindIn(Schema):
    """A kind to add for the whole league."""

    name_en: Short
    name_es: Short
    form: Short
    category: Short
    unit: Short
    words: Short = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="name_en name_es form category unit words id")


class LineOut(Schema):
    """A request line with what covers it. Quantities are in the unit of the kind."""

    id: UUID
    reference: str
    activation: UUID
    requester: str
    author: str
    by_voice: bool
    kind: str
    level: int
    quantity: Decimal
    needed_by: Moment
    place: str
    lat: float | None
    lon: float | None
    priority: int
    opened_at: Moment
    offered: Decimal
    agreed: Decimal
    missing: Decimal
    offers: int
    declined: int
    status: str
    personal: ClassVar[Personal] = declare(
        none="id reference activation requester author by_voice kind level quantity needed_by place lat lon priority"
        " opened_at offered agreed missing offers declined status"
    )


class WantedIn(Schema):
    """What a line asks for. Without a point the place lies where the crisis is."""

    kind: Short
    quantity: Units
    needed_by: Moment
    place: Short
    level: int = Field(default=0, ge=0, le=9)
    priority: int = Field(default=3, ge=1, le=5)
    lifeline: str = Field(default="", max_length=20, pattern=r"^[a-z-]*$")
    conditions: Text = ""
    note: Text = ""
    until: Moment | None = None
    lat: Degrees | None = None
    lon: Degrees | None = None
    personal: ClassVar[Personal] = declare(
        none="kind quantity needed_by place level priority lifeline conditions note until lat lon"
    )

    def wanted(self, lat: float | None, lon: float | None) -> Wanted:
        """Return it for the action, at its own point or else the one given."""
        if self.lat is not None and self.lon is not None:
            lat, lon = max(min(self.lat, 90.0), -90.0), self.lon
        said = {name: getattr(self, name) for name in WantedIn.model_fields}
        return Wanted(**said | {"lat": lat, "lon": lon, "zone": zone_of(lat, lon)})


class LineIn(WantedIn):
    """A request for one line in an activation; the same id again is the same request."""

    activation: UUID
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none=" ".join([*WantedIn.personal.fields, "activation", "id"]))


class SheetIn(Schema):
    """Many lines at once, all or none. The same lines again double nothing."""

    activation: UUID
    lines: list[WantedIn] = Field(max_length=5000)
    personal: ClassVar[Personal] = declare(none="activation lines")


class AmendIn(WantedIn):
    """What a line asks for now. `seen` is its `changed_by` as it was read."""

    seen: Short
    reason: Short = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none=" ".join([*WantedIn.personal.fields, "seen", "reason", "id"]))


class ReasonIn(Schema):
    """A reason that every member reads."""

    reason: Short
    note: Short = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="reason note id")


class AdoptIn(Schema):
    """The verification code of what another member filed by voice."""

    report: Short
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="report id")


class DetailOut(LineOut):
    """A request line whole."""

    until: Moment | None
    lifeline: str
    conditions: str
    note: str
    changed_by: str
    personal: ClassVar[Personal] = declare(
        none=" ".join([*LineOut.personal.fields, "until", "lifeline", "conditions", "note", "changed_by"])
    )


class DonorOut(Schema):
    """One member that declared this kind: what it would send, or why nothing."""

    member: str
    site: str
    units: int
    above_reserve: int
    hours: float
    km: float
    reason: str
    personal: ClassVar[Personal] = declare(none="member site units above_reserve hours km reason")


class FilterIn(Schema):
    """Which requests; empty means all."""

    activation: UUID | None = None
    status: str = ""
    requester: Short = ""
    kind: Short = ""
    priority: int = Field(default=0, ge=0, le=5)
    order: str = "urgency"
    offset: int = Field(default=0, ge=0, le=1_000_000)
    personal: ClassVar[Personal] = declare(none="activation status requester kind priority order offset")


def _kind_out(kind: Kind) -> KindOut:
    return KindOut(
        code=kind.code, name=kind.name(get_language() or "en"), form=kind.form, category=kind.category, unit=kind.unit,
        types=kind.types, integral=kind.integral, source=kind.source,
    )  # fmt: skip


def _out(line: Covered) -> dict:
    return {name: getattr(line, name) for name in LineOut.model_fields}


def line_or_404(line_id: UUID) -> RequestLine:
    """Return a line that the token's member reads."""
    line = queries.line(line_id)
    if line is None:
        raise Http404
    return line


def _activation(activation_id: UUID) -> Activation:
    row = activations.get(activation_id)
    if row is None:
        raise Http404
    return row


def _point(activation: Activation) -> tuple[float | None, float | None]:
    if activation.lat is None or activation.lon is None:
        return None, None
    return float(activation.lat), float(activation.lon)


@router.get("/kinds", response=list[KindOut], auth=reads)
def list_kinds(request: HttpRequest, q: Short = "") -> list[KindOut]:
    """Return the catalogue, or the kinds that some words name."""
    found = catalogue.find_kinds(q, limit=MOST) if q.strip() else catalogue.all_kinds()
    return [_kind_out(kind) for kind in found]


@router.post("/kinds", response=Said, auth=acts)
def define_kind(request: HttpRequest, body: KindIn) -> Said:
    """Add a kind for the whole league."""
    return said(kind_actions.define_kind(**body.dict(), actor=request.auth, at=clock.now()))


@router.get("/requests", response=list[LineOut], auth=reads)
def list_requests(request: HttpRequest, wanted: Query[FilterIn]) -> list[dict]:
    """Return up to 200 request lines from `offset` on, with what covers each."""
    now = clock.now()
    asked = Filter(
        wanted.activation, wanted.status, (wanted.kind,) if wanted.kind else None, wanted.requester, wanted.priority,
        order=wanted.order,
    )  # fmt: skip
    others = len(queries.league(now)) - 1
    return [_out(line) for line in queries.covered(asked, others=others, now=now, limit=MOST, offset=wanted.offset)]


@router.get("/requests/{line_id}", response=DetailOut, auth=reads)
def show_request(request: HttpRequest, line_id: UUID) -> dict:
    """Return one request line whole."""
    line, now = line_or_404(line_id), clock.now()
    found = queries.covered_line(line_id, others=queries.others_than(line.requester, now), now=now)
    if found is None:
        raise Http404
    more = ("until", "lifeline", "conditions", "note", "changed_by")
    return _out(found) | {name: getattr(line, name) for name in more}


@router.get("/requests/{line_id}/suggestion", response=list[DonorOut], auth=reads)
def suggest_donors(request: HttpRequest, line_id: UUID) -> list[DonorOut]:
    """Return who could help with what is missing, nearest first, and why others would not. It binds nobody."""
    line, now = line_or_404(line_id), clock.now()
    kind = catalogue.kind(line.kind)
    found = queries.covered_line(line_id, others=0, now=now)
    if kind is None or found is None:
        return []
    told = suggest(line, kind, missing=max(found.missing - found.offered, Decimal(0)), now=now)
    return [
        DonorOut(member=d.donor, site=d.site, units=d.reason.units, above_reserve=d.reason.above_reserve, hours=d.hours,
                 km=d.distance, reason=d.reason.code)
        for d in (*told.serving, *told.passed_over)
    ]  # fmt: skip


@router.post("/requests", response=Said, auth=acts)
def open_request(request: HttpRequest, body: LineIn) -> Said:
    """Ask the league for one line."""
    activation = _activation(body.activation)
    wanted = body.wanted(*_point(activation))
    done = actions.open_request(wanted, activation=activation, actor=request.auth, at=clock.now(), id=body.id)
    return said(done)


@router.post("/requests/sheet", response=list[Said], auth=acts)
def open_sheet(request: HttpRequest, body: SheetIn) -> list[Said]:
    """Ask the league for many lines, all or none."""
    activation = _activation(body.activation)
    lines = [line.wanted(*_point(activation)) for line in body.lines]
    done = actions.open_sheet(lines, activation=activation, actor=request.auth, at=clock.now())
    return [said(one) for one in done]


@router.post("/requests/{line_id}/amend", response=Said, auth=acts)
def amend_request(request: HttpRequest, line_id: UUID, body: AmendIn) -> Said:
    """Change what a line asks for."""
    line = line_or_404(line_id)
    done = actions.amend_request(
        line, body.wanted(line.lat, line.lon), actor=request.auth, at=clock.now(), seen=body.seen, reason=body.reason,
        id=body.id,
    )  # fmt: skip
    return said(done)


@router.post("/requests/{line_id}/cancel", response=Said, auth=acts)
def cancel_request(request: HttpRequest, line_id: UUID, body: ReasonIn) -> Said:
    """Say that nothing more is needed on a line."""
    line = line_or_404(line_id)
    done = actions.cancel_request(line, actor=request.auth, at=clock.now(), reason=body.reason, id=body.id)
    return said(done)


@router.post("/requests/{line_id}/decline", response=Said, auth=acts)
def decline_request(request: HttpRequest, line_id: UUID, body: ReasonIn) -> Said:
    """Answer that the member cannot help with a line."""
    done = actions.decline_request(
        line_or_404(line_id), reason=body.reason, note=body.note, actor=request.auth, at=clock.now(), id=body.id
    )
    return said(done)


@router.post("/requests/{line_id}/adopt", response=Said, auth=acts)
def adopt_request(request: HttpRequest, line_id: UUID, body: AdoptIn) -> Said:
    """Make a line that another member filed by voice one's own."""
    line = line_or_404(line_id)
    return said(actions.adopt_request(line, report=body.report, actor=request.auth, at=clock.now(), id=body.id))
