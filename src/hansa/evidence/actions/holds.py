# SPDX-License-Identifier: Apache-2.0
"""Placing, reviewing and releasing holds. Counsel proposes, a second person confirms; a review needs counsel alone."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, Text, require
from hansa.evidence import holding, kinds, policy, rules
from hansa.evidence.models import HeldCopy, Hold, HoldReview
from hansa.ledger.models import LoggedAct
from hansa.people import compartments, joint, queries, reading
from hansa.people.models import JointStep, Seat

PLACE, RELEASE = "evidence.hold.place", "evidence.hold.release"
HELD = "evidence.held-act"


def place_hold(
    *,
    name: str,
    matter: str,
    law: str,
    acts: Sequence[UUID],
    kind_codes: Sequence[str],
    since: date | None,
    until: date | None,
    review_on: date,
    reason: str,
    actor: Actor,
    at: datetime,
    id: UUID | None = None,
) -> JointStep:
    """Propose a hold; it is in force once a second person confirmed it. `Invalid` names what to correct."""
    require(policy.may_place_hold(actor))
    _check(acts, kind_codes, since, until, review_on, at.date())
    said = {
        "name": name, "matter": matter, "law": law, "acts": [str(act) for act in acts], "kinds": list(kind_codes),
        "since": since.isoformat() if since else "", "until": until.isoformat() if until else "",
        "review_on": review_on.isoformat(),
    }  # fmt: skip
    return joint.propose(PLACE, said, reason=reason, actor=actor, at=at, id=id)


def _check(
    acts: Sequence[UUID], codes: Sequence[str], since: date | None, until: date | None, review_on: date, today: date
) -> None:
    if not acts and not codes:
        raise Invalid({"kinds": _("Name what is kept: kinds of records, single acts, or both.")})
    if unknown := [code for code in codes if kinds.kind(code) is None]:
        raise Invalid(
            {"kinds": _("There is no kind of records “%(code)s”. Choose from the list.") % {"code": unknown[0]}}
        )
    if since and until and until < since:
        raise Invalid({"until": _("The period ends before it begins. Enter a later last day.")})
    if not today < review_on <= today + rules.LONGEST_REVIEW:
        raise Invalid({"review_on": _("A hold is reviewed within a year. Enter a day between tomorrow and then.")})


def release_hold(hold: Hold, *, reason: str, actor: Actor, at: datetime, id: UUID | None = None) -> JointStep:
    """Propose to release a hold; once confirmed, counsel's copies and their key are destroyed."""
    require(policy.may_change_hold(actor, hold))
    return joint.propose(RELEASE, {"hold": str(hold.id)}, reason=reason, actor=actor, at=at, id=id)


@transaction.atomic
def review_hold(hold: Hold, *, next_on: date, note: str, actor: Actor, at: datetime) -> HoldReview:
    """Say why a hold stays, and when it is reviewed next."""
    hold = Hold.objects.select_for_update().get(id=hold.id)
    require(policy.may_change_hold(actor, hold))
    said = " ".join(note.split())
    if not 10 <= len(said) <= 300:
        raise Invalid({"note": _("Say why the hold stays, in 10 to 300 characters.")})
    if not at.date() < next_on <= at.date() + rules.LONGEST_REVIEW:
        raise Invalid({"next_on": _("A hold is reviewed within a year. Enter a day between tomorrow and then.")})
    Hold.objects.filter(id=hold.id).update(review_on=next_on)
    return HoldReview.objects.create(hold=hold, person=policy.person_of(actor), at=at, next_on=next_on, note=said)


def read_held(held_copy: HeldCopy, *, purpose: str, actor: Actor, at: datetime) -> None:
    """Write down that counsel reads a held act now, and what for; the page opens it for a quarter of an hour."""
    require(policy.may_open_held(actor, at))
    label = f"{held_copy.hold.name}, {held_copy.type} #{held_copy.index}"
    reading.note(
        HELD, held_copy.id, label=label, purpose=purpose, actor=actor, at=at, compartment=policy.COUNSEL,
        owner=held_copy.hold.placed_by,
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _shown_day(text: str) -> Text:
    day = _day(text)
    return date_format(day, "DATE_FORMAT") if day else _("no limit")


def _place_sentence(payload: joint.Payload) -> Text:
    return _("The hold “%(name)s” stops the destruction of what it names, until counsel releases it.") % {
        "name": payload["name"]}  # fmt: skip


def _place_facts(payload: joint.Payload) -> list[tuple[Text, Text]]:
    named = ", ".join(str(kinds.label(code)) for code in payload["kinds"]) or _("none")
    return [
        (_("Matter"), payload["matter"]),
        (_("Law"), payload["law"]),
        (_("Kinds of records"), named),
        (_("Single acts"), str(len(payload["acts"]))),
        (_("Records from"), _shown_day(payload["since"])),
        (_("Records until"), _shown_day(payload["until"])),
        (_("Next review"), _shown_day(payload["review_on"])),
        (_("Who reads what is kept"), _("Persons named to the compartment Counsel; if nobody is, who proposed this.")),
        (_("What was destroyed before"), _("stays destroyed: a hold revives nothing")),
    ]


def _place(taken: joint.Taken) -> None:
    said, second = taken.payload, taken.second
    if second is None:
        raise ValueError("a hold is placed by two people")
    recipient, key = holding.new_key(taken.id, taken.member)
    acts = [UUID(act) for act in said["acts"]]
    there = LoggedAct.objects.filter(id__in=acts).count()
    hold = Hold.objects.create(
        id=taken.id, name=said["name"], matter=said["matter"], law=said["law"], acts=acts, kinds=said["kinds"],
        since=_day(said["since"]), until=_day(said["until"]), review_on=date.fromisoformat(said["review_on"]),
        placed_by=taken.first, confirmed_by=second, placed_at=taken.at, gone=len(acts) - there, recipient=recipient,
        key=key,
    )  # fmt: skip
    Hold.objects.filter(id=hold.id).update(to_copy=holding.covered(hold).count())
    holding.copy_on(hold.id, hold.member, taken.at)
    if not compartments.seats(policy.COUNSEL, taken.at):
        Seat.objects.create(
            compartment=policy.COUNSEL, person=taken.first, begins_at=taken.at, step=taken.id, emergency=False
        )


def _hold_of(payload: joint.Payload) -> Hold:
    return Hold.objects.get(id=payload["hold"])


def _release_sentence(payload: joint.Payload) -> Text:
    return _("The hold “%(name)s” ends. Counsel's copies and their key are destroyed.") % {
        "name": _hold_of(payload).name}  # fmt: skip


def _release_facts(payload: joint.Payload) -> list[tuple[Text, Text]]:
    hold = _hold_of(payload)
    return [
        (_("Matter"), hold.matter),
        (_("Placed by"), queries.name_of(hold.member, hold.placed_by)),
        (_("Copies that are destroyed"), str(hold.copies.count())),
        (_("What was purged under it"), _("is gone for everyone: a hold revives nothing")),
    ]


def _release(taken: joint.Taken) -> None:
    hold = _hold_of(taken.payload)
    if hold.released_at:
        return
    HeldCopy.objects.filter(hold=hold).delete()
    Hold.objects.filter(id=hold.id).update(released_at=taken.at, release_step=taken.id, key=b"")


def _then(payload: joint.Payload, id: UUID) -> str:
    return reverse("evidence:hold-show", args=[payload.get("hold", id)])


joint.register(
    joint.Kind(
        PLACE, gettext_lazy("Place a hold"), policy.COUNSEL_OFFICES, policy.SECOND, _place_sentence, _place_facts,
        _place, then=_then,
    )
)  # fmt: skip
joint.register(
    joint.Kind(
        RELEASE, gettext_lazy("Release a hold"), policy.COUNSEL_OFFICES, policy.SECOND, _release_sentence,
        _release_facts, _release, then=_then,
    )
)  # fmt: skip
