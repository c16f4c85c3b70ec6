# SPDX-License-Identifier: Apache-2.0
"""Sentences of the ledger and of people call members by the names under which they ratified."""

import pytest
from django.urls import reverse

from hansa.pact.tests.league import found

pytestmark = pytest.mark.django_db


def test_the_ledger_page_and_its_filter_call_members_by_name(browse, django_assert_max_num_queries):
    client = browse(found().mayors["chicago-il"])
    with django_assert_max_num_queries(40):
        page = client.get(reverse("ledger:act-list")).content.decode()
    assert "Chicago introduced Exercise Mayor, Chicago" in page
    assert "Portland opened its log" in page
    assert "chicago-il appointed" not in page
    assert "portland-or enrolled" not in page
    assert '<option value="portland-or">Portland</option>' in page
