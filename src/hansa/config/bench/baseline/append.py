# SPDX-License-Identifier: Apache-2.0
"""The bare peer of publishing: sign, hash and commit one row, one transaction each. Imports nothing of Hansa.

append.py ADDRESS COUNT prints {"per_s"}. ADDRESS is of a role that may make a table.
"""

import hashlib
import json
import sys
import time
import uuid

import psycopg
from nacl.signing import SigningKey


def main(address: str, count: int) -> None:
    """Append `count` signed rows of an act's size and print how many there were in a second."""
    key, note = SigningKey.generate(), "x" * 900
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("CREATE TABLE IF NOT EXISTS bare_log (hash bytea PRIMARY KEY, entry bytea NOT NULL)")
        began = time.perf_counter()
        for number in range(count):
            act = {"at": time.time_ns(), "body": {"note": note, "quantity": str(number)}, "id": str(uuid.uuid4())}
            entry = json.dumps(act, sort_keys=True, separators=(",", ":")).encode()
            signed = bytes(key.sign(entry))
            server.execute("INSERT INTO bare_log VALUES (%s, %s)", [hashlib.sha256(signed).digest(), signed])
        seconds = time.perf_counter() - began
    sys.stdout.write(json.dumps({"per_s": count / seconds}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
