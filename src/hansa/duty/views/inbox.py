# SPDX-License-Identifier: Apache-2.0
"""Pages of duties, the inbox, log lines and hand-overs. Each calls one action or query."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import require
from hansa.duty import actions, blocks, brief, policy, queries
from hansa.duty.forms import HandoverForm, as_uuid
from hansa.duty.models import Duty, Handover

_PAGE = 50


@login_required
@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """My duties: what is due, by clock; what waits for approval; what the office looks at next."""
    require(policy.may_read(request.actor))
    now = clock.now()
    groups = queries.by_clock(request.actor, now)
    context = {
        "groups": groups,
        "open": any(group.state not in ("done", "waived") for group in groups),
        "counts": {group.state.value: len(group.duties) for group in groups},
        "names": queries.names_of(duty.person for group in groups for duty in group.duties),
        "pending": queries.pending_for(request.actor),
        "blocks": blocks.for_actor(request.actor),
        "waiting": queries.waiting_handover(request.actor.office),
    }
    return render(request, "duty/duty_list.html", context)


def _duty(duty_id: UUID) -> Duty:
    duty = queries.get_duty(duty_id)
    if duty is None:
        raise Http404
    return duty


@login_required
@require_POST
def duty_take(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Make a duty one's own."""
    duty = actions.take_duty(_duty(duty_id), actor=request.actor)
    messages.success(request, _("Yours now: %(duty)s") % {"duty": duty.words})
    return redirect("duty:duty-list")


@login_required
@require_POST
def duty_release(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Give a duty back to the office."""
    duty = actions.release_duty(_duty(duty_id), actor=request.actor)
    messages.success(request, _("Back with the office: %(duty)s") % {"duty": duty.words})
    return redirect("duty:duty-list")


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What needs me, and what is only to know."""
    require(policy.may_read(request.actor))
    now = clock.now()
    needs = [group for group in queries.by_clock(request.actor, now) if group.state not in ("done", "waived")]
    return render(
        request, "duty/inbox.html", {"needs": needs, "folds": queries.to_know(request.actor.person), "names": {}}
    )


@login_required
@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    """Mark what was shown as read."""
    ids = [found for text in request.POST.getlist("notice") if (found := as_uuid(text))]
    actions.mark_read(ids, actor=request.actor)
    return redirect("duty:inbox")


@login_required
@require_GET
def line_list(request: HttpRequest) -> HttpResponse:
    """The member's own log lines."""
    require(policy.may_read(request.actor))
    page = Paginator(queries.lines(), _PAGE).get_page(request.GET.get("page"))
    names = queries.names_of(line.person for line in page)
    return render(request, "duty/line_list.html", {"page": page, "names": names})


@login_required
@require_GET
def handover_list(request: HttpRequest) -> HttpResponse:
    """The hand-overs of the actor's offices."""
    require(policy.may_read(request.actor))
    page = Paginator(queries.handovers(request.actor), _PAGE).get_page(request.GET.get("page"))
    names = queries.names_of(person for item in page for person in (item.written_by, item.accepted_by))
    return render(request, "duty/handover_list.html", {"page": page, "names": names})


@login_required
@require_http_methods(["GET", "POST"])
def handover_new(request: HttpRequest) -> HttpResponse:
    """Hand the shift over: the draft, edited, sent to whoever relieves."""
    require(policy.may_hand_over(request.actor))
    if request.method == "POST":
        form = HandoverForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            handover = actions.hand_over(data["text"], actor=request.actor, id=data["act"])
            return redirect("duty:handover-detail", handover.id)
    else:
        form = HandoverForm(initial={"act": new_id(), "text": brief.draft(request.actor, clock.now())})
    status = 422 if form.errors else 200
    return render(request, "duty/handover_new.html", {"form": form}, status=status)


def _handover(handover_id: UUID) -> Handover:
    handover = queries.get_handover(handover_id)
    if handover is None:
        raise Http404
    return handover


@login_required
@require_GET
def handover_detail(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """A brief, and whether the relief has accepted it."""
    require(policy.may_read(request.actor))
    handover = _handover(handover_id)
    context = {
        "handover": handover,
        "names": queries.names_of([handover.written_by, handover.accepted_by]),
        "may_accept": policy.may_accept(request.actor, handover),
    }
    return render(request, "duty/handover_detail.html", context)


@login_required
@require_POST
def handover_accept(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """Take the shift over."""
    handover = actions.accept_handover(_handover(handover_id), actor=request.actor)
    messages.success(request, _("You have the shift. Duties that were taken in it are yours now."))
    return redirect("duty:handover-detail", handover.id)
