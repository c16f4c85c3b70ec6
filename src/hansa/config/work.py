# SPDX-License-Identifier: Apache-2.0
"""The worker: takes jobs from the database, one process among as many as an operator starts."""

import asyncio
import logging

from procrastinate.contrib.django import app

from hansa.ledger import receiving


def work() -> None:
    """Work until SIGTERM or SIGINT; jobs that run are finished first, for ten seconds at most."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    # Whoever starts a worker may have brought a newer version, which takes what the one before failed on.
    receiving.try_again()

    async def until_stopped() -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())
        async with worker_app.open_async():
            await worker_app.run_worker_async(concurrency=2, shutdown_graceful_timeout=10, install_signal_handlers=True)

    asyncio.run(until_stopped())
