# SPDX-License-Identifier: Apache-2.0
"""Senders of a process give way to whoever writes for many members: the first on duty of the last member goes out
before the others of the first one, and Python's threads share one processor.

Sending waits a second at most for each batch, so that nothing that goes wrong here holds a message up.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 1.0
_changed = threading.Condition()
_writers = 0


@contextmanager
def writing_first() -> Iterator[None]:
    """Let senders of this process begin no further batch for the time of the block."""
    global _writers
    with _changed:
        _writers += 1
    try:
        yield
    finally:
        with _changed:
            _writers -= 1
            _changed.notify_all()


def give_way() -> None:
    """Return once nobody writes for many members in this process, or after a second."""
    with _changed:
        _changed.wait_for(lambda: not _writers, _LONGEST)
