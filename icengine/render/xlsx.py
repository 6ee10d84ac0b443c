"""Report -> an Excel workbook for those who count on: every table is a sheet that can be sorted and
filtered, numbers are numbers and dates are dates, and a text that begins with = is a text.

Nothing in the file comes from the clock: the same report gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from icengine.domain.report_model import Numbers, Report, Text
from icengine.render.cells import Field, clean, figure, named_mark, shortened
from icengine.render.sheetrows import spoken
from icengine.render.sheets import OVERVIEW, Sheet, sheets

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

INK, PALE, LINE, MUTED = "#1B2A33", "#EEF2F4", "#C9D2D8", "#52606B"
A3, A4 = 8, 9
WIDE = 190
"""Characters across, from which a sheet is printed on A3."""
ACROSS = 380
"""Characters that one A3 page can hold across and still be read."""
NARROWEST, USUAL, WIDEST = 10, 34, 62
"""Widths of columns, in characters."""
LINE_HEIGHT, TALLEST = 15.0, 405.0
"""Points; Excel has no rows over 409."""
FIRST = (34, 90, 10)
"""Widths of the first sheet's columns."""
LONGEST_PROPERTY = 200
BRIEF = "I korthet"
"""Stands before the answer."""

_DAY = "yyyy-mm-dd"
_FORMULA = re.compile(r"\s*[=+\-@−]")
"""What Excel takes for a formula when somebody edits the cell."""
_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What would be read as the code of another sign."""

Style = tuple[str, str, bool, bool]
"""Number format, tint, bold, quoted; a number is to the right unless its format begins with LEFT."""
LEFT = "@left "
"""Before the format of a number that stands among texts."""


def xlsx(report: Report) -> bytes:
    """The finished file."""
    from xlsxwriter.workbook import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    found = sheets(report)
    spare = _unused(report)
    with Workbook(out, options) as book:
        _Writer(book, report, spare).write(found)
    return _finished(out.getvalue(), report, spare)


def _unused(report: Report) -> str:
    """Two signs that the report does not use. They stand for what the library would write wrong
    until the file is whole."""
    used = set(report.canonical())
    free = (sign for sign in map(chr, range(0xE000, 0xF8FF)) if sign not in used)
    return next(free) + next(free)


def _finished(data: bytes, report: Report, spare: str) -> bytes:
    """The archive with its language, its texts as they are, and no date of its own."""
    out = io.BytesIO()
    language = f"<dc:language>{escape(clean(report.language))}</dc:language></cp:coreProperties>"
    code, nothing = (sign.encode() for sign in spare)
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w") as archive:
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = part.replace(b"</cp:coreProperties>", language.encode())
            part = part.replace(code, b"_x005F_").replace(nothing, b"")
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, part)
    return out.getvalue()


class _Writer:
    """One workbook being written."""

    def __init__(self, book: Workbook, report: Report, spare: str) -> None:
        self.book, self.report, self.spare = book, report, spare
        self.styles: dict[Style, Format] = {}

    def write(self, found: Sequence[Sheet]) -> None:
        """The sheet about the report, then the others."""
        self._properties()
        first = self.book.add_worksheet(OVERVIEW)
        self._overview(first, found)
        self._page(first, 0)
        for n, one in enumerate(found, 1):
            made = self.book.add_worksheet(one.name)
            self._page(made, self._sheet(made, one, n))
        first.activate()

    # ---- the file ----

    def _properties(self) -> None:
        report = self.report
        given = {"title": report.title, "subject": report.subtitle, "author": report.organisation,
                 "company": report.organisation}  # fmt: skip
        said: dict[str, Any] = {k: shortened(clean(v), LONGEST_PROPERTY) for k, v in given.items()}
        said["created"] = datetime.combine(date.fromisoformat(report.date), time())
        self.book.set_properties(said)
        self.book.set_custom_property("Fingeravtryck", report.fingerprint or "–")

    def _page(self, sheet: Worksheet, width: int) -> None:
        """How the sheet is printed."""
        said = [clean(text).replace("&", "&&").replace("\n", " ")
                for text in (self.report.title, self.report.dnr)]  # fmt: skip
        sheet.set_landscape()
        sheet.set_paper(A3 if width > WIDE else A4)
        sheet.set_margins(0.4, 0.4, 0.7, 0.6)
        sheet.fit_to_pages(-(-width // ACROSS) or 1, 0)
        sheet.set_header(f"&L{shortened(said[0], 120)}&R{shortened(said[1], 60)}")
        sheet.set_footer("&L&A&RSida &P (&N)")
        sheet.hide_gridlines(2)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    # ---- a sheet of rows ----

    def _sheet(self, sheet: Worksheet, one: Sheet, n: int) -> int:
        """Write it; how wide it is."""
        widths = [_width(head, [row[at] for row in one.rows]) for at, head in enumerate(one.heads)]
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        last = len(one.rows) - one.total
        columns = [{"header": self._told(head), "header_format": self.head} for head in one.heads]
        if last:
            sheet.add_table(0, 0, last, len(columns) - 1, {
                "name": f"Tabell{n:02}_", "columns": columns, "style": None,
                "title": one.name, "description": shortened(one.about, LONGEST_PROPERTY),
            })  # fmt: skip
        else:
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column["header"], self.head)
        for down, row in enumerate(one.rows, 1):
            for at, field in enumerate(row):
                self._write(sheet, down, at, field, bold=down > last)
            sheet.set_row(down, _height(row, widths))
        sheet.set_row(0, 34)
        kept = _kept(one.heads, widths)
        sheet.freeze_panes(1, kept)
        sheet.repeat_rows(0)
        if kept and sum(widths) > ACROSS:
            sheet.repeat_columns(0, kept - 1)
        return sum(widths)

    def _write(
        self, sheet: Worksheet, down: int, at: int, field: Field, bold: bool = False
    ) -> None:
        value = field.value
        tint = self.report.marks[field.mark].tint if field.mark else ""
        if isinstance(value, date):
            sheet.write_datetime(down, at, value, self._style((_DAY, tint, bold, False)))
        elif isinstance(value, int | float):
            form = field.form or "General"
            sheet.write_number(down, at, value, self._style((form, tint, bold, False)))
        elif value == "":
            sheet.write_blank(down, at, None, self._style(("", tint, bold, False)))
        else:
            quoted = bool(_FORMULA.match(value))
            sheet.write_string(down, at, self._told(value), self._style(("", tint, bold, quoted)))

    def _told(self, text: str) -> str:
        """The text, with a sign for what the library would take for something else."""
        code, nothing = self.spare[0], self.spare[1]
        told = _CODE.sub(code, text)
        return f"{nothing}{told}" if told.startswith("<r>") else told

    # ---- the first sheet ----

    def _overview(self, sheet: Worksheet, found: Sequence[Sheet]) -> None:
        report = self.report
        for at, width in enumerate(FIRST):
            sheet.set_column(at, at, width)
        sheet.set_row(0, 30)
        down = 0
        for text, how in ((report.title, self.title), (report.subtitle, self.subtitle),
                          (report.organisation, self.muted)):  # fmt: skip
            sheet.write_string(down, 0, self._told(clean(text)), how)
            down += 1
        for title, rows in self._parts():
            if rows:
                sheet.write_string(down + 1, 0, title, self.section)
                down += 2
            for label, field in rows:
                self._write(sheet, down, 0, label, bold=not label.mark)
                self._write(sheet, down, 1, field)
                sheet.set_row(down, _height((label, field), FIRST))
                down += 1
        self._contents(sheet, down + 1, found)

    def _parts(self) -> Iterator[tuple[str, list[tuple[Field, Field]]]]:
        """The titles of the first sheet with what stands under each."""
        report = self.report
        texts = [block for block in report.cover if isinstance(block, Text)]
        yield "Sammanfattning", [(Field(clean(t.label) or BRIEF), Field(spoken(t))) for t in texts]
        known = [(clean(term), clean(value)) for term, value in report.facts]
        for term, value in (("Diarienummer", report.dnr), ("Bilaga", report.appendix)):
            if (
                value
                and clean(value) not in " ".join(said for _, said in known)
                and (term not in (name for name, _ in known))
            ):
                known.append((term, clean(value)))
        yield "Uppgifter", [(Field(term), Field(value)) for term, value in known]
        counted = [
            item for block in report.cover if isinstance(block, Numbers) for item in block.items
        ]
        yield (
            "Nyckeltal",
            [
                (Field(clean(what)), Field(figure(value), form=f"{LEFT}#,##0"))
                for value, what in counted
            ],
        )
        levels = [report.marks[id] for id in report.scale]
        yield (
            "Så läses bedömningen",
            [
                (Field(named_mark(mark), mark.id), Field(clean(mark.meaning) or "–"))
                for mark in levels
            ],
        )
        yield (
            "Fingeravtryck (SHA-256)",
            [(Field("Rapportens innehåll"), Field(report.fingerprint or "–"))],
        )

    def _contents(self, sheet: Worksheet, down: int, found: Sequence[Sheet]) -> None:
        sheet.write_string(down, 0, "Blad", self.section)
        for at, head in enumerate(("Blad", "Innehåll", "Rader")):
            sheet.write_string(down + 1, at, head, self.head)
        for row, one in enumerate(found, down + 2):
            where = one.name.replace("'", "''")
            sheet.write_url(row, 0, f"internal:'{where}'!A1", self.link, self._told(one.name))
            self._write(sheet, row, 1, Field(one.about))
            sheet.set_row(row, _height((Field(one.name), Field(one.about)), FIRST))
            self._write(sheet, row, 2, Field(len(one.rows) - one.total))

    # ---- looks ----

    def _style(self, style: Style) -> Format:
        if style not in self.styles:
            number, tint, bold, quoted = style
            more: dict[str, Any] = {"bold": bold, "quote_prefix": quoted, "bottom": 1,
                                    "bottom_color": LINE, "indent": 1}  # fmt: skip
            if number:
                left = number == _DAY or number.startswith(LEFT)
                more["num_format"] = number.removeprefix(LEFT)
                more["align"] = "left" if left else "right"
            if tint:
                more["bg_color"] = tint
            self.styles[style] = self._made(**more)
        return self.styles[style]

    def _made(self, **more: Any) -> Format:
        base = {"text_wrap": True, "valign": "top", "align": "left", "font_name": "Calibri",
                "font_size": 11, "font_color": INK}  # fmt: skip
        return self.book.add_format(base | more)

    @cached_property
    def head(self) -> Format:
        return self._made(bold=True, indent=1, font_color="#FFFFFF", bg_color=self.report.accent,
                          valign="vcenter", border=1, border_color="#FFFFFF")  # fmt: skip

    @cached_property
    def title(self) -> Format:
        return self._made(bold=True, font_size=18, text_wrap=False)

    @cached_property
    def subtitle(self) -> Format:
        return self._made(font_size=14, text_wrap=False)

    @cached_property
    def muted(self) -> Format:
        return self._made(font_color=MUTED, text_wrap=False)

    @cached_property
    def section(self) -> Format:
        return self._made(bold=True, font_size=13, font_color=self.report.accent, text_wrap=False)

    @cached_property
    def link(self) -> Format:
        return self._made(font_color=self.report.accent, underline=1, bottom=1, bottom_color=LINE)


def _width(head: str, column: Sequence[Field]) -> int:
    """As wide as its longest line, as far as that helps to read it."""
    longest = max((len(word) for word in head.split()), default=0) + 5
    for field in column:
        if isinstance(field.value, str):
            longest = max(longest, *(len(line) + 3 for line in field.value.split("\n")))
        else:
            longest = max(longest, 12)
    if longest > 4 * USUAL:
        return WIDEST
    return min(max(longest, NARROWEST), USUAL)


def _height(row: Sequence[Field], widths: Sequence[int]) -> float:
    """Room for the row's longest text, as its columns break it."""
    lines = 1
    for field, width in zip(row, widths, strict=False):
        if isinstance(field.value, str):
            broken = (-(-len(line) * 11 // (width * 10)) or 1 for line in field.value.split("\n"))
            lines = max(lines, sum(broken))
    return min(lines * LINE_HEIGHT + 3, TALLEST)


def _kept(heads: Sequence[str], widths: Sequence[int]) -> int:
    """How many columns stay when the sheet is scrolled sideways: those that name the row."""
    if sum(widths) <= WIDE // 2:
        return 0
    return 2 if heads[:2] == ("Nr", "Titel") or heads[:1] == ("Avsnitt",) else 1
