# SPDX-License-Identifier: Apache-2.0
"""What people type, at two in the morning, in two languages."""

import pytest

from hansa.notify.sms.replies import Meaning, Reply, understood


@pytest.mark.parametrize(
    "text", ["YKC7M", "ykc7m", " Ykc7m. ", "ykc 7m", "YKC-7M", "OK ykc7m", "ykc7m, voy!", "sí YKC7M", "(YKC7M)"]
)
def test_a_code_is_found_however_it_is_typed(text):
    assert understood(text) == Reply(Meaning.CODE, ("YKC7M",))


def test_two_codes_are_both_meant():
    assert understood("YKC7M and HHD4W").codes == ("YKC7M", "HHD4W")


@pytest.mark.parametrize("text", ["YKCM7", "1KC7M", "a1b2c"])
def test_what_looks_like_a_code_counts_as_a_try(text):
    assert understood(text) == Reply(Meaning.CODE, (text.upper(),))


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop.", "Quit", "END", "revoke", "opt out", "Opt-Out", "cancel", "unsubscribe", "ALTO", "Baja", "Fin"],
)
def test_any_reasonable_word_stops(text):
    assert understood(text).meaning == Meaning.STOP


@pytest.mark.parametrize("text", ["do not stop", "end of shift?", "the alto sax", "hello", "thanks", "¿qué?", "", "🔥"])
def test_talk_is_neither_a_stop_nor_a_code(text):
    assert understood(text) == Reply(Meaning.OTHER)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("START", Meaning.START), ("unstop", Meaning.START), ("HELP", Meaning.HELP), ("ayuda", Meaning.HELP),
     ("yes", Meaning.YES), ("sí", Meaning.YES), ("Si.", Meaning.YES), ("s", Meaning.YES)],
)  # fmt: skip
def test_the_other_words(text, meaning):
    assert understood(text).meaning == meaning
