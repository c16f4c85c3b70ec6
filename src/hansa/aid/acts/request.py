# SPDX-License-Identifier: Apache-2.0
"""What members say about request lines. A line is its author's; an answer to it is the answerer's own entity."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field, StringConstraints

from hansa import ledger
from hansa.aid import naming
from hansa.aid.choices import DECLINE_REASONS, LIFELINES, PRIORITIES
from hansa.aid.models import RequestDecline, RequestLine
from hansa.aid.queries.catalogue import amount
from hansa.core.masking import Masked
from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9:-]{0,129}$")]
Quantity = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=3)]
# Five decimals are about one metre. Fractions are text in acts.
Latitude = Annotated[Decimal, Field(ge=-90, le=90, decimal_places=5)]
Longitude = Annotated[Decimal, Field(ge=-180, le=180, decimal_places=5)]
Remark = Annotated[Masked, StringConstraints(strip_whitespace=True, max_length=1000)]
Reason = Annotated[Masked, StringConstraints(strip_whitespace=True, max_length=300)]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+\-/]{1,40}$")]
Facts = list[tuple[Text, Text]]


def degrees(value: Decimal | None) -> float | None:
    """Return a coordinate of an act as rows keep it."""
    return None if value is None else float(value)


def referenced(refs: Refs, act_id: UUID, *bodies: type[Body]) -> Act | None:
    """Return the referenced act with this id and one of these bodies, None when the act does not refer to it."""
    return next((ref for ref in refs.values() if ref.id == act_id and isinstance(ref.body, bodies)), None)


class _Line(Body):
    """What one line asks for."""

    kind: Code
    level: int = Field(default=0, ge=0, le=9)
    quantity: Quantity
    needed_by: AwareDatetime
    until: AwareDatetime | None = None
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    lat: Latitude | None = None
    lon: Longitude | None = None
    zone: Zone = "UTC"
    priority: int = Field(default=3, ge=1, le=5)
    lifeline: Annotated[str, StringConstraints(max_length=20)] = ""
    conditions: Remark = ""
    note: Remark = ""
    personal = declare(none="kind level quantity needed_by until place lat lon zone priority lifeline conditions note")

    def facts(self, act: Act) -> Facts:
        """Return everything that is asked for."""
        facts: Facts = [
            (_("What"), amount(self.quantity, self.kind, self.level)),
            (_("Needed by"), naming.moment(self.needed_by)),
            (_("Where"), self.place),
            (_("Priority"), PRIORITIES[self.priority]),
        ]
        if self.until:
            facts.append((_("Until"), naming.moment(self.until)))
        if self.lifeline:
            facts.append((_("Lifeline"), LIFELINES.get(self.lifeline, self.lifeline)))
        texts = ((_("Conditions"), self.conditions), (_("Note"), self.note))
        return [*facts, *(fact for fact in texts if fact[1])]

    def columns(self, act: Act) -> dict:
        """Return the columns that opening and amending write alike."""
        return {name: getattr(self, name) for name in _Line.model_fields} | {
            "changed_at": act.at,
            "changed_by": act.digest,
        }


LINE_FIELDS = " ".join(_Line.model_fields)


@ledger.act_type("aid.request.opened", audience=ledger.LEAGUE)
class RequestOpened(_Line):
    """A member asks the league for one line. `requester` is set where another member called and needs it."""

    activation: UUID
    sheet: UUID
    number: int = Field(default=1, ge=1, le=100_000)
    requester: Slug | None = None
    personal = declare(none=f"{LINE_FIELDS} activation sheet number requester")

    def headline(self, act: Act) -> Text:
        """Say who asked for what, by when."""
        names = {
            "member": naming.member(act.author), "amount": amount(self.quantity, self.kind, self.level),
            "day": naming.day(self.needed_by),
        }  # fmt: skip
        if self.requester and self.requester != act.author:
            return _("%(member)s reported that %(caller)s asks for %(amount)s by %(day)s.") % (
                names | {"caller": naming.member(self.requester)}
            )
        return _("%(member)s asked for %(amount)s by %(day)s.") % names

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse a line that does not refer to the activation that it names."""
        if not any(ref.id == self.activation and ref.type.startswith("activation.crisis.") for ref in refs.values()):
            return refuse(_("This names an activation and does not refer to it. Open the activation and start again."))
        return ALLOW

    def row(self, act: Act) -> RequestLine:
        """Return the line's row as this act leaves it."""
        return RequestLine(
            id=act.id, sheet=self.sheet, number=self.number, activation=self.activation, author=act.author,
            requester=self.requester or act.author, opened_at=act.at, charter=act.charter or "",
            exercise=act.exercise or "", audience=act.audience, **self.columns(act),
        )  # fmt: skip

    def apply(self, act: Act) -> None:
        """Open the line."""
        self.apply_many([act])

    @classmethod
    def apply_many(cls, acts: Sequence[Act]) -> None:
        """Open many lines with one statement."""
        RequestLine.keep_all([act.body.row(act) for act in acts])


class _OfAuthor(Body):
    """An act about a line that only the line's author, or whoever it was filed for, says."""

    line: UUID
    personal = declare(none="line")

    def opened(self, refs: Refs) -> Act | None:
        """Return the act that opened the line."""
        return referenced(refs, self.line, RequestOpened)

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse everyone who neither filed the line nor needs it."""
        opened = self.opened(refs)
        if opened is None:
            return refuse(_("This changes a request and does not refer to it. Open the request and start again."))
        if act.author not in (opened.author, opened.body.requester):
            return refuse(_("Only %(member)s changes its request.") % {"member": naming.member(opened.author)})
        return ALLOW


@ledger.act_type("aid.request.amended", audience=ledger.LEAGUE)
class RequestAmended(_Line, _OfAuthor):
    """The line now asks for this. The newest amendment counts; it states the whole line, so order plays no part."""

    reason: Reason = ""
    personal = declare(none=f"{LINE_FIELDS} line reason")

    def headline(self, act: Act) -> Text:
        """Say who changed a request to what."""
        return _("%(member)s changed its request to %(amount)s by %(day)s.") % {
            "member": naming.member(act.author), "amount": amount(self.quantity, self.kind, self.level),
            "day": naming.day(self.needed_by),
        }  # fmt: skip

    def facts(self, act: Act) -> Facts:
        """Return everything that is asked for now, and why."""
        return [*super().facts(act), *([(_("Reason"), self.reason)] if self.reason else [])]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse others, and another kind: offers were made on this one."""
        opened = self.opened(refs)
        if opened is not None and opened.body.kind != self.kind:
            return refuse(_("A request keeps its kind, since others may have offered it. Cancel it and ask anew."))
        return _OfAuthor.judge(self, act, refs)

    def apply(self, act: Act) -> None:
        """Write the line as this act states it, unless a later one has."""
        earlier = Q(changed_at__lt=act.at) | Q(changed_at=act.at, changed_by__lt=act.digest)
        RequestLine.objects.filter(earlier, id=self.line).update(**self.columns(act))


@ledger.act_type("aid.request.cancelled", audience=ledger.LEAGUE)
class RequestCancelled(_OfAuthor):
    """Nothing more is needed on this line. What was agreed stays agreed until it is cancelled there."""

    reason: Reason = ""
    personal = declare(none="line reason")

    def headline(self, act: Act) -> Text:
        """Say who cancelled what."""
        known = RequestLine.objects.filter(id=self.line).first()
        what = amount(known.quantity, known.kind, known.level) if known else naming.reference("R", self.line)
        return _("%(member)s cancelled its request for %(amount)s.") % {
            "member": naming.member(act.author),
            "amount": what,
        }

    def facts(self, act: Act) -> Facts:
        """Return which request, and why."""
        return [(_("Request"), naming.reference("R", self.line)), (_("Reason"), self.reason or _("none given"))]

    def apply(self, act: Act) -> None:
        """Close the line; the first cancellation counts."""
        rows = RequestLine.objects.filter(Q(cancelled_at=None) | Q(cancelled_at__gt=act.at), id=self.line)
        rows.update(cancelled_at=act.at, cancel_reason=self.reason)


@ledger.act_type("aid.request.adopted", audience=ledger.LEAGUE)
class RequestAdopted(_OfAuthor):
    """The member for which another filed the line by voice makes it its own, by the hash of what was filed."""

    report: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    personal = declare(none="line report")

    def headline(self, act: Act) -> Text:
        """Say who adopted what was asked for it."""
        return _("%(member)s confirmed in writing the request %(reference)s.") % {
            "member": naming.member(act.author), "reference": naming.reference("R", self.line),
        }  # fmt: skip

    def facts(self, act: Act) -> Facts:
        """Return the hash of what was filed."""
        return [(_("Request"), naming.reference("R", self.line)), (_("Verification code of the report"), self.report)]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse anyone but the member that called, and a hash of something else."""
        opened = self.opened(refs)
        if opened is None or opened.body.requester != act.author:
            return refuse(_("Only the member that called can confirm this."))
        if opened.digest != self.report:
            return refuse(_("What was reported has another verification code. Open it again, then confirm."))
        return ALLOW

    def apply(self, act: Act) -> None:
        """Note the adoption; the first one counts."""
        rows = RequestLine.objects.filter(Q(adopted_at=None) | Q(adopted_at__gt=act.at), id=self.line)
        rows.update(adopted_at=act.at)


@ledger.act_type("aid.request.declined", audience=ledger.LEAGUE)
class RequestDeclined(Body):
    """A member answers that it cannot help with a line, and why. It may still offer later."""

    line: UUID
    reason: Annotated[str, StringConstraints(max_length=20)]
    note: Reason = ""
    personal = declare(none="line reason note")

    def headline(self, act: Act) -> Text:
        """Say who declined whose request, and why."""
        known = RequestLine.objects.filter(id=self.line).first()
        return _("%(member)s cannot help with %(reference)s of %(requester)s: %(reason)s.") % {
            "member": naming.member(act.author), "reference": naming.reference("R", self.line),
            "requester": naming.member(known.requester) if known else "?",
            "reason": str(DECLINE_REASONS.get(self.reason, self.reason)),
        }  # fmt: skip

    def facts(self, act: Act) -> Facts:
        """Return which request, and why."""
        reason = DECLINE_REASONS.get(self.reason, self.reason)
        facts: Facts = [(_("Request"), naming.reference("R", self.line)), (_("Reason"), reason)]
        return [*facts, *([(_("Note"), self.note)] if self.note else [])]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse an answer to nothing, to oneself, and for a reason that does not exist."""
        opened = referenced(refs, self.line, RequestOpened)
        if opened is None:
            return refuse(_("This answers a request and does not refer to it. Open the request and start again."))
        if act.author == (opened.body.requester or opened.author):
            return refuse(_("This is your own request. Cancel it instead."))
        return ALLOW if self.reason in DECLINE_REASONS else refuse(_("Choose one of the reasons."))

    def apply(self, act: Act) -> None:
        """Leave the answer's row."""
        row = RequestDecline(
            id=act.id, line_id=self.line, donor=act.author, reason=self.reason, note=self.note, declined_at=act.at,
            exercise=act.exercise or "", audience=act.audience,
        )  # fmt: skip
        RequestDecline.keep_all([row])
