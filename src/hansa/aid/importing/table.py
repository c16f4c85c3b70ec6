# SPDX-License-Identifier: Apache-2.0
"""A spreadsheet as rows of text cells, whatever it came as."""

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import load_workbook

MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_BYTES = 5_000_000
# An XLSX is a zip archive; one that unpacks to more than this is an attack or a mistake.
MOST_UNPACKED = 60_000_000
_DELIMITERS = ("\t", ";", ",", "|")


class Broken(Exception):
    """A file that cannot be read at all; `code` says why and `values` what the message names."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Table:
    """Header cells and rows, each with the number that it has in the spreadsheet (the header being 1)."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def _table(rows: Iterable[list[str]]) -> Table:
    numbered = [(number, tuple(cell.strip() for cell in row)) for number, row in enumerate(rows, start=1)]
    filled = [(number, row) for number, row in numbered if any(row)]
    if not filled:
        raise Broken("file-empty")
    if len(filled) < 2:
        raise Broken("file-no-rows")
    if len(filled) - 1 > MOST_ROWS:
        raise Broken("file-rows", most=MOST_ROWS, found=len(filled) - 1)
    (_, headers), *lines = filled
    if len(headers) > MOST_COLUMNS:
        raise Broken("file-columns", most=MOST_COLUMNS)
    return Table(headers, tuple(lines))


def decode(data: bytes) -> str:
    """Return the text of a CSV file: UTF-8 with or without mark, UTF-16 with mark, else what Excel writes on
    Windows."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Broken("file-encoding")


def read_csv(text: str) -> Table:
    """Return the table in pasted cells (tabs) or CSV text; `Broken` when there is none."""
    if "\x00" in text:
        raise Broken("file-encoding")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        return _table(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error:
        raise Broken("file-csv") from None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.strftime("%Y-%m-%d") if midnight else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_xlsx(data: bytes) -> Table:
    """Return the first sheet of a workbook as it shows: values, never formulas. `Broken` when it is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Broken("file-large", most=MOST_UNPACKED // 1_000_000)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = []
        for row in book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
            rows.append([_cell(value) for value in row])
            if len(rows) > MOST_ROWS * 2:
                raise Broken("file-rows", most=MOST_ROWS, found=len(rows))
        book.close()
    except Broken:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever the damaged part provokes
        raise Broken("file-xlsx") from error
    return _table(_trimmed(rows))


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    width = max((column for row in rows for column, cell in enumerate(row, start=1) if cell), default=0)
    return [row[:width] for row in rows]


def read_file(name: str, data: bytes) -> Table:
    """Return the table in an uploaded file, by what it is rather than what it is called; `Broken` when it is none."""
    if len(data) > MOST_BYTES:
        raise Broken("file-large", most=MOST_BYTES // 1_000_000)
    if data.startswith(b"PK"):
        return read_xlsx(data)
    if data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Broken("file-kind")
    return read_csv(decode(data))
