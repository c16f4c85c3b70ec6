# SPDX-License-Identifier: Apache-2.0
"""The one export of the part: the exemption log. It has no column for who asked, and never gets one (design, 5)."""

from collections.abc import Iterator

from hansa.core.personal import declare
from hansa.evidence.queries import requests

EXEMPTION_COLUMNS = ("request", "received", "record", "decision", "law", "reason", "decided")
PERSONAL = declare(none=" ".join(EXEMPTION_COLUMNS))


def exemption_rows() -> Iterator[tuple[str, ...]]:
    """Yield the exemption log as rows of texts, newest first, in the order of `EXEMPTION_COLUMNS`.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    for row in requests.exemptions():
        decided = row.decided_at.date().isoformat() if row.decided_at else ""
        cells = (row.request.reference, row.request.received_on.isoformat(), row.title, row.decision, row.law,
                 row.reason, decided)  # fmt: skip
        yield tuple(f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells)
