# SPDX-License-Identifier: Apache-2.0
"""Pages about the charter: its text and terms, versions and differences, amendments and votes."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hansa.core import clock
from hansa.core.verdicts import Invalid, require
from hansa.pact import actions, naming, policy, queries, showing
from hansa.pact.actions.charter import problems_of
from hansa.pact.charter import check, diff
from hansa.pact.charter.clauses import markdown
from hansa.pact.forms import AmendmentForm, VoteForm
from hansa.pact.models import CharterVersion, Proposal
from hansa.pact.views.signing import show_errors, sign_next
from hansa.people.words import words_of


@login_required
@require_safe
def charter_show(request: HttpRequest) -> HttpResponse:
    """Show the charter in force, or the first one while it waits to be ratified."""
    version = queries.charter_in_force() or queries.first_version()
    if version is None:
        return render(request, "pact/charter_none.html")
    return _show(request, version)


@login_required
@require_safe
def version_show(request: HttpRequest, digest: str) -> HttpResponse:
    """Show one version of the charter. A text that never came into force is shown with its proposal."""
    version = CharterVersion.objects.filter(digest=digest).first()
    if version is None:
        proposal = get_object_or_404(Proposal, digest=digest)
        return redirect("pact:proposal-show", proposal.id)
    return _show(request, version)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("League"), reverse("pact:member-list")), (_("Charter"), reverse("pact:charter-show"))]


def _show(request: HttpRequest, version: CharterVersion) -> HttpResponse:
    charter, now = version.charter, clock.now()
    courtesy = showing.courtesy(charter) if "signed" not in request.GET else None
    shown = courtesy or charter
    names = queries.ratifications(version.digest)
    context = {
        "version": version,
        "charter": charter,
        "current": queries.charter_in_force(now),
        "courtesy": courtesy,
        "shown": shown,
        "articles": showing.articles(shown),
        "preamble": markdown().render(shown.preamble),
        "facts": showing.facts(charter),
        "money": showing.money(charter),
        "triggers": list(showing.triggers(charter)),
        "levels": list(showing.levels(charter)),
        "duties": list(showing.duties(charter)),
        "signatures": list(showing.signatures(charter)),
        "ratified": list(names),
        "decided": Proposal.objects.filter(digest=version.digest).first(),
        "versions": list(queries.versions()),
        "proposals": queries.open_proposals(now),
        "past": queries.proposals().exclude(id__in=[row.id for row in queries.open_proposals(now)]),
        "may_propose": policy.may_propose(request.actor, queries.charter_in_force(now), now),
        "may_ratify": policy.may_ratify(request.actor, version, now),
        "words": words_of(version.digest),
        "crumbs": [(_("League"), reverse("pact:member-list"))],
    }
    return render(request, "pact/charter_show.html", context)


@login_required
@require_safe
def version_text(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the exact document of a version or proposal as a file: what its act's hash covers."""
    held = queries.charter(digest)
    if held is None:
        raise Http404
    answer = HttpResponse(held.source, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="charter-{digest[:12]}.md"'
    return answer


@login_required
@require_safe
def version_compare(request: HttpRequest, old: str, new: str) -> HttpResponse:
    """Show clause by clause and term by term what differs between two texts."""
    before, after = queries.charter(old), queries.charter(new)
    if before is None or after is None:
        raise Http404
    found = diff(before, after)
    context = {
        "difference": found,
        "clauses": showing.changes(found),
        "old": CharterVersion.objects.filter(digest=old).first(),
        "new": CharterVersion.objects.filter(digest=new).first(),
        "proposal": Proposal.objects.filter(digest=new).first(),
        "crumbs": _crumbs(),
    }
    return render(request, "pact/version_compare.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def amendment_propose(request: HttpRequest) -> HttpResponse:
    """Propose a new text; errors are listed with their lines, and what was typed stays."""
    now = clock.now()
    version = queries.charter_in_force(now)
    require(policy.may_propose(request.actor, version, now))
    if version is None:
        raise Http404
    form = AmendmentForm(request.POST or None, initial={"text": version.text, "parent": version.digest})
    number, open_until = queries.next_round(version, now)
    problems: list[dict[str, object]] = []
    if request.method == "POST":
        problems = _problems(form["text"].value() or "")
        if form.is_valid():
            said = form.cleaned_data
            closes = said["closes"] or open_until or now
            try:
                made = actions.propose_amendment(
                    said["text"], reason=said["reason"], closes=closes, actor=request.actor, at=now,
                    parent=said["parent"], id=said["act"],
                )  # fmt: skip
                return sign_next(request, made, reverse("pact:charter-show"))
            except Invalid as invalid:
                show_errors(form, _short(invalid))
    context = {
        "form": form,
        "problems": problems,
        "checked": request.method == "POST",
        "round": number,
        "open_until": open_until,
        "open_for": naming.span(version.charter.amendment.open_for),
        "share": showing.share(version.charter.amendment.threshold),
        "clause": queries.clause("amendment"),
        "crumbs": _crumbs(),
    }
    return render(request, "pact/amendment_propose.html", context, status=422 if form.is_bound else 200)


def _short(invalid: Invalid) -> Invalid:
    """Return the same complaint with one line for the text: the list beside it has them all."""
    errors = dict(invalid.errors)
    lines = str(errors.get("text", "")).split("\n")
    if len(lines) > 1:
        errors["text"] = _("The text has %(count)s errors. The list shows each with its line.") % {"count": len(lines)}
    return Invalid(errors)


def _problems(text: str) -> list[dict[str, object]]:
    found = problems_of(text.replace("\r\n", "\n"))
    return [{"line": item.line, "message": naming.problem_text(item)} for item in found]


@login_required
@require_POST
def text_check(request: HttpRequest) -> HttpResponse:
    """Return the list of errors of a text that is being typed. Changes nothing."""
    text = request.POST.get("text", "")
    version = queries.charter_in_force()
    problems = _problems(text)
    read, _found = check(text.replace("\r\n", "\n"))
    found = diff(version.charter, read) if version and read else None
    context = {
        "problems": problems,
        "checked": True,
        "difference": found,
        "clauses": showing.changes(found) if found else [],
    }
    return render(request, "pact/_problems.html", context)


@login_required
@require_safe
def proposal_show(request: HttpRequest, proposal: str) -> HttpResponse:
    """Show a proposal: what changes, who voted what, what is missing."""
    row = get_object_or_404(Proposal, id=proposal)
    now = clock.now()
    parent, text = queries.charter(row.parent), queries.charter(row.digest)
    if parent is None or text is None:
        raise Http404
    found = diff(parent, text)
    votes = list(queries.votes_on(row))
    names = naming.member_names([*row.voters, *(vote.author for vote in votes), row.author])
    counted = {*row.yes, *row.no}
    context = {
        "proposal": row,
        "author": names[row.author],
        "flaw": showing.flaw(row.flaw),
        "open": not row.flaw and row.decided_at is None and (row.closed_at or row.closes) >= now,
        "difference": found,
        "clauses": showing.changes(found),
        "votes": [(vote, names[vote.author], vote.author in counted) for vote in votes],
        "waiting": sorted(names[slug] for slug in row.voters if slug not in counted),
        "missing": max(row.needed - len(row.yes), 0),
        "may_vote": policy.may_vote(request.actor, row, now),
        "clause": queries.clause("amendment", digest=row.parent),
        "words": words_of(row.digest),
        "crumbs": _crumbs(),
    }
    return render(request, "pact/proposal_show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def vote_give(request: HttpRequest, proposal: str) -> HttpResponse:
    """Vote for one's own government."""
    row = get_object_or_404(Proposal, id=proposal)
    now = clock.now()
    form = VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = actions.vote_on(row, said["choice"], reason=said["reason"], actor=request.actor, at=now, id=said["act"])
        return sign_next(request, made, reverse("pact:proposal-show", args=[row.id]))
    require(policy.may_vote(request.actor, row, now))
    context = {
        "form": form,
        "proposal": row,
        "author": naming.member_name(row.author),
        "clause": queries.clause("amendment", digest=row.parent),
        "crumbs": _crumbs(),
    }
    return render(request, "pact/vote_give.html", context, status=422 if form.is_bound else 200)
