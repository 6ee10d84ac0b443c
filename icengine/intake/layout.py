"""The workbook's looks: its formats, its printed pages, the heights of its rows, the sheet Hjälp."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from icengine.intake.columns import PLAN, Table

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

A3, A4 = 8, 9
WIDE = 170
"""Characters on a printed page."""
INK, PAPER, MUTED = "#0B5A67", "#E6F0F2", "#5B6770"
INTRODUCTION = (
    "Arbetsboken är en internkontrollplan. Fyll i bladen och läs in filen igen; då visas vad som ändras "
    "innan något sparas.",
    "Stjärna efter en rubrik betyder att cellen måste fyllas i. Kolumnerna får flyttas. En rubrik som inte "
    "känns igen sägs till om när filen läses in.",
    "Peka på en rubrik för att se vad som ska stå i kolumnen. Här nedanför står samma sak i text.",
    "Rader vars id är (exempel) visar bara hur man skriver. De läses aldrig in och kan tas bort.",
    "Listorna i cellerna kommer från bladet Listor, som inte heller läses in.",
)


class Formats:
    """How cells look."""

    def __init__(self, book: Workbook) -> None:
        base = {"text_wrap": True, "valign": "top", "font_name": "Calibri", "font_size": 11}

        def made(**more: Any) -> Any:
            return book.add_format(base | more)

        self.text = made(num_format="@")
        self.number = made(num_format="0", align="left")
        self.day = made(num_format="yyyy-mm-dd", align="left")
        self.head = made(
            bold=True, font_color="#FFFFFF", bg_color=INK, border=1, border_color="#FFFFFF"
        )
        self.label = made(bold=True, bg_color=PAPER)
        self.plain = made()
        self.line = made(text_wrap=False)
        self.title = made(bold=True, font_size=16, text_wrap=False)
        self.section = made(bold=True, font_size=13, font_color=INK, text_wrap=False)
        self.muted = made(font_color=MUTED)
        self.example = made(italic=True, font_color=MUTED, num_format="@")
        self.reckoned = made(font_color=MUTED, num_format="0", align="left")


def set_page(sheet: Worksheet, width: int) -> None:
    """How the sheet is printed: a wide one on A3, over as many pages as it takes to be readable."""
    sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_paper(A3 if width > WIDE else A4)
    sheet.fit_to_pages(-(-width // WIDE) if width > WIDE else 1, 0)
    sheet.set_footer("&L&A&R&P (&N)")
    if width > WIDE:
        sheet.repeat_columns(0, 1)
    if width:
        sheet.hide_gridlines(0)


def height(cells: Iterable[tuple[str, int]]) -> float:
    """The height of a row whose texts are wrapped; not all programs reckon it themselves.

    Each text with the width of its column.
    """
    lines = max(
        sum(1 + max(0, len(line) - 1) // max(1, width - 2) for line in text.split("\n"))
        for text, width in cells
    )
    return min(400.0, 15.0 * max(1, lines) + 3)


def write_help(sheet: Worksheet, tables: Iterable[Table], formats: Formats) -> None:
    """What to write in every column, in text."""
    for column, width in enumerate((30, 12, 110)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, "Så fyller du i planen", formats.title)
    row = 1
    for text in INTRODUCTION:
        sheet.merge_range(row, 0, row, 2, text, formats.plain)
        sheet.set_row(row, height([(text, 152)]))
        row += 1
    for table in (PLAN, *tables):
        row += 1
        sheet.write_string(row, 0, f"Bladet {table.name}", formats.section)
        sheet.write_string(row + 1, 0, table.help, formats.line)
        for column, head in enumerate(("Kolumn", "Krävs", "Vad som ska stå där")):
            sheet.write_string(row + 2, column, head, formats.head)
        row += 3
        for about in table.columns:
            sheet.write_string(row, 0, about.head, formats.label)
            sheet.write_string(row, 1, "ja" if about.required else "", formats.plain)
            sheet.write_string(row, 2, about.help, formats.plain)
            sheet.set_row(row, height([(about.help, 110)]))
            row += 1
