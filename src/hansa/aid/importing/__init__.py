# SPDX-License-Identifier: Apache-2.0
"""Request lines out of spreadsheets: pasted text, CSV and XLSX, with headers in English or Spanish. Pure, no Django.

Nothing is ever half read: every row gives either a line or the list of what is wrong with it, by column.
"""

from hansa.aid.importing.columns import COLUMNS, match_headers
from hansa.aid.importing.lines import Context, Row, Sheet, read_sheet
from hansa.aid.importing.table import Broken, Table, read_csv, read_file, read_xlsx

__all__ = [
    "COLUMNS", "Broken", "Context", "Row", "Sheet", "Table", "match_headers", "read_csv", "read_file", "read_sheet",
    "read_xlsx",
]  # fmt: skip
