# SPDX-License-Identifier: Apache-2.0
"""Both channels against the stand-in: what each answer of a provider means, and how a doubt is settled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.notify.channel import Accepted, ChannelDown, Outgoing, Refused, Unknown
from hansa.notify.registry import channels
from hansa.notify.sms.tests.test_texts import outgoing
from hansa.notify.sms.transport import validity

both = pytest.mark.parametrize("name", ["sms", "voice"])


def fresh(**changes) -> Outgoing:
    return outgoing(**{"expires_at": clock.now() + timedelta(hours=1)} | changes)


def sent(name: str, *batch: Outgoing):
    """Send and return the outcome of each, in order."""
    outcomes = dict(channels[name].send(batch))
    answers = [outcomes[each.id] for each in batch]
    return answers[0] if len(answers) == 1 else answers


def kept(standin, name: str) -> list[dict]:
    return standin.state()[{"sms": "texts", "voice": "calls"}[name]]


@both
def test_what_the_provider_took_has_its_id(standin, name):
    outcomes = sent(name, *(fresh() for _ in range(9)))
    assert {Accepted(row["sid"]) for row in kept(standin, name)} == set(outcomes)


def test_a_text_carries_its_marker_and_ends_with_the_message(standin):
    item = fresh(expires_at=clock.now() + timedelta(seconds=90))
    sent("sms", item)
    (row,) = kept(standin, "sms")
    assert row["callback"].endswith(f"/hooks/sms/status/{item.id}") and 85 <= row["validity"] <= 90


@pytest.mark.parametrize(("seconds", "allowed"), [(-5, 1), (0.4, 1), (90, 90), (90_000, 36_000)])
def test_how_long_a_carrier_may_try(seconds, allowed):
    now = clock.now()
    assert validity(now + timedelta(seconds=seconds), now) == allowed


@both
@pytest.mark.parametrize("fault", ["500", "lost", "hang-up"])
def test_whatever_may_have_arrived_is_unknown(standin, name, fault):
    standin.faults(next=[fault])
    assert isinstance(sent(name, fresh()), Unknown)


@both
@pytest.mark.parametrize(("fault", "there"), [("500", False), ("hang-up", False), ("lost", True)])
def test_a_doubt_is_settled_by_asking(standin, name, fault, there):
    standin.faults(next=[fault])
    first = fresh()
    sent(name, first)
    again = replace(first, id=new_id(), doubtful=(first.id,))
    found = channels[name].find(again)
    assert found == (Accepted(kept(standin, name)[0]["sid"]) if there else None)


def test_what_went_to_the_same_number_before_or_with_another_code_is_not_it(standin):
    sent("sms", fresh(code="HHD4W"))
    standin.faults(next=["hang-up"])
    first = fresh()
    sent("sms", first)
    assert channels["sms"].find(replace(first, id=new_id(), doubtful=(first.id,))) is None


def test_two_calls_to_one_phone_cannot_be_told_apart_so_it_rings_again(standin):
    standin.faults(next=["lost"])
    first = fresh()
    sent("voice", first)
    sent("voice", fresh())
    assert channels["voice"].find(replace(first, id=new_id(), doubtful=(first.id,))) is None


@both
def test_too_many_at_once_waits_as_long_as_it_says(standin, name):
    standin.faults(next=["429"])
    outcome = sent(name, fresh())
    assert isinstance(outcome, Refused) and not outcome.permanent and outcome.retry_after == 2


@pytest.mark.parametrize(
    ("code", "permanent", "disables"),
    [("21211", True, True), ("21610", True, True), ("21635", True, True), ("21611", False, False),
     ("20429", False, False), ("21999", True, False)],
)  # fmt: skip
def test_what_an_error_code_means(standin, code, permanent, disables):
    outcome = sent("sms", fresh(address=f"+150055{code}"))
    assert isinstance(outcome, Refused) and outcome.code == code
    assert (outcome.permanent, outcome.disables) == (permanent, disables)


def test_the_next_sender_takes_over_when_the_queue_of_one_is_full(standin, settings, monkeypatch):
    from hansa.notify.sms import transport

    asked = []

    class Full:
        def create(self, what, form):
            asked.append(form.get("From") or form["MessagingServiceSid"])
            return Accepted("SM9") if form.get("MessagingServiceSid") else Refused("21611", "full")

        def close(self):
            pass

    monkeypatch.setattr(transport, "Client", Full)
    settings.HANSA_PHONE_FROM = ["+15005550006", "MG1"]
    assert transport.SmsLane().send(fresh()) == Accepted("SM9") and asked == ["+15005550006", "MG1"]


@both
def test_a_provider_that_is_not_there_or_knows_no_such_account_is_down_for_everyone(standin, settings, name):
    settings.HANSA_PHONE_TOKEN = "another"
    with pytest.raises(ChannelDown, match="^account: 20003$"):
        sent(name, fresh())
    channels[name].close()
    settings.HANSA_PHONE_URL = "http://127.0.0.1:9"
    with pytest.raises(ChannelDown, match="^unreached: ConnectError$"):
        sent(name, fresh(), fresh())
    with pytest.raises(ChannelDown):
        channels[name].find(replace(fresh(), doubtful=(new_id(),)))


@both
def test_without_an_account_the_channel_is_off(settings, name):
    settings.HANSA_PHONE_ACCOUNT = ""
    assert not channels[name].configured()
