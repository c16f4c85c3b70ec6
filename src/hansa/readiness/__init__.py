# SPDX-License-Identifier: Apache-2.0
"""Exercises that run a league from invocation to delivered aid."""
