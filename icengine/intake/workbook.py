"""A plan's document -> an Excel workbook that people can read, fill in, and hand in again.

Nothing in the file comes from the clock: the same plan gives the same bytes. A text is always
written as a text, so that one that begins with = is no formula.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
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
    EXAMPLE,
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
from icengine.intake.layout import MUTED, Formats, height, set_page, write_help
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
RECKONED = 20
"""Rows below the last one whose riskvärde is reckoned."""
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\ufffe\uffff]")
"""What would be read as the code of another sign, and the two signs that XML cannot hold."""


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
    title = str(
        document.get("titel") or (f"Internkontrollplan {year}" if year else "Internkontrollplan")
    )
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
        self,
        book: Workbook,
        organisation: Organisation | None,
        rows: dict[str, list[Cells]],
        marks: str,
    ) -> None:
        self.book, self.organisation, self.rows, self.first_mark, self.last_mark = (
            book,
            organisation,
            rows,
            *marks,
        )
        self.lists = self._lists()
        self.ranges: dict[Choice, str] = {}
        self.widths = {table.name: sum(about.width for about in table.columns) for table in TABLES}
        self.formats = Formats(book)

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
            **{
                choice: [f"{n} {word}" for n, word in enumerate(words, 1)]
                for choice, words in steps.items()
            },
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
        write_help(sheets[HELP], tables, self.formats)
        for name, sheet in sheets.items():
            set_page(sheet, self.widths.get(name, 0))
            sheet.ignore_errors({"number_stored_as_text": "A1:XFD9999"})
            if name in (HELP, LISTS):
                sheet.set_tab_color(MUTED)
        sheets[PLAN.name].activate()

    def _write_lists(self, sheet: Worksheet) -> None:
        sheet.freeze_panes(1, 0)
        shown = [choice for choice in Choice if choice not in (Choice.RISK, Choice.CONTROL)]
        for column, choice in enumerate(shown):
            sheet.write_string(0, column, choice.value, self.formats.head)
            for row, word in enumerate(self.lists[choice], 1):
                sheet.write_string(row, column, self._escaped(word), self.formats.text)
            letters = column_letters(column + 1)
            # A list that nobody has filled in yet has room to be filled in.
            last = 1 + (
                len(self.lists[choice]) or (200 if choice in OPEN or choice is Choice.UNIT else 1)
            )
            self.ranges[choice] = f"={LISTS}!${letters}$2:${letters}${last}"
            sheet.set_column(
                column, column, max(14, min(34, 2 + max(map(len, self.lists[choice]), default=0)))
            )
        for other, table in ((Choice.RISK, "Risker"), (Choice.CONTROL, "Kontroller")):
            last = 1 + len(self.rows[table]) + SPARE_ROWS
            self.ranges[other] = f"={table}!$A$2:$A${last}"

    def _write_plan(self, sheet: Worksheet, basis: str) -> None:
        cells = self.rows[PLAN.name][0]
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 46)
        sheet.set_column(2, 2, 80)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(("Uppgift", VALUE, "Vad som ska stå här")):
            sheet.write_string(0, column, head, self.formats.head)
        for row, about in enumerate(PLAN.columns, 1):
            sheet.write_string(row, 0, about.head + " *" * about.required, self.formats.label)
            self._write_cell(sheet, row, 1, about, cells.get(about.key))
            sheet.write_string(row, 2, about.help, self.formats.muted)
            sheet.set_row(row, height([(_as_text(cells.get(about.key)), 46), (about.help, 80)]))
            self._validate(sheet, about, row, row, 1)
        if basis:
            row = len(PLAN.columns) + 1
            sheet.write_string(row, 0, BASIS.capitalize(), self.formats.label)
            sheet.write_string(row, 1, basis, self.formats.text)
            sheet.write_string(row, 2, BASIS_HELP, self.formats.muted)
            sheet.set_row(row, height([(BASIS_HELP, 80)]))

    def _write_table(self, sheet: Worksheet, table: Table) -> None:
        rows = self.rows[table.name]
        sheet.freeze_panes(1, 2 if table.columns[0].key in ("id", "kontroll") else 0)
        sheet.repeat_rows(0)
        sheet.set_row(0, 34)
        last = len(rows) + SPARE_ROWS
        for column, about in enumerate(table.columns):
            sheet.set_column(column, column, about.width, self._style(about))
            sheet.write_string(0, column, about.head + " *" * about.required, self.formats.head)
            sheet.write_comment(
                0,
                column,
                about.help,
                {"author": "", "x_scale": 2.2, "y_scale": 1.2, "font_size": 9},
            )
            self._validate(sheet, about, 1, last, column)
            for row, cells in enumerate(rows, 1):
                style = self.formats.example if cells.get("id") == EXAMPLE else None
                self._write_cell(sheet, row, column, about, cells.get(about.key), style)
        for row, cells in enumerate(rows, 1):
            shown = [(_as_text(cells.get(about.key)), about.width) for about in table.columns]
            sheet.set_row(row, height(shown))
        if "riskvärde" in table.keys:
            self._write_values(sheet, table, rows)
        sheet.autofilter(0, 0, max(1, len(rows)), len(table.columns) - 1)

    def _write_values(self, sheet: Worksheet, table: Table, rows: list[Cells]) -> None:
        """Riskvärde is reckoned by the sheet from the numbers that the two steps begin with."""
        at, one, other = (
            table.keys.index(key) for key in ("riskvärde", "sannolikhet", "konsekvens")
        )
        for row in range(1, len(rows) + RECKONED + 1):
            a, b = (f"{column_letters(n + 1)}{row + 1}" for n in (one, other))
            cells = rows[row - 1] if row <= len(rows) else {}
            weights = [str(cells.get(key, "")) for key in ("sannolikhet", "konsekvens")]
            value = int(weights[0]) * int(weights[1]) if all(_is_whole(w) for w in weights) else ""
            formula = f'=IFERROR(VALUE(LEFT({a},1))*VALUE(LEFT({b},1)),"")'
            sheet.write_formula(row, at, formula, self.formats.reckoned, value)

    def _style(self, about: Column) -> Format:
        return {Kind.DAY: self.formats.day, Kind.NUMBER: self.formats.number}.get(
            about.kind, self.formats.text
        )

    def _write_cell(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        about: Column,
        value: Any,
        style: Format | None = None,
    ) -> None:
        text = _as_text(value)
        if text and about.key == "riskvärde":
            raise Unwritable(f"”{text}” har ingen plats i en arbetsbok")
        own = style or self._style(about)
        day = as_day(text) if about.kind is Kind.DAY and style is None else None
        if not text:
            if sheet.get_name() == PLAN.name:
                sheet.write_blank(row, column, None, own)
        elif day is not None:
            sheet.write_datetime(row, column, day, own)
        elif about.kind is Kind.NUMBER and _is_whole(text):
            sheet.write_number(row, column, int(text), own)
        else:
            text = self._worded(text, about)
            if len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
                raise Unwritable(
                    f"{about.head} är för lång för en cell, högst {LONGEST_CELL} tecken"
                )
            sheet.write_string(row, column, self._escaped(text), style or self.formats.text)

    def _worded(self, text: str, about: Column) -> str:
        """A step with its word."""
        if about.kind is not Kind.STEP or about.choice is None or not _is_whole(text):
            return text
        words = self.lists[about.choice]
        return words[int(text) - 1] if 1 <= int(text) <= len(words) else text

    def _escaped(self, text: str) -> str:
        """The text with codes for what a workbook cannot say, begun by a sign that is put right last."""
        first, last = self.first_mark, self.last_mark
        return ESCAPED.sub(lambda found: f"{first}{ord(found[0]):04X}{last}", text)

    def _validate(
        self, sheet: Worksheet, about: Column, first: int, last: int, column: int
    ) -> None:
        """The drop-down list of a column with its help; a day and a number have their own checks."""
        rule: dict[str, Any] = {"validate": "any"}
        if about.choice is not None:
            only = about.choice not in OPEN and not (
                about.choice is Choice.UNIT and not self.organisation
            )
            rule = {
                "validate": "list", "source": self.ranges[about.choice], "show_error": only,
                "error_title": "Finns inte i listan", "error_message": "Välj ur listan.", "error_type": "warning",
            }  # fmt: skip
        rule |= {"input_title": about.head[:32], "input_message": about.help, "ignore_blank": True}
        if about.choice is not None or about.kind is not Kind.TEXT:
            sheet.data_validation(first, column, last, column, rule)


def _is_whole(text: str) -> bool:
    """A whole number in its one spelling."""
    return bool(re.fullmatch(r"0|[1-9][0-9]{0,8}", text))


def _as_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {said}" for key, said in value.items())
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
