# SPDX-License-Identifier: Apache-2.0
"""Who may sign and approve in one log, at each position of it: the fold over the log's own key acts.

`ledger.root.stated` begins a log and changes its root (old and new thresholds sign); `ledger.key.added` and
`.revoked` come from the root; `ledger.authenticator.enrolled` and `.revoked` come from the root, or from an
administrator whose passkey is enrolled. A change counts from the next leaf on.
"""

from dataclasses import dataclass
from typing import Any

from hansa.ledger.approval import (
    EXERCISE_RP_ID,
    Approval,
    ApprovalError,
    Credential,
    read_cose_key,
    verify_approval,
)
from hansa.ledger.envelope import ACT_TYPE, Envelope, pae
from hansa.ledger.keys import KeyRefused, admit_public_key, key_id, verify
from hansa.ledger.tlog.strict import from_base64url
from hansa.ledger.verification.leaf import Leaf
from hansa.ledger.verification.report import Stop

ROOT = "root"
ADMINISTRATOR = "administrator"


@dataclass(slots=True)
class OfficeKey:
    """A key of an office: valid behind leaf `added`, up to and including leaf `revoked`."""

    public: bytes
    office: str
    added: int
    revoked: int | None = None


@dataclass(slots=True)
class Enrolled:
    """A passkey of a person; it counts until it is revoked."""

    credential: Credential
    person: str
    revoked: bool = False


class Authority:
    """The keys of one log as of the leaf that is looked at. Built from its first leaf, which states its root."""

    def __init__(self, first: Leaf):
        body = first.fields.get("body") or {}
        if first.type != "ledger.root.stated" or first.office != ROOT:
            raise Stop("no-root", "the log does not begin with the act that states its root")
        self.member, self.league = first.fields["author"], first.fields["league"]
        self.exercise: str | None = first.fields["exercise"]
        self.root_keys, self.threshold, self.log_key = _root(body, self.member, 1)
        self.first_root_keys, self.first_threshold = frozenset(self.root_keys), self.threshold
        self.version = 1
        self.offices: dict[str, OfficeKey] = {}
        self.passkeys: dict[str, Enrolled] = {}
        self.disputed: list[tuple[str, int, int]] = []
        try:
            _check_signatures(first.envelope, self.root_keys, self.threshold)
        except Stop as stop:
            raise Stop("no-root", f"the root is not signed by its own recovery keys: {stop}") from None

    def check_signatures(self, leaf: Leaf) -> None:
        """Return if the leaf is signed by keys that may sign it here; `Stop` otherwise."""
        if leaf.office == ROOT:
            others = None
            if leaf.type == "ledger.root.stated":
                others = _root(leaf.fields["body"], self.member, self.version + 1)[0]
            _check_signatures(leaf.envelope, self.root_keys, self.threshold, others)
            return
        message = pae(ACT_TYPE, leaf.envelope.payload)
        for signature in leaf.envelope.signatures:
            key = self._office_key(signature.keyid)
            if leaf.office is not None and key.office != leaf.office:
                raise Stop("wrong-office", f"the key of the office {key.office} signed for the office {leaf.office}")
            if not verify(key.public, message, signature.sig):
                raise Stop("signature", f"the signature of key {signature.keyid} does not fit the act")

    def check_approvals(self, leaf: Leaf) -> None:
        """Return if every approval that the leaf carries stands; `Stop` with the approval's own name otherwise."""
        persons = set()
        for approval in leaf.envelope.approvals:
            self._check_approval(approval, leaf.digest)
            if approval.person in persons:
                raise Stop("approval-twice", f"person {approval.person} approved twice")
            persons.add(approval.person)

    def apply(self, leaf: Leaf, index: int) -> None:
        """Take over what the leaf, already checked, changes about keys; `Stop` when it may not."""
        kind = leaf.type or ""
        change = _CHANGES.get(kind)
        if change is None:
            return
        needs_root = not kind.startswith("ledger.authenticator.")
        if leaf.office != ROOT and (needs_root or leaf.office != ADMINISTRATOR):
            raise Stop("wrong-office", f"the office {leaf.office} may not change keys")
        if leaf.office != ROOT and not leaf.envelope.approvals:
            raise Stop("approval-missing", "a passkey is enrolled or revoked by the root, or with one already enrolled")
        try:
            change(self, leaf, leaf.fields["body"], index)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Stop("key-refused", f"the body of {kind} cannot be used: {error}") from None

    def _office_key(self, keyid: str) -> OfficeKey:
        key = self.offices.get(keyid)
        if key is None:
            raise Stop("unknown-key", f"key {keyid} may not sign in this log", key=keyid)
        if key.revoked is not None:
            raise Stop("key-revoked", f"key {keyid} was revoked by leaf {key.revoked}")
        return key

    def _check_approval(self, approval: Approval, digest: bytes) -> None:
        enrolled = self.passkeys.get(approval.credential)
        if enrolled is None:
            raise Stop("approval-unknown", "the approving passkey is not enrolled in this log")
        if enrolled.revoked:
            raise Stop("approval-revoked", "the approving passkey was revoked before")
        if enrolled.person != approval.person:
            raise Stop("approval-person", "the approving passkey belongs to another person")
        try:
            verify_approval(approval, digest, enrolled.credential, exercise=self.exercise is not None)
        except ApprovalError as error:
            raise Stop(error.code, str(error)) from None

    def _state_root(self, leaf: Leaf, body: dict[str, Any], index: int) -> None:
        keys, threshold, log_key = _root(body, self.member, self.version + 1)
        try:
            # That the old threshold signed too, `check_signatures` has seen to.
            _check_signatures(leaf.envelope, keys, threshold, others=self.root_keys)
        except Stop as stop:
            raise Stop("root-rotation", str(stop)) from None
        self.root_keys, self.threshold, self.log_key, self.version = keys, threshold, log_key, self.version + 1

    def _add_key(self, leaf: Leaf, body: dict[str, Any], index: int) -> None:
        public = _public(body["key"])
        name, office = key_id(public), body["office"]
        if not isinstance(office, str) or office == ROOT or body.keys() != {"key", "office"}:
            raise ValueError("an office key has a key and an office")
        if name in self.offices or name in self.root_keys:
            raise Stop("key-again", f"key {name} was added before")
        self.offices[name] = OfficeKey(public, office, index)

    def _revoke_key(self, leaf: Leaf, body: dict[str, Any], index: int) -> None:
        """End a key. One revoked before may be suspected from further back; one never added changes nothing."""
        name, suspect = key_id(_public(body["key"])), body["first_suspect"]
        if suspect is not None and (type(suspect) is not int or suspect < 0):
            raise ValueError("first_suspect is the number of a leaf")
        key = self.offices.get(name)
        if key is None:
            return
        key.revoked = index if key.revoked is None else key.revoked
        if suspect is not None:
            self.disputed.append((name, max(suspect, key.added + 1), key.revoked))

    def _enrol(self, leaf: Leaf, body: dict[str, Any], index: int) -> None:
        public, origins, exercise = from_base64url(body["public_key"]), body["origins"], body["exercise"]
        read_cose_key(public)
        if not isinstance(origins, list) or not origins or not all(isinstance(origin, str) for origin in origins):
            raise ValueError("origins is a list of text")
        if not isinstance(body["rp_id"], str) or not isinstance(body["person"], str) or type(exercise) is not bool:
            raise ValueError("rp_id and person are text, exercise is true or false")
        from_base64url(body["credential"])
        if (exercise or body["rp_id"] == EXERCISE_RP_ID) and self.exercise is None:
            raise Stop("exercise-authenticator", "an exercise passkey is enrolled in a real league")
        if body["credential"] in self.passkeys and not self.passkeys[body["credential"]].revoked:
            raise Stop("key-again", "the passkey is enrolled already")
        credential = Credential(body["credential"], public, body["rp_id"], tuple(origins), exercise)
        self.passkeys[credential.id] = Enrolled(credential, body["person"])

    def _retire(self, leaf: Leaf, body: dict[str, Any], index: int) -> None:
        enrolled = self.passkeys.get(body["credential"])
        if enrolled is not None:
            enrolled.revoked = True


_CHANGES = {
    "ledger.root.stated": Authority._state_root,
    "ledger.key.added": Authority._add_key,
    "ledger.key.revoked": Authority._revoke_key,
    "ledger.authenticator.enrolled": Authority._enrol,
    "ledger.authenticator.revoked": Authority._retire,
}


def _check_signatures(
    envelope: Envelope, keys: dict[str, bytes], threshold: int, others: dict[str, bytes] | None = None
) -> None:
    """Return if `threshold` of `keys` signed and every other signature is one of `others`, all of them fitting."""
    message, signed = pae(ACT_TYPE, envelope.payload), set()
    for signature in envelope.signatures:
        public = keys.get(signature.keyid) or (others or {}).get(signature.keyid)
        if public is None:
            raise Stop("unknown-key", f"key {signature.keyid} is not a recovery key of this log")
        if not verify(public, message, signature.sig):
            raise Stop("signature", f"the signature of key {signature.keyid} does not fit the act")
        if signature.keyid in keys:
            signed.add(public)
    if len(signed) < threshold:
        raise Stop("unknown-key", f"{len(signed)} of {threshold} recovery keys signed")


def _root(body: dict[str, Any], member: str, version: int) -> tuple[dict[str, bytes], int, bytes]:
    try:
        publics = [_public(key) for key in body["root_keys"]]
        threshold, log_key = body["threshold"], _public(body["log_key"])
        stated = body["member"], body["version"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Stop("key-refused", f"the root cannot be used: {error}") from None
    keys = {key_id(public): public for public in publics}
    if type(threshold) is not int or not 1 <= threshold <= len(keys) or len(keys) != len(publics):
        raise Stop("key-refused", "a root has different keys, and a threshold up to their number")
    if stated != (member, version):
        raise Stop("no-root", f"the root is of {stated[0]}, version {stated[1]}, not of {member}, version {version}")
    return keys, threshold, log_key


def _public(text: str) -> bytes:
    public = bytes.fromhex(text)
    if public.hex() != text:
        raise ValueError("a key is 64 lower-case hexadecimal digits")
    try:
        return admit_public_key(public)
    except KeyRefused as error:
        raise Stop("key-refused", str(error)) from None
