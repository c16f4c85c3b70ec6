# SPDX-License-Identifier: Apache-2.0
"""The telephone provider behind text messages and calls: its signature, its error codes, its REST, its settings."""
