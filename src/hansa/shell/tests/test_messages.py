# SPDX-License-Identifier: Apache-2.0
"""Catalogs: nothing without Spanish, nothing lost; and English and Spanish follow the rules for words."""

import re

import pytest

from hansa.shell import messages

BANNED = re.compile(r"\b(please|sorry|invalid)\b", re.IGNORECASE)
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def test_every_text_of_every_part_has_spanish():
    assert messages.check().lines == []


@pytest.mark.parametrize("part", messages.parts())
def test_texts_follow_the_rules_for_words(part):
    texts = [item for message in messages.catalog_of(part) if message.id for item in _strings(message.id)]
    assert [text for text in texts if BANNED.search(text) or EMOJI.search(text)] == []


def _strings(text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A house with one part of one template and one module."""
    part = tmp_path / "sample"
    (part / "templates").mkdir(parents=True)
    (part / "apps.py").write_text("")
    (part / "words.py").write_text('from x import ngettext, _\n_("Cot")\nngettext("%d cot", "%d cots", 2)\n')
    (part / "templates/page.html").write_text(
        "<c-empty title=\"{% translate 'No cots yet' %}\">\n   {% blocktranslate trimmed with n=n %}\n"
        "{{ n }} asked{% endblocktranslate %}\n <p>Don't trip over 'quotes'</p></c-empty>"
        "{% translate 'May' context 'month' %}"
    )
    monkeypatch.setattr(messages, "HOUSE", tmp_path)
    return part


def test_texts_come_from_python_templates_and_component_tags(house):
    messages.update()
    found = {_strings(message.id)[0]: message.context for message in messages.catalog_of("sample") if message.id}
    assert found == {"Cot": None, "%d cot": None, "No cots yet": None, "%(n)s asked": None, "May": "month"}


def test_missing_spanish_guesses_and_lost_placeholders_are_found(house):
    assert len(messages.update().lines) == 5
    path = messages.catalog_path("sample")
    text = path.read_text().replace('msgid "Cot"\nmsgstr ""', 'msgid "Cot"\nmsgstr "Catre"')
    text = text.replace('msgid "No cots yet"\nmsgstr ""', '#, fuzzy\nmsgid "No cots yet"\nmsgstr "Sin catres"')
    path.write_text(text.replace('msgid "%(n)s asked"\nmsgstr ""', 'msgid "%(n)s asked"\nmsgstr "%(x)s pedidos"'))
    lines = messages.check().lines
    assert not any("'Cot'" in line for line in lines)
    assert any("only a guess" in line and "No cots yet" in line for line in lines)
    assert any("asked" in line and "no Spanish" not in line for line in lines)


def test_translations_survive_and_a_second_run_changes_nothing(house):
    messages.update()
    path = messages.catalog_path("sample")
    path.write_text(path.read_text().replace('msgid "Cot"\nmsgstr ""', 'msgid "Cot"\nmsgstr "Catre"'))
    (house / "words.py").write_text('_("Cot")\n_("Tent")\n')
    messages.update()
    once = path.read_text()
    assert 'msgid "Cot"\nmsgstr "Catre"' in once
    assert "Tent" in once
    assert "cots" not in once.replace("No cots yet", "")
    messages.update()
    assert path.read_text() == once
    assert "POT-Creation-Date" not in once
    assert "#:" not in once


def test_a_text_that_another_part_translated_takes_that_over(house, tmp_path):
    messages.update()
    path = messages.catalog_path("sample")
    path.write_text(path.read_text().replace('msgid "Cot"\nmsgstr ""', 'msgid "Cot"\nmsgstr "Catre"'))
    other = tmp_path / "other"
    other.mkdir()
    (other / "apps.py").write_text("")
    (other / "words.py").write_text('_("Cot")\n')
    assert not any(line.startswith("other") for line in messages.update().lines)
    assert 'msgstr "Catre"' in messages.catalog_path("other").read_text()
    messages.catalog_path("other").write_text(messages.catalog_path("other").read_text().replace("Catre", "Cama"))
    assert any("translated otherwise" in line for line in messages.check().lines)
