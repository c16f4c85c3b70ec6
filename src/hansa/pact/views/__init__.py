# SPDX-License-Identifier: Apache-2.0
"""Pages of the part: charter, members, guests."""
