# SPDX-License-Identifier: Apache-2.0
"""Accounts, offices, terms and passkeys."""
