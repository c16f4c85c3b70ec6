# SPDX-License-Identifier: Apache-2.0
"""Pages about members: map and table, one member, ratifying, vouching, leaving."""

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hansa.core import clock
from hansa.core.verdicts import Invalid, require
from hansa.pact import actions, naming, places, policy, queries
from hansa.pact.forms import ConfirmForm, NoticeForm, RatificationForm
from hansa.pact.models import Member, Ratification
from hansa.pact.views.signing import show_errors, sign_next
from hansa.people import queries as people
from hansa.people.words import words_of


@login_required
@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """Show the league: map, table, who waits, what this government can do."""
    now = clock.now()
    rows = list(queries.member_rows(now))
    people_of = queries.represented([row.slug for row in rows], now)
    guests = queries.guests()
    version = queries.charter_in_force(now) or queries.first_version()
    context = {
        "league": queries.league_name(),
        "members": [(row, people_of[row.slug]) for row in rows],
        "points": [_point(row, "member") for row in rows] + [_point(row, "guest") for row in guests],
        "states": [row.name for row in rows if row.kind == "state"],
        "candidates": list(queries.candidates()),
        "guests": guests,
        "version": version,
        "in_force": queries.charter_in_force(now),
        "proposals": queries.open_proposals(now),
        "may_ratify": policy.may_ratify(request.actor, version, now),
        "own": Member.objects.filter(slug=request.actor.member).first(),
        "counts": _counts(rows),
        "now": now,
    }
    return render(request, "pact/member_list.html", context)


def _point(row, kind: str) -> dict[str, object]:
    url = reverse("pact:member-show", args=[row.slug]) if kind == "member" else reverse("pact:guest-list")
    words = _("member") if kind == "member" else _("guest")
    return {"label": f"{row.name}, {row.state}", "lon": row.longitude, "lat": row.latitude, "kind": kind, "url": url,
            "kind_label": words}  # fmt: skip


def _counts(rows: list[Member]) -> str:
    """Return how many members there are, and of which kinds."""
    kinds = Counter(row.get_kind_display() for row in rows)
    named = ", ".join(f"{kind}: {count}" for kind, count in kinds.most_common())
    return f"{len(rows)} ({named})" if rows else "0"


@login_required
@require_safe
def member_show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one member: since when, by what, who represents it, its keys and its terms."""
    member = get_object_or_404(Member, slug=slug)
    now = clock.now()
    terms = [(term, name, term.state(now)) for term, name in people.terms_of(slug)]
    context = {
        "member": member,
        "holds": member.holds(now),
        "ratification": Ratification.objects.get(id=member.ratification),
        "history": Ratification.objects.filter(author=slug).exclude(id=member.ratification).order_by("-at"),
        "version": queries.charter_in_force(now) or queries.first_version(),
        "terms": terms,
        "keys": queries.keys_of(slug),
        "root": queries.root_of(slug),
        "vouched": queries.vouched_for(member),
        "may_vouch": policy.may_endorse(request.actor, member, now),
        "may_leave": policy.may_give_notice(request.actor, member, now),
        "may_stay": policy.may_take_back(request.actor, member, now),
        "mine": request.actor.member == slug,
        "points": [{"label": member.name, "lon": member.longitude, "lat": member.latitude, "kind": "member",
                    "kind_label": _("member")}],
        "crumbs": [(_("League"), reverse("pact:member-list"))],
    }  # fmt: skip
    return render(request, "pact/member_show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def charter_ratify(request: HttpRequest) -> HttpResponse:
    """Ratify the charter for one's own government."""
    now = clock.now()
    version = queries.charter_in_force(now) or queries.first_version()
    require(policy.may_ratify(request.actor, version, now))
    form = RatificationForm(request.POST or None, initial=_known(request.actor.member))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ratify_charter(
                form.place, instrument=form.cleaned_data["instrument"], actor=request.actor, at=now,
                id=form.cleaned_data["act"],
            )  # fmt: skip
            return sign_next(request, made, reverse("pact:member-list"))
        except Invalid as invalid:
            show_errors(form, invalid)
    context = {"form": form, "version": version, "words": words_of(version.digest) if version else ""}
    return render(request, "pact/charter_ratify.html", context, status=422 if form.is_bound else 200)


def _known(slug: str) -> dict[str, object]:
    """Return what is known about a government by its id or its invitation, to spare typing it."""
    place = queries.invitation_for(slug) or places.from_slug(slug)
    if place is None:
        return {"name": naming.member_name(slug)}
    return {"name": place.name, "kind": place.kind, "state": place.state}


@login_required
@require_http_methods(["GET", "POST"])
def member_vouch(request: HttpRequest, slug: str) -> HttpResponse:
    """Vouch for a government that ratified."""
    member = get_object_or_404(Member, slug=slug)
    now = clock.now()
    require(policy.may_endorse(request.actor, member, now))
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.vouch_for(member, actor=request.actor, at=now, id=form.cleaned_data["act"])
        return sign_next(request, made, reverse("pact:member-show", args=[slug]))
    clause = queries.clause("members", digest=member.charter)
    return render(request, "pact/member_vouch.html", {"form": form, "member": member, "clause": clause})


@login_required
@require_http_methods(["GET", "POST"])
def notice_give(request: HttpRequest) -> HttpResponse:
    """Give notice to leave the league."""
    now = clock.now()
    member = Member.objects.filter(slug=request.actor.member).first()
    require(policy.may_give_notice(request.actor, member, now))
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.give_notice(
                said["effective"], reason=said["reason"], actor=request.actor, at=now, id=said["act"]
            )
            return sign_next(request, made, reverse("pact:member-show", args=[request.actor.member]))
        except Invalid as invalid:
            show_errors(form, invalid)
    version = queries.require_version(now)
    notice = version.charter.withdrawal.notice
    context = {
        "form": form,
        "member": member,
        "clause": queries.clause("withdrawal"),
        "earliest": now + notice,
        "span": naming.span(notice),
    }
    return render(request, "pact/notice_give.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def notice_cancel(request: HttpRequest) -> HttpResponse:
    """Take the notice back."""
    now = clock.now()
    member = Member.objects.filter(slug=request.actor.member).first()
    require(policy.may_take_back(request.actor, member, now))
    if member is None:
        raise Http404
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.take_back_notice(actor=request.actor, at=now, id=form.cleaned_data["act"])
        return sign_next(request, made, reverse("pact:member-show", args=[member.slug]))
    return render(request, "pact/notice_cancel.html", {"form": form, "member": member})
