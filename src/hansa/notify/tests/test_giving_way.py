# SPDX-License-Identifier: Apache-2.0
"""Senders give way to whoever writes for many members, and not for ever."""

import threading

from hansa.notify import giving_way


def test_a_sender_goes_on_when_the_last_writer_is_done():
    went_on = threading.Event()

    def send() -> None:
        giving_way.give_way()
        went_on.set()

    sender = threading.Thread(target=send)
    with giving_way.writing_first():
        with giving_way.writing_first():
            sender.start()
        assert not went_on.wait(0.1), "somebody is writing still"
    assert went_on.wait(5)
    sender.join()


def test_a_writer_that_hangs_holds_no_message_up_for_long(monkeypatch):
    monkeypatch.setattr(giving_way, "_LONGEST", 0.01)
    with giving_way.writing_first():
        giving_way.give_way()
