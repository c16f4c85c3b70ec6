# SPDX-License-Identifier: Apache-2.0
"""The offline verifier: honest logs pass, and each lie fails by its name."""

import base64
import dataclasses
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hansa.ledger import keys
from hansa.ledger.canonical import canonical, parse
from hansa.ledger.envelope import ACT_TYPE, decode, encode, pae
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.keys import key_id
from hansa.ledger.tests.fabric import LEAGUE, NOW, LogMaker, identity, key
from hansa.ledger.tlog.merkle import leaf_hash
from hansa.ledger.tlog.note import Signer, sign_note
from hansa.ledger.verification import Report, TrustError, read_trust, verify_export, write_trust
from hansa.ledger.verification.files import body_path, checkpoint_path, log_path
from hansa.ledger.verification.report import CODES
from hansa.ledger.verification.seen import Seen


def chicago(**changes) -> LogMaker:
    return LogMaker("chicago-il", **changes).found()


LOG = log_path(chicago().origin)


def check(log: LogMaker, folder: Path, **options) -> Report:
    report = verify_export(log.write(folder), now=NOW, **options)
    assert {failure.code for failure in report.failures} <= set(CODES)
    return report


def codes(log: LogMaker, folder: Path, **options) -> set[str]:
    return {failure.code for failure in check(log, folder, **options).failures}


def an_honest_log() -> LogMaker:
    log = chicago()
    first = log.act(body={"text": "sandbags"})
    log.sealed(approved=True)
    log.act(approved=True, refs=[log.digests[first].hex()])
    log.act("ledger.authenticator.enrolled", log.enrolment(ExerciseAuthenticator.derive(b"legal"), identity("legal")),
            "administrator", approved=True)  # fmt: skip
    return log


def test_an_honest_log_passes_and_says_how_far_that_reaches(tmp_path):
    log = an_honest_log()
    report = check(log, tmp_path)
    assert report.ok, report.failures
    assert report.verdict == "OK: 8 acts in 1 logs, self-consistent only (no roots were pinned)"
    pinned = check(log, tmp_path, trust=log.trust(tmp_path.parent / "trust.toml", size=3))
    assert pinned.ok and pinned.verdict.endswith("verified against pinned roots")
    (summary,) = pinned.logs
    assert (summary.origin, summary.size, summary.exercise) == (log.origin, 8, "drill-1")
    assert any("EXERCISE drill-1" in line for line in pinned.lines())


@pytest.mark.parametrize("size", [4, 256, 257, 512, 700])
def test_logs_of_any_size_pass(tmp_path, size):
    log = chicago()
    while len(log.entries) < size:
        log.act()
    report = check(log, tmp_path)
    assert report.ok and report.acts == size, report.failures


def test_each_tile_of_a_log_with_three_levels_is_checked(tmp_path):
    log = LogMaker("chicago-il", entries=[b"{}"] * (65_536 + 300))  # no acts at all: only tiles count here
    folder = log.write(tmp_path)
    assert {f.code for f in verify_export(folder, now=NOW).failures} == {"envelope"}
    names = ["0/255", "1/000", "1/001.p/1", "2/000.p/1"]
    for name in names:
        path = folder / LOG / "tile" / name
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    found = [f for f in verify_export(folder, now=NOW).failures if f.code != "envelope"]
    assert [f.index for f in found if f.code == "leaf-hash"] == [65_535]
    assert sorted(f.sentence.split(" ")[0] for f in found if f.code == "tile") == [f"tile/{name}" for name in names[1:]]


def test_no_flipped_byte_anywhere_stays_hidden(tmp_path):
    log = an_honest_log()
    folder = log.write(tmp_path)
    chance = random.Random(2026)  # noqa: S311
    for path in log.files():
        data = (folder / path).read_bytes()
        places = range(len(data)) if len(data) < 400 else sorted(chance.sample(range(len(data)), 150))
        for place in places:
            altered = bytearray(data)
            altered[place] ^= 1 << chance.randrange(8)
            (folder / path).write_bytes(altered)
            report = verify_export(folder, now=NOW)
            assert not report.ok, (path, place)
            assert {failure.code for failure in report.failures} <= set(CODES)
        (folder / path).write_bytes(data)
    assert verify_export(folder, now=NOW).ok


# With pinned roots, each by its name.


def test_a_log_rebuilt_under_other_keys_is_root_not_pinned(tmp_path):
    trust = chicago().trust(tmp_path / "trust.toml")
    rebuilt = chicago(seed="other ")
    assert codes(rebuilt, tmp_path / "export") == set()
    assert codes(rebuilt, tmp_path / "export", trust=trust) == {"root-not-pinned"}


def test_a_root_restated_with_a_lower_threshold_is_root_not_pinned(tmp_path):
    trust = chicago().trust(tmp_path / "trust.toml")
    assert codes(chicago(threshold=1), tmp_path / "export", trust=trust) == {"root-not-pinned"}


def test_an_act_removed_and_the_tree_recomputed_is_found(tmp_path):
    log = an_honest_log()
    for _ in range(3):
        log.act()
    trust = log.trust(tmp_path / "trust.toml", size=9)
    del log.entries[4]
    assert codes(log, tmp_path / "export") == set()  # nothing in the log itself tells: it needs a head from before
    assert codes(log, tmp_path / "export", trust=trust) == {"consistency"}
    del log.entries[5:]
    assert codes(log, tmp_path / "short", trust=trust) == {"head-older-than-saved"}


def test_an_older_head_than_one_saved_before_is_found(tmp_path):
    log = an_honest_log()
    folder = log.write(tmp_path / "export")
    report = verify_export(folder, now=NOW)
    trust = tmp_path / "trust.toml"
    trust.write_text(write_trust(report.logs))
    assert verify_export(folder, trust=trust, now=NOW).ok
    log.entries.pop()
    assert codes(log, tmp_path / "older", trust=trust) == {"head-older-than-saved"}


def test_another_tree_at_the_saved_size_is_found(tmp_path):
    log = an_honest_log()
    trust = log.trust(tmp_path / "trust.toml", size=len(log.entries))
    log.entries[4], log.entries[5] = log.entries[5], log.entries[4]
    assert codes(log, tmp_path / "export", trust=trust) == {"consistency", "time-went-back"}


def test_approvals_swapped_between_two_acts_are_found(tmp_path):
    log = chicago()
    log.act(approved=True, body={"text": "one"})
    log.act(approved=True, body={"text": "two"})
    one, two = decode(log.entries[-2]), decode(log.entries[-1])
    log.entries[-2] = encode(dataclasses.replace(one, approvals=two.approvals))
    log.entries[-1] = encode(dataclasses.replace(two, approvals=one.approvals))
    report = check(log, tmp_path)
    assert [(f.code, f.index) for f in report.failures] == [("approval-swapped", 4), ("approval-swapped", 5)]


def test_base64_that_does_not_reencode_is_found(tmp_path):
    log = an_honest_log()
    obj = json.loads(log.entries[4])
    obj["signatures"][0]["sig"] = obj["signatures"][0]["sig"][:-3] + "B=="
    assert base64.b64decode(obj["signatures"][0]["sig"])  # a careless decoder takes it
    log.entries[4] = canonical(obj)
    assert codes(log, tmp_path) == {"base64-not-canonical"}


def test_a_log_that_is_not_pinned_and_one_that_is_missing_are_found(tmp_path):
    trust = chicago().trust(tmp_path / "trust.toml")
    report = check(LogMaker("oakland-ca").found(), tmp_path / "export", trust=trust)
    assert {(f.code, f.origin) for f in report.failures} == {
        ("root-not-pinned", f"hansa/{LEAGUE}/oakland-ca"),
        ("log-missing", f"hansa/{LEAGUE}/chicago-il"),
    }


# Files and heads.


def broken(tmp_path: Path, path: str, data: bytes | None, log: LogMaker | None = None) -> set[str]:
    folder = (log or an_honest_log()).write(tmp_path)
    if data is None:
        (folder / path).unlink()
    else:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return {failure.code for failure in verify_export(folder, now=NOW).failures}


@pytest.mark.parametrize(
    "path,data,code",
    [
        ("README", b"", "unknown-file"),
        ("manifest.json", b"{}", "unknown-file"),
        (f"{LOG}/tile/0/000.p/7", b"x" * 224, "unknown-file"),
        (f"{LOG}/tile/0/000", b"x" * 8192, "unknown-file"),
        (f"{LOG}/tile/1/000.p/1", b"x" * 32, "unknown-file"),
        (f"{LOG}/tile/.DS_Store", b"", "unknown-file"),
        (f"{LOG}/tile/checkpoint", b"", "unknown-file"),
        ("logs/hansa/lakes/empty/checkpoint", b"", "checkpoint"),
        ("bodies/readme", b"", "unknown-file"),
        (body_path("0" * 64), b"", "unknown-file"),
        (f"{LOG}/tile/0/000.p/8", None, "tile-missing"),
        (f"{LOG}/tile/entries/000.p/8", None, "tile-missing"),
        (f"{LOG}/tile/entries/000.p/8", b"\x00", "tile"),
        (f"{LOG}/tile/0/000.p/8", b"\x00" * 256, "leaf-hash"),
        (f"{LOG}/tile/0/000.p/8", b"\x00" * 255, "tile"),
    ],
)
def test_a_file_too_many_too_few_or_damaged_is_found(tmp_path, path, data, code):
    found = broken(tmp_path, path, data)
    assert code in found and found <= {code, "unknown-file", "checkpoint"}


def test_a_missing_bundle_does_not_make_its_neighbours_unknown(tmp_path):
    log = chicago()
    while len(log.entries) < 600:
        log.act()
    folder = log.write(tmp_path)
    (folder / LOG / "tile/entries/001").unlink()
    assert [f.code for f in verify_export(folder, now=NOW).failures] == ["tile-missing"]


def test_a_link_is_not_followed(tmp_path):
    folder = an_honest_log().write(tmp_path / "export")
    tile = folder / LOG / "tile/0/000.p/8"
    elsewhere = tmp_path / "elsewhere"
    tile.rename(elsewhere)
    tile.symlink_to(elsewhere)
    assert {f.code for f in verify_export(folder, now=NOW).failures} == {"unknown-file"}


def test_an_empty_folder_is_no_export(tmp_path):
    assert [f.code for f in verify_export(tmp_path, now=NOW).failures] == ["no-root"]
    with pytest.raises(FileNotFoundError):
        verify_export(tmp_path / "nothing")


def test_a_head_that_is_not_the_logs_own_is_found(tmp_path):
    log = an_honest_log()

    def rewritten(folder, note):
        return broken(folder, checkpoint_path(log.origin), note, log)

    text = log.checkpoint().decode().split("\n\n")[0] + "\n"
    signer = Signer(log.origin, log.log_key.seed)
    witness = Signer("witness", key("witness").seed)
    assert rewritten(tmp_path, log.checkpoint()) == set()
    assert rewritten(tmp_path, log.checkpoint(signer=key("stranger"))) == {"checkpoint-signature"}
    assert rewritten(tmp_path, sign_note(text, signer, witness)) == {"unknown-line"}
    assert rewritten(tmp_path, sign_note(text + "extension\n", signer)) == {"checkpoint", "unknown-file"}
    assert rewritten(tmp_path, sign_note(text.replace("\n8\n", "\n08\n"), signer)) == {"checkpoint", "unknown-file"}
    assert rewritten(tmp_path, log.checkpoint(root=bytes(32))) == {"root"}
    assert rewritten(tmp_path, log.checkpoint(size=2**62)) >= {"tile-missing", "unknown-file"}
    assert rewritten(tmp_path, log.checkpoint(origin="hansa/lakes/oakland-ca")) == {"checkpoint", "unknown-file"}
    assert rewritten(tmp_path, log.checkpoint().replace(b"\n", b"\r\n")) == {"checkpoint", "unknown-file"}


# Keys, judged at their position.


def test_a_key_that_signs_before_it_was_added_is_not_yet_valid(tmp_path):
    log = chicago()
    log.act(office="logistics")
    log.by_root("ledger.key.added", {"key": log.key("office logistics").public.hex(), "office": "logistics"})
    log.act(office="logistics")
    assert [(f.code, f.index) for f in check(log, tmp_path).failures] == [("key-not-yet-valid", 4)]


def test_a_key_that_signs_after_it_was_revoked_is_found(tmp_path):
    log = chicago()
    log.act()
    log.by_root("ledger.key.revoked", {"first_suspect": 4, "key": log.key("office legal").public.hex()})
    log.act()
    log.sealed()
    report = check(log, tmp_path)
    assert [(f.code, f.index) for f in report.failures] == [("key-revoked", 6), ("key-revoked", 7)]
    assert any("leaves 4 to 4" in note and "disputed" in note for note in report.notes)


def test_a_key_that_was_never_added_is_unknown(tmp_path):
    log = chicago()
    log.act(signers=[key("stranger")])
    log.act(signers=[log.key("office legal"), key("stranger")])
    assert [f.code for f in check(log, tmp_path).failures] == ["unknown-key", "unknown-key"]


def test_a_key_cannot_sign_for_another_office(tmp_path):
    log = chicago()
    log.act(signers=[log.key("office administrator")])
    assert codes(log, tmp_path) == {"wrong-office"}


def test_a_signature_over_other_bytes_is_found(tmp_path):
    log = chicago()
    log.act()
    envelope = decode(log.entries[-1])
    log.entries[-1] = encode(dataclasses.replace(envelope, payload=envelope.payload.replace(b'"v":1', b'"v":1', 1)))
    other = canonical({**parse(envelope.payload), "charter": "forged"})
    log.entries[-1] = encode(dataclasses.replace(envelope, payload=other))
    assert codes(log, tmp_path) == {"signature"}


LOW_ORDER = "01" + "00" * 31


@pytest.mark.parametrize(
    "kind,body,code",
    [
        ("ledger.key.added", {"key": LOW_ORDER, "office": "legal"}, "key-refused"),
        ("ledger.key.added", {"key": "zz", "office": "legal"}, "key-refused"),
        ("ledger.key.added", {"key": key("x").public.hex().upper(), "office": "legal"}, "key-refused"),
        ("ledger.key.added", {"key": key("x").public.hex(), "office": "root"}, "key-refused"),
        ("ledger.key.added", {"key": key("x").public.hex()}, "key-refused"),
        ("ledger.key.added", {"key": chicago().key("office legal").public.hex(), "office": "legal"}, "key-again"),
        ("ledger.key.revoked", {"first_suspect": -1, "key": chicago().key("office legal").public.hex()}, "key-refused"),
        ("ledger.key.revoked", {"key": chicago().key("office legal").public.hex()}, "key-refused"),
        ("ledger.authenticator.revoked", {}, "key-refused"),
        ("ledger.authenticator.enrolled", chicago().enrolment(), "key-again"),
        ("ledger.authenticator.enrolled", chicago().enrolment(public_key="AA"), "key-refused"),
        ("ledger.authenticator.enrolled", chicago().enrolment(credential="AB"), "key-refused"),
        ("ledger.authenticator.enrolled", {}, "key-refused"),
    ],
)
def test_a_change_of_keys_that_cannot_be_is_refused(tmp_path, kind, body, code):
    log = chicago()
    log.by_root(kind, body)
    assert codes(log, tmp_path) == {code}


def test_revoking_again_widens_the_suspicion_and_revoking_a_stranger_changes_nothing(tmp_path):
    log = chicago()
    legal = log.key("office legal").public.hex()
    for _ in range(3):
        log.act()
    log.by_root("ledger.key.revoked", {"first_suspect": 6, "key": legal})
    log.by_root("ledger.key.revoked", {"first_suspect": 0, "key": legal})
    log.by_root("ledger.key.revoked", {"first_suspect": None, "key": key("x").public.hex()})
    log.by_root("ledger.authenticator.revoked", {"credential": "bm9uZQ"})
    report = check(log, tmp_path)
    assert report.ok
    assert [note.split(": ")[1].split(" under")[0] for note in report.notes] == ["leaves 6 to 6", "leaves 2 to 6"]


def test_a_passkey_that_was_revoked_can_be_enrolled_again(tmp_path):
    log = chicago()
    log.by_root("ledger.authenticator.revoked", {"credential": log.mayor.credential.id})
    log.by_root("ledger.authenticator.enrolled", log.enrolment())
    log.act(approved=True)
    assert codes(log, tmp_path) == set()


def test_keys_are_changed_by_the_root_or_with_an_enrolled_passkey_only(tmp_path):
    log = chicago()
    log.act("ledger.key.added", {"key": key("x").public.hex(), "office": "legal"}, "administrator", approved=True)
    log.act("ledger.authenticator.enrolled", log.enrolment(ExerciseAuthenticator.derive(b"x")), "administrator")
    log.act("ledger.authenticator.enrolled", log.enrolment(ExerciseAuthenticator.derive(b"x")), "legal", approved=True)
    log.by_root("ledger.key.added", {"key": key("x").public.hex(), "office": "legal"}, signers=log.roots[:1])
    log.by_root("ledger.key.added", {"key": key("x").public.hex(), "office": "legal"}, signers=[log.roots[0]] * 2)
    found = [(f.code, f.index) for f in check(log, tmp_path).failures]
    assert sorted(found, key=lambda f: f[1]) == [
        ("wrong-office", 4),
        ("approval-missing", 5),
        ("wrong-office", 6),
        ("unknown-key", 7),
        ("unknown-key", 8),
    ]


def test_a_root_is_changed_by_the_old_and_the_new_recovery_keys_together(tmp_path):
    log = chicago()
    new = [key(f"new root {number}") for number in range(3)]
    body = log.root_body(root_keys=[k.public.hex() for k in new], log_key=key("new log").public.hex(), version=2)
    old = list(log.roots)
    log.by_root("ledger.root.stated", body, signers=new[:2])
    log.by_root("ledger.root.stated", body, signers=old[:2])
    log.by_root("ledger.root.stated", {**body, "version": 3}, signers=[*old[:2], *new[:2]])
    log.by_root("ledger.root.stated", body, signers=[*old[:2], *new[:2]])
    log.log_key, log.roots = key("new log"), new
    log.by_root("ledger.key.added", {"key": key("x").public.hex(), "office": "x"}, signers=new[:2])
    log.by_root("ledger.key.added", {"key": key("y").public.hex(), "office": "x"}, signers=old[:2])
    trust = chicago().trust(tmp_path / "trust.toml")
    found = {f.index: f.code for f in check(log, tmp_path / "export", trust=trust).failures}
    assert found == {4: "unknown-key", 5: "root-rotation", 6: "no-root", 9: "unknown-key"}


@pytest.mark.parametrize(
    "change",
    [{"member": "oakland-ca"}, {"version": 2}, {"threshold": 0}, {"threshold": 4}, {"root_keys": []},
     {"root_keys": [LOW_ORDER]}, {"root_keys": [key("a").public.hex()] * 3}, {"log_key": LOW_ORDER},
     {"root_keys": None}],
)  # fmt: skip
def test_a_log_that_does_not_begin_with_a_sound_root_is_refused(tmp_path, change):
    log = LogMaker("chicago-il")
    log.by_root("ledger.root.stated", log.root_body(**change))
    log.act()
    assert codes(log, tmp_path) <= {"no-root", "key-refused"} and codes(log, tmp_path)


def test_a_log_that_begins_otherwise_or_with_one_signature_of_two_is_refused(tmp_path):
    log = LogMaker("chicago-il")
    log.act()
    assert codes(log, tmp_path / "a") == {"no-root"}
    log = LogMaker("chicago-il")
    log.by_root("ledger.root.stated", log.root_body(), signers=log.roots[:1])
    assert codes(log, tmp_path / "b") == {"no-root"}


# Acts.


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


def test_a_body_is_held_against_its_leaf(tmp_path):
    log = chicago()
    log.sealed()
    (name,) = log.bodies
    assert broken_body(log, tmp_path / "a", log.bodies[name]) == set()
    assert broken_body(log, tmp_path / "b", log.bodies[name] + b"x") == {"body"}
    assert broken_body(log, tmp_path / "c", None) == set()  # purged, or not given: the log stands without


def broken_body(log: LogMaker, folder: Path, data: bytes | None) -> set[str]:
    log.write(folder)
    (path,) = (folder / "bodies").iterdir()
    path.unlink() if data is None else path.write_bytes(data)
    return {failure.code for failure in verify_export(folder, now=NOW).failures}


# Approvals and exercises.


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
    assert report.notes == ["1 references lead to acts that are not in this export"]


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


def test_a_league_is_an_exercise_in_all_its_logs_or_in_none(tmp_path):
    LogMaker("oakland-ca", exercise=None).found().write(tmp_path)
    assert codes(chicago(), tmp_path) == {"exercise"}


# The trust file, the report, the speed.


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1",
        "logs = 1",
        "[logs]",
        "[logs.a]",
        '[logs.a]\nroot_keys = ["00"]\nthreshold = 1',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 2',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = true',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 1\nsize = 4',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 1\nsize = 4\nroot = "AA=="',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 1\nmore = 4',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 1\n[other]',
    ],
)
def test_a_trust_file_that_is_not_understood_is_refused(tmp_path, text):
    path = tmp_path / "trust.toml"
    path.write_text(text)
    with pytest.raises(TrustError, match="trust.toml"):
        read_trust(path)


def test_a_trust_file_is_written_and_read_back_and_keeps_other_pins(tmp_path):
    report = check(an_honest_log(), tmp_path / "export")
    path = tmp_path / "trust.toml"
    path.write_text(write_trust(report.logs))
    pins = read_trust(path)
    path.write_text(write_trust([], pins))
    assert read_trust(path) == pins and list(pins) == [chicago().origin]


def test_saving_anew_never_forgets_what_was_trusted(tmp_path):
    log = an_honest_log()
    pins = {log.origin: read_trust(log.trust(tmp_path / "trust.toml", size=len(log.entries)))[log.origin]}
    again = check(log, tmp_path / "again").logs
    assert write_trust(again, pins) == write_trust(again)
    with pytest.raises(TrustError, match="other root keys"):
        write_trust(check(chicago(seed="other "), tmp_path / "rebuilt").logs, pins)
    log.entries.pop()
    with pytest.raises(TrustError, match="does not follow"):
        write_trust(check(log, tmp_path / "older").logs, pins)


@pytest.mark.parametrize("origin", ["", "..", "a/../b", "/a", "a//b", "a/tile", "checkpoint", ".a", "a\\b", "a b"])
def test_an_origin_never_leaves_the_folder(origin):
    with pytest.raises(ValueError, match="plain names"):
        log_path(origin)


def test_a_flood_of_one_failure_is_counted_and_does_not_hide_another():
    report = Report(pinned=False)
    for number in range(1005):
        report.fail("act", "no", "log", number)
    report.fail("tile", "no", "log")
    assert len(report.failures) == 101 and report.suppressed == 905 and "1,006 failures" in report.verdict
    assert list(report.lines())[-3:-1] == ["tile: log: no", "... and 905 more failures"]


def test_a_compact_map_remembers_what_it_was_given():
    seen, names = Seen(), [os.urandom(32) for _ in range(20_000)]
    for turn in (0, 1):
        for number, name in enumerate(names):
            assert seen.set(name, number + turn) == (number if turn else None)
        assert all(seen.get(name) == number + turn for number, name in enumerate(names))
    assert seen.get(os.urandom(32)) is None
    assert seen.get(names[0][1:] + b"\x00") is None
    assert seen.get(names[0][:16]) == 1


def test_the_verifier_runs_without_django(tmp_path):
    folder = an_honest_log().write(tmp_path)
    script = f"""
import sys
from datetime import datetime
from pathlib import Path
from hansa.ledger.verification import verify_export
print(verify_export(Path({str(folder)!r}), now=datetime.fromisoformat({NOW.isoformat()!r})).verdict)
assert not any(name.split(".")[0] in ("django", "psycopg") for name in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("OK: 8 acts") and not done.stderr


def bare(log: LogMaker, public: dict[str, bytes]) -> None:
    """What verification cannot do without: parse, check JCS, hash, verify the signature."""
    for entry in log.entries:
        leaf_hash(entry)
        obj = parse(entry)
        payload = base64.b64decode(obj["payload"])
        parse(payload)
        signature = obj["signatures"][0]
        assert key_id(public[signature["keyid"]]) == signature["keyid"]
        verify_one(public[signature["keyid"]], payload, base64.b64decode(signature["sig"]))


def verify_one(public: bytes, payload: bytes, signature: bytes) -> None:
    assert keys.verify(public, pae(ACT_TYPE, payload), signature)


def test_verification_takes_little_more_than_its_cryptography(tmp_path):
    log = chicago()
    while len(log.entries) < 1500:
        log.act(body={"lines": [{"quantity": "12", "kind": "cot"}] * 6})
    folder = log.write(tmp_path)
    public = {key_id(log.key(f"office {o}").public): log.key(f"office {o}").public for o in ("legal",)}
    acts = LogMaker("chicago-il", entries=log.entries[4:])
    best = 0.0
    for _ in range(5):
        started = time.perf_counter()
        bare(acts, public)
        middle = time.perf_counter()
        assert verify_export(folder, now=NOW).ok
        best = max(best, (middle - started) / (time.perf_counter() - middle))
    assert best >= 0.6
