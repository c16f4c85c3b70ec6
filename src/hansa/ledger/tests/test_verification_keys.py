# SPDX-License-Identifier: Apache-2.0
"""Keys are judged at their position, and changed only by those who may."""

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.ledger.canonical import canonical, parse
from hansa.ledger.envelope import decode, encode
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.tests.fabric import LogMaker, check, chicago, codes, key


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


BODIES = {
    "ledger.root.stated": chicago().root_body(version=2),
    "ledger.key.added": {"key": key("x").public.hex(), "office": "legal"},
    "ledger.key.revoked": {"first_suspect": 2, "key": chicago().key("office legal").public.hex()},
    "ledger.authenticator.enrolled": chicago().enrolment(ExerciseAuthenticator.derive(b"x")),
    "ledger.authenticator.revoked": {"credential": chicago().mayor.credential.id},
}
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**53 - 1)
    | st.text(max_size=9)
    | st.sampled_from(["00", LOW_ORDER, "AA"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(BODIES)), st.data(), ODD)
def test_no_body_makes_the_verifier_fail_otherwise_than_by_name(tmp_path, kind, data, odd):
    field = data.draw(st.sampled_from(sorted(BODIES[kind])))
    log = chicago()
    log.by_root(kind, {**BODIES[kind], field: odd})
    with TemporaryDirectory(dir=tmp_path) as folder:
        check(log, Path(folder))
