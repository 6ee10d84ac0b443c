"""A file of sheets -> its cells: .xlsx and .ods through calamine, .csv through the standard library.

What comes out knows nothing of plans: sheets with rows of values, as the file holds them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from icengine.intake import archive
from icengine.intake.archive import MOST_COLUMNS, MOST_ROWS, Unfit, column_letters

Value = str | int | float | bool | date | time | timedelta
"""A cell's value; "" where it is empty."""
SUFFIXES = (".xlsx", ".ods", ".csv")
"""Files of sheets that can be read."""
UNREAD = {".xls": ".xlsx", ".xlsm": ".xlsx", ".xlsb": ".xlsx", ".xltx": ".xlsx", ".fods": ".ods",
          ".numbers": ".xlsx", ".tsv": ".csv", ".txt": ".csv"}  # fmt: skip
"""Files of sheets that cannot, and what to save them as."""
DELIMITERS = (";", ",", "\t")
EMPTY = "filen är tom", "börja från plans/mall.xlsx"


@dataclass(frozen=True)
class Sheet:
    """One sheet."""

    name: str
    """ "" for a .csv file, which has one sheet without a name."""
    rows: list[list[Value]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = field(default=())
    """Cells that are shown as one: first row, first column, last row, last column, from 0."""

    def cell(self, row: int, column: int) -> str:
        """The name of a cell by its place from 0: "Risker!C4"."""
        return f"{self.name}!" * bool(self.name) + f"{column_letters(column + 1)}{row + 1}"


def read_grid(data: bytes, suffix: str, known: Callable[[Sheet], int]) -> list[Sheet]:
    """The sheets of a file. Raises Unfit where it should not or cannot be read.

    `known` counts the heads of a sheet that are known: a .csv file does not say what parts its cells.
    """
    if len(data) > archive.LARGEST:
        raise Unfit(archive.TOO_LARGE)
    if not data.strip():
        raise Unfit(EMPTY)
    return _read_csv(data, known) if suffix == ".csv" else _read_workbook(data, suffix)


def _read_workbook(data: bytes, suffix: str) -> list[Sheet]:
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    safe = archive.SAFE[suffix](data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(safe)) as book:
            found = []
            for about in book.sheets_metadata:
                if about.typ is not SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(about.name)
                rows = sheet.to_python(skip_empty_area=False)
                merged = tuple((*a, *b) for a, b in sheet.merged_cell_ranges or ())
                hidden = about.visible is not SheetVisibleEnum.Visible
                found.append(Sheet(about.name, _values(rows, suffix), hidden, merged))
    except (CalamineError, ValueError, OSError) as error:
        raise Unfit(archive.BROKEN) from error
    if len(found) > archive.MOST_SHEETS:
        raise Unfit((f"filen har {len(found)} blad", f"högst {archive.MOST_SHEETS}"))
    for read in found:
        if len(read.rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in read.rows[:1]):
            raise Unfit(archive.SPREAD)
    return found


def _values(rows: list[list[Value]], suffix: str) -> list[list[Value]]:
    if suffix != ".xlsx":
        return rows
    return [
        [archive.decoded(cell) if isinstance(cell, str) and "_x" in cell else cell for cell in row]
        for row in rows
    ]


def _read_csv(data: bytes, known: Callable[[Sheet], int]) -> list[Sheet]:
    if data.startswith((b"PK", archive.OLE)):
        raise Unfit(
            ("filen är en arbetsbok fast den heter .csv", "ge den ändelsen .xlsx eller .ods")
        )
    text = _text(data)
    if "\x00" in text:
        raise Unfit((archive.OTHER[0], archive.OTHER[1].format(".csv")))
    first, _, rest = text.partition("\n")
    if first.strip().startswith("sep=") and len(first.strip()) == 5:  # as Excel marks its own
        # The row stays, empty, so that rows are counted as they stand in the file.
        return [Sheet("", _rows("\n" + rest, first.strip()[4]))]
    found, refused = [], []
    for mark in DELIMITERS:
        try:
            found.append(Sheet("", _rows(text, mark)))
        except Unfit as unfit:  # parted at the wrong sign a row may look endless
            refused.append(unfit)
    if not found:
        raise refused[0]
    return [max(found, key=lambda sheet: (known(sheet), _fits(sheet.rows)))]


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # "Unicode text" from Excel
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str, delimiter: str) -> list[list[Value]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[Value]] = []
    try:
        for row in reader:
            if len(rows) >= MOST_ROWS or len(row) > MOST_COLUMNS:
                raise Unfit(archive.SPREAD)
            rows.append([cell.replace("\r\n", "\n") for cell in row])
    except csv.Error as error:
        said = f"filen går inte att läsa vid rad {reader.line_num}"
        raise Unfit((said, "kontrollera citattecknen där")) from error
    return rows


def _fits(rows: list[list[Value]]) -> int:
    """How much a way of parting the cells looks like a table: cells in the fullest rows."""
    widths = sorted((sum(cell != "" for cell in row) for row in rows[:200]), reverse=True)
    return sum(widths[:20])


def plain_value(value: Value) -> str:
    """A cell as text: a whole number without decimals, a day as 2026-09-30, an hour with its day."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        day = value.date().isoformat()
        return day if value.time() == time() else f"{day} {value.time().isoformat('minutes')}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
