# SPDX-License-Identifier: Apache-2.0
"""A worker process that empties a telephone outbox and dies where it is told: `python phone_worker.py CHANNEL STAGE`.

Stages: `claimed` (before anything leaves), `accepted` (the provider took the first, nothing is written yet), `none`.
The settings of the provider come from the environment.
"""

import os
import signal
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.config.under_test")
django.setup()

from hansa.notify import outbox  # noqa: E402
from hansa.notify.registry import channels  # noqa: E402


def die() -> None:
    """End as a machine does that loses power."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Work, or die."""
    name, stage = sys.argv[1:]
    channel = channels[name]
    send = channel.send

    def doomed(batch):
        if stage == "claimed":
            die()
        for answer in send(batch):
            if stage == "accepted":
                die()
            yield answer

    channel.send = doomed
    outbox.tidy()
    outbox.drain(name)


if __name__ == "__main__":
    main()
