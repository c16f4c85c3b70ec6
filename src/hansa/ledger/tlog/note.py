# SPDX-License-Identifier: Apache-2.0
"""C2SP signed notes: a text, an empty line, and one line per signature; Ed25519 and timestamped cosignatures.

A key's id is the first four bytes of SHA-256(name, newline, algorithm byte, public key). Lines of keys that the
verifier does not know are kept and ignored; a line of a known key whose signature fails spoils the note.
"""

import hashlib
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import CryptoError

from .strict import from_base64, to_base64

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_NOTE = 65_535
MAX_SIGNATURES = 100
_DASH = "\u2014 "
_in_no_name = re.compile(r"[+\s\x00-\x1f]").search
_in_no_text = re.compile(r"[\x00-\x09\x0b-\x1f]").search
_ID = 4
_TIME = 8


class NoteError(ValueError):
    """A note is malformed, or not signed as it should be; the message says which."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a note key: a name without spaces or plus signs, an algorithm, 32 bytes of Ed25519 key."""

    name: str
    public: bytes
    algorithm: int = ED25519

    def __post_init__(self):
        _check_name(self.name)
        if self.algorithm not in (ED25519, COSIGNATURE) or len(self.public) != 32:
            raise NoteError("a note key is 32 bytes of Ed25519, for signatures (1) or cosignatures (4)")

    @property
    def key_id(self) -> bytes:
        """The four bytes that mark this key's signatures."""
        material = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return hashlib.sha256(material).digest()[:_ID]

    @property
    def vkey(self) -> str:
        """The key on one line, `name+id+base64`, as other tools exchange it."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.algorithm]) + self.public)}"

    @classmethod
    def from_vkey(cls, text: str) -> "Verifier":
        """Return the verifier that a `vkey` line states; `NoteError` if its parts contradict each other."""
        parts = text.split("+", 2)
        try:
            material = from_base64(parts[2])
            verifier = cls(parts[0], material[1:], material[0])
        except (ValueError, IndexError):
            raise NoteError("not a verifier key") from None
        if verifier.vkey != text:
            raise NoteError("not a verifier key: its id is of another key")
        return verifier


@dataclass(frozen=True, slots=True)
class Signer:
    """The private half: signs notes under `name` with the Ed25519 seed of 32 bytes."""

    name: str
    seed: bytes = field(repr=False)
    algorithm: int = ED25519
    verifier: Verifier = field(init=False, repr=False)
    _secret: bytes = field(init=False, repr=False)

    def __post_init__(self):
        # Derived once: a log signs a head for every act.
        public, secret = crypto_sign_seed_keypair(self.seed)
        object.__setattr__(self, "verifier", Verifier(self.name, public, self.algorithm))
        object.__setattr__(self, "_secret", secret)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: name, key id, and what follows the id (for a cosignature its time, then the signature)."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, with the signature lines that came with it, checked or not."""

    text: str
    signatures: tuple[NoteSignature, ...]


def sign_note(text: str, *signers: Signer) -> bytes:
    """Return the note of `text`, signed by every signer in turn (algorithm Ed25519)."""
    _check_text(text)
    lines = [_line(signer, _sign(signer, text.encode())).line for signer in signers]
    return f"{text}\n{''.join(lines)}".encode()


def cosign(note: bytes, signer: Signer, time: int) -> bytes:
    """Return the note with one more line: a cosignature of its text at `time` (Unix seconds, not 0)."""
    if signer.algorithm != COSIGNATURE or not 0 < time < 2**63:
        raise NoteError("a cosignature needs a cosignature key and a time")
    signature = struct.pack(">Q", time) + _sign(signer, _cosigned(parse_note(note).text, time))
    return note + _line(signer, signature).line.encode()


def parse_note(note: bytes) -> Note:
    """Return text and signature lines, nothing verified; `NoteError` unless `note` is well formed to the last byte."""
    if len(note) > MAX_NOTE:
        raise NoteError(f"the note is longer than {MAX_NOTE} bytes")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("the note is not UTF-8") from None
    head, separator, tail = whole.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteError("the note has no signatures behind an empty line")
    _check_text(head + "\n")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"the note has more than {MAX_SIGNATURES} signatures")
    return Note(head + "\n", tuple(_parse_line(line) for line in lines))


def verify_note(note: bytes, verifiers: Iterable[Verifier]) -> tuple[Note, list[Verifier]]:
    """Return the note and those of `verifiers` that signed it, at least one, in the order of the lines.

    `NoteError` when a line under a known name and id does not verify, stands twice, or no line is known.
    """
    parsed = parse_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed: list[Verifier] = []
    for line in parsed.signatures:
        verifier = known.get((line.name, line.key_id))
        if verifier is None:
            continue
        if verifier in signed:
            raise NoteError(f"{line.name} signed the note twice")
        _verify(verifier, parsed.text, line.signature)
        signed.append(verifier)
    if not signed:
        raise NoteError("no known key signed the note")
    return parsed, signed


def cosignature_time(note: Note, verifier: Verifier) -> int:
    """Return when `verifier` cosigned a note that `verify_note` passed, in Unix seconds."""
    for line in note.signatures:
        if (line.name, line.key_id) == (verifier.name, verifier.key_id) and verifier.algorithm == COSIGNATURE:
            return struct.unpack(">Q", line.signature[:_TIME])[0]
    raise NoteError(f"{verifier.name} did not cosign the note")


def _verify(verifier: Verifier, text: str, signature: bytes) -> None:
    message = text.encode()
    if verifier.algorithm == COSIGNATURE:
        message = _cosigned(text, int.from_bytes(signature[:_TIME], "big"))
        signature = signature[_TIME:]
    try:
        if len(signature) != 64:
            raise CryptoError
        crypto_sign_open(signature + message, verifier.public)
    except CryptoError:
        raise NoteError(f"the signature of {verifier.name} does not fit the note") from None


def _sign(signer: Signer, message: bytes) -> bytes:
    return crypto_sign(message, signer._secret)[:64]


def _line(signer: Signer, signature: bytes) -> NoteSignature:
    return NoteSignature(signer.name, signer.verifier.key_id, signature)


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _parse_line(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        data = from_base64(encoded)
    except ValueError:
        data = b""
    if not line.startswith(_DASH) or len(data) <= _ID:
        raise NoteError(f"not a signature line: {line[:80]!r}")
    _check_name(name)
    return NoteSignature(name, data[:_ID], data[_ID:])


def _check_name(name: str) -> None:
    if not name or _in_no_name(name):
        raise NoteError(f"not the name of a note key: {name[:80]!r}")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _in_no_text(text):
        raise NoteError("the text of a note ends in a newline and holds no other control characters")
