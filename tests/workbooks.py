"""Workbooks of every kind for tests: as other programs write them, without anything of ours."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.workbook import Workbook

Rows = Sequence[Sequence[Any]]
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
ODS_HEAD = (
    f'<office:document-content xmlns:office="{ODF}office:1.0" xmlns:table="{ODF}table:1.0" '
    f'xmlns:text="{ODF}text:1.0"><office:body><office:spreadsheet>'
)
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def xlsx(sheets: Mapping[str, Rows], merged: Iterable[str] = ()) -> bytes:
    """An .xlsx file; `merged` are ranges of the first sheet, whose other cells are empty."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(name)
            for area in merged if number == 0 else ():
                sheet.merge_range(area, "")
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(r, c, value, days)
                    elif isinstance(value, str) and value:
                        sheet.write_string(r, c, value)
                    elif value not in (None, ""):
                        sheet.write(r, c, value)
    return out.getvalue()


def ods(sheets: Mapping[str, Rows]) -> bytes:
    """An .ods file."""
    return ods_of(
        "".join(
            f"<table:table table:name={quoteattr(name)}>"
            + "".join(
                f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
            )
            + '<table:table-row table:number-rows-repeated="1048000">'
            + '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
            for name, rows in sheets.items()
        )
    )


def ods_of(tables: str, **parts: str) -> bytes:
    """An .ods file with these tables as XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = f'<manifest:manifest xmlns:manifest="{ODF}manifest:1.0"/>'
        archive.writestr("META-INF/manifest.xml", parts.get("manifest", manifest))
        archive.writestr("content.xml", ODS_HEAD + tables + ODS_TAIL)
    return out.getvalue()


def _ods_cell(value: Any) -> str:
    if value in (None, ""):
        return "<table:table-cell/>"
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    lines = []
    for line in str(value).split("\n"):
        said = escape(line).replace("\t", "<text:tab/>")
        while "  " in said:
            said = said.replace("  ", ' <text:s text:c="1"/>', 1)
        lines.append(f"<text:p>{said}</text:p>")
    return f'<table:table-cell office:value-type="string">{"".join(lines)}</table:table-cell>'


def csv_file(rows: Rows, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """A .csv file, as spreadsheet programs write it."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)
