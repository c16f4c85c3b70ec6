# SPDX-License-Identifier: Apache-2.0
"""Consult, invoke, attest, activate, obligations and their clocks, stand down."""
