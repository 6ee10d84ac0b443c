"""Workbooks as archives: taken apart and measured before any reader of workbooks sees them.

An .xlsx or .ods file is a zip of XML. Both can be small and yet become more than memory holds, so
every part is unpacked here, within limits, looked through, and packed again: the reader of
workbooks is given what was measured and nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers.expat import ExpatError, ParserCreate

LARGEST = 5_000_000
"""Bytes of a file; a workbook with 500 controls is about 200 kB."""
MOST_PARTS = 500
LARGEST_UNPACKED = 40_000_000
"""Bytes of all parts together."""
MOST_ROWS, MOST_COLUMNS = 5_000, 200
MOST_CELLS = 300_000
"""Cells with something in them."""
MOST_TEXT = 200_000_000
"""Characters in all cells together, where many cells may show one text."""
MOST_SHEETS = 60

TOO_LARGE = "filen är för stor", "högst 5 MB; underlag och bilagor hör inte hemma i planen"
SWELLS = (
    "filen blir för stor när den packas upp",
    "spara om den i kalkylprogrammet, med bara planens blad",
)
SPREAD = (
    f"ett blad har fler än {MOST_ROWS} rader eller {MOST_COLUMNS} kolumner",
    "ta bort det som ligger långt nedanför och till höger om tabellen",
)
BROKEN = "filen går inte att öppna som kalkylblad", "öppna den i kalkylprogrammet och spara om den"
LOCKED = "filen är skyddad med lösenord", "ta bort lösenordet och spara om den"
OLD = (
    "filen är skyddad med lösenord eller sparad i det gamla formatet .xls",
    "ta bort lösenordet, och spara om den som .xlsx",
)
OTHER = "filen är inget kalkylblad av det slag som ändelsen säger", "spara om den som {}"

OLE = b"\xd0\xcf\x11\xe0"
READ = re.compile(r"xl/(workbook|sharedStrings|worksheets/[^/]+)\.xml|content\.xml")
"""Parts that hold what is read."""
XML_PARTS = (".xml", ".rels", ".vml")
CELL_NAME = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,9})([0-9]{0,12})["']""")
CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
EMPTY_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^<>]*)?/>")
SHARED = re.compile(rb">\s*(\d{1,7})\s*</(?:\w+:)?v\s*>")
REPEATED = re.compile(rb"((rows|columns)-repeated\s*=\s*[\"'])(\d+)")
ODS_ROW = re.compile(rb"<(?:\w+:)?table-row(?=[\s/>])")
ODS_CELL = re.compile(rb"<(?:\w+:)?(?:covered-)?table-cell(?=[\s/>])")


class Unfit(Exception):
    """A file that is not read: what is wrong and what to do."""

    def __init__(self, said: tuple[str, str]) -> None:
        super().__init__(said[0])
        self.said = said


def safe_xlsx(data: bytes) -> bytes:
    """The workbook with only the parts that hold cells. Raises Unfit where it should not be read."""
    parts = _parts(data, ".xlsx")
    if "xl/workbook.xml" not in parts:
        raise Unfit((OTHER[0], OTHER[1].format(".xlsx")))
    sheets = [name for name in parts if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    if len(sheets) > MOST_SHEETS:
        raise Unfit((f"filen har {len(sheets)} blad", f"högst {MOST_SHEETS}"))
    for name in sheets:
        _check_spread(parts[name])
    strings = parts.get("xl/sharedStrings.xml", b"")
    _check_amount([parts[name] for name in sheets], strings)
    if strings:
        # What stands as _x0041_ is decoded by `decoded`; the library decodes some of it, wrongly.
        parts["xl/sharedStrings.xml"] = strings.replace(b"_x", b"_x005F_x")
    return _packed(parts)


def decoded(text: str) -> str:
    """The text of a cell of an .xlsx file, where _x0041_ stands for a sign that XML cannot hold."""
    said = re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
    # Half a pair of surrogates is no sign, and two halves are one.
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def safe_ods(data: bytes) -> bytes:
    """The same for an .ods file."""
    parts = _parts(data, ".ods")
    content = parts.get("content.xml", b"")
    if not parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        raise Unfit((OTHER[0], OTHER[1].format(".ods")))
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unfit(LOCKED)
    _check_repeats(content)
    content = re.sub(rb"<office:annotation\b.*?</office:annotation>", b"", content, flags=re.DOTALL)
    content = content.replace(b"<text:tab/>", b"\t")  # the library leaves tabs out
    parts["content.xml"] = REPEATED.sub(_fewer, content)
    return _packed(parts)


def _parts(data: bytes, suffix: str) -> dict[str, bytes]:
    """Every part of the archive that says something, unpacked within the limits."""
    if data.startswith(OLE):
        raise Unfit(OLD if suffix == ".xlsx" else (OTHER[0], OTHER[1].format(suffix)))
    if not data.startswith(b"PK"):
        raise Unfit((OTHER[0], OTHER[1].format(suffix)))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return dict(_unpacked(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
            RuntimeError, OverflowError, ExpatError) as error:  # fmt: skip
        raise Unfit(BROKEN) from error


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = [item for item in archive.infolist() if not item.is_dir()]
    names = {item.filename.casefold() for item in entries}
    if len(entries) > MOST_PARTS or sum(item.file_size for item in entries) > LARGEST_UNPACKED:
        raise Unfit(SWELLS)
    if len(names) < len(entries):
        raise Unfit(BROKEN)
    if any(item.flag_bits & 1 for item in entries):
        raise Unfit(LOCKED)
    left = LARGEST_UNPACKED
    for item in entries:
        if not item.filename.endswith(XML_PARTS) and item.filename != "mimetype":
            continue  # pictures and macros say nothing
        with archive.open(item) as file:
            part = file.read(left + 1)
        left -= len(part)
        if left < 0:
            raise Unfit(SWELLS)
        _check_xml(part)
        if READ.fullmatch(item.filename):
            # The library reads on past what is broken, and would leave rows out in silence.
            ParserCreate().Parse(part, True)
        yield item.filename, part


def _check_xml(part: bytes) -> None:
    """Plain XML: no entities, which may stand for anything, and in letters that can be searched."""
    if b"\x00" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unfit(BROKEN)
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", part, re.IGNORECASE):
        raise Unfit(("filen innehåller XML som inte tas emot", "spara om den i kalkylprogrammet"))


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _check_spread(sheet: bytes) -> None:
    """No cell with something in it lies so far away that what is between would fill the memory."""
    filled = EMPTY_CELL.sub(b"", sheet)
    names = CELL_NAME.findall(filled)
    far = any(
        column_number(letters.decode()) > MOST_COLUMNS or int(digits or 0) > MOST_ROWS
        for letters, digits in names
        if letters
    )
    unnamed = len(CELL.findall(filled)) > sum(bool(letters) for letters, _ in names)
    if far or (unnamed and any(int(digits or 0) > MOST_ROWS for _, digits in names)):
        raise Unfit(SPREAD)


def _check_amount(sheets: list[bytes], strings: bytes) -> None:
    """Cells, and the text in all of them: a cell that points at a long text costs a few bytes."""
    lengths = [len(text) for text in re.split(rb"</(?:\w+:)?si\s*>", strings)]
    longest, cells, text = max(lengths), 0, 0
    for sheet in sheets:
        filled = len(CELL.findall(sheet)) - len(EMPTY_CELL.findall(sheet))
        numbers = [int(number) for number in SHARED.findall(sheet)]
        text += sum(lengths[number] for number in numbers if number < len(lengths))
        text += max(0, filled - len(numbers)) * (longest if b't="s"' in sheet else 0)
        text += len(sheet)
        cells += filled
    if cells > MOST_CELLS or text > MOST_TEXT:
        raise Unfit(SWELLS)


def _check_repeats(content: bytes) -> None:
    """In .ods a row or a cell may be said to occur many times: how much that becomes."""
    cells = text = 0
    for row in ODS_ROW.split(content)[1:]:
        head, *inside = ODS_CELL.split(row)
        times = _times(head)
        filled = [cell for cell in inside if b"value" in cell or b":p" in cell]
        here = sum(_times(cell) for cell in filled)
        if filled and (times > MOST_ROWS or max(map(_times, filled)) > MOST_COLUMNS):
            raise Unfit(SPREAD)
        cells += times * here
        text += times * sum(_times(cell) * len(cell) for cell in filled)
        if cells > MOST_CELLS or text > MOST_TEXT:
            raise Unfit(SWELLS)


def _times(chunk: bytes) -> int:
    found = REPEATED.search(chunk.partition(b">")[0])
    return min(int(found[3][:9]), 10**9) if found else 1


def _fewer(found: re.Match[bytes]) -> bytes:
    """Empty rows and cells to the end of the sheet, as programs write them: fewer will do."""
    most = MOST_ROWS + 1 if found[2] == b"rows" else MOST_COLUMNS + 1
    return found[1] + str(min(int(found[3][:9]), most)).encode()


def column_number(letters: str) -> int:
    """ "A" -> 1, "AA" -> 27; 0 for none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 -> "A", 27 -> "AA"."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


SAFE: dict[str, Callable[[bytes], bytes]] = {".xlsx": safe_xlsx, ".ods": safe_ods}
"""By suffix."""
