# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with what someone typed: what is wrong, what is safe, what to do (ux reference, section 4)."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from hansa.aid.rules.requests import Problem

PROBLEMS = {
    "kind-missing": _("Nothing says what is needed. Nothing was sent. Choose from the list."),
    "kind-unknown": _("“%(text)s” is not in the catalogue. Nothing was sent. Try another word, or choose “Other”."),
    "kind-several": _("“%(text)s” fits several kinds. Nothing was sent. Choose one: %(names)s."),
    "kind-note": _("This kind needs a description. Nothing was sent. Say in the note what you need."),
    "quantity-missing": _("No quantity is given. Nothing was sent. Enter a number above zero."),
    "quantity-unreadable": _("“%(text)s” is not a number. Nothing was sent. Enter digits, such as 400."),
    "quantity-pack": _("“%(word)s” is no pack of this kind. Nothing was sent. Enter a number, or count in %(packs)s."),
    "quantity-word": _("This kind is not counted in “%(word)s”. Nothing was sent. Enter the number alone: %(number)s."),
    "quantity-none": _("The quantity is zero or less. Nothing was sent. Enter a number above zero."),
    "quantity-absurd": _("That is more than %(most)s. Nothing was sent. Check the number."),
    "quantity-whole": _("This kind comes in whole units. Nothing was sent. Enter a whole number."),
    "quantity-digits": _("That has more than three decimals. Nothing was sent. Round it."),
    "time-missing": _("No date is given. Nothing was sent. Enter one, such as Nov 21."),
    "date-unknown": _("That date is not clear. Nothing was sent. Write it like Nov 21 or 11/21/2026."),
    "time-unknown": _("That time is not clear. Nothing was sent. Write it like 3 pm or 1500."),
    "time-skipped": _("Clocks skip that hour on that day. Nothing was sent. Enter an hour later."),
    "time-doubled": _("Clocks repeat that hour on that day. Nothing was sent. Enter an hour earlier or later."),
    "time-past": _("That time has passed. Nothing was sent. Enter a later one."),
    "time-far": _("That is more than a year away. Nothing was sent. Enter an earlier date."),
    "until-early": _("It ends before it begins. Nothing was sent. Enter a later end."),
    "place-missing": _("No place is given. Nothing was sent. Say where it should go."),
    "priority-unknown": _("“%(text)s” is not a priority. Nothing was sent. Enter 1 (lives at risk) to 5."),
    "reserve-none": _("A reserve cannot be below zero. Nothing was changed. Enter zero or more."),
    "level-untyped": _("This kind has no NIMS types. Nothing was sent. Leave the type empty."),
    "level-unknown": _("This kind has types 1 to %(types)s. Nothing was sent. Choose one of them."),
    "level-unreadable": _("“%(text)s” is not a NIMS type. Nothing was sent. Enter 1 to 4, or leave it empty."),
    "lifeline-unknown": _("“%(text)s” is not a lifeline. Nothing was sent. Use one of the eight, or leave it empty."),
    "text-long": _("The text has %(found)s characters; %(most)s fit. Nothing was sent. Shorten it."),
    "stock": _("%(above)s are above your reserve. Nothing was signed. Enter %(above)s or fewer."),
    "stock-none": _("None are above your reserve. Nothing was signed. Decline, or change your stock first."),
    "valid-long": _("An offer can be firm for at most %(days)s days. Nothing was signed. Enter an earlier date."),
    "arrives-early": _("It would arrive before it leaves. Nothing was signed. Check both times."),
    "cost-absurd": _("The costs come to more than a billion dollars. Nothing was signed. Check the amounts."),
    "cost-amount": _("“%(text)s” is not an amount. Nothing was signed. Enter dollars, such as 1200.00."),
    "file-empty": _("Nothing is in there. Nothing was sent. Paste or choose a list with a header row."),
    "file-no-rows": _("There is only one row. Nothing was sent. Keep the header row and add lines below it."),
    "file-rows": _("There are %(found)s rows; %(most)s fit at a time. Nothing was sent. Split the list."),
    "file-columns": _("There are more than %(most)s columns. Nothing was sent. Remove the ones you do not need."),
    "file-large": _("Over %(most)s MB. Nothing was sent. Choose a smaller file."),
    "file-encoding": _("The letters in this file cannot be read. Nothing was sent. Save it as CSV UTF-8 or XLSX."),
    "file-csv": _("The list is broken: a quotation mark may be missing. Nothing was sent. Save it again as CSV or "
    "XLSX."),
    "file-xlsx": _("This workbook cannot be opened. Nothing was sent. Save it again as XLSX or CSV."),
    "file-kind": _("This is neither CSV nor XLSX. Nothing was sent. Save it as one of them."),
    "column-missing": _("These columns are missing: %(columns)s. Nothing was sent. Add them to the header row."),
    "column-twice": _("These columns are there twice: %(names)s. Nothing was sent. Keep one of each."),
}  # fmt: skip


def problem_text(problem: Problem) -> str:
    """Return what is wrong, in the reader's language, with numbers as the reader writes them."""
    values = {}
    for name, value in problem.values:
        if isinstance(value, Decimal):
            plain = value.normalize()
            places = max(-int(plain.as_tuple().exponent), 0)
            value = number_format(plain, decimal_pos=places, force_grouping=True)
        values[name] = value
    code = "stock-none" if problem.code == "stock" and not dict(problem.values)["above"] else problem.code
    return str(PROBLEMS[code]) % values
