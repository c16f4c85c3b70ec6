# SPDX-License-Identifier: Apache-2.0
"""Check and sign: the listed acts as they will be signed, the passkey's challenge, and the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core import clock
from hansa.core.verdicts import Invalid, Refused, Text, Verdict, refuse
from hansa.ledger import actions as ledger
from hansa.ledger import queries as acts
from hansa.ledger.act import Act
from hansa.ledger.approval import MAX_BATCH
from hansa.ledger.models import PendingAct
from hansa.ledger.naming import person_name
from hansa.ledger.tlog.strict import to_base64url
from hansa.people import approving, policy, queries
from hansa.people.browser import read_assertion
from hansa.people.choices import Office, office_label
from hansa.people.step_up import acts_in_office, note
from hansa.people.words import words_of

_NO_KEY = _(
    "You have no passkey that signs acts here. Nothing was signed. Your administrator invites you to make one, and"
    " approves it."
)


@dataclass(frozen=True, slots=True)
class Item:
    """One act on the page, read from its frozen bytes; `pending` is None once it is logged."""

    id: UUID
    act: Act
    pending: PendingAct | None
    verdict: Verdict | None
    approved_by: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The act's code as six words."""
        return words_of(self.act.digest)

    @property
    def facts(self) -> Sequence[tuple[Text, Text]]:
        """What the signer reads."""
        return self.act.facts

    @property
    def owes(self) -> Text:
        """What the member then owes; empty when nothing follows."""
        return self.act.body.owes(self.act)

    @property
    def change(self) -> Text:
        """How it can still change; empty for the usual: by a later act."""
        return self.act.body.change(self.act)

    @property
    def audience(self) -> Text:
        """Who can read the act."""
        return queries.audience_label(self.act.audience)

    @property
    def offices(self) -> list[str]:
        """The offices that sign it, or the one person who alone does."""
        if only := self.act.body.signer():
            return [str(person_name(self.act.author, only))]
        return [office_label(office) for office in self.pending.offices] if self.pending else []

    @property
    def receipts(self):
        """How far the act has come; None while it is pending."""
        return acts.receipts(self.id) if self.pending is None else None


def _ids(values: list[str]) -> list[UUID]:
    try:
        ids = list(dict.fromkeys(UUID(value) for value in values))
    except ValueError:
        raise Http404 from None
    if not 1 <= len(ids) <= MAX_BATCH:
        raise Http404
    return ids


def _items(request: HttpRequest, ids: list[UUID]) -> list[Item]:
    """Return what the ids name and the reader's member holds, in the order listed."""
    now, actor = clock.now(), request.actor
    rows = {row.id: row for row in PendingAct.objects.filter(id__in=ids)}
    offices = {tuple(row.offices) for row in rows.values()}
    verdicts = {held: policy.may_approve(actor, held, now) for held in offices}
    given = queries.approved_by(rows)
    items = []
    for act_id in ids:
        row = rows.get(act_id)
        if row and row.published_at is None:
            verdict = verdicts[tuple(row.offices)]
            items.append(Item(act_id, ledger.read_pending(row), row, verdict, given.get(act_id, ())))
        elif act := acts.get(act_id):
            items.append(Item(act_id, act, None, None))
    if not items:
        raise Http404
    return items


def _receipt_url(ids: list[UUID], then: str) -> str:
    query = [("act", str(i)) for i in ids] + ([("next", then)] if then else [])
    return f"{reverse('people:act-receipt')}?{urlencode(query)}"


def _next(request: HttpRequest) -> str:
    then = request.GET.get("next") or request.POST.get("next") or ""
    return then if url_has_allowed_host_and_scheme(then, {request.get_host()}) else ""


@login_required
@require_http_methods(["GET", "POST"])
def act_approve(request: HttpRequest) -> HttpResponse:
    """Show the listed acts and, on POST, sign those that were kept. The same POST again leads to the first receipt."""
    if request.method == "POST":
        return _sign(request)
    return _page(request, _ids(request.GET.getlist("act")))


def _page(request: HttpRequest, ids: list[UUID], error: Exception | None = None) -> HttpResponse:
    items = _items(request, ids)
    open_items = [item for item in items if item.pending and not item.pending.dropped_at]
    if not open_items and error is None:
        return redirect(_receipt_url(ids, _next(request)))
    refused = next((item.verdict for item in open_items if item.verdict is not None and not item.verdict), None)
    exercise = _by_exercise_key(request)
    if refused is None and open_items and not exercise and not queries.signing_keys(request.actor.person).exists():
        refused = refuse(_NO_KEY, Office.ADMINISTRATOR)
    context = {
        "items": open_items,
        "gone": len(items) - len(open_items),
        "refused": refused.reason if refused is not None else "",
        "holders": queries.holders(request.actor.member, refused.who) if refused is not None else [],
        "errors": _said(error),
        "exercise": exercise,
        "then": _next(request),
    }
    return render(request, "people/act_approve.html", context, status=_status(error))


def _by_exercise_key(request: HttpRequest) -> bool:
    """Return whether the exercise key signs here: it is in software, so that the session has to be proved instead."""
    person = request.actor.person
    return queries.has_exercise_passkey(person) and approving.in_exercise() and acts_in_office(request)


def _said(error: Exception | None) -> list[Text]:
    """Return what went wrong, in the signer's words."""
    if isinstance(error, Refused):
        return [error.verdict.reason]
    return list(error.errors.values()) if isinstance(error, Invalid) else []


def _status(error: Exception | None) -> int:
    return 403 if isinstance(error, Refused) else 422 if error else 200


def _sign(request: HttpRequest) -> HttpResponse:
    try:
        if not request.POST.getlist("act"):
            raise Invalid({"": _("No item was left to sign. Choose at least one.")})
        if "exercise" in request.POST:
            if not _by_exercise_key(request):
                raise Refused(refuse(_NO_KEY, Office.ADMINISTRATOR))
            ids, nonce, assertion = _ids(request.POST.getlist("act")), None, None
        else:
            ids, nonce = approving.read_challenge(request.POST.get("challenge", ""), actor=request.actor)
            assertion = read_assertion(request.POST.get("credential", ""))
        pendings = _pendings(ids)
        approving.approve_pending(pendings, actor=request.actor, at=clock.now(), assertion=assertion, nonce=nonce)
        if assertion:
            note(request)
    except (Refused, Invalid) as error:
        return _page(request, _ids(request.POST.getlist("shown") or request.POST.getlist("act")), error)
    return redirect(_receipt_url(ids, _next(request)))


def _pendings(ids: list[UUID]) -> list[PendingAct]:
    rows = PendingAct.objects.in_bulk(ids)
    if len(rows) < len(ids):
        raise Http404
    return [rows[i] for i in ids]


@login_required
@require_POST
def act_challenge(request: HttpRequest) -> JsonResponse | HttpResponseBadRequest:
    """Return what the browser asks the passkey for, over exactly the items that were kept."""
    pendings = _pendings(_ids(request.POST.getlist("act")))
    challenge = approving.new_challenge(pendings, actor=request.actor)
    keys = queries.signing_keys(request.actor.person)
    return JsonResponse(
        {
            "challenge": to_base64url(challenge.challenge),
            "token": challenge.token,
            "rpId": approving.rp_id(),
            "credentials": list(keys.values_list("credential", flat=True)),
        }
    )


@login_required
@require_GET
def act_receipt(request: HttpRequest) -> HttpResponse:
    """Show how far each act has come: signed, logged, witnessed, received; and what is next."""
    items = _items(request, _ids(request.GET.getlist("act")))
    return render(request, "people/act_receipt.html", {"items": items, "then": _next(request)})


@login_required
@require_GET
def act_waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person's passkey; several can be signed with one touch."""
    rows = queries.waiting_for(request.actor)
    given = queries.approved_by(row.id for row in rows)
    items = [Item(row.id, ledger.read_pending(row), row, None, given.get(row.id, ())) for row in rows]
    return render(request, "people/act_waiting.html", {"items": items})


@login_required
@require_POST
def act_withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw an act that was drawn up here and not yet signed."""
    for pending in _pendings(_ids(request.POST.getlist("act"))):
        approving.withdraw(pending, actor=request.actor)
    return redirect(_next(request) or reverse("people:act-waiting"))
