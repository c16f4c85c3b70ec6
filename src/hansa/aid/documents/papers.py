# SPDX-License-Identifier: Apache-2.0
"""Agreement, mission order and waybill on paper: the same facts as the page, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hansa.aid import naming
from hansa.aid.acts.phrases import custodian
from hansa.aid.acts.terms import Terms
from hansa.aid.choices.agreeing import AMENDMENT_REASONS, WHO_PAYS
from hansa.aid.documents import Check, Facts, Paper, Section, Signature, Signatures, Table, Text
from hansa.aid.models import Shipment
from hansa.aid.queries.agreement import Case, Version
from hansa.aid.queries.catalogue import amount, name_of, number
from hansa.aid.queries.mission import Deployment
from hansa.aid.queries.shipment import Journey
from hansa.aid.showing import agreement as showing
from hansa.pact import queries as pact
from hansa.people.words import words_of

# Both languages stand on every exercise paper, whatever language it is in.
EXERCISE = "EXERCISE · SIMULACRO"


def code_of(digest: str) -> str:
    """Return the verification code of a hash: its first 80 bits in groups that can be read out."""
    letters = digest[:20].upper()
    return "-".join(letters[start : start + 4] for start in range(0, 20, 4))


def _check(digest: str, act: UUID, address: str) -> Check:
    return Check(
        _("Check this paper"),
        _("Scan the code, or open the ledger page of this act. What it shows counts, not this copy."),
        [
            (_("Six words"), words_of(digest)),
            (_("Verification code"), code_of(digest)),
            (_("Hash"), f"{digest[:32]} {digest[32:]}"),
            (_("Act"), str(act)),
        ],
        address,
        _("QR code that leads to the ledger page of this act"),
    )


def _paper(
    title: str,
    sentence: str,
    reference: str,
    author: str,
    exercise: str,
    sections: Sequence[Section],
    check: Check,
    at: datetime,
    zone: str,
) -> Paper:
    return Paper(
        title,
        pact.league_name(),
        sentence,
        reference,
        author,
        (get_language() or "en")[:2],
        _("As of %(time)s") % {"time": naming.moment(at, zone)},
        EXERCISE if exercise else "",
        sections,
        check,
    )


def _signatures(case: Case, version: Version, zone: str) -> Signatures:
    rows = []
    for side in showing.sides(case, version):
        if side.at:
            rows.append(
                Signature(
                    side.member,
                    _("%(side)s, signed as %(office)s") % {"side": side.side, "office": side.office},
                    naming.moment(side.at, zone),
                )
            )
        else:
            rows.append(Signature(side.member, _("%(side)s, has not signed yet") % {"side": side.side}, ""))
    return Signatures(_("Signatures over the same terms"), rows)


def _terms(terms: Terms, zone: str, charter: str) -> list[Section]:
    cost = showing.cost_facts(terms, charter)
    facts = [
        (_("Place"), terms.place),
        (_("Starts"), naming.moment(terms.starts, zone)),
        (_("Deliver by"), naming.moment(terms.deliver_by, zone)),
        (_("Ends"), naming.moment(terms.ends, zone)),
    ]
    if terms.reason:
        facts.append((_("Reason of the change"), str(AMENDMENT_REASONS[terms.reason])))
    rows = [[name_of(line.kind), str(line.level or "–"), number(line.quantity)] for line in terms.lines]
    costs = [list(row) for row in showing.costs(terms)]
    sections: list[Section] = [
        Facts(_("Where and when"), facts),
        Table(_("What is sent"), [_("What"), _("Type"), _("Quantity")], rows, [5, 1, 2], [1, 2]),
    ]
    if costs:
        sections.append(Table(_("Costs"), [_("What"), _("How it is charged"), _("US dollars")], costs, [5, 2, 2], [2]))
    sections.append(
        Facts(
            _("Who pays"),
            [
                (_("Cost rule"), str(WHO_PAYS[terms.who_pays])),
                (_("Clause of the charter"), terms.clause or _("none named")),
                (_("Requester pays"), naming.money(terms.requester_pays)),
                (_("Billed in all"), cost["total"]),
                (_("Never more than"), cost["cap"]),
            ],
        )
    )
    if terms.conditions:
        sections.append(Text(_("Conditions"), terms.conditions.splitlines()))
    return sections


def agreement_paper(case: Case, *, address: str, at: datetime) -> Paper:
    """Return the paper of an agreement: the version that stands, or the newest proposal with a word that says so."""
    row, version, zone = case.agreement, case.shown, showing.zone_of(case)
    terms = version.terms
    sentence = _("%(donor)s sends %(requester)s %(what)s by %(date)s.") % {
        "donor": naming.member(row.donor),
        "requester": naming.member(row.requester),
        "what": ", ".join(amount(line.quantity, line.kind, line.level) for line in terms.lines) or _("nothing more"),
        "date": naming.day(terms.deliver_by, zone),
    }
    state = [
        (_("State"), str(showing.AGREEMENT_STATES[row.state].label)),
        (_("Hash of the terms"), f"{version.hash[:32]} {version.hash[32:]}"),
    ]
    last = max(version.signatures.values(), key=lambda signed: (signed.at, signed.id))
    sections = [Facts(_("Agreement"), state), *_terms(terms, zone, row.charter), _signatures(case, version, zone)]
    title = _("Agreement %(reference)s") % {"reference": case.reference}
    check = _check(last.digest, last.id, address)
    return _paper(title, sentence, case.reference, naming.member(row.donor), row.exercise, sections, check, at, zone)


def mission_paper(found: Deployment, *, zone: str, agreement: str, address: str, at: datetime, named: bool) -> Paper:
    """Return the mission order. With `named`, for the two parties, it lists the people with their check-in codes."""
    row = found.mission
    sentence = ngettext(
        "%(donor)s sends %(count)s person to %(requester)s: %(title)s.",
        "%(donor)s sends %(count)s people to %(requester)s: %(title)s.",
        found.ordered,
    ) % {
        "donor": naming.member(row.donor),
        "requester": naming.member(row.requester),
        "count": found.ordered,
        "title": row.title,
    }
    sections: list[Section] = [
        Facts(
            _("Order"),
            [
                (_("Under the agreement"), agreement),
                (_("Report to"), row.report_to),
                (_("Report at"), naming.moment(row.report_at, zone)),
                (_("Ends"), naming.moment(row.ends, zone)),
                (_("Radio plan"), row.radio or _("none named")),
                (_("Insurance"), row.insurance or _("as at home")),
                *([(_("Contact at home, 24 hours"), found.home.contact)] if named and found.home else []),
            ],
        ),
        Text(_("Task"), row.task.splitlines()),
        Table(
            _("People by role"),
            [_("Role"), _("People")],
            [[line.role, str(line.people)] for line in found.lines],
            [5, 1],
            [1],
        ),
        Text(_("Legal status"), row.legal_status.splitlines()),
        Text(_("Code of conduct"), row.conduct.splitlines()),
    ]
    if named and found.people:
        people = [
            [someone.entry.name, someone.entry.role, someone.entry.credential or "–", someone.code]
            for someone in found.people
        ]
        head = [_("Name"), _("Role"), _("Credential"), _("Check-in code")]
        sections.insert(3, Table(_("People"), head, people, [4, 3, 2, 2]))
    title = _("Mission order %(reference)s") % {"reference": found.reference}
    check = _check(row.digest, row.id, address)
    return _paper(title, sentence, found.reference, naming.member(row.donor), row.exercise, sections, check, at, zone)


# So many hand-overs fit on the sheet; a longer way goes on on a second one.
_HAND_OVERS = 4


def waybill_paper(journey: Journey, *, zone: str, kinds: Mapping[UUID, str], address: str, at: datetime) -> Paper:
    """Return the paper that goes with goods on the leg that is open: `kinds` maps offers to what they are of.

    Its QR code leads to the shipment's page. The hand-over code stands on it for who may read it, the leg's sender.
    """
    row, leg = journey.shipment, journey.leg.opened
    load = [[name_of(kinds[line.offer]), number(line.quantity), "", "", ""] for line in journey.lines]
    sentence = _("%(donor)s sends %(requester)s %(what)s by %(date)s.") % {
        "donor": naming.member(row.origin),
        "requester": naming.member(row.destination),
        "what": ", ".join(amount(line.quantity, kinds[line.offer]) for line in journey.lines),
        "date": naming.day(leg.due or row.at, zone),
    }
    way = [
        (_("Under the agreement"), naming.reference("A", row.agreement)),
        (_("Custodian"), custodian(leg.custodian)),
        (_("From"), leg.place),
        (_("Bound for"), leg.bound_for),
        (_("Departed"), naming.moment(leg.happened, zone)),
        *([(_("Due"), naming.moment(leg.due, zone))] if leg.due else []),
        *([(_("Hand-over code"), journey.leg.code)] if journey.leg.code else []),
    ]
    blank = ["", "", "", ""]
    sections: list[Section] = [
        Facts(_("This leg"), way),
        Table(
            _("Load, and what was counted at the dock"),
            [_("What"), _("Sent"), _("Good"), _("Damaged"), _("Did not come")],
            load,
            [5, 2, 2, 2, 2],
            [1],
        ),
        Table(
            _("Hand-overs and delivery, by hand where there is no phone"),
            [_("Place"), _("Carrier or member"), _("Day and time"), _("Condition, signature")],
            [blank for _line in range(_HAND_OVERS)],
            [3, 3, 2, 4],
            roomy=True,
        ),
    ]
    return _paper(
        _("Waybill %(reference)s") % {"reference": journey.reference},
        sentence,
        journey.reference,
        naming.member(row.origin),
        row.exercise,
        sections,
        _scan(row, address),
        at,
        zone,
    )


def _scan(row: Shipment, address: str) -> Check:
    return Check(
        _("Record it on a phone"),
        _(
            "Scan the code, sign in, and say that you took the goods over or received them. "
            "What the page shows counts, not this copy."
        ),
        [
            (_("Six words"), words_of(row.digest)),
            (_("Verification code"), code_of(row.digest)),
            (_("Act"), str(row.id)),
        ],
        address,
        _("QR code that leads to the page of this shipment"),
    )
