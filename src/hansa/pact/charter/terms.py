# SPDX-License-Identifier: Apache-2.0
"""The machine-readable terms of a charter, as frozen dataclasses.

Each field carries its reader, so that what a charter can say, how it is checked and what the software
gets are stated once. Times are `timedelta`, amounts US dollars as `Decimal`, shares `Fraction`.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from .values import choice, clause, duration, flag, money, number, several, term, text, threshold

KINDS = ("city", "county", "state", "tribe")
OFFICES = (
    "chief-executive",
    "emergency-management",
    "legal",
    "public-information",
    "logistics",
    "duty-officer",
    "administrator",
)
HAZARDS = (
    "fire",
    "flood",
    "storm",
    "earthquake",
    "heat-or-cold",
    "disease",
    "hazardous-materials",
    "utility-failure",
    "cyber-attack",
    "unlawful-deployment",
    "enforcement-surge",
    "threats-to-officials",
    "shortage",
)
OBLIGATIONS = (
    "acknowledge",
    "attest",
    "offer-or-decline",
    "confirm-in-writing",
    "sign-agreement",
    "confirm-receipt",
    "hand-over",
    "settle-costs",
    "review",
)
STARTS = ("invoked", "activated", "requested", "offered", "received", "claimed", "spoken", "stood-down")
WHOM = ("others", "all", "invoker", "parties")
GUEST_RIGHTS = ("read-board", "offer", "sign-on", "request")

_office = choice(*OFFICES, code="unknown-office")


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Who can be a member, how many members must vouch for a new one, how many must ratify before it counts."""

    clause: str = term(clause, '"1.1"')
    kinds: tuple[str, ...] = term(several(choice(*KINDS)), '["city", "state"]')
    sponsors: int = term(number(0, 1000), "0", default=0)
    enough: int = term(number(1, 1000), "2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A hazard for which the pact can be invoked; `evidence` says that the invocation must cite some."""

    clause: str = term(clause, '"2.1"')
    label: str = term(text, '"Fire"', default="")
    label_es: str = term(text, '"Incendio"', default="")
    evidence: bool = term(flag, "false", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult:
    """Talking about a situation: any member, at any time, without consequence."""

    clause: str = term(clause, '"3.1"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoke:
    """Who may invoke, how long others have to attest, and the share of objections that stops an activation."""

    clause: str = term(clause, '"3.2"')
    who: str = term(choice("affected", "any"), '"affected"')
    attest_within: timedelta = term(duration, '"24h"')
    objections: Fraction = term(threshold, '"2/3"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """The spoken path: whether it exists, and within how long it must be confirmed in writing."""

    clause: str = term(clause, '"3.5"')
    spoken: bool = term(flag, "true")
    paper_within: timedelta = term(duration, '"30d"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How far an activation goes: rank 1 is the least; how many other members must attest; when it lapses."""

    clause: str = term(clause, '"3.4"')
    rank: int = term(number(1, 9), "1")
    label: str = term(text, '"Full"')
    label_es: str = term(text, '"Total"', default="")
    attest: int = term(number(0, 1000), "2")
    lasts: timedelta = term(duration, '"14d"')


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown:
    """Who ends an activation: its invoker, or any member once the level has lapsed."""

    clause: str = term(clause, '"3.7"')
    who: str = term(choice("invoker", "any"), '"invoker"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What members owe: to whom it applies, from what moment, within how long, which office does it.

    `phone_after` is the silence after which the member's contacts are phoned; None when nobody is.
    """

    clause: str = term(clause, '"4.1"')
    starts: str = term(choice(*STARTS), '"invoked"')
    within: timedelta = term(duration, '"2h"')
    offices: tuple[str, ...] = term(several(_office), '["duty-officer"]')
    whom: str = term(choice(*WHOM), '"others"', default="others")
    phone_after: timedelta | None = term(duration, '"30m"', default=None)
    levels: tuple[str, ...] = term(several(text), '["full"]', default=())
    triggers: tuple[str, ...] = term(several(text), '["fire"]', default=())
    label: str = term(text, '"Acknowledge"', default="")
    label_es: str = term(text, '"Acusar recibo"', default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs one type of act: any of these offices, how many persons, with a passkey or not."""

    offices: tuple[str, ...] = term(several(_office), '["chief-executive"]')
    count: int = term(number(1, 9), "1", default=1)
    passkey: bool = term(flag, "true", default=True)
    clause: str = term(clause, '"5.1"', default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Who pays for aid, what one agreement may cost at most, how long claims and payments may take."""

    clause: str = term(clause, '"6.1"')
    who_pays: str = term(choice("receiving", "sending", "split"), '"receiving"')
    receiving_percent: int | None = term(number(1, 99), "50", default=None)
    agreement_cap: Decimal = term(money, '"2000000.00"')
    activation_cap: Decimal = term(money, '"20000000.00"')
    claim_within: timedelta = term(duration, '"90d"')
    pay_within: timedelta = term(duration, '"60d"')
    excluded: tuple[str, ...] = term(
        several(choice("workers-compensation", "depreciation", "own-protection", "fines"), least=0),
        '["workers-compensation"]',
        default=(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """How long ahead a sending member says that it recalls, and a receiving member that it releases or cancels.

    `acknowledge` is how long the other side has to confirm a notice: four hours where a charter does not say.
    """

    clause: str = term(clause, '"5.4"')
    recall: timedelta = term(duration, '"12h"')
    cancel: timedelta = term(duration, '"4h"')
    release: timedelta = term(duration, '"24h"')
    acknowledge: timedelta = term(duration, '"4h"', default=timedelta(hours=4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """How information is handled: default audience and TLP, how long it is kept, what the public may see.

    `presence_hours` can lengthen the three hours of the design, never shorten them; `h3_resolution` only coarsen.
    """

    clause: str = term(clause, '"7.1"')
    audience: str = term(choice("league", "named"), '"league"')
    tlp: str = term(choice("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"), '"AMBER"')
    keep: timedelta = term(duration, '"1095d"')
    presence_hours: int = term(number(3, 168), "3", default=3)
    h3_resolution: int = term(number(0, 6), "6", default=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """How long after its notice a member stops being one."""

    clause: str = term(clause, '"9.1"')
    notice: timedelta = term(duration, '"60d"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """The share of the electorate that must say yes, who the electorate is, how long a round stays open at least."""

    clause: str = term(clause, '"9.2"')
    threshold: Fraction = term(threshold, '"2/3"')
    electorate: str = term(choice("members"), '"members"')
    open_for: timedelta = term(duration, '"14d"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """Whether a government that has not ratified may help in one activation, and what it may do."""

    clause: str = term(clause, '"8.1"')
    allowed: bool = term(flag, "true")
    may: tuple[str, ...] = term(several(choice(*GUEST_RIGHTS), least=0), '["offer", "sign-on"]', default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Lawfulness:
    """The clause that holds the sentence on lawful and peaceful means, word for word."""

    clause: str = term(clause, '"1.3"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """The share of members that should witness a log's head; shown, never a condition for acting."""

    clause: str = term(clause, '"7.4"')
    quorum: Fraction = term(threshold, '"2/3"')


TABLES = {
    "members": Members,
    "consult": Consult,
    "invoke": Invoke,
    "urgent": Urgent,
    "stand_down": StandDown,
    "costs": Costs,
    "notices": Notices,
    "information": Information,
    "withdrawal": Withdrawal,
    "amendment": Amendment,
    "guests": Guests,
    "lawfulness": Lawfulness,
    "witnesses": Witnesses,
}
GROUPS = {"triggers": Trigger, "levels": Level, "obligations": Obligation}

LAWFULNESS = {
    "en": "Members act only by lawful and non-violent means, and nothing in this charter asks or allows anything else.",
    "es": "Los miembros actúan solo por medios lícitos y no violentos, y nada en esta carta constitutiva "
    "pide ni permite otra cosa.",
}
