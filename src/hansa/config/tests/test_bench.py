# SPDX-License-Identifier: Apache-2.0
"""The benches: bars are where they were promised, peers are free of Hansa, what falls short says so."""

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hansa.cli import bench as command
from hansa.config import bench
from hansa.config.bench.figures import BARS, read

PEERS = sorted((Path(bench.__file__).parent / "baseline").glob("*.py"))
GOOD = {
    "ledger": {"publish_per_s": 300, "publish_ratio": 0.15, "publish_batch_per_s": 2000, "verify_ratio": 0.6,
               "rebuild_per_s": 1000, "memory_growth": 1.2},
    "aid": {"form_per_s": 50, "form_p95_ms": 300, "form_lost": 0, "board_p95_ms": 200, "board_query_growth": 0},
    "notify": {"first_duty_p95_s": 6, "first_duty_100_p95_s": 2, "all_s": 45, "ratio_to_bare_senders": 3,
               "all_with_3_kills_s": 120, "lost": 0, "doubled_unreported": 0},
    "allocation": {"regional_vs_highs": 0.5, "nat5_vs_highs": 0.2, "nat20_vs_highs": 0.1, "regional_vs_flow": 3,
                   "nat5_vs_flow": 1.8, "nat20_vs_flow": 1.5, "update_p50_ms_regional": 5, "update_p50_ms_nat20": 50,
                   "rss_mb_nat20": 150, "unmet_vs_fcfs_worst_seed": 0.65, "unmet_vs_disciplined_mean": 0.9,
                   "certificate_violation": 0, "churn": 0.05},
    "sealing": {"seal_50_ms": 6, "open_ms": 1, "seal_ratio": 1.5},
}  # fmt: skip


@pytest.mark.parametrize("peer", PEERS, ids=lambda path: path.stem)
def test_a_peer_imports_nothing_of_hansa(peer):
    tree = ast.parse(peer.read_text(encoding="utf-8"))
    named = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert named
    assert not [name for name in named if name.split(".")[0] in ("hansa", "")]


@pytest.mark.parametrize("name", GOOD)
def test_a_figure_holds_at_its_bar_and_falls_short_beyond_it(name):
    at_the_bar = read(name, GOOD[name])
    assert at_the_bar.holds
    assert [row.figure for row in at_the_bar.rows] == list(BARS[name]) == list(GOOD[name])
    for figure, (_, op, bar) in BARS[name].items():
        beyond = bar - 0.01 if op == ">=" else bar + 0.01
        missed = read(name, GOOD[name] | {figure: beyond})
        assert not missed.holds
        assert [row.figure for row in missed.rows if not row.holds] == [figure]
        assert "FALLS SHORT" in missed.as_text()


def test_json_is_one_line_for_each_bench(monkeypatch):
    monkeypatch.setattr(bench, "run", lambda name: read(name, GOOD[name]))
    said = CliRunner().invoke(command, ["--json"])
    lines = [json.loads(line) for line in said.output.splitlines()]
    assert [line["bench"] for line in lines] == list(GOOD)
    first = lines[0]["rows"][0]
    assert first == {"figure": "publish_per_s", "value": 300, "unit": "acts/s", "bar": 300, "op": ">=", "holds": True}
