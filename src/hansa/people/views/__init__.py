# SPDX-License-Identifier: Apache-2.0
"""Pages of the part: approving, one's own account, the member's people, coming in."""
