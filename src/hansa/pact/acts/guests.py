# SPDX-License-Identifier: Apache-2.0
"""Guests: governments that have not ratified and help in one activation."""

from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger import queries as acts
from hansa.ledger.act import Act, Body, Refs
from hansa.ledger.audience import PUBLIC
from hansa.ledger.registry import act_type
from hansa.pact import naming
from hansa.pact.acts.charter import Digest, carries_charter, line, prose
from hansa.pact.acts.following import said
from hansa.pact.acts.members import Government, Slug
from hansa.pact.charter import parse
from hansa.pact.models import GuestAcceptance, GuestInvitation


def _opened(activation: UUID) -> list[tuple[Text, Text]]:
    """Return the activation in which a guest may help, as its opening act calls it; nothing where none may read it."""
    opened = acts.get(activation)
    return [(_("Activation"), opened.headline)] if opened else []


@act_type("pact.guest.invited", audience=PUBLIC)
class GuestInvited(Government):
    """A member invites a government into one activation, after calling a number that this government publishes."""

    guest: str = Slug
    activation: UUID
    called_number: str = Field(pattern=r"^\+?[0-9][0-9 ().-]{5,30}$")
    number_source: str = line(300, least=4)
    called_at: AwareDatetime
    personal = declare(
        none="name kind state latitude longitude population guest activation called_number number_source called_at"
    )

    def change(self, act: Act) -> Text:
        return _("Your member can end the guest's stay at any time. What the guest signed stays signed.")

    def headline(self, act: Act) -> Text:
        return _("%(member)s invited %(guest)s as a guest on %(date)s.") % {
            "member": naming.member_name(act.author), "guest": self.name,
            "date": date_format(act.at, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        charter = naming.charter_of(act.charter or "")
        rights = [(_("It may"), naming.guest_rights(charter))] if charter else []
        return [
            *self.place_facts(),
            *_opened(self.activation),
            (_("Number that was called"), self.called_number),
            (_("Where that number is published"), self.number_source),
            (_("Called at"), naming.moment(self.called_at)),
            *rights,
            (_("It may not"), _("vote, and it owes nothing but what it signs")),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        carrier = refs.get(act.charter or "")
        if not carries_charter(carrier):
            return refuse(_("An invitation refers to the charter that allows it."))
        if not parse(carrier.body.text).guests.allowed:
            return refuse(_("This charter allows no guests. Nothing was signed."))
        if self.called_at > act.at:
            return refuse(_("The call lies in the future. Call first, then enter when it was."))
        if self.guest == act.author:
            return refuse(_("A member cannot be its own guest."))
        return ALLOW

    def apply(self, act: Act) -> None:
        values = {**self.place(), "guest": self.guest, "activation": self.activation, "charter": act.charter,
                  "called_number": self.called_number, "number_source": self.number_source,
                  "called_at": self.called_at}  # fmt: skip
        GuestInvitation.objects.get_or_create(id=act.id, defaults={**said(act), **values})


@act_type("pact.guest.accepted", audience=PUBLIC)
class GuestAccepted(Body):
    """A guest's authorized person accepts the terms on which the guest may help."""

    invitation: str = Digest
    activation: UUID
    personal = declare(none="invitation activation")

    def change(self, act: Act) -> Text:
        return _("You are free to sign nothing more. What you signed stays signed.")

    def headline(self, act: Act) -> Text:
        return _("%(guest)s accepted the terms for guests on %(date)s.") % {
            "guest": naming.member_name(act.author), "date": date_format(act.at, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        charter = naming.charter_of(act.charter or "")
        if charter is None:
            return []
        clause = charter.clause_for("guests")
        return [
            *_opened(self.activation),
            (_("You may"), naming.guest_rights(charter)),
            (_("You owe"), _("nothing but what you sign")),
            (_("You do not have"), _("a vote")),
            (_("Clause %(number)s") % {"number": clause.number}, clause.title),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        invited = refs.get(self.invitation)
        if invited is None or not isinstance(invited.body, GuestInvited) or invited.body.guest != act.author:
            return refuse(_("This invitation is for another government. Ask the member that invited you."))
        if invited.body.activation != self.activation or invited.charter != act.charter:
            return refuse(_("The acceptance does not fit the invitation. Open the link again."))
        return ALLOW

    def apply(self, act: Act) -> None:
        values = {**said(act), "id": act.id, "activation": self.activation, "charter": act.charter}
        # Accepting twice is one acceptance, the earlier one, in whatever order the two came.
        row, made = GuestAcceptance.objects.get_or_create(invitation=self.invitation, defaults=values)
        if not made and (act.at, act.digest) < (row.at, row.digest):
            GuestAcceptance.objects.filter(invitation=self.invitation).update(**values)


@act_type("pact.guest.ended", audience=PUBLIC)
class GuestEnded(Body):
    """The host ends a guest's stay. What the guest signed stays signed."""

    invitation: str = Digest
    reason: str = prose(500, least=1)
    personal = declare(none="invitation reason")

    def headline(self, act: Act) -> Text:
        row = GuestInvitation.objects.filter(digest=self.invitation).first()
        return _("%(member)s ended the stay of its guest %(guest)s on %(date)s.") % {
            "member": naming.member_name(act.author), "guest": row.name if row else "?",
            "date": date_format(act.at, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [(_("Reason"), self.reason)]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        invited = refs.get(self.invitation)
        if invited is None or not isinstance(invited.body, GuestInvited) or invited.author != act.author:
            return refuse(_("Only the member that invited a guest can end its stay."))
        return ALLOW

    def apply(self, act: Act) -> None:
        rows = GuestInvitation.objects.filter(digest=self.invitation)
        rows.filter(Q(ended_at=None) | Q(ended_at__gt=act.at)).update(ended_at=act.at)
