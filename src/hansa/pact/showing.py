# SPDX-License-Identifier: Apache-2.0
"""What pages show of a charter: clauses with the terms that rest on them, tables of terms in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hansa.core.verdicts import Text
from hansa.pact import naming
from hansa.pact.charter import Charter, Clause, Difference, model_charter, read
from hansa.pact.choices import FLAWS, STARTS, WHO_PAYS, WHOM, Kind
from hansa.people.choices import office_label


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A clause and the terms that rest on it, each with its path and value as written."""

    clause: Clause
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article with its clauses."""

    number: str
    title: str
    clauses: tuple[ShownClause, ...]


def courtesy(charter: Charter) -> Charter | None:
    """Return the model charter in the reader's language, when the charter is the model in another one."""
    language = (get_language() or "en")[:2]
    if language == charter.language or charter.source != model_charter(charter.language):
        return None
    return read(model_charter(language))


def articles(charter: Charter) -> list[ShownArticle]:
    """Return the text by article, each clause with what the software does by it."""
    terms: dict[str, list[tuple[str, str]]] = {}
    for path, value in charter.flat.items():
        if not path.endswith("clause") and (number := _clause_of(charter, path)):
            terms.setdefault(number, []).append((path, value))
    return [
        ShownArticle(
            article.number,
            article.title,
            tuple(ShownClause(clause, tuple(terms.get(clause.number, ()))) for clause in article.clauses),
        )
        for article in charter.articles
    ]


def _clause_of(charter: Charter, path: str) -> str | None:
    term = path.rpartition(".")[0] if path.startswith("signing.") else path
    try:
        return charter.clause_for(term).number
    except KeyError:
        return None


def share(value: Fraction) -> str:
    """Return a fraction in words that both languages read: `2/3`."""
    return f"{value.numerator}/{value.denominator}"


def offices(codes: tuple[str, ...]) -> str:
    """Return offices in the reader's language."""
    return ", ".join(office_label(code) for code in codes)


def facts(charter: Charter) -> list[tuple[Text, Text]]:
    """Return what a reader wants to know first."""
    return [
        (_("Who can be a member"), ", ".join(str(Kind(kind).label) for kind in charter.members.kinds)),
        (_("An amendment needs"), _("%(share)s of the members") % {"share": share(charter.amendment.threshold)}),
        (_("Notice to leave"), naming.span(charter.withdrawal.notice)),
        (_("Who pays for aid"), _who_pays(charter)),
        (_("Guests may"), naming.guest_rights(charter) if charter.guests.allowed else _("not be invited")),
    ]


def _who_pays(charter: Charter) -> str:
    words = str(WHO_PAYS[charter.costs.who_pays])
    if charter.costs.who_pays == "split":
        words += f" ({_('receiving member')}: {charter.costs.receiving_percent} %)"
    return words


def money(charter: Charter) -> list[tuple[Text, Text]]:
    """Return the terms on costs and notices."""
    costs, notices = charter.costs, charter.notices
    return [
        (_("Who pays"), _who_pays(charter)),
        (_("At most for one agreement"), f"${costs.agreement_cap:,.2f}"),
        (_("At most for one activation"), f"${costs.activation_cap:,.2f}"),
        (_("Claim within"), naming.span(costs.claim_within)),
        (_("Pay within"), naming.span(costs.pay_within)),
        (_("Notice before a recall"), naming.span(notices.recall)),
        (_("Notice before a cancellation"), naming.span(notices.cancel)),
        (_("Notice before a release"), naming.span(notices.release)),
        (_("A notice is acknowledged within"), naming.span(notices.acknowledge)),
        (_("A spoken request is confirmed within"), naming.span(charter.urgent.paper_within)),
    ]


def triggers(charter: Charter) -> Iterator[tuple[str, str, bool]]:
    """Yield each trigger's name, clause, and whether it needs evidence."""
    for code, term in charter.triggers.items():
        yield naming.trigger_label(charter, code), term.clause, term.evidence


def levels(charter: Charter) -> Iterator[tuple[str, str, int, str]]:
    """Yield each level's name, clause, attestations and length, lowest first."""
    for code, term in sorted(charter.levels.items(), key=lambda item: item[1].rank):
        yield naming.level_label(charter, code), term.clause, term.attest, naming.span(term.lasts)


@dataclass(frozen=True, slots=True)
class ShownDuty:
    """An obligation in words."""

    name: str
    clause: str
    after: Text
    within: str
    phoned: str
    whom: Text
    offices: str


def duties(charter: Charter) -> Iterator[ShownDuty]:
    """Yield what members owe, in the charter's order."""
    for code, term in charter.obligations.items():
        yield ShownDuty(
            naming.obligation_label(charter, code),
            term.clause,
            STARTS[term.starts],
            naming.span(term.within),
            naming.span(term.phone_after) if term.phone_after else "–",
            WHOM[term.whom],
            offices(term.offices),
        )


def signatures(charter: Charter) -> Iterator[tuple[str, str, str, int, bool]]:
    """Yield each act type with its clause, offices, how many sign, and whether with passkeys."""
    for act, row in charter.signing.items():
        yield act, row.clause or charter.signing_clause, offices(row.offices), row.count, row.passkey


def changes(found: Difference) -> list[tuple[Text, object]]:
    """Return the clauses that differ, each with the word for what happened."""
    return [(naming.change(change.kind), change) for change in found.clauses]


def flaw(code: str) -> Text:
    """Return why a proposal does not count, empty when it does."""
    return FLAWS.get(code, "")
