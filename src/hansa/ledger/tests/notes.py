# SPDX-License-Identifier: Apache-2.0
"""Act types for tests only: a note, and a note that needs two passkeys."""

from pydantic import Field

from hansa.core.personal import declare
from hansa.ledger.act import Body, Requirement
from hansa.ledger.registry import act_type


@act_type("test.note.written")
class NoteWritten(Body):
    """A line of text, to the league."""

    text: str = Field(max_length=40_000)
    personal = declare(none="text")

    def headline(self, act):
        return f"{act.author} noted: {self.text}"


@act_type("test.promise.signed", approval=Requirement(("chief-executive", "administrator"), 1))
class PromiseSigned(NoteWritten):
    """A promise that one person approves with a passkey."""


@act_type("test.treaty.signed", approval=Requirement(("chief-executive",), 2))
class TreatySigned(NoteWritten):
    """A promise that two persons approve."""
