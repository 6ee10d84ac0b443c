"""A workbook as python-calamine reads it: by sheet, its heads and its rows."""

import io
from datetime import date
from typing import Any

import python_calamine

Rows = list[dict[str, Any]]
"""Each row's values by the heads of their columns; "" where a cell is empty."""


def opened(data: bytes) -> dict[str, Rows]:
    book = python_calamine.load_workbook(io.BytesIO(data))
    found = {}
    for name in book.sheet_names:
        heads, *rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False) or [[]]
        found[name] = [dict(zip(map(str, heads), map(_plain, row), strict=True)) for row in rows]
    return found


def lines(data: bytes, name: str = "Om rapporten") -> list[list[Any]]:
    """A sheet that is no list, row by row."""
    book = python_calamine.load_workbook(io.BytesIO(data))
    return [
        [_plain(cell) for cell in row]
        for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    ]


def _plain(value: Any) -> Any:
    """Excel knows no whole numbers; a time of midnight is a date."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    return value
