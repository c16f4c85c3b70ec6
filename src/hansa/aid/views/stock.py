# SPDX-License-Identifier: Apache-2.0
"""Pages of the member's own stock, and of the catalogue."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.aid import naming
from hansa.aid.actions import catalogue as kind_actions
from hansa.aid.actions import stock as actions
from hansa.aid.choices import CATEGORIES, FORMS, PACKS, UNITS
from hansa.aid.forms.stock import KindForm, StockForm
from hansa.aid.models import Stock
from hansa.aid.policy import request as policy
from hansa.aid.queries import catalogue
from hansa.aid.queries import stock as queries
from hansa.aid.views.sending import page, sent, tried
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import require
from hansa.duty.forms import as_uuid
from hansa.duty.policy import may_read

_PAGE = 50


@require_GET
def stock_list(request: HttpRequest) -> HttpResponse:
    """What the member has, what stays, what its word holds back, what is above the reserve. Nobody else reads it."""
    require(may_read(request.actor))
    now = clock.now()
    found = queries.lots(request.actor.member, now)
    known = catalogue.kinds(lot.row.kind for lot in found)
    rows = [
        {"lot": lot, "name": catalogue.name_of(lot.row.kind, known), "quantity": naming.number(lot.row.quantity),
         "kept": naming.number(lot.row.kept), "held": naming.number(lot.held), "above": naming.number(lot.above),
         "url": reverse("aid:stock-set", args=[lot.row.id])}
        for lot in found
    ]  # fmt: skip
    context = {
        "rows": rows, "at": now, "declared_at": queries.declared_at(request.actor.member), "key": new_id(),
        "may": policy.may_keep_stock(request.actor).ok,
    }  # fmt: skip
    return render(request, "aid/stock_list.html", context)


@require_http_methods(["GET", "POST"])
def stock_set(request: HttpRequest, stock: UUID | None = None) -> HttpResponse:
    """Count a stock, new or known."""
    require(policy.may_keep_stock(request.actor))
    row = _stock(stock) if stock else None
    initial: dict[str, object] = {"what": _called(request.GET.get("what", ""))}
    if row:
        reserve = "" if row.reserve is None else naming.number(row.reserve)
        initial = {"what": _called(row.kind), "level": row.level or "", "site": row.site,
        "quantity": naming.number(row.quantity),
                   "reserve": reserve}  # fmt: skip
    form = StockForm(request.POST or None, initial=initial)

    def send():
        data = form.cleaned_data
        return actions.set_stock(
            data["kind"].code, quantity=data["quantity_units"], reserve=data["reserve_units"], level=data["level"] or 0,
            site=data["site"], actor=request.actor, at=clock.now(),
        )  # fmt: skip

    done = tried(form, send, names={"kind": "what"})
    if done is None:
        return page(request, "aid/stock_set.html", {"form": form, "stock": row, "then": _back(request)})
    messages.success(request, _("Counted. Only your member sees it."))
    return redirect(_back(request) or "aid:stock-list")


def _called(code: str) -> str:
    """Return the name of a kind, where the form finds that very kind by it; else the code."""
    name = catalogue.name_of(code) if code.isprintable() else code
    return name if [one.code for one in catalogue.find_kinds(name)] == [code] else code


def _back(request: HttpRequest) -> str:
    """Return the page that sent a person here to count first, such as a request on which they want to offer."""
    then = request.GET.get("next") or ""
    return then if url_has_allowed_host_and_scheme(then, {request.get_host()}) else ""


def _stock(stock: UUID) -> Stock:
    row = queries.stock(stock)
    if row is None:
        raise Http404
    return row


@require_POST
def stock_remove(request: HttpRequest, stock: UUID) -> HttpResponse:
    """Forget a stock."""
    actions.remove_stock(_stock(stock), actor=request.actor)
    messages.success(request, _("Removed. Only your member saw it."))
    return redirect("aid:stock-list")


@require_POST
def availability_declare(request: HttpRequest) -> HttpResponse:
    """Tell the league what the member could release now."""
    done = actions.declare_availability(actor=request.actor, at=clock.now(), id=as_uuid(request.POST.get("act", "")))
    return sent(request, done, reverse("aid:stock-list"), _("Told the league what you could release."))


@require_GET
def kind_list(request: HttpRequest) -> HttpResponse:
    """The catalogue: everything that can be asked for, by category or by words."""
    require(may_read(request.actor))
    words, category = request.GET.get("q", "").strip(), request.GET.get("category", "")
    found = catalogue.find_kinds(words, limit=100) if words else catalogue.all_kinds()
    if category in CATEGORIES:
        found = [kind for kind in found if kind.category == category]
    language = get_language() or "en"
    if not words:
        found = sorted(found, key=lambda kind: (str(CATEGORIES[kind.category]), kind.name(language)))
    kinds = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    rows = [
        {"kind": kind, "name": kind.name(language), "form": FORMS[kind.form], "unit": UNITS[kind.unit],
         "packs": ", ".join(f"{PACKS[pack]}: {naming.number(count)}" for pack, count in kind.packs),
         "category": CATEGORIES[kind.category]}
        for kind in kinds
    ]  # fmt: skip
    context = {
        "rows": rows, "page": kinds, "words": words, "category": category, "categories": CATEGORIES, "at": clock.now(),
    }  # fmt: skip
    return render(request, "aid/kind_list.html", context)


@require_http_methods(["GET", "POST"])
def kind_define(request: HttpRequest) -> HttpResponse:
    """Add a kind to the catalogue for the whole league."""
    require(policy.may_define_kind(request.actor))
    form = KindForm(request.POST or None, initial={"act": new_id(), "name_en": request.GET.get("name", "")})

    def send():
        data = form.cleaned_data
        names = {name: data[name] for name in ("name_en", "name_es", "form", "category", "unit", "words")}
        return kind_actions.define_kind(**names, actor=request.actor, at=clock.now(), id=data["act"])

    done = tried(form, send)
    if done is None:
        return page(request, "aid/kind_define.html", {"form": form})
    return sent(request, done, reverse("aid:kind-list"), _("Added. The whole league can ask for it now."))
