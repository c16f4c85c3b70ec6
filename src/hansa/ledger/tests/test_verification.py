# SPDX-License-Identifier: Apache-2.0
"""The offline verifier: honest logs pass, with pinned roots each lie fails by its name, and it is fast."""

import base64
import dataclasses
import json
import os
import random
import subprocess
import sys
import time

import pytest

from hansa.ledger import keys
from hansa.ledger.canonical import canonical, parse
from hansa.ledger.envelope import ACT_TYPE, decode, encode, pae
from hansa.ledger.keys import key_id
from hansa.ledger.tests.fabric import LEAGUE, LOG, NOW, LogMaker, an_honest_log, check, chicago, codes
from hansa.ledger.tlog.merkle import leaf_hash
from hansa.ledger.verification import Report, TrustError, read_trust, verify_export, write_trust
from hansa.ledger.verification.files import log_path
from hansa.ledger.verification.report import CODES
from hansa.ledger.verification.seen import Seen


def test_an_honest_log_passes_and_says_how_far_that_reaches(tmp_path):
    log = an_honest_log()
    report = check(log, tmp_path)
    assert report.ok, report.failures
    assert report.verdict == "OK: 8 acts in 1 logs, self-consistent only (no roots were pinned)"
    pinned = check(log, tmp_path, trust=log.trust(tmp_path.parent / "trust.toml", size=3))
    assert pinned.ok and pinned.verdict.endswith("verified against pinned roots")
    (summary,) = pinned.logs
    assert (summary.origin, summary.size, summary.exercise) == (log.origin, 8, "drill-1")
    assert any("EXERCISE drill-1" in line for line in pinned.lines())


@pytest.mark.parametrize("size", [4, 256, 257, 512, 700])
def test_logs_of_any_size_pass(tmp_path, size):
    log = chicago()
    while len(log.entries) < size:
        log.act()
    report = check(log, tmp_path)
    assert report.ok and report.acts == size, report.failures


def test_each_tile_of_a_log_with_three_levels_is_checked(tmp_path):
    log = LogMaker("chicago-il", entries=[b"{}"] * (65_536 + 300))  # no acts at all: only tiles count here
    folder = log.write(tmp_path)
    assert {f.code for f in verify_export(folder, now=NOW).failures} == {"envelope"}
    names = ["0/255", "1/000", "1/001.p/1", "2/000.p/1"]
    for name in names:
        path = folder / LOG / "tile" / name
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    found = [f for f in verify_export(folder, now=NOW).failures if f.code != "envelope"]
    assert [f.index for f in found if f.code == "leaf-hash"] == [65_535]
    assert sorted(f.sentence.split(" ")[0] for f in found if f.code == "tile") == [f"tile/{name}" for name in names[1:]]


def test_no_flipped_byte_anywhere_stays_hidden(tmp_path):
    log = an_honest_log()
    folder = log.write(tmp_path)
    chance = random.Random(2026)  # noqa: S311
    for path in log.files():
        data = (folder / path).read_bytes()
        places = range(len(data)) if len(data) < 400 else sorted(chance.sample(range(len(data)), 150))
        for place in places:
            altered = bytearray(data)
            altered[place] ^= 1 << chance.randrange(8)
            (folder / path).write_bytes(altered)
            report = verify_export(folder, now=NOW)
            assert not report.ok, (path, place)
            assert {failure.code for failure in report.failures} <= set(CODES)
        (folder / path).write_bytes(data)
    assert verify_export(folder, now=NOW).ok


# With pinned roots, each by its name.


def test_a_log_rebuilt_under_other_keys_is_root_not_pinned(tmp_path):
    trust = chicago().trust(tmp_path / "trust.toml")
    rebuilt = chicago(seed="other ")
    assert codes(rebuilt, tmp_path / "export") == set()
    assert codes(rebuilt, tmp_path / "export", trust=trust) == {"root-not-pinned"}


def test_a_root_restated_with_a_lower_threshold_is_root_not_pinned(tmp_path):
    trust = chicago().trust(tmp_path / "trust.toml")
    assert codes(chicago(threshold=1), tmp_path / "export", trust=trust) == {"root-not-pinned"}


def test_an_act_removed_and_the_tree_recomputed_is_found(tmp_path):
    log = an_honest_log()
    for _ in range(3):
        log.act()
    trust = log.trust(tmp_path / "trust.toml", size=9)
    del log.entries[4]
    assert codes(log, tmp_path / "export") == set()  # nothing in the log itself tells: it needs a head from before
    assert codes(log, tmp_path / "export", trust=trust) == {"consistency"}
    del log.entries[5:]
    assert codes(log, tmp_path / "short", trust=trust) == {"head-older-than-saved"}


def test_an_older_head_than_one_saved_before_is_found(tmp_path):
    log = an_honest_log()
    folder = log.write(tmp_path / "export")
    report = verify_export(folder, now=NOW)
    trust = tmp_path / "trust.toml"
    trust.write_text(write_trust(report.logs))
    assert verify_export(folder, trust=trust, now=NOW).ok
    log.entries.pop()
    assert codes(log, tmp_path / "older", trust=trust) == {"head-older-than-saved"}


def test_another_tree_at_the_saved_size_is_found(tmp_path):
    log = an_honest_log()
    trust = log.trust(tmp_path / "trust.toml", size=len(log.entries))
    log.entries[4], log.entries[5] = log.entries[5], log.entries[4]
    assert codes(log, tmp_path / "export", trust=trust) == {"consistency", "time-went-back"}


def test_approvals_swapped_between_two_acts_are_found(tmp_path):
    log = chicago()
    log.act(approved=True, body={"text": "one"})
    log.act(approved=True, body={"text": "two"})
    one, two = decode(log.entries[-2]), decode(log.entries[-1])
    log.entries[-2] = encode(dataclasses.replace(one, approvals=two.approvals))
    log.entries[-1] = encode(dataclasses.replace(two, approvals=one.approvals))
    report = check(log, tmp_path)
    assert [(f.code, f.index) for f in report.failures] == [("approval-swapped", 4), ("approval-swapped", 5)]


def test_base64_that_does_not_reencode_is_found(tmp_path):
    log = an_honest_log()
    obj = json.loads(log.entries[4])
    obj["signatures"][0]["sig"] = obj["signatures"][0]["sig"][:-3] + "B=="
    assert base64.b64decode(obj["signatures"][0]["sig"])  # a careless decoder takes it
    log.entries[4] = canonical(obj)
    assert codes(log, tmp_path) == {"base64-not-canonical"}


def test_a_log_that_is_not_pinned_and_one_that_is_missing_are_found(tmp_path):
    trust = chicago().trust(tmp_path / "trust.toml")
    report = check(LogMaker("oakland-ca").found(), tmp_path / "export", trust=trust)
    assert {(f.code, f.origin) for f in report.failures} == {
        ("root-not-pinned", f"hansa/{LEAGUE}/oakland-ca"),
        ("log-missing", f"hansa/{LEAGUE}/chicago-il"),
    }


# The trust file, the report, the speed.


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1",
        "logs = 1",
        "[logs]",
        "[logs.a]",
        '[logs.a]\nroot_keys = ["00"]\nthreshold = 1',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 2',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = true',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 1\nsize = 4',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 1\nsize = 4\nroot = "AA=="',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 1\nmore = 4',
        f'[logs.a]\nroot_keys = ["{"0" * 32}"]\nthreshold = 1\n[other]',
    ],
)
def test_a_trust_file_that_is_not_understood_is_refused(tmp_path, text):
    path = tmp_path / "trust.toml"
    path.write_text(text)
    with pytest.raises(TrustError, match="trust.toml"):
        read_trust(path)


def test_a_trust_file_is_written_and_read_back_and_keeps_other_pins(tmp_path):
    report = check(an_honest_log(), tmp_path / "export")
    path = tmp_path / "trust.toml"
    path.write_text(write_trust(report.logs))
    pins = read_trust(path)
    path.write_text(write_trust([], pins))
    assert read_trust(path) == pins and list(pins) == [chicago().origin]


def test_saving_anew_never_forgets_what_was_trusted(tmp_path):
    log = an_honest_log()
    pins = {log.origin: read_trust(log.trust(tmp_path / "trust.toml", size=len(log.entries)))[log.origin]}
    again = check(log, tmp_path / "again").logs
    assert write_trust(again, pins) == write_trust(again)
    with pytest.raises(TrustError, match="other root keys"):
        write_trust(check(chicago(seed="other "), tmp_path / "rebuilt").logs, pins)
    log.entries.pop()
    with pytest.raises(TrustError, match="does not follow"):
        write_trust(check(log, tmp_path / "older").logs, pins)


@pytest.mark.parametrize("origin", ["", "..", "a/../b", "/a", "a//b", "a/tile", "checkpoint", ".a", "a\\b", "a b"])
def test_an_origin_never_leaves_the_folder(origin):
    with pytest.raises(ValueError, match="plain names"):
        log_path(origin)


def test_a_flood_of_one_failure_is_counted_and_does_not_hide_another():
    report = Report(pinned=False)
    for number in range(1005):
        report.fail("act", "no", "log", number)
    report.fail("tile", "no", "log")
    assert len(report.failures) == 101 and report.suppressed == 905 and "1,006 failures" in report.verdict
    assert list(report.lines())[-3:-1] == ["tile: log: no", "... and 905 more failures"]


def test_a_compact_map_remembers_what_it_was_given():
    seen, names = Seen(), [os.urandom(32) for _ in range(20_000)]
    for turn in (0, 1):
        for number, name in enumerate(names):
            assert seen.set(name, number + turn) == (number if turn else None)
        assert all(seen.get(name) == number + turn for number, name in enumerate(names))
    assert seen.get(os.urandom(32)) is None
    assert seen.get(names[0][1:] + b"\x00") is None
    assert seen.get(names[0][:16]) == 1


def test_the_verifier_runs_without_django(tmp_path):
    folder = an_honest_log().write(tmp_path)
    script = f"""
import sys
from datetime import datetime
from pathlib import Path
from hansa.ledger.verification import verify_export
print(verify_export(Path({str(folder)!r}), now=datetime.fromisoformat({NOW.isoformat()!r})).verdict)
assert not any(name.split(".")[0] in ("django", "psycopg") for name in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("OK: 8 acts") and not done.stderr


def bare(log: LogMaker, public: dict[str, bytes]) -> None:
    """What verification cannot do without: parse, check JCS, hash, verify the signature."""
    for entry in log.entries:
        leaf_hash(entry)
        obj = parse(entry)
        payload = base64.b64decode(obj["payload"])
        parse(payload)
        signature = obj["signatures"][0]
        assert key_id(public[signature["keyid"]]) == signature["keyid"]
        verify_one(public[signature["keyid"]], payload, base64.b64decode(signature["sig"]))


def verify_one(public: bytes, payload: bytes, signature: bytes) -> None:
    assert keys.verify(public, pae(ACT_TYPE, payload), signature)


def test_verification_takes_little_more_than_its_cryptography(tmp_path):
    log = chicago()
    while len(log.entries) < 1500:
        log.act(body={"lines": [{"quantity": "12", "kind": "cot"}] * 6})
    folder = log.write(tmp_path)
    public = {key_id(log.key(f"office {o}").public): log.key(f"office {o}").public for o in ("legal",)}
    acts = LogMaker("chicago-il", entries=log.entries[4:])
    best = 0.0
    for _ in range(5):
        started = time.perf_counter()
        bare(acts, public)
        middle = time.perf_counter()
        assert verify_export(folder, now=NOW).ok
        best = max(best, (middle - started) / (time.perf_counter() - middle))
    assert best >= 0.6
