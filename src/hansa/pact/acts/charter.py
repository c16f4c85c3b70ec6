# SPDX-License-Identifier: Apache-2.0
"""The charter: the founding act, proposals to amend it, and votes."""

from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs
from hansa.ledger.acts import ROOT_OFFICE
from hansa.ledger.audience import PUBLIC
from hansa.ledger.registry import act_type
from hansa.pact import naming
from hansa.pact.acts.following import follow, lock, said
from hansa.pact.charter import MOST_BYTES, CharterError, diff, parse
from hansa.pact.models import Founding, Proposal, Vote

Digest = Field(pattern=r"^[0-9a-f]{64}$")
Document = Field(min_length=1, max_length=MOST_BYTES)


def line(most: int, least: int = 1) -> Any:
    """Return the field of a text on one line, without hidden characters."""
    return Field(min_length=least, max_length=most, pattern=r"^[^\x00-\x1f\x7f]*$")


def prose(most: int, least: int = 0) -> Any:
    """Return the field of a text of several lines; the database takes no NUL."""
    return Field(min_length=least, max_length=most, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")


def judge_text(text: str) -> Verdict:
    """Refuse a text that is no charter, and name its first error."""
    try:
        parse(text)
    except CharterError as error:
        first = error.problems[0]
        return refuse(_("Line %(line)s: %(message)s") % {"line": first.line, "message": naming.problem_text(first)})
    return ALLOW


def carries_charter(act: Act | None) -> bool:
    """Return whether an act carries the text of a charter."""
    return act is not None and isinstance(act.body, LeagueFounded | CharterProposed)


@act_type("pact.league.founded", audience=PUBLIC)
class LeagueFounded(Body):
    """A league begins: its name and its first charter, which is in force once enough governments ratified it."""

    name: str = line(120)
    text: str = Document
    personal = declare(none="name text")

    def headline(self, act: Act) -> Text:
        return _("%(member)s founded the league “%(name)s” on %(date)s.") % {
            "member": naming.member_name(act.author), "name": self.name,
            "date": date_format(act.at, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        charter = parse(self.text)
        return [(_("League"), self.name), (_("Charter"), charter.title), (_("Clauses"), str(len(charter.clauses)))]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if act.office != ROOT_OFFICE:
            return refuse(_("A league is founded with the recovery keys of its first member."), ROOT_OFFICE)
        return judge_text(self.text)

    def apply(self, act: Act) -> None:
        lock()
        Founding.objects.get_or_create(id=act.id, defaults={**said(act), "name": self.name, "text": self.text})
        follow()


@act_type("pact.charter.proposed", audience=PUBLIC)
class CharterProposed(Body):
    """A member proposes a new text in place of the version `parent`, to be decided in one round of votes."""

    parent: str = Digest
    round: int = Field(ge=1, le=999)
    closes: AwareDatetime
    electorate: tuple[str, ...] = Field(min_length=1, max_length=1000)
    text: str = Document
    reason: str = prose(2000, least=1)
    personal = declare(none="parent round closes electorate text reason")

    def change(self, act: Act) -> Text:
        return _("The members vote on it. The charter stays as it is until enough of them have said yes.")

    def headline(self, act: Act) -> Text:
        return _("%(member)s proposed to amend the charter; votes count until %(date)s.") % {
            "member": naming.member_name(act.author), "date": date_format(self.closes, "DATE_FORMAT")}  # fmt: skip

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        facts: list[tuple[Text, Text]] = [
            (_("Reason"), self.reason),
            (_("Round"), str(self.round)),
            (_("Votes close"), naming.moment(self.closes)),
            (_("Members that vote"), ", ".join(naming.member_name(member) for member in self.electorate)),
        ]
        parent = naming.charter_of(self.parent)
        if parent:
            found = diff(parent, parse(self.text))
            facts += [(_("Clause %(number)s") % {"number": c.number}, f"{naming.change(c.kind)}: {c.title}")
                      for c in found.clauses]  # fmt: skip
            facts += [(t.path, f"{t.old or '–'} → {t.new or '–'}") for t in found.terms]
        return facts

    def judge(self, act: Act, refs: Refs) -> Verdict:
        if act.charter != self.parent or not carries_charter(refs.get(self.parent)):
            return refuse(_("A proposal names the charter that it changes, and refers to it."))
        if self.closes <= act.at:
            return refuse(_("The votes would be closed already. Enter a later closing time."))
        if len(set(self.electorate)) != len(self.electorate):
            return refuse(_("A member stands twice in the list of those that vote."))
        return judge_text(self.text)

    def apply(self, act: Act) -> None:
        lock()
        values = {"parent": self.parent, "round": self.round, "closes": self.closes, "text": self.text,
                  "electorate": sorted(self.electorate), "reason": self.reason}  # fmt: skip
        Proposal.objects.get_or_create(id=act.id, defaults={**said(act), **values})
        follow()


@act_type("pact.charter.voted", audience=PUBLIC)
class CharterVoted(Body):
    """A member votes on a proposal. Its first vote in a round counts and is final."""

    proposal: str = Digest
    choice: Literal["yes", "no"]
    reason: str = prose(2000)
    personal = declare(none="proposal choice reason")

    def change(self, act: Act) -> Text:
        return _("It cannot: a vote is final. In the next round your government votes again.")

    def headline(self, act: Act) -> Text:
        words = {
            "yes": _("%(member)s voted yes to amending the charter on %(date)s."),
            "no": _("%(member)s voted no to amending the charter on %(date)s."),
        }
        names = {"member": naming.member_name(act.author), "date": date_format(act.at, "DATE_FORMAT")}
        return words[self.choice] % names

    def facts(self, act: Act) -> list[tuple[Text, Text]]:
        row = Proposal.objects.filter(digest=self.proposal).first()
        about = [
            (_("Proposed by"), naming.member_name(row.author)),
            (_("Why it was proposed"), row.reason),
            (_("Votes close"), naming.moment(row.closed_at or row.closes)),
        ] if row else []  # fmt: skip
        vote = _("Yes") if self.choice == "yes" else _("No")
        return [*about, (_("Your vote"), vote), (_("Reason"), self.reason or _("none given"))]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        proposal = refs.get(self.proposal)
        if proposal is None or not isinstance(proposal.body, CharterProposed):
            return refuse(_("A vote names the proposal that it answers, and refers to it."))
        if act.charter != proposal.body.parent:
            return refuse(_("A vote is given under the charter that the proposal changes."))
        if act.at > proposal.body.closes:
            closed = naming.moment(proposal.body.closes)
            return refuse(_("The votes closed at %(time)s. Nothing was signed.") % {"time": closed})
        return ALLOW

    def apply(self, act: Act) -> None:
        lock()
        values = {"proposal": self.proposal, "choice": self.choice, "reason": self.reason}
        Vote.objects.get_or_create(id=act.id, defaults={**said(act), **values})
        follow()
