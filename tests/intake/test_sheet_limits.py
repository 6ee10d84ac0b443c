"""Files of sheets that are too large, swell, are broken, locked or something else: each a plain problem."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from test_sheets import CONTROL, CONTROL_HEADS, PLAN, RISK, RISK_HEADS, TABLE
from workbooks import csv_file, ods, ods_of, xlsx

from icengine.errors import NotFound
from icengine.intake import archive
from icengine.intake.planfile import read_plan_bytes, read_plan_path
from tests.domain.test_plan_document import ORGANISATION

WHOLE = xlsx({"Plan": PLAN, "Risker": [RISK_HEADS, RISK], "Kontroller": [CONTROL_HEADS, CONTROL]})
SHEET = "xl/worksheets/sheet2.xml"


def refused(data: bytes, suffix: str = ".xlsx") -> str:
    """The one problem that keeps a file from being read."""
    started = time.perf_counter()
    found = read_plan_bytes(data, f"plan{suffix}", suffix, ORGANISATION)
    assert time.perf_counter() - started < 10
    assert found.plan is None
    (problem,) = found.problems
    assert problem.place.source == f"plan{suffix}"
    assert problem.hint
    return problem.message


def changed(change: Callable[[dict[str, bytes]], None], data: bytes = WHOLE) -> bytes:
    """The archive with some of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def replaced(old: bytes, new: bytes, name: str = SHEET) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return changed(change)


def test_the_whole_file_that_the_others_are_spoilt_from_is_read() -> None:
    assert (
        read_plan_bytes(changed(lambda parts: parts.update({})), "p", ".xlsx", ORGANISATION).plan
        is not None
    )


@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".csv"])
def test_an_empty_or_a_huge_file_is_refused(suffix: str) -> None:
    assert refused(b"", suffix) == "filen är tom"
    assert refused(b" \n", suffix) == "filen är tom"
    assert refused(b"PK" + b"a" * archive.LARGEST, suffix) == "filen är för stor"


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked() -> None:
    def add(parts: dict[str, bytes]) -> None:
        parts["xl/media/bomb.xml"] = b"<a>" + b" " * 60_000_000

    assert refused(changed(add)).startswith("filen blir för stor när den packas upp")


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    """The directory says one kilobyte; what is packed is fifty megabytes."""
    data = bytearray(changed(lambda parts: parts.update({"xl/styles.xml": b" " * 50_000_000})))
    size = (50_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    assert refused(bytes(data.replace(size, (1000).to_bytes(4, "little")))) == (
        "filen går inte att öppna som kalkylblad"
    )


def test_too_many_parts_are_refused() -> None:
    def add(parts: dict[str, bytes]) -> None:
        parts.update({f"xl/{n}.xml": b"<a/>" for n in range(archive.MOST_PARTS + 1)})

    assert refused(changed(add)).startswith("filen blir för stor")


@pytest.mark.parametrize("cell", [b"XFD1048576", b"A1048576", b"XFD3", b"ABCD1"])
def test_a_cell_far_away_does_not_fill_the_memory(cell: bytes) -> None:
    """Two cells at the corners of a sheet would be seventeen milliards of empty ones between."""
    assert refused(replaced(b'r="A2"', b'r="' + cell + b'"')).startswith("ett blad har fler än")


def test_a_row_far_away_whose_cells_have_no_names_does_not_either() -> None:
    far = b'<row r="1048576"><c><v>1</v></c></row></sheetData>'
    assert refused(replaced(b"</sheetData>", far)).startswith("ett blad har fler än")


def test_empty_cells_far_away_say_nothing() -> None:
    """Whoever has coloured a whole column has such."""
    far = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    found = read_plan_bytes(replaced(b"</sheetData>", far), "p", ".xlsx", ORGANISATION)
    assert found.plan is not None


def test_one_long_text_in_a_hundred_thousand_cells_is_refused() -> None:
    def spread(parts: dict[str, bytes]) -> None:
        text = b"<t>" + b"a" * 30_000
        parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(b"<t>", text, 1)
        rows = b"".join(
            b'<row r="%d">%s</row>'
            % (
                n,
                b"".join(
                    b'<c r="%s%d" t="s"><v>0</v></c>' % (bytes([65 + k]), n) for k in range(20)
                ),
            )
            for n in range(100, 5000)
        )
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", rows + b"</sheetData>")

    assert refused(changed(spread)).startswith("filen blir för stor")


@pytest.mark.parametrize(
    "attack",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>',
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd">',
        b"<! doctype a>",
    ],
)
def test_entities_are_refused(attack: bytes) -> None:
    def put(parts: dict[str, bytes]) -> None:
        parts[SHEET] = attack + parts[SHEET].split(b"?>", 1)[1]

    assert refused(changed(put)) == "filen innehåller XML som inte tas emot"


def test_xml_in_letters_that_hide_what_it_says_is_refused() -> None:
    def put(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")

    assert refused(changed(put)) == "filen går inte att öppna som kalkylblad"


def test_deep_xml_does_not_make_the_reader_fall() -> None:
    deep = replaced(b"<sheetData>", b"<sheetData>" + b"<a>" * 200_000 + b"</a>" * 200_000)
    assert read_plan_bytes(deep, "p", ".xlsx", ORGANISATION).plan is not None


def test_half_a_sheet_is_never_read_as_a_whole_one() -> None:
    cut = changed(lambda parts: parts.update({SHEET: parts[SHEET][:-300]}))
    assert refused(cut) == "filen går inte att öppna som kalkylblad"
    open_ended = replaced(b"<sheetData>", b"<sheetData>" + b"<a>" * 200_000)
    assert refused(open_ended) == "filen går inte att öppna som kalkylblad"


def test_too_many_sheets_are_refused() -> None:
    many = xlsx({f"Blad{n}": [["a"]] for n in range(archive.MOST_SHEETS + 1)})
    assert refused(many) == f"filen har {archive.MOST_SHEETS + 1} blad"
    many = ods({f"Blad{n}": [["a"]] for n in range(archive.MOST_SHEETS + 1)})
    assert refused(many, ".ods") == f"filen har {archive.MOST_SHEETS + 1} blad"


def test_too_many_rows_are_refused() -> None:
    rows = [[f"rad {n}"] for n in range(archive.MOST_ROWS + 1)]
    assert refused(xlsx({"Blad1": rows})).startswith("ett blad har fler än")
    assert refused(csv_file(rows), ".csv").startswith("ett blad har fler än")
    assert refused(ods({"Blad1": rows}), ".ods").startswith("ett blad har fler än")


@pytest.mark.parametrize("what", ["rows", "columns"])
def test_a_row_or_a_cell_of_ods_that_is_said_to_occur_a_million_times_is_refused(what: str) -> None:
    cell = '<table:table-cell office:value-type="string"{}><text:p>a</text:p></table:table-cell>'
    times = f' table:number-{what}-repeated="1000000"'
    row, inside = (times, cell.format("")) if what == "rows" else ("", cell.format(times))
    table = f'<table:table table:name="A"><table:table-row{row}>{inside}</table:table-row></table:table>'
    assert refused(ods_of(table), ".ods").startswith("ett blad har fler än")


def test_many_repeated_rows_of_ods_are_added_up() -> None:
    row = (
        '<table:table-row table:number-rows-repeated="4000">'
        '<table:table-cell table:number-columns-repeated="190" office:value-type="string"><text:p>a</text:p>'
        "</table:table-cell></table:table-row>"
    )
    assert refused(ods_of(f'<table:table table:name="A">{row}</table:table>'), ".ods").startswith(
        "filen blir för stor"
    )


def test_a_locked_file_is_told_from_a_broken_one() -> None:
    data = bytearray(WHOLE)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(sign, at + 1)) >= 0:
            data[at + offset] |= 1
    assert refused(bytes(data)) == "filen är skyddad med lösenord"
    assert "lösenord" in refused(archive.OLE + b"a" * 600)
    locked = ods_of(
        "", manifest="<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    )
    assert refused(locked, ".ods") == "filen är skyddad med lösenord"


@pytest.mark.parametrize("data", [WHOLE[:-200], WHOLE[:3000], b"PK\x03\x04", b"PK" + b"\x00" * 400])
def test_a_broken_file_is_said(data: bytes) -> None:
    assert refused(data) == "filen går inte att öppna som kalkylblad"


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (csv_file(TABLE), ".xlsx"),
        (b"<html><table></table></html>", ".xlsx"),
        (ods({"A": TABLE}), ".xlsx"),
        (WHOLE, ".ods"),
        (b"%PDF-1.7", ".ods"),
        (archive.OLE + b"a" * 600, ".ods"),
        (b"a;b\x00;c", ".csv"),
    ],
)
def test_a_file_that_is_something_else_than_its_name_says_is_told(data: bytes, suffix: str) -> None:
    assert refused(data, suffix) == "filen är inget kalkylblad av det slag som ändelsen säger"


def test_a_workbook_that_is_called_csv_is_told() -> None:
    assert refused(WHOLE, ".csv") == "filen är en arbetsbok fast den heter .csv"


def test_a_quote_without_its_pair_in_a_csv_does_not_make_the_reader_fall() -> None:
    data = csv_file(TABLE) + b'"4;Ekonomi;' + b"x" * 200_000
    assert refused(data, ".csv").startswith("filen går inte att läsa vid rad")


@pytest.mark.parametrize("name", ["plan.xls", "plan.xlsm", "plan.XLSB", "plan.txt"])
def test_other_kinds_of_files_are_told_what_to_be_saved_as(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(WHOLE)
    (problem,) = read_plan_path(path, ORGANISATION).problems
    assert problem.message == f"filer som slutar på {path.suffix.casefold()} läses inte"
    assert problem.hint.startswith("spara om den som .")


def test_a_folder_a_missing_file_and_a_device_are_no_files(tmp_path: Path) -> None:
    folder = tmp_path / "mapp.xlsx"
    folder.mkdir()
    for path in (folder, tmp_path / "finns-inte.xlsx"):
        with pytest.raises(NotFound):
            read_plan_path(path, ORGANISATION)
