# SPDX-License-Identifier: Apache-2.0
"""How pages of aid send a form to an action, and where they lead then."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from hansa.activation.wording import names_kept
from hansa.core.verdicts import Invalid, Text
from hansa.ledger import PendingAct

Send = Callable[[], Any]


def sent(request: HttpRequest, done: Any, then: str, message: Text, *, began: datetime | None = None) -> HttpResponse:
    """Lead to "Check and sign" while passkeys are needed, for one act or a list of them; else to what was made.

    An act that is older than the request (`began`) was sent before: the second send gets the first's receipt.
    """
    listed: Sequence[Any] = done if isinstance(done, list) else [done]
    pending = [act.id for act in listed if isinstance(act, PendingAct)]
    if pending:
        query = [("act", str(id)) for id in pending] + [("next", then)]
        return redirect(f"{reverse('people:act-approve')}?{urlencode(query)}")
    if began and listed[0].at < began:
        again = _("Already sent at %(time)s. Nothing was doubled.")
        messages.info(request, again % {"time": time_format(localtime(listed[0].at))})
    else:
        messages.success(request, str(message))
    return redirect(then)


def tried(form: forms.Form, send: Send, *, names: Mapping[str, str] | None = None) -> Any | None:
    """Return what `send` made of a form, or None with the complaints beside what was typed.

    `names` maps a field of the action to the form's where they differ.
    """
    if not form.is_valid():
        return None
    try:
        return send()
    except Invalid as invalid:
        for field, message in invalid.errors.items():
            name = (names or {}).get(field, field)
            form.add_error(name if name in form.fields else None, str(message))
        return None


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Return a page; one whose form has complaints says so by its status."""
    form = context.get("form")
    wrong = (form is not None and form.errors) or context.get("wrong")
    with names_kept():
        return render(request, template, context, status=422 if wrong else 200)
