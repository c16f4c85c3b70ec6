# SPDX-License-Identifier: Apache-2.0
"""Pages of activations. Each shows one thing, or sends one form to one action."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.activation import actions, bylaws, policy, queries, showing
from hansa.activation.forms import (
    AdoptForm,
    ConsultForm,
    ExtendForm,
    InvokeForm,
    LevelForm,
    LineForm,
    NoteForm,
    ReasonForm,
    SpokenForm,
    StandForm,
    level_choice,
    local_text,
)
from hansa.activation.wording import member_name, names_kept
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, require
from hansa.duty.forms import as_uuid
from hansa.duty.policy import may_read
from hansa.ledger import PendingAct
from hansa.pact import queries as pact

_PAGE = 50
Send = Callable[[dict[str, Any]], Any]


def _sent(request: HttpRequest, done: Any, then: str, message: str, draft: str = "") -> HttpResponse:
    """Lead to the approve page when a passkey is still needed, else to what was made, where the draft is forgotten."""
    if isinstance(done, PendingAct):
        return redirect(f"{reverse('people:act-approve')}?{urlencode({'act': done.id, 'next': then})}")
    messages.success(request, message, extra_tags=draft)
    return redirect(then)


def _tried(form: forms.Form, send: Send) -> Any | None:
    """Return what `send` made of a form, or None with the complaints beside what was typed."""
    if not form.is_valid():
        return None
    try:
        return send(form.cleaned_data)
    except Invalid as invalid:
        for name, message in invalid.errors.items():
            form.add_error(name if name in form.fields else None, str(message))
        return None


def _page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def _picture(activation_id: UUID) -> queries.Picture:
    found = queries.picture(activation_id)
    if found is None:
        raise Http404
    return found


def _board_url(activation_id: UUID) -> str:
    return reverse("activation:activation-board", args=[activation_id])


@login_required
@require_GET
def activation_list(request: HttpRequest) -> HttpResponse:
    """Every activation that the member reads, on a map and in a table, and recent consultations."""
    require(may_read(request.actor))
    page = Paginator(queries.visible_to(request.actor), _PAGE).get_page(request.GET.get("page"))
    with names_kept():
        context = showing.listing(page, request.actor)
        return render(request, "activation/activation_list.html", {"page": page, **context})


@login_required
@require_GET
def activation_board(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """The board: what happened, who has answered, what is asked for and missing, map, clocks. It is live."""
    require(may_read(request.actor))
    found = _picture(activation_id)
    with names_kept(found.league | {found.activation.member}):
        return render(request, "activation/activation_board.html", showing.board(found, request.actor))


@login_required
@require_GET
def activation_timeline(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """Every act of an activation, newest first, in pages."""
    require(may_read(request.actor))
    found = _picture(activation_id)
    with names_kept(found.league | {found.activation.member}):
        page = Paginator(queries.acts_of(activation_id), _PAGE).get_page(request.GET.get("page"))
        context = {"found": found, "page": page, "happenings": queries.read_happenings(page.object_list)}
        return render(request, "activation/activation_timeline.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def activation_consult(request: HttpRequest) -> HttpResponse:
    """Ask the league for advice."""
    require(policy.may_consult(request.actor))
    form = ConsultForm(request.POST or None, initial={"act": new_id()})

    def send(data: dict[str, Any]) -> Any:
        typed = (data["situation"], data["question"], data["place"])
        return actions.consult_league(*typed, actor=request.actor, id=data["act"])

    if request.method == "POST" and (done := _tried(form, send)):
        return _sent(
            request, done, reverse("activation:consultation-detail", args=[done.id]), _("The league was asked.")
        )
    return _page(request, "activation/activation_consult.html", form)


@login_required
@require_GET
def consultation_detail(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """A consultation, and the way from it to an invocation."""
    require(may_read(request.actor))
    row = queries.get_consultation(consultation_id)
    if row is None:
        raise Http404
    return render(request, "activation/consultation_detail.html", {"row": row, "name": member_name(row.member)})


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return what is known before typing: the member's own place, and a consultation that led here."""
    initial: dict[str, Any] = {"act": new_id()}
    own = pact.member_rows().filter(slug=request.actor.member).first()
    if own:
        initial |= {"place": own.name, "lat": own.latitude, "lon": own.longitude}
    asked = as_uuid(request.GET.get("consultation", ""))
    row = queries.get_consultation(asked) if asked else None
    if row:
        initial |= {"consultation": row.id, "situation": row.situation, "place": row.place}
    return initial


@login_required
@require_http_methods(["GET", "POST"])
def activation_invoke(request: HttpRequest) -> HttpResponse:
    """Invoke the pact: what happened, where, what is needed first, what shows it; then check and sign."""
    version = pact.require_version()
    charter = version.charter
    require(policy.may_invoke(request.actor, charter, bylaws.league(clock.now())))
    initial = {} if request.method == "POST" else _initial(request)
    form = InvokeForm(request.POST or None, initial=initial, charter=charter, digest=version.digest)

    def send(data: dict[str, Any]) -> Any:
        return actions.invoke_pact(form.said(), actor=request.actor, id=data["act"], consultation=data["consultation"])

    if request.method == "POST" and (done := _tried(form, send)):
        return _sent(request, done, _board_url(done.id), _("The pact is invoked. Every member sees it now."))
    clause = pact.clause("invoke", digest=version.digest)
    return _page(request, "activation/activation_invoke.html", form, clause=clause)


@login_required
@require_http_methods(["GET", "POST"])
def activation_report(request: HttpRequest) -> HttpResponse:
    """Write down that another member invoked by voice."""
    version = pact.require_version()
    charter = version.charter
    require(policy.may_report(request.actor, charter, bylaws.league(clock.now())))
    members = [(row.slug, row.name) for row in pact.member_rows() if row.slug != request.actor.member]
    form = SpokenForm(
        request.POST or None, initial={"act": new_id()}, charter=charter, digest=version.digest, members=members
    )

    def send(data: dict[str, Any]) -> Any:
        called = {name: data[name] for name in ("member", "caller_office", "spoken_at")}
        return actions.report_by_voice(form.said(), **called, actor=request.actor, id=data["act"])

    if request.method == "POST" and (done := _tried(form, send)):
        return _sent(request, done, _board_url(done.id), _("Written down. Every member sees it, as reported by voice."))
    clause = pact.clause("urgent", digest=version.digest)
    return _page(request, "activation/activation_report.html", form, clause=clause)


@login_required
@require_http_methods(["GET", "POST"])
def activation_acknowledge(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """Say that one's member has it: the situation, and one button."""
    found = _picture(activation_id)
    form = NoteForm(request.POST or None, initial={"act": new_id()})
    if request.method == "POST":

        def send(data: dict[str, Any]) -> Any:
            return actions.acknowledge_crisis(found.activation, note=data["note"], actor=request.actor, id=data["act"])

        if done := _tried(form, send):
            return _sent(request, done, _board_url(found.id), _("Acknowledged. Every member sees that yours has it."))
    else:
        require(policy.may_acknowledge(request.actor, found))
    return _about(request, "activation/activation_acknowledge.html", form, found, "obligations.acknowledge")


def _about(
    request: HttpRequest, template: str, form: forms.Form, found: queries.Picture, term: str, **more: Any
) -> HttpResponse:
    with names_kept(found.league | {found.activation.member}):
        context = showing.situation(found, term)
        return _page(request, template, form, **context, **more)


@login_required
@require_http_methods(["GET", "POST"])
def activation_decline(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """Say that one's member can send nothing, and why."""
    found = _picture(activation_id)
    form = ReasonForm(request.POST or None, initial={"act": new_id()})
    if request.method == "POST":

        def send(data: dict[str, Any]) -> Any:
            return actions.decline_crisis(found.activation, data["reason"], actor=request.actor, id=data["act"])

        if done := _tried(form, send):
            return _sent(request, done, _board_url(found.id), _("Sent. An offer is still possible later."))
    else:
        require(policy.may_decline(request.actor, found))
    return _about(request, "activation/activation_decline.html", form, found, "obligations.offer-or-decline")


@login_required
@require_http_methods(["GET", "POST"])
def activation_attest(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """The situation beside the clause: attest, or object with a reason."""
    found = _picture(activation_id)
    form = StandForm(request.POST or None, initial={"act": new_id()})
    if request.method == "POST":

        def send(data: dict[str, Any]) -> Any:
            say = actions.attest_crisis if data["stand"] == "attest" else actions.object_to_crisis
            return say(found.activation, data["reason"], actor=request.actor, id=data["act"])

        if done := _tried(form, send):
            return _sent(request, done, _board_url(found.id), _("Sent. Every member sees it."))
    else:
        require(policy.may_stand(request.actor, found, attests=True))
    term = f"triggers.{found.activation.trigger}"
    return _about(request, "activation/activation_attest.html", form, found, term)


@login_required
@require_http_methods(["GET", "POST"])
def activation_adopt(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """Confirm in writing what was reported by voice, by its hash."""
    found = _picture(activation_id)
    form = AdoptForm(request.POST or None, initial={"act": new_id(), "report": found.activation.digest})
    if request.method == "POST":

        def send(data: dict[str, Any]) -> Any:
            return actions.adopt_report(found.activation, data["report"], actor=request.actor, id=data["act"])

        if done := _tried(form, send):
            return _sent(request, done, _board_url(found.id), _("Confirmed. The activation is your member's own now."))
    else:
        require(policy.may_adopt(request.actor, found))
    return _about(request, "activation/activation_adopt.html", form, found, "urgent")


@login_required
@require_http_methods(["GET", "POST"])
def activation_level(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """Ask for another level."""
    found = _picture(activation_id)
    asked = found.standing.asked
    digest = found.activation.charter
    levels = [(code, level_choice(found.charter, digest, code)) for code in found.charter.levels if code != asked]
    form = LevelForm(request.POST or None, initial={"act": new_id()}, levels=levels)
    if request.method == "POST":

        def send(data: dict[str, Any]) -> Any:
            return actions.change_level(
                found.activation, data["level"], data["reason"], actor=request.actor, id=data["act"]
            )

        if done := _tried(form, send):
            return _sent(
                request,
                done,
                _board_url(found.id),
                _("Asked for. It counts once enough members attested."),
                f"activation-level-{found.id}",
            )
    else:
        require(policy.may_change(request.actor, found, "activation.level.changed"))
    return _about(request, "activation/activation_level.html", form, found, f"levels.{asked}")


@login_required
@require_http_methods(["GET", "POST"])
def activation_extend(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """Extend until a later time."""
    found = _picture(activation_id)
    until = found.standing.until
    form = ExtendForm(request.POST or None, initial={"act": new_id(), "until": local_text(until) if until else ""})
    if request.method == "POST":

        def send(data: dict[str, Any]) -> Any:
            typed = (data["until"], data["reason"])
            return actions.extend_crisis(found.activation, *typed, actor=request.actor, id=data["act"])

        if done := _tried(form, send):
            return _sent(
                request,
                done,
                _board_url(found.id),
                _("Extended. Every member sees the new end."),
                f"activation-extend-{found.id}",
            )
    else:
        require(policy.may_change(request.actor, found, "activation.crisis.extended"))
    return _about(request, "activation/activation_extend.html", form, found, f"levels.{found.standing.asked}")


@login_required
@require_http_methods(["GET", "POST"])
def activation_stand_down(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """End the activation."""
    found = _picture(activation_id)
    form = ReasonForm(request.POST or None, initial={"act": new_id()})
    if request.method == "POST":

        def send(data: dict[str, Any]) -> Any:
            return actions.stand_down(found.activation, data["reason"], actor=request.actor, id=data["act"])

        if done := _tried(form, send):
            return _sent(request, done, _board_url(found.id), _("Stood down. What was agreed is still carried out."))
    else:
        require(policy.may_end(request.actor, found))
    return _about(request, "activation/activation_stand_down.html", form, found, "stand_down")


@login_required
@require_POST
def line_log(request: HttpRequest) -> HttpResponse:
    """Log a line, from any page; go back there."""
    form = LineForm(request.POST)
    back = request.POST.get("next") or request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("duty:line-list")
    if not form.is_valid():
        raise Invalid({"text": _("This line could not be read. Open the page again and log it there.")})
    data = form.cleaned_data
    activation = queries.get(data["activation"]) if data["activation"] else None
    actions.log_line(data["text"], actor=request.actor, activation=activation, share=data["share"], id=data["act"])
    said = _("Logged and shared.") if data["share"] else _("Logged. Only your member reads it.")
    messages.success(request, said, extra_tags=f"line-{activation.id}" if activation else "")
    return redirect(back)
