# SPDX-License-Identifier: Apache-2.0
"""What a person can do in an activation. Each returns the act, or the pending act that waits for a passkey.

The same `id` again returns what the first call made: sent twice, one act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hansa import ledger
from hansa.activation import acts, bylaws, policy, queries
from hansa.activation.models import Activation
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, Text, require
from hansa.duty import actions as duty
from hansa.duty.models import LogLine
from hansa.ledger import Act, Body, PendingAct
from hansa.pact import queries as pact
from hansa.pact.charter import Charter
from hansa.pact.models import CharterVersion

Done = Act | PendingAct
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Situation:
    """What happened where, as typed: the same for an invocation and for a report of one by voice."""

    trigger: str
    level: str
    situation: str
    place: str
    first_needs: str
    evidence: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None


def _checked(said: Situation, charter: Charter) -> dict[str, Any]:
    """Return the fields of a body, or raise `Invalid` with a message for each field that is wrong."""
    errors: dict[str, Text] = {}
    if said.trigger not in charter.triggers:
        errors["trigger"] = _("The charter does not name this. Choose one that it names.")
    elif charter.triggers[said.trigger].evidence and not said.evidence.strip():
        clause = {"clause": charter.triggers[said.trigger].clause}
        errors["evidence"] = _("The charter asks for evidence here (clause %(clause)s). Say what shows it.") % clause
    if said.level not in charter.levels:
        errors["level"] = _("The charter does not name this level. Choose one that it names.")
    for name in ("situation", "place", "first_needs"):
        if not getattr(said, name).strip():
            errors[name] = _("This is empty. Nothing was sent. Fill it in.")
    if (said.lat is None) != (said.lon is None):
        errors["lat"] = _("Enter both latitude and longitude, or neither.")
    if errors:
        raise Invalid(errors)
    return {name: getattr(said, name) for name in Situation.__slots__}


def consult_league(situation: str, question: str, place: str, *, actor: Actor, trigger: str | None = None,
                   id: UUID | None = None) -> Done:  # fmt: skip
    """Ask the league for advice: any member, at any time, without consequence."""
    require(policy.may_consult(actor))
    named = {"situation": situation, "question": question, "place": place}
    empty = {
        name: _("This is empty. Nothing was sent. Fill it in.") for name, text in named.items() if not text.strip()
    }
    if empty:
        raise Invalid(empty)
    held = pact.charter_in_force()
    body = acts.CrisisConsulted(trigger=trigger or None, **named)
    return ledger.submit(actor, body, id=id, charter=held.digest if held else None)


def invoke_pact(said: Situation, *, actor: Actor, id: UUID | None = None, cites: Sequence[UUID] = (),
                consultation: UUID | None = None) -> Done:  # fmt: skip
    """Invoke the pact for the actor's member. The act's id is the activation's."""
    now = clock.now()
    version = pact.require_version(now)
    charter = version.charter
    require(policy.may_invoke(actor, charter, bylaws.league(now)))
    fields = _checked(said, charter)
    if consultation and queries.get_consultation(consultation) is None:
        raise Invalid({"consultation": _("This consultation is not known here. Open it and start again.")})
    body = acts.CrisisInvoked(**fields, consultation=consultation)
    return _open(body, actor, version, id, [*cites, *([consultation] if consultation else [])])


def report_by_voice(said: Situation, *, member: str, caller_office: str, spoken_at: datetime, actor: Actor,
                    id: UUID | None = None) -> Done:  # fmt: skip
    """Write down that another member invoked by voice. It has the charter's effect until that member adopts it."""
    now = clock.now()
    version = pact.require_version(now)
    charter, league = version.charter, bylaws.league(now)
    require(policy.may_report(actor, charter, league))
    if member == actor.member:
        raise Invalid({"member": _("Your own crisis is not reported by voice. Invoke the pact instead.")})
    if member not in league:
        raise Invalid({"member": _("This government is not in the league. Choose a member.")})
    if spoken_at > now:
        raise Invalid({"spoken_at": _("That time has not come yet. Enter when the call came.")})
    body = acts.CrisisReported(
        **_checked(said, charter), member=member, caller_office=caller_office, spoken_at=spoken_at
    )
    return _open(body, actor, version, id, [])


def _open(body: Body, actor: Actor, version: CharterVersion, id: UUID | None, cites: Sequence[UUID]) -> Done:
    key = id or new_id()
    return ledger.submit(
        actor, body, id=key, refs=[version.act], cites=cites, audience=ledger.league_scope(key), charter=version.digest
    )


def _say(body: Body, activation: Activation, actor: Actor, id: UUID | None) -> Done:
    """Say something about an activation to all who read it."""
    return ledger.submit(
        actor,
        body,
        id=id,
        refs=[activation.id],
        audience=ledger.league_scope(activation.id),
        charter=activation.charter,
        exercise=activation.exercise,
    )


def _known(id: UUID | None) -> Act | None:
    """Return the act that an earlier sending of the same form made, so that it is not judged a second time."""
    return ledger.get(id) if id else None


def _picture(activation: Activation) -> queries.Picture:
    found = queries.picture(activation.id)
    if found is None:
        raise Invalid({"": _("This activation, or its charter, is not known here. Reload and try again.")})
    return found


def attest_crisis(activation: Activation, reason: str, *, actor: Actor, id: UUID | None = None) -> Done:
    """Attest for the actor's member that the condition of the charter is met."""
    if known := _known(id):
        return known
    require(policy.may_stand(actor, _picture(activation), attests=True))
    return _say(acts.CrisisAttested(activation=activation.id, reason=reason), activation, actor, id)


def object_to_crisis(activation: Activation, reason: str, *, actor: Actor, id: UUID | None = None) -> Done:
    """Object for the actor's member, with the reason."""
    if known := _known(id):
        return known
    require(policy.may_stand(actor, _picture(activation), attests=False))
    _need_reason(reason)
    return _say(acts.CrisisObjected(activation=activation.id, reason=reason), activation, actor, id)


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": _("Others read why. Nothing was sent. Write the reason.")})


def acknowledge_crisis(activation: Activation, *, actor: Actor, note: str = "", id: UUID | None = None) -> Done:
    """Say that the actor's member has the activation in hand."""
    if known := _known(id):
        return known
    require(policy.may_acknowledge(actor, _picture(activation)))
    return _say(acts.AnswerAcknowledged(activation=activation.id, note=note), activation, actor, id)


def decline_crisis(activation: Activation, reason: str, *, actor: Actor, id: UUID | None = None) -> Done:
    """Say that the actor's member can send nothing, and why."""
    if known := _known(id):
        return known
    require(policy.may_decline(actor, _picture(activation)))
    _need_reason(reason)
    return _say(acts.AnswerDeclined(activation=activation.id, reason=reason), activation, actor, id)


def adopt_report(activation: Activation, digest: str, *, actor: Actor, id: UUID | None = None) -> Done:
    """Make what was reported for the actor's member by voice its own, by the hash that the actor has read."""
    if known := _known(id):
        return known
    require(policy.may_adopt(actor, _picture(activation)))
    if digest != activation.digest:
        raise Invalid({"report": _("What was reported has another verification code. Open it again, then confirm.")})
    return _say(acts.CrisisAdopted(activation=activation.id, report=digest), activation, actor, id)


def change_level(activation: Activation, level: str, reason: str, *, actor: Actor, id: UUID | None = None) -> Done:
    """Ask for another level of the charter."""
    if known := _known(id):
        return known
    found = _picture(activation)
    require(policy.may_change(actor, found, "activation.level.changed"))
    if level not in found.charter.levels:
        raise Invalid({"level": _("The charter does not name this level. Choose one that it names.")})
    if level == found.standing.asked:
        raise Invalid({"level": _("This level is asked for already. Choose another one.")})
    _need_reason(reason)
    return _say(acts.LevelChanged(activation=activation.id, level=level, reason=reason), activation, actor, id)


def extend_crisis(
    activation: Activation, until: datetime, reason: str, *, actor: Actor, id: UUID | None = None
) -> Done:
    """Extend the activation until a later time."""
    if known := _known(id):
        return known
    found = _picture(activation)
    require(policy.may_change(actor, found, "activation.crisis.extended"))
    if not found.standing.history:
        raise Invalid({"until": _("It is not active yet, so there is nothing to extend.")})
    if until <= max(found.now, found.standing.until or found.now):
        raise Invalid({"until": _("That is not later than its end now. Nothing was sent. Enter a later time.")})
    if until > found.now + _LONGEST:
        raise Invalid({"until": _("That is more than a year ahead. Enter an earlier time, and extend again then.")})
    _need_reason(reason)
    return _say(acts.CrisisExtended(activation=activation.id, until=until, reason=reason), activation, actor, id)


def stand_down(activation: Activation, reason: str, *, actor: Actor, id: UUID | None = None) -> Done:
    """End the activation. What was agreed is still carried out, returned and paid."""
    if known := _known(id):
        return known
    require(policy.may_end(actor, _picture(activation)))
    _need_reason(reason)
    return _say(acts.CrisisEnded(activation=activation.id, reason=reason), activation, actor, id)


@transaction.atomic
def log_line(text: str, *, actor: Actor, activation: Activation | None = None, share: bool = False,
             happened_at: datetime | None = None, id: UUID | None = None) -> LogLine:  # fmt: skip
    """Note a line for the actor's member; with `share`, also tell it to all who read the activation."""
    key = id or new_id()
    if share and activation is None:
        raise Invalid({"activation": _("Choose the activation in which to share it.")})
    line = duty.log_line(
        text, actor=actor, id=key, scope=activation.id if activation else None, happened_at=happened_at,
        shared=key if share else None,
    )  # fmt: skip
    if share and activation:
        said = acts.LineLogged(activation=activation.id, text=line.text, happened=line.happened_at)
        _say(said, activation, actor, key)
    return line
