# SPDX-License-Identifier: Apache-2.0
"""A whole export: every log in it, every body, and no file that none of them accounts for."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hansa.ledger.sealing import MAX_HEADER, SealingError, stanzas
from hansa.ledger.tlog.tiles import Tile
from hansa.ledger.verification.files import Files, checkpoint_path, log_path, tile_path
from hansa.ledger.verification.leaf import SIZES
from hansa.ledger.verification.log import LogCheck
from hansa.ledger.verification.references import References
from hansa.ledger.verification.report import LogSummary, Report, Stop
from hansa.ledger.verification.seen import Seen
from hansa.ledger.verification.trust import read_trust

AHEAD = timedelta(minutes=5)
_CHUNK, _NONCE, _TAG = 65_536, 16, 16
_HASH = re.compile(r"[0-9a-f]{64}")


class _ExportedLog:
    """One log of an export, as `LogCheck` reads it."""

    def __init__(self, files: Files, origin: str):
        self.origin, self._files = origin, files

    def checkpoint(self) -> bytes:
        return self._files.read(checkpoint_path(self.origin))

    def tile(self, tile: Tile) -> bytes:
        return self._files.read(tile_path(self.origin, tile))


def verify_export(directory: Path, *, trust: Path | None = None, now: datetime | None = None) -> Report:
    """Verify the export under `directory` and return what was found; nothing is written.

    `trust` names a trust file: then every log must begin with the pinned root keys and continue the pinned head, and
    no pinned log may be missing. `now` bounds the dates of acts. Raises `TrustError` for an unusable trust file,
    `NotADirectoryError` and its like when there is nothing to read.
    """
    pins = read_trust(Path(trust)) if trust is not None else None
    files, report = Files(Path(directory)), Report(pinned=pins is not None)
    references, bodies = References(report), Seen() if files.has_bodies else None
    latest = ((now or datetime.now(UTC)) + AHEAD).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for origin in files.origins:
        pin = (pins or {}).get(origin)
        if pins is not None and pin is None:
            report.fail("root-not-pinned", "the trust file does not name this log", origin)
        _verify_log(files, LogCheck(_ExportedLog(files, origin), report, references, bodies, latest, pin))
    references.finish()
    if bodies is not None:
        _check_bodies(files, bodies, report)
    _check_league(report)
    for origin in sorted((pins or {}).keys() - {summary.origin for summary in report.logs}):
        if not any(failure.origin == origin for failure in report.failures):
            report.fail("log-missing", "the log is pinned and not in the export", origin)
    if not report.logs and report.ok:
        report.fail("no-root", "there is no log in this folder", str(directory))
    files.report_unread(report)
    return report


def _verify_log(files: Files, check: LogCheck) -> None:
    try:
        log_path(check.source.origin)
    except ValueError as error:
        check.report.fail("checkpoint", str(error), check.source.origin)
        return
    summary = check.run()
    if summary is not None:
        check.report.logs.append(summary)
    if check.head is not None:
        files.claim(check.head.origin, check.head.size)


def _check_league(report: Report) -> None:
    """Logs of one league have one author each, and are all an exercise or all real."""
    authors: dict[tuple[str, str], LogSummary] = {}
    leagues: dict[str, LogSummary] = {}
    for log in report.logs:
        other = authors.setdefault((log.league, log.member), log)
        if other is not log:
            report.fail("author-twice", f"{log.member} has the log {other.origin} already", log.origin)
        first = leagues.setdefault(log.league, log)
        if (first.exercise is None) != (log.exercise is None):
            report.fail(
                "exercise", f"the league {log.league} is an exercise in one log and real in another", log.origin
            )


def _check_bodies(files: Files, stated: Seen, report: Report) -> None:
    """Hold every sealed body against the leaf that names it."""
    for path in files.bodies():
        name = path.removeprefix("bodies/")
        sizes = stated.get(bytes.fromhex(name)) if _HASH.fullmatch(name) else None
        try:
            if sizes is None:
                raise Stop("unknown-file", "no leaf names this body")
            _check_body(files.read(path), name, [size for bit, size in enumerate(SIZES) if sizes >> bit & 1])
        except Stop as stop:
            report.fail(stop.code, str(stop), path)


def _check_body(data: bytes, name: str, sizes: list[int]) -> None:
    if hashlib.sha256(data).hexdigest() != name:
        raise Stop("body", "the body does not have the hash that its leaf shows")
    try:
        kinds = [kind for kind in stanzas(data) if not kind.endswith("-grease")]
    except SealingError as error:
        raise Stop("body", str(error)) from None
    if kinds != ["X25519"]:
        raise Stop("body", "the body is not sealed to exactly one X25519 key")
    header = data.index(b"\n", data.index(b"\n---", 0, MAX_HEADER) + 1) + 1
    if len(data) - header not in [_NONCE + size + _TAG * -(-size // _CHUNK) for size in sizes]:
        raise Stop("body", f"the body is not padded to the {sizes[0]:,} bytes that its leaf shows")
