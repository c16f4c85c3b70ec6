# SPDX-License-Identifier: Apache-2.0
"""The alphabet of text messages: what it costs, and how other letters are written in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.notify.sms import gsm7


@pytest.mark.parametrize(
    ("text", "places"), [("é ü ñ Ñ ¿ ¡", 11), ("a" * 160, 160), ("{}", 4), ("€", 2), ("à ì ò ù", 7), ("", 0)]
)
def test_letters_of_the_alphabet_stay_and_are_counted(text, places):
    assert gsm7.plain(text) == text and gsm7.length(text) == places


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("sí, guardia: número único", "si, guardia: numero unico"),
        ("“quoted” – it’s…", '"quoted" - it\'s...'),
        ("Açaí", "Acai"),
        ("n\u0303 e\u0301", "ñ é"),
        ("日本 🔥", "?? ?"),
        ("a\u00a0b\u200bc\ufe0f", "a bc"),
    ],
)
def test_other_letters_are_written_in_it(text, written):
    assert gsm7.plain(text) == written


def test_a_letter_that_is_not_in_it_has_no_length():
    with pytest.raises(ValueError, match="'í'"):
        gsm7.length("sí")


def test_what_is_too_long_is_cut_behind_a_word():
    assert gsm7.shortened("Nobody answered request 714 of Delta City", 30) == "Nobody answered request 714..."


@given(st.text(max_size=400), st.integers(min_value=3, max_value=160))
def test_whatever_somebody_writes_fits(text, room):
    written = gsm7.plain(text)
    assert gsm7.length(gsm7.shortened(written, room)) <= room
