# SPDX-License-Identifier: Apache-2.0
"""The bench `ledger`: publishing, verification, rebuild, and the memory that the last two need.

What is published is a request for aid, sealed to the league, each in the log of the member in crisis and applied.
"""

import json
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

from hansa.config import roles
from hansa.config.bench import bed
from hansa.config.node import DATABASE, say

ROUNDS, SINGLE, BATCHES, BATCH = 5, 300, 20, 100
SMALL, LARGE = 10_000, 100_000


class Publisher:
    """Publishes requests as the logistics chief of the member in crisis."""

    def __init__(self, own: bed.Bed) -> None:
        from hansa.activation.models import Activation
        from hansa.core.rls import member_scope
        from hansa.people.choices import Office
        from hansa.readiness.exercise import cast

        self._scope = member_scope
        self.server = own.node.server
        self.done = 0
        with cast.acting(bed.MEMBERS[0], Office.LOGISTICS) as actor:
            self.actor, self.activation = actor, Activation.objects.get(id=own.activation)
        self._charter, self._exercise = self.activation.charter or None, self.activation.exercise or None

    def _body(self):
        from hansa.aid.acts.request import RequestOpened
        from hansa.core import clock

        self.done += 1
        return RequestOpened(
            activation=self.activation.id, sheet=self.activation.id, number=self.done % 1000 + 1, kind="cot",
            quantity=Decimal(self.done), needed_by=clock.now() + timedelta(hours=12), place="McCormick Place, Chicago",
            lat=Decimal("41.85100"), lon=Decimal("-87.61600"), zone="America/Chicago", note="Dock B, around the clock.",
        )  # fmt: skip

    def _said(self):
        from hansa import ledger

        refs = (self.activation.id,)
        return ledger.say(self._body(), refs=refs, charter=self._charter, exercise=self._exercise)

    def single(self, count: int) -> float:
        """Publish `count` acts, each in its own transaction; return how many there were in a second."""
        from hansa import ledger

        scope = ledger.league_scope(self.activation.id)
        began = time.perf_counter()
        for _ in range(count):
            with self._scope(bed.MEMBERS[0]):
                ledger.submit(
                    self.actor, self._body(), refs=(self.activation.id,), audience=scope, charter=self._charter,
                    exercise=self._exercise,
                )  # fmt: skip
        return count / (time.perf_counter() - began)

    def batches(self, sizes: Sequence[int]) -> float:
        """Publish batches, each in its own transaction; return how many acts there were in a second."""
        from hansa import ledger

        scope = ledger.league_scope(self.activation.id)
        began = time.perf_counter()
        for size in sizes:
            with self._scope(bed.MEMBERS[0]):
                ledger.submit_all(self.actor, [self._said() for _ in range(size)], audience=scope)
        return sum(sizes) / (time.perf_counter() - began)

    def leaves(self) -> int:
        """Return the number of leaves on the node, and see that every act that was published has its row."""
        from django.db import connection

        with self._scope(bed.MEMBERS[0]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM aid_requestline")
            if (found := cursor.fetchone()[0]) != self.done:
                raise SystemExit(f"{self.done} requests were published, {found} are there")
            cursor.execute("SELECT count(*) FROM ledger_leaf")
            return cursor.fetchone()[0]

    def fill(self, leaves: int) -> None:
        """Publish until the node has that many leaves."""
        missing = leaves - self.leaves()
        self.batches([BATCH] * (missing // BATCH) + [missing % BATCH or BATCH])


def _publishing(publisher: Publisher) -> dict[str, float]:
    bare_address = publisher.server.url(roles.OWNER, DATABASE)
    publisher.single(50)
    singles, ratios, batches = [], [], []
    for _ in range(ROUNDS):
        singles.append(publisher.single(SINGLE))
        ratios.append(singles[-1] / bed.baseline("append", bare_address, SINGLE * 3)["per_s"])
        batches.append(publisher.batches([BATCH] * BATCHES))
        say(f"  publish {singles[-1]:,.0f}/s, ratio {ratios[-1]:.3f}, in batches {batches[-1]:,.0f}/s")
    return {"publish_per_s": median(singles), "publish_ratio": median(ratios), "publish_batch_per_s": median(batches)}


def _export(folder: Path) -> None:
    from hansa.core.rls import node_scope
    from hansa.ledger.exporting import export

    with node_scope():
        export(folder)


def _reading(publisher: Publisher, node: Path) -> dict[str, float]:
    peaks: dict[int, dict[str, float]] = {}
    ratios, rebuilt = [], []
    for size, rounds in ((SMALL, ROUNDS), (LARGE, 1)):
        publisher.fill(size)
        folder = node / f"export-{size}"
        _export(folder)
        for _ in range(rounds):
            ours, bare = bed.measured("reading", "verify", folder), bed.baseline("reading", folder)
            if ours["acts"] != bare["leaves"]:
                raise SystemExit(f"{ours['acts']} leaves were verified, {bare['leaves']} read")
            again = bed.measured("reading", "rebuild", node)
            peaks[size] = {"verify": ours["peak"], "rebuild": again["peak"]}
            ratios.append(bare["seconds"] / ours["seconds"])
            rebuilt.append(again["acts"] / again["seconds"])
            say(f"  {size:,} acts: verify ratio {ratios[-1]:.3f}, rebuild {rebuilt[-1]:,.0f}/s, KiB {peaks[size]}")
    growth = max(peaks[LARGE][what] / peaks[SMALL][what] for what in ("verify", "rebuild"))
    return {"verify_ratio": median(ratios), "rebuild_per_s": median(rebuilt), "memory_growth": growth}


def main() -> None:
    """Measure, and print the values."""
    with bed.made() as own:
        publisher = Publisher(own)
        sys.stdout.write(json.dumps(_publishing(publisher) | _reading(publisher, own.node.folder)))


if __name__ == "__main__":
    main()
