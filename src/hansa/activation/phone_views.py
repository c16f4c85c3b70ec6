# SPDX-License-Identifier: Apache-2.0
"""The page on which the officer on duty phones a member that gives no sign, and logs what it came to."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hansa.activation import phoning, queries
from hansa.activation.forms import ActForm
from hansa.activation.wording import member_name
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.personal import declare


class CallForm(ActForm):
    """What the call came to."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What did the call come to?"), choices=list(phoning.OUTCOMES.items()),
        widget=forms.RadioSelect, error_messages={"required": gettext_lazy("Choose one. Nothing was logged.")},
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=300,
        help_text=gettext_lazy("What they said, and who calls back. No names: the league reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    personal = declare(none="act outcome note")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def activation_phone(request: HttpRequest, activation_id: UUID, member: str) -> HttpResponse:
    """Show whom to phone, once, to whoever has to; log the answer for the league."""
    row = queries.get(activation_id)
    if row is None:
        raise Http404
    filed = phoning.contacts_to_phone(row, member, actor=request.actor, at=clock.now())
    form = CallForm(request.POST if request.method == "POST" else None, initial={"act": new_id()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        phoning.log_call(row, member, data["outcome"], data["note"], actor=request.actor, id=data["act"])
        messages.success(request, _("Logged. All who read the activation see it."))
        return redirect("activation:activation-board", activation_id)
    context = {
        "form": form, "row": row, "name": member_name(member), "crisis": member_name(row.member),
        "contacts": filed.contacts if filed else [], "duty": phoning.duty_to_phone(row.id, member),
    }  # fmt: skip
    return render(request, "activation/activation_phone.html", context, status=422 if form.errors else 200)
