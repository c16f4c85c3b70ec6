# SPDX-License-Identifier: Apache-2.0
"""Pages of agreements: what waits for a signature, one agreement with both sides, and every change of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.aid import naming
from hansa.aid.actions import agreement as actions
from hansa.aid.actions import notice as notices
from hansa.aid.actions.agreement import Acceptance, Change
from hansa.aid.acts.settling import derived_id
from hansa.aid.choices.agreeing import AGREEMENT_STATES
from hansa.aid.forms.agreement import AcceptForm, AmendForm, AnswerForm, LineBox, NoticeForm, name_of
from hansa.aid.forms.fields import two_boxes
from hansa.aid.models import Agreement, AgreementNotice
from hansa.aid.policy import agreement as policy
from hansa.aid.queries import agreement as queries
from hansa.aid.queries import offer as offers
from hansa.aid.queries.catalogue import amount, number
from hansa.aid.queries.catalogue import kind as find_kind
from hansa.aid.rules import agreements as rules
from hansa.aid.showing import agreement as showing
from hansa.aid.showing import notice as showing_notice
from hansa.aid.views.sending import page, sent, tried
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import require
from hansa.duty.forms import as_uuid
from hansa.duty.policy import may_read

_PAGE = 50
# One batch fits on one page that a person can still read, and under the ledger's limit for one approval.
_BATCH = 100
KINDS = {"recall": rules.RECALL, "cancel": rules.CANCELLATION, "release": rules.RELEASE}


def find(agreement_id: UUID) -> Agreement:
    """Return an agreement that the reader's member may read; 404 otherwise."""
    found = queries.agreement(agreement_id)
    if found is None:
        raise Http404
    return found


def url_of(agreement_id: UUID) -> str:
    """Return the address of an agreement's page."""
    return reverse("aid:agreement-detail", args=[agreement_id])


def _sentence(row: Agreement) -> str:
    terms = queries.read_terms(row.document)
    return _("%(donor)s sends %(requester)s %(what)s by %(date)s.") % {
        "donor": naming.member(row.donor),
        "requester": naming.member(row.requester),
        "what": ", ".join(amount(line.quantity, line.kind, line.level) for line in terms.lines[:3])
        or _("nothing more"),
        "date": naming.day(terms.deliver_by),
    }


@require_GET
def agreement_list(request: HttpRequest) -> HttpResponse:
    """Every agreement that the member reads, newest first; of one activation, or only one's own, on request."""
    require(may_read(request.actor))
    rows = queries.visible_to(request.actor)
    activation = as_uuid(request.GET.get("activation", ""))
    if activation:
        rows = rows.filter(activation=activation)
    found = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    listed = [(row, naming.reference("A", row.id), _sentence(row), AGREEMENT_STATES[row.state]) for row in found]
    waiting = len(queries.waiting_for(request.actor.member))
    context = {"page": found, "listed": listed, "waiting": waiting, "activation": activation}
    return page(request, "aid/agreement_list.html", context)


@require_http_methods(["GET", "POST"])
def agreement_sign(request: HttpRequest) -> HttpResponse:
    """What waits for the member's signature; sign any number with one touch, leave out what is not to be signed."""
    require(may_read(request.actor))
    only = as_uuid(request.GET.get("agreement", "") or request.POST.get("agreement", ""))
    waiting = [(row, hash) for row, hash in queries.waiting_for(request.actor.member) if only in (None, row.id)][
        :_BATCH
    ]
    if request.method == "POST":
        return _sign_chosen(request, waiting)
    items = [_to_sign(row, hash) for row, hash in waiting]
    context = {"items": items, "act": new_id(), "only": only, "most": _BATCH}
    return page(request, "aid/agreement_sign.html", context)


def _to_sign(row: Agreement, hash: str) -> dict[str, Any]:
    case = queries.case(row)
    version = next(v for v in case.versions if v.hash == hash)
    return {
        "row": row,
        "hash": hash,
        "reference": case.reference,
        "version": version,
        "zone": showing.zone_of(case),
        "sentence": _sentence(row),
        "cost": showing.cost_facts(version.terms, row.charter),
        "rule": showing.rules_of(row.charter)["sign"],
        "due": queries.sign_by(row.charter, min(s.at for s in version.signatures.values())),
        "opened": min(s.at for s in version.signatures.values()),
    }


def _sign_chosen(request: HttpRequest, waiting: list[tuple[Agreement, str]]) -> HttpResponse:
    """Sign the versions that were ticked. Each act's id follows from the form's, so a second sending is the same."""
    act = as_uuid(request.POST.get("act", "")) or new_id()
    chosen = set(request.POST.getlist("hash"))
    known = {hash: row for row, hash in waiting}
    rows = [(known[hash], hash) for hash in chosen if hash in known]
    if not rows:
        context = {
            "items": [_to_sign(row, hash) for row, hash in waiting],
            "act": act,
            "none_chosen": True,
            "most": _BATCH,
        }
        return page(request, "aid/agreement_sign.html", context)
    done = actions.sign_versions([(row, hash, derived_id(act, hash)) for row, hash in rows], actor=request.actor)
    then = url_of(rows[0][0].id) if len(rows) == 1 else reverse("aid:agreement-list")
    return sent(request, done, then, _("Signed. Both sides have signed the same terms."))


def _boxes(listed: list[offers.Answered], chosen: UUID | None) -> list[LineBox]:
    return [
        LineBox(
            one.offer.id,
            find_kind(one.offer.kind),
            _("%(donor)s: %(what)s")
            % {"donor": naming.member(one.offer.donor), "what": amount(one.waiting, one.offer.kind)},
            _("%(reference)s, arrives %(date)s, %(cost)s. Zero leaves it out.")
            % {
                "reference": one.reference,
                "date": naming.moment(one.offer.arrives_at, one.offer.line.zone),
                "cost": naming.money(one.offer.total),
            },
            number(one.waiting) if chosen in (None, one.offer.id) else "0",
        )
        for one in listed
    ]


def _only(form: AcceptForm) -> dict[str, str]:
    """Return the box to which a complaint about "the quantity" belongs: that of the only offer that is taken."""
    taken = [offer for offer, units in form.quantities.items() if units] if form.is_valid() else []
    return {field: name_of(taken[0]) for field in ("quantity", "cap")} if len(taken) == 1 else {}


@require_http_methods(["GET", "POST"])
def offer_accept(request: HttpRequest) -> HttpResponse:
    """Accept offers, whole or in part, any number with one touch; each becomes terms that the donor signs too."""
    require(policy.may_accept(request.actor, request.actor.member if request.actor else ""))
    activation = as_uuid(request.GET.get("activation", ""))
    chosen = as_uuid(request.GET.get("offer", ""))
    listed = list(offers.waiting_for(request.actor.member, clock.now(), activation=activation, limit=_BATCH))
    if chosen:
        listed = [one for one in listed if one.offer.id == chosen]
    form = AcceptForm(request.POST or None, initial={"act": new_id()}, lines=_boxes(listed, chosen))

    def send() -> Any:
        act, conditions = form.cleaned_data["act"], form.cleaned_data["conditions"]
        wanted = [
            Acceptance(offer, units, conditions, derived_id(act, offer))
            for offer, units in form.quantities.items()
            if units
        ]
        if not wanted:
            form.add_error(None, _("Every offer is left out. Nothing was signed. Enter how much you take."))
            return None
        return actions.accept_offers(wanted, actor=request.actor, at=clock.now())

    # What is wrong stands at its offer: the action names it by the offer's id, or by "quantity" when there is but one.
    names = {str(one.offer.id): name_of(one.offer.id) for one in listed}
    if request.method == "POST" and (done := tried(form, send, names=names | _only(form))):
        return sent(
            request, done, reverse("aid:agreement-list"), _("Signed. Each donor is asked to sign the same terms.")
        )
    by = showing.rules_of(listed[0].offer.line.charter) if listed else {}
    context = {"form": form, "listed": listed, "single": chosen is not None, "rules": by}
    return page(request, "aid/offer_accept.html", context)


@require_GET
def agreement_detail(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Both sides of one agreement: terms, signatures, what each owes, cost, shipments, what happened."""
    require(may_read(request.actor))
    case = queries.case(find(agreement_id))
    return page(request, "aid/agreement_detail.html", showing.agreement_page(case, request.actor))


@require_http_methods(["GET", "POST"])
def agreement_amend(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Propose terms that replace those that stand: scope, cost, a later or an earlier end, or the end of a conflict."""
    row = find(agreement_id)
    require(policy.may_amend(request.actor, row))
    case = queries.case(row)
    terms, zone = queries.standing_terms(row)[0], showing.zone_of(case)
    boxes = [
        LineBox(
            line.offer, find_kind(line.kind), amount(line.quantity, line.kind, line.level), "", number(line.quantity)
        )
        for line in terms.lines
    ]
    reason = "conflict" if row.state == rules.CONFLICT else request.GET.get("reason", "scope")
    first = {
        "act": new_id(),
        "reason": reason,
        "deliver_by": two_boxes(terms.deliver_by, zone),
        "cap": f"{terms.cap:.2f}",
        "ends": two_boxes(terms.ends, zone),
        "conditions": terms.conditions,
    }
    form = AmendForm(request.POST or None, initial=first, lines=boxes, zone=zone)

    def send() -> Any:
        data = form.cleaned_data
        change = Change(
            data["reason"],
            form.quantities,
            conditions=data["conditions"],
            cap=data["cap"],
            ends=_unless_same(data["ends"], terms.ends),
            deliver_by=_unless_same(data["deliver_by"], terms.deliver_by),
        )
        return actions.amend_agreement(row, change, actor=request.actor, id=data["act"])

    if request.method == "POST" and (done := tried(form, send)):
        return sent(request, done, url_of(row.id), _("Signed. It counts once the other side signs it too."))
    by = showing.rules_of(row.charter)
    context = {"form": form, "case": case, "row": row, "conflict": row.state == rules.CONFLICT, "rules": by}
    return page(request, "aid/agreement_amend.html", context)


def _unless_same(typed, stands):
    """Return None where the boxes, which show minutes, still say what stands to the second."""
    return None if typed is None or abs((typed - stands).total_seconds()) < 60 else typed


@require_http_methods(["GET", "POST"])
def agreement_notice(request: HttpRequest, agreement_id: UUID, step: str) -> HttpResponse:
    """Recall, cancel or release: first what it would do, line by line, then once more before it is signed."""
    row, kind = find(agreement_id), KINDS.get(step)
    if kind is None:
        raise Http404
    require(policy.may_notice(request.actor, row, kind))
    case = queries.case(row)
    boxes = [
        LineBox(line.offer, find_kind(line.kind), amount(line.granted, line.kind, line.level), "", number(line.granted))
        for line in case.lines
        if line.granted
    ]
    form = NoticeForm(request.POST or None, initial={"act": new_id()}, lines=boxes, zone=showing.zone_of(case))
    context = {"form": form, "case": case, "row": row, "step": step, "kind": kind, **_notice_facts(case, kind)}

    def send() -> Any:
        data = form.cleaned_data
        return notices.give_notice(
            row,
            kind,
            data["reason"],
            actor=request.actor,
            at=clock.now(),
            id=data["act"],
            lines=form.quantities,
            effective=data["effective"],
        )

    if request.method == "POST" and form.is_valid():
        if not form.cleaned_data["checked"]:
            context |= {"check": True, **_notice_facts(case, kind, form.quantities, form.cleaned_data["effective"])}
            return page(request, "aid/agreement_notice.html", context)
        if done := tried(form, send):
            return sent(request, done, url_of(row.id), _("Signed. The other side is asked to acknowledge it."))
    return page(request, "aid/agreement_notice.html", context)


def _notice_facts(
    case: queries.Case, kind: str, wanted: dict | None = None, effective: datetime | None = None
) -> dict[str, Any]:
    charter, zone = case.agreement.charter, showing.zone_of(case)
    return {
        "consequences": showing.consequences(case, kind, wanted),
        "period": showing_notice.period(charter, kind, clock.now(), effective, zone),
    }


@require_POST
def notice_acknowledge(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Acknowledge a recall, a cancellation or a release."""
    notice = AgreementNotice.objects.filter(id=notice_id).first()
    if notice is None:
        raise Http404
    done = notices.acknowledge_notice(notice, actor=request.actor, id=as_uuid(request.POST.get("act", "")))
    return sent(request, done, url_of(notice.agreement), _("Acknowledged. Both sides see when."))


@require_http_methods(["GET", "POST"])
def agreement_decline(request: HttpRequest, agreement_id: UUID, hash: str) -> HttpResponse:
    """Decline a proposed version, and say why."""
    row = find(agreement_id)
    case = queries.case(row)
    version = next((v for v in case.versions if v.hash == hash and v.waiting), None)
    if version is None:
        raise Http404
    author = next(iter(version.signatures.values())).member
    require(policy.may_acknowledge(request.actor, row, author))
    form = AnswerForm(request.POST or None, initial={"act": new_id()})

    def send() -> Any:
        data = form.cleaned_data
        return notices.answer_amendment(
            row, hash, actor=request.actor, declined=True, note=data["note"], id=data["act"]
        )

    if request.method == "POST" and (done := tried(form, send)):
        return sent(request, done, url_of(row.id), _("Declined. The other side reads why."))
    return page(request, "aid/agreement_decline.html", {"form": form, "case": case, "row": row})
