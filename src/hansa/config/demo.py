# SPDX-License-Identifier: Apache-2.0
"""`hansa demo`: an exercise league on this machine, to look at or to play without a browser."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from hansa.config import env, outside
from hansa.config import serve as serving
from hansa.config.binaries import CannotStart
from hansa.config.node import bring_schema_up_to_date, data_folder, opened_node, say
from hansa.notify.standin import control


def show(port: int, workers: int, scenario: str) -> None:
    """Serve the exercise league until Ctrl-C, and say how to sign in as each persona."""
    os.environ["HANSA_DEMO"] = "1"
    with (
        serving.stops_cleanly(),
        serving.bind(port) as listener,
        _standing_in(port) as standin,
        opened_node(attach=False) as node,
    ):
        bring_schema_up_to_date()
        from django.db import connection, transaction

        from hansa.people.approving import in_exercise
        from hansa.readiness import exercise

        if exercise.is_founded() and not in_exercise():
            raise CannotStart(
                "This database holds a real league, which has no demo: use `hansa serve`, or name another."
            )
        if exercise.has_a_night(scenario) and not exercise.is_founded():
            with outside.started(listener) as around:
                exercise.load(scenario, say, outside=around)
        with transaction.atomic():  # an exercise that is broken off leaves nothing
            exercise.load(scenario, say)
        personas = exercise.personas()
        # The same numbers each time, also in a league that was founded before it had phones.
        exercise.phones.enlist()
        standin.phones(*({"number": number, "name": account.name} for number, account in exercise.phones.listed()))
        connection.close()
        address = f"http://localhost:{port}"

        def ready() -> None:
            say(f"EXERCISE. Hansa serves {address} (Ctrl-C stops it). Sign in as:")
            width = max(len(who) for who, _ in personas)
            for who, path in personas:
                say(f"  {who:<{width}}  {address}{path}")
            say(f"Their phones and mailboxes: {standin.url}")

        serving.run(listener, node, workers=workers, ready=ready)


@contextmanager
def _standing_in(port: int) -> Iterator[control.StandIn]:
    """Start the stand-in for everything that carries messages, whatever this machine is set up for: a drill stays here.

    It listens on free ports of loopback, and ends with this process.
    """
    with control.started(hooks=f"http://localhost:{port}/hooks") as standin:
        os.environ.update(standin.environment)
        os.environ["HANSA_HOOKS_URL"] = f"http://localhost:{port}"
        yield standin


def play(scenario: str, as_json: bool) -> bool:
    """Play the exercise through the same actions as the pages, print what happened, and return whether all went.

    It plays in this node's data folder; where that has a league already, in a new folder beneath it.
    """
    os.environ["HANSA_DEMO"] = "1"
    with opened_node() as node:
        bring_schema_up_to_date()
        from hansa.readiness import exercise

        if not exercise.is_founded():
            with contextlib.ExitStack() as stack:
                around = None
                if exercise.has_a_night(scenario):
                    around = stack.enter_context(outside.started(stack.enter_context(serving.bind(0))))
                report = exercise.run(scenario, say, found_in=str(node.folder), outside=around)
            click.echo(json.dumps(report.as_dict(), indent=1) if as_json else report.as_text())
            return report.ok
    if env.text("DATABASE_URL"):
        raise CannotStart("This database has a league already: name an empty one in DATABASE_URL.")
    folder = data_folder() / f"exercise-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    again = [sys.executable, "-m", "hansa.cli", *sys.argv[1:]]
    return subprocess.run(again, env=os.environ | {"HANSA_DATA_DIR": str(folder)}).returncode == 0  # noqa: S603
