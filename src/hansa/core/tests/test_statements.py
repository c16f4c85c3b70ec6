# SPDX-License-Identifier: Apache-2.0
"""Statements that go through libpq itself keep to what Django promises."""

import psycopg
import pytest
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connection, transaction

from hansa.core.rls import current_member, member_scope
from hansa.core.statements import as_json, ask, send_ahead, tell

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
    row = {"raw": b"\x00\xff\\", "text": 'é "quoted" \\x41'}
    found = ask(
        b"SELECT encode(raw, 'hex'), text FROM json_to_record($1::json) AS t(raw bytea, text text)", as_json(row)
    )
    assert found == [(b"00ff5c", 'é "quoted" \\x41'.encode())]


def test_what_waits_runs_before_anything_that_could_see_it():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (what text)")
    insert = b"INSERT INTO told VALUES ($1)"
    with transaction.atomic():
        tell(insert, "seen by a cursor")
        with connection.cursor() as cursor:
            tell(insert, "seen by a cursor that was open before")
            cursor.execute("SELECT count(*) FROM told")
            assert cursor.fetchone() == (2,)
            tell(insert, "seen by a copy")
            with connection.cursor() as other, other.copy("COPY told TO STDOUT") as copied:
                assert len(list(copied)) == 3
        tell(insert, "seen by a statement")
        assert ask(b"SELECT count(*) FROM told") == [(b"4",)]
        tell(insert, "seen after the commit")
    tell(insert, "at once where no transaction is open")
    assert ask(b"SELECT count(*) FROM told") == [(b"6",)]


def test_what_waits_goes_with_its_transaction():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (what text)")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(b"INSERT INTO told VALUES ($1)", "lost")
        raise ZeroDivisionError
    with transaction.atomic():
        tell(b"INSERT INTO told VALUES ($1)", "outer")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            tell(b"INSERT INTO told VALUES ($1)", "inner")
            raise ZeroDivisionError
    assert ask(b"SELECT what FROM told") == [(b"outer",)]


def test_what_is_refused_of_it_ends_the_transaction_and_leaves_the_connection_usable():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (what text UNIQUE)")
    insert = b"INSERT INTO told VALUES ($1)"
    for end in (lambda: None, lambda: ask(b"SELECT 1"), lambda: connection.cursor()):
        with pytest.raises(IntegrityError), transaction.atomic():
            tell(insert, "twice")
            tell(insert, "twice")
            end()
    with pytest.raises(DatabaseError), transaction.atomic():
        tell(b"SELECT no_such_function($1)", "never heard of")
    with transaction.atomic():
        tell(insert, "once")
    assert ask(b"SELECT what FROM told") == [(b"once",)]


def test_what_was_sent_ahead_is_part_of_its_transaction():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (what text UNIQUE)")
    insert = b"INSERT INTO told VALUES ($1)"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(insert, "lost")
        send_ahead()
        raise ZeroDivisionError
    with pytest.raises(IntegrityError), transaction.atomic():
        tell(insert, "twice")
        send_ahead()
        tell(insert, "twice")
        send_ahead()
    with transaction.atomic():
        for number in range(5):
            tell(insert, str(number))
            send_ahead()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM told")
            assert cursor.fetchone() == (5,)
    assert ask(b"SELECT count(*) FROM told") == [(b"5",)]


def test_a_server_that_goes_away_is_djangos_error_and_the_next_request_connects_anew():
    pid = int(ask(b"SELECT pg_backend_pid()")[0][0])
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other, pytest.raises(OperationalError):
        with transaction.atomic():
            tell(b"SELECT $1::text", "on its way")
            send_ahead()
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
            tell(b"SELECT $1::text", "never sent")
    assert ask(b"SELECT 1") == [(b"1",)]


def test_whoever_counts_queries_counts_these_too(django_assert_num_queries):
    with django_assert_num_queries(4), transaction.atomic():  # with BEGIN and COMMIT
        tell(b"SELECT $1::text", "told")
        ask(b"SELECT 1")


def test_a_text_is_never_cut_at_a_nul():
    with transaction.atomic(), pytest.raises(DataError):
        ask(b"SELECT $1::text", "before\x00behind")
    with pytest.raises(DataError), transaction.atomic():
        tell(b"SELECT $1::text", "before\x00behind")
    assert ask(b"SELECT $1::text", "whole") == [(b"whole",)]
