# SPDX-License-Identifier: Apache-2.0
"""Opening sealed bodies with the keys of the members that this node hosts. Without a reader's key nothing opens."""

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

from hansa.core.rls import member_scope
from hansa.ledger import keyring, sealing
from hansa.ledger.models import Epoch, EpochWrap
from hansa.ledger.reacting import hosted_members
from hansa.ledger.tlog.strict import Base64Error, from_base64


class BadWraps(sealing.SealingError):
    """No wrap that this node can try opens the body. `readers` names those that were tried: they are no evidence
    against the author, because a wrap travels beside the leaf and whoever passes it on could have made it."""

    def __init__(self, readers: list[str]) -> None:
        super().__init__(f"the wraps for {', '.join(readers)} do not open the body")
        self.readers = readers


def epoch_identity(member: str, epoch: int) -> str:
    """Return the league's secret key of a period, opened with `member`'s own key; `KeyMissing` when it has none.

    Any member may have shared it. A share that does not hold the key of that period counts as none.
    """
    own = keyring.reading_identity(member)
    if own is None:
        raise keyring.KeyMissing(f"this node holds no reading key of {member}")
    recipient = Epoch.objects.filter(epoch=epoch).values_list("recipient", flat=True).first()
    for row in EpochWrap.objects.filter(epoch=epoch, reader=member).order_by("author"):
        try:
            identity = sealing.unwrap(from_base64(row.wrap), own)
        except (sealing.SealingError, Base64Error):
            continue
        if sealing.recipient_of(identity) == recipient:
            return identity
    raise keyring.KeyMissing(f"{member} has no wrap of the league's key {epoch}")


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
        if recipient is None:
            return None
        for holder in sorted(set(holders)):
            with suppress(keyring.KeyMissing):
                return _epoch_secret(recipient, epoch, holder)
        return None

    def open(self, ciphertext: bytes, wraps: Mapping[str, bytes], commitment: bytes) -> sealing.Opened | None:
        """Return the opened body proven against its commitment, None when no hosted member can read it.

        `BadWraps` when hosted members have wraps and none of them opens it; any other `SealingError` is the author's
        fault: the body is no age file, or what it holds is not what the leaf committed to. The header of an age file
        commits to the one key of its content, so that no other wrap could open it to anything else.
        """
        bad = []
        for reader in sorted(wraps):
            identity = self.identity(reader)
            if identity is None:
                continue
            try:
                key = sealing.unwrap(wraps[reader], identity)
            except sealing.SealingError:
                bad.append(reader)
                continue
            try:
                opened = sealing.open_with_key(ciphertext, key)
            except sealing.WrongKey:
                bad.append(reader)
                continue
            sealing.check_commitment(opened.tail, opened.salt, commitment)
            return opened
        if bad:
            raise BadWraps(bad)
        return None


@lru_cache(maxsize=64)
def _epoch_secret(recipient: str, epoch: int, holder: str) -> str:
    # The recipient is part of the key, so that no other league's epoch of the same number is taken for this one.
    # A key that is missing raises, and is looked for again: it may come with the next act.
    with member_scope(holder):
        return epoch_identity(holder, epoch)
