# SPDX-License-Identifier: Apache-2.0
"""Pages of alerts: the link in a message, who was asked and who has it, how people are asked, emergency contacts."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, require
from hansa.duty import alarm_policy, policy
from hansa.duty.actions import alarm as actions
from hansa.duty.alarm_forms import AlarmPlanForm, ContactsForm
from hansa.duty.models import Alert
from hansa.duty.queries import alarm as queries
from hansa.duty.queries import names_of
from hansa.duty.queries.rota import rota_of
from hansa.notify import Answer

_PAGE = 50


@never_cache
@require_http_methods(["GET", "POST"])
def alert_answer(request: HttpRequest, alert_id: UUID, code: str) -> HttpResponse:
    """The link of a message, without signing in: to open it shows what is asked, only the button takes it.

    Scanners open every link; so opening changes nothing, and does not tell whether the code fits.
    """
    member = queries.member_of_alert(alert_id)
    if member is None:
        raise Http404
    with member_scope(member):
        alert = _alert(alert_id)
        with translation.override(_language(request, alert)), timezone.override(_zone(alert)):
            answered = actions.answer_by_link(alert, code) if request.method == "POST" else None
            return _answer_page(request, _alert(alert_id), answered)


def _zone(alert: Alert) -> ZoneInfo | None:
    """Return the zone of the member's rota: who opens a link has not said who they are, and reads no UTC at night."""
    row = rota_of(alert.office)
    return ZoneInfo(row.zone) if row else None


def _language(request: HttpRequest, alert: Alert) -> str | None:
    """Return the language that the reader chose, else that of whoever was asked last: not even that tells of codes."""
    message = queries.last_message(alert)
    if message is None or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return translation.get_language()
    return message.language


def _answer_page(request: HttpRequest, alert: Alert, answered) -> HttpResponse:
    names = _names(alert)
    context = {
        "alert": alert,
        "answer": answered.answer.value if answered else "",
        "who": names.get(alert.taken_by, "") if alert.taken_by else "",
        "tries_left": answered.tries_left if answered else 0,
    }
    wrong = answered is not None and answered.answer in (Answer.WRONG, Answer.LOCKED, Answer.EXPIRED, Answer.ENDED)
    return render(request, "duty/alert_answer.html", context, status=403 if wrong else 200)


def _names(alert: Alert, *more: UUID | None) -> dict[UUID, str]:
    """Return the names of those who have to do with an alert."""
    return names_of([alert.taken_by, *alert.asking, *more])


def _alert(alert_id: UUID) -> Alert:
    alert = queries.get_alert(alert_id)
    if alert is None:
        raise Http404
    return alert


@login_required
@require_GET
def alert_list(request: HttpRequest) -> HttpResponse:
    """The member's alerts: open ones first, each with who has it."""
    require(policy.may_read(request.actor))
    page = Paginator(queries.alerts(), _PAGE).get_page(request.GET.get("page"))
    names = names_of(person for alert in page for person in (alert.taken_by, *alert.asking))
    return render(request, "duty/alert_list.html", {"page": page, "names": names})


@login_required
@require_GET
def alert_detail(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Who was asked when, over which channels, what became of it, and who has it."""
    require(policy.may_read(request.actor))
    alert = _alert(alert_id)
    asks = queries.asked_in_detail(alert)
    context = {
        "alert": alert,
        "asks": asks,
        "names": _names(alert, *(item.ask.person for item in asks)),
        "may_take": alarm_policy.may_take(request.actor, alert),
    }
    return render(request, "duty/alert_detail.html", context)


@login_required
@require_POST
def alert_take(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Take an alert: seen, and taken by. It attests, offers and signs nothing."""
    answered = actions.take_by_page(_alert(alert_id), actor=request.actor)
    if answered.answer is Answer.TAKEN:
        messages.success(request, _("You have it. The others were told."))
    elif answered.answer is Answer.ALREADY:
        messages.info(request, _("Someone else has it already. Nothing was changed."))
    else:
        messages.warning(request, _("Your code is locked or out of time. Nothing was taken. Ask the next person."))
    return redirect("duty:alert-detail", alert_id)


@login_required
@require_http_methods(["GET", "POST"])
def alarm_plan(request: HttpRequest) -> HttpResponse:
    """How the member's people are asked, and its quiet hours."""
    require(policy.may_read(request.actor))
    allowed = alarm_policy.may_plan(request.actor)
    plan = queries.plan()
    form = AlarmPlanForm.of(plan, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.change_plan(request.actor, **form.cleaned_data)
        messages.success(request, _("Kept. The next alert follows this."))
        return redirect("duty:alarm-plan")
    context = {"form": form, "plan": plan, "allowed": allowed}
    return render(request, "duty/alarm_plan.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def contacts(request: HttpRequest) -> HttpResponse:
    """File the two persons whom the league phones when the member gives no sign."""
    require(alarm_policy.may_file(request.actor))
    filed = queries.contacts_of(request.actor.member)
    form = ContactsForm.of(filed, new_id(), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.file_contacts(form.contacts(), actor=request.actor, id=form.cleaned_data["act"])
        except Invalid as invalid:
            for name, message in invalid.errors.items():
                form.add_error(name if name in form.fields else None, str(message))
        else:
            messages.success(request, _("Filed. Members of the league can phone these two when you give no sign."))
            return redirect("duty:contacts")
    context = {"form": form, "filed": filed}
    return render(request, "duty/contacts.html", context, status=422 if form.errors else 200)
