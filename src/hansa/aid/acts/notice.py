# SPDX-License-Identifier: Apache-2.0
"""What one party says about an agreement alone: recall, cancel, release early, acknowledge."""

from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from hansa import ledger
from hansa.aid import naming
from hansa.aid.acts import phrases
from hansa.aid.acts.agreement import Facts, Signing, common, parties
from hansa.aid.acts.settling import settle_agreement
from hansa.aid.acts.terms import Hash, Quantity, TermsPart
from hansa.aid.models import Acknowledgement, AgreementNotice
from hansa.aid.queries import notice as notices
from hansa.aid.rules import agreements as rules
from hansa.aid.rules.notices import ahead
from hansa.core.masking import Masked
from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs


class NoticeLine(TermsPart):
    """So many units of one offer."""

    offer: UUID
    quantity: Quantity
    personal = declare(none="offer quantity")


class Noticed(Body):
    """One side takes something out of an agreement alone. No line means everything."""

    agreement: UUID
    lines: tuple[NoticeLine, ...] = Field(default=(), max_length=200)
    reason: Masked = Field(min_length=1, max_length=500)
    effective: AwareDatetime
    personal = declare(none="agreement lines reason effective")
    kind: ClassVar[str]

    def facts(self, act: Act) -> Facts:
        lines = [(_("What"), phrases.load([line])) for line in self.lines]
        return [
            (_("Agreement"), naming.reference("A", self.agreement)),
            *(lines or [(_("What"), _("Everything that was not sent yet"))]),
            (_("Reason"), self.reason),
            (_("Takes effect"), naming.moment(self.effective)),
            *self._ahead(act),
            (_("What it cannot reach"), _("What was sent already. It stays with its custodian until it is returned.")),
        ]

    def _ahead(self, act: Act) -> Facts:
        charter = notices.charter_of(self.agreement, act.charter)
        asked = notices.asked(charter, self.kind)
        if asked is None:
            return []
        given = ahead(asked.period, act.at, self.effective)
        return [(_("Notice given"), phrases.notice(given, asked.clause.number))]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        terms = parties(self.agreement, refs)
        if terms is None:
            return refuse(_("The act refers to the agreement that it changes."))
        if terms.side(act.author) != rules.NOTICE_SIDE[self.kind]:
            return refuse(_("Only the other party of this agreement can do this."))
        named = [line.offer for line in self.lines]
        if len(set(named)) != len(named):
            return refuse(_("Each line is named once."))
        return ALLOW

    def apply(self, act: Act) -> None:
        lines = {str(line.offer): str(line.quantity) for line in self.lines}
        AgreementNotice.objects.get_or_create(
            id=act.id,
            defaults=common(act)
            | {
                "agreement": self.agreement,
                "kind": self.kind,
                "lines": lines,
                "reason": self.reason,
                "effective": self.effective,
                "exercise": act.exercise or "",
            },
        )
        settle_agreement(self.agreement)

    def _words(self, act: Act) -> dict[str, str]:
        return {
            "member": naming.member(act.author),
            "agreement": naming.reference("A", self.agreement),
            "date": naming.day(self.effective),
            "reason": self.reason,
        }


@ledger.act_type("aid.agreement.recalled", audience=ledger.LEAGUE)
class AgreementRecalled(Noticed):
    """The donor takes back what it promised and has not sent. Always possible; everyone sees the consequence."""

    kind = rules.RECALL
    personal = declare(none="agreement lines reason effective")

    def headline(self, act: Act) -> str:
        return _("%(member)s recalled what it had promised in %(agreement)s, from %(date)s.") % self._words(act)


@ledger.act_type("aid.agreement.cancelled", audience=ledger.LEAGUE)
class AgreementCancelled(Noticed):
    """The requester no longer needs what was not sent yet."""

    kind = rules.CANCELLATION
    personal = declare(none="agreement lines reason effective")

    def headline(self, act: Act) -> str:
        return _("%(member)s cancelled what it was promised in %(agreement)s, from %(date)s.") % self._words(act)


@ledger.act_type("aid.agreement.released", audience=ledger.LEAGUE)
class AgreementReleased(Noticed):
    """The requester lets people or goods go before the agreement ends; they go home by demobilisation or return."""

    kind = rules.RELEASE
    personal = declare(none="agreement lines reason effective")

    def headline(self, act: Act) -> str:
        return _("%(member)s releases early what it received under %(agreement)s, from %(date)s.") % self._words(act)


@ledger.act_type("aid.agreement.acknowledged", audience=ledger.LEAGUE)
class AgreementAcknowledged(Body):
    """The other side has a notice or a proposed amendment; an amendment it may decline, with a note why."""

    agreement: UUID
    notice: UUID | None = None
    hash: Hash | None = None
    declined: bool = False
    note: Masked = Field(default="", max_length=500)
    personal = declare(none="agreement notice hash declined note")

    def headline(self, act: Act) -> str:
        text = (
            _("%(member)s declined a change of %(agreement)s.")
            if self.declined
            else _("%(member)s acknowledged a change of %(agreement)s.")
        )
        return text % {"member": naming.member(act.author), "agreement": naming.reference("A", self.agreement)}

    def facts(self, act: Act) -> Facts:
        return [
            (_("Agreement"), naming.reference("A", self.agreement)),
            (_("Answer"), _("Declined") if self.declined else _("Acknowledged")),
            (_("Note"), self.note or _("none")),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if (self.notice is None) is (self.hash is None):
            return refuse(_("An acknowledgement names either a notice or a version of the terms."))
        if self.declined and self.notice:
            return refuse(_("A recall, cancellation or release takes effect by itself. It can only be acknowledged."))
        if self.declined and not self.note:
            return refuse(_("Say why, so that the other side can propose something else."))
        terms = parties(self.agreement, refs)
        if terms is None or terms.side(act.author) is None:
            return refuse(_("Only the other party of this agreement can do this."))
        for ref in refs.values():
            said = ref.body
            if isinstance(said, Noticed):
                same = ref.id == self.notice and said.agreement == self.agreement
            else:
                same = isinstance(said, Signing) and said.hash == self.hash
            if same and ref.author != act.author:
                return ALLOW
        return refuse(_("What you acknowledge is another member's, and the act refers to it."))

    def apply(self, act: Act) -> None:
        Acknowledgement.objects.get_or_create(
            id=act.id,
            defaults=common(act)
            | {
                "agreement": self.agreement,
                "notice": self.notice,
                "hash": self.hash or "",
                "declined": self.declined,
                "note": self.note,
                "exercise": act.exercise or "",
            },
        )
