# SPDX-License-Identifier: Apache-2.0
"""The ledger's pages: every act that the reader's member may read, its receipts, its bytes and its proof."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from hansa.core.verdicts import ALLOW, Verdict, refuse, require
from hansa.ledger import queries
from hansa.ledger.forms import FilterForm
from hansa.ledger.naming import names_kept
from hansa.ledger.publishing import read_act

_PAGE = 50


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
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    acts = [read_act(row) for row in page]
    with names_kept({act.author for act in acts}):
        context = {
            "filter": form, "page": page, "acts": acts, "scope": chosen.get("activation"),
            "stuck": queries.stuck_logs(),
        }  # fmt: skip
        return render(request, "ledger/act_list.html", context)


@require_GET
def act_detail(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """One act: what it says, what it rests on, who can read it, how far it has come."""
    require(_may_read(request))
    proof = queries.proof(act_id)
    if proof is None:
        raise Http404
    act = read_act(proof.row)
    context = {
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


@require_GET
def act_leaf(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """The leaf, byte for byte as it was signed."""
    require(_may_read(request))
    proof = queries.proof(act_id)
    if proof is None:
        raise Http404
    return _download(bytes(proof.leaf.entry), "application/json", f"{act_id}.json")


@require_GET
def act_proof(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """The proof that the leaf is in its log's signed head; needs nothing else to be checked."""
    require(_may_read(request))
    proof = queries.proof(act_id)
    if proof is None:
        raise Http404
    return _download(proof.text.encode(), "text/plain; charset=utf-8", f"{act_id}.tlog-proof.txt")


def _download(data: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
