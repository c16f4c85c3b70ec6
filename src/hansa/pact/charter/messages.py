# SPDX-License-Identifier: Apache-2.0
"""What a charter can have wrong, in words: one message id for each kind of error, with named parameters.

The texts are marked for translation; whoever shows a problem looks its text up in the reader's language.
Each text says what is wrong and what to do.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


def _(text: str) -> str:
    """Mark `text` for translation and return it as it is: this package knows no language."""
    return text


MESSAGES = {
    "too-long": _("The charter has %(size)s bytes; a signed act carries at most %(most)s. Shorten the clauses."),
    "too-many-lines": _("The head has %(count)s lines; at most %(most)s can be read. Remove some lines."),
    "too-deep": _("Too many brackets or dots stand here. Write the terms on lines of their own."),
    "control-character": _("This line holds a control character. Delete it and type the line again."),
    "no-head": _(
        "The charter does not begin with its terms. Put +++ on the first line, then the terms, then +++ again."
    ),
    "open-head": _("The terms are never closed. Put a line with +++ after the last term."),
    "syntax": _("This line cannot be read. Write it as: name = value, with texts between quotation marks."),
    "syntax-header": _("The bracket is not closed. Write the name of these terms like this: [%(key)s]."),
    "syntax-twice": _("This term was already given above. Keep one of the two."),
    "syntax-end": _("A quotation mark or bracket opened here is never closed. Close it."),
    "unknown-key": _("“%(key)s” is not known here. Remove it, or use one of: %(known)s."),
    "unknown-table": _("There is no term “%(key)s”. Remove it, or use one of: %(known)s."),
    "missing-key": _("“%(key)s” is missing. Add a line: %(key)s = %(example)s."),
    "missing-table": _("The term [%(key)s] is missing. Add it, with its clause."),
    "wrong-type": _("“%(key)s” must be %(wanted)s. Write it like this: %(example)s."),
    "empty": _("“%(key)s” is empty. Write %(wanted)s."),
    "repeated": _("“%(value)s” stands twice in “%(key)s”. Remove one."),
    "unknown-choice": _("“%(value)s” cannot stand in “%(key)s”. Use one of: %(known)s."),
    "unknown-office": _("There is no office “%(value)s”. Use one of: %(known)s."),
    "unknown-trigger": _("“%(value)s” is no trigger of this charter. Use one of: %(known)s; or add it to [triggers]."),
    "unknown-level": _("“%(value)s” is no level of this charter. Use one of: %(known)s; or add it to [levels]."),
    "unknown-act": _("No act is called “%(value)s”. Use the name of an act that Hansa knows, as on the signing page."),
    "needs-label": _('“%(value)s” is not a name that Hansa knows. Add a label in words: label = "...".'),
    "threshold-low": _('%(value)s is half or less. A threshold must be above half, such as "2/3".'),
    "threshold-high": _('%(value)s is more than all. A threshold is at most "1/1".'),
    "not-fraction": _('“%(value)s” is not a share. Write it as a fraction, such as "2/3".'),
    "share-range": _('%(value)s is outside 0 to 1. Write a share such as "1/2".'),
    "not-duration": _('“%(value)s” is not a time span. Write minutes, hours or days: "30m", "2h" or "7d".'),
    "negative-clock": _("The clock “%(key)s” is %(value)s. A clock must be longer than zero."),
    "too-long-clock": _("The clock “%(key)s” is longer than ten years. Write a shorter one."),
    "too-small": _("“%(key)s” is %(value)s; the least is %(least)s. Write %(least)s or more."),
    "too-big": _("“%(key)s” is %(value)s; the most is %(most)s. Write %(most)s or less."),
    "not-money": _('“%(value)s” is not an amount. Write it between quotation marks, such as "50000.00".'),
    "not-clause-number": _('“%(value)s” is not a clause number. Write one such as "3.2".'),
    "missing-clause": _(
        "The term “%(term)s” rests on clause %(value)s, which the text does not have. "
        "Write that clause, or name another."
    ),
    "repeated-rank": _("Two levels have rank %(value)s. Give each level its own rank."),
    "phone-late": _("Contacts would be phoned after the clock has run out. Make phone_after shorter than within."),
    "split-share": _('With who_pays = "split", say the receiving member\'s share: receiving_percent = 50.'),
    "split-unused": _('receiving_percent counts only with who_pays = "split". Remove it.'),
    "count-needs-passkey": _("More than one signature needs passkeys. Add passkey = true, or set count = 1."),
    "guests-unused": _("Guests are not allowed here, so “may” must be empty. Write may = [] or allowed = true."),
    "no-clauses": _("The charter has no clauses. Write at least one: ### 1.1 Title, then its text."),
    "heading-number": _("This heading has no number. Write “## 1 Title” for an article, “### 1.1 Title” for a clause."),
    "heading-level": _("Headings of this size carry no number. Use ## for articles and ### for clauses."),
    "repeated-number": _("Number %(value)s is used twice (first on line %(first)s). Give this one its own number."),
    "number-order": _("%(value)s is out of order. The next number here is %(wanted)s."),
    "clause-outside": _("Clause %(value)s is under article %(article)s. Move it, or number it %(article)s.%(next)s."),
    "empty-clause": _("Clause %(value)s has a heading and no text. Write what it says."),
    "text-outside": _("This text belongs to no clause. Put it under a numbered heading: ### 1.1 Title."),
    "html": _("HTML tags are shown as plain text, not carried out. Use Markdown instead."),
    "lawfulness": _("The clause on lawfulness must hold this sentence, word for word: %(sentence)s"),
    "title-missing": _("The text has no title. Begin it with: # Title."),
}

# The words for types of value, which messages name as `wanted`; they are translated like the messages.
WANTED = {
    "text": _("a text"),
    "number": _("a whole number"),
    "yes-no": _("true or false"),
    "list": _("a list of texts"),
    "table": _("a group of terms"),
    "duration": _("a time span"),
    "clause": _("a clause number"),
    "money": _("an amount between quotation marks"),
    "fraction": _("a fraction between quotation marks"),
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error in a charter: the line it stands on (1 is the first), its kind, and what the message names."""

    line: int
    code: str
    params: tuple[tuple[str, str], ...] = field(default=())

    @property
    def values(self) -> dict[str, str]:
        """The parameters of the message by name."""
        return dict(self.params)

    def english(self) -> str:
        """Return the message in English, without its line."""
        return self.text(str)

    def text(self, translate: Callable[[str], str]) -> str:
        """Return the message as `translate` gives it, without its line."""
        values = self.values
        if values.get("wanted") in WANTED:
            values["wanted"] = translate(WANTED[values["wanted"]])
        return translate(MESSAGES[self.code]) % values


def problem(line: int, code: str, **params: object) -> Problem:
    """Return a problem whose parameters are turned into text."""
    return Problem(line, code, tuple(sorted((name, str(value)) for name, value in params.items())))
