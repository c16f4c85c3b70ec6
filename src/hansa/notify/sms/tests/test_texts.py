# SPDX-License-Identifier: Apache-2.0
"""The words of text messages: one segment each, in both languages, whatever somebody wrote."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hansa.core.ids import new_id
from hansa.notify import rules
from hansa.notify.channel import Outgoing
from hansa.notify.choices import Urgency
from hansa.notify.event import Answer
from hansa.notify.sms import gsm7, texts

NOW = datetime(2026, 3, 8, 7, tzinfo=UTC)
LINK = "https://hansa.example.org/duty/alerts/0199a1b2-aaaa-7bbb-8ccc-0123456789ab/"
both = pytest.mark.parametrize("language", ["en", "es"])


def outgoing(**changes) -> Outgoing:
    """Return something to send; `changes` replace its fields."""
    fields = {
        "id": new_id(), "delivery": new_id(), "message": new_id(), "member": "oakland-ca", "address": "+15105550101",
        "headline": "Nobody answered request 714 of Delta City", "text": "", "url": LINK, "code": "YKC7M",
        "language": "en", "urgency": Urgency.HIGH, "expires_at": NOW, "exercise": "", "message_id": "", "topic": "",
    }  # fmt: skip
    return Outgoing(**fields | changes)


@both
@given(
    headline=st.text(max_size=200),
    url=st.sampled_from(["", LINK, LINK + "x" * 150]),
    code=st.sampled_from(["", "YKC7M"]),
    exercise=st.sampled_from(["", "drill"]),
)
def test_every_message_is_one_segment_and_keeps_its_code(language, headline, url, code, exercise):
    said = texts.body(outgoing(headline=headline, url=url, code=code, exercise=exercise, language=language))
    assert gsm7.length(said) <= gsm7.SEGMENT and code in said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", f"Nobody answered request 714 of Delta City. Reply YKC7M to take it. {LINK}"),
        ("es", f"Nobody answered request 714 of Delta City. Responda YKC7M para encargarse. {LINK}"),
    ],
)
def test_the_words(language, said):
    assert texts.body(outgoing(language=language)) == said


@both
def test_a_long_headline_goes_before_the_link_and_the_code_before_both(language):
    said = texts.body(outgoing(headline="Faltan enfermeras " * 20, url=LINK + "x" * 20, language=language))
    assert LINK not in said and "YKC7M" in said and gsm7.length(said) > 140


@both
def test_a_drill_says_so_first(language):
    said = texts.body(outgoing(exercise="drill", language=language))
    assert said.startswith({"en": "EXERCISE", "es": "SIMULACRO"}[language])


@both
@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("who", ["", "EXERCISE Duty Officer with a very long name, Ciudad de la Esperanza"])
def test_every_answer_is_one_segment(language, answer, who):
    with translation.override(language):
        said = texts.answered(answer, "Número único, " * 12, who=who, tries=4, exercise=True)
        assert gsm7.length(said) <= gsm7.SEGMENT


@both
def test_every_other_text_is_one_segment_and_spells_no_accent_it_cannot(language):
    with translation.override(language):
        raw = [texts.stopped(), texts.started(), texts.helped("(510) 555-0100"), texts.use_code("YKC7M", "x " * 99)]
    assert all(gsm7.length(said) <= gsm7.SEGMENT for said in raw)


def test_spanish_is_worded_without_the_letters_that_cost_a_segment():
    with translation.override("es"):
        sources = re.findall(r'_\("(.+?)"\)', Path(texts.__file__).read_text("utf-8"))
        templates = [translation.gettext(words) for words in sources]
    assert len(templates) > 10 and templates != sources
    assert [gsm7.plain(words) for words in templates] == templates


def test_codes_are_of_letters_that_everyone_can_type():
    assert gsm7.plain(rules.LETTERS + rules.DIGITS) == rules.LETTERS + rules.DIGITS
