# SPDX-License-Identifier: Apache-2.0
"""What is measured on: a node in a folder of its own with a small exercise league, one member of it in crisis."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from hansa.config.node import Node, bring_schema_up_to_date, opened_node

MEMBERS = ("chicago-il", "portland-or", "oakland-ca", "illinois")
BASELINES = Path(__file__).parent / "baseline"
_BEFORE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Bed:
    """The node that is measured, and the activation in which its first member asks for aid."""

    node: Node
    activation: UUID


@contextmanager
def made() -> Iterator[Bed]:
    """Open this process's node, found the league and let its first member invoke; nothing of it is ever timed."""
    with opened_node(attach=False) as node:
        bring_schema_up_to_date()
        yield Bed(node, _founded())


def _founded() -> UUID:
    from hansa.activation import actions
    from hansa.core import clock
    from hansa.people.choices import Office
    from hansa.readiness.exercise import cast

    began = clock.now() - _BEFORE
    with clock.played(began):
        cast.found(MEMBERS, at=began)
    said = actions.Situation(
        trigger="fire", level="full", situation="EXERCISE. A measured crisis.", place="Chicago, Illinois",
        first_needs="Cots", evidence="EXERCISE order 1", lat=Decimal("41.85003"), lon=Decimal("-87.65005"),
    )  # fmt: skip
    with cast.acting(MEMBERS[0], Office.CHIEF_EXECUTIVE) as actor:
        return cast.settle([actions.invoke_pact(said, actor=actor)], actor, at=clock.now())[0].id


def baseline(name: str, *arguments: object) -> dict[str, Any]:
    """Run a bare peer in its own process, without Hansa on its path, and return what it measured."""
    return _measured([sys.executable, "-I", str(BASELINES / f"{name}.py")], arguments)


def measured(module: str, *arguments: object) -> dict[str, Any]:
    """Run a module of this package in a fresh process and return what it measured."""
    return _measured([sys.executable, "-m", f"hansa.config.bench.{module}"], arguments)


def _measured(command: list[str], arguments: tuple[object, ...]) -> dict[str, Any]:
    done = subprocess.run([*command, *map(str, arguments)], stdout=subprocess.PIPE, check=True)  # noqa: S603
    return json.loads(done.stdout)
