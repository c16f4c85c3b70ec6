# SPDX-License-Identifier: Apache-2.0
"""The ledger's pages: every act that the reader's member may read, its receipts, its bytes and its proof."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core import clock, pages
from hansa.core.verdicts import ALLOW, Invalid, Verdict, refuse, require
from hansa.ledger import epochs, lost_keys, policy, queries, reading, recalling
from hansa.ledger.act import Act
from hansa.ledger.audience import PUBLIC
from hansa.ledger.choices import Recalled, Refusal
from hansa.ledger.forms import FilterForm, LetReadForm, RecallForm, RefusalForm
from hansa.ledger.models import PendingAct, Recall
from hansa.ledger.naming import names_kept, person_name
from hansa.ledger.publishing import read_act


def _may_read(request: HttpRequest) -> Verdict:
    actor = getattr(request, "actor", None)
    return ALLOW if actor else refuse(_("Sign in to read your league's ledger."))


@require_GET
def act_list(request: HttpRequest) -> HttpResponse:
    """All acts, newest first, by member, kind and activation."""
    require(_may_read(request))
    form = FilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = queries.logged_acts(
        author=chosen.get("member", ""), type_prefix=chosen.get("type", ""), scope=chosen.get("activation")
    )
    page = pages.page_of(rows, request)
    acts = [read_act(row) for row in page]
    with names_kept({act.author for act in acts}):
        context = {
            "filter": form, "page": page, "acts": acts, "scope": chosen.get("activation"),
            "stuck": queries.stuck_logs(), "lost": lost_keys.lost_since(request.actor.member),
        }  # fmt: skip
        return render(request, "ledger/act_list.html", context)


@require_GET
def act_detail(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """One act: what it says, what it rests on, who can read it, how far it has come."""
    require(_may_read(request))
    proof = queries.proof(act_id)
    if proof is None:
        shut = reading.shut_act(request.actor.member, act_id)
        if shut is None:
            raise Http404
        return render(request, "ledger/act_shut.html", {"act": shut}, status=403)
    act = read_act(proof.row)
    if act.audience != PUBLIC:
        recalling.note_reading(act, actor=request.actor, at=clock.now())
    context = {
        "sealed": act.audience != PUBLIC,
        "readers_now": reading.readers_of_act(act),
        "readings": [(row, person_name(row.member, row.person)) for row in reading.readings(act)],
        "recall": Recall.objects.filter(digest=act.digest).first(),
        "may_recall": policy.may_recall(request.actor, act).ok,
        "may_let_read": policy.may_let_read(request.actor, act).ok,
        "act": act,
        "proof": proof,
        "receipts": queries.receipts(act_id),
        "readers": queries.readers_of(act.audience),
        "rests_on": queries.by_digests(act.refs),
        "cites": queries.by_digests(act.cites),
        "answers": queries.answers_to(act),
        "text": bytes(proof.row.tail).decode(),
    }
    return render(request, "ledger/act_detail.html", context)


def _act(act_id: UUID) -> Act:
    return pages.found(queries.get(act_id))


def _said(request: HttpRequest, done: object, text: object) -> None:
    """Tell the person what happened, or that it waits for signatures that the charter asks for."""
    waits = isinstance(done, PendingAct)
    messages.success(request, str(_("It counts when everyone has signed whom the charter asks.") if waits else text))


def _add_errors(form: Form, invalid: Invalid) -> None:
    for field, message in invalid.errors.items():
        form.add_error(field if field in form.fields else None, str(message))


@require_http_methods(["GET", "POST"])
def act_recall(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Ask every reader of a sealed act to destroy its text."""
    require(_may_read(request))
    act = _act(act_id)
    require(policy.may_recall(request.actor, act))
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        deadline = clock.now() + timedelta(days=form.cleaned_data["days"])
        try:
            reason = Recalled(form.cleaned_data["reason"])
            done = recalling.recall_acts([act], actor=request.actor, deadline=deadline, reason=reason)
        except Invalid as invalid:
            _add_errors(form, invalid)
        else:
            _said(request, done, _("Recalled. Every reader was asked to destroy it."))
            return redirect("ledger:recall-list")
    context = {"form": form, "act": act, "readers": reading.readers_of_act(act)}
    return render(request, "ledger/act_recall.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def act_let_read(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Let one more member read a sealed act."""
    require(_may_read(request))
    act = _act(act_id)
    require(policy.may_let_read(request.actor, act))
    readers = reading.readers_of_act(act)
    reads = [row.member for row in readers if row.reads_still]
    form = LetReadForm(request.POST or None, readers=reads)
    if request.method == "POST" and form.is_valid():
        try:
            done = recalling.let_read([act], form.cleaned_data["reader"], actor=request.actor)
        except Invalid as invalid:
            _add_errors(form, invalid)
        else:
            _said(request, done[0] if done else None, _("This member can read it now."))
            return redirect("ledger:act-detail", act_id)
    context = {"form": form, "act": act, "readers": readers}
    return render(request, "ledger/act_let_read.html", context, status=422 if form.is_bound else 200)


@require_GET
def recall_list(request: HttpRequest) -> HttpResponse:
    """Every recall: its deadline, what each holder answered, who has not."""
    require(_may_read(request))
    found = reading.recalls(request.actor, clock.now())
    context = {"recalls": found, "may": [s.recall.digest for s in found if _may_answer(request, s)]}
    return render(request, "ledger/recall_list.html", context)


def _may_answer(request: HttpRequest, state: reading.RecallState) -> bool:
    return state.asked and policy.may_answer(request.actor, state.recall).ok


@require_POST
def recall_destroy(request: HttpRequest, digest: str) -> HttpResponse:
    """Destroy a recalled text for one's own member, now."""
    require(_may_read(request))
    recalling.destroy_recalled(get_object_or_404(Recall, digest=digest), actor=request.actor)
    messages.success(request, _("Destroyed. Your member's receipt is in its log."))
    return redirect("ledger:recall-list")


@require_http_methods(["GET", "POST"])
def recall_refuse(request: HttpRequest, digest: str) -> HttpResponse:
    """Refuse to destroy a recalled text, with the reason."""
    require(_may_read(request))
    recall = get_object_or_404(Recall, digest=digest)
    require(policy.may_answer(request.actor, recall))
    form = RefusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            done = recalling.refuse_purge(
                recall, actor=request.actor, reason=Refusal(said["reason"]), words=said["words"]
            )
        except Invalid as invalid:
            _add_errors(form, invalid)
        else:
            _said(request, done, _("Refused. Everyone can read why."))
            return redirect("ledger:recall-list")
    context = {"form": form, "recall": recall}
    return render(request, "ledger/recall_refuse.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def key_list(request: HttpRequest) -> HttpResponse:
    """The league's key periods and who has which key; an administrator opens the next one before its time."""
    require(_may_read(request))
    if request.method == "POST":
        require(policy.may_rotate(request.actor))
        _said(request, epochs.rotate(request.actor), _("The league has a new key."))
        return redirect("ledger:key-list")
    member = request.actor.member
    context = {"periods": reading.periods(), "due": epochs.rotation_due(clock.now()),
               "lost": lost_keys.lost_since(member), "shut": reading.shut_acts(member), "member": member,
               "may_rotate": policy.may_rotate(request.actor).ok}  # fmt: skip
    return render(request, "ledger/key_list.html", context)


@require_GET
def act_leaf(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """The leaf, byte for byte as it was signed."""
    require(_may_read(request))
    proof = pages.found(queries.proof(act_id))
    return _download(bytes(proof.leaf.entry), "application/json", f"{act_id}.json")


@require_GET
def act_proof(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """The proof that the leaf is in its log's signed head; needs nothing else to be checked."""
    require(_may_read(request))
    proof = pages.found(queries.proof(act_id))
    return _download(proof.text.encode(), "text/plain; charset=utf-8", f"{act_id}.tlog-proof.txt")


def _download(data: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
