# SPDX-License-Identifier: Apache-2.0
"""What a provider's error code means for a delivery. Pure; codes as the provider's documentation numbers them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What follows from an error code: `permanent` for this delivery, `disables` for its address.

    `wait`: seconds before it is worth trying again. `stopped`: the person said stop at the carrier. `alarm`: not this
    number but our messages are refused, so somebody has to look. `words`: the provider's own, of a
    code that is not listed. What a listed code says stands in `notify.reasons`.
    """

    permanent: bool = True
    disables: bool = False
    wait: float = 0
    stopped: bool = False
    alarm: bool = False
    words: str = ""


_FAULTS = {
    "20429": Fault(permanent=False, wait=2),
    "21211": Fault(disables=True),
    "21610": Fault(disables=True, stopped=True),
    "21611": Fault(permanent=False, wait=5),
    "21614": Fault(disables=True),
    "21635": Fault(disables=True),
    "30001": Fault(permanent=False, wait=5),
    "30002": Fault(alarm=True),
    "30003": Fault(permanent=False, wait=30),
    "30004": Fault(),
    "30005": Fault(disables=True),
    "30006": Fault(disables=True),
    "30007": Fault(alarm=True),
    "30036": Fault(),
}


def fault(code: str, words: str = "") -> Fault:
    """Return what a code means; one that is not listed ends the delivery, in the provider's own words."""
    return _FAULTS.get(code) or Fault(words=words)
