# SPDX-License-Identifier: Apache-2.0
"""Vectors of the provider's signature, and what may not pass."""

import pytest

from hansa.notify.carrier.signature import is_valid, sign

URL = "https://hansa.example.org/hooks/sms?a=1"
FIELDS = {"To": ["+15005550006"], "Body": ["S714"], "From": ["+15005550001"]}


def test_the_signature_is_that_of_the_reference():
    assert sign("12345", URL, FIELDS) == "azhtyICTG3bJicZC/7/VmdkP2Zk="


def test_repeated_values_count_once_and_in_order():
    assert sign("12345", URL, FIELDS | {"K": ["b", "a", "a"]}) == "2F7Urdz4GAGiJ7Y6ZK+SKCSOqPc="


@pytest.mark.parametrize("signed", [URL, URL.replace(".org/", ".org:443/")])
@pytest.mark.parametrize("configured", [URL, URL.replace(".org/", ".org:443/")])
def test_it_is_right_with_and_without_the_port(signed, configured):
    assert is_valid("12345", configured, FIELDS, sign("12345", signed, FIELDS))


@pytest.mark.parametrize(
    ("token", "url", "fields", "given"),
    [
        ("12346", URL, FIELDS, None),
        ("12345", URL.replace("a=1", "a=2"), FIELDS, None),
        ("12345", URL.replace("https", "http"), FIELDS, None),
        ("12345", f"{URL}/", FIELDS, None),
        ("12345", URL, FIELDS | {"Body": ["S715"]}, None),
        ("12345", URL, FIELDS | {"Added": [""]}, None),
        ("12345", URL, FIELDS, ""),
        ("12345", URL, FIELDS, "nonsense é"),
        ("", URL, FIELDS, sign("", URL, FIELDS)),
    ],
)
def test_anything_else_is_a_forgery(token, url, fields, given):
    assert not is_valid(token, url, fields, sign("12345", URL, FIELDS) if given is None else given)
