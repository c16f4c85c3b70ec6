# SPDX-License-Identifier: Apache-2.0
"""A worker process that empties the e-mail outbox and dies where it is told: `python sender.py PORT STAGE AT`.

Stages: `claimed` (before anything leaves), `accepted` (the server took letter AT, nothing is written yet), `settled`
(after the first note of the book), and `none`.
"""

import os
import signal
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.config.under_test")
django.setup()

from django.conf import settings  # noqa: E402

from hansa.notify import claiming, outbox  # noqa: E402
from hansa.notify.email.transport import Email  # noqa: E402
from hansa.notify.registry import add_channel  # noqa: E402


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Doomed(Email):
    """The e-mail channel, until the letter at which its process dies."""

    def __init__(self, stage: str, at: int) -> None:
        super().__init__()
        self.stage, self.left = stage, at

    def send(self, batch):
        if self.stage == "claimed":
            die()
        for answer in super().send(batch):
            self.left -= 1
            if self.stage == "accepted" and self.left == 0:
                die()
            yield answer


def main() -> None:
    port, stage, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.HANSA_EMAIL_LANES = 1
    add_channel(Doomed(stage, at))
    if stage == "settled":
        settle = claiming.settle

        def once(*given) -> None:
            settle(*given)
            die()  # before its commit

        claiming.settle = once
    outbox.tidy()
    sys.stdout.write(f"{outbox.drain('email')}\n")


if __name__ == "__main__":
    main()
