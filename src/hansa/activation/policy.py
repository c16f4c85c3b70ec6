# SPDX-License-Identifier: Apache-2.0
"""Who may do what in an activation. A refusal names the offices that could, and the clause of the charter."""

from django.utils.translation import gettext_lazy as _

from hansa.activation import bylaws
from hansa.activation.queries import Picture
from hansa.activation.rules import Phase
from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.pact.charter import Charter
from hansa.people.policy import NO_OFFICE

DEFAULT = {
    "activation.answer.acknowledged": "obligations.acknowledge",
    "activation.answer.declined": "obligations.offer-or-decline",
    "activation.crisis.reported": "obligations.acknowledge",
}
# A charter that does not name who changes the level means those who invoke.
SAME_AS = {"activation.level.changed": "activation.crisis.invoked"}
NOT_OWED_BY = ("chief-executive", "emergency-management", "duty-officer")


def _term(charter: Charter, act_type: str) -> str:
    """Return the path of the charter's term that names who does this."""
    named = act_type if act_type in charter.signing else SAME_AS.get(act_type, act_type)
    return DEFAULT.get(act_type, f"signing.{named}")


def offices_for(charter: Charter, act_type: str) -> tuple[str, ...]:
    """Return the offices that the charter lets do this; those in charge of crises where it names none."""
    table, _dot, name = _term(charter, act_type).partition(".")
    held = charter.obligations.get(name) if table == "obligations" else charter.signing.get(name)
    return held.offices if held else NOT_OWED_BY


def clause_for(charter: Charter, act_type: str) -> str:
    """Return the number of the clause on which `offices_for` rests; empty when the charter says nothing of it."""
    try:
        return charter.clause_for(_term(charter, act_type)).number
    except KeyError:
        return ""


def _in_office(actor: Actor | None, charter: Charter | None, act_type: str, digest: str = "") -> Verdict:
    if actor is None or actor.person is None:
        return refuse(_("Sign in first."))
    if charter is None:
        return refuse(_("No charter is in force. Ratify one first."), "chief-executive")
    offices = offices_for(charter, act_type)
    if actor.holds(*offices):
        return ALLOW
    if not actor.offices:
        return refuse(NO_OFFICE, *offices)
    clause = clause_for(charter, act_type)
    reason: Text = _("You can read, not sign, this. Your draft is kept. Send it to an office that can.")
    if clause:
        reason = _(
            "You can read, not sign, this (clause %(clause)s). Your draft is kept. Send it to an office that can."
        ) % {"clause": clause}
    return refuse(reason, *offices, clause=clause, charter=digest)


def _member(actor: Actor, league: frozenset[str]) -> Verdict:
    if actor.member in league:
        return ALLOW
    return refuse(_("Only members of the league do this. Your government has not ratified the charter."))


def may_consult(actor: Actor | None) -> Verdict:
    """Any member, at any time: whoever holds an office."""
    if actor is None or actor.person is None:
        return refuse(_("Sign in first."))
    return ALLOW if actor.office else refuse(NO_OFFICE)


def may_invoke(actor: Actor | None, charter: Charter | None, league: frozenset[str]) -> Verdict:
    """Members in the league, by the offices of the charter."""
    allowed = _in_office(actor, charter, "activation.crisis.invoked")
    return _member(actor, league) if allowed.ok and actor else allowed


def may_report(actor: Actor | None, charter: Charter | None, league: frozenset[str]) -> Verdict:
    """Members in the league whose charter has the spoken path: the offices that acknowledge."""
    allowed = _in_office(actor, charter, "activation.crisis.reported")
    if not allowed.ok or actor is None or charter is None:
        return allowed
    if not charter.urgent.spoken:
        reason = _("The charter has no spoken path (clause %(clause)s). The member has to invoke in writing.")
        return refuse(reason % {"clause": charter.urgent.clause}, clause=charter.urgent.clause)
    return _member(actor, league)


def may_stand(actor: Actor | None, picture: Picture, *, attests: bool) -> Verdict:
    """Other members, once, while there is still something to attest or object to."""
    act_type = "activation.crisis.attested" if attests else "activation.crisis.objected"
    allowed = _in_office(actor, picture.charter, act_type, picture.activation.charter)
    if not allowed.ok or actor is None:
        return allowed
    if actor.member == picture.activation.member:
        return refuse(_("Other members attest or object. Yours asked for help."))
    if picture.stand_of(actor.member):
        return refuse(_("Your member has attested or objected already. The first word is final."))
    if not picture.standing.open:
        return _ended()
    if attests and not picture.standing.attested and picture.now > picture.standing.attest_by:
        return refuse(_("The time to attest is over. The member can invoke again."))
    return _member(actor, picture.league)


def _ended() -> Verdict:
    return refuse(_("This activation has ended. Nothing was sent."))


def may_acknowledge(actor: Actor | None, picture: Picture) -> Verdict:
    """Other members, once; late is better than never, so it stays possible until the end."""
    allowed = _in_office(actor, picture.charter, "activation.answer.acknowledged", picture.activation.charter)
    if not allowed.ok or actor is None:
        return allowed
    if actor.member == picture.activation.member:
        return refuse(_("Your member asked for help. The others acknowledge."))
    if picture.acknowledged(actor.member):
        return refuse(_("Your member has acknowledged this already. Nothing was doubled."))
    return _answering(actor, picture) if picture.standing.open else _ended()


def _answering(actor: Actor, picture: Picture) -> Verdict:
    """Members answer, also those that joined after it began; a guest owes no answer, so that none is asked of it."""
    return ALLOW if actor.member in picture.league else _member(actor, bylaws.league(picture.now))


def may_decline(actor: Actor | None, picture: Picture) -> Verdict:
    """Other members, once."""
    allowed = _in_office(actor, picture.charter, "activation.answer.declined", picture.activation.charter)
    if not allowed.ok or actor is None:
        return allowed
    if actor.member == picture.activation.member:
        return refuse(_("Your member asked for help. The others decline or offer."))
    if any(answer.declined and answer.member == actor.member for answer in picture.answers):
        return refuse(_("Your member has declined already. An offer is still possible."))
    return _answering(actor, picture) if picture.standing.open else _ended()


def may_change(actor: Actor | None, picture: Picture, act_type: str) -> Verdict:
    """The member in crisis; its reporter, until it adopts what was reported by voice."""
    allowed = _in_office(actor, picture.charter, act_type, picture.activation.charter)
    if not allowed.ok or actor is None:
        return allowed
    row = picture.activation
    if actor.member == row.member or (actor.member == row.reporter and picture.standing.unadopted):
        alive = picture.standing.open or picture.standing.phase is Phase.EXPIRED
        return ALLOW if alive else _ended()
    return refuse(_("Only the member in crisis does this."))


def may_end(actor: Actor | None, picture: Picture) -> Verdict:
    """The member in crisis; any member once it lapsed, where the charter lets them."""
    lapsed = picture.standing.phase is Phase.EXPIRED and bylaws.rule(picture.charter).anyone_ends
    if lapsed and actor and actor.member in picture.league:
        return _in_office(actor, picture.charter, "activation.crisis.ended", picture.activation.charter)
    return may_change(actor, picture, "activation.crisis.ended")


def may_adopt(actor: Actor | None, picture: Picture) -> Verdict:
    """The member for which it was reported, while it has not adopted the report."""
    allowed = _in_office(actor, picture.charter, "activation.crisis.adopted", picture.activation.charter)
    if not allowed.ok or actor is None:
        return allowed
    if not picture.activation.reporter or actor.member != picture.activation.member:
        return refuse(_("Only the member that called can confirm this."))
    return ALLOW if picture.standing.unadopted else refuse(_("This was confirmed in writing already."))
