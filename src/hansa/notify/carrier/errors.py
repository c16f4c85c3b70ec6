# SPDX-License-Identifier: Apache-2.0
"""What a provider's error code means for a delivery. Pure; codes as the provider's documentation numbers them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """An error code in words, and what follows: `permanent` for this delivery, `disables` for its address.

    `wait`: seconds before it is worth trying again. `stopped`: the person said stop at the carrier. `alarm`: not this
    number but our messages are refused, so somebody has to look.
    """

    reason: str
    permanent: bool = True
    disables: bool = False
    wait: float = 0
    stopped: bool = False
    alarm: bool = False


_FAULTS = {
    "20429": Fault("the provider asks for fewer messages at once", permanent=False, wait=2),
    "21211": Fault("there is no such number", disables=True),
    "21610": Fault("the person said STOP", disables=True, stopped=True),
    "21611": Fault("the sender's queue is full", permanent=False, wait=5),
    "21614": Fault("the number takes no text messages", disables=True),
    "21635": Fault("the number is a landline, which takes no text messages", disables=True),
    "30001": Fault("the sender's queue is full", permanent=False, wait=5),
    "30002": Fault("the provider suspended this node's account", alarm=True),
    "30003": Fault("the phone is switched off or out of reach", permanent=False, wait=30),
    "30004": Fault("the carrier or the person blocks messages"),
    "30005": Fault("the number is unknown or out of service", disables=True),
    "30006": Fault("the number is a landline, which takes no text messages", disables=True),
    "30007": Fault("the carrier filtered the message as unwanted", alarm=True),
    "30036": Fault("the time in which the message was of use is over"),
}


def fault(code: str, words: str = "") -> Fault:
    """Return what a code means; one that is not listed ends the delivery, in the provider's own words."""
    return _FAULTS.get(code) or Fault(words or f"the provider reports {code or 'a failure'}")
