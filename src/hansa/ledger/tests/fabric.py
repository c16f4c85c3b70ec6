# SPDX-License-Identifier: Apache-2.0
"""Logs made by hand, without Django: honest ones for the verifier, and ones that lie as a test needs."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hansa.ledger import sealing
from hansa.ledger.approval import Approval, Batch, approvals_for, tail_of
from hansa.ledger.canonical import canonical
from hansa.ledger.envelope import encode, sign
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.keys import SigningKey, key_id
from hansa.ledger.tlog import tiles
from hansa.ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from hansa.ledger.tlog.merkle import leaf_hash, root
from hansa.ledger.tlog.note import Signer
from hansa.ledger.tlog.strict import to_base64, to_base64url
from hansa.ledger.verification import Report, verify_export
from hansa.ledger.verification.files import checkpoint_path, log_path, tile_path
from hansa.ledger.verification.report import CODES

LEAGUE = "lakes"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOW = START + timedelta(days=1)
READER = sealing.recipient_of("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0")


def key(name: str) -> SigningKey:
    """The same key for the same name, in every test."""
    return SigningKey(hashlib.sha256(name.encode()).digest())


def identity(name: str) -> str:
    """The same UUID for the same name."""
    return str(uuid.UUID(bytes=hashlib.sha256(name.encode()).digest()[:16]))


@dataclass
class LogMaker:
    """One member's log in the making. `at` is the time of the next act; each act is a second later."""

    member: str
    exercise: str | None = "drill-1"
    threshold: int = 2
    seed: str = ""
    at: datetime = START
    entries: list[bytes] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self):
        self.roots = [self.key(f"root {number}") for number in range(3)]
        self.mayor = ExerciseAuthenticator.derive(self.member.encode())
        self.person = identity(f"mayor of {self.member}")
        self.log_key = self.key("log")

    @property
    def origin(self) -> str:
        """The origin of the log."""
        return f"hansa/{LEAGUE}/{self.member}"

    def key(self, name: str) -> SigningKey:
        """A key of this member."""
        return key(f"{self.seed}{self.member}/{name}")

    def fields(self, kind: str, body: dict, office: str, **changes) -> dict:
        """The fields of the next act; any of them can be replaced."""
        self.at += timedelta(seconds=1)
        number = len(self.entries)
        return {
            "at": self.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "audience": "public", "author": self.member, "body": body,
            "charter": None, "cites": [], "exercise": self.exercise, "id": identity(f"{self.member} {number}"),
            "league": LEAGUE, "office": office, "refs": [], "type": kind, "v": 1, **changes,
        }  # fmt: skip

    def log(self, payload: bytes, signers: Sequence[SigningKey], approvals: Sequence[Approval] = ()) -> int:
        """Append a payload as it is, signed by these keys; return its index."""
        self.entries.append(encode(sign(payload, signers, approvals)))
        self.digests.append(hashlib.sha256(payload[36:]).digest())
        return len(self.entries) - 1

    def act(
        self, kind="test.note.written", body=None, office="legal", *, approved=False, signers=None, **changes
    ) -> int:
        """Append a public act; `approved` by the mayor's passkey."""
        payload = canonical(self.fields(kind, body or {}, office, **changes))
        given = self.approve([hashlib.sha256(tail_of(payload)).digest()]) if approved else []
        return self.log(payload, signers or [self.key(f"office {office}")], given)

    def by_root(self, kind: str, body: dict, **changes) -> int:
        """Append an act of the recovery keys."""
        return self.act(kind, body, "root", **{"signers": self.roots[: self.threshold], **changes})

    def sealed(self, tail: bytes = b'"x":1}', *, approved=False, **changes) -> int:
        """Append a sealed act; its body is kept for the export."""
        body = sealing.seal(tail, {"league:1": READER})
        self.at += timedelta(seconds=1)
        stub = {
            "at": self.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "audience": "league:1", "author": self.member,
            "ciphertext": body.ciphertext_hash, "commitment": body.commitment.hex(), "exercise": self.exercise,
            "league": LEAGUE, "size": body.padded_size, "v": 1, **changes,
        }  # fmt: skip
        self.bodies[body.ciphertext_hash] = body.ciphertext
        given = self.approve([body.commitment]) if approved else []
        index = self.log(canonical(stub), [self.key("office legal")], given)
        self.digests[index] = body.commitment
        return index

    def approve(self, digests: Sequence[bytes]) -> list[Approval]:
        """The mayor's approvals of a batch."""
        batch = Batch(tuple(digests), hashlib.sha256(b"nonce" + b"".join(digests)).digest())
        return approvals_for(batch, self.person, self.mayor.assert_challenge(batch.challenge))

    def root_body(self, **changes) -> dict:
        """The body that states the root."""
        return {
            "encryption": READER, "log_key": self.log_key.public.hex(), "member": self.member,
            "root_keys": [root.public.hex() for root in self.roots], "threshold": self.threshold,
            "version": 1, **changes,
        }  # fmt: skip

    def enrolment(self, who: ExerciseAuthenticator | None = None, person: str = "", **changes) -> dict:
        """The body that enrols a passkey."""
        credential = (who or self.mayor).credential
        return {
            "credential": credential.id, "exercise": True, "origins": list(credential.origins),
            "person": person or self.person, "public_key": to_base64url(credential.cose_public_key),
            "rp_id": credential.rp_id, **changes,
        }  # fmt: skip

    def found(self, *offices: str) -> "LogMaker":
        """State the root, add office keys, enrol the mayor's passkey."""
        self.by_root("ledger.root.stated", self.root_body())
        for office in offices or ("legal", "administrator"):
            self.by_root("ledger.key.added", {"key": self.key(f"office {office}").public.hex(), "office": office})
        if self.exercise:
            self.by_root("ledger.authenticator.enrolled", self.enrolment())
        return self

    def checkpoint(self, signer: SigningKey | None = None, **changes) -> bytes:
        """The signed head."""
        head = {"origin": self.origin, "size": len(self.entries), "root": root(map(leaf_hash, self.entries)), **changes}
        return sign_checkpoint(Checkpoint(**head), Signer(head["origin"], (signer or self.log_key).seed))

    def write(self, folder: Path) -> Path:
        """Write the log as `hansa export` does, and return the folder."""
        for path, data in self.files().items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return folder

    def files(self) -> dict[str, bytes]:
        """The files of the log, by path."""
        nodes = {0: [leaf_hash(entry) for entry in self.entries]}
        for level in range(1, 6):
            below = nodes[level - 1]
            nodes[level] = [root(below[at : at + 256]) for at in range(0, len(below) - 255, 256)]
        files = {checkpoint_path(self.origin): self.checkpoint()}
        for tile in tiles.tiles_of(len(self.entries)):
            start, end = tile.index * 256, tile.index * 256 + tile.width
            if tile.level is None:
                files[tile_path(self.origin, tile)] = tiles.encode_entries(self.entries[start:end])
            else:
                files[tile_path(self.origin, tile)] = tiles.encode_hashes(nodes[tile.level][start:end])
        return files | {f"bodies/{name}": data for name, data in self.bodies.items()}

    def trust(self, path: Path, *, size: int = 0) -> Path:
        """Write a trust file that pins this log, with the head it had at `size`."""
        keys = ", ".join(f'"{key_id(root.public)}"' for root in self.roots)
        text = f'[logs."{self.origin}"]\nroot_keys = [{keys}]\nthreshold = {self.threshold}\n'
        if size:
            text += f'size = {size}\nroot = "{to_base64(root(map(leaf_hash, self.entries[:size])))}"\n'
        path.write_text(text)
        return path


def chicago(**changes) -> LogMaker:
    """A log of Chicago with its root, two office keys and the mayor's passkey."""
    return LogMaker("chicago-il", **changes).found()


def check(log: LogMaker, folder: Path, **options) -> Report:
    """Write the log, verify the folder."""
    report = verify_export(log.write(folder), now=NOW, **options)
    assert {failure.code for failure in report.failures} <= set(CODES)
    return report


def codes(log: LogMaker, folder: Path, **options) -> set[str]:
    """The names of what fails when the log is written and verified."""
    return {failure.code for failure in check(log, folder, **options).failures}


def an_honest_log() -> LogMaker:
    """Eight leaves: public, sealed, approved, with a reference, and a passkey vouched for by another."""
    log = chicago()
    first = log.act(body={"text": "sandbags"})
    log.sealed(approved=True)
    log.act(approved=True, refs=[log.digests[first].hex()])
    log.act("ledger.authenticator.enrolled", log.enrolment(ExerciseAuthenticator.derive(b"legal"), identity("legal")),
            "administrator", approved=True)  # fmt: skip
    return log


LOG = log_path(chicago().origin)
