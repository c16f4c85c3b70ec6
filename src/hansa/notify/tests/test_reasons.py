# SPDX-License-Identifier: Apache-2.0
"""Reasons are kept as codes and read in the reader's language; what the other side said is shown as it said it."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from hansa.core import clock
from hansa.notify import health, reasons
from hansa.notify.carrier import errors
from hansa.notify.carrier.reports import _ENDED
from hansa.notify.channel import Refused
from hansa.notify.models import ChannelHealth, Delivery


@pytest.mark.parametrize(
    ("kept", "english", "spanish"),
    [
        ("30005", "the number is unknown or out of service", "el número es desconocido o está fuera de servicio"),
        ("452: 4.2.2 full", "the mailbox is full (4.2.2 full)", "el buzón está lleno (4.2.2 full)"),
        ("12345: odd", "error 12345 (odd)", "error 12345 (odd)"),
        ("what an older node wrote", "what an older node wrote", "what an older node wrote"),
        ("", "", ""),
    ],
)
def test_a_reason_is_read_in_the_readers_language(kept, english, spanish):
    row = Delivery(reason=kept)
    assert row.why == english
    with translation.override("es"):
        assert row.why == spanish


def test_every_code_that_this_node_writes_has_its_words():
    written = {*errors._FAULTS, *_ENDED.values()}
    for path in Path(reasons.__file__).parent.rglob("*.py"):
        if "tests" not in path.parts and "standin" not in path.parts:
            code = path.read_text("utf-8")
            written |= set(re.findall(r'(?:coded|Refused|Unknown)\("([^"]+)"', code))
            written |= set(re.findall(r'\bheld = "([^"]+)"', code))
    assert {"unreached", "taken", "30005", "no-key"} < written
    assert [code for code in sorted(written) if reasons.shown(code) in (code, f"error {code}")] == []


class _Busy:
    name = "sms"

    def loopback(self) -> str:
        return "+12025550100"

    def send(self, batch):
        yield batch[0].id, Refused("429", retry_after=5)


@pytest.mark.django_db
def test_a_test_message_that_is_refused_without_a_word_turns_the_channel_red():
    assert not health.probe(_Busy())
    row = ChannelHealth.objects.get(channel="sms")
    assert row.red(clock.now()) and row.why == "too many at once"
