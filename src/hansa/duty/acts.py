# SPDX-License-Identifier: Apache-2.0
"""What members tell the league about their alerts and contacts. All of it is sealed to the league.

An alert that was taken is "seen, and taken by": it attests, offers and signs nothing. Its member's own log says when.
"""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hansa import ledger
from hansa.core.personal import Personal, declare
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.duty.alarm_policy import FILERS
from hansa.duty.choices import CHANNEL_LABELS, VIA_LABELS, SignKind
from hansa.duty.models import AlertSign, ContactList
from hansa.ledger import Act, Refs
from hansa.ledger.naming import member_name, person_name
from hansa.people.choices import office_label
from hansa.people.policy import grant
from hansa.people.reading import sensitive

ChannelName = Literal["email", "sms", "voice", "webpush"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
EMAIL = r"^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,200}$"


def _time_of(act: Act) -> str:
    return date_format(localtime(act.at), "DATETIME_FORMAT")


class _Sign(ledger.Body):
    """Something about the alert that another act raised; it refers to that act."""

    subject: UUID
    personal = declare(none="subject")

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse what does not refer to the act that raised the alert."""
        if any(ref.id == self.subject for ref in refs.values()):
            return ALLOW
        return refuse(_("This names an alert and does not refer to what raised it. Open the alert and start again."))

    def leave(self, act: Act, **values) -> None:
        """Leave the row of this act, once."""
        AlertSign.keep(id=act.id, member=act.author, subject=self.subject, at=act.at, audience=act.audience,
                       office=act.office, **values)  # fmt: skip


@ledger.act_type("duty.alert.told", audience=ledger.LEAGUE)
class AlertTold(_Sign):
    """How far a member's alert has come while nobody has taken it. `unanswered`: everybody on the ladder was asked."""

    asked: int = Field(ge=0, le=1000)
    channels: tuple[ChannelName, ...] = ()
    unanswered: bool = False
    personal = declare(none="subject asked channels unanswered")

    def headline(self, act: Act) -> str:
        """Say who was told, and that nobody has answered."""
        names = {"member": member_name(act.author), "time": _time_of(act)}
        if self.unanswered:
            return _("As of %(time)s, nobody at %(member)s has answered.") % names
        return _("As of %(time)s, %(member)s was told and has not answered.") % names

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return how many were asked, and what was accepted for delivery."""
        ways = ", ".join(str(CHANNEL_LABELS[name]) for name in self.channels) or _("none")
        return [(_("Persons asked"), str(self.asked)), (_("Delivered by"), ways)]

    def apply(self, act: Act) -> None:
        """Leave the sign's row."""
        kind = SignKind.UNANSWERED if self.unanswered else SignKind.TOLD
        self.leave(act, kind=kind.value, channels=list(self.channels), asked=self.asked)


@ledger.act_type("duty.alert.taken", audience=ledger.LEAGUE)
class AlertTaken(_Sign):
    """A person has seen an alert and taken it for their member."""

    person: UUID
    via: Literal["link", "sms", "keypad", "page"]
    personal = declare(
        none="subject via",
        holder="person",
        purpose="to say who has it",
        sealed="the audience: an opaque id",
        purge="with the body of this act",
    )

    def headline(self, act: Act) -> str:
        """Say who has it, how they answered, when."""
        return _("%(member)s: seen at %(time)s, and taken by %(person)s (%(via)s).") % {
            "member": member_name(act.author), "person": person_name(act.author, self.person),
            "via": VIA_LABELS[self.via], "time": _time_of(act),
        }  # fmt: skip

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return who took it, in which office, and how."""
        return [
            (_("Taken by"), person_name(act.author, self.person)),
            (_("Office"), office_label(act.office)),
            (_("Answered by"), str(VIA_LABELS[self.via])),
        ]

    def owes(self, act: Act) -> str:
        """Say what it is not."""
        return _("It says that it was seen, and who has it. It attests, offers and signs nothing.")

    def apply(self, act: Act) -> None:
        """Leave the sign's row."""
        self.leave(act, kind=SignKind.TAKEN.value, person=self.person, via=self.via)


CONTACT_FAULTS = {
    "name": gettext_lazy("Enter the name of the person, at least two letters."),
    "title": gettext_lazy("Enter what this person is, such as city manager."),
    "phone": gettext_lazy("Enter the number with its country code, such as +1 312 555 0100."),
    "other_phone": gettext_lazy("Enter the number with its country code, such as +1 312 555 0100."),
    "email": gettext_lazy("Enter an e-mail address, such as name@city.gov."),
}


class Contact(BaseModel):
    """One person whom the league phones when their government gives no sign."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    title: Name
    phone: Phone
    other_phone: Phone | None = None
    email: Annotated[str, StringConstraints(pattern=EMAIL)] | None = None
    personal: ClassVar[Personal] = declare(
        holder="name title phone other_phone email",
        purpose="to be phoned when their government gives no sign",
        sealed="the league",
        purge="when the member files another list, or recalls it",
    )


@ledger.act_type("duty.contacts.filed", audience=ledger.LEAGUE)
class ContactsFiled(ledger.Body):
    """A member's two emergency contacts, in the order in which to phone them. A later list replaces this one."""

    contacts: tuple[Contact, Contact]
    personal = declare(
        holder="contacts",
        purpose="to be phoned when their government gives no sign",
        sealed="the league",
        purge="when the member files another list, or recalls it",
    )

    def headline(self, act: Act) -> str:
        """Say who filed contacts, when; not whom."""
        names = {"member": member_name(act.author), "day": date_format(localtime(act.at), "MONTH_DAY_FORMAT")}
        return _("%(member)s filed its emergency contacts on %(day)s.") % names

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return how many there are: names and numbers are shown only where someone has to phone."""
        return [(_("Contacts"), str(len(self.contacts)))]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse the same person, or the same number, twice: the second is there for when the first does not answer."""
        first, second = self.contacts
        if first.phone == second.phone or first.name == second.name:
            return refuse(_("Both contacts are the same. Name another person, with another number."))
        return ALLOW

    def apply(self, act: Act) -> None:
        """Put the list in the place of an earlier one of the same log."""
        held = ContactList.objects.filter(author=act.author).first()
        if held is None or held.index < act.index:
            ContactList.put(
                author=act.author, act=act.id, index=act.index, at=act.at, audience=act.audience,
                contacts=[contact.model_dump() for contact in self.contacts],
            )  # fmt: skip


grant(ContactsFiled.type, *FILERS)
sensitive("duty.contacts", gettext_lazy("Emergency contacts"))
