# SPDX-License-Identifier: Apache-2.0
"""The people part's cast, signed in by their links."""

from hansa.people.tests.conftest import browse, cast

__all__ = ["browse", "cast"]
