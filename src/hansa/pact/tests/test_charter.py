# SPDX-License-Identifier: Apache-2.0
"""A charter is read whole, or every error in it is named with its line."""

import time
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.ledger import registry
from hansa.pact.charter import (
    LAWFULNESS,
    MESSAGES,
    MOST_BYTES,
    OFFICES,
    CharterError,
    check,
    diff,
    model_charter,
    parse,
)
from hansa.people.choices import Office

MODEL = model_charter()


def line_of(text: str, part: str, nth: int = 1) -> int:
    return [number for number, line in enumerate(text.split("\n"), 1) if part in line][nth - 1]


def found(text: str, **kwargs) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in check(text, **kwargs)[1]]


def test_the_model_charter_has_no_problem():
    charter, problems = check(MODEL)
    assert problems == ()
    assert charter.amendment.threshold == Fraction(2, 3)
    assert charter.obligations["acknowledge"].within == timedelta(hours=2)
    assert charter.obligations["acknowledge"].phone_after == timedelta(minutes=30)
    assert charter.urgent.paper_within == timedelta(days=30)
    assert len(charter.clauses) >= 15


def test_each_term_links_the_clause_it_rests_on():
    charter = parse(MODEL)
    assert charter.clause_for("obligations.acknowledge").title == "Acknowledging"
    assert charter.clause_for("amendment").number == "9.1"
    assert charter.clause_for("amendment.threshold").anchor == "§9.1"
    assert charter.clause_for("triggers.cyber-attack").number == "2.2"
    assert charter.clause_for("signing.pact.guest.invited").number == "8.1"
    assert charter.clause_for("signing.aid.never.listed").number == "5.1"
    with pytest.raises(KeyError):
        charter.clause_for("obligations.sing")
    with pytest.raises(KeyError):
        charter.clause_for("source")


# Each case: what to replace in the model, by what, the kind of error, and a part of the line where it must be named.
ERRORS = [
    ('who = "affected"', "who = affected", "syntax", "who = affected"),
    ("rank = 1", "rank = 1\nrank = 1", "syntax-twice", None),
    ("[consult]", "[consult", "syntax-header", "[consult"),
    ('clause = "2.1" }\nflood', 'clause = "2.1 }\nflood', "syntax", 'fire = { clause = "2.1 }'),
    ('who = "affected"', 'who = "affected"\nwhom = 3', "unknown-key", "whom = 3"),
    ("[consult]", "[taxes]\nrate = 1\n[consult]", "unknown-table", "[taxes]"),
    ("enough = 2 ", "#", "missing-key", "[members]"),
    ("[consult]", "[other]", "unknown-table", "[other]"),
    ("rank = 2", 'rank = "two"', "wrong-type", 'rank = "two"'),
    ("enough = 2 ", "enough = 0 ", "too-small", "enough = 0"),
    ("presence_hours = 3", "presence_hours = 2", "too-small", "presence_hours = 2"),
    ("h3_resolution = 6", "h3_resolution = 7", "too-big", "h3_resolution = 7"),
    ('threshold = "2/3"', 'threshold = "1/2"', "threshold-low", 'threshold = "1/2"'),
    ('threshold = "2/3"', 'threshold = "1/3"', "threshold-low", 'threshold = "1/3"'),
    ('threshold = "2/3"', 'threshold = "4/3"', "threshold-high", 'threshold = "4/3"'),
    ('threshold = "2/3"', 'threshold = "most"', "not-fraction", 'threshold = "most"'),
    ('clause = "6.1"', 'clause = "16.1"', "missing-clause", '"16.1"'),
    ('clause = "6.1"', 'clause = "six"', "not-clause-number", '"six"'),
    ('offices = ["emergency-management"]', 'offices = ["mayor"]', "unknown-office", '["mayor"]'),
    ('paper_within = "30d"', 'paper_within = "-30d"', "negative-clock", '"-30d"'),
    ('paper_within = "30d"', 'paper_within = "0d"', "negative-clock", '"0d"'),
    ('paper_within = "30d"', 'paper_within = "soon"', "not-duration", '"soon"'),
    ('paper_within = "30d"', 'paper_within = "99999d"', "too-long-clock", '"99999d"'),
    ('within = "2h"', 'within = "20m"', "phone-late", "phone_after"),
    ("fire = {", "meteor = {", "needs-label", "meteor = {"),
    ('levels = ["support", "full"]', 'levels = ["total"]', "unknown-level", '["total"]'),
    ('levels = ["support", "full"]', 'triggers = ["meteor"]', "unknown-trigger", '["meteor"]'),
    ("rank = 3", "rank = 2", "repeated-rank", None),
    ('who_pays = "receiving"', 'who_pays = "split"', "split-share", '"split"'),
    ('who_pays = "receiving"', 'who_pays = "nobody"', "unknown-choice", '"nobody"'),
    ('agreement_cap = "5000000.00"', "agreement_cap = 5000000", "wrong-type", "agreement_cap"),
    ('agreement_cap = "5000000.00"', 'agreement_cap = "much"', "not-money", "agreement_cap"),
    ("allowed = true", "allowed = false", "guests-unused", "may = "),
    ('may = ["read-board"', 'may = ["vote"', "unknown-choice", 'may = ["vote"'),
    ('kinds = ["city", "county"', 'kinds = ["city", "city"', "repeated", "kinds ="),
    ('kinds = ["city", "county", "state", "tribe"]', "kinds = []", "empty", "kinds ="),
    ("[lawfulness]", "[lawful]", "missing-table", None),
    ("non-violent means, and", "means, and", "lawfulness", "### 1.3"),
    ("### 4.2 Judging the trigger", "### 4.3 Judging the trigger", "number-order", "### 4.3"),
    ("### 4.4 Answering", "### 4.3 Answering", "repeated-number", None),
    ("### 4.4 Answering", "### Answering", "heading-number", "### Answering"),
    ("### 4.4 Answering", "#### 4.4 Answering", "heading-level", "#### 4.4"),
    ("### 4.4 Answering", "### 5.4 Answering", "clause-outside", "### 5.4"),
    ("A consultation binds nobody.", "<b>Nobody</b> is bound.", "html", "Any member can ask"),
    ("## 9 Changing and leaving\n", "## 9 Changing and leaving\n\nLoose words.\n", "text-outside", "Loose words."),
    ("# Charter of Mutual Aid\n", "\n", "title-missing", None),
    ('"pact.charter.voted" = { offices = ["chief-executive"] }',
     '"pact.charter.voted" = { offices = ["chief-executive"], count = 2, passkey = false }', "count-needs-passkey",
     '"pact.charter.voted"'),
    ('"pact.charter.voted"', '"voting"', "unknown-act", '"voting"'),
    ("format = 1", "format = 2", "unknown-choice", "format = 2"),
    ('language = "en"', 'language = "la"', "unknown-choice", '"la"'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "part"), ERRORS, ids=[f"{row[2]}-{i}" for i, row in enumerate(ERRORS)])
def test_each_kind_of_error_is_named_on_its_line(old, new, code, part):
    assert old in MODEL
    text = MODEL.replace(old, new, 1)
    problems = found(text)
    assert code in [kind for _, kind in problems], problems
    if part:
        assert (line_of(text, part), code) in problems, problems


def test_all_errors_are_named_at_once_and_in_the_order_of_lines():
    text = MODEL.replace('"2/3"', '"1/2"').replace('"30d"', '"-30d"').replace('clause = "7.1"', 'clause = "77.1"')
    problems = found(text)
    assert {"threshold-low", "negative-clock", "missing-clause"} <= {code for _, code in problems}
    assert problems == sorted(problems)


def test_a_line_that_cannot_be_read_hides_no_other_error_and_invents_none():
    text = MODEL.replace('who = "affected"', "who = affected").replace('paper_within = "30d"', 'paper_within = "-1d"')
    assert [code for _, code in found(text)] == ["syntax", "negative-clock"]
    broken = MODEL.replace("[stand_down]", "[stand_down").replace('who = "invoker"', 'who = "nobody"')
    assert [code for _, code in found(broken)] == ["syntax-header", "unknown-choice"]


def test_an_act_that_no_part_knows_cannot_stand_in_a_new_charter():
    known = set(parse(MODEL).signing)
    assert found(MODEL, acts=known) == []
    assert [code for _, code in found(MODEL, acts=known - {"pact.charter.voted"})] == ["unknown-act"]


def test_names_of_acts_are_read_with_or_without_quotation_marks():
    text = MODEL.replace('"pact.charter.voted" =', "pact.charter.voted =")
    assert parse(text).signing == parse(MODEL).signing


def test_every_problem_says_in_words_what_to_do():
    for old, new, code, _part in ERRORS:
        for problem in check(MODEL.replace(old, new, 1))[1]:
            assert problem.code in MESSAGES
            words = problem.english()
            assert words and "%(" not in words
            assert code != problem.code or words.rstrip().endswith((".", ",", "else.", "]", '"'))


NO_CHARTERS = ["", "+++", "# Title", "+++\n+++", "+++\n+++\n", "\x00", "+++\n[[[\n+++\n# T", "\n+++\n"]


@pytest.mark.parametrize("text", NO_CHARTERS)
def test_what_is_no_charter_at_all_is_refused_with_a_line(text):
    charter, problems = check(text)
    assert charter is None
    assert problems and all(problem.line >= 1 for problem in problems)


def test_a_charter_that_no_act_can_carry_is_refused():
    assert found(MODEL + "x" * MOST_BYTES) == [(1, "too-long")]
    assert "too-many-lines" in [code for _, code in found("+++\n" + "#\n" * 900 + "+++\n# T\n## 1 A\n### 1.1 B\nc")]


DEEP = {
    "lists": "x = " + "[" * 15_000,
    "groups": "x = " + "{a=" * 9_000,
    "names": ".".join("a" * 18_000) + " = 1",
    "lists on many lines": "x = [\n" + "[\n" * 700 + "]\n" * 60,
}


@pytest.mark.parametrize("head", DEEP.values(), ids=DEEP.keys())
def test_terms_that_nest_without_end_are_refused_and_not_followed(head):
    problems = found(f"+++\n{head}\n+++\n# T\n## 1 A\n### 1.1 B\nc\n")
    assert {"too-deep", "syntax", "syntax-end"} & {code for _, code in problems}


def test_a_long_list_is_read_once_not_once_for_each_line():
    many = "\n".join(f'"{number}", # one' for number in range(700))
    before = time.perf_counter()
    assert found(f"+++\nx = [\n{many}\n]\n+++\n# T\n")
    assert time.perf_counter() - before < 2


def test_a_term_over_several_lines_is_named_on_its_first():
    text = MODEL.replace('kinds = ["city", "county", "state", "tribe"]', 'kinds = [ # [who\n  "city",\n  "moon",\n]')
    assert found(text) == [(line_of(text, "kinds = ["), "unknown-choice")]


def test_hidden_characters_are_refused():
    assert found(MODEL.replace("Disputes about", "Disputes \u202eabout", 1)) == [
        (line_of(MODEL, "may use this league"), "control-character")
    ]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    for document in (text, f"+++\n{text}\n+++\n# T\n{text}"):
        charter, problems = check(document)
        assert (charter is None) == bool(problems)


@given(st.data())
def test_no_change_of_the_model_breaks_the_reader(data):
    at = data.draw(st.integers(0, len(MODEL) - 1))
    length = data.draw(st.integers(0, 40))
    text = MODEL[:at] + data.draw(st.text(max_size=8)) + MODEL[at + length :]
    charter, problems = check(text)
    assert (charter is None) == bool(problems)
    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in problems)


def test_parse_raises_with_every_problem():
    with pytest.raises(CharterError) as raised:
        parse(MODEL.replace('"2/3"', '"1/2"'))
    assert len(raised.value.problems) == 3


def test_html_in_a_clause_is_never_carried_out():
    text = MODEL.replace("A consultation binds nobody.", "`<script>x</script>` binds nobody.")
    assert "&lt;script&gt;" in parse(text).clauses["3.1"].html


def test_a_difference_names_clauses_and_terms():
    old = parse(MODEL)
    new = parse(
        MODEL.replace('within = "2h"', 'within = "1h"', 1)
        .replace("confirms within two hours", "confirms within one hour")
        .replace("### 9.4 If one part fails\n", "### 9.4 If one part fails\n\nNothing.\n\n### 9.5 More\n")
    )
    found = diff(old, new)
    assert [(change.path, change.old, change.new) for change in found.terms] == [
        ("obligations.acknowledge.within", "2h", "1h")
    ]
    assert [(change.number, change.kind) for change in found.clauses] == [
        ("4.1", "changed"), ("9.4", "changed"), ("9.5", "added")]  # fmt: skip
    pieces = found.clauses[0].pieces
    assert ("out", "two hours ") in pieces and ("in", "one hour ") in pieces
    assert "".join(text for kind, text in pieces if kind != "in") == old.clauses["4.1"].text
    assert "".join(text for kind, text in pieces if kind != "out") == new.clauses["4.1"].text
    assert not diff(old, old)


def test_the_lawfulness_sentence_is_required_word_for_word_across_line_breaks():
    broken = MODEL.replace(LAWFULNESS["en"], LAWFULNESS["en"].replace(" in this ", "\nin this "))
    assert found(broken) == []


def test_the_spanish_model_says_the_same_in_every_term():
    spanish = parse(model_charter("es"))
    english = parse(MODEL)
    assert {path: value for path, value in spanish.flat.items() if path != "language"} == {
        path: value for path, value in english.flat.items() if path != "language"
    }
    assert list(spanish.clauses) == list(english.clauses)


def test_the_offices_of_a_charter_are_those_in_which_people_serve():
    assert set(OFFICES) == set(Office.values)


def test_the_model_names_only_acts_that_exist():
    assert check(MODEL, acts=registry.types)[1] == ()
