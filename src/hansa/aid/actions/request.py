# SPDX-License-Identifier: Apache-2.0
"""What can be done with requests: ask, change, cancel, confirm, answer that one cannot help."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from hansa import ledger
from hansa.activation.models import Activation
from hansa.aid.actions.drawing import draw
from hansa.aid.acts.request import RequestAdopted, RequestAmended, RequestCancelled, RequestDeclined, RequestOpened
from hansa.aid.catalogue import Kind
from hansa.aid.choices import DECLINE_REASONS, problem_text
from hansa.aid.models import RequestLine
from hansa.aid.policy.request import (
    may_adopt_request,
    may_change_request,
    may_decline_request,
    may_open_request,
)
from hansa.aid.queries.catalogue import kind as find_kind
from hansa.aid.queries.catalogue import kinds
from hansa.aid.queries.request import was_stood_down
from hansa.aid.rules.requests import FARTHEST, Problem, Wanted, check_level, check_needed_by, check_quantity, degrees
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, require
from hansa.ledger import Act, PendingAct, say

Outcome = Act | PendingAct
MOST_TEXT = 1000


def check_wanted(wanted: Wanted, kind: Kind | None, now: datetime) -> Iterable[Problem]:
    """Yield everything that is not right with what someone asks for."""
    if kind is None:
        yield Problem("kind", "kind-unknown", (("text", wanted.kind),))
    else:
        checks = (
            check_quantity(wanted.quantity, integral=kind.integral, form=kind.form),
            check_level(wanted.level, kind.types),
        )
        yield from (problem for problem in checks if problem)
        if kind.category == "other" and not wanted.note.strip():
            yield Problem("note", "kind-note")
    if late := check_needed_by(wanted.needed_by, now):
        yield late
    if wanted.until and wanted.until <= wanted.needed_by:
        yield Problem("until", "until-early")
    elif wanted.until and wanted.until > now + 2 * FARTHEST:
        yield Problem("until", "time-far")
    if not wanted.place.strip():
        yield Problem("place", "place-missing")
    for field, most in (("place", 200), ("note", MOST_TEXT), ("conditions", MOST_TEXT)):
        found = len(getattr(wanted, field))
        if found > most:
            yield Problem(field, "text-long", (("most", most), ("found", found)))


def _require_right(wanted: Wanted, kind: Kind | None, at: datetime) -> None:
    problems: dict = {}
    for problem in check_wanted(wanted, kind, at):
        problems.setdefault(problem.field, problem_text(problem))
    if problems:
        raise Invalid(problems)


def _values(wanted: Wanted) -> dict:
    said = {field.name: getattr(wanted, field.name) for field in fields(Wanted)}
    return said | {"lat": degrees(wanted.lat), "lon": degrees(wanted.lon)}


def _opened(wanted: Wanted, activation: Activation, actor: Actor, sheet: UUID, number: int) -> RequestOpened:
    # Whoever files in another member's crisis does so because that member called: "reported by voice".
    caller = activation.member if activation.member != actor.member else None
    return draw(
        RequestOpened, activation=activation.id, sheet=sheet, number=number, requester=caller, **_values(wanted)
    )


def open_request(
    wanted: Wanted, *, activation: Activation, actor: Actor, at: datetime, id: UUID | None = None,
    sheet: UUID | None = None,
    number: int = 1,
) -> Outcome:  # fmt: skip
    """Ask the league for one line. The same `id` again is the same request.

    Raises `Refused` when the office may not or the activation was stood down, `Invalid` with a message per field.
    """
    require(may_open_request(actor, activation, ended=was_stood_down(activation)))
    _require_right(wanted, find_kind(wanted.kind), at)
    line = id or new_id()
    body = _opened(wanted, activation, actor, sheet or line, number)
    return ledger.submit(
        actor, body, id=line, refs=(activation.id,), audience=ledger.league_scope(activation.id),
        charter=activation.charter or None, exercise=activation.exercise or None,
    )  # fmt: skip


_ROWS = UUID("3d2b7a52-5f04-5b5c-9a43-0a1c3f9f8a77")


def row_id(wanted: Wanted, activation: UUID, member: str, again: int = 0) -> UUID:
    """Return the id of the act that one spreadsheet row makes: the same row, imported twice, is the same act.

    `again` tells equal rows of one spreadsheet apart.
    """
    said = "\x1f".join(f"{name}={value}" for name, value in sorted(_values(wanted).items()))
    return uuid5(_ROWS, f"{activation}\x1f{member}\x1f{again}\x1f{said}")


def open_sheet(
    lines: Sequence[Wanted], *, activation: Activation, actor: Actor, at: datetime, sheet: UUID | None = None
) -> list[Outcome]:
    """Ask the league for many lines at once, all or none. Importing the same rows again doubles nothing."""
    require(may_open_request(actor, activation, ended=was_stood_down(activation)))
    known = kinds(line.kind for line in lines)
    seen: dict[Wanted, int] = {}
    said = []
    sheet = sheet or new_id()
    for number, line in enumerate(lines, start=1):
        _require_right(line, known.get(line.kind), at)
        again = seen.get(line, 0)
        seen[line] = again + 1
        act = row_id(line, activation.id, actor.member, again)
        said.append(
            say(
                _opened(line, activation, actor, sheet, number), act, refs=(activation.id,),
                charter=activation.charter or None, exercise=activation.exercise or None,
            )
        )  # fmt: skip
    return ledger.submit_all(actor, said, audience=ledger.league_scope(activation.id)) if said else []


def _about(line: RequestLine) -> dict:
    return {
        "refs": (line.id,), "audience": ledger.league_scope(line.activation), "charter": line.charter or None,
        "exercise": line.exercise or None,
    }  # fmt: skip


def amend_request(
    line: RequestLine,
    wanted: Wanted,
    *,
    actor: Actor,
    at: datetime,
    seen: str,
    reason: str = "",
    id: UUID | None = None,
) -> Outcome:
    """Change what a line asks for. `seen` is the `changed_by` that the person saw: a change in between is not
    overwritten."""
    require(may_change_request(actor, line))
    current = RequestLine.objects.select_for_update().get(id=line.id)
    if id and (known := ledger.get(id)):
        return known
    if current.changed_by != seen:
        raise Invalid({"": _("This request was changed meanwhile. Your change is kept, not sent. See the request.")})
    kind = find_kind(line.kind)
    if wanted.needed_by == current.needed_by:
        # A deadline that has passed meanwhile stays what it was; only a new one must lie ahead.
        at = min(at, current.needed_by)
    _require_right(wanted, kind, at)
    body = draw(RequestAmended, line=line.id, reason=reason, **{**_values(wanted), "kind": line.kind})
    return ledger.submit(actor, body, id=id, **_about(line))


def cancel_request(
    line: RequestLine, *, actor: Actor, at: datetime, reason: str = "", id: UUID | None = None
) -> Outcome:
    """Say that nothing more is needed on a line. Firm offers on it are free again; agreements stay."""
    if id and (known := ledger.get(id)):
        return known
    require(may_change_request(actor, line, "aid.request.cancelled"))
    if not reason.strip():
        raise Invalid({"reason": _("No reason is given. Nothing was cancelled. Say why, in a few words.")})
    return ledger.submit(actor, draw(RequestCancelled, line=line.id, reason=reason), id=id, **_about(line))


def adopt_request(line: RequestLine, *, report: str, actor: Actor, at: datetime, id: UUID | None = None) -> Outcome:
    """Make a line that another member filed by voice one's own, by the verification code of what was filed."""
    if id and (known := ledger.get(id)):
        return known
    require(may_adopt_request(actor, line))
    return ledger.submit(actor, draw(RequestAdopted, line=line.id, report=report), id=id, **_about(line))


def decline_request(
    line: RequestLine, *, reason: str, actor: Actor, at: datetime, note: str = "", id: UUID | None = None
) -> Outcome:
    """Answer that the member cannot help with a line, and why."""
    if id and (known := ledger.get(id)):
        return known
    require(may_decline_request(actor, line))
    if reason not in DECLINE_REASONS:
        raise Invalid({"reason": _("No reason is chosen. Nothing was sent. Choose one.")})
    if reason == "other" and not note.strip():
        raise Invalid({"note": _("“Another reason” needs words. Nothing was sent. Say why.")})
    return ledger.submit(actor, draw(RequestDeclined, line=line.id, reason=reason, note=note), id=id, **_about(line))
