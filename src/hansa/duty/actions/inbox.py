# SPDX-License-Identifier: Apache-2.0
"""What can be done with duties, notices, log lines and hand-overs. All of it stays with the member.

`open_duty`, `close_duties` and `tell` are for reactions of other parts, inside the member's scope.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import current_member
from hansa.core.statements import as_json, ask
from hansa.core.verdicts import Invalid, Refused, refuse, require
from hansa.duty import policy, queries
from hansa.duty.models import Duty, Handover, LogLine, Notice
from hansa.duty.wording import Wording

LINE_LENGTH = 500
BRIEF_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class About:
    """What a duty or a notice is about: the act, and the activation (or other scope) that it belongs to."""

    subject: UUID
    url: str
    scope: UUID | None = None


def open_duty(kind: str, office: str, title: Wording, about: About, *, due_at: datetime | None = None,
              opened_at: datetime | None = None, key: str = "") -> Duty:  # fmt: skip
    """Open a duty for an office of the member whose scope is open; the same kind and subject again opens none."""
    duty, _made = Duty.objects.get_or_create(
        member=current_member(),
        key=key or f"{kind}:{about.subject}",
        defaults={
            "office": office, "kind": kind, "subject": about.subject, "scope": about.scope, "url": about.url,
            "title": title.message, "params": dict(title.params), "due_at": due_at,
            "opened_at": opened_at or clock.now(),
        },
    )  # fmt: skip
    return duty


@dataclass(frozen=True, slots=True)
class Due:
    """A duty that an office of a member has, until a time."""

    kind: str
    office: str
    title: Wording
    about: About
    due_at: datetime | None
    opened_at: datetime


def keep_duties(owed: Mapping[str, Sequence[Due]]) -> None:
    """Open the duties of each of these members, and move those that are open; one statement for all of them."""
    rows = [
        {"member": member, "duties": [
            {"office": due.office, "kind": due.kind, "key": f"{due.kind}:{due.about.subject}", "url": due.about.url,
             "subject": due.about.subject, "scope": due.about.scope, "title": due.title.message,
             "params": dict(due.title.params), "opened_at": due.opened_at, "due_at": due.due_at} for due in duties]}
        for member, duties in owed.items() if duties
    ]  # fmt: skip
    if rows:
        ask(b"SELECT duty_keep($1)", as_json(rows))


def close_duties(subject: UUID, *kinds: str, done_by: UUID | None = None, at: datetime | None = None) -> int:
    """Mark the open duties of these kinds about a subject as done; return how many that were."""
    return (
        queries.open_duties().filter(subject=subject, kind__in=kinds).update(done_at=at or clock.now(), done_by=done_by)
    )


def waive_scope(scope: UUID, *, keep: Sequence[str] = ()) -> int:
    """Waive what is open in a scope that ended, but for the kinds to keep; return how many that were."""
    return queries.open_duties().filter(scope=scope).exclude(kind__in=keep).update(waived=True)


def move_due(subject: UUID, kind: str, *, due_at: datetime | None) -> int:
    """Move the due time of an open duty, when what it rests on has moved."""
    return queries.open_duties().filter(subject=subject, kind=kind).update(due_at=due_at)


def reword_duty(duty: Duty, title: Wording) -> None:
    """Give an open duty another title, when what it is about has changed."""
    queries.open_duties().filter(id=duty.id).update(title=title.message, params=dict(title.params))


def tell(topic: str, title: Wording, about: About, *, key: str = "", at: datetime | None = None,
         person: UUID | None = None) -> Notice:  # fmt: skip
    """Put something to know into the member's inbox, once; with `person`, into that person's only."""
    notice, _made = Notice.objects.get_or_create(
        member=current_member(),
        key=key or f"{topic}:{about.subject}",
        defaults={
            "topic": topic, "person": person, "subject": about.subject, "scope": about.scope, "url": about.url,
            "title": title.message, "params": dict(title.params), "at": at or clock.now(),
        },
    )  # fmt: skip
    return notice


def take_duty(duty: Duty, *, actor: Actor) -> Duty:
    """Make a duty the actor's own; taking what is one's own already changes nothing."""
    require(policy.may_take(actor, duty))
    changed = queries.open_duties().filter(id=duty.id, person=duty.person).update(person=actor.person)
    if not changed:
        raise Refused(refuse(_("Someone else changed this duty just now. Nothing was changed. Reload and look again.")))
    duty.person = actor.person
    return duty


def release_duty(duty: Duty, *, actor: Actor) -> Duty:
    """Give a duty that one has taken back to the office."""
    require(policy.may_release(actor, duty))
    queries.open_duties().filter(id=duty.id, person=actor.person).update(person=None)
    duty.person = None
    return duty


def mark_read(notices: list[UUID], *, actor: Actor) -> int:
    """Mark notices as read for the whole member: acknowledged once, silent everywhere. Those for others stay."""
    require(policy.may_read(actor))
    shown = Notice.objects.filter(Q(person=None) | Q(person=actor.person), id__in=notices, read_at=None)
    return shown.update(read_at=clock.now(), read_by=actor.person)


def log_line(text: str, *, actor: Actor, id: UUID | None = None, scope: UUID | None = None,
             happened_at: datetime | None = None, shared: UUID | None = None) -> LogLine:  # fmt: skip
    """Note a line for the actor's member. The same id again returns the line that is there."""
    require(policy.may_log(actor))
    now = clock.now()
    words = " ".join(text.split())
    if not words:
        raise Invalid({"text": _("Nothing was noted: the line is empty. Write what happened.")})
    if len(words) > LINE_LENGTH:
        raise Invalid({"text": _("The line has %(count)d letters. Shorten it to 500.") % {"count": len(words)}})
    if happened_at and happened_at > now:
        raise Invalid({"happened_at": _("That time has not come yet. Enter when it happened.")})
    line, _made = LogLine.objects.get_or_create(
        id=id or new_id(),
        member=actor.member,
        defaults={"person": actor.person, "office": actor.office, "scope": scope, "text": words,
                  "happened_at": happened_at or now, "at": now, "shared": shared},
    )  # fmt: skip
    return line


def hand_over(text: str, *, actor: Actor, id: UUID | None = None) -> Handover:
    """Hand the shift over with a brief. The relief accepts it; the same id again returns what was handed over."""
    require(policy.may_hand_over(actor))
    if not text.strip():
        raise Invalid({"text": _("The brief is empty. Nothing was handed over. Write what the relief has to know.")})
    if len(text) > BRIEF_LENGTH:
        raise Invalid({"text": _("The brief has %(count)d letters. Shorten it to 20,000.") % {"count": len(text)}})
    key = id or new_id()
    known = Handover.objects.filter(id=key).first()
    if known:
        return known
    if queries.waiting_handover(actor.office):
        raise Refused(
            refuse(_("A brief of this office waits for its relief already. Have it accepted first."), actor.office)
        )
    since = queries.shift_began(actor.office)
    told = {act.id for act in queries.acts_since(since)} | set(
        queries.visible_to(actor).filter(done_at=None, waived=False).values_list("subject", flat=True)
    )
    return Handover.objects.create(
        id=key, office=actor.office, written_by=actor.person, since=since, at=clock.now(), text=text.strip(),
        acts=sorted(told),
    )  # fmt: skip


def accept_handover(handover: Handover, *, actor: Actor) -> Handover:
    """Take the shift over: the actor has read the brief; duties that the one before had taken become theirs."""
    require(policy.may_accept(actor, handover))
    now = clock.now()
    if Handover.objects.filter(id=handover.id, accepted_at=None).update(accepted_at=now, accepted_by=actor.person):
        handover.accepted_at, handover.accepted_by = now, actor.person
        if handover.written_by:
            held = queries.open_duties().filter(office=handover.office, person=handover.written_by)
            held.update(person=actor.person)
    return handover
