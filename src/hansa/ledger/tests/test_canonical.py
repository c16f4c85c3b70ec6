# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON: the published form, and a clear refusal of everything else, however hostile."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from hansa.ledger.canonical import MAX_INTEGER, CanonicalError, canonical, parse
from hansa.ledger.tests.vectors import vectors

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=25,
)


def without_fractions(obj):
    """Our acts hold no fractions; the vectors do. 56.0 is a whole number in JSON's own terms."""
    if isinstance(obj, dict):
        return {key: without_fractions(value) for key, value in obj.items() if key != "numbers"}
    if isinstance(obj, list):
        return [without_fractions(value) for value in obj]
    return int(obj) if isinstance(obj, float) else obj


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_published_vectors_agree(name):
    folder = vectors("jcs")
    obj = json.loads((folder / "input" / f"{name}.json").read_bytes())
    output = (folder / "output" / f"{name}.json").read_bytes()
    assert output == bytes.fromhex("".join((folder / "outhex" / f"{name}.txt").read_text().split()))
    assert rfc8785.dumps(obj) == output
    if name == "values":
        whole = b'{"literals":[null,true,false],' + output[output.index(b'"string"') :]
        assert canonical(without_fractions(obj)) == whole
        with pytest.raises(CanonicalError, match="not allowed"):
            parse(output)
    else:
        assert canonical(without_fractions(obj)) == output
        assert parse(output) == without_fractions(obj)


def test_the_order_of_keys_and_the_escapes_are_those_of_the_standard():
    obj = {
        "\u20ac": 1,
        "\r": 2,
        "1": 3,
        "\u0080": 4,
        "\U0001f602": 5,
        "\ufb33": 6,
        "a": '\x00\x1f\x7f"\\/\b\f\n\r\t\u2028é',
    }
    assert list(json.loads(canonical(obj))) == ["\r", "1", "a", "\u0080", "\u20ac", "\U0001f602", "\ufb33"]
    assert canonical(obj["a"]) == '"\\u0000\\u001f\x7f\\"\\\\/\\b\\f\\n\\r\\t\u2028é"'.encode()


@given(VALUES)
def test_any_value_has_the_form_of_the_reference_library_and_reads_back(obj):
    data = canonical(obj)
    assert data == rfc8785.dumps(obj)
    assert parse(data) == obj


@given(VALUES, st.data())
def test_any_other_spelling_is_refused(obj, data):
    encoded = canonical(obj)
    place = data.draw(st.integers(0, len(encoded)))
    altered = encoded[:place] + data.draw(st.sampled_from([b" ", b"\n", b"\t"])) + encoded[place:]
    try:
        again = parse(altered)
    except CanonicalError:
        return
    assert canonical(again) == altered and again != obj  # the space fell into a text


@pytest.mark.parametrize(
    "data,reason",
    [
        (b'{"a":1,"a":2}', "twice"),
        (b'{"a":{"b":1,"b":1}}', "twice"),
        (b'{"b":1,"a":2}', "canonical form"),
        (b'{"a": 1}', "canonical form"),
        (b'"\\u0041"', "canonical form"),
        (b'"\\/"', "canonical form"),
        (b'"\\u001F"', "canonical form"),
        (b"-0", "canonical form"),
        (b"1.0", "1.0 is not allowed"),
        (b"1e3", "1e3 is not allowed"),
        (b"NaN", "NaN is not allowed"),
        (b"-Infinity", "-Infinity is not allowed"),
        (b"9007199254740992", "2^53"),
        (b"-9007199254740992", "2^53"),
        (b"9" * 5000, "2^53"),
        (b'"\\ud800"', "surrogate"),
        (b'"\\udc00\\ud800"', "surrogate"),
        (b'{"\\ud83d":1}', "surrogate"),
        (b'"\xed\xa0\x80"', "UTF-8 at byte 1"),
        (b'"\xff"', "UTF-8 at byte 1"),
        (b"\xef\xbb\xbf1", "not JSON"),
        (b'"\xc0\x80"', "UTF-8"),
        (b'"a\nb"', "not JSON"),
        (b"", "not JSON"),
        (b"{}{}", "not JSON"),
        (b"[1,]", "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper than 32"),
        (b'{"a":' * 100_000, "nested deeper than 32"),
        (b'"' + b"[" * 1000, "not JSON|nested"),
    ],
)
def test_bytes_that_are_not_canonical_are_refused_with_the_reason(data, reason):
    with pytest.raises(CanonicalError, match=reason.replace("^", r"\^")):
        parse(data)


def test_brackets_in_text_are_not_nesting():
    obj = ['[{"' * 500, "\\", '\\"[' * 100]
    assert parse(canonical(obj)) == obj


@pytest.mark.parametrize("depth,stands", [(32, True), (33, False)])
def test_nesting_ends_at_thirty_two(depth, stands):
    obj = 0
    for _ in range(depth):
        obj = [obj]
    data = b"[" * depth + b"0" + b"]" * depth
    if stands:
        assert canonical(obj) == data and parse(data) == obj
    else:
        for attempt in (lambda: canonical(obj), lambda: parse(data)):
            with pytest.raises(CanonicalError, match="nested deeper"):
                attempt()


def test_ten_megabytes_are_refused_at_once():
    data = b'"' + b"x" * 10_000_000 + b'"'
    with pytest.raises(CanonicalError, match="10,000,002 bytes are more than the 1,048,576"):
        parse(data)


@pytest.mark.parametrize(
    "hostile", [b"[" * 10_000_000, b'["\\' * 3_000_000, b'"' + b"\\" * 9_999_999, b"[]" * 5_000_000]
)
def test_ten_megabytes_of_brackets_are_refused_where_they_are_allowed(hostile):
    # Were the time not linear, this would not end.
    with pytest.raises(CanonicalError):
        parse(hostile, max_bytes=20_000_000)


@pytest.mark.parametrize(
    "obj,reason",
    [
        (1.5, "fractions"),
        (float("nan"), "fractions"),
        ({"a": [0.0]}, "fractions"),
        (2**53, "2^53"),
        (-(2**53), "2^53"),
        ({1: 2}, "key is not text"),
        ({None: 2}, "key is not text"),
        ("\ud800", "surrogate"),
        ({"\ud800": "\U0001f602"}, "surrogate"),
        (b"bytes", "bytes has no form"),
        ({1, 2}, "set has no form"),
    ],
)
def test_what_has_no_canonical_form_is_refused(obj, reason):
    with pytest.raises(CanonicalError, match=reason.replace("^", r"\^")):
        canonical(obj)
