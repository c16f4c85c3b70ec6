# SPDX-License-Identifier: Apache-2.0
"""Acts, approvals and exercises: what may not stand in a log fails by its name."""

import dataclasses
import hashlib

import pytest

from hansa.ledger.canonical import canonical, parse
from hansa.ledger.envelope import decode, encode
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.tests.fabric import LogMaker, check, chicago, codes, identity


@pytest.mark.parametrize(
    "change,code",
    [
        ({"author": "oakland-ca"}, "other-log"),
        ({"league": "mountains"}, "other-log"),
        ({"at": "2026-11-20T11:00:00.000000Z"}, "time-went-back"),
        ({"at": "2026-11-21T12:06:00.000000Z"}, "time-ahead"),
        ({"at": "2026-11-20T12:30:00Z"}, "act"),
        ({"at": "2026-13-20T12:30:00.000000Z"}, "act"),
        ({"exercise": None}, "exercise"),
        ({"exercise": ""}, "act"),
        ({"audience": "league:1"}, "act"),
        ({"v": 2}, "act"),
        ({"v": True}, "act"),
        ({"id": "0"}, "act"),
        ({"id": identity("x").upper()}, "act"),
        ({"id": identity("chicago-il 3")}, "act-twice"),
        ({"type": "note"}, "act"),
        ({"office": None}, "act"),
        ({"body": []}, "act"),
        ({"refs": ["00"]}, "act"),
        ({"refs": [None]}, "act"),
        ({"cites": "none"}, "act"),
        ({"charter": 1}, "act"),
        ({"extra": 1}, "act"),
    ],
)
def test_an_act_that_may_not_stand_here_is_refused(tmp_path, change, code):
    log = chicago()
    office = change.pop("office", "legal")
    payload = canonical({**log.fields("test.note.written", {}, office), **change})
    log.log(payload, [log.key("office legal")])
    assert codes(log, tmp_path) == {code}


@pytest.mark.parametrize(
    "change,code",
    [
        ({"size": 1000}, "act"),
        ({"size": True}, "act"),
        ({"size": 4096}, "body"),
        ({"audience": "public"}, "act"),
        ({"ciphertext": "00"}, "act"),
        ({"commitment": None}, "act"),
        ({"commitment": "AA" * 32}, "act"),
        ({"type": "a.b.c"}, "act"),
        ({"ciphertext": "00" * 32}, "unknown-file"),
    ],
)
def test_a_stub_that_may_not_stand_is_refused(tmp_path, change, code):
    log = chicago()
    log.sealed(**change)
    found = codes(log, tmp_path)
    assert code in found and found <= {code, "unknown-file"}


def test_an_act_whose_json_is_not_canonical_is_found(tmp_path):
    log = chicago()
    payload = canonical(log.fields("test.note.written", {}, "legal"))
    log.log(payload.replace(b'"v":1', b'"v": 1'), [log.key("office legal")])
    assert codes(log, tmp_path) == {"not-canonical"}


def test_the_same_leaf_twice_is_found(tmp_path):
    log = chicago()
    log.act()
    log.sealed()
    log.entries += log.entries[-2:]
    assert [(f.code, f.index) for f in check(log, tmp_path).failures] == [("time-went-back", 6), ("act-twice", 7)]
    log.entries = log.entries[:-2]
    log.log(decode(log.entries[-1]).payload, [log.key("office legal")])
    assert codes(log, tmp_path / "again") == {"act-twice"}


def test_approvals_by_the_wrong_passkey_are_found(tmp_path):
    log = chicago()
    log.mayor = ExerciseAuthenticator.derive(b"stranger")
    log.act(approved=True)
    log.mayor, log.person = ExerciseAuthenticator.derive(b"chicago-il"), identity("somebody else")
    log.act(approved=True)
    log.person = identity("mayor of chicago-il")
    log.act(approved=True)
    log.by_root("ledger.authenticator.revoked", {"credential": log.mayor.credential.id})
    log.act(approved=True)
    found = {f.index: f.code for f in check(log, tmp_path).failures}
    assert found == {4: "approval-unknown", 5: "approval-person", 8: "approval-revoked"}


def test_one_person_counts_once(tmp_path):
    log = chicago()
    log.act(approved=True)
    envelope = decode(log.entries[-1])
    log.entries[-1] = encode(dataclasses.replace(envelope, approvals=envelope.approvals * 2))
    assert codes(log, tmp_path) == {"approval-twice"}


def test_a_batch_approved_with_one_touch_passes_act_by_act(tmp_path):
    log = chicago()
    payloads = [canonical(log.fields("test.note.written", {"n": n}, "legal", id=identity(f"n{n}"))) for n in range(40)]
    given = log.approve([hashlib.sha256(payload[36:]).digest() for payload in payloads])
    for payload, approval in zip(payloads, given, strict=True):
        log.log(payload, [log.key("office legal")], [approval])
    report = check(log, tmp_path)
    assert report.ok and report.acts == 44


def test_an_exercise_passkey_is_refused_in_a_real_league(tmp_path):
    log = chicago(exercise=None)
    log.by_root("ledger.authenticator.enrolled", log.enrolment())
    log.by_root("ledger.authenticator.enrolled", log.enrolment(exercise=False))
    log.act(approved=True)
    log.act(approved=True, exercise="drill-1")
    assert [f.code for f in check(log, tmp_path).failures] == [
        "exercise-authenticator", "exercise-authenticator", "approval-unknown", "approval-unknown",
    ]  # fmt: skip


def test_a_real_act_may_cite_and_never_reference_a_drill(tmp_path):
    log = chicago(exercise=None)
    real = log.act()
    drill = log.act(exercise="drill-1", refs=[log.digests[real].hex()])
    drilled = log.digests[drill].hex()
    log.act(cites=[drilled])
    log.act(exercise="drill-1", refs=[drilled])
    assert codes(log, tmp_path / "a") == set()
    log.act(refs=[drilled])
    log.act(exercise="drill-2", refs=[drilled])
    assert [(f.code, f.index) for f in check(log, tmp_path / "b").failures] == [("exercise", 7), ("exercise", 8)]


def test_references_into_a_log_that_comes_later_are_judged_too(tmp_path):
    oakland = LogMaker("oakland-ca", exercise=None).found()
    drill = oakland.sealed(exercise="drill-1")
    log = chicago(exercise=None)
    log.act(refs=[oakland.digests[drill].hex()])
    log.act(refs=["00" * 32])
    oakland.write(tmp_path)
    report = check(log, tmp_path)
    assert [(f.code, f.origin, f.index) for f in report.failures] == [("exercise", log.origin, 3)]
    assert report.notes == ["references to acts that are not in this export: 1"]


def test_a_log_that_repeats_anothers_sealed_leaf_does_not_taint_it(tmp_path):
    oakland = LogMaker("oakland-ca", exercise=None).found()
    index = oakland.sealed()
    log = chicago(exercise=None)
    stub = parse(decode(oakland.entries[index]).payload)
    payload = canonical({**stub, "author": "chicago-il", "exercise": "drill-1", "size": 4096})
    log.log(payload, [log.key("office legal")])
    oakland.act(refs=[oakland.digests[index].hex()])
    oakland.write(tmp_path)
    assert codes(log, tmp_path) == set()


def test_two_logs_of_one_league_cannot_have_one_author(tmp_path):
    class Twin(LogMaker):
        origin = "hansa/lakes/chicago-il-again"

    Twin("chicago-il").found().write(tmp_path)
    assert codes(chicago(), tmp_path) == {"author-twice"}


def test_a_league_is_an_exercise_in_all_its_logs_or_in_none(tmp_path):
    LogMaker("oakland-ca", exercise=None).found().write(tmp_path)
    assert codes(chicago(), tmp_path) == {"exercise"}
