# SPDX-License-Identifier: Apache-2.0
"""Raw SQL as the web role: without a member nothing of anyone's is there; sign-in asks its functions and no table."""

import psycopg
import pytest

from hansa.people import founding
from hansa.people.founding import Newcomer
from hansa.people.tests.cast import LEAGUE, found_cast

pytestmark = pytest.mark.django_db(transaction=True)

OWN = ("people_account", "people_apitoken", "people_invitation", "account_emailaddress", "mfa_authenticator",
       "usersessions_usersession", "ledger_secretkey", "ledger_pendingact")  # fmt: skip


@pytest.fixture
def web(db, web_url):
    """Return a connection of the web role to a database with two founded members in it, committed."""
    found_cast()
    with psycopg.connect(web_url) as connection:
        yield connection


def _count(web, table: str) -> int:
    return web.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_without_a_member_the_web_role_sees_no_account_key_or_token(web):
    assert {table: _count(web, table) for table in OWN} == dict.fromkeys(OWN, 0)
    assert _count(web, "people_appointment") > 0
    assert _count(web, "people_person") == 0


def test_with_a_member_it_sees_that_members_rows_only(web):
    web.execute("SELECT set_config('hansa.member', 'portland-or', true)")
    assert {m for (m,) in web.execute("SELECT DISTINCT member FROM people_account")} == {"portland-or"}
    assert _count(web, "account_emailaddress") == 2
    assert _count(web, "people_person") == 6


def test_it_can_neither_read_nor_move_a_row_of_another_member(web):
    web.execute("SELECT set_config('hansa.member', 'portland-or', true)")
    changed = web.execute("UPDATE people_account SET is_active = false WHERE member = 'oakland-ca'")
    assert changed.rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("UPDATE people_account SET member = 'oakland-ca'")


def test_sign_in_learns_the_member_of_an_address_and_nothing_else(web):
    ask = "SELECT people_member_by_email(%s)"
    assert web.execute(ask, ["Mayor@Oakland-CA.example"]).fetchone() == ("oakland-ca",)
    assert web.execute(ask, ["nobody@oakland-ca.example"]).fetchone() == (None,)
    assert web.execute(ask, ["' OR true --"]).fetchone() == (None,)
    web.execute("SELECT set_config('hansa.sign_in', 'on', true)")
    assert _count(web, "people_account") == 0


def test_the_owner_of_the_tables_sees_no_rows_either(web, owner_url):
    with psycopg.connect(owner_url) as owner:
        assert owner.execute("SELECT count(*) FROM people_account").fetchone() == (0,)


def test_founding_the_same_league_again_keeps_it_and_a_second_account_with_an_address_is_refused(web):
    from hansa.core import clock
    from hansa.core.verdicts import Invalid
    from hansa.ledger import actions as ledger

    assert ledger.found_node(LEAGUE, exercise="drill-1").id == LEAGUE
    with pytest.raises(Invalid, match="has an account on this node"):
        founding.found_member(
            "salem-or", administrators=[Newcomer("mayor@oakland-ca.example", "Exercise Twin", "Exercise")],
            roots=founding.recovery_keys(1), threshold=1, at=clock.now(),
        )  # fmt: skip
