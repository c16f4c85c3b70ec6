# SPDX-License-Identifier: Apache-2.0
"""What is measured, and the bar of each figure. Bars are promises: they are raised, never lowered."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HOLDS = {">=": operator.ge, "<=": operator.le, "=": operator.eq}

# Bench, then figure: unit, comparison, bar.
BARS: Mapping[str, Mapping[str, tuple[str, str, float]]] = {
    "ledger": {
        "publish_per_s": ("acts/s", ">=", 300),
        "publish_ratio": ("of a bare loop", ">=", 0.15),
        "publish_batch_per_s": ("acts/s", ">=", 2000),
        "verify_ratio": ("of a bare loop", ">=", 0.6),
        "rebuild_per_s": ("acts/s", ">=", 1000),
        "memory_growth": ("100k over 10k acts", "<=", 1.2),
    },
    "aid": {
        "form_per_s": ("requests/s", ">=", 50),
        "form_p95_ms": ("ms", "<=", 300),
        "form_lost": ("requests", "=", 0),
        "board_p95_ms": ("ms", "<=", 200),
        "board_query_growth": ("queries", "=", 0),
    },
    "notify": {
        "first_duty_p95_s": ("s", "<=", 6),
        "first_duty_100_p95_s": ("s", "<=", 2),
        "all_s": ("s", "<=", 45),
        "ratio_to_bare_senders": ("of bare senders", "<=", 3),
        "all_with_3_kills_s": ("s", "<=", 120),
        "lost": ("messages", "=", 0),
        "doubled_unreported": ("messages", "=", 0),
    },
    "allocation": {
        "regional_vs_highs": ("of HiGHS", "<=", 0.5),
        "nat5_vs_highs": ("of HiGHS", "<=", 0.2),
        "nat20_vs_highs": ("of HiGHS", "<=", 0.1),
        "regional_vs_flow": ("of bare flow solves", "<=", 3),
        "nat5_vs_flow": ("of bare flow solves", "<=", 1.8),
        "nat20_vs_flow": ("of bare flow solves", "<=", 1.5),
        "update_p50_ms_regional": ("ms", "<=", 5),
        "update_p50_ms_nat20": ("ms", "<=", 50),
        "rss_mb_nat20": ("MB", "<=", 150),
        "unmet_vs_fcfs_worst_seed": ("of first-come", "<=", 0.65),
        "unmet_vs_disciplined_mean": ("of urgent, due", "<=", 0.90),
        "certificate_violation": ("cost", "=", 0),
        "churn": ("of the units", "<=", 0.05),
    },
    "sealing": {
        "seal_50_ms": ("ms", "<=", 6),
        "open_ms": ("ms", "<=", 1),
        "seal_ratio": ("of bare pyrage", "<=", 1.5),
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as it was measured, beside its bar."""

    figure: str
    value: float
    unit: str
    bar: float
    op: str

    @property
    def holds(self) -> bool:
        """Whether the value is on the right side of the bar."""
        return _HOLDS[self.op](self.value, self.bar)

    def as_dict(self) -> dict[str, Any]:
        """Return the row for a program."""
        return {"figure": self.figure, "value": self.value, "unit": self.unit, "bar": self.bar, "op": self.op,
                "holds": self.holds}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bench:
    """The figures of one bench."""

    name: str
    rows: tuple[Row, ...]

    @property
    def holds(self) -> bool:
        """Whether every figure holds."""
        return all(row.holds for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the bench for a program."""
        return {"bench": self.name, "rows": [row.as_dict() for row in self.rows], "holds": self.holds}

    def as_text(self) -> str:
        """Return the bench as a table for a terminal."""
        lines = [self.name]
        for row in self.rows:
            verdict = "holds" if row.holds else "FALLS SHORT"
            lines.append(f"  {row.figure:<20} {row.value:>10,.2f} {row.unit:<20} {row.op:>2} {row.bar:>8,g}  {verdict}")
        return "\n".join(lines)


def read(name: str, values: Mapping[str, float]) -> Bench:
    """Return the measured values of a bench as rows; `KeyError` when one is missing."""
    return Bench(name, tuple(Row(figure, round(values[figure], 3), unit, bar, op)
                             for figure, (unit, op, bar) in BARS[name].items()))  # fmt: skip
