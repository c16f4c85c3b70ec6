# SPDX-License-Identifier: Apache-2.0
"""Every read of aid that is not trivial, by aggregate."""

from hansa.aid.queries.balance import balance_violations

__all__ = ["balance_violations"]
