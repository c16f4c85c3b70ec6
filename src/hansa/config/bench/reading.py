# SPDX-License-Identifier: Apache-2.0
"""Verification and rebuild, each in a fresh process: `python -m hansa.config.bench.reading verify|rebuild FOLDER`.

Prints {"acts", "seconds", "peak"}: acts read, the time that took, and the process's peak of resident memory in KiB.
"""

import json
import resource
import sys
import time
from pathlib import Path


def _verify(folder: Path) -> tuple[int, float]:
    from hansa.ledger.verification import verify_export

    began = time.perf_counter()
    report = verify_export(folder)
    seconds = time.perf_counter() - began
    if not report.ok:
        raise SystemExit("\n".join(report.lines()))
    return report.acts, seconds


def _rebuild(folder: Path) -> tuple[int, float]:
    """Rebuild the node that runs over `folder`; as the command does, as the role that owns the tables."""
    from hansa.config import roles
    from hansa.config.node import opened_node

    with opened_node():
        from django.conf import settings

        from hansa.ledger.rebuild import rebuild

        with roles.connected_as_owner(settings.OWNER_DATABASE_URL):
            began = time.perf_counter()
            done = rebuild()
            seconds = time.perf_counter() - began
    if done.differences or done.sealed:
        raise SystemExit(f"the rebuild differs: {done}")
    return done.acts, seconds


def main(what: str, folder: Path) -> None:
    """Do one of the two and print what it took."""
    acts, seconds = {"verify": _verify, "rebuild": _rebuild}[what](folder)
    sys.stdout.write(json.dumps({"acts": acts, "seconds": seconds, "peak": _peak()}))


def _peak() -> int:
    """Return the peak of this program. Linux hands `ru_maxrss` down from the process that started it, so not that."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
