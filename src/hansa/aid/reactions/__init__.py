# SPDX-License-Identifier: Apache-2.0
"""What follows from acts of aid, once and only on the nodes of those concerned. Importing this registers all of it."""

from hansa.aid.reactions import agreeing, asking, delivering

__all__ = ["agreeing", "asking", "delivering"]
