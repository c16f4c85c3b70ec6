# SPDX-License-Identifier: Apache-2.0
"""Acts about sealed bodies that were logged before: recalled, destroyed, kept, or given to one more reader.

They name a body by its place in its author's log and by its commitment, so that everyone can see what they are about
and nobody what it said. No reference is made: a reference would have to be read.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hansa.core.personal import Personal, declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger import standing
from hansa.ledger.act import Act, ActError, Body, Refs, is_sealed, read_payload
from hansa.ledger.acts.epochs import Slug
from hansa.ledger.audience import PUBLIC
from hansa.ledger.canonical import CanonicalError
from hansa.ledger.choices import Kept, Recalled, Refusal
from hansa.ledger.envelope import EnvelopeError, decode
from hansa.ledger.models import Leaf, PurgeAnswer, Recall, WrapGiven
from hansa.ledger.naming import member_name
from hansa.ledger.registry import act_type

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MOST = 100
LONGEST = timedelta(days=366)


class Sealed(BaseModel):
    """A sealed body: the member in whose log its leaf stands, the leaf's place, and the commitment in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    author: Slug
    index: int = Field(ge=0, lt=2**48)
    digest: Digest
    personal: ClassVar[Personal] = declare(none="author index digest")


class Given(Sealed):
    """A sealed body, the hash of its ciphertext, and the hash of the wrap that travels beside the leaf."""

    ciphertext: Digest
    wrap: Digest
    personal: ClassVar[Personal] = declare(none="author index digest ciphertext wrap")


def stub_at(league: str, author: str, index: int) -> dict | None:
    """Return what the sealed leaf at a place of a log shows; None when it is not here or not sealed."""
    entry = Leaf.objects.filter(origin=f"hansa/{league}/{author}", index=index).values_list("entry", flat=True).first()
    if entry is None:
        return None
    try:
        shown = read_payload(decode(bytes(entry)).payload)
    except (ActError, CanonicalError, EnvelopeError):
        return None
    return shown if is_sealed(shown) else None


@act_type("ledger.body.recalled", audience=PUBLIC)
class BodyRecalled(Body):
    """The author asks everyone who holds these bodies to destroy them by a deadline, and to confirm it."""

    bodies: tuple[Sealed, ...] = Field(min_length=1, max_length=MOST)
    deadline: AwareDatetime
    reason: Recalled
    personal = declare(none="bodies deadline reason")

    def headline(self, act: Act) -> Text:
        count = len(self.bodies)
        return ngettext(
            "%(member)s recalled %(count)s sealed act; its text is to be destroyed by %(date)s.",
            "%(member)s recalled %(count)s sealed acts; their texts are to be destroyed by %(date)s.",
            count,
        ) % {"member": member_name(act.author), "count": count, "date": _date(self.deadline)}

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [(_("Reason"), self.reason.label), (_("Destroy by"), _date(self.deadline)), *_named(self.bodies)]

    def owes(self, act: Act) -> Text:
        return _("Every reader destroys the text, or says why it may not. What somebody has read, they have read.")

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if not act.at < self.deadline <= act.at + LONGEST:
            return refuse(_("The deadline lies ahead, within a year."))
        for body in self.bodies:
            shown = stub_at(act.league, act.author, body.index)
            before = act.index < 0 or body.index < act.index
            if body.author != act.author or not before or shown is None or shown["commitment"] != body.digest:
                return refuse(_("A member recalls sealed acts of its own log only."))
        return ALLOW

    def apply(self, act: Act) -> None:
        Recall.keep_all([
            Recall(digest=b.digest, author=b.author, index=b.index, deadline=self.deadline, reason=self.reason.value,
                   act=act.id, at=act.at)
            for b in self.bodies
        ])  # fmt: skip


class _Answer(Body):
    """What a holder says of bodies: the last word counts."""

    def answer(self, act: Act, bodies: Iterable[Sealed], state: Kept, reason: str = "", words: str = "") -> None:
        named = {body.digest: body for body in bodies}
        PurgeAnswer.put_all([
            PurgeAnswer(digest=digest, reader=act.author, author=body.author, index=body.index, state=state.value,
                        reason=reason, words=words, act=act.id, at=act.at)
            for digest, body in named.items()
        ])  # fmt: skip
        standing.settle([body.digest for body in bodies])


@act_type("ledger.body.purged", audience=PUBLIC)
class BodyPurged(_Answer):
    """A holder's receipt: it destroyed wraps, salt, ciphertext and opened rows; of some, counsel keeps a copy."""

    bodies: tuple[Sealed, ...] = Field(min_length=1, max_length=MOST)
    state: Literal[Kept.DESTROYED, Kept.HELD]
    personal = declare(none="bodies state")

    def headline(self, act: Act) -> Text:
        count = len(self.bodies)
        said = (
            ngettext("%(member)s destroyed the text of %(count)s sealed act.",
                     "%(member)s destroyed the texts of %(count)s sealed acts.", count)
            if self.state == Kept.DESTROYED
            else ngettext("%(member)s keeps the text of %(count)s sealed act for its counsel alone, under a hold.",
                          "%(member)s keeps the texts of %(count)s sealed acts for its counsel alone, under a hold.",
                          count)
        )  # fmt: skip
        return said % {"member": member_name(act.author), "count": count}

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return _named(self.bodies)

    def apply(self, act: Act) -> None:
        self.answer(act, self.bodies, self.state)


@act_type("ledger.purge.refused", audience=PUBLIC)
class PurgeRefused(_Answer):
    """A holder says that it does not destroy what was recalled, and why. Everyone sees it."""

    bodies: tuple[Sealed, ...] = Field(min_length=1, max_length=MOST)
    reason: Refusal
    words: str = Field(min_length=3, max_length=300)
    personal = declare(none="bodies reason words")

    def headline(self, act: Act) -> Text:
        count = len(self.bodies)
        return ngettext(
            "%(member)s refused to destroy the text of %(count)s recalled act.",
            "%(member)s refused to destroy the texts of %(count)s recalled acts.",
            count,
        ) % {"member": member_name(act.author), "count": count}

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return [(_("Reason"), self.reason.label), (_("In words"), self.words), *_named(self.bodies)]

    def change(self, act: Act) -> Text:
        return _("The member can still destroy it later, and confirm that.")

    def apply(self, act: Act) -> None:
        self.answer(act, self.bodies, Kept.REFUSED, self.reason.value, self.words)


@act_type("ledger.wrap.given", audience=PUBLIC)
class WrapsGiven(Body):
    """A reader gave one more member the keys of bodies that it can read. The wraps travel beside the leaf."""

    reader: Slug
    bodies: tuple[Given, ...] = Field(min_length=1, max_length=MOST)
    personal = declare(none="reader bodies")

    def headline(self, act: Act) -> Text:
        count = len(self.bodies)
        return ngettext(
            "%(member)s let %(reader)s read %(count)s act that was sealed before.",
            "%(member)s let %(reader)s read %(count)s acts that were sealed before.",
            count,
        ) % {"member": member_name(act.author), "reader": member_name(self.reader), "count": count}

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        return _named(self.bodies)

    def apply(self, act: Act) -> None:
        # A member that lost its key is given a wrap again: the author's last word counts.
        mine = WrapGiven.objects.filter(reader=self.reader, author=act.author)
        mine.filter(digest__in=[b.digest for b in self.bodies], at__lte=act.at).delete()
        WrapGiven.keep_all([
            WrapGiven(digest=b.digest, reader=self.reader, author=act.author, ciphertext=b.ciphertext, wrap=b.wrap,
                      act=act.id, at=act.at)
            for b in self.bodies
        ])  # fmt: skip
        standing.settle([b.digest for b in self.bodies])


def _named(bodies: Iterable[Sealed]) -> list[tuple[Text, Text]]:
    label = _("Sealed act")
    return [
        (label, _("leaf %(index)s of %(member)s, code %(code)s") % {
            "index": b.index, "member": member_name(b.author), "code": b.digest[:16]})
        for b in bodies
    ]  # fmt: skip


def _date(moment: datetime) -> str:
    return formats.date_format(moment, "DATETIME_FORMAT")
