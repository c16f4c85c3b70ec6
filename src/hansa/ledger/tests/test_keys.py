# SPDX-License-Identifier: Apache-2.0
"""Keys: weak ones are never enrolled, private ones are never shown, signatures have one meaning."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.ledger.keys import KeyRefused, SigningKey, admit_public_key, key_id, open_private, seal_private, verify
from hansa.ledger.tests.vectors import vectors

KEK = bytes(range(32))
P = 2**255 - 19
# The eight points of low order, by the y of RFC 8032 (both signs where x is not 0).
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
LOW_ORDER = [(0, 0), (0, 1), (1, 0), (P - 1, 0), (ORDER_8, 0), (ORDER_8, 1), (P - ORDER_8, 0), (P - ORDER_8, 1)]


def point(y: int, sign: int) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def admitted(public: bytes) -> bool:
    try:
        return admit_public_key(public) == public
    except KeyRefused:
        return False


def test_wycheproof_agrees_on_every_signature():
    suite = json.loads((vectors("ed25519") / "ed25519_test.json").read_text())
    count = 0
    for group in suite["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        assert admitted(public)
        for case in group["tests"]:
            stands = verify(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert stands == (case["result"] == "valid"), case
            count += 1
    assert count == suite["numberOfTests"] == 151


def test_edge_cases_stand_only_where_no_low_order_point_is_involved():
    cases = json.loads((vectors("ed25519") / "ed25519vectors.json").read_text())
    assert len(cases) == 914
    accepted = []
    for case in cases:
        public = bytes.fromhex(case["key"])
        flags = case["flags"] or []
        assert admitted(public) == (not any(flag.endswith("_A") for flag in flags)), case
        if admitted(public) and verify(public, case["msg"].encode(), bytes.fromhex(case["sig"])):
            accepted.append(flags)
    assert accepted == [[]]


@pytest.mark.parametrize("y,sign", LOW_ORDER)
def test_a_key_of_low_order_is_not_admitted(y, sign):
    assert not admitted(point(y, sign))


@pytest.mark.parametrize("y", range(P, 2**255))
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_that_is_not_canonical_is_not_admitted(y, sign):
    assert not admitted(point(y, sign))


@pytest.mark.parametrize("public", [b"", b"x" * 31, b"x" * 33, point(2, 0)])
def test_bytes_that_are_no_point_are_not_admitted(public):
    with pytest.raises(KeyRefused):
        admit_public_key(public)


@given(st.binary(max_size=200), st.integers(0, 511))
def test_a_signature_verifies_and_one_flipped_bit_does_not(message, bit):
    key = SigningKey.generate()
    assert admitted(key.public)
    signature = key.sign(message)
    assert verify(key.public, message, signature)
    altered = bytearray(signature)
    altered[bit // 8] ^= 1 << bit % 8
    assert not verify(key.public, message, bytes(altered))
    assert not verify(key.public, message + b"x", signature)
    assert not verify(SigningKey.generate().public, message, signature)


@pytest.mark.parametrize("public,signature", [(b"", b"x" * 64), (b"x" * 32, b""), (b"x" * 32, b"x" * 65)])
def test_wrong_lengths_never_verify(public, signature):
    assert not verify(public, b"", signature)


def test_the_same_seed_gives_the_same_key():
    key = SigningKey.generate()
    assert SigningKey(key.seed).public == key.public and key.key_id == key_id(key.public)
    assert len(key.key_id) == 32
    with pytest.raises(KeyRefused):
        SigningKey(b"short")


def test_a_private_key_never_shows_itself():
    key = SigningKey.generate()
    for text in (repr(key), str(key), f"{key}", repr({"key": key}), str(vars(type(key)))):
        assert key.seed.hex() not in text and repr(key.seed) not in text
    with pytest.raises(TypeError, match="seal it"):
        pickle.dumps(key)


def test_a_sealed_key_opens_only_in_its_context_with_its_kek():
    sealed = seal_private(b"secret", KEK, context="chicago-il/office:legal/ab")
    assert b"secret" not in sealed
    assert open_private(sealed, KEK, context="chicago-il/office:legal/ab") == b"secret"
    assert sealed != seal_private(b"secret", KEK, context="chicago-il/office:legal/ab")
    for kek, context in [(KEK, "oakland-ca/office:legal/ab"), (bytes(32), "chicago-il/office:legal/ab")]:
        with pytest.raises(KeyRefused, match="does not open"):
            open_private(sealed, kek, context=context)


@given(st.integers(0, 10_000))
def test_a_damaged_sealed_key_is_refused(bit):
    sealed = bytearray(seal_private(b"secret", KEK, context="c"))
    sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    with pytest.raises(KeyRefused):
        open_private(bytes(sealed), KEK, context="c")


@pytest.mark.parametrize("sealed", [b"", b"hansa-sealed-key/v1\n", b"hansa-sealed-key/v2\n" + bytes(50)])
def test_what_is_no_sealed_key_is_refused(sealed):
    with pytest.raises(KeyRefused):
        open_private(sealed, KEK, context="c")


def test_a_key_encryption_key_has_thirty_two_bytes():
    with pytest.raises(KeyRefused, match="32 bytes"):
        seal_private(b"secret", b"short", context="c")
