# SPDX-License-Identifier: Apache-2.0
"""Row-level security by raw SQL as the web role: a query that forgets the member still sees that member's rows only."""

from uuid import uuid4

import psycopg
import pytest

LINES = "SELECT text FROM duty_logline"
NAMES = "SELECT name FROM people_person ORDER BY name"


def seen_by(web: psycopg.Connection, member: str | None, query: str) -> list[str]:
    """Return what a query shows in a transaction of a member, or of none."""
    with web.transaction():
        if member is not None:
            web.execute("SELECT set_config('hansa.member', %s, true)", [member])
        return [value for (value,) in web.execute(query).fetchall()]


def note(web: psycopg.Connection, scope: str, member: str, text: str) -> None:
    """Write a log line of `member` in the scope of `scope`."""
    with web.transaction():
        web.execute("SELECT set_config('hansa.member', %s, true)", [scope])
        web.execute(
            "INSERT INTO duty_logline (id, member, office, text, happened_at, at)"
            " VALUES (%s, %s, 'duty-officer', %s, now(), now())",
            [uuid4(), member, text],
        )


@pytest.fixture
def web(web_url, transactional_db):
    with psycopg.connect(web_url, autocommit=True) as connection:
        yield connection


def test_local_rows_show_to_their_member_and_to_nobody_else(web):
    note(web, "oakland-ca", "oakland-ca", "bridge closed")
    assert seen_by(web, "oakland-ca", LINES) == ["bridge closed"]
    assert seen_by(web, "seattle-wa", LINES) == []
    assert seen_by(web, "", LINES) == []
    assert seen_by(web, None, LINES) == []


def test_the_member_ends_with_its_transaction(web):
    note(web, "oakland-ca", "oakland-ca", "bridge closed")
    assert seen_by(web, "oakland-ca", LINES) == ["bridge closed"]
    assert web.execute(LINES).fetchall() == []


def test_a_row_of_another_member_cannot_be_written(web):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        note(web, "oakland-ca", "seattle-wa", "not ours")


def test_a_row_cannot_be_written_without_a_member(web):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        note(web, "", "oakland-ca", "whose?")


@pytest.mark.parametrize("statement", ["UPDATE duty_logline SET text = 'changed'", "DELETE FROM duty_logline"])
def test_rows_of_others_cannot_be_changed(web, statement):
    note(web, "oakland-ca", "oakland-ca", "bridge closed")
    with web.transaction():
        web.execute("SELECT set_config('hansa.member', 'seattle-wa', true)")
        assert web.execute(statement).rowcount == 0
    assert seen_by(web, "oakland-ca", LINES) == ["bridge closed"]


def test_shared_rows_show_to_those_who_read_their_audience(web):
    with web.transaction():
        web.execute("SELECT set_config('hansa.node', 'on', true)")
        web.execute("INSERT INTO ledger_reader (name, reader, direct) VALUES ('sealed-to-one', 'oakland-ca', true)")
        for name, audience in (("Open", "public"), ("Sealed", "sealed-to-one")):
            web.execute(
                "INSERT INTO people_person (member, person, name, title, act, audience)"
                " VALUES ('oakland-ca', %s, %s, 'Exercise clerk', %s, %s)",
                [uuid4(), name, uuid4(), audience],
            )
    assert seen_by(web, "oakland-ca", NAMES) == ["Open", "Sealed"]
    assert seen_by(web, "seattle-wa", NAMES) == ["Open"]
    assert seen_by(web, None, NAMES) == ["Open"]
