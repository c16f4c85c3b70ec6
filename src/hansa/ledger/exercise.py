# SPDX-License-Identifier: Apache-2.0
"""The exercise authenticator: a passkey in software, so that a drill needs no hardware.

Its RP ID is `exercise.hansa.invalid`, a name that no browser can visit; `verify_approval` refuses it outside a
league that is itself an exercise.
"""

import hashlib
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

from hansa.ledger.approval import EXERCISE_ORIGIN, EXERCISE_RP_ID, Assertion, Credential
from hansa.ledger.tlog.strict import to_base64url

_FLAGS = 0x05  # user present, user verified


class ExerciseAuthenticator:
    """An ES256 key that makes assertions of the form of a real passkey. `secret` is a P-256 number of 32 bytes."""

    def __init__(self, secret: bytes):
        self._key = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())

    @classmethod
    def derive(cls, seed: bytes) -> "ExerciseAuthenticator":
        """Return the authenticator that belongs to a seed of any length: one persona, one key, on every start."""
        number = int.from_bytes(hashlib.sha512(b"hansa-exercise-authenticator/v1" + seed).digest(), "big")
        order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
        return cls((number % (order - 1) + 1).to_bytes(32, "big"))

    @property
    def public_key(self) -> bytes:
        """The COSE public key in CBOR, as it is enrolled."""
        return cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))

    @property
    def credential(self) -> Credential:
        """The credential to enrol; its id derives from the public key."""
        name = to_base64url(hashlib.sha256(self.public_key).digest())
        return Credential(name, self.public_key, EXERCISE_RP_ID, (EXERCISE_ORIGIN,), exercise=True)

    def assert_challenge(self, challenge: bytes) -> Assertion:
        """Return the assertion over `challenge`, user present and verified."""
        client = {
            "type": "webauthn.get",
            "challenge": to_base64url(challenge),
            "origin": EXERCISE_ORIGIN,
            "crossOrigin": False,
        }
        client_data = json.dumps(client, separators=(",", ":")).encode()
        authenticator_data = hashlib.sha256(EXERCISE_RP_ID.encode()).digest() + bytes([_FLAGS]) + bytes(4)
        message = authenticator_data + hashlib.sha256(client_data).digest()
        signature = self._key.sign(message, ec.ECDSA(hashes.SHA256()))
        return Assertion(self.credential.id, authenticator_data, client_data, signature)

    def __repr__(self) -> str:
        return f"<ExerciseAuthenticator {self.credential.id}>"
