# SPDX-License-Identifier: Apache-2.0
"""The cast of an exercise: a league that is marked EXERCISE from its first act, its members and their personas.

Persona names are plainly exercise names. Founding goes the same way as `hansa init`; only the passkeys are marked
exercise authenticators. Recovery keys exist while the league is founded, and are forgotten.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from hansa import ledger
from hansa.aid.queries.place import DEFAULT_ZONE, seat_of
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.duty.actions import rota as rotas
from hansa.ledger import actions as ledger_actions
from hansa.ledger.models import League, PendingAct
from hansa.pact import actions as pact
from hansa.pact import places
from hansa.people import approving, founding, queries, sign_in
from hansa.people.choices import Office
from hansa.people.models import Account

LEAGUE = "exercise-league"
RELIEF = "relief-officer"
NAME = "EXERCISE League of Mutual Aid"
ROOTS, THRESHOLD = 3, 2
_TERM_TITLES = {
    Office.CHIEF_EXECUTIVE: "Exercise Chief Executive",
    Office.EMERGENCY_MANAGEMENT: "Exercise Emergency Manager",
    Office.LOGISTICS: "Exercise Logistics Chief",
    Office.DUTY_OFFICER: "Exercise Duty Officer",
    Office.LEGAL: "Exercise Counsel",
    Office.PUBLIC_INFORMATION: "Exercise Information Officer",
}


def is_founded() -> bool:
    """Return whether this node serves a league already."""
    return League.objects.exists()


def found(members: Sequence[str], *, at: datetime) -> None:
    """Found the exercise league: logs, keys, personas, the charter ratified by every member."""
    ledger.found_node(LEAGUE, exercise=LEAGUE)
    charter = (files("hansa.pact") / "charter" / "model_charter.md").read_text(encoding="utf-8")
    keys = {member: founding.recovery_keys(ROOTS) for member in members}
    founded = {
        member: founding.found_member(
            member, administrators=[_administrator(member)], roots=keys[member], threshold=THRESHOLD, at=at,
            opens_league=member == members[0],
        )
        for member in members
    }  # fmt: skip
    host = founding.acting(founded[members[0]].administrators[0])
    for member in members[1:]:
        with member_scope(members[0]):
            ledger_actions.share_epoch(host, member)
    for member in members:
        founding.staff_exercise(founded[member], _personas(member), at=at)
    pact.found_league(members[0], name=NAME, text=charter, signers=keys[members[0]][:THRESHOLD])
    for member in members:
        with acting(member, Office.CHIEF_EXECUTIVE) as mayor:
            instrument = f"EXERCISE resolution of {place_name(member)}"
            settle([pact.join_league(member, instrument=instrument, actor=mayor, at=at)], mayor, at=at)
        keep_rota(member)


def keep_rota(member: str) -> None:
    """Let the two duty officers of a member take weeks, from Monday at 09:00 where it is; the other is the backup."""
    seat = seat_of(member)
    zone = seat.zone if seat else DEFAULT_ZONE
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    with acting(member, Office.ADMINISTRATOR) as planner:
        emails = [_email(member, name) for name in (Office.DUTY_OFFICER, RELIEF)]
        people = tuple(Account.objects.get(email=email).id for email in emails)
        office = Office.DUTY_OFFICER.value
        row = rotas.save_rota(office, zone=zone, holidays="US", weeks=4, needed=[], actor=planner)
        for level, name, order in ((1, "First call", people), (2, "Second call", people[::-1])):
            line = rotas.LinePlan(name, order, today - timedelta(days=today.weekday()), zone, level=level)
            rotas.save_line(row, None, line, seen="", actor=planner)


def place_name(member: str) -> str:
    """Return the name of a member's place, as people say it."""
    place = places.from_slug(member)
    return place.name if place else member


@contextmanager
def acting(member: str, office: str) -> Iterator[Actor]:
    """Open a member's scope and yield its persona in that office."""
    with member_scope(member):
        account = Account.objects.get(email=_email(member, office))
        yield queries.actor_for(account, str(office))


def settle(done: Sequence[object], actor: Actor, *, at: datetime) -> list[ledger.Act]:
    """Approve with one touch of the persona's exercise passkey whatever waits for it; return the acts."""
    waiting = [item for item in done if isinstance(item, PendingAct)]
    approved = approving.approve_pending(waiting, actor=actor, at=at) if waiting else []
    by_id = {item.id: item for item in [*done, *approved] if isinstance(item, ledger.Act)}
    missing = [item for item in done if isinstance(item, PendingAct) and item.id not in by_id]
    if missing:
        raise ValueError(f"{len(missing)} acts wait for more approvals than one persona can give")
    return [by_id[item.id] for item in done if not isinstance(item, str)]  # type: ignore[attr-defined]


def personas() -> list[tuple[str, str]]:
    """Return each persona's name and the path of the link by which it signs in."""
    listed = []
    for member in ledger.hosted_members():
        with member_scope(member):
            for account in Account.objects.order_by("email"):
                token = sign_in.persona_token(account.id)
                listed.append((account.name, f"/exercise/sign-in/{token}/"))
    return listed


def _email(member: str, office: str) -> str:
    return f"{office}@{member}.exercise.invalid"


def _newcomer(member: str, office: str, title: str, *offices: str) -> founding.Newcomer:
    name = f"{title}, {place_name(member)}"
    return founding.Newcomer(_email(member, office), name, title, offices=tuple(str(o) for o in offices))


def _administrator(member: str) -> founding.Newcomer:
    return _newcomer(member, Office.ADMINISTRATOR, "Exercise Administrator")


def _personas(member: str) -> list[founding.Newcomer]:
    held = [_newcomer(member, office, title, office) for office, title in _TERM_TITLES.items()]
    return [*held, _newcomer(member, RELIEF, "Exercise Relief Officer", Office.DUTY_OFFICER)]
