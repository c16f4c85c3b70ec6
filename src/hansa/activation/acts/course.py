# SPDX-License-Identifier: Apache-2.0
"""Acts in the course of an activation: answers of the others, changes by the member in crisis, shared log lines."""

from datetime import datetime
from typing import Annotated

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from pydantic import StringConstraints

from hansa import ledger
from hansa.activation.acts.opening import About, Remark, Slug, Text, crisis_member, day_of, write_row
from hansa.activation.models import Answer, Line, Step
from hansa.activation.rules import Change
from hansa.activation.wording import level_name, member_name
from hansa.core.personal import declare
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.ledger import Act


@ledger.act_type("activation.answer.acknowledged", audience=ledger.LEAGUE)
class AnswerAcknowledged(About):
    """A member says that it has the activation in hand."""

    note: Remark = ""
    personal = declare(none="activation note")

    def headline(self, act: Act) -> str:
        """Say who has it, when."""
        return _("%(member)s acknowledged the activation on %(day)s.") % {
            "member": member_name(act.author),
            "day": day_of(act),
        }

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return the note, when there is one."""
        return [*self.about(), *([(_("Note"), self.note)] if self.note else [])]

    def apply(self, act: Act) -> None:
        """Leave the answer's row."""
        write_row(Answer, act, activation=self.activation, declined=False, reason=self.note)


@ledger.act_type("activation.answer.declined", audience=ledger.LEAGUE)
class AnswerDeclined(About):
    """A member says that it can send nothing, and why."""

    reason: Text
    personal = declare(none="activation reason")

    def headline(self, act: Act) -> str:
        """Say who can send nothing, when."""
        return _("%(member)s said on %(day)s that it can send nothing.") % {
            "member": member_name(act.author),
            "day": day_of(act),
        }

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return the activation and the reason."""
        return [*self.about(), (_("Reason"), self.reason)]

    def apply(self, act: Act) -> None:
        """Leave the answer's row."""
        write_row(Answer, act, activation=self.activation, declined=True, reason=self.reason)


class _OwnersChange(About):
    """A change that only the member in crisis makes; or its reporter, until the member adopts the report."""

    def judge_about(self, act: Act, opener: Act) -> Verdict:
        """Refuse every other member."""
        if act.author in (crisis_member(opener), opener.author):
            return ALLOW
        return refuse(_("Only %(member)s changes its activation.") % {"member": member_name(crisis_member(opener))})


@ledger.act_type("activation.level.changed", audience=ledger.LEAGUE)
class LevelChanged(_OwnersChange):
    """The member in crisis asks for another level."""

    level: Slug
    reason: Text
    personal = declare(none="activation level reason")

    def headline(self, act: Act) -> str:
        """Say who asks for which level, when."""
        names = {"member": member_name(act.author), "level": level_name(act.charter, self.level), "day": day_of(act)}
        return _("%(member)s asked for level %(level)s on %(day)s.") % names

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return level and reason."""
        return [*self.about(), (_("Level asked for"), level_name(act.charter, self.level)), (_("Reason"), self.reason)]

    def apply(self, act: Act) -> None:
        """Leave the change's row."""
        write_row(Step, act, activation=self.activation, change=Change.LEVEL, level=self.level, reason=self.reason)


@ledger.act_type("activation.crisis.extended", audience=ledger.LEAGUE)
class CrisisExtended(_OwnersChange):
    """The member in crisis extends the activation."""

    until: datetime
    reason: Text
    personal = declare(none="activation until reason")

    def headline(self, act: Act) -> str:
        """Say who extended until when."""
        names = {"member": member_name(act.author), "until": date_format(localtime(self.until), "DATETIME_FORMAT")}
        return _("%(member)s extended its activation until %(until)s.") % names

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return the new end and the reason."""
        return [
            *self.about(),
            (_("Until"), date_format(localtime(self.until), "DATETIME_FORMAT")),
            (_("Reason"), self.reason),
        ]

    def apply(self, act: Act) -> None:
        """Leave the change's row."""
        write_row(Step, act, activation=self.activation, change=Change.EXTENDED, until=self.until, reason=self.reason)


@ledger.act_type("activation.crisis.ended", audience=ledger.LEAGUE)
class CrisisEnded(About):
    """The activation is stood down. Whether the author may is the charter's to say: `rules.standing` decides."""

    reason: Text
    personal = declare(none="activation reason")

    def headline(self, act: Act) -> str:
        """Say who stood down, when."""
        return _("%(member)s stood down the activation on %(day)s.") % {
            "member": member_name(act.author),
            "day": day_of(act),
        }

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return the activation and the reason."""
        return [*self.about(), (_("Reason"), self.reason)]

    def apply(self, act: Act) -> None:
        """Leave the change's row."""
        write_row(Step, act, activation=self.activation, change=Change.STOOD_DOWN, reason=self.reason)


@ledger.act_type("activation.line.logged", audience=ledger.LEAGUE)
class LineLogged(About):
    """A member shares a log line, such as "bridge closed, 02:40"."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    happened: datetime
    personal = declare(none="activation text happened")

    def headline(self, act: Act) -> str:
        """Say who noted what."""
        return _("%(member)s noted: %(text)s") % {"member": member_name(act.author), "text": self.text}

    def facts(self, act: Act) -> list[tuple[str, str]]:
        """Return text and time."""
        return [
            *self.about(),
            (_("Note"), self.text),
            (_("Time"), date_format(localtime(self.happened), "DATETIME_FORMAT")),
        ]

    def apply(self, act: Act) -> None:
        """Leave the line's row."""
        write_row(Line, act, activation=self.activation, text=self.text, happened=self.happened)
