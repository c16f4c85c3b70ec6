# SPDX-License-Identifier: Apache-2.0
"""The bare peer of sealing: one body to one key, that key to each member, by pyrage. Imports nothing of Hansa.

sealing.py MEMBERS SIZE COUNT prints {"seal_ms"}: the mean of COUNT bodies of SIZE bytes.
"""

import json
import os
import sys
import time

import pyrage
from pyrage import x25519


def main(members: int, size: int, count: int) -> None:
    """Seal `count` bodies and print how many milliseconds one took."""
    recipients = [x25519.Identity.generate().to_public() for _ in range(members)]
    body = os.urandom(size)
    began = time.perf_counter()
    for _ in range(count):
        key = x25519.Identity.generate()
        pyrage.encrypt(body, [key.to_public()])
        secret = str(key).encode()
        for recipient in recipients:
            pyrage.encrypt(secret, [recipient])
    sys.stdout.write(json.dumps({"seal_ms": (time.perf_counter() - began) / count * 1000}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
