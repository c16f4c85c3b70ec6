# SPDX-License-Identifier: Apache-2.0
"""Letting someone act in one's own office until a day, and taking it back; both are signed by the holder's passkey."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, require
from hansa.ledger.act import Act
from hansa.ledger.models import PendingAct
from hansa.people import actions, policy, queries
from hansa.people.forms import DelegationForm
from hansa.people.models import Appointment


def _term(request: HttpRequest, appointment: UUID) -> Appointment:
    term = queries.own_term(request.actor.member, appointment)
    if term is None:
        raise Http404
    return term


def _to_signing(drawn_up: Act | PendingAct) -> HttpResponse:
    return redirect(f"{reverse('people:act-approve')}?act={drawn_up.id}&next={reverse('people:account-detail')}")


@login_required
@require_http_methods(["GET", "POST"])
def office_delegate(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """Draw up a delegation of one's own term, then check and sign it."""
    term, now = _term(request, appointment), clock.now()
    require(policy.may_delegate(request.actor, term, now))
    form = DelegationForm(request.POST or None, persons=queries.colleagues_of(request.actor))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            drawn_up = actions.delegate_office(
                term, UUID(said["person"]), until=said["until"], actor=request.actor, at=now, id=said["act"]
            )
            return _to_signing(drawn_up)
        except Invalid as invalid:
            for field, message in invalid.errors.items():
                form.add_error(field if field in form.fields else None, str(message))
    context = {"form": form, "term": term}
    return render(request, "people/office_delegate.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def delegation_end(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """Draw up the end of a delegation of one's own, then check and sign it."""
    term = _term(request, appointment)
    return _to_signing(actions.take_office_back(term, actor=request.actor, at=clock.now(), id=new_id()))
