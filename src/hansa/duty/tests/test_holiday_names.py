# SPDX-License-Identifier: Apache-2.0
"""Holidays have Spanish names, those of every calendar that a rota can follow."""

import pytest
from django.utils import translation
from holidays import country_holidays, list_supported_countries

from hansa.duty.holiday_names import holiday_name

_STATES = list_supported_countries()["US"]
# Names that are the same in both languages.
_SAME = {"Diwali"}


@pytest.mark.parametrize("year", [2024, 2026, 2028, 2029])
def test_every_day_of_the_calendars_has_a_spanish_name(year):
    names = {
        name for state in [None, *_STATES] for name in country_holidays("US", subdiv=state, years=year).values()
    } - _SAME
    with translation.override("es"):
        assert [name for name in sorted(names) if holiday_name(name) == name] == []


def test_an_observed_day_and_two_on_one_day_and_a_day_of_ones_own():
    with translation.override("es"):
        assert holiday_name("Christmas Day (observed)") == "Navidad (trasladado)"
        assert holiday_name("Christmas Day; Kwanzaa parade") == "Navidad; Kwanzaa parade"
    assert holiday_name("Christmas Day") == "Christmas Day" and holiday_name("") == ""
