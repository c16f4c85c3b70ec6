# SPDX-License-Identifier: Apache-2.0
"""Export and offline verification: what this node writes is what anyone can check without it."""

import contextlib

import pytest
from django.db import transaction

from hansa import ledger
from hansa.core.rls import member_scope, node_scope
from hansa.ledger.exporting import export
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten
from hansa.ledger.verification import verify_export, write_trust

pytestmark = pytest.mark.django_db


def written(directory, **options):
    with node_scope():
        return export(directory, **options)


@pytest.fixture
def seat():
    (seat,) = found("oakland-ca")
    return seat


def say_notes(seat, count):
    with member_scope(seat.member):
        ledger.submit_all(seat.actor, [ledger.say(NoteWritten(text=f"line {n}")) for n in range(count)])


def test_an_export_verifies_with_and_without_bodies(seat, tmp_path):
    say_notes(seat, 300)
    count = written(tmp_path / "a", bodies=True)
    report = verify_export(tmp_path / "a")
    assert report.ok, report.failures
    assert sum(log.size for log in report.logs) == count
    written(tmp_path / "b")
    assert verify_export(tmp_path / "b").ok
    assert not (tmp_path / "b" / "bodies").exists()


def test_an_export_is_brought_up_to_date_in_place(seat, tmp_path):
    written(tmp_path)
    say_notes(seat, 300)
    written(tmp_path)
    say_notes(seat, 300)
    written(tmp_path, bodies=True)
    report = verify_export(tmp_path)
    assert report.ok, report.failures


def test_a_tampered_entry_and_an_unknown_file_are_found_by_name(seat, tmp_path):
    written(tmp_path)
    bundle = next(tmp_path.rglob("entries/000.p/*"))
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    (tmp_path / "logs" / "note.txt").write_text("hello")
    codes = {failure.code for failure in verify_export(tmp_path).failures}
    assert "unknown-file" in codes
    assert codes - {"unknown-file"}


def test_a_league_founded_again_under_other_keys_fails_against_pinned_roots(tmp_path):
    class Undo(Exception):
        pass

    trust = tmp_path / "trust.toml"
    with contextlib.suppress(Undo), transaction.atomic():
        say_notes(found("oakland-ca")[0], 3)
        written(tmp_path / "ours")
        trust.write_text(write_trust(verify_export(tmp_path / "ours").logs))
        raise Undo
    assert verify_export(tmp_path / "ours", trust=trust).ok
    say_notes(found("oakland-ca")[0], 5)
    written(tmp_path / "theirs")
    assert verify_export(tmp_path / "theirs").ok
    assert "root-not-pinned" in {f.code for f in verify_export(tmp_path / "theirs", trust=trust).failures}


def test_an_older_head_than_one_saved_before_fails(seat, tmp_path):
    written(tmp_path / "old")
    say_notes(seat, 2)
    written(tmp_path / "new")
    trust = tmp_path / "trust.toml"
    trust.write_text(write_trust(verify_export(tmp_path / "new").logs))
    assert "head-older-than-saved" in {f.code for f in verify_export(tmp_path / "old", trust=trust).failures}
