# SPDX-License-Identifier: Apache-2.0
"""What makes an agreement: each side signs the hash of one terms document, in either order."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from hansa import ledger
from hansa.aid import naming
from hansa.aid.acts import phrases
from hansa.aid.acts.offer import OfferMade
from hansa.aid.acts.request import RequestOpened, referenced
from hansa.aid.acts.settling import settle_agreement
from hansa.aid.acts.terms import Hash, Terms
from hansa.aid.choices import COST_CATEGORIES
from hansa.aid.choices.agreeing import AMENDMENT_REASONS, WHO_PAYS
from hansa.aid.models import Signature
from hansa.aid.queries import catalogue
from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs
from hansa.people.choices import office_label

Facts = list[tuple[Text, Text]]


def common(act: Act) -> dict:
    """Return the columns that every row made by an act has."""
    return {"member": act.author, "at": act.at, "audience": act.audience}


def terms_in(refs: Iterable[Act]) -> dict[str, Terms]:
    """Return the terms that the referenced acts signed, by hash."""
    return {ref.body.hash: ref.body.terms for ref in refs if isinstance(ref.body, Signing)}


class Signing(Body):
    """One side signs the hash of one terms document; the document travels along, so that the bytes are judged."""

    hash: Hash
    terms: Terms
    personal = declare(none="hash terms")
    amends: ClassVar[bool]

    def facts(self, act: Act) -> Facts:
        terms = self.terms
        lines = [(_("Sends"), phrases.goods([line])) for line in terms.lines]
        costs = [
            (f"{COST_CATEGORIES[c.category]}: {c.description}", naming.money_terms(c.amount, c.terms))
            for c in terms.costs
        ]
        return [
            (_("Office"), office_label(act.office)),
            (_("Donor"), naming.member(terms.donor)),
            (_("Requester"), naming.member(terms.requester)),
            *lines,
            *costs,
            (_("Billed in all"), naming.money(terms.total)),
            (_("Never more than"), naming.money(terms.cap)),
            (_("Who pays"), WHO_PAYS[terms.who_pays]),
            (_("Cost rule, clause"), terms.clause or _("none named")),
            (_("Place"), terms.place),
            (_("Starts"), naming.moment(terms.starts)),
            (_("Deliver by"), naming.moment(terms.deliver_by)),
            (_("Ends"), naming.moment(terms.ends)),
            *([(_("Reason"), AMENDMENT_REASONS[terms.reason])] if terms.reason else []),
            (_("Conditions"), terms.conditions or _("none")),
            (_("What you then owe"), self._owed(act)),
            (_("How it can change"), _("By an amendment that both sign, a recall by the donor, or a cancellation.")),
            (_("Also signs"), naming.member(terms.requester if act.author == terms.donor else terms.donor)),
        ]

    def _owed(self, act: Act) -> str:
        if act.author == self.terms.donor:
            return _("To send what is listed by the time it is due.")
        return _("To receive it, to count it, and to pay your share by the cost rule.")

    def judge(self, act: Act, refs: Refs) -> Verdict:
        terms = self.terms
        if terms.hash != self.hash:
            return refuse(_("The hash is not that of these terms. Nothing was signed. Open the agreement again."))
        if terms.donor == terms.requester or terms.side(act.author) is None:
            return refuse(_("Only the two parties sign an agreement. Your member is not one of them."))
        if bool(terms.parents) is not self.amends or bool(terms.agreement) is not self.amends:
            return refuse(_("An amendment names the version that it replaces, and first terms name none."))
        if terms.ends <= terms.starts or terms.deliver_by < terms.starts:
            return refuse(_("The agreement ends before it starts. Enter a later end."))
        if terms.total > terms.cap:
            return refuse(_("The costs are above the cap. Lower them or raise the cap."))
        return self._judge_lines(refs) and self._judge_parents(refs)

    def _judge_lines(self, refs: Refs) -> Verdict:
        terms = self.terms
        named = [line.offer for line in terms.lines]
        if len(set(named)) != len(named) or not {cost.offer for cost in terms.costs} <= set(named):
            return refuse(_("Each offer stands once in the terms, and each cost belongs to one of them."))
        if not named and not self.amends:
            return refuse(_("An agreement needs at least one line."))
        for line in terms.lines:
            offer, asked = referenced(refs, line.offer, OfferMade), referenced(refs, line.request, RequestOpened)
            if offer is None or offer.author != terms.donor or offer.body.line != line.request:
                return refuse(_("The terms name an offer that the donor did not make for this request."))
            if asked is None or terms.requester not in (asked.author, asked.body.requester):
                return refuse(_("The terms name a request that is not the requester's."))
            said = (asked.body.activation, offer.body.kind, offer.body.level)
            if said != (terms.activation, line.kind, line.level):
                return refuse(_("The terms and the offer differ in what is sent or for which activation."))
            if line.quantity > offer.body.quantity:
                return refuse(
                    _("The offer is for %(offered)s. Nothing was signed. Enter that many or fewer.")
                    % {"offered": catalogue.amount(offer.body.quantity, line.kind)}
                )
        return ALLOW

    def _judge_parents(self, refs: Refs) -> Verdict:
        terms, known = self.terms, terms_in(refs.values())
        for parent in terms.parents:
            before = known.get(parent)
            if before is None:
                return refuse(_("The act refers to each version that it replaces."))
            if (before.id, before.donor, before.requester) != (terms.id, terms.donor, terms.requester):
                return refuse(_("An amendment keeps the agreement and its two parties."))
        return ALLOW

    def apply(self, act: Act) -> None:
        terms = self.terms
        Signature.objects.get_or_create(
            id=act.id,
            defaults=common(act)
            | {
                "agreement": terms.id,
                "hash": self.hash,
                "parents": list(terms.parents),
                "document": terms.document,
                "side": terms.side(act.author),
                "office": act.office,
                "digest": act.digest,
                "charter": act.charter or "",
                "exercise": act.exercise or "",
            },
        )
        settle_agreement(terms.id)


def parties(agreement: UUID, refs: Refs) -> Terms | None:
    """Return terms of `agreement` that a referenced act signed: they name its two parties. None without such an act."""
    return next((terms for terms in terms_in(refs.values()).values() if terms.id == agreement), None)


@ledger.act_type("aid.agreement.signed", audience=ledger.LEAGUE)
class AgreementSigned(Signing):
    """One side signs the first terms. Both sides' acts over the same hash bring them into force, in either order."""

    amends = False
    personal = declare(none="hash terms")

    def headline(self, act: Act) -> str:
        terms = self.terms
        return _("%(member)s signed the agreement by which %(donor)s sends %(requester)s %(what)s by %(date)s.") % {
            "member": naming.member(act.author),
            "donor": naming.member(terms.donor),
            "requester": naming.member(terms.requester),
            "what": phrases.goods(terms.lines),
            "date": naming.day(terms.deliver_by),
        }


@ledger.act_type("aid.agreement.amended", audience=ledger.LEAGUE)
class AgreementAmended(Signing):
    """One side signs terms that replace those they name. In force once both did; until then the old ones stand."""

    amends = True
    signed_as = "aid.agreement.signed"
    personal = declare(none="hash terms")

    def headline(self, act: Act) -> str:
        terms = self.terms
        return _(
            "%(member)s signed a change of the agreement: %(donor)s sends %(requester)s %(what)s, until %(date)s."
        ) % {
            "member": naming.member(act.author),
            "donor": naming.member(terms.donor),
            "requester": naming.member(terms.requester),
            "what": phrases.goods(terms.lines) or _("nothing more"),
            "date": naming.day(terms.ends),
        }
