# SPDX-License-Identifier: Apache-2.0
"""One agreement as its page shows it: both sides, what each owes, signatures, cost, changes, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hansa.activation import bylaws
from hansa.activation.queries import read_happenings
from hansa.aid import naming
from hansa.aid.acts.terms import Terms
from hansa.aid.choices import COST_CATEGORIES, COST_TERMS
from hansa.aid.choices.agreeing import AGREEMENT_STATES, AMENDMENT_REASONS, NOTICES, SIDES, WHO_PAYS
from hansa.aid.models import Acknowledgement, AgreementNotice, Receipt, RequestLine, Signature
from hansa.aid.policy import agreement as policy
from hansa.aid.queries import agreement as queries
from hansa.aid.queries import mission as missions
from hansa.aid.queries import shipment as shipments
from hansa.aid.queries.agreement import Case, Version, is_people
from hansa.aid.queries.catalogue import amount, name_of, number
from hansa.aid.rules import agreements as rules
from hansa.aid.rules.quantities import Balance
from hansa.aid.showing import notice as notices
from hansa.core.actor import Actor
from hansa.ledger.models import LoggedAct
from hansa.pact import queries as pact
from hansa.pact.queries import ClauseLink
from hansa.people.choices import office_label
from hansa.people.words import words_of


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One line as a table row: what, how much by the terms, and where the units are."""

    offer: UUID
    request: UUID
    what: str
    terms: str
    people: bool
    balance: Balance


@dataclass(frozen=True, slots=True)
class SideSeen:
    """One side's signature of one version: who signed it in which office, or that it has yet to sign."""

    side: str
    member: str
    office: str
    at: datetime | None
    act: UUID | None
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a proposed version changes."""

    label: str
    before: str
    after: str


def zone_of(case: Case) -> str:
    """Return the time zone of the place to which aid goes."""
    first = next((line.request for line in case.shown.terms.lines), None)
    row = RequestLine.objects.filter(id=first).first() if first else None
    return row.zone if row else "UTC"


def sides(case: Case, version: Version) -> list[SideSeen]:
    """Return both sides of a version, the donor first."""
    rows = []
    first = min((s.at for s in version.signatures.values()), default=None)
    for side, member in ((rules.DONOR, case.agreement.donor), (rules.REQUESTER, case.agreement.requester)):
        signed = version.signatures.get(side)
        due = None if signed or first is None else queries.sign_by(case.agreement.charter, first)
        rows.append(
            SideSeen(
                str(SIDES[side]),
                naming.member(member),
                office_label(signed.office) if signed else "",
                signed.at if signed else None,
                signed.id if signed else None,
                due,
            )
        )
    return rows


def lines(case: Case) -> list[LineSeen]:
    """Return the lines of an agreement: those that stand, or those proposed while none stands."""
    if case.lines:
        return [
            LineSeen(
                line.offer,
                line.request,
                name_of(line.kind),
                amount(line.granted, line.kind, line.level),
                is_people(line.kind),
                case.balances[line.id],
            )
            for line in case.lines
        ]
    return [
        LineSeen(
            line.offer,
            line.request,
            name_of(line.kind),
            amount(line.quantity, line.kind, line.level),
            is_people(line.kind),
            Balance(),
        )
        for line in case.shown.terms.lines
    ]


def costs(terms: Terms) -> list[tuple[str, str, str]]:
    """Return the cost lines: what, on which terms, how much."""
    return [
        (
            f"{COST_CATEGORIES[c.category]}: {c.description}" if c.description else str(COST_CATEGORIES[c.category]),
            str(COST_TERMS[c.terms]),
            naming.money(c.amount),
        )
        for c in terms.costs
    ]


def cost_facts(terms: Terms, charter: str) -> dict[str, Any]:
    """Return total, cap, who pays what, and the clause on which that rests."""
    share = _("%(who)s: %(requester)s of %(total)s") % {
        "who": WHO_PAYS[terms.who_pays],
        "requester": naming.money(terms.requester_pays),
        "total": naming.money(terms.total),
    }
    return {
        "total": naming.money(terms.total),
        "cap": naming.money(terms.cap),
        "share": share,
        "clause": terms.clause,
        "clause_url": pact.clause_url(charter, terms.clause) if charter and terms.clause else "",
    }


def owed(case: Case) -> dict[str, list[str]]:
    """Return what each side owes now, in sentences."""
    zone, terms, total = zone_of(case), case.shown.terms, case.total
    donor: list[str] = []
    requester: list[str] = []
    for version in case.versions:
        if version.waiting and not version.declined:
            (donor if version.waiting == rules.DONOR else requester).append(_("Sign the terms, or decline them."))
    if total.promised:
        donor.append(
            _("Send what is left: %(units)s units, to arrive by %(date)s.")
            % {"units": number(total.promised), "date": naming.moment(terms.deliver_by, zone)}
        )
    if total.in_transit:
        requester.append(_("Receive and count %(units)s units on the way.") % {"units": number(total.in_transit)})
    if case.agreement.hashes and terms.requester_pays:
        requester.append(
            _("Pay %(amount)s at most, once it is claimed.") % {"amount": naming.money(terms.requester_pays)}
        )
    for seen in case.notices:
        if seen.acknowledgement is None:
            side = requester if rules.NOTICE_SIDE[seen.notice.kind] == rules.DONOR else donor
            side.append(_("Acknowledge: %(what)s.") % {"what": str(NOTICES[seen.notice.kind]).lower()})
    return {"donor": donor, "requester": requester}


def differences(before: Terms, after: Terms, zone: str) -> list[Difference]:
    """Return what `after` changes of `before`."""
    found = []
    old, new = ({line.offer: line for line in terms.lines} for terms in (before, after))
    for offer, line in old.items():
        now = new.get(offer)
        if now is None or now.quantity != line.quantity:
            text = amount(now.quantity, now.kind, now.level) if now else _("nothing")
            found.append(Difference(name_of(line.kind), amount(line.quantity, line.kind, line.level), text))
    for label, name, show in (
        (_("Deliver by"), "deliver_by", lambda m: naming.moment(m, zone)),
        (_("Ends"), "ends", lambda m: naming.moment(m, zone)),
        (_("Never more than"), "cap", naming.money),
        (_("Place"), "place", str),
        (_("Conditions"), "conditions", lambda text: text or _("none")),
    ):
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            found.append(Difference(label, show(one), show(other)))
    return found


def proposals(case: Case, actor: Actor) -> list[dict[str, Any]]:
    """Return each version that waits for a signature, with what it changes and whether the reader could sign it."""
    zone, standing = zone_of(case), next((v.terms for v in case.versions if v.standing), None)
    mine = {version.hash for version in case.to_sign(actor.member)}
    return [
        {
            "version": version,
            "sides": sides(case, version),
            "changes": differences(standing, version.terms, zone) if standing else [],
            "reason": AMENDMENT_REASONS.get(version.terms.reason, ""),
            "mine": version.hash in mine,
            "words": words_of(version.hash),
        }
        for version in case.versions
        if version.waiting
    ]


def happenings(case: Case) -> Sequence[Any]:
    """Return every act about an agreement, newest first."""
    id = case.agreement.id
    moves = shipments.of_agreement(id).values_list("id", flat=True)
    ids = [
        *Signature.objects.filter(agreement=id).values_list("id", flat=True),
        *AgreementNotice.objects.filter(agreement=id).values_list("id", flat=True),
        *Acknowledgement.objects.filter(agreement=id).values_list("id", flat=True),
        *moves,
        *Receipt.objects.filter(shipment__in=list(moves)).values_list("id", flat=True),
        *missions.of_agreement(id).values_list("id", flat=True),
    ]
    return read_happenings(LoggedAct.objects.filter(id__in=ids).order_by("-at", "-index"))


def verdicts(case: Case, actor: Actor) -> dict[str, Any]:
    """Return what the reader may do, for the buttons of the page and for the refusals beside them."""
    row, total = case.agreement, case.total
    people = any(is_people(line.kind) for line in case.lines)
    goods = any(not is_people(line.kind) for line in case.lines)
    return {
        "sign": policy.may_sign(actor, row),
        "amend": policy.may_amend(actor, row),
        "recall": policy.may_notice(actor, row, rules.RECALL),
        "cancel": policy.may_notice(actor, row, rules.CANCELLATION),
        "release": policy.may_notice(actor, row, rules.RELEASE),
        "send": policy.may_send(actor, row) if goods and total.promised else None,
        "send_back": policy.may_send(actor, row, back=True) if goods and total.in_use else None,
        "order": policy.may_order_mission(actor, row) if people and total.promised else None,
    }


def rules_of(charter: str) -> dict[str, ClauseLink | None]:
    """Return the clauses on which signing, changing and ending an agreement rest, by the charter it was made under."""
    return {
        "sign": bylaws.clause(charter, f"obligations.{queries.SIGN}"),
        "change": bylaws.clause(charter, "signing.aid.agreement.amended"),
        "notices": bylaws.clause(charter, "notices"),
        "costs": bylaws.clause(charter, "costs"),
    }


def agreement_page(case: Case, actor: Actor) -> dict[str, Any]:
    """Return everything that the page of an agreement shows."""
    row, terms, zone = case.agreement, case.shown.terms, zone_of(case)
    return {
        "case": case,
        "row": row,
        "terms": terms,
        "zone": zone,
        "donor": naming.member(row.donor),
        "requester": naming.member(row.requester),
        "look": AGREEMENT_STATES[row.state],
        "lines": lines(case),
        "sides": sides(case, case.shown),
        "words": words_of(case.shown.hash),
        "costs": costs(terms),
        "cost": cost_facts(terms, row.charter),
        "owed": owed(case),
        "proposals": proposals(case, actor),
        "notices": notices.listed(case),
        "rules": rules_of(row.charter),
        "may_acknowledge": {
            str(seen.notice.id): policy.may_acknowledge(actor, row, seen.notice.member).ok for seen in case.notices
        },
        "happenings": happenings(case),
        "may": verdicts(case, actor),
        "shipments": shipments.summaries(shipments.of_agreement(row.id)),
        "missions": [missions.deployment(mission) for mission in missions.of_agreement(row.id)],
        "party": case.side(actor.member),
    }


def consequences(case: Case, kind: str, wanted: dict[UUID, Any] | None) -> list[dict[str, Any]]:
    """Return line by line what a notice would do before it is signed: taken back, and out of its reach."""
    states = {line.offer: rules.LineState(line.granted, line.recalled, line.cancelled) for line in case.lines}
    sent = {line.offer: case.balances[line.id].sent for line in case.lines}
    asked = wanted or {offer: state.granted for offer, state in states.items()}
    kinds = {line.offer: line.kind for line in case.lines}
    found = {c.line: c for c in rules.consequences(states, sent, {o: u for o, u in asked.items() if u})}
    return [
        {
            "what": name_of(kinds[offer]),
            "granted": number(states[offer].granted),
            "taken": number(c.taken),
            "beyond": number(c.beyond),
        }
        for offer, c in found.items()
    ]
