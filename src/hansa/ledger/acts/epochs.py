# SPDX-License-Identifier: Apache-2.0
"""Acts about the league's key periods and about guests: who can read what is sealed to the league.

A period follows the one that its opening act refers to, so that numbers cannot be skipped. Where two members open
the same number, both keys go on opening what was sealed to them, and everybody seals to the one whose act has the
lowest digest. A guest reads every period of its activation, until it is dismissed from a period on.
"""

import hashlib
from collections.abc import Iterable
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from hansa.core.personal import declare
from hansa.core.verdicts import Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs
from hansa.ledger.acts.roots import can_be_sealed_to
from hansa.ledger.audience import PUBLIC, scope_of
from hansa.ledger.models import Epoch, EpochWrap, Guest, Reader, Root
from hansa.ledger.naming import member_name
from hansa.ledger.registry import act_type

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
WrapText = Annotated[str, Field(min_length=1, max_length=1000)]
_GUEST_AUDIENCE = r"^league:[0-9]{1,9}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
# Wraps of one opening act: what still fits into its leaf. Further members get theirs by shares.
MOST_WRAPS = 80


def roll_of(members: Iterable[str]) -> str:
    """Return the digest of a list of members."""
    return hashlib.sha256("\n".join(sorted(members)).encode()).hexdigest()


def guests_in(epoch: int, scope: str) -> set[str]:
    """Return the guests of an activation in a key period: the last word up to it counts, a dismissal before an
    admission; before the first word its guests read, too, so that they know what they were called to."""
    words: dict[str, list[tuple[int, bool]]] = {}
    for row in Guest.objects.filter(scope=scope).order_by("epoch", "-admitted"):
        words.setdefault(row.reader, []).append((row.epoch, row.admitted))
    last = {reader: [said for at, said in told if at <= epoch] or [told[0][1]] for reader, told in words.items()}
    return {reader for reader, said in last.items() if said[-1]}


def write_scopes(epochs: list[int], scopes: list[str]) -> None:
    """Write down who reads these activations in these periods: whoever reads the period, and the guests."""
    for epoch in epochs:
        base = Reader.objects.filter(name=f"league:{epoch}").values_list("reader", flat=True)
        for scope in scopes:
            name, guests = f"league:{epoch}:{scope}", guests_in(epoch, scope)
            Reader.objects.filter(name=name, direct=True).exclude(reader__in=guests).delete()
            rows = [Reader(name=name, reader=r) for r in base if r not in guests]
            Reader.objects.bulk_create(
                [*rows, *(Reader(name=name, reader=g, direct=True) for g in sorted(guests))],
                update_conflicts=True, update_fields=["direct"], unique_fields=["name", "reader"],
            )  # fmt: skip


def _join(epoch: int, members: list[str]) -> None:
    """Let members read a period, and what was sealed in it to the league and guests."""
    name = f"league:{epoch}"
    scopes = Reader.objects.filter(name__startswith=f"{name}:").values_list("name", flat=True).distinct()
    rows = [Reader(name=n, reader=member) for n in {name, *scopes} for member in members]
    Reader.objects.bulk_create(rows, ignore_conflicts=True)


@act_type("ledger.epoch.opened", audience=PUBLIC)
class EpochOpened(Body):
    """The league has a new key; it is sealed to each member in `wraps`. `roll` is the digest of all whom it is for."""

    epoch: int = Field(ge=1, lt=10**9)
    recipient: str = Field(max_length=100)
    wraps: dict[Slug, WrapText] = Field(max_length=MOST_WRAPS)
    roll: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    personal = declare(none="epoch recipient wraps roll")

    def headline(self, act: Act) -> Text:
        return _("%(member)s opened key period %(epoch)s of the league.") % {
            "member": member_name(act.author),
            "epoch": self.epoch,
        }

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [(_("Key sealed to"), ", ".join(member_name(slug) for slug in sorted(self.wraps)))]

    def served(self) -> list[str]:
        """Return the members to which it gives the key."""
        return sorted(self.wraps)

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if act.author not in self.wraps:
            return refuse(_("Whoever opens a key period keeps its key: seal it to yourself, too."))
        if self.epoch > 1 and not _follows(self.epoch, act, refs):
            return refuse(_("A key period follows the last one, and a member that has its key opens it."))
        return can_be_sealed_to(self.recipient)

    def apply(self, act: Act) -> None:
        Epoch.keep(
            epoch=self.epoch, recipient=self.recipient, digest=act.digest, author=act.author, at=act.at, roll=self.roll
        )  # fmt: skip
        EpochWrap.keep_all([
            EpochWrap(epoch=self.epoch, recipient=self.recipient, reader=member, author=act.author, wrap=wrap,
                      act=act.id, at=act.at)
            for member, wrap in self.wraps.items()
        ])  # fmt: skip
        _join(self.epoch, sorted(self.wraps))
        write_scopes([self.epoch], [str(s) for s in Guest.objects.values_list("scope", flat=True).distinct()])


def _follows(epoch: int, act: Act, refs: Refs) -> bool:
    before = [ref.body for ref in refs.values() if isinstance(ref.body, EpochOpened) and ref.body.epoch == epoch - 1]
    shares = [ref.body for ref in refs.values() if isinstance(ref.body, EpochShared)]
    given = any(share.epoch == epoch - 1 and share.reader == act.author for share in shares)
    return any(given or act.author in body.wraps for body in before)


@act_type("ledger.epoch.shared", audience=PUBLIC)
class EpochShared(Body):
    """The league's key of a period was sealed to one more member: to its key `to`. `recipient` is the period's."""

    epoch: int = Field(ge=1, lt=10**9)
    reader: Slug
    wrap: WrapText
    recipient: str = Field(default="", max_length=100)
    to: str = Field(default="", max_length=100)
    personal = declare(none="epoch reader wrap recipient to")

    def served(self) -> list[str]:
        """Return the members to which it gives the key."""
        return [self.reader]

    def headline(self, act: Act) -> Text:
        return _("%(member)s gave %(reader)s the league's key of period %(epoch)s.") % {
            "member": member_name(act.author),
            "reader": member_name(self.reader),
            "epoch": self.epoch,
        }

    def apply(self, act: Act) -> None:
        EpochWrap.put(
            epoch=self.epoch, recipient=self.recipient, reader=self.reader, author=act.author, wrap=self.wrap,
            sealed_to=self.to, act=act.id, at=act.at,
        )  # fmt: skip
        _join(self.epoch, [self.reader])


class _AboutGuest(Body):
    """What an admission and a dismissal say of a guest: in which period, of which activation, who."""

    audience_name: str = Field(pattern=_GUEST_AUDIENCE)
    reader: Slug
    personal = declare(none="audience_name reader")

    def note(self, *, admitted: bool) -> None:
        scope = str(scope_of(self.audience_name))
        Guest.keep(scope=scope, reader=self.reader, epoch=int(self.audience_name.split(":")[1]), admitted=admitted)
        write_scopes(sorted(Epoch.objects.values_list("epoch", flat=True).distinct()), [scope])


@act_type("ledger.reader.admitted", audience=PUBLIC)
class ReaderAdmitted(_AboutGuest):
    """A guest may read what belongs to one activation, and nothing else of the league."""

    personal = declare(none="audience_name reader")

    def headline(self, act: Act) -> Text:
        return _("%(member)s admitted %(reader)s as a guest reader.") % {
            "member": member_name(act.author),
            "reader": member_name(self.reader),
        }

    def apply(self, act: Act) -> None:
        self.note(admitted=True)


@act_type("ledger.reader.dismissed", audience=PUBLIC)
class ReaderDismissed(_AboutGuest):
    """A guest reads nothing that is sealed from this key period on; what it was sent before, it has."""

    personal = declare(none="audience_name reader")

    def headline(self, act: Act) -> Text:
        return _("%(member)s dismissed the guest reader %(reader)s.") % {
            "member": member_name(act.author),
            "reader": member_name(self.reader),
        }

    def apply(self, act: Act) -> None:
        self.note(admitted=False)


def lacking(epoch: Epoch, members: list[str]) -> list[str]:
    """Return those of `members` to whose present key nobody sealed the key of a period, by id."""
    roots = {root.author: root for root in Root.objects.filter(author__in=members)}
    served = {
        wrap.reader
        for wrap in EpochWrap.objects.filter(epoch=epoch.epoch, recipient__in=[epoch.recipient, ""], reader__in=roots)
        if _reaches(wrap, roots[wrap.reader])
    }
    return sorted(roots.keys() - served)


def _reaches(wrap: EpochWrap, root: Root) -> bool:
    if wrap.sealed_to:
        return wrap.sealed_to == root.recipient
    return root.recipient_since is None or wrap.at > root.recipient_since
