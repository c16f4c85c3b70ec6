# SPDX-License-Identifier: Apache-2.0
"""Envelopes: DSSE's own vector, one spelling, unique keys counted, every flipped byte found."""

import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from hansa.ledger.approval import Approval
from hansa.ledger.canonical import canonical
from hansa.ledger.envelope import ACT_TYPE, Envelope, EnvelopeError, Signature, decode, encode, pae, sign, verify
from hansa.ledger.keys import SigningKey
from hansa.ledger.tests.vectors import vectors

KEYS = [SigningKey(hashlib.sha256(b"%d" % number).digest()) for number in range(3)]
PUBLIC = {key.key_id: key.public for key in KEYS}
PAYLOAD = canonical({"at": "2026-11-20T12:43:00.000000Z", "body": {}, "v": 1})
APPROVAL = Approval("p", "Y3JlZA", b"n" * 32, 1, 3, (b"a" * 32, b"b" * 32), b"auth", b"client", b"sig")


def test_the_published_envelope_verifies_with_our_encoding():
    vector = json.loads((vectors("dsse") / "dsse.json").read_text())
    message = pae(vector["payload_type"], vector["payload_utf8"].encode())
    assert message.decode() == vector["pae_utf8"]
    raw = base64.b64decode(vector["envelope"]["signatures"][0]["sig"])
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    public = ec.EllipticCurvePublicNumbers(
        int(vector["key"]["x"]), int(vector["key"]["y"]), ec.SECP256R1()
    ).public_key()
    public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


def test_the_encoding_that_is_signed_is_that_of_dsse():
    assert (
        pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("é", b"\x00") == b"DSSEv1 2 \xc3\xa9 1 \x00"


@given(st.binary(max_size=500), st.integers(1, 3), st.booleans())
def test_an_envelope_reads_back_as_it_was_written(payload, count, approved):
    envelope = sign(payload, KEYS[:count], [APPROVAL] * approved)
    data = encode(envelope)
    assert decode(data) == envelope and encode(decode(data)) == data
    assert verify(decode(data), PUBLIC, count) == {key.key_id for key in KEYS[:count]}


def test_every_flipped_bit_of_an_envelope_is_found_or_changes_an_approval():
    envelope = sign(PAYLOAD, KEYS[:1], [APPROVAL])
    data = encode(envelope)
    for bit in range(len(data) * 8):
        altered = bytearray(data)
        altered[bit // 8] ^= 1 << bit % 8
        try:
            read = decode(bytes(altered))
            verify(read, PUBLIC)
        except EnvelopeError:
            continue
        assert read.approvals != envelope.approvals  # which `verify_approval` finds
        assert (read.payload, read.signatures) == (envelope.payload, envelope.signatures)


def test_one_key_counts_once():
    doubled = sign(PAYLOAD, [KEYS[0], KEYS[0]])
    with pytest.raises(EnvelopeError, match="1 of 2 keys"):
        verify(doubled, PUBLIC, 2)
    with pytest.raises(EnvelopeError, match="1 of 2 keys"):
        verify(
            Envelope(PAYLOAD, (doubled.signatures[0], Signature("alias", doubled.signatures[0].sig))),
            {**PUBLIC, "alias": KEYS[0].public},
            2,
        )


def test_a_signature_under_a_known_key_must_fit():
    wrong = Envelope(PAYLOAD, (Signature(KEYS[0].key_id, KEYS[1].sign(pae(ACT_TYPE, PAYLOAD))),))
    with pytest.raises(EnvelopeError) as caught:
        verify(wrong, PUBLIC)
    assert caught.value.code == "signature"


def test_a_signature_of_an_unknown_key_does_not_count():
    with pytest.raises(EnvelopeError, match="0 of 1 keys") as caught:
        verify(sign(PAYLOAD, [SigningKey.generate()]), PUBLIC)
    assert caught.value.code == "unknown-key"


def test_a_signature_of_the_bare_payload_or_another_type_does_not_fit():
    for message in (PAYLOAD, pae("application/json", PAYLOAD)):
        with pytest.raises(EnvelopeError):
            verify(Envelope(PAYLOAD, (Signature(KEYS[0].key_id, KEYS[0].sign(message)),)), PUBLIC)


def altered(**changes) -> bytes:
    obj = json.loads(encode(sign(PAYLOAD, KEYS[:1], [APPROVAL])))
    for name, value in changes.items():
        if value is None:
            del obj[name]
        else:
            obj[name] = value
    return canonical(obj)


GOOD = {"keyid": "k", "sig": base64.b64encode(bytes(64)).decode()}


@pytest.mark.parametrize(
    "data,code",
    [
        (altered(extra=1), "envelope"),
        (altered(payload=None), "envelope"),
        (altered(payloadType="application/json"), "envelope"),
        (altered(payloadType=ACT_TYPE.replace("; ", ";")), "envelope"),
        (altered(signatures=[]), "envelope"),
        (altered(signatures={}), "envelope"),
        (altered(signatures=[GOOD] * 17), "envelope"),
        (altered(signatures=[{**GOOD, "more": 1}]), "envelope"),
        (altered(signatures=[{**GOOD, "sig": "AAAA"}]), "envelope"),
        (altered(signatures=[{**GOOD, "keyid": 1}]), "envelope"),
        (altered(signatures=[{**GOOD, "sig": GOOD["sig"][:-3] + "B=="}]), "base64-not-canonical"),
        (altered(signatures=[{**GOOD, "sig": GOOD["sig"].rstrip("=")}]), "base64-not-canonical"),
        (altered(signatures=[{**GOOD, "sig": None}]), "base64-not-canonical"),
        (altered(payload="e30"), "base64-not-canonical"),
        (altered(payload="e31="), "base64-not-canonical"),
        (altered(approvals=[]), "envelope"),
        (altered(approvals=[{}]), "envelope"),
        (altered(approvals=[{**APPROVAL.to_json(), "nonce": "AB"}]), "base64-not-canonical"),
        (altered(approvals=[{**APPROVAL.to_json(), "index": True}]), "envelope"),
        (altered(approvals=[{**APPROVAL.to_json(), "path": "AAAA"}]), "envelope"),
        (altered(approvals=[{**APPROVAL.to_json(), "path": [1]}]), "base64-not-canonical"),
        (altered(approvals=[{**APPROVAL.to_json(), "person": 1}]), "envelope"),
        (altered(approvals=[{**APPROVAL.to_json(), "credential": "a="}]), "base64-not-canonical"),
        (altered(approvals=["x"]), "envelope"),
        (altered() + b"\n", "not-canonical"),
        (b" " + altered(), "not-canonical"),
        (b"[]", "envelope"),
        (b"", "not-canonical"),
        (b"[" * 60_000, "not-canonical"),
        (b"x" * 65_536, "too-large"),
    ],
)
def test_an_envelope_spelled_otherwise_is_refused_by_name(data, code):
    with pytest.raises(EnvelopeError) as caught:
        decode(data)
    assert caught.value.code == code


def test_what_could_not_be_read_back_is_not_written():
    for envelope in (
        sign(PAYLOAD, []),
        sign(PAYLOAD, KEYS[:1] * 17),
        sign(PAYLOAD, KEYS[:1], [APPROVAL] * 17),
    ):
        with pytest.raises(EnvelopeError, match="1 to 16"):
            encode(envelope)


def test_an_act_too_large_for_a_leaf_is_refused():
    with pytest.raises(EnvelopeError, match="65,535 are allowed") as caught:
        encode(sign(b"x" * 50_000, KEYS[:1]))
    assert caught.value.code == "too-large"
