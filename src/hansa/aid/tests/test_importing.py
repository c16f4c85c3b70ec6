# SPDX-License-Identifier: Apache-2.0
"""Reading spreadsheets: what people write is understood, what cannot be is named by row and column."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from hansa.aid import catalogue
from hansa.aid.choices import problem_text
from hansa.aid.forms.fields import units
from hansa.aid.importing import Broken, Context, match_headers, read_csv, read_file, read_sheet, read_xlsx
from hansa.aid.importing.lines import read_quantity
from hansa.aid.rules.when import Unreadable, read_moment

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # noon in Chicago


def find(text):
    kinds = catalogue.shipped().values()
    only = catalogue.exact(kinds, text)
    return [only] if only else catalogue.find(kinds, text)


def context(**more) -> Context:
    lifelines = [("energy", "Energy"), ("water", "Water Systems")]
    return Context(NOW, "America/Chicago", "City Hall", find, units, lifelines, 41.9, -87.6, **more)


def read(text: str, **more):
    return read_sheet(read_csv(text), context(**more))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("Nov 21 3 pm", "2026-11-21T21:00"),
        ("21 nov 2026, 3:00 p. m.", "2026-11-21T21:00"),
        ("21 de noviembre 15:00", "2026-11-21T21:00"),
        ("11/21/2026 1500", "2026-11-21T21:00"),
        ("Nov 21", "2026-11-22T05:59"),
        ("tomorrow noon", "2026-11-21T18:00"),
        ("mañana 9am", "2026-11-21T15:00"),
        ("2026-11-21 09:30", "2026-11-21T15:30"),
        ("2026-11-21T15:00Z", "2026-11-21T15:00"),
        ("Jan 3", "2027-01-04T05:59"),
        ("Nov 21, 2026 at 3:00 pm", "2026-11-21T21:00"),
        ("12:30 am", None),
        ("Nov 31", None),
        ("soon", None),
        ("13/45/2026", None),
        ("Nov 21 25:00", None),
        ("Nov 21 13 pm", None),
        ("", None),
    ],
)
def test_dates_as_people_write_them(typed, moment):
    if moment is None:
        with pytest.raises(Unreadable):
            read_moment(typed, now=NOW, zone="America/Chicago")
    else:
        found = read_moment(typed, now=NOW, zone="America/Chicago")
        assert found.strftime("%Y-%m-%dT%H:%M") == moment


def test_hours_that_clocks_skip_or_repeat_are_named():
    for typed, code in (("3/14/2027 2:30 am", "time-skipped"), ("11/7/2027 1:30 am", "time-doubled")):
        with pytest.raises(Unreadable) as caught:
            read_moment(typed, now=NOW, zone="America/Chicago")
        assert caught.value.code == code


def test_day_first_reads_spanish_dates():
    assert read_moment("5/4/2027 12:00", now=NOW, zone="UTC", day_first=True).month == 4


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_of_dates(text):
    try:
        found = read_moment(text, now=NOW, zone="America/Chicago")
    except Unreadable:
        return
    assert found.tzinfo is not None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("400", 400),
        ("1,200", 1200),
        ("1 200", 1200),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("-5", -5),
        ("−5", -5),
        ("12,34,56", None),
        ("4OO", None),
        ("", None),
        ("1e9", None),
        ("١٢", None),
    ],
)
def test_numbers_as_people_write_them(typed, number):
    assert read_quantity(typed) == (None if number is None else Decimal(number))


def test_a_spanish_sheet_with_tabs_is_read():
    (row,) = read(
        "Qué\tCantidad\tNecesario para\tPrioridad\tDónde\nCatres\t1,200\t22 nov 15:00\turgente\tEscuela\n"
    ).rows
    assert (row.line.kind, row.line.quantity, row.line.priority, row.line.place) == ("cot", 1200, 2, "Escuela")
    assert row.line.needed_by == datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


def test_every_error_is_named_by_row_and_column():
    text = (
        "What;Qty;Needed by;Priority;Type;Lifeline;Note\n"
        "cots;10;Nov 22;1;;energy;fine\n"
        "spaceships;-1;Nov 1;9;2;roads;\n"
        "Hand Crew;1.5;;;7;;\n"
        "interpreters;;Nov 22;;;;\n"
    )
    sheet = read(text)
    assert [row.number for row in sheet.good] == [2]
    problems = {row.number: {(p.field, p.code) for p in row.problems} for row in sheet.bad}
    assert problems == {
        3: {
            ("kind", "kind-unknown"),
            ("quantity", "quantity-none"),
            ("needed_by", "time-past"),
            ("priority", "priority-unknown"),
            ("lifeline", "lifeline-unknown"),
        },
        4: {("quantity", "quantity-whole"), ("needed_by", "time-missing"), ("level", "level-unknown")},
        5: {("kind", "kind-several"), ("quantity", "quantity-missing")},
    }


@pytest.mark.parametrize(
    ("typed", "units_or_code"),
    [("10 pallets", 400), ("1 Pallet", 40), ("10 cots", 10), ("10 crates", "quantity-pack")],
)
def test_a_quantity_in_packs_is_counted_out_or_the_packs_are_named(typed, units_or_code):
    (row,) = read(f"What,Qty,Due\ncots,{typed},Nov 22\n").rows
    if isinstance(units_or_code, int):
        assert row.line.quantity == units_or_code
    else:
        assert [(p.field, p.code) for p in row.problems] == [("quantity", "quantity-pack")]
        assert "(40)" in problem_text(row.problems[0])


def test_a_word_in_the_quantity_of_a_kind_without_packs_says_to_write_the_number_alone():
    (row,) = read("What,Qty,Due\nHand Crew,2 boxes,Nov 22\n").rows
    assert "2." in problem_text(row.problems[0])


def test_columns_nobody_knows_are_left_out_and_said():
    sheet = read("What,Qty,Due,Budget code\ncots,4,Nov 22,X-1\n")
    assert sheet.headers.unknown == ("Budget code",)
    assert len(sheet.good) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "file-empty"),
        ("\n\n", "file-empty"),
        ("What,Qty,Due\n", "file-no-rows"),
        ("What,Due\ncots,Nov 22\n", "column-missing"),
        ("What,Item,Qty,Due\na,b,1,Nov 22\n", "column-twice"),
        ("a\x00b", "file-encoding"),
        ("What,Qty,Due\n" + "cots,1,Nov 22\n" * 5001, "file-rows"),
        (",".join("abc" * 30) + "\n1\n", "file-columns"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(text, code):
    with pytest.raises(Broken) as caught:
        read(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04junk", "file-xlsx"),
        (b"%PDF-1.7", "file-kind"),
        (b"\xd0\xcf\x11\xe0", "file-kind"),
        (b"x" * 5_000_001, "file-large"),
    ],
)
def test_a_file_of_another_kind_says_so(data, code):
    with pytest.raises(Broken) as caught:
        read_file("list.csv", data)
    assert caught.value.code == code


def test_a_zip_bomb_is_not_unpacked():
    import zipfile

    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_001)
    with pytest.raises(Broken) as caught:
        read_file("bomb.xlsx", data.getvalue())
    assert caught.value.code == "file-large"


def test_files_of_excel_on_windows_are_read():
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        table = read_file("l.csv", "Qué,Cantidad,Fecha\nCatres,4,22 nov\n".encode(encoding))
        assert match_headers(table.headers).missing == ()


def test_a_workbook_gives_dates_numbers_and_the_rows_that_people_see():
    book, data = Workbook(), io.BytesIO()
    for row in (
        ["What", "Qty", "Due", None],
        [],
        ["Cots", 12.0, datetime(2026, 11, 22, 15, 0)],
        ["Blankets", 5, datetime(2026, 11, 23)],
    ):
        book.active.append(row)
    book.save(data)
    sheet = read_sheet(read_xlsx(data.getvalue()), context())
    assert [row.number for row in sheet.rows] == [3, 4]
    assert [row.line.quantity for row in sheet.good] == [12, 5]
    assert sheet.rows[0].line.needed_by == datetime(2026, 11, 22, 21, 0, tzinfo=UTC)


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=6), min_size=1, max_size=5))
def test_no_cells_break_the_import(rows):
    import csv

    out = io.StringIO()
    csv.writer(out).writerows([["What", "Qty", "Due", "Priority", "Type", "Lifeline"], *rows])
    try:
        sheet = read(out.getvalue())
    except Broken:
        return
    for row in sheet.rows:
        assert bool(row.line) != bool(row.problems)
