# SPDX-License-Identifier: Apache-2.0
"""Amounts of money, as they are typed and as they are shown: never a number that reads as another one."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from hansa.aid import naming
from hansa.aid.forms.offer import CostForm


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("420.50", "420.50"), ("420,50", "420.50"), ("$1,200.00", "1200"), ("1 200", "1200"), ("", None)],
)
def test_a_comma_before_cents_is_not_a_thousand_times_the_price(typed, amount):
    form = CostForm({"category": "travel", "description": "Fuel", "terms": "billed", "amount": typed})
    form.is_valid()
    assert form.cleaned_data["amount"] == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("typed", ["12,34,56", "1.2.3", "-5", "nan", "0.001"])
def test_an_amount_that_cannot_be_read_is_refused(typed):
    form = CostForm({"category": "travel", "description": "Fuel", "terms": "billed", "amount": typed})
    assert "amount" in form.errors


@pytest.mark.parametrize("language", ["en", "es"])
def test_amounts_are_written_alike_in_both_languages(language):
    with override(language):
        assert naming.money(Decimal("3420")) == "$3,420.00"
        assert naming.number(Decimal("14400")) == "14,400"
