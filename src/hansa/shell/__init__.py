# SPDX-License-Identifier: Apache-2.0
"""Base templates, components, home, search and assets."""
