# SPDX-License-Identifier: Apache-2.0
"""Text messages: one GSM-7 segment each, answered with a code."""
