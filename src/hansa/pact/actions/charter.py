# SPDX-License-Identifier: Apache-2.0
"""Founding a league, proposing an amendment, voting on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Text, require
from hansa.ledger import actions as ledger
from hansa.ledger import queries as acts
from hansa.ledger import registry
from hansa.ledger.act import Act, Body
from hansa.ledger.keys import SigningKey
from hansa.ledger.models import PendingAct
from hansa.pact import naming, policy, queries, rules
from hansa.pact.acts import CharterProposed, CharterVoted, LeagueFounded
from hansa.pact.charter import Problem, check, diff
from hansa.pact.models import CharterVersion, Proposal

_SLACK = timedelta(minutes=15)  # an approval may take a quarter of an hour; the round must still be long enough


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return everything that is wrong with a text as a charter, act types that no part knows among it."""
    return check(text, acts=registry.types)[1]


def checked_text(text: str) -> str:
    """Return the text with plain line ends; `Invalid` with every problem and its line when it is no charter."""
    plain = text.replace("\r\n", "\n")
    problems = problems_of(plain)
    if problems:
        lines = [_line(found) for found in problems]
        raise Invalid({"text": "\n".join(lines)})
    return plain


def _line(found: Problem) -> str:
    return str(_("Line %(line)s: %(message)s") % {"line": found.line, "message": naming.problem_text(found)})


def found_league(member: str, *, name: str, text: str, signers: Sequence[SigningKey]) -> Act:
    """Found the league that this node serves: its name and first charter, signed by the member's recovery keys.

    The charter is in force once as many governments ratified it as it asks for. `Invalid` for a text with problems,
    or when the league was founded before.
    """
    if queries.founding():
        raise Invalid({"name": _("This node's league was founded already. Nothing was signed.")})
    if not name.strip():
        raise Invalid({"name": _("The league has no name. Enter one.")})
    with member_scope(member):
        body = body_of(LeagueFounded, name=name.strip(), text=checked_text(text))
        return ledger.publish_by_root(member, [body], signers=signers)[0]


def propose_amendment(
    text: str, *, reason: str, closes: datetime, actor: Actor, at: datetime, parent: str = "", id: UUID | None = None
) -> Act | PendingAct:
    """Propose a new text in place of the charter in force; every member may vote until `closes`.

    `parent` is the version that the person changed; when another one came into force meanwhile, nothing is sent.
    """
    if id and (known := already(id)):
        return known
    version = queries.charter_in_force(at)
    require(policy.may_propose(actor, version, at))
    if version is None:
        raise ValueError("nobody may propose without a charter in force")
    if parent and parent != version.digest:
        raise Invalid({"text": _("The charter was amended meanwhile. Your text is kept, not sent. Compare it first.")})
    errors: dict[str, Text] = {}
    number, open_until = queries.next_round(version, at)
    closing = open_until or closes
    if not reason.strip():
        errors["reason"] = _("Say why, so that the others can judge. Nothing was sent.")
    if not open_until:
        errors |= _closing_errors(version, closes, at)
    try:
        plain = checked_text(text)
        if not diff(version.charter, _parsed(plain)):
            errors["text"] = _("This text says the same as the charter in force. Change it first.")
    except Invalid as invalid:
        errors |= invalid.errors
    if errors:
        raise Invalid(errors)
    body = body_of(
        CharterProposed, parent=version.digest, round=number, closes=closing, text=plain, reason=reason.strip(),
        electorate=tuple(sorted(queries.members(at))),
    )  # fmt: skip
    return ledger.submit(actor, body, id=id, refs=[version.act], charter=version.digest)


def _parsed(text: str):
    found, _problems = check(text)
    return found


def _closing_errors(version: CharterVersion, closes: datetime, at: datetime) -> dict[str, Text]:
    open_for = version.charter.amendment.open_for
    earliest, latest = at + open_for, at + max(rules.LONGEST_ROUND, open_for)
    if closes < earliest + _SLACK:
        words = {"span": naming.span(open_for), "time": naming.moment(earliest + _SLACK)}
        return {"closes": _("Votes stay open for %(span)s or more. Enter a time after %(time)s.") % words}
    if closes > latest:
        return {"closes": _("Votes close at the latest on %(time)s. Enter an earlier time.") % {
            "time": naming.moment(latest)}}  # fmt: skip
    return {}


def vote_on(
    proposal: Proposal, choice: str, *, reason: str = "", actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Vote yes or no for the actor's member. The first vote in a round counts."""
    if id and (known := already(id)):
        return known
    require(policy.may_vote(actor, proposal, at))
    if choice not in ("yes", "no"):
        raise Invalid({"choice": _("Choose yes or no.")})
    body = body_of(CharterVoted, proposal=proposal.digest, choice=choice, reason=reason.strip())
    return ledger.submit(actor, body, id=id, refs=[proposal.id], charter=proposal.parent)


def body_of(body_type: type[Body], /, **values: object) -> Any:
    """Return the body of an act; `Invalid`, field by field, for what an act cannot carry."""
    try:
        return body_type(**values)
    except ValidationError as error:
        message = _("An act cannot carry this. Shorten it, and remove hidden characters. Nothing was sent.")
        raise Invalid({str(found["loc"][0]) if found["loc"] else "": message for found in error.errors()}) from None


def already(id: UUID) -> Act | PendingAct | None:
    """Return what an earlier sending of the same form made, so that it is not judged twice."""
    return acts.get(id) or PendingAct.objects.filter(id=id, published_at=None, dropped_at=None).first()
