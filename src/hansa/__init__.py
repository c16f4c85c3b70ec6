# SPDX-License-Identifier: Apache-2.0
"""Hansa runs a league: a mutual-aid pact among cities, counties, states and tribes."""

__version__ = "0.1.0"
