# SPDX-License-Identifier: Apache-2.0
"""Names of holidays in the reader's language: the library has those of the United States in English only."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_OBSERVED = " (observed)"
_NAMES = frozenset(
    {
        gettext_noop("Alaska Day"),
        gettext_noop("All Souls' Day"),
        gettext_noop("American Indian Heritage Day"),
        gettext_noop("American Samoa Flag Day"),
        gettext_noop("Arbor Day"),
        gettext_noop("Bennington Battle Day"),
        gettext_noop("Casimir Pulaski Day"),
        gettext_noop("Cesar Chavez Day"),
        gettext_noop("Christmas Day"),
        gettext_noop("Christmas Eve"),
        gettext_noop("Christmas Second Day"),
        gettext_noop("Citizenship Day"),
        gettext_noop("Columbus Day"),
        gettext_noop("Columbus Day / American Indian Heritage Day / Fraternal Day"),
        gettext_noop("Columbus Day and Puerto Rico Friendship Day"),
        gettext_noop("Commonwealth Covenant Day"),
        gettext_noop("Commonwealth Cultural Day"),
        gettext_noop("Confederate Memorial Day"),
        gettext_noop("Constitution Day"),
        gettext_noop("Day After Christmas"),
        gettext_noop("Day After Thanksgiving"),
        gettext_noop("Diwali"),
        gettext_noop("Dr. Martin Luther King Jr. / Civil Rights Day"),
        gettext_noop("Dr. Martin Luther King Jr. and Robert E. Lee's Birthdays"),
        gettext_noop("Easter Monday"),
        gettext_noop("Election Day"),
        gettext_noop("Emancipation Day"),
        gettext_noop("Emancipation Day In Texas"),
        gettext_noop("Epiphany"),
        gettext_noop("Family Day"),
        gettext_noop("Frances Xavier Cabrini Day"),
        gettext_noop("Friday After Thanksgiving"),
        gettext_noop("George Washington & Thomas Jefferson's Birthday"),
        gettext_noop("George Washington Day"),
        gettext_noop("George Washington Day, Presidents' Day, and the Day of the Women and Men Heroes of Puerto Rico"),
        gettext_noop("George Washington's Birthday and Daisy Gatson Bates Day"),
        gettext_noop("Good Friday"),
        gettext_noop("Guam Discovery Day"),
        gettext_noop("Holy Thursday"),
        gettext_noop("Inauguration Day"),
        gettext_noop("Independence Day"),
        gettext_noop("Indigenous Peoples' Day"),
        gettext_noop("Indigenous Peoples' Day / Columbus Day"),
        gettext_noop("Jefferson Davis Birthday"),
        gettext_noop("Juneteenth National Independence Day"),
        gettext_noop("Kamehameha Day"),
        gettext_noop("Labor Day"),
        gettext_noop("Lady of Camarin Day"),
        gettext_noop("Liberation Day (Guam)"),
        gettext_noop("Liberty Day"),
        gettext_noop("Lincoln's Birthday"),
        gettext_noop("Lincoln's and Washington's Birthdays"),
        gettext_noop("Lincoln/Washington Presidents' Day"),
        gettext_noop("Lyndon Baines Johnson Day"),
        gettext_noop("Manu'a Islands Cession Day"),
        gettext_noop("Mardi Gras"),
        gettext_noop("Martin Luther King Jr. / Idaho Human Rights Day"),
        gettext_noop("Martin Luther King Jr. Day"),
        gettext_noop("Martin Luther King Jr.'s Birthday"),
        gettext_noop("Martin Luther King, Jr & Robert E. Lee's Birthday"),
        gettext_noop("Memorial Day"),
        gettext_noop("Native American Heritage Day"),
        gettext_noop("Native Americans' Day"),
        gettext_noop("Nevada Day"),
        gettext_noop("New Year's Day"),
        gettext_noop("New Year's Eve"),
        gettext_noop("Patriots' Day"),
        gettext_noop("Pioneer Day"),
        gettext_noop("President's Day"),
        gettext_noop("Presidents Day"),
        gettext_noop("Presidents' Day"),
        gettext_noop("Primary Election Day"),
        gettext_noop("Prince Jonah Kuhio Kalanianaole Day"),
        gettext_noop("Puerto Rican Identity Day"),
        gettext_noop("Puerto Rico Constitution Day"),
        gettext_noop("San Jacinto Day"),
        gettext_noop("Seward's Day"),
        gettext_noop("State Holiday"),
        gettext_noop("Statehood Day"),
        gettext_noop("Susan B. Anthony Day"),
        gettext_noop("Texas Independence Day"),
        gettext_noop("Thanksgiving Day"),
        gettext_noop("Three Kings Day"),
        gettext_noop("Town Meeting Day"),
        gettext_noop("Transfer Day"),
        gettext_noop("Truman Day"),
        gettext_noop("Veterans Day"),
        gettext_noop("Victory Day"),
        gettext_noop("Washington and Lincoln Day"),
        gettext_noop("Washington's Birthday"),
        gettext_noop("Washington's and Lincoln's Birthday"),
        gettext_noop("Washington-Lincoln Day"),
        gettext_noop("West Virginia Day"),
        gettext_noop("White Sunday"),
    }
)


def holiday_name(name: str) -> str:
    """Return the name of a day as the reader calls it; two holidays on one day stand side by side."""
    return "; ".join(_one(each) for each in name.split("; "))


def _one(name: str) -> str:
    if name.endswith(_OBSERVED):
        return _("%(name)s (observed)") % {"name": _one(name.removesuffix(_OBSERVED))}
    # What a member typed itself is shown as it is.
    return _(name) if name in _NAMES else name
