# SPDX-License-Identifier: Apache-2.0
"""A small league for the tests of aid: Chicago has invoked the pact, Oakland and Portland can help.

Its charter is the model charter. The pact's own tests show how members join; here their rows are written directly, and
nobody's passkey is asked for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from uuid import UUID

from hansa import ledger
from hansa.activation.acts.opening import CrisisInvoked
from hansa.activation.models import Activation
from hansa.aid.actions import request as requests
from hansa.aid.actions import stock
from hansa.aid.models import RequestLine
from hansa.aid.rules.requests import Wanted
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger import actions
from hansa.ledger.tests import founding
from hansa.pact.acts import LeagueFounded
from hansa.pact.models import Member, Ratification

SEATS = {
    "chicago-il": ("Chicago", "city", "IL", 41.85003, -87.65005),
    "oakland-ca": ("Oakland", "city", "CA", 37.80437, -122.2708),
    "portland-or": ("Portland", "city", "OR", 45.52345, -122.67621),
    "milwaukee-wi": ("Milwaukee", "city", "WI", 43.0389, -87.90647),
}
OFFICES = ("logistics", "emergency-management", "chief-executive")


@dataclass(frozen=True)
class League:
    """The actors by member, and Chicago's activation."""

    actors: dict[str, Actor]
    activation: Activation

    @property
    def chicago(self) -> Actor:
        return self.actors["chicago-il"]

    @property
    def oakland(self) -> Actor:
        return self.actors["oakland-ca"]

    @property
    def portland(self) -> Actor:
        return self.actors["portland-or"]

    @property
    def milwaukee(self) -> Actor:
        return self.actors["milwaukee-wi"]


def found_league() -> League:
    """Found the league, let everyone be a member, and let Chicago invoke."""
    seats = founding.found(*SEATS)
    charter = (files("hansa.pact.charter") / "model_charter.md").read_text(encoding="utf-8")
    first = seats[0]
    with member_scope(first.member):
        carrier = actions.publish_by_root(
            first.member, [LeagueFounded(name="Test league", text=charter)], signers=first.roots[:2]
        )[0]
        _join(carrier.digest)
        for seat in seats:
            with member_scope(seat.member):
                actions.add_office_keys(seat.member, ("emergency-management",), signers=seat.roots[:2])
    actors = {
        seat.member: Actor(seat.actor.person, seat.member, "logistics", f"Exercise logistics, {seat.member}", OFFICES)
        for seat in seats
    }
    with member_scope("chicago-il"):
        body = CrisisInvoked(
            trigger="fire", level="alert", situation="A wildfire is near the city.", place="Chicago, IL",
            lat=Decimal("41.85003"),
            lon=Decimal("-87.65005"), first_needs="Cots and masks.",
        )  # fmt: skip
        opened = new_id()
        invoked = ledger.submit(
            actors["chicago-il"], body, id=opened, audience=ledger.league_scope(opened), charter=carrier.digest
        )
        assert isinstance(invoked, ledger.Act), "the tests ask for nobody's passkey"
        return League(actors, Activation.objects.get(id=opened))


def _join(charter: str) -> None:
    at = clock.now() - timedelta(days=30)
    for number, (slug, (name, kind, state, lat, lon)) in enumerate(SEATS.items()):
        place = {"name": name, "kind": kind, "state": state, "latitude": str(lat), "longitude": str(lon)}
        row = Ratification.objects.create(
            id=new_id(), digest=f"{number:064x}", author=slug, at=at, charter=charter, instrument="Resolution 1",
            since=at, counts=True, audience="public", **place,
        )  # fmt: skip
        Member.objects.create(
            slug=slug, ratification=row.id, ratified_at=at, charter=charter, since=at, audience="public", **place
        )


def wanted(kind: str = "cot", quantity: int | str | Decimal = 400, hours: float = 48, **more) -> Wanted:
    """Return what someone in Chicago could ask for."""
    values = {
        "place": "McCormick Place, Chicago", "lat": 41.85, "lon": -87.62, "zone": "America/Chicago", **more,
    }  # fmt: skip
    return Wanted(kind, Decimal(quantity), clock.now() + timedelta(hours=hours), **values)


def ask(league: League, what: Wanted | None = None, *, by: Actor | None = None, id: UUID | None = None) -> RequestLine:
    """Let Chicago, or another, ask for something; return the line."""
    actor = by or league.chicago
    with member_scope(actor.member):
        act = requests.open_request(what or wanted(), activation=league.activation, actor=actor, at=clock.now(), id=id)
        return RequestLine.objects.get(id=act.id)


def stock_up(
    actor: Actor, kind: str = "cot", quantity: int = 1000, *, level: int = 0, site: str = "Depot", **more
) -> None:
    """Give a member stock."""
    with member_scope(actor.member):
        stock.set_stock(kind, quantity=Decimal(quantity), actor=actor, at=clock.now(), level=level, site=site, **more)


def later(**span) -> datetime:
    """Return a time from now."""
    return clock.now() + timedelta(**span)
