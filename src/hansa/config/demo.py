# SPDX-License-Identifier: Apache-2.0
"""`hansa demo`: an exercise league on this machine, to look at or to play without a browser."""

import json
import os

import click

from hansa.config import serve as serving
from hansa.config.node import bring_schema_up_to_date, opened_node, say


def show(port: int, workers: int, scenario: str) -> None:
    """Serve the exercise league until Ctrl-C, and say how to sign in as each persona."""
    os.environ["HANSA_DEMO"] = "1"
    with serving.stops_cleanly(), serving.bind(port) as listener, opened_node(attach=False) as node:
        bring_schema_up_to_date()
        from hansa.readiness import exercise

        exercise.load(scenario)
        address = f"http://localhost:{port}"

        def ready() -> None:
            say(f"EXERCISE. Hansa serves {address} (Ctrl-C stops it). Sign in as:")
            for who, path in exercise.personas():
                say(f"  {who:<56} {address}{path}")

        serving.run(listener, node, workers=workers, ready=ready)


def play(scenario: str, as_json: bool) -> bool:
    """Play the exercise through the same actions as the pages, print what happened, and return whether all went."""
    os.environ["HANSA_DEMO"] = "1"
    with opened_node():
        bring_schema_up_to_date()
        from hansa.readiness import exercise

        report = exercise.run(scenario)
        click.echo(json.dumps(report.as_dict(), indent=1) if as_json else report.as_text())
        return report.ok
