# SPDX-License-Identifier: Apache-2.0
"""What could name a person does not leave a free text; what emergencies are made of stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.core.masking import MASK, mask


@pytest.mark.parametrize(
    "text",
    [
        "call 312-555-0142", "call (312) 555-0142", "llame al +1 312 555 0142", "write to a.person@example.org",
        "ssn 123-45-6789", "badge 4471", "badge no. A4471", "placa 55-1234", "license plate ABC1234",
        "matrícula: XYZ987",
    ],
)  # fmt: skip
def test_numbers_of_persons_badges_and_vehicles_are_masked(text):
    assert MASK in mask(text)
    assert not any(part in mask(text) for part in ("0142", "example", "6789", "4471", "1234", "987"))


@pytest.mark.parametrize(
    "text",
    [
        "Bridge closed, 02:40. 24 kits, 1,200 masks at 41.85, -87.65 by 2026-11-21 15:00.", "I-90 exit 48B, 3 buses",
        "4-508-1273 type 2", "Clause 2.2; case 26-EX-1", "License plates were covered", "Invoice 2026-11-0042",
    ],
)  # fmt: skip
def test_what_emergencies_are_made_of_stays(text):
    assert mask(text) == text


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing(text):
    assert mask(mask(text)) == mask(text)
