# SPDX-License-Identifier: Apache-2.0
"""Missions: the donor orders and rosters, both sides check people in and out, the requester demobilises."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from hansa import ledger
from hansa.aid import naming
from hansa.aid.acts.agreement import Facts, common, parties
from hansa.aid.acts.settling import derived_id, line_id
from hansa.aid.acts.terms import Hash, Member, TermsPart
from hansa.aid.models import Check, Demobilisation, HomeContact, Mission, MissionLine, RosterEntry
from hansa.aid.rules import presence
from hansa.core.masking import Masked
from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs

_PURGE = {
    "purpose": "mission order and accountability",
    "sealed": "donor and requester",
    "purge": "30 days after the mission ends",
}


class MissionPart(TermsPart):
    """So many people in one role, out of one offer of the agreement."""

    offer: UUID
    role: str = Field(min_length=1, max_length=120)
    people: int = Field(gt=0, le=100_000)
    personal = declare(none="offer role people")


@ledger.act_type("aid.mission.ordered", audience=ledger.LEAGUE)
class MissionOrdered(Body):
    """The donor orders its people out. They keep their employer, pay and workers' compensation at home."""

    agreement: UUID
    hash: Hash
    activation: UUID
    requester: Member
    title: str = Field(min_length=1, max_length=200)
    task: str = Field(min_length=1, max_length=4000)
    lines: tuple[MissionPart, ...] = Field(min_length=1, max_length=100)
    report_to: str = Field(min_length=1, max_length=200)
    report_at: AwareDatetime
    ends: AwareDatetime
    legal_status: str = Field(min_length=1, max_length=2000)
    insurance: str = Field(default="", max_length=2000)
    conduct: str = Field(min_length=1, max_length=4000)
    radio: str = Field(default="", max_length=300)
    personal = declare(
        none="agreement hash activation requester title task lines report_to report_at ends legal_status insurance"
        " conduct radio"
    )

    @property
    def people(self) -> int:
        """How many people are ordered in all."""
        return sum(line.people for line in self.lines)

    def headline(self, act: Act) -> str:
        return _("%(member)s ordered %(count)s people to the mission %(title)s by %(date)s.") % {
            "member": naming.member(act.author),
            "count": self.people,
            "title": self.title,
            "date": naming.day(self.report_at),
        }

    def facts(self, act: Act) -> Facts:
        return [
            (_("Agreement"), naming.reference("A", self.agreement)),
            *((line.role, str(line.people)) for line in self.lines),
            (_("Task"), self.task),
            (_("Report to"), self.report_to),
            (_("Report at"), naming.moment(self.report_at)),
            (_("Ends"), naming.moment(self.ends)),
            (_("Legal status"), self.legal_status),
            (_("Insurance"), self.insurance or _("as at home")),
            (_("Code of conduct"), self.conduct),
            (_("Radio plan"), self.radio or _("none named")),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        terms = parties(self.agreement, refs)
        if terms is None or terms.hash != self.hash:
            return refuse(_("A mission order refers to the agreement, and names the version of its terms."))
        if terms.donor != act.author or (terms.requester, terms.activation) != (self.requester, self.activation):
            return refuse(_("Only the donor orders its own people."))
        if not {line.offer for line in self.lines} <= {line.offer for line in terms.lines}:
            return refuse(_("The mission has a line that the agreement does not have."))
        if self.ends <= self.report_at:
            return refuse(_("The mission ends before it starts. Enter a later end."))
        return ALLOW

    def apply(self, act: Act) -> None:
        fields = self.model_dump(exclude={"lines"})
        mission, made = Mission.objects.get_or_create(
            id=act.id,
            defaults=fields
            | {
                "donor": act.author,
                "office": act.office,
                "at": act.at,
                "digest": act.digest,
                "exercise": act.exercise or "",
                "audience": act.audience,
            },
        )
        if made:
            MissionLine.objects.bulk_create(
                MissionLine(
                    id=derived_id(act.id, number),
                    mission=mission,
                    line=line_id(self.agreement, line.offer),
                    offer=line.offer,
                    role=line.role,
                    people=line.people,
                    audience=act.audience,
                )
                for number, line in enumerate(self.lines)
            )


class Rostered(TermsPart):
    """One person of a mission: `person` is a random id made for it. Rostered staff data, nothing more."""

    person: UUID
    offer: UUID
    name: str = Field(min_length=1, max_length=120)
    role: str = Field(min_length=1, max_length=120)
    credential: str = Field(default="", max_length=120)
    removed: bool = False
    personal = declare(none="offer removed", staff="person name role credential", **_PURGE)


@ledger.act_type("aid.mission.rostered", audience=ledger.LEAGUE)
class MissionRostered(Body):
    """The donor names the people of its mission, to the requester alone. A later naming of a person replaces it."""

    mission: UUID
    people: tuple[Rostered, ...] = Field(max_length=500)
    home_contact: str = Field(default="", max_length=200)
    personal = declare(none="mission", staff="people", contact="home_contact", **_PURGE)

    def headline(self, act: Act) -> str:
        return _("%(member)s named %(count)s people of the mission %(mission)s.") % {
            "member": naming.member(act.author),
            "count": len(self.people),
            "mission": naming.reference("M", self.mission),
        }

    def facts(self, act: Act) -> Facts:
        people = [(person.name, _("removed") if person.removed else person.role) for person in self.people]
        return [
            (_("Mission"), naming.reference("M", self.mission)),
            *people,
            (_("Contact at home, 24 hours"), self.home_contact or _("unchanged")),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if not any(ref.id == self.mission and ref.author == act.author for ref in _orders(refs)):
            return refuse(_("Only the donor names the people of its own mission."))
        return ALLOW

    def apply(self, act: Act) -> None:
        for person in self.people:
            fields = person.model_dump() | {
                "mission": self.mission,
                "at": act.at,
                "act": act.id,
                "audience": act.audience,
            }
            key = derived_id(self.mission, person.person)
            RosterEntry.objects.get_or_create(id=key, defaults=fields)
            # The later naming counts, whichever arrived first.
            RosterEntry.objects.filter(_earlier(act), id=key).update(**fields)
        if self.home_contact:
            fields = {"contact": self.home_contact, "at": act.at, "act": act.id, "audience": act.audience}
            HomeContact.objects.get_or_create(id=self.mission, defaults=fields | {"mission": self.mission})
            HomeContact.objects.filter(_earlier(act), id=self.mission).update(**fields)

    @classmethod
    def forget(cls, acts: Sequence[Act]) -> None:
        """Delete names, credentials and contacts that these acts told."""
        told = [act.id for act in acts]
        RosterEntry.objects.filter(act__in=told).delete()
        HomeContact.objects.filter(act__in=told).delete()


def _earlier(act: Act) -> Q:
    """Return the condition for rows that an earlier act of the same log wrote."""
    return Q(at__lt=act.at) | Q(at=act.at, act__lt=act.id)


def _orders(refs: Refs) -> list[Act]:
    return [ref for ref in refs.values() if isinstance(ref.body, MissionOrdered)]


class Present(TermsPart):
    """One person by the mission's random id, and the offer they count against."""

    person: UUID
    offer: UUID
    personal = declare(
        none="offer",
        staff="person",
        purpose="who of a mission is there",
        sealed="league; the id is random and only donor and requester can name it",
        purge="30 days after the mission ends the roster is destroyed; the id then names nobody",
    )


class _Checked(Body):
    """People are there, or have left, by what they or a check-in officer said. Either party may say it."""

    mission: UUID
    people: tuple[Present, ...] = Field(min_length=1, max_length=500)
    at: AwareDatetime
    personal = declare(none="mission people at")
    direction: ClassVar[str]

    def facts(self, act: Act) -> Facts:
        return [
            (_("Mission"), naming.reference("M", self.mission)),
            (_("People"), str(len(self.people))),
            (_("Time"), naming.moment(self.at)),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        terms_of = {ref.id: ref for ref in _orders(refs)}
        order = terms_of.get(self.mission)
        if order is None:
            return refuse(_("A check refers to the mission order."))
        if len({p.person for p in self.people}) != len(self.people):
            return refuse(_("Each person is named once."))
        offers = {line.offer for line in order.body.lines}
        if not {p.offer for p in self.people} <= offers:
            return refuse(_("The mission has no such line."))
        terms = parties(order.body.agreement, refs)
        if terms is None or terms.side(act.author) is None:
            return refuse(_("Only the two parties check people of a mission in and out."))
        return ALLOW

    def apply(self, act: Act) -> None:
        rows = [
            Check(
                id=derived_id(act.id, p.person),
                mission=self.mission,
                act=act.id,
                person=p.person,
                offer=p.offer,
                direction=self.direction,
                member=act.author,
                at=self.at,
                audience=act.audience,
            )
            for p in self.people
        ]
        Check.keep_all(rows)

    def _words(self, act: Act) -> dict:
        return {
            "member": naming.member(act.author),
            "count": len(self.people),
            "mission": naming.reference("M", self.mission),
            "date": naming.day(self.at),
        }


@ledger.act_type("aid.mission.arrived", audience=ledger.LEAGUE)
class MissionArrived(_Checked):
    """People checked in."""

    direction = presence.IN
    personal = declare(none="mission people at")

    def headline(self, act: Act) -> str:
        return _("%(member)s checked in %(count)s people of the mission %(mission)s on %(date)s.") % self._words(act)


@ledger.act_type("aid.mission.departed", audience=ledger.LEAGUE)
class MissionDeparted(_Checked):
    """People checked out: they are released and on their way home."""

    direction = presence.OUT
    personal = declare(none="mission people at")

    def headline(self, act: Act) -> str:
        return _("%(member)s checked out %(count)s people of the mission %(mission)s on %(date)s.") % self._words(act)


@ledger.act_type("aid.mission.demobilised", audience=ledger.LEAGUE)
class MissionDemobilised(Body):
    """The requester lets the whole mission go; whoever is still there is checked out by this act."""

    mission: UUID
    people: tuple[Present, ...] = Field(default=(), max_length=2000)
    note: Masked = Field(default="", max_length=500)
    at: AwareDatetime
    personal = declare(none="mission people note at")

    def headline(self, act: Act) -> str:
        return _("%(member)s demobilised the mission %(mission)s on %(date)s.") % {
            "member": naming.member(act.author),
            "mission": naming.reference("M", self.mission),
            "date": naming.day(self.at),
        }

    def facts(self, act: Act) -> Facts:
        return [
            (_("Mission"), naming.reference("M", self.mission)),
            (_("People still there"), str(len(self.people))),
            (_("Time"), naming.moment(self.at)),
            (_("Note"), self.note or _("none")),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        order = next((ref for ref in _orders(refs) if ref.id == self.mission), None)
        terms = parties(order.body.agreement, refs) if order else None
        if terms is None or terms.requester != act.author:
            return refuse(_("Only the requester demobilises a mission that it received."))
        return ALLOW

    def apply(self, act: Act) -> None:
        rows = [
            Check(
                id=derived_id(act.id, p.person),
                mission=self.mission,
                act=act.id,
                person=p.person,
                offer=p.offer,
                direction=presence.OUT,
                member=act.author,
                at=self.at,
                audience=act.audience,
            )
            for p in self.people
        ]
        Check.keep_all(rows)
        Demobilisation.objects.get_or_create(
            id=act.id, defaults=common(act) | {"mission": self.mission, "note": self.note}
        )
