# SPDX-License-Identifier: Apache-2.0
"""What the worker does for activations by the clock."""

from procrastinate.contrib.django import app

from hansa.activation import phoning, silence
from hansa.core import clock


@app.task(name=phoning.TASK, queue=phoning.QUEUE)
def phone_silent() -> int:
    """Open the duties to phone members that have been silent for the charter's time; return how many are silent."""
    return silence.look_everywhere(at=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="activation.sweep-silence", queueing_lock="activation.sweep-silence")
def sweep_silence(timestamp: int) -> int:
    """Look who is silent though its own job was lost; `timestamp` says for which minutes this run was planned."""
    return silence.look_everywhere(at=clock.now())
