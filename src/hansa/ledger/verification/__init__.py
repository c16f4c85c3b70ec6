# SPDX-License-Identifier: Apache-2.0
"""Offline verification of exported logs: no Django, no database, no network, no manifest.

`verify_export(directory, trust=...)` reads a tree written by `hansa export` and answers with a `Report`. Every
failure has a name and a sentence. What holds without `trust` is that the logs agree with themselves, no more.
"""

from hansa.ledger.verification.export import verify_export
from hansa.ledger.verification.report import Failure, LogSummary, Report
from hansa.ledger.verification.trust import Pin, TrustError, read_trust, write_trust

__all__ = ["Failure", "LogSummary", "Pin", "Report", "TrustError", "read_trust", "verify_export", "write_trust"]
