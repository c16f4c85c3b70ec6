# SPDX-License-Identifier: Apache-2.0
"""Statements that go through libpq itself keep to what Django promises."""

import pytest
from django.db import DatabaseError, connection, transaction

from hansa.core.rls import current_member, member_scope
from hansa.core.statements import as_json, ask, hexadecimal

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_statement_belongs_to_the_transaction_that_is_open():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE noted (what text)")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask(b"INSERT INTO noted VALUES ($1)", "lost")
        raise ZeroDivisionError
    assert ask(b"SELECT count(*) FROM noted") == [(b"0",)]
    with transaction.atomic():
        ask(b"INSERT INTO noted VALUES ($1)", "kept")
    assert ask(b"SELECT what FROM noted") == [(b"kept",)]


def test_what_the_server_refuses_is_djangos_error_and_the_connection_goes_on():
    with pytest.raises(DatabaseError), transaction.atomic():
        ask(b"SELECT 1 / $1::int", "0")
    assert ask(b"SELECT $1::int, $2::text", "2", None) == [(b"2", None)]


def test_a_scope_sets_its_member_as_text_whatever_it_holds():
    name = "o'hare\\'); SELECT 1; --"
    with member_scope(name):
        assert ask(b"SELECT current_setting('hansa.member')") == [(name.encode(),)]
        assert current_member() == name
    assert ask(b"SELECT coalesce(current_setting('hansa.member', true), '')") == [(b"",)]


def test_bytes_and_texts_come_back_as_they_went():
    row = {"raw": hexadecimal(b"\x00\xff\\"), "text": 'é "quoted" \\x41'}
    found = ask(
        b"SELECT encode(raw, 'hex'), text FROM json_to_record($1::json) AS t(raw bytea, text text)", as_json(row)
    )
    assert found == [(b"00ff5c", 'é "quoted" \\x41'.encode())]
