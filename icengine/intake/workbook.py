"""A plan's document -> an Excel workbook that people can read, fill in, and hand in again.

Nothing in the file comes from the clock: the same plan gives the same bytes. A text is always
written as a text, so that one that begins with = is no formula.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from icengine.domain.people import Organisation
from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS, RiskScale
from icengine.domain.scale_document import SYMBOLS
from icengine.intake.archive import column_letters
from icengine.intake.cells import as_day
from icengine.intake.columns import (
    AREAS,
    BASIS,
    BASIS_HELP,
    FIXED,
    HELP,
    LISTS,
    OPEN,
    PLAN,
    RISKS,
    STEPS,
    TABLES,
    VALUE,
    ZONES,
    Choice,
    Column,
    Kind,
    Table,
)
from icengine.intake.tables import Cells, Unwritable, tables_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook knows no zones, and this is nobody's moment
LONGEST_CELL = 32_767
"""Units of UTF-16 that a cell can hold."""
SPARE_ROWS = 300
"""Rows below the last one that have the drop-down lists too."""
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\ufffe\uffff]")
"""What would be read as the code of another sign, and the two signs that XML cannot hold."""
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


def write_workbook(
    document: Mapping[str, Any],
    organisation: Organisation | None,
    *,
    basis: str = "",
    examples: Mapping[str, Sequence[Cells]] | None = None,
    stored: bool = False,
) -> bytes:
    """The document as an .xlsx file.

    `organisation` gives the lists of functions and units; `basis` names the draft or version that the
    document is; `examples` are rows that show how to write. `stored`: without compression, so that the
    bytes are the same whatever compresses. Raises Unwritable for what no workbook can hold.
    """
    from xlsxwriter.workbook import Workbook

    rows = tables_of(document)
    for name, more in (examples or {}).items():
        rows[name] = [*rows[name], *more]
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    marks = _unused(document, organisation)
    with Workbook(out, options) as book:
        book.set_properties({"title": _title(document), "created": CREATED})
        _Writer(book, organisation, rows, marks).write(basis)
    return _finished(out.getvalue(), marks, stored)


def _title(document: Mapping[str, Any]) -> str:
    year = document.get("år")
    title = str(document.get("titel") or (f"Internkontrollplan {year}" if year else "Internkontrollplan"))
    return "".join(ch for ch in title if ch.isprintable())[:200]


def _unused(document: Mapping[str, Any], organisation: Organisation | None) -> str:
    """Two signs that no text has: they stand for _x and _ of an escape until the file is whole.

    The library escapes too, but not what its own escapes make anew.
    """
    names = [function.name for function in organisation.functions] if organisation else []
    used = set(json.dumps([document, names], ensure_ascii=False, default=str))
    free = (sign for sign in map(chr, range(0xE000, 0xF8FF)) if sign not in used)
    return next(free) + next(free)


def _finished(data: bytes, marks: str, stored: bool) -> bytes:
    """The archive with its language, its texts' escapes, and no date of its own."""
    out = io.BytesIO()
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", how) as archive:
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = part.replace(
                    b"</cp:coreProperties>", b"<dc:language>sv-SE</dc:language></cp:coreProperties>"
                )
            if name == "xl/sharedStrings.xml":
                part = part.replace(marks[0].encode(), b"_x").replace(marks[1].encode(), b"_")
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = how, 3
            archive.writestr(entry, part)
    return out.getvalue()


class _Writer:
    """One workbook being written."""

    def __init__(
        self, book: Workbook, organisation: Organisation | None, rows: dict[str, list[Cells]], marks: str
    ) -> None:
        self.book, self.organisation, self.rows, self.marks = book, organisation, rows, marks
        self.lists = self._lists()
        self.ranges: dict[Choice, str] = {}
        self.widths = {table.name: sum(about.width for about in table.columns) for table in TABLES}
        wrap = {"text_wrap": True, "valign": "top", "font_name": "Calibri", "font_size": 11}
        self.text = self._format(wrap | {"num_format": "@"})
        self.number = self._format(wrap | {"num_format": "0", "align": "left"})
        self.day = self._format(wrap | {"num_format": "yyyy-mm-dd", "align": "left"})
        self.head = self._format(
            wrap | {"bold": True, "font_color": "#FFFFFF", "bg_color": INK, "border": 1, "border_color": "#FFFFFF"}
        )
        self.label = self._format(wrap | {"bold": True, "bg_color": PAPER})
        self.plain = self._format(wrap)
        self.title = self._format(wrap | {"bold": True, "font_size": 16, "text_wrap": False})
        self.section = self._format(wrap | {"bold": True, "font_size": 13, "font_color": INK, "text_wrap": False})
        self.muted = self._format(wrap | {"font_color": MUTED})
        self.reckoned = self._format(wrap | {"font_color": MUTED, "num_format": "0", "align": "left"})

    def _format(self, properties: dict[str, Any]) -> Format:
        return self.book.add_format(properties)

    def _scale(self) -> RiskScale:
        return self.organisation.risk_scale if self.organisation else DEFAULT_RISKS

    def _lists(self) -> dict[Choice, list[str]]:
        """What each drop-down list offers."""
        org, scale = self.organisation, self._scale()
        own = {
            axis: [str(row["ord"]) for row in self.rows[STEPS.name] if row.get("axel") == axis]
            for axis in ("sannolikhet", "konsekvens")
        }
        steps = {
            Choice.LIKELIHOOD: own["sannolikhet"] or list(scale.likelihood),
            Choice.CONSEQUENCE: own["konsekvens"] or list(scale.consequence),
        }
        ratings = [str(row.get("id", "")) for row in self.rows["Bedömningsskala"]]
        zones = [str(row.get("id", "")) for row in self.rows[ZONES.name]]
        areas = [str(row["område"]) for row in self.rows[AREAS.name]]
        in_risks = [str(row.get("område", "")) for row in self.rows[RISKS.name]]
        found = {
            Choice.FUNCTION: [function.name for function in org.functions] if org else [],
            Choice.UNIT: [unit.id for unit in org.units] if org else [],
            Choice.AREA: areas or [area for area in dict.fromkeys(in_risks) if area],
            **{choice: [f"{n} {word}" for n, word in enumerate(words, 1)] for choice, words in steps.items()},
            Choice.LEVEL: ratings or list((org.ratings if org else DEFAULT_RATINGS).ids),
            Choice.ZONE: zones or [level.id for level in scale.levels],
            Choice.SYMBOL: list(SYMBOLS),
            **{choice: list(words) for choice, words in FIXED.items()},
        }
        return {choice: found.get(choice, []) for choice in Choice}

    def write(self, basis: str) -> None:
        """Every sheet, in the order that they are read in."""
        tables = [table for table in TABLES if table.always or self.rows[table.name]]
        sheets = {name: self.book.add_worksheet(name)
                  for name in (PLAN.name, *(table.name for table in tables), HELP, LISTS)}  # fmt: skip
        self._write_lists(sheets[LISTS])
        self._write_plan(sheets[PLAN.name], basis)
        for table in tables:
            self._write_table(sheets[table.name], table)
        self._write_help(sheets[HELP], tables)
        for name, sheet in sheets.items():
            _set_page(sheet, self.widths.get(name, 0))
            sheet.set_footer("&L&A&R&P (&N)")
            sheet.ignore_errors({"number_stored_as_text": "A1:XFD9999"})
            if name in (HELP, LISTS):
                sheet.set_tab_color(MUTED)
        sheets[PLAN.name].activate()

    def _write_lists(self, sheet: Worksheet) -> None:
        sheet.freeze_panes(1, 0)
        shown = [choice for choice in Choice if choice not in (Choice.RISK, Choice.CONTROL)]
        for column, choice in enumerate(shown):
            sheet.write_string(0, column, choice.value, self.head)
            for row, word in enumerate(self.lists[choice], 1):
                sheet.write_string(row, column, self._escaped(word), self.text)
            letters = column_letters(column + 1)
            # A list that nobody has filled in yet has room to be filled in.
            last = 1 + (len(self.lists[choice]) or (200 if choice in OPEN or choice is Choice.UNIT else 1))
            self.ranges[choice] = f"={LISTS}!${letters}$2:${letters}${last}"
            sheet.set_column(column, column, max(14, min(34, 2 + max(map(len, self.lists[choice]), default=0))))
        for choice, table in ((Choice.RISK, "Risker"), (Choice.CONTROL, "Kontroller")):
            last = 1 + len(self.rows[table]) + SPARE_ROWS
            self.ranges[choice] = f"={table}!$A$2:$A${last}"

    def _write_plan(self, sheet: Worksheet, basis: str) -> None:
        cells = self.rows[PLAN.name][0]
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 46)
        sheet.set_column(2, 2, 80)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(("Uppgift", VALUE, "Vad som ska stå här")):
            sheet.write_string(0, column, head, self.head)
        for row, about in enumerate(PLAN.columns, 1):
            sheet.write_string(row, 0, about.head + " *" * about.required, self.label)
            self._write_cell(sheet, row, 1, about, cells.get(about.key))
            sheet.write_string(row, 2, about.help, self.muted)
            sheet.set_row(row, _height([(_as_text(cells.get(about.key)), 46), (about.help, 80)]))
            self._validate(sheet, about, row, row, 1)
        if basis:
            row = len(PLAN.columns) + 1
            sheet.write_string(row, 0, BASIS.capitalize(), self.label)
            sheet.write_string(row, 1, basis, self.text)
            sheet.write_string(row, 2, BASIS_HELP, self.muted)
            sheet.set_row(row, _height([(BASIS_HELP, 80)]))

    def _write_table(self, sheet: Worksheet, table: Table) -> None:
        rows = self.rows[table.name]
        sheet.freeze_panes(1, 2 if table.columns[0].key in ("id", "kontroll") else 0)
        sheet.repeat_rows(0)
        sheet.set_row(0, 34)
        last = len(rows) + SPARE_ROWS
        for column, about in enumerate(table.columns):
            sheet.set_column(column, column, about.width, self._style(about))
            sheet.write_string(0, column, about.head + " *" * about.required, self.head)
            sheet.write_comment(0, column, about.help, {"author": "", "x_scale": 2.2, "y_scale": 1.2, "font_size": 9})
            self._validate(sheet, about, 1, last, column)
            for row, cells in enumerate(rows, 1):
                self._write_cell(sheet, row, column, about, cells.get(about.key))
        for row, cells in enumerate(rows, 1):
            shown = [(_as_text(cells.get(about.key)), about.width) for about in table.columns]
            sheet.set_row(row, _height(shown))
        if "riskvärde" in table.keys:
            self._write_values(sheet, table, rows, last)
        sheet.autofilter(0, 0, max(1, len(rows)), len(table.columns) - 1)

    def _write_values(self, sheet: Worksheet, table: Table, rows: list[Cells], last: int) -> None:
        """Riskvärde is reckoned by the sheet from the numbers that the two steps begin with."""
        at, one, other = (table.keys.index(key) for key in ("riskvärde", "sannolikhet", "konsekvens"))
        for row in range(1, last + 1):
            a, b = (f"{column_letters(n + 1)}{row + 1}" for n in (one, other))
            cells = rows[row - 1] if row <= len(rows) else {}
            weights = [str(cells.get(key, "")) for key in ("sannolikhet", "konsekvens")]
            value = int(weights[0]) * int(weights[1]) if all(_is_whole(w) for w in weights) else ""
            formula = f'=IFERROR(VALUE(LEFT({a},1))*VALUE(LEFT({b},1)),"")'
            if row <= len(rows) or row <= 60:
                sheet.write_formula(row, at, formula, self.reckoned, value)

    def _style(self, about: Column) -> Format:
        return {Kind.DAY: self.day, Kind.NUMBER: self.number}.get(about.kind, self.text)

    def _write_cell(self, sheet: Worksheet, row: int, column: int, about: Column, value: Any) -> None:
        text = _as_text(value)
        if not text or about.key == "riskvärde":
            if text:
                raise Unwritable(f"”{text}” har ingen plats i en arbetsbok")
            if sheet.get_name() == PLAN.name:
                sheet.write_blank(row, column, None, self._style(about))
            return
        style = self._style(about)
        day = as_day(text) if about.kind is Kind.DAY else None
        if day is not None:
            sheet.write_datetime(row, column, day, style)
        elif about.kind is Kind.NUMBER and _is_whole(text):
            sheet.write_number(row, column, int(text), style)
        else:
            if about.kind is Kind.STEP and about.choice and _is_whole(text):
                words = self.lists[about.choice]
                text = words[int(text) - 1] if 1 <= int(text) <= len(words) else text
            if len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
                raise Unwritable(f"{about.head} är för lång för en cell, högst {LONGEST_CELL} tecken")
            sheet.write_string(row, column, self._escaped(text), self.text if style is not self.day else style)

    def _escaped(self, text: str) -> str:
        """The text with codes for what a workbook cannot say, begun by a sign that is put right last."""
        first, last = self.marks
        return ESCAPED.sub(lambda found: f"{first}{ord(found[0]):04X}{last}", text)

    def _validate(self, sheet: Worksheet, about: Column, first: int, last: int, column: int) -> None:
        """The drop-down list of a column with its help; a day and a number have their own checks."""
        rule: dict[str, Any] = {"validate": "any"}
        if about.choice is not None:
            only = about.choice not in OPEN and not (about.choice is Choice.UNIT and not self.organisation)
            rule = {
                "validate": "list", "source": self.ranges[about.choice], "show_error": only,
                "error_title": "Finns inte i listan", "error_message": "Välj ur listan.", "error_type": "warning",
            }  # fmt: skip
        rule |= {"input_title": about.head[:32], "input_message": about.help, "ignore_blank": True}
        if about.choice is not None or about.kind is not Kind.TEXT:
            sheet.data_validation(first, column, last, column, rule)

    def _write_help(self, sheet: Worksheet, tables: Iterable[Table]) -> None:
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 12)
        sheet.set_column(2, 2, 110)
        sheet.write_string(0, 0, "Så fyller du i planen", self.title)
        row = 1
        for text in INTRODUCTION:
            sheet.merge_range(row, 0, row, 2, text, self.plain)
            sheet.set_row(row, 32)
            row += 1
        for table in (PLAN, *tables):
            row += 1
            sheet.write_string(row, 0, f"Bladet {table.name}", self.section)
            sheet.write_string(row + 1, 0, table.help, self._format({"valign": "top"}))
            for column, head in enumerate(("Kolumn", "Krävs", "Vad som ska stå där")):
                sheet.write_string(row + 2, column, head, self.head)
            row += 3
            for about in table.columns:
                sheet.write_string(row, 0, about.head, self.label)
                sheet.write_string(row, 1, "ja" if about.required else "", self.plain)
                sheet.write_string(row, 2, about.help, self.plain)
                sheet.set_row(row, _height([(about.help, 110)]))
                row += 1


def _set_page(sheet: Worksheet, width: int) -> None:
    """How the sheet is printed: a wide one on A3, over as many pages as it takes to be readable."""
    sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_paper(A3 if width > WIDE else A4)
    sheet.fit_to_pages(max(1, -(-width // WIDE) if width > WIDE else 1), 0)
    if width > WIDE:
        sheet.repeat_columns(0, 1)


def _height(cells: Iterable[tuple[str, int]]) -> float:
    """The height of a row whose texts are wrapped; not all programs reckon it themselves."""
    lines = max(
        sum(1 + max(0, len(line) - 1) // max(1, width - 2) for line in text.split("\n"))
        for text, width in cells
    )
    return min(400.0, 15.0 * max(1, lines) + 3)


def _is_whole(text: str) -> bool:
    """A whole number in its one spelling."""
    return bool(re.fullmatch(r"0|[1-9][0-9]{0,8}", text))


def _as_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {said}" for key, said in value.items())
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
