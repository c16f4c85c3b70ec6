# SPDX-License-Identifier: Apache-2.0
"""Opening sealed bodies with the keys of the members that this node hosts. Without a reader's key nothing opens."""

from collections.abc import Mapping
from functools import lru_cache

from hansa.core.rls import member_scope
from hansa.ledger import keyring, sealing
from hansa.ledger.models import Epoch, EpochWrap
from hansa.ledger.reacting import hosted_members
from hansa.ledger.tlog.strict import from_base64


def epoch_identity(member: str, epoch: int) -> str:
    """Return the league's secret key of a period, opened with `member`'s own key; `KeyMissing` when it has none."""
    row = EpochWrap.objects.filter(epoch=epoch, reader=member).first()
    if row is None:
        raise keyring.KeyMissing(f"{member} has no wrap of the league's key {epoch}")
    own = keyring.reading_identity(member)
    if own is None:
        raise keyring.KeyMissing(f"this node holds no reading key of {member}")
    return sealing.unwrap(from_base64(row.wrap), own)


class Opener:
    """Opens bodies for this node: remembers the keys that it had to open on the way."""

    def __init__(self) -> None:
        self._hosted = hosted_members()
        self._identities: dict[str, str] = {}

    def identity(self, reader: str) -> str | None:
        """Return the secret key for a wrap made to `reader` (a member, or `league:<epoch>`), None without one."""
        if reader not in self._identities:
            found = self._find(reader)
            if found is None:  # not remembered: the key may come with the next act
                return None
            self._identities[reader] = found
        return self._identities[reader]

    def _find(self, reader: str) -> str | None:
        if reader.startswith("league:"):
            return self._find_epoch(int(reader.split(":")[1]))
        if reader not in self._hosted:
            return None
        with member_scope(reader):
            return keyring.reading_identity(reader)

    def _find_epoch(self, epoch: int) -> str | None:
        recipient = Epoch.objects.filter(epoch=epoch).values_list("recipient", flat=True).first()
        holders = EpochWrap.objects.filter(epoch=epoch, reader__in=self._hosted).values_list("reader", flat=True)
        return _epoch_secret(recipient, epoch, tuple(sorted(holders))) if recipient and holders else None

    def open(self, ciphertext: bytes, wraps: Mapping[str, bytes], commitment: bytes) -> sealing.Opened | None:
        """Return the opened body proven against its commitment, None when no hosted member can read it.

        `SealingError` when a body that can be opened is not what the leaf committed to.
        """
        for reader in sorted(wraps):
            identity = self.identity(reader)
            if identity is not None:
                opened = sealing.open_body(ciphertext, wraps[reader], identity)
                sealing.check_commitment(opened.tail, opened.salt, commitment)
                return opened
        return None


@lru_cache(maxsize=64)
def _epoch_secret(recipient: str, epoch: int, holders: tuple[str, ...]) -> str | None:
    # The recipient is part of the key, so that no other league's epoch of the same number is taken for this one.
    with member_scope(holders[0]):
        identity = epoch_identity(holders[0], epoch)
    return identity if sealing.recipient_of(identity) == recipient else None
