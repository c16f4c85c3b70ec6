# SPDX-License-Identifier: Apache-2.0
"""Covering for one another: someone more, someone less, one for another, and swaps that both agreed to."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, Refused, refuse, require
from hansa.duty import policy
from hansa.duty import rota as plans
from hansa.duty.actions import watch
from hansa.duty.actions.inbox import tell
from hansa.duty.actions.rota import check_span, end_or_withdraw
from hansa.duty.models import Rota, RotaCover, RotaSwap
from hansa.duty.queries import rota as reads
from hansa.duty.wording import Wording

SWAP = "duty.rota.swap"
_NOTE = 200
_ASKED = gettext_noop("%(name)s asks you to take a shift (%(office)s) from %(start)s to %(end)s")
_AGREED = gettext_noop("%(name)s takes your shift (%(office)s) from %(start)s to %(end)s")
_DECLINED = gettext_noop("%(name)s cannot take your shift (%(office)s) from %(start)s to %(end)s")


def add_cover(row: Rota, *, start: datetime, end: datetime, out: UUID | None, into: UUID | None, note: str = "",
              actor: Actor, id: UUID | None = None) -> RotaCover:  # fmt: skip
    """Let `into` be on besides the others, `out` be off, or one replace the other, for a span. Once per id."""
    require(policy.may_cover(actor, row.office, into))
    if id and (known := RotaCover.objects.filter(id=id).first()):
        return known
    now = clock.now()
    check_span(start, end, at=now)
    if out is None and into is None or out == into:
        raise Invalid({"into": _("This changes nobody. Nothing was saved. Choose who is on, who is off, or both.")})
    # What has been is as it was: a cover counts from now on.
    cover = RotaCover(id=id or new_id(), rota=row, start_at=max(start, now), end_at=end, person_out=out,
                      person_in=into, note=note.strip()[:_NOTE], made_by=actor.person, made_at=now)  # fmt: skip
    _check_people(row, cover, now)
    _write(row, [cover], now, actor)
    return cover


def withdraw_cover(cover: RotaCover, *, actor: Actor) -> None:
    """Take a cover back; of a swap both halves, because one alone was never agreed. What has begun ends now."""
    require(policy.may_withdraw(actor, cover))
    row, now = cover.rota, clock.now()
    halves = list(RotaCover.objects.filter(swap=cover.swap)) if cover.swap else [cover]
    before = reads.published(row, now)
    for half in halves:
        end_or_withdraw(half, now)
    watch.tell_changed(row, plans.changes(before, reads.published(row, now)), at=now, but=actor.person)
    watch.watch_gaps(row, at=now)


def ask_swap(row: Rota, *, start: datetime, end: datetime, asked: UUID, back: tuple[datetime, datetime] | None = None,
             note: str = "", actor: Actor, id: UUID | None = None) -> RotaSwap:  # fmt: skip
    """Ask another to take the actor's shift, for `back` (a shift of theirs) or for nothing. Nothing changes yet."""
    require(policy.may_swap(actor, row.office))
    if id and (known := RotaSwap.objects.filter(id=id).first()):
        return known
    now = clock.now()
    check_span(start, end, at=now)
    if asked == actor.person:
        raise Invalid({"asked": _("You asked yourself. Nothing was sent. Choose someone else.")})
    swap = RotaSwap(
        id=id or new_id(), rota=row, start_at=start, end_at=end, asked=asked, note=note.strip()[:_NOTE],
        return_start=back[0] if back else None, return_end=back[1] if back else None,
        made_by=actor.person, made_at=now,
    )  # fmt: skip
    for cover in _halves(swap, now):
        _check_people(row, cover, now)
    swap.save(force_insert=True)
    _tell(swap, asked, _ASKED, actor, now)
    return swap


def answer_swap(swap: RotaSwap, *, agree: bool, actor: Actor) -> RotaSwap:
    """Agree to a swap, so that it counts, or decline it."""
    require(policy.may_answer(actor, swap))
    now = clock.now()
    if swap.withdrawn_at:
        raise Refused(refuse(_("This was taken back. Nothing was changed.")))
    if swap.answered_at:
        return swap
    if agree and swap.end_at <= now:
        raise Refused(refuse(_("That time has passed. Nothing was changed.")))
    if agree:
        halves = _halves(swap, now)
        try:
            for cover in halves:
                _check_people(swap.rota, cover, now)
        except Invalid as stale:
            raise Refused(refuse(_("The rota changed since you were asked. Nothing was changed. Ask anew."))) from stale
        _write(swap.rota, halves, now, actor)
    swap.answered_at, swap.agreed = now, agree
    swap.save(update_fields=["answered_at", "agreed"])
    if swap.made_by:
        _tell(swap, swap.made_by, _AGREED if agree else _DECLINED, actor, now)
    return swap


def withdraw_swap(swap: RotaSwap, *, actor: Actor) -> RotaSwap:
    """Take a question back that nobody answered."""
    require(policy.may_withdraw(actor, swap))
    if swap.answered_at:
        raise Refused(refuse(_("This was answered already. Take the change back on the page of the rota.")))
    swap.withdrawn_at = swap.withdrawn_at or clock.now()
    swap.save(update_fields=["withdrawn_at"])
    return swap


def _halves(swap: RotaSwap, at: datetime) -> list[RotaCover]:
    given = {"rota": swap.rota, "swap": swap.id, "made_by": swap.made_by, "made_at": at, "note": swap.note}
    halves = [
        RotaCover(id=new_id(), start_at=max(swap.start_at, at), end_at=swap.end_at, person_out=swap.made_by,
                  person_in=swap.asked, **given)
    ]  # fmt: skip
    if swap.return_start and swap.return_end:
        halves.append(
            RotaCover(id=new_id(), start_at=max(swap.return_start, at), end_at=swap.return_end, person_out=swap.asked,
                      person_in=swap.made_by, **given)
        )  # fmt: skip
    return halves


def _check_people(row: Rota, cover: RotaCover, at: datetime) -> None:
    """Raise `Invalid` unless the person put in holds the office, and the cover changes who is on call."""
    plan = reads.loaded(row, cover.start_at, cover.end_at)
    if cover.person_in is not None:
        terms = (plan.terms or {}).get(cover.person_in, ())
        if not any(begins <= cover.start_at and (ends is None or cover.end_at <= ends) for begins, ends in terms):
            raise Invalid({"into": _("This person does not hold the office all that time. Nothing was saved.")})
    with_it = plans.Rota(plan.zone, plan.lines, (*plan.covers, reads.as_cover(cover)), plan.fixed,
                         holidays=plan.holidays, terms=plan.terms)  # fmt: skip
    if plans.has_effect(with_it, reads.as_cover(cover)):
        return
    if any(shift.start < cover.end_at and cover.start_at < shift.end for shift in plan.fixed):
        raise Invalid({"": _("A fixed shift stands then and goes over this. Nothing was saved. Take it back first.")})
    raise Invalid({"": _("This changes nothing: look at who is on call then. Nothing was saved.")})


def _write(row: Rota, covers: list[RotaCover], at: datetime, actor: Actor) -> None:
    before = reads.published(row, at)
    for cover in covers:
        cover.save(force_insert=True)
    watch.tell_changed(row, plans.changes(before, reads.published(row, at)), at=at, but=actor.person)
    watch.watch_gaps(row, at=at)


def _tell(swap: RotaSwap, person: UUID, message: str, actor: Actor, at: datetime) -> None:
    zone = swap.rota.zone
    said = {
        "name": actor.name, "office": swap.rota.office, "start": watch.wall_text(swap.start_at, zone),
        "end": watch.wall_text(swap.end_at, zone),
    }  # fmt: skip
    tell(SWAP, Wording(message, said), watch.about(swap.rota), person=person, key=f"{SWAP}:{swap.id}:{person}", at=at)
