# SPDX-License-Identifier: Apache-2.0
"""Pages of duty, by subject. Each calls one action or query."""
