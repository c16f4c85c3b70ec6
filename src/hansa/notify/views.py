# SPDX-License-Identifier: Apache-2.0
"""Pages: where Hansa reaches me, and what became of messages. Each calls one action or query."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core import clock
from hansa.core.verdicts import Invalid, require
from hansa.notify import confirming, policy, queries, registry, sealing
from hansa.notify.choices import Channel, State
from hansa.notify.forms import AddressForm, CodeForm
from hansa.notify.models import Address

_PAGE = 50


def _address(address_id: UUID) -> Address:
    address = queries.get_address(address_id)
    if address is None:
        raise Http404
    return address


@login_required
@require_GET
def address_list(request: HttpRequest) -> HttpResponse:
    """Where Hansa reaches me."""
    require(policy.may_keep_addresses(request.actor))
    own = [queries.shown(row) for row in queries.addresses_of(request.actor.person)]
    context = {
        "own": own,
        "push_key": sealing.push_key_public(),
        "anew": any(
            each.row.channel == Channel.WEBPUSH and (each.row.silent_at or each.row.disabled_at) for each in own
        ),
    }
    return render(request, "notify/address_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def address_add(request: HttpRequest) -> HttpResponse:
    """Enter an address; a code goes there."""
    require(policy.may_keep_addresses(request.actor))
    form = AddressForm(request.POST or None, initial={"language": (get_language() or "en")[:2]})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            address = confirming.add_address(
                Channel(data["channel"]), data["value"], actor=request.actor, language=data["language"],
                consent=str(confirming.CONSENT),
            )  # fmt: skip
            return redirect("notify:address-confirm", address.id)
        except Invalid as invalid:
            _complain(form, invalid)
    return render(request, "notify/address_add.html", {"form": form}, status=422 if form.errors else 200)


def _complain(form, invalid: Invalid) -> None:
    for field, message in invalid.errors.items():
        form.add_error(field or None, str(message))


@login_required
@require_http_methods(["GET", "POST"])
def address_confirm(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Give back the code that went to an address."""
    address = _address(address_id)
    require(policy.may_change(request.actor, address))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wrong = confirming.wrong(confirming.confirm_address(address, form.cleaned_data["code"], actor=request.actor))
        if not wrong:
            messages.success(request, _("Confirmed. Messages go there from now on."))
            return redirect("notify:address-list")
        form.add_error("code", wrong)
    context = {"form": form, "shown": queries.shown(address)}
    return render(request, "notify/address_confirm.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def address_code(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Send another code."""
    address = _address(address_id)
    require(policy.may_change(request.actor, address))
    confirming.send_code(address)
    return redirect("notify:address-confirm", address.id)


@login_required
@require_POST
def address_remove(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Forget an address."""
    confirming.remove_address(_address(address_id), actor=request.actor)
    messages.success(request, _("Removed. Nothing goes there any more."))
    return redirect("notify:address-list")


@login_required
@require_POST
def address_enlist(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """Let drills use an address, or not."""
    confirming.enlist_address(_address(address_id), actor=request.actor, exercise="exercise" in request.POST)
    return redirect("notify:address-list")


@login_required
@require_POST
def push_add(request: HttpRequest) -> HttpResponse:
    """Keep the subscription that the browser made when the person tapped."""
    confirming.add_subscription(
        request.POST.get("subscription", ""), actor=request.actor, language=(get_language() or "en")[:2],
        replaces=request.POST.get("replaces", ""),
    )  # fmt: skip
    messages.success(request, _("This device shows messages from now on."))
    return redirect("notify:address-list")


@login_required
@require_GET
def delivery_list(request: HttpRequest) -> HttpResponse:
    """What became of messages: channels, what went wrong, addresses that do not work, persons without any."""
    require(policy.may_see_deliveries(request.actor))
    state = request.GET.get("state", "")
    page = Paginator(queries.deliveries(state), _PAGE).get_page(request.GET.get("page"))
    off = [queries.shown(row) for row in queries.addresses_off()]
    now = clock.now()
    context = {
        "page": page,
        "rows": [(row, queries.shown(row.address)) for row in page],
        "names": registry.names({row.message.person for row in page} | {each.row.person for each in off}),
        "off": off,
        "without": queries.persons_without_address(),
        "health": [(row, row.red(now)) for row in queries.health()],
        "state": state,
        "states": [("", _("All")), ("trouble", _("In trouble")), *State.choices],
        "now": now,
    }
    return render(request, "notify/delivery_list.html", context)
