# SPDX-License-Identifier: Apache-2.0
"""`hansa verify`, `export` and `rebuild`: is what this node shows what its members signed?"""

import tempfile
from collections import Counter
from pathlib import Path

import click
from django.db import DatabaseError

from hansa.config import roles
from hansa.config.binaries import CannotStart
from hansa.config.node import opened_node, say
from hansa.ledger.verification import TrustError, read_trust, verify_export, write_trust

_MOST = 100


def verify(folder: Path | None, trust: Path | None, pin: Path | None) -> bool:
    """Print the report on an exported folder, or on what this node exports now; return whether all of it holds.

    With `pin`, the roots and heads that were found good are written there, for the next time.
    """
    if folder:
        return _verified(folder, trust, pin)
    with tempfile.TemporaryDirectory(prefix="hansa-verify-") as own, opened_node():
        _export(Path(own), bodies=True)
        holds = _verified(Path(own), trust, pin)
        return _proven() and holds


def _proven() -> bool:
    """Print which of the texts that this node keeps are not what was signed; return whether all of them are."""
    from hansa.ledger import proving

    counts: Counter[str] = Counter()
    for found in proving.prove():
        counts[found.proof] += 1
        if found.proof == proving.Proof.FALSE and counts[found.proof] <= _MOST:
            click.echo(f"{found.origin} {found.index} text: what this node shows of the act is not what was signed")
    false, shut = counts[proving.Proof.FALSE], counts[proving.Proof.SHUT]
    proven = counts[proving.Proof.PROVEN]
    click.echo(f"{proven:,} texts proven against their leaves, {false:,} false, {shut:,} that no key here opens now.")
    return not false


def _verified(folder: Path, trust: Path | None, pin: Path | None) -> bool:
    try:
        # What is to be trusted from now on must continue what was trusted before.
        report = verify_export(folder, trust=trust or (pin if pin and pin.exists() else None))
        for line in report.lines():
            click.echo(line)
        if pin and report.ok:
            earlier = read_trust(pin) if pin.exists() else None
            pin.write_text(write_trust(report.logs, earlier), encoding="utf-8")
    except (TrustError, OSError) as error:
        raise CannotStart(str(error)) from None
    return report.ok


def export(folder: Path, *, bodies: bool) -> int:
    """Write every log of this node under `folder` as static tlog-tiles files; return the number of leaves."""
    with opened_node():
        return _export(folder, bodies=bodies)


def _export(folder: Path, *, bodies: bool) -> int:
    from hansa.core.rls import node_scope
    from hansa.ledger import exporting

    try:
        with node_scope():
            return exporting.export(folder, bodies=bodies)
    except OSError as error:
        raise CannotStart(f"{folder} cannot be written: {error.strerror}.") from None


def rebuild(swap: bool) -> bool:
    """Print how the shared tables differ from what the ledger says; return whether they agree (or were replaced)."""
    with opened_node():
        from django.conf import settings

        from hansa.ledger import rebuild as rebuilding

        if not settings.OWNER_DATABASE_URL:
            raise CannotStart("A rebuild makes tables: set HANSA_OWNER_DATABASE_URL to the role that owns them.")
        with roles.connected_as_owner(settings.OWNER_DATABASE_URL):
            try:
                done = rebuilding.rebuild(swap=swap, progress=_progress)
            except DatabaseError as error:
                raise CannotStart(f"The rebuild failed and changed nothing: {error}") from None
    for found in done.differences:
        click.echo(f"{found.table}: {found.missing:,} rows missing, {found.surplus:,} rows too many")
    verdict = "agree" if not done.differences else "were replaced" if swap else "DIFFER"
    click.echo(f"{done.acts:,} acts applied, {done.sealed:,} sealed to others; {done.tables} tables {verdict}.")
    return swap or not done.differences


def _progress(done: int, total: int) -> None:
    if total > 10_000:
        say(f"  {done:,} of {total:,}")
