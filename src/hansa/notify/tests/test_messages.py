# SPDX-License-Identifier: Apache-2.0
"""Messages: written once per person, sent to what is confirmed, taken once and only once."""

from datetime import timedelta

import pytest

from hansa import notify
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import current_member, member_scope
from hansa.notify import actions, outbox, queries, registry, sealing
from hansa.notify.channel import Accepted, ChannelDown, Refused, Unknown
from hansa.notify.choices import State, Via
from hansa.notify.event import Answer, Event, Recipient
from hansa.notify.models import Address, Attempt, Delivery, Message

pytestmark = pytest.mark.django_db
MEMBER = "oakland-ca"


class Fake:
    """A channel that answers as it is told."""

    name, can_ask, batch = "email", False, 10

    def __init__(self, *answers):
        self.answers, self.sent, self.found = list(answers), [], None

    def configured(self):
        return True

    def send(self, batch):
        for outgoing in batch:
            self.sent.append(outgoing)
            answer = self.answers.pop(0) if self.answers else Accepted("p1")
            if isinstance(answer, Exception):
                raise answer
            yield outgoing.id, answer

    def find(self, outgoing):
        return self.found


@pytest.fixture
def channel(monkeypatch):
    def use(*answers, **changes):
        fake = Fake(*answers)
        for name, value in changes.items():
            setattr(fake, name, value)
        monkeypatch.setitem(registry.channels, "email", fake)
        return fake

    return use


@pytest.fixture(autouse=True)
def scope():
    with member_scope(MEMBER):
        yield


def address(person, value="clerk@city.example", **changes):
    key = new_id()
    row = {"id": key, "person": person, "channel": "email", "lookup": sealing.lookup("email", value),
           "sealed": sealing.seal(value, context=f"{current_member()}/{key}"), "verified_at": clock.now()}  # fmt: skip
    return Address.objects.create(**row | changes)


def event(**changes):
    return Event(**{"key": f"test:{new_id()}", "headline": "Four nurses needed", "answer": True} | changes)


def test_a_message_is_written_and_sent_once(channel):
    fake, person, told = channel(), new_id(), event(url="/alerts/{message}/{code}/")
    address(person)
    sent = notify.send_message(told, [Recipient(person)])
    again = notify.send_message(told, [Recipient(person)])
    assert sent.messages[person].code == again.messages[person].code and not sent.unreachable
    assert outbox.drain("email") == 1 and outbox.drain("email") == 0
    (row,) = notify.deliveries_for(told.key)
    assert row.state == State.ACCEPTED and row.provider_id == "p1" and row.tries == 1
    assert [each.address for each in fake.sent] == ["clerk@city.example"]
    assert sent.messages[person].code in fake.sent[0].url


def test_a_round_sends_the_same_words_again(channel):
    fake, person, told = channel(), new_id(), event()
    address(person)
    for number in (1, 2):
        notify.send_message(told, [Recipient(person)], round=number)
        outbox.drain("email")
    assert len(fake.sent) == 2 and len({(each.code, each.headline) for each in fake.sent}) == 1


def test_the_first_answer_takes_the_event_and_later_ones_hear_who_it_was(channel):
    channel()
    told, first, second = event(), new_id(), new_id()
    heard = []
    registry.acknowledged.append(heard.append)
    messages = notify.send_message(told, [Recipient(first), Recipient(second)]).messages
    assert notify.acknowledge(messages[first], messages[first].code.lower(), via=Via.SMS).answer == Answer.TAKEN
    late = notify.acknowledge(messages[second], messages[second].code, via=Via.LINK)
    registry.acknowledged.remove(heard.append) if heard.append in registry.acknowledged else None
    assert late.answer == Answer.ALREADY and late.taken.person == first
    assert [message.person for message in heard] == [first]
    assert queries.taken_by(told.key).acknowledged_via == Via.SMS


@pytest.mark.parametrize("via, code, answered", [
    (Via.SMS, True, {"sms"}), (Via.LINK, True, set()), (Via.PAGE, False, set()),
])  # fmt: skip
def test_only_the_delivery_that_was_answered_is_marked_as_answered(channel, via, code, answered):
    """A link may have come by any of several; who signed in answered none of them."""
    for name in ("email", "sms"):
        channel(name)
    person = new_id()
    address(person)
    address(person, channel="sms")
    message = notify.send_message(event(), [Recipient(person)]).messages[person]
    Delivery.objects.update(state=State.DELIVERED)
    assert notify.acknowledge(message, message.code if code else None, via=via).answer == Answer.TAKEN
    marked = Delivery.objects.filter(state=State.ACKNOWLEDGED)
    assert set(marked.values_list("channel", flat=True)) == answered


def test_five_wrong_codes_lock_a_message(channel):
    channel()
    person = new_id()
    lost = []
    handler = notify.on_unreachable(lambda message, reason: lost.append(reason))
    message = notify.send_message(event(), [Recipient(person)]).messages[person]
    answers = [notify.acknowledge(message, "WRONG", via=Via.SMS).answer for _ in range(5)]
    assert answers == [Answer.WRONG] * 4 + [Answer.LOCKED]
    assert notify.acknowledge(message, message.code, via=Via.SMS).answer == Answer.LOCKED
    registry.unreachable.remove(handler)
    assert lost == ["locked"]


def test_who_has_no_usable_address_is_named(channel):
    channel()
    person, other, drill = new_id(), new_id(), event(exercise="night")
    address(person, verified_at=None)
    address(other)
    assert notify.send_message(event(), [Recipient(person)]).unreachable == (person,)
    assert notify.send_message(drill, [Recipient(other)]).unreachable == (other,)


def test_refusals_are_tried_again_and_then_given_up(channel):
    channel(Refused("451", "busy"), Refused("550", "unknown", permanent=True, disables=True))
    person, told, lost = new_id(), event(), []
    handler = notify.on_unreachable(lambda message, reason: lost.append(reason))
    home = address(person)
    notify.send_message(told, [Recipient(person)])
    outbox.drain("email")
    (row,) = notify.deliveries_for(told.key)
    assert row.state == State.QUEUED and row.due_at > clock.now()
    Delivery.objects.update(due_at=clock.now())
    outbox.drain("email")
    registry.unreachable.remove(handler)
    row.refresh_from_db()
    home.refresh_from_db()
    assert row.state == State.FAILED and "550" in row.reason and lost == ["failed"]
    assert home.disabled_at and not home.usable


def test_what_is_in_doubt_is_sent_again_identically_where_nobody_can_be_asked(channel):
    fake, person, told = channel(Unknown("dropped"), Accepted()), new_id(), event()
    address(person)
    notify.send_message(told, [Recipient(person)])
    outbox.drain("email")
    Delivery.objects.update(due_at=clock.now())
    outbox.drain("email")
    (row,) = notify.deliveries_for(told.key)
    assert row.state == State.ACCEPTED and row.resent_identically == 1
    first, second = fake.sent
    assert first.message_id == second.message_id and first.topic == second.topic and first.id != second.id


def test_what_is_in_doubt_is_found_where_the_provider_can_be_asked(channel):
    fake, person, told = channel(Unknown("dropped"), can_ask=True, found=Accepted("p7")), new_id(), event()
    address(person)
    notify.send_message(told, [Recipient(person)])
    outbox.drain("email")
    Delivery.objects.update(due_at=clock.now())
    outbox.drain("email")
    (row,) = notify.deliveries_for(told.key)
    assert (row.state, row.provider_id, row.resent_identically) == (State.ACCEPTED, "p7", 0)
    assert len(fake.sent) == 1 and [each.outcome for each in Attempt.objects.order_by("id")] == ["unknown", "found"]


def test_a_channel_that_is_down_costs_no_try(channel):
    channel(ChannelDown("no connection"))
    person, told = new_id(), event()
    address(person)
    notify.send_message(told, [Recipient(person)])
    outbox.drain("email")
    (row,) = notify.deliveries_for(told.key)
    assert row.state == State.QUEUED and row.tries == 0 and not row.doubtful


def test_nothing_out_of_time_or_taken_is_sent(channel):
    fake, person, other = channel(), new_id(), new_id()
    address(person), address(other, "other@city.example")
    late, taken = event(expires_at=clock.now() + timedelta(hours=1)), event()
    notify.send_message(late, [Recipient(person)])
    messages = notify.send_message(taken, [Recipient(person), Recipient(other)]).messages
    Message.objects.filter(event=late.key).update(expires_at=clock.now())
    notify.acknowledge(messages[person], None, via=Via.PAGE)
    outbox.drain("email")
    assert not fake.sent and {row.state for row in Delivery.objects.all()} == {State.EXPIRED}


def test_an_orphan_is_given_back_in_doubt_at_once(channel):
    channel()
    person, told = new_id(), event()
    address(person)
    notify.send_message(told, [Recipient(person)])
    Delivery.objects.update(state=State.SENDING, holder=12345, tries=1)
    assert outbox.tidy() == 1
    (row,) = notify.deliveries_for(told.key)
    assert row.state == State.QUEUED and row.doubtful


def test_reports_only_climb(channel):
    channel()
    person, told = new_id(), event()
    address(person)
    notify.send_message(told, [Recipient(person)])
    outbox.drain("email")
    (row,) = notify.deliveries_for(told.key)
    assert notify.report(row, State.DELIVERED) and not notify.report(row, State.FAILED, reason="late")
    row.refresh_from_db()
    assert row.state == State.DELIVERED


def test_what_is_older_than_a_year_is_destroyed_and_nothing_else(channel):
    channel()
    person, old, new = new_id(), event(), event()
    home = address(person)
    for told in (old, new):
        notify.send_message(told, [Recipient(person)])
    outbox.drain("email")
    Message.objects.filter(event=old.key).update(at=clock.now() - timedelta(days=366))
    assert actions.purge_messages(at=clock.now()) == 1
    assert Message.objects.get().event == new.key and Delivery.objects.count() == Attempt.objects.count() == 1
    assert notify.drop_addresses(person) == 1 and notify.drop_addresses(person) == 0
    home.refresh_from_db()
    assert bytes(home.sealed) == b"" and not home.usable
    actions.purge_messages(at=clock.now() + timedelta(days=400))
    assert not Address.objects.exists() and not Message.objects.exists()


def test_the_rows_of_a_member_stay_its_own(channel):
    fake, person = channel(), new_id()
    address(person)
    told = event()
    notify.send_message(told, [Recipient(person)])
    with member_scope("portland-or"):
        assert not Address.objects.exists() and not Message.objects.exists() and not Delivery.objects.exists()
        # The worker serves every member, whatever scope was open before.
        assert outbox.drain("email") == 1 and not Attempt.objects.exists()
    assert notify.deliveries_for(told.key).get().state == State.ACCEPTED and len(fake.sent) == 1
