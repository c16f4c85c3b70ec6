# SPDX-License-Identifier: Apache-2.0
"""The worker: takes jobs from the database, one process among as many as an operator starts.

Each channel of messages has slots of its own, so that one that hangs holds up neither the others nor anything else.
"""

import asyncio
import logging
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector

from hansa.ledger import receiving
from hansa.notify import outbox
from hansa.notify.registry import channels
from hansa.notify.waking import QUEUE

_SLOTS = 2
_GRACE = 10
# A worker says every ten seconds that it is alive; what one that fell silent was at is begun again.
_SILENT = 30


def _queues() -> list[Sequence[str]]:
    """Return the queues by lane: all that tasks name, then each channel for itself."""
    named = {"default", *(task.queue for task in app.tasks.values())}
    return [sorted(named), *([f"{QUEUE}{channel}"] for channel in sorted(channels))]


def work() -> None:
    """Work until SIGTERM or SIGINT; jobs that run are finished first, for ten seconds at most."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    # Whoever starts a worker may have brought a newer version, which takes what the one before failed on.
    receiving.try_again()
    outbox.tidy()
    asyncio.run(_until_stopped())


async def _until_stopped() -> None:
    app.perform_import_paths()
    lanes = _queues()
    size = 2 * len(lanes) + 2
    connector = PsycopgConnector(kwargs=connector_params(), min_size=2, max_size=size)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_SLOTS * len(lanes) + 2, thread_name_prefix="hansa-job"))
    worker_app = app.with_connector(connector)
    async with worker_app.open_async():
        running = [
            asyncio.create_task(
                worker_app.run_worker_async(
                    queues=queues,
                    concurrency=_SLOTS,
                    shutdown_graceful_timeout=_GRACE,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    stalled_worker_timeout=_SILENT,
                )  # fmt: skip
            )
            for queues in lanes
        ]
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: [task.cancel() for task in running])
        running.append(asyncio.create_task(_begin_again(worker_app)))
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()
        ended = await asyncio.gather(*running, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault


async def _begin_again(worker_app: App) -> None:
    """Every half minute, let the jobs wait again that a silent worker was at. Every task may run twice."""
    while True:
        manager = worker_app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT):
            try:
                await manager.retry_job(job, retry_at=datetime.now(UTC))
            except ConnectorException:  # the same job waits already, under its lock: that one does it
                await manager.finish_job(job, status=Status.ABORTED, delete_job=True)
        await asyncio.sleep(_SILENT)
