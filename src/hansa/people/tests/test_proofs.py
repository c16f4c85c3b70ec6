# SPDX-License-Identifier: Apache-2.0
"""What a session opens while the machine's clock runs, and when it jumps."""

import pytest

from hansa.people.proofs import Proof, is_confirmed, opens_offices


@pytest.mark.parametrize(
    ("age", "acts", "confirmed"),
    [
        (0, True, True), (299, True, True), (301, True, False), (12 * 3600 + 1, False, False),
        # Another web process is some seconds behind.
        (-30, True, True),
        # The clock ran a day ahead when the proof was given, and was set right: it proves nothing.
        (-86_400, False, False),
    ],
)  # fmt: skip
def test_a_proof_counts_while_it_is_fresh_and_one_from_the_future_never(age, acts, confirmed):
    proofs = [Proof("passkey", age, asked=True)]
    assert (opens_offices(proofs), is_confirmed(proofs, has_factor=True)) == (acts, confirmed)


def test_an_invitation_from_the_future_confirms_nobody():
    assert is_confirmed([Proof("invitation", 10)], has_factor=False)
    assert not is_confirmed([Proof("invitation", -7200)], has_factor=False)
