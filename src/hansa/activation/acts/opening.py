# SPDX-License-Identifier: Apache-2.0
"""What members say about a crisis. Each act leaves one row, keyed by its own id: any order gives the same tables.

The activation's id is the id of the act that opened it: an invocation, or another member's report of one by voice.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from hansa import ledger
from hansa.activation.models import Activation, Adoption, Consultation, Stand
from hansa.activation.wording import level_name, member_name, office_name, trigger_name
from hansa.core.masking import Masked
from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.ledger import Act, Refs

Text = Annotated[Masked, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Remark = Annotated[Masked, StringConstraints(strip_whitespace=True, max_length=4000)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Latitude = Annotated[Decimal, Field(ge=-90, le=90, decimal_places=5)]
Longitude = Annotated[Decimal, Field(ge=-180, le=180, decimal_places=5)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

OPENERS = ("activation.crisis.invoked", "activation.crisis.reported")


def day_of(act: Act) -> str:
    """Return the day of an act, in the reader's language and zone."""
    return date_format(localtime(act.at), "MONTH_DAY_FORMAT")


def write_row(model, act: Act, **values) -> None:
    """Leave the row of one act, once."""
    model.objects.bulk_create([model(id=act.id, member=act.author, at=act.at, audience=act.audience, **values)],
                              ignore_conflicts=True)  # fmt: skip


class _Situation(ledger.Body):
    """What happened where, as an invocation and a report by voice state it."""

    trigger: Slug
    level: Slug
    situation: Text
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    lat: Latitude | None = None
    lon: Longitude | None = None
    first_needs: Text
    evidence: Remark = ""
    personal = declare(none="trigger level situation place lat lon first_needs evidence")

    def situation_facts(self, act: Act) -> list[tuple[str, str]]:
        """Return what happened, where, and what is needed, as the signer reads it."""
        facts = [
            (_("Condition of the charter"), trigger_name(act.charter, self.trigger)),
            (_("Level asked for"), level_name(act.charter, self.level)),
            (_("What happened"), self.situation),
            (_("Place"), self.place),
            (_("Needed first"), self.first_needs),
        ]
        return [*facts, (_("Evidence"), self.evidence)] if self.evidence else facts

    def open_activation(self, act: Act, **values) -> None:
        """Write the activation's row."""
        row = {
            "id": act.id, "digest": act.digest, "at": act.at, "charter": act.charter or "", "exercise": act.exercise,
            "audience": act.audience, "trigger": self.trigger, "level": self.level, "situation": self.situation,
            "place": self.place, "lat": self.lat, "lon": self.lon, "first_needs": self.first_needs,
            "evidence": self.evidence, **values,
        }  # fmt: skip
        Activation.objects.bulk_create([Activation(**row)], ignore_conflicts=True)


class About(ledger.Body):
    """An act about an activation: it references the act that opened it."""

    activation: UUID
    personal = declare(none="activation")

    def opener(self, refs: Refs) -> Act | None:
        """Return the act that opened the activation, when it is referenced."""
        return next((ref for ref in refs.values() if ref.id == self.activation and ref.type in OPENERS), None)

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse an act that does not reference its activation, or rests on another charter."""
        opener = self.opener(refs)
        if opener is None:
            return refuse(_("This names an activation and does not refer to it. Open the activation and start again."))
        if act.charter != opener.charter:
            return refuse(_("This rests on another charter than its activation. Open the activation and start again."))
        return self.judge_about(act, opener)

    def about(self) -> list[tuple[str, str]]:
        """Return whose activation this is about, as the signer reads it: several can be open at once."""
        found = Activation.objects.filter(id=self.activation).first()
        if found is None:
            return []
        return [(_("Activation"), f"{member_name(found.member)}: {trigger_name(found.charter, found.trigger)}")]

    def judge_about(self, act: Act, opener: Act) -> Verdict:
        """Say whether the act may stand beside the act that opened its activation."""
        return ALLOW


def crisis_member(opener: Act) -> str:
    """Return the member in crisis: the author of an invocation, or the one that a report by voice names."""
    return opener.body.member if isinstance(opener.body, CrisisReported) else opener.author


@ledger.act_type("activation.crisis.consulted", audience=ledger.LEAGUE)
class CrisisConsulted(ledger.Body):
    """A member asks the league for advice; nothing follows by itself."""

    trigger: Slug | None = None
    situation: Text
    question: Text
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    personal = declare(none="trigger situation question place")

    def headline(self, act: Act) -> str:
        """Say who consulted about where, when."""
        names = {"member": member_name(act.author), "place": self.place, "day": day_of(act)}
        return _("%(member)s consulted the league about %(place)s on %(day)s.") % names

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return situation, place and question."""
        return [(_("What happened"), self.situation), (_("Place"), self.place), (_("Question"), self.question)]

    def apply(self, act: Act) -> None:
        """Leave the consultation's row."""
        write_row(Consultation, act, exercise=act.exercise, trigger=self.trigger or "", situation=self.situation,
               question=self.question, place=self.place)  # fmt: skip


@ledger.act_type("activation.crisis.invoked", audience=ledger.LEAGUE)
class CrisisInvoked(_Situation):
    """A member invokes the pact for itself."""

    consultation: UUID | None = None
    personal = declare(none="trigger level situation place lat lon first_needs evidence consultation")

    def headline(self, act: Act) -> str:
        """Say who invoked for what, when."""
        names = {
            "member": member_name(act.author),
            "trigger": trigger_name(act.charter, self.trigger),
            "day": day_of(act),
        }
        return _("%(member)s invoked the pact on %(day)s: %(trigger)s.") % names

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return all that is signed."""
        return self.situation_facts(act)

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse an invocation that rests on no charter."""
        return ALLOW if act.charter else refuse(_("An invocation needs a charter in force. Ratify one first."))

    def apply(self, act: Act) -> None:
        """Open the activation."""
        self.open_activation(act, member=act.author, reporter="", consultation=self.consultation)


@ledger.act_type("activation.crisis.reported", audience=ledger.LEAGUE)
class CrisisReported(_Situation):
    """A duty officer reports that a member invoked by voice. It is the reporter's, until that member adopts it."""

    member: Slug
    caller_office: Slug
    spoken_at: datetime
    personal = declare(none="trigger level situation place lat lon first_needs evidence member caller_office spoken_at")

    def headline(self, act: Act) -> str:
        """Say who reported whose call, when."""
        names = {"author": member_name(act.author), "member": member_name(self.member), "day": day_of(act)}
        return _("%(author)s reported that %(member)s invoked the pact by voice on %(day)s.") % names

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return who called, and all that they said."""
        called = date_format(localtime(self.spoken_at), "DATETIME_FORMAT")
        return [
            (_("Member that called"), member_name(self.member)),
            (_("Office of the caller"), office_name(self.caller_office)),
            (_("Time of the call"), called), *self.situation_facts(act),
        ]  # fmt: skip

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse a report about oneself, and one that rests on no charter."""
        if self.member == act.author:
            return refuse(_("Your own crisis is not reported by voice. Invoke the pact instead."))
        return ALLOW if act.charter else refuse(_("An invocation needs a charter in force. Ratify one first."))

    def apply(self, act: Act) -> None:
        """Open the activation for the member that called."""
        self.open_activation(act, member=self.member, reporter=act.author, caller_office=self.caller_office)


@ledger.act_type("activation.crisis.adopted", audience=ledger.LEAGUE)
class CrisisAdopted(About):
    """A member makes what was reported for it by voice its own, by the hash of the report."""

    report: Hash
    personal = declare(none="activation report")

    def headline(self, act: Act) -> str:
        """Say who adopted it, when."""
        names = {"member": member_name(act.author), "day": day_of(act)}
        return _("%(member)s confirmed in writing, on %(day)s, that it invoked the pact.") % names

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return the activation and the hash of the report."""
        return [*self.about(), (_("Verification code of the report"), self.report)]

    def judge_about(self, act: Act, opener: Act) -> Verdict:
        """Refuse anyone but the member it was reported for, and a hash of something else."""
        if not isinstance(opener.body, CrisisReported) or opener.body.member != act.author:
            return refuse(_("Only the member that called can confirm this."))
        if opener.digest != self.report:
            return refuse(_("What was reported has another verification code. Open it again, then confirm."))
        return ALLOW

    def apply(self, act: Act) -> None:
        """Leave the adoption's row."""
        write_row(Adoption, act, activation=self.activation, adopted=self.report)


class _Stand(About):
    def judge_about(self, act: Act, opener: Act) -> Verdict:
        """Refuse the member in crisis: it cannot speak about itself."""
        if act.author == crisis_member(opener):
            return refuse(_("Other members attest or object. Yours asked for help."))
        return ALLOW


@ledger.act_type("activation.crisis.attested", audience=ledger.LEAGUE)
class CrisisAttested(_Stand):
    """A member attests that the condition of the charter is met."""

    reason: Remark = ""
    personal = declare(none="activation reason")

    def headline(self, act: Act) -> str:
        """Say who attested, when."""
        return _("%(member)s attested the activation on %(day)s.") % {
            "member": member_name(act.author),
            "day": day_of(act),
        }

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return the activation, and the reason when one was given."""
        return [*self.about(), *([(_("Reason"), self.reason)] if self.reason else [])]

    def apply(self, act: Act) -> None:
        """Leave the attestation's row."""
        write_row(Stand, act, activation=self.activation, attests=True, reason=self.reason)


@ledger.act_type("activation.crisis.objected", audience=ledger.LEAGUE)
class CrisisObjected(_Stand):
    """A member objects: the condition of the charter is not met, and why."""

    reason: Text
    personal = declare(none="activation reason")

    def headline(self, act: Act) -> str:
        """Say who objected, when."""
        return _("%(member)s objected to the activation on %(day)s.") % {
            "member": member_name(act.author),
            "day": day_of(act),
        }

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return the activation and the reason."""
        return [*self.about(), (_("Reason"), self.reason)]

    def apply(self, act: Act) -> None:
        """Leave the objection's row."""
        write_row(Stand, act, activation=self.activation, attests=False, reason=self.reason)
