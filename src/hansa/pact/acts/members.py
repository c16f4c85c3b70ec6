# SPDX-License-Identifier: Apache-2.0
"""Becoming and ceasing to be a member."""

from decimal import Decimal
from typing import Annotated, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs
from hansa.ledger.audience import PUBLIC
from hansa.ledger.registry import act_type
from hansa.pact import naming
from hansa.pact.acts.charter import Digest, carries_charter, line, prose
from hansa.pact.acts.following import PLACE, follow, lock, said
from hansa.pact.charter import KINDS, parse
from hansa.pact.choices import Kind
from hansa.pact.models import Endorsement, Notice, NoticeCancelled, Ratification

Slug = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
Latitude = Annotated[Decimal, Field(ge=-90, le=90, max_digits=8, decimal_places=5)]
Longitude = Annotated[Decimal, Field(ge=-180, le=180, max_digits=8, decimal_places=5)]


class Government(Body):
    """Name, kind and place of a government: what the map and the table of members show."""

    name: str = line(120)
    kind: Literal[KINDS]  # type: ignore[valid-type]
    state: str = Field(pattern=r"^[A-Z]{2}$")
    latitude: Latitude
    longitude: Longitude
    population: int | None = Field(default=None, ge=0, le=2_000_000_000)
    personal = declare(none="name kind state latitude longitude population")

    def place(self) -> dict[str, object]:
        """Return the columns of the place."""
        return {name: getattr(self, name) for name in PLACE}

    def place_facts(self) -> list[tuple[Text, Text]]:
        """Return the place as facts for a signer."""
        return [(_("Government"), f"{self.name}, {self.state}"), (_("Kind"), str(Kind(self.kind).label))]


@act_type("pact.member.ratified", audience=PUBLIC)
class MemberRatified(Government):
    """A government ratifies the charter under its own law and joins the league."""

    charter: str = Digest
    instrument: str = line(200)
    personal = declare(none="name kind state latitude longitude population charter instrument")

    def owes(self, act: Act) -> Text:
        charter = naming.charter_of(self.charter)
        if charter is None:
            return ""
        named = [f"{naming.obligation_label(charter, code)} ({naming.span(term.within)}, {term.clause})"
                 for code, term in charter.obligations.items()]  # fmt: skip
        return "; ".join(named)

    def change(self, act: Act) -> Text:
        charter = naming.charter_of(self.charter)
        span = naming.span(charter.withdrawal.notice) if charter else "?"
        return _("Your government can leave: it gives notice, and stops being a member %(span)s later.") % {
            "span": span
        }

    def headline(self, act: Act) -> Text:
        return _("%(member)s ratified the charter on %(date)s.") % {
            "member": self.name, "date": date_format(act.at, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        charter = naming.charter_of(self.charter)
        title = [(_("Charter"), charter.title)] if charter else []
        return [*self.place_facts(), *title, (_("Ordinance or resolution"), self.instrument),
                (_("Hash of the charter's act"), self.charter)]  # fmt: skip

    def judge(self, act: Act, refs: Refs) -> Verdict:
        carrier = refs.get(self.charter)
        if carrier is None or not carries_charter(carrier) or act.charter != self.charter:
            return refuse(_("A ratification names the charter that is ratified, and refers to it."))
        if self.kind not in parse(carrier.body.text).members.kinds:
            kind = Kind(self.kind).label
            return refuse(_("This charter has no members of the kind “%(kind)s”. Nothing was signed.") % {"kind": kind})
        return ALLOW

    def apply(self, act: Act) -> None:
        lock()
        values = {**self.place(), "charter": self.charter, "instrument": self.instrument}
        Ratification.objects.get_or_create(id=act.id, defaults={**said(act), **values})
        follow()


@act_type("pact.member.endorsed", audience=PUBLIC)
class MemberEndorsed(Body):
    """A member vouches for a government that ratified, where the charter asks for that."""

    ratification: str = Digest
    candidate: str = Slug
    personal = declare(none="ratification candidate")

    def headline(self, act: Act) -> Text:
        return _("%(member)s vouched for %(candidate)s on %(date)s.") % {
            "member": naming.member_name(act.author), "candidate": naming.member_name(self.candidate),
            "date": date_format(act.at, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [(_("Government"), naming.member_name(self.candidate))]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        ratified = refs.get(self.ratification)
        if ratified is None or not isinstance(ratified.body, MemberRatified) or ratified.author != self.candidate:
            return refuse(_("This names no ratification. Reload the page and try again."))
        if ratified.author == act.author:
            return refuse(_("A government cannot vouch for itself."))
        return ALLOW

    def apply(self, act: Act) -> None:
        lock()
        Endorsement.objects.get_or_create(id=act.id, defaults={**said(act), "ratification": self.ratification})
        follow()


@act_type("pact.withdrawal.noticed", audience=PUBLIC)
class WithdrawalNoticed(Body):
    """A member gives notice. It leaves at `effective`, or later when the charter's notice asks for it."""

    effective: AwareDatetime
    reason: str = prose(2000)
    personal = declare(none="effective reason")

    def change(self, act: Act) -> Text:
        return _("Your government can take the notice back until it leaves.")

    def headline(self, act: Act) -> Text:
        return _("%(member)s gave notice to leave the league on %(date)s.") % {
            "member": naming.member_name(act.author), "date": date_format(self.effective, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [
            (_("Leaves on"), naming.moment(self.effective)),
            (_("Reason"), self.reason or _("none given")),
            (_("What stays"), _("Your member finishes what it opened or agreed, and settles its costs.")),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        carrier = refs.get(act.charter or "")
        if not carries_charter(carrier):
            return refuse(_("A notice refers to the charter that it ends."))
        earliest = act.at + parse(carrier.body.text).withdrawal.notice
        if self.effective < earliest:
            day = naming.moment(earliest)
            return refuse(_("The charter's notice has not run by then. The earliest time is %(time)s.") % {"time": day})
        return ALLOW

    def apply(self, act: Act) -> None:
        lock()
        values = {"effective": self.effective, "reason": self.reason}
        Notice.objects.get_or_create(id=act.id, defaults={**said(act), **values})
        follow()


@act_type("pact.withdrawal.cancelled", audience=PUBLIC)
class WithdrawalCancelled(Body):
    """A member takes its notice back before it leaves."""

    notice: str = Digest
    personal = declare(none="notice")

    def headline(self, act: Act) -> Text:
        return _("%(member)s took back its notice on %(date)s and stays a member.") % {
            "member": naming.member_name(act.author), "date": date_format(act.at, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [(_("What changes"), _("Your member stays in the league, as if it had given no notice."))]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        notice = refs.get(self.notice)
        if notice is None or not isinstance(notice.body, WithdrawalNoticed) or notice.author != act.author:
            return refuse(_("This names no notice of your member. Reload the page and try again."))
        return ALLOW

    def apply(self, act: Act) -> None:
        lock()
        NoticeCancelled.objects.get_or_create(id=act.id, defaults={**said(act), "notice": self.notice})
        follow()
