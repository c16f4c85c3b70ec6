# SPDX-License-Identifier: Apache-2.0
"""Pages of offers: the member's own and those that wait for its answer, making, withdrawing, declining one."""

from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hansa import ledger
from hansa.activation.wording import names_kept
from hansa.aid import naming
from hansa.aid.actions import offer as actions
from hansa.aid.actions.offer import Offered
from hansa.aid.catalogue import Kind
from hansa.aid.choices import COST_CATEGORIES, COST_TERMS, OFFER_DECLINE_REASONS
from hansa.aid.forms.fields import two_boxes
from hansa.aid.forms.offer import CostFormSet, OfferForm, cost_rows
from hansa.aid.forms.request import OfferDeclineForm, ReasonForm
from hansa.aid.models import RequestLine
from hansa.aid.policy import request as policy
from hansa.aid.queries import catalogue
from hansa.aid.queries import offer as queries
from hansa.aid.queries.place import DEFAULT_ZONE, seat_of
from hansa.aid.queries.request import covered_line, league
from hansa.aid.queries.stock import Lot, lots
from hansa.aid.queries.suggestion import hours_between
from hansa.aid.rules.offers import FIRM_FOR
from hansa.aid.showing import asking as showing
from hansa.aid.views.request import line_or_404
from hansa.aid.views.sending import page, sent, tried
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import require
from hansa.duty.policy import may_read

_PAGE = 50
_MOST = 5_000


def answered_or_404(offer: UUID) -> queries.Answered:
    """Return an offer that the open scope may read, with what became of it."""
    found = queries.answered(offer, clock.now())
    if found is None:
        raise Http404
    return found


def url_of(offer: UUID) -> str:
    """Return the address of an offer's page."""
    return reverse("aid:offer-detail", args=[offer])


@require_GET
def offer_list(request: HttpRequest) -> HttpResponse:
    """The offers that wait for the member's answer, and its own."""
    require(may_read(request.actor))
    now, member = clock.now(), request.actor.member
    with names_kept(league(now)):
        waits = Paginator(queries.waiting_for(member, now, limit=_MOST), _PAGE).get_page(request.GET.get("page"))
        ours = Paginator(queries.by_donor(member, now, limit=_MOST), _PAGE).get_page(request.GET.get("ours"))
        context = {
            "waiting": [showing.offer_row(one, request.actor) for one in waits],
            "own": [showing.offer_row(one, request.actor) for one in ours],
            "waits": waits, "ours": ours, "at": now,
        }  # fmt: skip
        return render(request, "aid/offer_list.html", context)


@require_GET
def offer_detail(request: HttpRequest, offer: UUID) -> HttpResponse:
    """One offer: what, when, at what cost, what became of it."""
    require(may_read(request.actor))
    one = answered_or_404(offer)
    costs = [
        (
            COST_CATEGORIES[row["category"]],
            row["description"],
            COST_TERMS[row["terms"]],
            naming.money(Decimal(row["amount"])),
        )
        for row in one.offer.costs
    ]
    declines = [
        (naming.number(d.quantity), OFFER_DECLINE_REASONS.get(d.reason, d.reason), d.note, d.declined_at)
        for d in one.offer.declines.order_by("declined_at")
    ]
    row = showing.offer_row(one, request.actor)
    context = {**row, "costs": costs, "declines": declines, "about": showing.about(one.offer.line), "at": clock.now()}
    return render(
        request, "aid/offer_detail.html", {**context, "receipts": ledger.receipts(offer), "act": ledger.get(offer)}
    )


def _best(found: list[Lot], level: int) -> Lot | None:
    """Return the lot to offer out of: good enough, the least over-qualified, the one with most above the reserve."""
    fitting = [lot for lot in found if lot.above > 0 and (not level or 0 < lot.row.level <= level)]
    return max(fitting, key=lambda lot: (lot.row.level, lot.above), default=None)


def _first_guess(line: RequestLine, kind: Kind, best: Lot | None, zone: str, home: str, now: datetime) -> dict:
    """Return the form as it should mostly be sent: what is missing or what there is, leaving as soon as it can."""
    covered = covered_line(line.id, others=0, now=now)
    wanted = max(covered.missing - covered.offered, Decimal(0)) if covered else line.quantity
    above = sum((lot.above for lot in [best] if lot), Decimal(0))
    quantity = min(wanted or line.quantity, above)
    if kind.integral:
        quantity = quantity.to_integral_value(ROUND_FLOOR)
    leaves = now + timedelta(hours=kind.mobilisation)
    arrives = leaves + timedelta(hours=hours_between(best.row, line) if best else 24)
    return {
        "act": new_id(), "stock": str(best.row.id) if best else "", "quantity": naming.number(quantity) if best else "",
        "available_from": two_boxes(leaves, home), "arrives_at": two_boxes(arrives + timedelta(minutes=1), zone),
        "valid_until": two_boxes(now + FIRM_FOR, home),
    }  # fmt: skip


def _count_first(request: HttpRequest, line: RequestLine) -> HttpResponse:
    """Lead whoever has counted none of it to the count, and from there back to the offer."""
    messages.info(request, _("An offer is made out of what your member has counted. Count it, and the offer follows."))
    back = reverse("aid:offer-make", args=[line.id])
    return redirect(f"{reverse('aid:stock-new')}?{urlencode({'what': line.kind, 'next': back})}")


@require_http_methods(["GET", "POST"])
def offer_make(request: HttpRequest, line: UUID) -> HttpResponse:
    """Offer on a request, prefilled with what fits best."""
    began = clock.now()
    row = line_or_404(line)
    require(policy.may_make_offer(request.actor, row))
    kind = catalogue.kind(row.kind)
    if kind is None:
        raise Http404
    found = lots(request.actor.member, began, kind=row.kind)
    seat = seat_of(request.actor.member)
    home = seat.zone if seat else DEFAULT_ZONE
    context = {"line": row, "lots": found, "home": home, **showing.about(row)}
    if not found:
        return _count_first(request, row)
    guess = _first_guess(row, kind, _best(found, row.level), row.zone, home, began)
    form = OfferForm(request.POST or None, initial=guess, kind=kind, lots=found, zone=row.zone, home=home)
    costs = CostFormSet(request.POST or None, initial=cost_rows(), prefix="cost")

    def send():
        data = form.cleaned_data
        return actions.make_offer(row, _offered(form, costs, data), actor=request.actor, at=began, id=data["act"])

    whole = costs.is_valid() if costs.is_bound else True
    done = tried(form, send, names={"level": "stock", "costs": "limitations"}) if whole and request.POST else None
    if done is None:
        return page(request, "aid/offer_make.html", {"form": form, "costs": costs, "wrong": not whole, **context})
    return sent(request, done, url_of(done.id), _("Signed. %(member)s sees your offer now.") % {
        "member": naming.member(row.requester)}, began=began)  # fmt: skip


def _offered(form: OfferForm, costs, data: dict) -> Offered:
    stock = form.lot.row
    rows = tuple(row.cost for row in costs.forms if row.cost is not None)
    return Offered(
        data["quantity"], data["available_from"], data["arrives_at"], data["valid_until"], stock.level, stock.site,
        stock.lat, stock.lon, data["limitations"], rows,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def offer_withdraw(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Take back what nobody agreed to yet; the page shows the consequence first."""
    one = answered_or_404(offer)
    require(policy.may_withdraw_offer(request.actor, one.offer))
    form = ReasonForm(request.POST or None, initial={"act": new_id()})

    def send():
        data = form.cleaned_data
        return actions.withdraw_offer(
            one.offer, reason=data["reason"], actor=request.actor, at=clock.now(), id=data["act"]
        )

    done = tried(form, send)
    if done is None:
        return page(request, "aid/offer_withdraw.html", {"form": form, **showing.offer_row(one, request.actor)})
    return sent(request, done, url_of(offer), _("Withdrawn. Your stock is free again, and everyone sees why."))


@require_http_methods(["GET", "POST"])
def offer_decline(request: HttpRequest, offer: UUID) -> HttpResponse:
    """Decline an offer, or a part of it."""
    one = answered_or_404(offer)
    require(policy.may_decline_offer(request.actor, one.offer))
    form = OfferDeclineForm(request.POST or None, initial={"act": new_id(), "quantity": naming.number(one.waiting)})

    def send():
        data = form.cleaned_data
        return actions.decline_offer(
            one.offer, reason=data["reason"], note=data["note"], quantity=data["quantity"], actor=request.actor,
            at=clock.now(), id=data["act"],
        )  # fmt: skip

    done = tried(form, send)
    if done is None:
        return page(request, "aid/offer_decline.html", {"form": form, **showing.offer_row(one, request.actor)})
    return sent(request, done, url_of(offer), _("Sent. %(member)s sees that you do not take it, and why.") % {
        "member": naming.member(one.offer.donor)})  # fmt: skip
