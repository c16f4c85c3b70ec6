# SPDX-License-Identifier: Apache-2.0
"""What comes beside a leaf: sealed bodies and wraps, kept before anybody knows whether they are good for anything.

Whoever passes a leaf on could have made them, so that they count for nothing until they open what the leaf commits to.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from hansa.ledger import lost_keys, standing
from hansa.ledger.act import ActError, read_payload
from hansa.ledger.acts import WrapsGiven
from hansa.ledger.audience import named
from hansa.ledger.canonical import CanonicalError
from hansa.ledger.envelope import EnvelopeError, decode
from hansa.ledger.models import ParkedLeaf, SealedBody, Wrap, WrapGiven
from hansa.ledger.sealing import GIVEN, MAX_WRAP


@dataclass(frozen=True, slots=True)
class Incoming:
    """A leaf as another node sent it: its place, its bytes, its sealed body with the wraps that came along.

    `given` are the wraps that an act gives out (`ledger.wrap.given`), by the hash of the ciphertext that each is for.
    """

    origin: str
    index: int
    entry: bytes
    ciphertext: bytes | None = None
    wraps: Mapping[str, bytes] | None = None
    given: Mapping[str, bytes] | None = None


def fields_of(leaf: Incoming) -> Mapping:
    """Return what a leaf's payload says, nothing when it is no act."""
    try:
        return read_payload(decode(leaf.entry).payload)
    except (ActError, CanonicalError, EnvelopeError):
        return {}


def is_parked(leaf: Incoming) -> bool:
    """Return whether a leaf waits for something."""
    return ParkedLeaf.objects.filter(origin=leaf.origin, index=leaf.index).exists()


def keep_body(leaf: Incoming) -> bool:
    """Keep the body that came along, and its wraps, if the leaf names it; return whether any of it is new."""
    if leaf.ciphertext is None:
        return False
    name, fields, wraps = hashlib.sha256(leaf.ciphertext).hexdigest(), fields_of(leaf), leaf.wraps or {}
    if fields.get("ciphertext") != name or not standing.may_be_read(fields["commitment"], fields["audience"], wraps):
        return False
    _, new = SealedBody.objects.get_or_create(ciphertext_hash=name, defaults={"ciphertext": leaf.ciphertext})
    if not _may_come_along(wraps, fields["audience"], fields["author"]):
        return new
    waits, gone = is_parked(leaf), standing.gone_at(fields["commitment"])
    for reader, wrap in wraps.items():
        # A reader that destroyed it stays known as one, without a key.
        kept = b"" if reader in gone else wrap
        row, first = Wrap.objects.get_or_create(ciphertext_hash=name, reader=reader, defaults={"wrap": kept})
        new |= first
        if bytes(row.wrap) == kept:
            continue
        shut = reader in standing.shut_out(fields["commitment"], fields["audience"], named=True)
        if waits or shut:  # what is here did not open it, or was not tried yet
            Wrap.objects.filter(ciphertext_hash=name, reader=reader).update(wrap=kept)
        if shut:
            lost_keys.given(reader, [fields["commitment"]])
    return new


def _may_come_along(wraps: Mapping[str, bytes], audience: str, author: str) -> bool:
    """Return whether these are the wraps of all named readers: who has one of such a body reads the audience.

    Otherwise whoever passes a leaf on could add a reader to it.
    """
    if not audience.startswith("named:"):
        return True
    return audience in (named(wraps).id, named(set(wraps) - {author}).id)


def keep_given(leaf: Incoming) -> bool:
    """Keep the wraps that an act gives out, each of which it names by its hash; return whether any of it is new."""
    fields, new = fields_of(leaf) if leaf.given else {}, False
    if fields.get("type") != WrapsGiven.type:
        return False
    body = WrapsGiven.model_validate(fields["body"])
    for one in body.bodies:
        wrap = (leaf.given or {}).get(one.ciphertext)
        if wrap is None or len(wrap) > MAX_WRAP or hashlib.sha256(wrap).hexdigest() != one.wrap:
            continue
        if body.reader in standing.gone_at(one.digest):
            continue
        known = WrapGiven.objects.filter(ciphertext=one.ciphertext, reader=body.reader, wrap=one.wrap).exists()
        here = {"ciphertext_hash": one.ciphertext, "reader": GIVEN + body.reader}
        row, first = Wrap.objects.get_or_create(**here, defaults={"wrap": wrap})
        if known and bytes(row.wrap) != wrap:
            Wrap.objects.filter(**here).update(wrap=wrap)
            first = True
        new |= first
    return new
