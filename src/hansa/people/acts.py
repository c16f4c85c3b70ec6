# SPDX-License-Identifier: Apache-2.0
"""Who serves whom, in which office, for which term.

Appointments are public and name a person by an opaque id; the name travels to the league only. Administrators are
appointed by the member's recovery keys alone, everyone else by an administrator's passkey (docs/people.md).
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs, Requirement
from hansa.ledger.acts import ROOT_OFFICE
from hansa.ledger.audience import LEAGUE, PUBLIC
from hansa.ledger.naming import member_name, person_name
from hansa.ledger.registry import act_type
from hansa.people.choices import OFFICES, Office, office_label
from hansa.people.models import Appointment, Person

BY_ADMINISTRATOR = Requirement((Office.ADMINISTRATOR.value,), 1)
OfficeCode = Literal[OFFICES]  # type: ignore[valid-type]
Line = Field(min_length=1, max_length=120)


def _day(moment: datetime | None) -> str:
    return date_format(moment, "DATETIME_FORMAT") + " UTC" if moment else _("until it is ended")


@act_type("people.person.introduced", audience=LEAGUE)
class PersonIntroduced(Body):
    """A member tells the league the name and title of a person who acts for it; a later one replaces an earlier."""

    person: UUID
    name: str = Line
    title: str = Line
    personal = declare(
        official="person name title",
        purpose="members know who acts for whom",
        sealed="the league",
        purge="one year after the last term ended",
    )

    def headline(self, act: Act) -> Text:
        return _("%(member)s introduced %(name)s, %(title)s, to the league.") % {
            "member": member_name(act.author), "name": self.name, "title": self.title}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [(_("Name"), self.name), (_("Title"), self.title), (_("Person"), str(self.person))]

    def apply(self, act: Act) -> None:
        values = {"name": self.name, "title": self.title, "act": act.id, "audience": act.audience}
        Person.put(member=act.author, person=self.person, **values)


@act_type("people.appointment.made", audience=PUBLIC, approval=BY_ADMINISTRATOR)
class AppointmentMade(Body):
    """A person serves the member in an office, from a time on, until a time or until it is ended."""

    person: UUID
    office: OfficeCode
    begins_at: AwareDatetime
    until: AwareDatetime | None = None
    personal = declare(
        none="office begins_at until",
        official="person",
        purpose="to judge who could sign what, when",
        sealed="nobody: an opaque id",
        purge="never: the log is evidence",
    )

    def headline(self, act: Act) -> Text:
        said = {
            "member": member_name(act.author), "person": person_name(act.author, self.person),
            "office": office_label(self.office), "until": _day(self.until),
        }  # fmt: skip
        if self.until is None:
            return _("%(member)s appointed %(person)s to the office %(office)s.") % said
        return _("%(member)s appointed %(person)s to the office %(office)s until %(until)s.") % said

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [
            (_("Person"), person_name(act.author, self.person)),
            (_("Office"), office_label(self.office)),
            (_("Term begins"), _day(self.begins_at)),
            (_("Term ends"), _day(self.until)),
        ]

    def change(self, act: Act) -> Text:
        return _("An administrator can end the term at any time. What was signed during it stays signed.")

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if self.until and self.until <= self.begins_at:
            return refuse(_("A term ends after it begins. Enter a later end."))
        if self.office == Office.ADMINISTRATOR and act.office != ROOT_OFFICE:
            return refuse(_("Administrators are appointed with the member's recovery keys only."), ROOT_OFFICE)
        return ALLOW

    def apply(self, act: Act) -> None:
        Appointment.keep(
            id=act.id, member=act.author, person=self.person, office=self.office, begins_at=self.begins_at,
            until=self.until, audience=act.audience,
        )  # fmt: skip


_DELEGATED = tuple(office for office in OFFICES if office != Office.ADMINISTRATOR)


@act_type("people.delegation.made", audience=PUBLIC, approval=Requirement(_DELEGATED, 1))
class DelegationMade(Body):
    """Whoever holds an office lets another person act in it until a date: with their own passkey, and nobody else's.

    The delegated term ends with the one that it comes from. It is not delegated further.
    """

    source: UUID
    delegator: UUID
    person: UUID
    office: Literal[_DELEGATED]  # type: ignore[valid-type]
    begins_at: AwareDatetime
    until: AwareDatetime
    personal = declare(
        none="source office begins_at until",
        official="delegator person",
        purpose="to judge who could sign what, when",
        sealed="nobody: an opaque id",
        purge="never: the log is evidence",
    )

    def headline(self, act: Act) -> Text:
        return _("%(delegator)s let %(person)s act as %(office)s of %(member)s until %(until)s.") % {
            "delegator": person_name(act.author, self.delegator), "person": person_name(act.author, self.person),
            "office": office_label(self.office), "member": member_name(act.author), "until": _day(self.until),
        }  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [
            (_("Delegated by"), person_name(act.author, self.delegator)),
            (_("Person"), person_name(act.author, self.person)),
            (_("Office"), office_label(self.office)),
            (_("Term begins"), _day(self.begins_at)),
            (_("Term ends"), _day(self.until)),
        ]

    def owes(self, act: Act) -> Text:
        return _("What this person signs in the office binds the member as if you had signed it.")

    def change(self, act: Act) -> Text:
        return _("You or an administrator can end it at any time. What was signed during it stays signed.")

    def signer(self) -> UUID:
        return self.delegator

    def judge(self, act: Act, refs: Refs) -> Verdict:
        # Terms are earlier acts of this very log, so every node judges alike.
        source = Appointment.objects.filter(id=self.source, member=act.author).first()
        if source is None or (source.person, source.office) != (self.delegator, self.office):
            return refuse(_("A person delegates a term of their own."))
        if source.source:
            return refuse(_("This office was delegated to you. Only who was appointed to it can delegate it."))
        if source.state(act.at) != "running":
            return refuse(_("This term does not run now. Nothing can be delegated from it."))
        if self.person == self.delegator:
            return refuse(_("You act in this office yourself. Choose another person."))
        if not self.begins_at < self.until or (source.until and self.until > source.until):
            return refuse(_("A delegation ends after it begins, and not after the term that it comes from."))
        return ALLOW

    def apply(self, act: Act) -> None:
        Appointment.keep(
            id=act.id, member=act.author, person=self.person, office=self.office, begins_at=self.begins_at,
            until=self.until, audience=act.audience, source=self.source, delegated_by=self.delegator,
        )  # fmt: skip


@act_type("people.delegation.ended", audience=PUBLIC, approval=Requirement(_DELEGATED, 1))
class DelegationEnded(Body):
    """Whoever delegated an office takes it back with this act. What was signed meanwhile stays."""

    delegation: UUID
    delegator: UUID
    personal = declare(
        none="delegation", official="delegator", purpose="to judge who could sign what, when",
        sealed="nobody: an opaque id", purge="never: the log is evidence",
    )  # fmt: skip

    def headline(self, act: Act) -> Text:
        known = Appointment.objects.filter(id=self.delegation).first()
        return _("%(delegator)s took the office %(office)s back from %(person)s.") % {
            "delegator": person_name(act.author, self.delegator),
            "person": person_name(act.author, known.person) if known else "?",
            "office": office_label(known.office) if known else "?"}  # fmt: skip

    def signer(self) -> UUID:
        return self.delegator

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if not Appointment.objects.filter(
            id=self.delegation, member=act.author, delegated_by=self.delegator
        ).exists():  # fmt: skip
            return refuse(_("A delegation is taken back by the person who made it, and the act names it."))
        return ALLOW

    def apply(self, act: Act) -> None:
        _end(act, Appointment.objects.filter(id=self.delegation, member=act.author))


def _end(act: Act, rows: QuerySet[Appointment]) -> None:
    # The first end counts: two acts that end one term leave the earlier time, in whatever order they came.
    rows.exclude(ended_at__lte=act.at).update(ended_at=act.at)


@act_type("people.appointment.ended", audience=PUBLIC, approval=BY_ADMINISTRATOR)
class AppointmentEnded(Body):
    """A term ends with this act. What was signed during the term stays."""

    appointment: UUID
    reason: str = Field(default="", max_length=200)
    personal = declare(none="appointment reason")

    def headline(self, act: Act) -> Text:
        known = Appointment.objects.filter(id=self.appointment).first()
        return _("%(member)s ended the term of %(person)s as %(office)s.") % {
            "member": member_name(act.author), "person": person_name(act.author, known.person) if known else "?",
            "office": office_label(known.office) if known else "?"}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        known = Appointment.objects.filter(id=self.appointment).first()
        who = (
            [(_("Person"), person_name(act.author, known.person)), (_("Office"), office_label(known.office))]
            if known
            else []
        )
        return [*who, (_("Reason"), self.reason or _("none given")), (_("Ends"), _("when this act is logged"))]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        # An earlier act of this very log made the term, so every node judges alike.
        made = Appointment.objects.filter(id=self.appointment, member=act.author).first()
        if made is None:
            return refuse(_("A term is ended by the member that made it, and the act names it."))
        if made.office == Office.ADMINISTRATOR and act.office != ROOT_OFFICE:
            return refuse(_("Administrators are removed with the member's recovery keys only."), ROOT_OFFICE)
        return ALLOW

    def apply(self, act: Act) -> None:
        rows = Appointment.objects.filter(member=act.author)
        _end(act, rows.filter(Q(id=self.appointment) | Q(source=self.appointment)))
