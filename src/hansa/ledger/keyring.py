# SPDX-License-Identifier: Apache-2.0
"""The private keys of the members that this node hosts: encrypted at rest, opened once per process.

The key-encryption key comes from the environment or a file (`HANSA_KEY`, `HANSA_KEY_FILE`), never from the database.
"""

import base64
from functools import lru_cache

from django.conf import settings

from hansa.ledger import keys
from hansa.ledger.models import SecretKey
from hansa.ledger.tlog.note import Signer

LOG = "log"
READING = "reading"


class KeyMissing(Exception):
    """This node does not hold the private key that the step needs."""


def office_purpose(office: str) -> str:
    """Return the purpose under which an office's signing key is kept."""
    return f"office:{office}"


def keep(public: str, purpose: str, secret: bytes, *, member: str) -> None:
    """Store a private key for `member`, encrypted and bound to its purpose and public key."""
    sealed = keys.seal_private(secret, _key(), context=f"{member}/{purpose}/{public}")
    SecretKey.objects.create(public=public, purpose=purpose, sealed=sealed, member=member)


def _key() -> bytes:
    return base64.b64decode(settings.HANSA_KEY, validate=True)


@lru_cache(maxsize=4096)
def _open(member: str, public: str) -> bytes:
    row = SecretKey.objects.filter(public=public).first()
    if row is None:
        raise KeyMissing(f"this node holds no private key for {public[:16]}… of {member}")
    return keys.open_private(bytes(row.sealed), _key(), context=f"{row.member}/{row.purpose}/{public}")


@lru_cache(maxsize=4096)
def signing_key(member: str, public: str) -> keys.SigningKey:
    """Return the signing key of `member` with this public key; `KeyMissing` when the node does not hold it.

    Needs the member's scope when called first; later calls answer from memory.
    """
    return keys.SigningKey(_open(member, public))


@lru_cache(maxsize=4096)
def note_signer(origin: str, member: str, public: str) -> Signer:
    """Return what signs the heads of a member's log. See `signing_key`."""
    return Signer(origin, _open(member, public))


def secret(member: str, public: str) -> bytes:
    """Return the private half of `public`: an Ed25519 seed, or an age identity as text. `KeyMissing` when not here."""
    return _open(member, public)


def reading_keys(member: str) -> list[str]:
    """Return the age recipients by which `member` is sealed to and whose secret halves are here, newest first."""
    rows = SecretKey.objects.filter(purpose=READING, member=member).order_by("-id")
    return list(rows.values_list("public", flat=True))


def reading_identities(member: str) -> list[str]:
    """Return the age identities by which `member` reads what is sealed to it, newest first; none when not here."""
    return [secret(member, public).decode() for public in reading_keys(member)]
