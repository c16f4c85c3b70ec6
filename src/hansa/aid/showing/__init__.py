# SPDX-License-Identifier: Apache-2.0
"""What pages of agreements, missions and shipments show, gathered in a number of queries that does not grow."""
