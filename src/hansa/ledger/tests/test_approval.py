# SPDX-License-Identifier: Apache-2.0
"""Approvals: bound to the bytes that were shown, to one passkey, one place, one person; never to another act."""

import dataclasses
import hashlib
import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from fido2 import cbor
from fido2.cose import EdDSA
from hypothesis import given
from hypothesis import strategies as st

from hansa.ledger import approval as approvals
from hansa.ledger.approval import Approval, ApprovalError, Assertion, Batch, Credential, verify_approval
from hansa.ledger.canonical import canonical
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.tests import naive
from hansa.ledger.tlog.strict import to_base64url

AT = "2026-11-20T12:43:00.123456Z"
MAYOR = ExerciseAuthenticator.derive(b"Exercise Mayor, Chicago")
ACT = canonical({"at": AT, "author": "chicago-il", "body": {"quantity": "12"}, "v": 1})


def digest(number: int) -> bytes:
    return hashlib.sha256(b"act %d" % number).digest()


def approve(count: int = 1, who: ExerciseAuthenticator = MAYOR) -> list[Approval]:
    batch = Batch(tuple(digest(number) for number in range(count)), os.urandom(32))
    return approvals.approvals_for(batch, "person-1", who.assert_challenge(batch.challenge))


def refused(approval: Approval, of: bytes, credential: Credential = MAYOR.credential, *, exercise: bool = True) -> str:
    with pytest.raises(ApprovalError) as caught:
        verify_approval(approval, of, credential, exercise=exercise)
    return caught.value.code


def test_the_tail_is_every_byte_behind_the_time():
    assert approvals.tail_of(ACT) == b'"author":"chicago-il","body":{"quantity":"12"},"v":1}'
    assert approvals.time_of(ACT) == AT
    assert approvals.with_time(approvals.tail_of(ACT), AT) == ACT
    assert approvals.digest_of(ACT) == hashlib.sha256(approvals.tail_of(ACT)).digest()


def test_the_digest_outlives_a_change_of_time_and_nothing_else():
    later = approvals.with_time(approvals.tail_of(ACT), "2026-11-21T00:00:00.000000Z")
    assert approvals.digest_of(later) == approvals.digest_of(ACT)
    assert approvals.digest_of(ACT.replace(b"12", b"13")) != approvals.digest_of(ACT)


@pytest.mark.parametrize(
    "payload",
    [b"", b"{}", b'{"at":"2026-11-20T12:43:00Z","v":1}', b' {"at":"2026-11-20T12:43:00.123456Z","v":1}',
     b'{"a":1,"at":"2026-11-20T12:43:00.123456Z"}', b'{"at":"2026-11-20T12:43:00.123456Z"}'],
)  # fmt: skip
def test_an_act_that_does_not_start_with_its_time_is_refused(payload):
    for read in (approvals.tail_of, approvals.time_of, approvals.digest_of):
        with pytest.raises(ValueError, match="does not start with its time"):
            read(payload)


@pytest.mark.parametrize("at", ["", "2026-11-20", "2026-11-20T12:43:00.123456+00:00", AT + '","x":"'])
def test_a_time_of_another_form_is_refused(at):
    with pytest.raises(ValueError, match="27 characters"):
        approvals.with_time(b'"v":1}', at)


@given(st.integers(1, 40))
def test_one_touch_approves_every_act_of_a_batch_and_no_other(count):
    given_for = approve(count)
    for number, approval in enumerate(given_for):
        verify_approval(approval, digest(number), MAYOR.credential, exercise=True)
        assert list(approval.path) == naive.path(number, [digest(n) for n in range(count)])
        assert refused(approval, digest(count)) == "approval-swapped"
        if count > 1:
            assert refused(approval, digest((number + 1) % count)) == "approval-swapped"


def test_the_challenge_is_the_one_that_is_specified():
    digests, nonce = [digest(0), digest(1), digest(2)], os.urandom(32)
    expected = hashlib.sha256(b"hansa-approve/v1" + nonce + naive.mth(digests)).digest()
    assert Batch(tuple(digests), nonce).challenge == expected


@pytest.mark.parametrize(
    "digests,nonce",
    [([], b"n" * 32), ([b"short"], b"n" * 32), ([digest(0)], b"n" * 31), ([digest(0)] * 4097, b"n" * 32)],
)
def test_a_batch_that_cannot_be_is_refused(digests, nonce):
    with pytest.raises(ValueError):
        approvals.challenge(digests, nonce)


def test_approvals_swapped_between_two_acts_fail_by_name():
    one, two = approve(2)
    assert refused(one, digest(1)) == refused(two, digest(0)) == "approval-swapped"
    moved = dataclasses.replace(one, index=two.index, path=two.path)
    assert refused(moved, digest(0)) == "approval-swapped"


@pytest.mark.parametrize(
    "change,code",
    [
        ({"nonce": b"m" * 32}, "approval-swapped"),
        ({"nonce": b"short"}, "approval-path"),
        ({"index": 1}, "approval-path"),
        ({"index": -1}, "approval-path"),
        ({"size": 2}, "approval-path"),
        ({"size": 5000}, "approval-path"),
        ({"path": (b"x" * 32,)}, "approval-path"),
        ({"path": (b"x",), "size": 2}, "approval-path"),
        ({"path": (b"x" * 32,), "size": 2}, "approval-swapped"),
        ({"credential": "other"}, "approval-credential"),
        ({"signature": b""}, "approval-signature"),
        ({"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"}, "approval-signature"),
        ({"client_data": b"{}"}, "approval-malformed"),
        ({"client_data": b"[]"}, "approval-malformed"),
        ({"client_data": b"\xff"}, "approval-malformed"),
        ({"client_data": b"[" * 100_000}, "approval-malformed"),
        ({"authenticator_data": b""}, "approval-rp"),
        ({"authenticator_data": bytes(37)}, "approval-rp"),
    ],
)
def test_an_altered_approval_fails_by_name(change, code):
    assert refused(dataclasses.replace(approve()[0], **change), digest(0)) == code


def test_every_flipped_bit_of_the_assertion_is_found():
    approval = approve()[0]
    for name in ("authenticator_data", "client_data", "signature", "nonce"):
        data = getattr(approval, name)
        for bit in range(len(data) * 8):
            flipped = bytearray(data)
            flipped[bit // 8] ^= 1 << bit % 8
            refused(dataclasses.replace(approval, **{name: bytes(flipped)}), digest(0))


def asserted(*, flags=0x05, rp_id="hansa.example", **client) -> tuple[Approval, Credential]:
    """An approval by a real (Ed25519) passkey, with whatever is asked altered before it is signed."""
    key = ed25519.Ed25519PrivateKey.generate()
    public = cbor.encode(dict(EdDSA.from_cryptography_key(key.public_key())))
    batch = Batch((digest(0),), os.urandom(32))
    stated = {
        "type": "webauthn.get",
        "challenge": to_base64url(batch.challenge),
        "origin": "https://hansa.example",
        **client,
    }
    client_data = json.dumps(stated).encode()
    authenticator_data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + bytes(4)
    signature = key.sign(authenticator_data + hashlib.sha256(client_data).digest())
    assertion = Assertion("Y3JlZA", authenticator_data, client_data, signature)
    credential = Credential("Y3JlZA", public, "hansa.example", ("https://hansa.example",))
    return approvals.approvals_for(batch, "p", assertion)[0], credential


def test_a_real_passkey_approves_in_any_league():
    for exercise in (True, False):
        approval, credential = asserted()
        verify_approval(approval, digest(0), credential, exercise=exercise)


@pytest.mark.parametrize(
    "change,code",
    [
        ({"type": "webauthn.create"}, "approval-type"),
        ({"origin": "https://evil.example"}, "approval-origin"),
        ({"origin": ["https://hansa.example"]}, "approval-origin"),
        ({"crossOrigin": True}, "approval-origin"),
        ({"challenge": "AAAA"}, "approval-swapped"),
        ({"challenge": "AB"}, "approval-malformed"),
        ({"challenge": None}, "approval-malformed"),
        ({"flags": 0x01}, "approval-user"),
        ({"flags": 0x04}, "approval-user"),
        ({"rp_id": "evil.example"}, "approval-rp"),
    ],
)
def test_a_signed_assertion_of_the_wrong_kind_fails_by_name(change, code):
    approval, credential = asserted(**change)
    assert refused(approval, digest(0), credential) == code


def test_an_exercise_authenticator_is_refused_in_a_real_league():
    assert refused(approve()[0], digest(0), exercise=False) == "exercise-authenticator"
    hidden = dataclasses.replace(MAYOR.credential, exercise=False)
    assert refused(approve()[0], digest(0), hidden, exercise=False) == "exercise-authenticator"


def test_another_persons_passkey_does_not_verify():
    other = ExerciseAuthenticator.derive(b"Exercise Mayor, Oakland")
    forged = dataclasses.replace(other.credential, id=MAYOR.credential.id)
    assert refused(approve()[0], digest(0), forged) == "approval-signature"


def test_an_exercise_persona_has_the_same_key_on_every_start_and_never_shows_it():
    again = ExerciseAuthenticator.derive(b"Exercise Mayor, Chicago")
    assert again.credential == MAYOR.credential and MAYOR.credential.exercise
    assert repr(MAYOR) == f"<ExerciseAuthenticator {MAYOR.credential.id}>"


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"\xa0",
        b"\x01",
        cbor.encode({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}),
        cbor.encode({1: 2, 3: -7, -1: 2, -2: bytes(32), -3: bytes(32)}),
        cbor.encode({1: 2, 3: -7, -1: 1, -2: bytes(31), -3: bytes(32)}),
        cbor.encode({1: 3, 3: -257, -1: bytes(256), -2: b"\x01\x00\x01"}),
        cbor.encode({1: 1, 3: -8, -1: 6, -2: bytes(32)}),
        cbor.encode({1: 1, 3: -8, -1: 6, -2: (1).to_bytes(32, "little")}),
        MAYOR.credential.cose_public_key + b"\x00",
    ],
)
def test_a_weak_or_malformed_passkey_is_not_read(key):
    with pytest.raises(ValueError):
        approvals.read_cose_key(key)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_key_reader_fail_otherwise(data):
    try:
        approvals.read_cose_key(data)
    except ValueError:
        pass


def test_an_approval_reads_back_from_its_json():
    approval = approve(5)[3]
    assert Approval.from_json(json.loads(canonical(approval.to_json()))) == approval
