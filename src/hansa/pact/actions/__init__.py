# SPDX-License-Identifier: Apache-2.0
"""What people can do with the pact: found, ratify, vouch, propose, vote, give notice, invite guests."""

from .charter import checked_text, found_league, propose_amendment, vote_on
from .guests import (
    accept_terms,
    end_guest,
    invite_guest,
    link_for_guest,
    open_guest,
)
from .members import give_notice, join_league, ratify_charter, take_back_notice, vouch_for

__all__ = [
    "accept_terms",
    "checked_text",
    "end_guest",
    "found_league",
    "give_notice",
    "invite_guest",
    "join_league",
    "link_for_guest",
    "open_guest",
    "propose_amendment",
    "ratify_charter",
    "take_back_notice",
    "vote_on",
    "vouch_for",
]
