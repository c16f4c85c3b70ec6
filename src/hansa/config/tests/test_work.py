# SPDX-License-Identifier: Apache-2.0
"""The worker's lanes: each channel of messages has slots of its own, everything else is taken by the first."""

from procrastinate.contrib.django import app

from hansa.config import work
from hansa.notify.waking import QUEUE


def test_a_channel_that_hangs_holds_up_nothing_else():
    first, *lanes = work._queues()
    assert lanes == [[f"{QUEUE}{channel}"] for channel in ("email", "sms", "voice", "webpush")]
    assert not {queue for lane in lanes for queue in lane} & set(first)


def test_no_task_names_a_queue_that_nobody_takes():
    taken = {queue for lane in work._queues() for queue in lane}
    assert {task.queue for task in app.tasks.values()} <= taken and "default" in taken
