# SPDX-License-Identifier: Apache-2.0
"""Pages of schedules, holds, requests and the exemption log. Each calls one action or query."""
