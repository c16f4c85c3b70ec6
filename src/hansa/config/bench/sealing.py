# SPDX-License-Identifier: Apache-2.0
"""The bench `sealing`: a body of 2 kB sealed to 50 named members and opened by one, beside bare pyrage.

What is timed is what publishing calls: padding, commitment, the body under a key of its own, a wrap for each member;
and what reading calls: the wrap and the body opened and proven against the commitment.
"""

import json
import sys
import time
from statistics import median

from hansa.config.bench import bed
from hansa.config.node import say

ROUNDS, SEALS, OPENS = 7, 40, 400
MEMBERS, SIZE = 50, 2048


def main() -> None:
    """Measure, and print the values."""
    from hansa.ledger import sealing

    identities = {f"member-{number}": sealing.new_identity() for number in range(MEMBERS)}
    recipients = {name: sealing.recipient_of(identity) for name, identity in identities.items()}
    tail = b"x" * SIZE
    seals, opens, ratios = [], [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(SEALS):
            sealed = sealing.seal(tail, recipients)
        seals.append((time.perf_counter() - began) / SEALS * 1000)
        began = time.perf_counter()
        for _ in range(OPENS):
            opened = sealing.open_body(sealed.ciphertext, sealed.wraps["member-7"], identities["member-7"])
            sealing.check_commitment(opened.tail, opened.salt, sealed.commitment)
        opens.append((time.perf_counter() - began) / OPENS * 1000)
        if opened.tail != tail:
            raise SystemExit("what was opened is not what was sealed")
        ratios.append(seals[-1] / bed.baseline("sealing", MEMBERS, SIZE, SEALS)["seal_ms"])
        say(f"  seal {seals[-1]:.2f} ms, ratio {ratios[-1]:.2f}, open {opens[-1]:.3f} ms")
    values = {"seal_50_ms": median(seals), "open_ms": median(opens), "seal_ratio": median(ratios)}
    sys.stdout.write(json.dumps(values))


if __name__ == "__main__":
    main()
