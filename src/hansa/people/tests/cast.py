# SPDX-License-Identifier: Apache-2.0
"""The fixed cast of the tests: Oakland with an administrator, a mayor and a duty officer; Portland with its own."""

from dataclasses import dataclass

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.ledger import actions as ledger
from hansa.people import founding, queries
from hansa.people.founding import Newcomer
from hansa.people.models import Account

LEAGUE = "exercise-league"


@dataclass
class Cast:
    """Accounts and actors by short name."""

    oakland_admin: Account
    oakland_mayor: Account
    oakland_duty: Account
    oakland_clerk: Account
    portland_admin: Account
    portland_mayor: Account

    def actor(self, name: str, office: str | None = None) -> Actor:
        """Return the named person acting, as a request of theirs would."""
        account = getattr(self, name)
        with member_scope(account.member):
            return queries.actor_for(account, office)


def _person(member: str, name: str, *offices: str) -> Newcomer:
    address = f"{name.lower().replace(' ', '.')}@{member}.example"
    return Newcomer(address, f"Exercise {name}", f"Exercise {name}", offices=offices)


def found_cast(*, exercise: str | None = "drill-1") -> Cast:
    """Found two members and give them their people."""
    at = clock.now()
    ledger.found_node(LEAGUE, exercise=exercise)
    roots = founding.recovery_keys(3)
    oakland = founding.found_member(
        "oakland-ca", administrators=[_person("oakland-ca", "Administrator")], roots=roots, threshold=2, at=at,
        opens_league=True,
    )  # fmt: skip
    portland = founding.found_member(
        "portland-or", administrators=[_person("portland-or", "Administrator")], roots=founding.recovery_keys(1),
        threshold=1, at=at,
    )  # fmt: skip
    with member_scope("oakland-ca"):
        ledger.share_epoch(founding.acting(oakland.administrators[0]), "portland-or")
    west = founding.staff_exercise(
        oakland,
        [
            _person("oakland-ca", "Mayor", "chief-executive"),
            _person("oakland-ca", "Officer", "duty-officer", "logistics"),
            _person("oakland-ca", "Clerk"),
        ],
        at=at,
    )
    north = founding.staff_exercise(portland, [_person("portland-or", "Mayor", "chief-executive")], at=at)
    return Cast(oakland.administrators[0], *west, portland.administrators[0], *north)
