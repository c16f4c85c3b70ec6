# SPDX-License-Identifier: Apache-2.0
"""Where a page goes once an act was drawn up, and how a form shows what an action found wrong."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.verdicts import Invalid
from hansa.ledger.act import Act
from hansa.ledger.models import PendingAct
from hansa.people import policy


def sign_next(request: HttpRequest, made: Act | PendingAct, then: str) -> HttpResponse:
    """Lead to "Check and sign" whoever can approve; tell everyone else who will, and go back to `then`."""
    if isinstance(made, PendingAct):
        if policy.may_approve(request.actor, tuple(made.offices), clock.now()):
            return redirect(f"{reverse('people:act-approve')}?{urlencode({'act': str(made.id), 'next': then})}")
        messages.success(request, _("Saved. It counts when the office that the charter names has signed it."))
    return redirect(then)


def show_errors(form: forms.Form, invalid: Invalid) -> None:
    """Put what an action found wrong where the person can see it: at its field, or above the form."""
    for field, message in invalid.errors.items():
        form.add_error(field if field in form.fields else None, str(message))
