# SPDX-License-Identifier: Apache-2.0
"""Signed acts, one transparency log per member, and the fold over them."""
