# SPDX-License-Identifier: Apache-2.0
"""Activations over HTTP: reads, and every action. What a passkey signs is returned as pending, with its page."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Router, Schema

from hansa.activation import actions, queries
from hansa.activation.actions import Situation
from hansa.activation.models import Activation
from hansa.activation.wording import names_kept
from hansa.core.personal import Personal, declare
from hansa.ledger import Act, PendingAct
from hansa.people.api_auth import acts, reads

router = Router(tags=["activation"])
_MOST = 200


class ObligationOut(Schema):
    """What one member owes, by which clause, and where its clock stands."""

    member: str
    code: str
    clause: str
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    state: str
    personal: ClassVar[Personal] = declare(none="member code clause opened_at due_at done_at state")


class StandOut(Schema):
    """How one member stood to it, and why."""

    member: str
    attests: bool
    at: datetime
    reason: str
    personal: ClassVar[Personal] = declare(none="member attests at reason")


class ActivationOut(Schema):
    """An activation as it stands now."""

    id: UUID
    member: str
    reporter: str
    at: datetime
    trigger: str
    situation: str
    first_needs: str
    place: str
    lat: Decimal | None
    lon: Decimal | None
    exercise: str | None
    digest: str
    phase: str
    level: str
    asked: str
    missing: int
    attest_by: datetime
    until: datetime | None
    ended: datetime | None
    unadopted: bool
    personal: ClassVar[Personal] = declare(
        none="id member reporter at trigger situation first_needs place lat lon exercise digest phase level asked"
        " missing attest_by until ended unadopted"
    )


class BoardOut(ActivationOut):
    """An activation with who owes what and who said what."""

    obligations: list[ObligationOut]
    stands: list[StandOut]
    personal: ClassVar[Personal] = declare(none=" ".join([*ActivationOut.personal.fields, "obligations", "stands"]))


class HappeningOut(Schema):
    """One act in words."""

    id: UUID
    type: str
    author: str
    at: datetime
    headline: str
    personal: ClassVar[Personal] = declare(none="id type author at headline")


class Said(Schema):
    """What was said: an act that stands, or one that waits for passkeys at `approve_url`."""

    id: UUID
    type: str
    pending: bool
    approve_url: str = ""
    personal: ClassVar[Personal] = declare(none="id type pending approve_url")


class SituationIn(Schema):
    """What happened where; the same id again is the same act."""

    trigger: str
    level: str
    situation: str
    place: str
    first_needs: str
    evidence: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="trigger level situation place first_needs evidence lat lon id")

    def said(self) -> Situation:
        """Return it for the action."""
        return Situation(**{name: getattr(self, name) for name in Situation.__slots__})


class CallIn(SituationIn):
    """A member invoked by voice."""

    member: str
    caller_office: str
    spoken_at: datetime
    personal: ClassVar[Personal] = declare(
        none=" ".join([*SituationIn.personal.fields, "member", "caller_office", "spoken_at"])
    )


class ConsultIn(Schema):
    """A question to the league."""

    situation: str
    question: str
    place: str
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="situation question place id")


class ReasonIn(Schema):
    """A reason, or a note, that every member reads."""

    reason: str = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="reason id")


class StandIn(ReasonIn):
    """Attest, or object."""

    attests: bool
    personal: ClassVar[Personal] = declare(none="reason id attests")


class LevelIn(ReasonIn):
    """Another level."""

    level: str
    personal: ClassVar[Personal] = declare(none="reason id level")


class ExtendIn(ReasonIn):
    """A later end."""

    until: datetime
    personal: ClassVar[Personal] = declare(none="reason id until")


class AdoptIn(Schema):
    """The hash of the report that was read."""

    report: str
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="report id")


class LineIn(Schema):
    """A log line; shared only when `share` is set."""

    text: str
    activation: UUID | None = None
    share: bool = False
    happened_at: datetime | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="text activation share happened_at id")


class LineOut(Schema):
    """A log line that was noted."""

    id: UUID
    text: str
    happened_at: datetime
    shared: UUID | None
    personal: ClassVar[Personal] = declare(none="id text happened_at shared")


def _said(done: Act | PendingAct) -> Said:
    pending = isinstance(done, PendingAct)
    url = f"{reverse('people:act-approve')}?act={done.id}" if pending else ""
    return Said(id=done.id, type=done.type, pending=pending, approve_url=url)


def _row(activation_id: UUID) -> Activation:
    row = queries.get(activation_id)
    if row is None:
        raise Http404
    return row


def _shown(found: queries.Picture) -> dict:
    row, state = found.activation, found.standing
    kept = (
        "id",
        "member",
        "reporter",
        "at",
        "trigger",
        "situation",
        "first_needs",
        "place",
        "lat",
        "lon",
        "exercise",
        "digest",
    )
    return {name: getattr(row, name) for name in kept} | {
        "phase": state.phase, "level": state.level, "asked": state.asked, "missing": state.missing,
        "attest_by": state.attest_by, "until": state.until, "ended": state.ended, "unadopted": state.unadopted,
    }  # fmt: skip


@router.get("/activations", response=list[ActivationOut], auth=reads)
def list_activations(request: HttpRequest) -> list[dict]:
    """Return the newest 200 activations that the member reads."""
    return [_shown(found) for found in queries.pictures(list(queries.visible_to(request.auth)[:_MOST]))]


@router.get("/activations/{activation_id}", response=BoardOut, auth=reads)
def show_activation(request: HttpRequest, activation_id: UUID) -> dict:
    """Return an activation with who owes what, and who attested or objected."""
    found = queries.picture(activation_id)
    if found is None:
        raise Http404
    owed = [
        {"member": item.member, "code": item.term.code, "clause": item.term.clause, "opened_at": item.clock.opened,
         "due_at": item.clock.due, "done_at": item.clock.done, "state": item.state(found.now)}
        for item in found.obligations
    ]  # fmt: skip
    stands = [
        {"member": s.member, "attests": s.attests, "at": s.at, "reason": found.reasons.get(s.act, "")}
        for s in (*found.standing.attested, *found.standing.objected)
    ]
    return {**_shown(found), "obligations": owed, "stands": stands}


@router.get("/activations/{activation_id}/acts", response=list[HappeningOut], auth=reads)
def list_acts(request: HttpRequest, activation_id: UUID) -> list[HappeningOut]:
    """Return the newest 200 acts of an activation, of every part."""
    _row(activation_id)
    with names_kept():
        happened = queries.read_happenings(queries.acts_of(activation_id)[:_MOST])
    return [
        HappeningOut(id=h.act.id, type=h.act.type, author=h.act.author, at=h.act.at, headline=h.headline)
        for h in happened
    ]


@router.post("/activations", response=Said, auth=acts)
def invoke(request: HttpRequest, said: SituationIn) -> Said:
    """Invoke the pact for the token's member."""
    return _said(actions.invoke_pact(said.said(), actor=request.auth, id=said.id))


@router.post("/consultations", response=Said, auth=acts)
def consult(request: HttpRequest, said: ConsultIn) -> Said:
    """Ask the league for advice."""
    return _said(actions.consult_league(said.situation, said.question, said.place, actor=request.auth, id=said.id))


@router.post("/activations/spoken", response=Said, auth=acts)
def report(request: HttpRequest, said: CallIn) -> Said:
    """Write down that another member invoked by voice."""
    done = actions.report_by_voice(
        said.said(), member=said.member, caller_office=said.caller_office, spoken_at=said.spoken_at, actor=request.auth,
        id=said.id,
    )  # fmt: skip
    return _said(done)


@router.post("/activations/{activation_id}/acknowledge", response=Said, auth=acts)
def acknowledge(request: HttpRequest, activation_id: UUID, said: ReasonIn) -> Said:
    """Say that the member has it in hand."""
    return _said(actions.acknowledge_crisis(_row(activation_id), note=said.reason, actor=request.auth, id=said.id))


@router.post("/activations/{activation_id}/stand", response=Said, auth=acts)
def stand(request: HttpRequest, activation_id: UUID, said: StandIn) -> Said:
    """Attest, or object with a reason."""
    say = actions.attest_crisis if said.attests else actions.object_to_crisis
    return _said(say(_row(activation_id), said.reason, actor=request.auth, id=said.id))


@router.post("/activations/{activation_id}/decline", response=Said, auth=acts)
def decline(request: HttpRequest, activation_id: UUID, said: ReasonIn) -> Said:
    """Say that the member can send nothing, and why."""
    return _said(actions.decline_crisis(_row(activation_id), said.reason, actor=request.auth, id=said.id))


@router.post("/activations/{activation_id}/adopt", response=Said, auth=acts)
def adopt(request: HttpRequest, activation_id: UUID, said: AdoptIn) -> Said:
    """Confirm in writing what was reported by voice."""
    return _said(actions.adopt_report(_row(activation_id), said.report, actor=request.auth, id=said.id))


@router.post("/activations/{activation_id}/level", response=Said, auth=acts)
def change_level(request: HttpRequest, activation_id: UUID, said: LevelIn) -> Said:
    """Ask for another level."""
    return _said(actions.change_level(_row(activation_id), said.level, said.reason, actor=request.auth, id=said.id))


@router.post("/activations/{activation_id}/extend", response=Said, auth=acts)
def extend(request: HttpRequest, activation_id: UUID, said: ExtendIn) -> Said:
    """Extend until a later time."""
    return _said(actions.extend_crisis(_row(activation_id), said.until, said.reason, actor=request.auth, id=said.id))


@router.post("/activations/{activation_id}/end", response=Said, auth=acts)
def end(request: HttpRequest, activation_id: UUID, said: ReasonIn) -> Said:
    """Stand down."""
    return _said(actions.stand_down(_row(activation_id), said.reason, actor=request.auth, id=said.id))


@router.post("/lines", response=LineOut, auth=acts)
def log_line(request: HttpRequest, said: LineIn):
    """Note a line; with `share`, tell it to all who read the activation."""
    activation = _row(said.activation) if said.activation else None
    return actions.log_line(
        said.text, actor=request.auth, activation=activation, share=said.share, happened_at=said.happened_at, id=said.id
    )
