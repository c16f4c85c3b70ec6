# SPDX-License-Identifier: Apache-2.0
"""The pact: charter, members, ratification, amendment, withdrawal, guests."""
