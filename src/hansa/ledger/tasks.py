# SPDX-License-Identifier: Apache-2.0
"""What the worker does for the ledger by the clock."""

from procrastinate.contrib.django import app

from hansa.core import clock
from hansa.ledger import epochs, lost_keys, recalling


# Members that join within a few minutes share one new key; whoever joins has the present one at once.
@app.periodic(cron="*/5 * * * *")
@app.task(name="ledger.keep-keys", queueing_lock="ledger.keep-keys")
def keep_keys(timestamp: int) -> int:
    """Notice lost keys; open the league's next key period when it is time and this node's turn; share keys.

    `timestamp` says for which minute this run was planned.
    """
    lost_keys.keep_watch()
    return epochs.keep_keys(clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="ledger.carry-out", queueing_lock="ledger.carry-out")
def carry_out(timestamp: int) -> int:
    """Destroy what was recalled and is due, and give guests what they lack; return how many acts that concerned.

    `timestamp` says for which minute this run was planned.
    """
    return recalling.carry_out(clock.now()) + recalling.give_missing(clock.now())
