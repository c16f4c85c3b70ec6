# SPDX-License-Identifier: Apache-2.0
"""C2SP checkpoints: the head of a log (origin, size, root) as a signed note. No extension lines."""

from collections.abc import Iterable
from dataclasses import dataclass

from .merkle import EMPTY_ROOT, HASH_SIZE
from .note import ED25519, Note, NoteError, Signer, Verifier, sign_note, verify_note
from .strict import from_base64, from_decimal, to_base64, to_decimal


class CheckpointError(ValueError):
    """A checkpoint is malformed, of another log, or not signed by it; the message says which."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log `origin`: how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self):
        if not self.origin or self.size < 0 or len(self.root) != HASH_SIZE or "\n" in self.origin:
            raise CheckpointError("a checkpoint has an origin, a size and a root of 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointError("an empty log has the empty root")

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{to_decimal(self.size)}\n{to_base64(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return what the text states; `CheckpointError` on extension lines, leading zeros or loose base64."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise CheckpointError("a checkpoint has three lines: origin, size, root")
    try:
        return Checkpoint(lines[0], from_decimal(lines[1]), from_base64(lines[2]))
    except CheckpointError:
        raise
    except ValueError as error:
        raise CheckpointError(f"the checkpoint is malformed: {error}") from None


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the signed note; the signer's name is the origin."""
    if signer.name != checkpoint.origin or signer.algorithm != ED25519:
        raise CheckpointError("a log signs its head with an Ed25519 key under its own origin")
    return sign_note(checkpoint.text, signer)


def verify_checkpoint(
    note: bytes, log: Verifier, witnesses: Iterable[Verifier] = ()
) -> tuple[Checkpoint, Note, list[Verifier]]:
    """Return head, note and who signed it; `CheckpointError` unless the log itself did, under its own origin."""
    try:
        parsed, signed = verify_note(note, [log, *witnesses])
    except NoteError as error:
        raise CheckpointError(str(error)) from None
    if log not in signed:
        raise CheckpointError(f"the log {log.name} did not sign the checkpoint")
    checkpoint = parse_checkpoint(parsed.text)
    if checkpoint.origin != log.name:
        raise CheckpointError(f"the checkpoint is of {checkpoint.origin}, not of {log.name}")
    return checkpoint, parsed, signed
