# SPDX-License-Identifier: Apache-2.0
"""`hansa bench`: the figures that Hansa promises, measured on this machine beside a limit or a bare peer.

Each bench runs in a process of its own, over its own durable PostgreSQL in a folder that is removed afterwards. The
peers in `baseline/` import nothing of Hansa and use the same server, with fsync on. A figure that falls short says so.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from hansa.config import lifeline
from hansa.config.bench.figures import BARS, Bench, read
from hansa.config.binaries import CannotStart

NAMES = tuple(BARS)
_NOT_OURS = ("DATABASE_URL", "HANSA_OWNER_DATABASE_URL", "HANSA_POOL", "HANSA_DOMAIN", "HANSA_RP_ID", "HANSA_ORIGINS")


def run(name: str) -> Bench:
    """Measure one bench and return its figures. `CannotStart` when it broke off; what it said went to stderr."""
    with tempfile.TemporaryDirectory(prefix="hansa-bench-") as folder:
        # The server's user is another one when we are root; it only has to pass through.
        Path(folder).chmod(0o711)
        kept = {k: v for k, v in os.environ.items() if k.removesuffix("_FILE") not in _NOT_OURS}
        environment = kept | {"HANSA_DATA_DIR": str(Path(folder) / "node"), "HANSA_DEMO": "1"}
        command = [sys.executable, "-m", f"hansa.config.bench.{name}"]
        child = lifeline.start(command, env=environment, stdout=subprocess.PIPE)
        try:
            output, _ = child.communicate()
        except BaseException:
            child.terminate()
            child.wait()
            raise
    if child.returncode:
        raise CannotStart(f"The bench {name} broke off (see the lines above).")
    return read(name, json.loads(output))
