# SPDX-License-Identifier: Apache-2.0
"""Opening sealed bodies with the keys of the members that this node hosts. Without a reader's key nothing opens."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

from django.db import connection

from hansa.core.rls import member_scope
from hansa.ledger import keyring, sealing
from hansa.ledger.models import Epoch, EpochWrap
from hansa.ledger.reacting import hosted_members
from hansa.ledger.tlog.strict import Base64Error, from_base64

_BODIES = """
SELECT b.ciphertext_hash, b.ciphertext, w.reader, w.wrap FROM ledger_sealedbody b
JOIN ledger_wrap w USING (ciphertext_hash) WHERE b.ciphertext_hash = ANY(%s) AND length(w.wrap) > 0
"""


class BadWraps(sealing.SealingError):
    """No wrap that this node can try opens the body. They are no evidence against the author, because a wrap travels
    beside the leaf and whoever passes it on could have made it.

    `readers` names those whose wraps are good for nothing. `strange` names key periods whose wraps are for a key that
    this node does not know: another member may have opened the period with it.
    """

    def __init__(self, readers: list[str], strange: list[str]) -> None:
        super().__init__(f"the wraps for {', '.join([*readers, *strange])} do not open the body")
        self.readers, self.strange = readers, strange


def epoch_identity(member: str, epoch: int, recipient: str) -> str:
    """Return the secret half of `recipient`, a key of that period, opened with `member`'s own key.

    Any member may have shared it. A share that does not hold the key counts as none; `KeyMissing` without a good one.
    """
    own = keyring.reading_identities(member)
    if not own:
        raise keyring.KeyMissing(f"this node holds no reading key of {member}")
    rows = EpochWrap.objects.filter(epoch=epoch, reader=member, recipient__in=[recipient, ""])
    for text in rows.order_by("author", "recipient").values_list("wrap", flat=True):
        for identity in own:
            with suppress(sealing.SealingError, Base64Error):
                found = sealing.unwrap(from_base64(text), identity)
                if sealing.recipient_of(found) == recipient:
                    return found
    raise keyring.KeyMissing(f"{member} has no wrap of the league's key {epoch}")


def bodies(hashes: list[str]) -> dict[str, tuple[bytes, dict[str, bytes]]]:
    """Return sealed bodies by the hash of their ciphertext, each with its wraps by reader. Needs the node's scope."""
    found: dict[str, tuple[bytes, dict[str, bytes]]] = {}
    if hashes:
        with connection.cursor() as cursor:
            cursor.execute(_BODIES, [hashes])
            for name, ciphertext, reader, wrap in cursor:
                found.setdefault(name, (bytes(ciphertext), {}))[1][reader] = bytes(wrap)
    return found


class Opener:
    """Opens bodies by the keys of some members, or of all that this node hosts; remembers what it opened on the way."""

    def __init__(self, members: Sequence[str] | None = None) -> None:
        self._hosted = hosted_members() if members is None else list(members)
        self._identities: dict[str, tuple[str, ...]] = {}

    def identities(self, reader: str) -> tuple[str, ...]:
        """Return the secret keys that may open a wrap made to `reader` (a member, or `league:<epoch>`)."""
        if reader not in self._identities:
            found = tuple(self._find(reader))
            if not found:  # not remembered: the key may come with the next act
                return ()
            self._identities[reader] = found
        return self._identities[reader]

    def _find(self, reader: str) -> Iterable[str]:
        if reader.startswith("league:"):
            return self._find_epoch(int(reader.split(":")[1]))
        member = reader.removeprefix(sealing.GIVEN)
        if member not in self._hosted:
            return []
        with member_scope(member):
            return keyring.reading_identities(member)

    def _find_epoch(self, epoch: int) -> Iterable[str]:
        held = EpochWrap.objects.filter(epoch=epoch, reader__in=self._hosted).values_list("reader", flat=True)
        holders = sorted(set(held))
        rows = Epoch.objects.filter(epoch=epoch).order_by("digest").values_list("recipient", flat=True)
        for recipient in rows if holders else ():
            for holder in holders:
                with suppress(keyring.KeyMissing):
                    yield _epoch_secret(recipient, epoch, holder)
                    break

    def open(self, ciphertext: bytes, wraps: Mapping[str, bytes], commitment: bytes) -> sealing.Opened | None:
        """Return the opened body proven against its commitment, None when no hosted member can read it.

        `BadWraps` when hosted members have wraps and none of them opens it; any other `SealingError` is the author's
        fault: the body is no age file, or what it holds is not what the leaf committed to. The header of an age file
        commits to the one key of its content, so that no other wrap could open it to anything else.
        """
        found = self._open(ciphertext, wraps)
        if found is None:
            return None
        sealing.check_commitment(found[1].tail, found[1].salt, commitment)
        return found[1]

    def key(self, ciphertext: bytes, wraps: Mapping[str, bytes]) -> str | None:
        """Return the act's own key, to wrap it once more; None when no hosted member can open it."""
        found = self._open(ciphertext, wraps)
        return found[0] if found else None

    def _open(self, ciphertext: bytes, wraps: Mapping[str, bytes]) -> tuple[str, sealing.Opened] | None:
        bad: list[str] = []
        strange: list[str] = []
        for reader in sorted(wraps):
            identities = self.identities(reader)
            fits = False
            for identity in identities:
                with suppress(sealing.WrongKey):
                    key = _unwrapped(wraps[reader], identity)
                    fits = True
                    if key:
                        return key, sealing.open_with_key(ciphertext, key)
            if identities:
                (strange if reader.startswith("league:") and not fits else bad).append(reader)
        if bad or strange:
            raise BadWraps(bad, strange)
        return None

    def keys_came(self) -> None:
        """Look the league's keys up again: an act gave out another one."""
        self._identities.clear()


def _unwrapped(wrap: bytes, identity: str) -> str | None:
    """Return the key in a wrap, None when it holds none; `WrongKey` when it is for another key."""
    try:
        return sealing.unwrap(wrap, identity)
    except sealing.WrongKey:
        raise
    except sealing.SealingError:
        return None


@lru_cache(maxsize=256)
def _epoch_secret(recipient: str, epoch: int, holder: str) -> str:
    # The recipient is part of the key, so that no other league's epoch of the same number is taken for this one.
    # A key that is missing raises, and is looked for again: it may come with the next act.
    with member_scope(holder):
        return epoch_identity(holder, epoch, recipient)
