# SPDX-License-Identifier: Apache-2.0
"""What people type about rotas. Times are those on the wall, in the zone of the rota.

An hour that is skipped when clocks change is named and not taken; one that comes twice counts from its first to its
last instant.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from holidays import list_supported_countries

from hansa.core.personal import declare
from hansa.duty.actions.rota import LEVELS, LONGEST_TURN, MOST_PEOPLE, MOST_WINDOWS, WEEKS, LinePlan
from hansa.duty.models import Rota, RotaLine
from hansa.duty.queries.rota import COUNTRY
from hansa.duty.rota import OnHolidays, wall
from hansa.people.choices import Office
from hansa.people.models import Account

_EMPTY = _("This is empty. Nothing was saved. Fill it in.")
_NOBODY = _("Nobody is in this line. Nothing was saved. Choose at least one person.")
_CHOOSE = _("Choose one of the list. Nothing was saved.")
_TIME = re.compile(r"^\s*(\d{1,2})[:.h]?(\d{2})?\s*([ap])?\.?\s*m?\.?\s*$", re.IGNORECASE)
_MORE_TURNS = 2
LEVEL_NAMES = {1: _("First"), 2: _("Backup"), 3: _("Second backup")}
HOLIDAY_NAMES = {
    OnHolidays.SAME: _("As on any day"), OnHolidays.NEVER: _("Not on holidays"), OnHolidays.ONLY: _("Only on holidays"),
}  # fmt: skip


def read_time(text: str) -> time:
    """Return the time of day that "19:00", "1900", "7 pm" or "7:30 p. m." states; `ValueError` for anything else."""
    found = _TIME.match(text)
    if found is None:
        raise ValueError(text)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if len(found[1]) == 2 and found[2] is None and not half:
        raise ValueError(text)
    if half and not 1 <= hour <= 12:
        raise ValueError(text)
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)


class WallTimeField(forms.CharField):
    """A time of day as people type it. Cleans to a `time`."""

    def clean(self, value):
        """Return the time; complain with an example."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_time(text)
        except ValueError:
            raise ValidationError(_("Not a time. Write it like 19:00 or 7 pm.")) from None


class WallField(forms.CharField):
    """A date and a time as people type them, like 2026-11-20 19:00. Cleans to a naive datetime."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("help_text", _("Like 2026-11-20 19:00, in the time zone of the rota."))
        super().__init__(error_messages={"required": _EMPTY}, **kwargs)

    def clean(self, value):
        """Return the wall time; complain with an example."""
        text = super().clean(value)
        if not text:
            return None
        day, _space, rest = text.strip().replace("T", " ").partition(" ")
        for form in ("%Y-%m-%d", "%m/%d/%Y"):
            try:
                return datetime.combine(datetime.strptime(day, form).date(), read_time(rest))
            except ValueError:
                continue
        raise ValidationError(_("Not a date and time. Write it like 2026-11-20 19:00."))


def wall_input(moment: datetime, zone: str) -> str:
    """Return a moment as `WallField` reads it."""
    return wall.shown(moment, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@cache
def _zones() -> list[tuple[str, str]]:
    """Return the zones of the United States and its territories, as people know them."""
    known = available_timezones()
    islands = ("Pacific/Honolulu", "Pacific/Guam", "Pacific/Saipan", "Pacific/Pago_Pago", "America/Puerto_Rico",
               "America/St_Thomas")  # fmt: skip
    states = (
        "America/New_York", "America/Detroit", "America/Indiana/Indianapolis", "America/Chicago", "America/Denver",
        "America/Boise", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Adak",
    )  # fmt: skip
    return [(name, name.rpartition("/")[2].replace("_", " ")) for name in (*states, *islands) if name in known]


def zone_choices(*also: str) -> list[tuple[str, str]]:
    """Return the zones to choose from, with those that are in use already."""
    listed = _zones()
    return [*listed, *((name, name) for name in also if name and name not in dict(listed))]


@cache
def _calendars() -> list[tuple[str, str]]:
    return [(COUNTRY, COUNTRY), *((f"{COUNTRY}-{part}", part) for part in list_supported_countries()[COUNTRY])]


def _windows_fields(form: forms.Form, stored: Sequence[dict]) -> None:
    """Add the fields of parts of the day (days of the week, from, to): those that there are, and one more."""
    for number in range(1, min(len(stored) + 1, MOST_WINDOWS) + 1):
        kept = stored[number - 1] if len(stored) >= number else None
        said = {"n": number}
        form.fields[f"days_{number}"] = forms.TypedMultipleChoiceField(
            label=_("Part %(n)s: days") % said, choices=list(WEEKDAYS.items()), coerce=int, required=False,
            widget=forms.CheckboxSelectMultiple, initial=kept["days"] if kept else list(WEEKDAYS),
        )  # fmt: skip
        for end, label in (("from", _("Part %(n)s: from")), ("to", _("Part %(n)s: to"))):
            form.fields[f"{end}_{number}"] = WallTimeField(
                label=label % said, required=False, initial=kept["start" if end == "from" else "end"] if kept else "",
                help_text=_("Like 19:00. Leave empty for none.") if end == "from" else _("May lie on the next day."),
            )  # fmt: skip


def _numbers(form: forms.Form) -> list[int]:
    return [number for number in range(1, MOST_WINDOWS + 1) if f"from_{number}" in form.fields]


def _windows(form: forms.Form) -> tuple[dict, ...]:
    """Return the parts of the day that were typed, as they are stored."""
    said = form.cleaned_data
    return tuple(
        {"start": f"{said[f'from_{n}']:%H:%M}", "end": f"{said[f'to_{n}']:%H:%M}", "days": said[f"days_{n}"]}
        for n in _numbers(form)
        if said.get(f"from_{n}") is not None and said.get(f"to_{n}") is not None
    )


def _check_windows(form: forms.Form) -> None:
    for number in _numbers(form):
        begin, end = (form.cleaned_data.get(f"{name}_{number}") for name in ("from", "to"))
        if (begin is None) != (end is None):
            missing = f"to_{number}" if end is None else f"from_{number}"
            if missing not in form.errors:
                form.add_error(missing, _("A part of the day needs both times. Enter this one, or empty the other."))
        elif begin is not None and not form.cleaned_data.get(f"days_{number}"):
            form.add_error(f"days_{number}", _("Choose at least one day."))


class RotaForm(forms.Form):
    """How a rota is kept."""

    office = forms.ChoiceField(label=_("Office"), choices=Office.choices, error_messages={"required": _EMPTY})
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Pages and hand-over times of this rota use it."))
    holidays = forms.ChoiceField(label=_("Holidays of"), required=False)
    weeks = forms.TypedChoiceField(
        label=_("Weeks that are published"), coerce=int, choices=[(weeks, weeks) for weeks in WEEKS],
        help_text=_("Within them no shift moves without being shown first. Gaps in them are shown in red."),
    )  # fmt: skip
    personal = declare(none="office zone holidays weeks")

    def __init__(self, *args, row: Rota | None, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = zone_choices(zone)
        self.fields["zone"].initial = zone
        self.fields["holidays"].choices = [("", _("None")), *_calendars()]
        self.fields["weeks"].initial = row.weeks if row else 4
        if row:
            del self.fields["office"]
            self.fields["holidays"].initial = row.holidays
        _windows_fields(self, row.needed if row else [])
        self.fields["days_1"].help_text = _(
            "Only if nobody has to be on call around the clock: when somebody has to be."
        )

    def clean(self):
        """Complain about half a part of the day."""
        _check_windows(self)

    @property
    def needed(self) -> tuple[dict, ...]:
        """The hours in which somebody has to be on call; none: around the clock."""
        return _windows(self)


class LineForm(forms.Form):
    """A line: who takes turns, in which order, how long, when. `seen` is what of a preview was read."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name of the line"), max_length=60, error_messages={"required": _EMPTY},
                           help_text=_("Like “Nights”."))  # fmt: skip
    level = forms.TypedChoiceField(label=_("Called"), coerce=int, choices=[(n, LEVEL_NAMES[n]) for n in LEVELS])
    begins = forms.DateField(label=_("From this day on"), widget=forms.DateInput, error_messages={
        "required": _EMPTY, "invalid": _("Not a day. Write it like 2026-11-20.")})  # fmt: skip
    handover = WallTimeField(
        label=_("Hand-over at"), initial="09:00", error_messages={"required": _EMPTY},
        help_text=_("Like 09:00 or 9 am. The day of the week is that of the first day."),
    )  # fmt: skip
    turn_days = forms.IntegerField(label=_("Days of a turn"), initial=7, min_value=1, max_value=LONGEST_TURN,
                                   help_text=_("7 is a week each, 1 is a day each."),
                                   error_messages={"required": _EMPTY})  # fmt: skip
    zone = forms.ChoiceField(label=_("Time zone"))
    holidays = forms.ChoiceField(label=_("On holidays"), choices=list(HOLIDAY_NAMES.items()))
    personal = declare(none="act seen name level begins handover turn_days zone holidays")

    def __init__(self, *args, row: Rota, people: Iterable[Account], line: RotaLine | None = None,
                 order: Sequence[UUID] = (), **kwargs) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        names = [("", _("Nobody")), *((str(person.id), person.name) for person in people)]
        self._turns = min(max(len(order) + _MORE_TURNS, 4), MOST_PEOPLE)
        for number in range(1, self._turns + 1):
            self.fields[f"turn_{number}"] = forms.TypedChoiceField(
                label=_("Turn %(n)s") % {"n": number}, choices=names, coerce=UUID, empty_value=None,
                required=number == 1, initial=str(order[number - 1]) if len(order) >= number else "",
                error_messages={"invalid_choice": _CHOOSE, "required": _NOBODY},
            )  # fmt: skip
        self.fields["zone"].choices = zone_choices(row.zone, line.zone if line else "")
        self.fields["zone"].initial = row.zone
        _windows_fields(self, line.windows if line else [])
        self.fields["days_1"].help_text = _("Only if the turn is not around the clock: at which parts of its days.")
        if line:
            for name in ("name", "level", "turn_days", "zone", "holidays"):
                self.fields[name].initial = getattr(line, name)
            self.fields["handover"].initial = f"{line.handover:%H:%M}"
        turns = [f"turn_{number}" for number in range(1, self._turns + 1)]
        self.order_fields(["act", "seen", "name", "level", *turns, "begins", "turn_days", "handover"])

    def clean(self):
        """Complain about half a part of the day."""
        _check_windows(self)

    def said(self) -> LinePlan:
        """Return the line as it was typed."""
        given = self.cleaned_data
        people = tuple(person for n in range(1, self._turns + 1) if (person := given.get(f"turn_{n}")))
        return LinePlan(
            given["name"], people, given["begins"], given["zone"], given["handover"], given["turn_days"],
            _windows(self), given["holidays"], given["level"],
        )  # fmt: skip


class EndForm(forms.Form):
    """From which day on nothing of a line begins."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    day = forms.DateField(label=_("First day without it"), widget=forms.DateInput, error_messages={
        "required": _EMPTY, "invalid": _("Not a day. Write it like 2026-11-20.")})  # fmt: skip
    personal = declare(none="seen day")


class SpanForm(forms.Form):
    """From when to when, in the zone of the rota, and a note."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    start = WallField(label=_("From"))
    end = WallField(label=_("Until"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False, help_text=_("Your member reads it."))
    personal = declare(none="act start end note")

    def __init__(self, *args, row: Rota, people: Iterable[Account], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(row.zone)
        self.people = [(str(person.id), person.name) for person in people]

    def clean(self):
        """Turn wall times into instants; name an hour that is skipped."""
        said = self.cleaned_data
        self._instant("start", wall.first)
        self._instant("end", wall.last)
        return said

    def _instant(self, name: str, read) -> None:
        moment = self.cleaned_data.get(name)
        if moment is None:
            return
        if not wall.comes(moment, self._zone):
            self.add_error(name, _("That hour is skipped that night, when clocks go forward. Enter another."))
            return
        self.cleaned_data[name] = read(moment, self._zone)


class CoverForm(SpanForm):
    """Who is off and who is on instead, or besides."""

    out = forms.TypedChoiceField(label=_("Who is off"), coerce=UUID, empty_value=None, required=False)
    into = forms.TypedChoiceField(label=_("Who is on"), coerce=UUID, empty_value=None, required=False)
    field_order = ["act", "out", "into", "start", "end", "note"]
    personal = declare(none="act start end note", holder="out into", purpose="to know who is on call",
                       sealed="the member", purge="not kept: what is typed")  # fmt: skip

    def __init__(self, *args, only: UUID | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["out"].choices = [("", _("Nobody: one more is on")), *self.people]
        mine = [pair for pair in self.people if only is None or pair[0] == str(only)]
        self.fields["into"].choices = [*([("", _("Nobody: one less is on"))] if only is None else []), *mine]


class FixedForm(SpanForm):
    """Exactly who is on. `seen` is what of a preview was read."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    people_on = forms.TypedMultipleChoiceField(
        label=_("Exactly these people are on"), coerce=UUID, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose people who hold this office. Nothing was saved.")},
    )  # fmt: skip
    field_order = ["act", "seen", "people_on", "start", "end", "note"]
    personal = declare(none="act seen start end note", holder="people_on", purpose="to know who is on call",
                       sealed="the member", purge="not kept: what is typed")  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people_on"].choices = self.people


class SwapForm(SpanForm):
    """Ask another to take one's shift, for one of theirs or for nothing."""

    asked = forms.TypedChoiceField(label=_("Whom do you ask?"), coerce=UUID, error_messages={"required": _EMPTY})
    back = forms.ChoiceField(label=_("You take for it"), required=False)
    field_order = ["act", "start", "end", "asked", "back", "note"]
    personal = declare(none="act start end note back", holder="asked", purpose="to know who is on call",
                       sealed="the member", purge="not kept: what is typed")  # fmt: skip

    def __init__(self, *args, shifts: Sequence[tuple[str, str]], me: UUID | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked"].choices = [("", _("Choose one")), *(p for p in self.people if p[0] != str(me))]
        self.fields["back"].choices = [("", _("Nothing")), *shifts]


class DayForm(forms.Form):
    """A day that the member keeps as a holiday, or works."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput, error_messages={
        "required": _EMPTY, "invalid": _("Not a day. Write it like 2026-11-20.")})  # fmt: skip
    name = forms.CharField(label=_("What is it?"), max_length=80, error_messages={"required": _EMPTY})
    holiday = forms.ChoiceField(
        label=_("Is it a holiday?"), widget=forms.RadioSelect, initial="yes",
        choices=[("yes", _("Yes: we keep it")), ("no", _("No: we work, whatever the calendar says"))],
    )  # fmt: skip
    personal = declare(none="day name holiday")


class LinkForm(forms.Form):
    """What a calendar link shows."""

    of = forms.ChoiceField(label=_("What shall it show?"), required=False)
    personal = declare(none="of")

    def __init__(self, *args, offices: Iterable[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"].choices = [("", _("My shifts")), *offices]


def first_day(text: str | None) -> date | None:
    """Return the day that an address carries, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
