# SPDX-License-Identifier: Apache-2.0
"""The tests stand on the same ground as a node: the web role, real migrations, nothing shared between tests."""

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.db import ProgrammingError, connection


@pytest.mark.django_db
def test_tests_connect_as_a_role_that_owns_nothing_and_may_not_bypass():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("hansa_web", False, False)


@pytest.mark.django_db
def test_the_web_role_cannot_change_the_schema():
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id int)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(turn):
    assert not Group.objects.filter(name="kept").exists()
    Group.objects.create(name="kept")


@pytest.mark.django_db
def test_the_database_lowers_letters_beyond_ascii():
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ÁÑ')")
        assert cursor.fetchone() == ("áñ",)


def test_the_owner_is_at_hand(owner_url, web_url):
    with psycopg.connect(owner_url) as owner, psycopg.connect(web_url) as web:
        assert owner.execute("SELECT current_user").fetchone() == ("hansa_owner",)
        assert web.execute("SELECT current_user").fetchone() == ("hansa_web",)
