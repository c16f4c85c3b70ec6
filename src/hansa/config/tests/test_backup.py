# SPDX-License-Identifier: Apache-2.0
"""Backup and restore by their commands: what was there is there again, and nothing is overwritten or half done."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hansa.config import roles
from hansa.config.embedded import running_server
from hansa.config.node import DATABASE
from hansa.config.tests.test_launcher import refused, run

PHRASE = {"HANSA_BACKUP_PASSPHRASE": "nine bridges and a ferry"}


def rows(folder: Path, query: str) -> list[tuple]:
    """Read a stopped node's database, past row-level security."""
    with running_server(folder) as server, psycopg.connect(server.url(database=DATABASE)) as there:
        return there.execute(query).fetchall()


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[Path]:
    """Return the data folder of a node that has something to lose."""
    folder = tmp_path_factory.mktemp("node")
    done = run(folder, "migrate")
    assert done.returncode == 0, done.stderr
    rows(folder, "INSERT INTO auth_group (name) VALUES ('kept') RETURNING name")
    yield folder


@pytest.fixture(scope="module")
def backup(node, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "node.hansa"
    done = run(node, "backup", str(file), **PHRASE)
    assert done.returncode == 0, done.stderr
    return file


def test_a_restored_node_has_the_rows_the_keys_and_the_rights(node, backup, tmp_path):
    done = run(tmp_path / "new", "restore", str(backup), **PHRASE)
    assert done.returncode == 0, done.stderr
    assert "hansa verify" in done.stderr
    assert rows(tmp_path / "new", "SELECT name FROM auth_group") == [("kept",)]
    for name in ("key", "secret-key"):
        assert (tmp_path / "new" / name).read_text("ascii") == (node / name).read_text("ascii")
        assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o600
    owner = "SELECT pg_get_userbyid(relowner), relforcerowsecurity FROM pg_class WHERE relname = 'people_account'"
    assert rows(tmp_path / "new", owner) == [(roles.OWNER, True)]
    for right, has in (("INSERT", True), ("UPDATE", False)):
        ask = f"SELECT has_table_privilege('{roles.WEB}', 'ledger_leaf', '{right}')"
        assert rows(tmp_path / "new", ask) == [(has,)]
    assert run(tmp_path / "new", "migrate").stderr.strip() == "The schema was up to date."


def test_the_backup_is_private_and_shows_no_key(node, backup):
    assert backup.stat().st_mode & 0o777 == 0o600
    data = backup.read_bytes()
    for name in ("key", "secret-key"):
        assert (node / name).read_bytes().strip() not in data


def test_an_existing_file_is_not_overwritten(node, tmp_path):
    (tmp_path / "taken").write_text("mine", "ascii")
    assert "is there already" in refused(node, "backup", str(tmp_path / "taken"), **PHRASE)
    assert (tmp_path / "taken").read_text("ascii") == "mine"


def test_a_backup_needs_a_passphrase(node, tmp_path):
    assert "HANSA_BACKUP_PASSPHRASE" in refused(node, "backup", str(tmp_path / "file"))
    assert not (tmp_path / "file").exists()


def test_a_wrong_passphrase_restores_nothing(backup, tmp_path):
    line = refused(tmp_path / "new", "restore", str(backup), HANSA_BACKUP_PASSPHRASE="ten bridges")
    assert "passphrase does not open" in line
    assert not (tmp_path / "new" / "key").exists()


def test_a_database_that_is_not_empty_is_left_alone(node, backup):
    assert "not empty" in refused(node, "restore", str(backup), **PHRASE)


def test_a_node_with_another_key_is_left_alone(backup, tmp_path):
    (tmp_path / "key").write_text("another\n", "ascii")
    assert "another HANSA_KEY" in refused(tmp_path, "restore", str(backup), **PHRASE)
    assert not (tmp_path / "postgres").exists()


def test_a_damaged_backup_is_named(backup, tmp_path):
    with tarfile.open(backup) as archive:
        place = archive.getmember("database.dump").offset_data + 2000
    data = bytearray(backup.read_bytes())
    data[place] ^= 1
    (tmp_path / "damaged").write_bytes(data)
    assert "is damaged" in refused(tmp_path / "new", "restore", str(tmp_path / "damaged"), **PHRASE)


@pytest.mark.parametrize("content", [b"", b"not a backup", b"\0" * 20_480])
def test_what_is_no_backup_is_named(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    assert "is not a Hansa backup" in refused(tmp_path / "new", "restore", str(tmp_path / "file"), **PHRASE)
