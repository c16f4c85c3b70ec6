# SPDX-License-Identifier: Apache-2.0
"""The charter, its members, ratification, amendment and withdrawal."""
