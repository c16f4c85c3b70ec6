# SPDX-License-Identifier: Apache-2.0
"""Child processes that end with the process that started them, even when it is killed with SIGKILL."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _tie(parent: int, ending: signal.Signals) -> Callable[[], None]:
    def tie() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, ending)
            if os.getppid() != parent:  # the parent died before the tie held
                os.kill(os.getpid(), signal.SIGKILL)

    return tie


def start(command: Sequence[str], *, ending: signal.Signals = signal.SIGTERM, **options) -> subprocess.Popen:
    """Start a child that receives `ending` as soon as this process is gone.

    Call it from the main thread: Linux ties a child to the thread that started it. A change of user clears the tie,
    so it is made after it (subprocess runs `preexec_fn` last).
    """
    child = subprocess.Popen(  # noqa: S603
        command,
        preexec_fn=_tie(os.getpid(), ending),  # noqa: PLW1509
        **options,
    )
    if _libc is None:
        _watch(child.pid, ending)
    return child


def _watch(pid: int, ending: signal.Signals) -> None:
    """Where the kernel has no such tie: a shell that waits for the end of a pipe that only this process holds."""
    reading, writing = os.pipe()
    script = f"read -r _; kill -{int(ending)} {pid} 2>/dev/null"
    subprocess.Popen(["/bin/sh", "-c", script], stdin=reading, start_new_session=True)  # noqa: S603
    os.close(reading)
    os.set_inheritable(writing, False)
