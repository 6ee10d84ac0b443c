"""Underlag: the files that lie behind an answer. What may be one, and what it is called.

What a file is follows from its content, never from what its sender says of it. Only kinds that hold
no program are taken; random samples may hold personal data, so a file is for those who need it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from icengine.domain.words import listed, number

MEGABYTE = 1024 * 1024
LARGEST = 25 * MEGABYTE
"""Bytes of a file."""
MOST = 30
"""Files of a kontrolltillfälle."""
MOST_BYTES = 200 * MEGABYTE
"""Bytes of them together."""
LONGEST_NAME = 120
"""Characters."""
ENTRIES = 5_000
"""Parts of a packed file that is looked into; an office document has some hundred."""


class Scan(StrEnum):
    """What the virus check says of a file; the value is what is stored."""

    UNASKED = ""
    WAITS = "väntar"
    CLEAN = "ren"
    INFECTED = "smittad"


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is taken."""

    word: str
    """What people call it: "PDF"."""
    media_type: str
    suffixes: tuple[str, ...]
    """What its name may end with; a browser's computer opens a file by that."""


PDF = FileKind("PDF", "application/pdf", (".pdf",))
PNG = FileKind("bild (PNG)", "image/png", (".png",))
JPEG = FileKind("bild (JPEG)", "image/jpeg", (".jpg", ".jpeg"))
HEIC = FileKind("bild (HEIC)", "image/heic", (".heic", ".heif"))
WEBP = FileKind("bild (WebP)", "image/webp", (".webp",))
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
WORD = FileKind("Word", f"{_OFFICE}wordprocessingml.document", (".docx",))
EXCEL = FileKind("Excel", f"{_OFFICE}spreadsheetml.sheet", (".xlsx",))
POWERPOINT = FileKind("PowerPoint", f"{_OFFICE}presentationml.presentation", (".pptx",))
ODT = FileKind("OpenDocument-text", f"{_OPEN}text", (".odt",))
ODS = FileKind("OpenDocument-kalkylblad", f"{_OPEN}spreadsheet", (".ods",))
TEXT = FileKind("text", "text/plain", (".txt", ".csv", ".log", ".eml"))
KINDS = (PDF, PNG, JPEG, HEIC, WEBP, WORD, EXCEL, POWERPOINT, ODT, ODS, TEXT)
SUFFIXES = tuple(suffix for kind in KINDS for suffix in kind.suffixes)

_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"heim", b"heis", b"msf1")
_MAIN_PARTS = (
    ("word/document.xml", WORD),
    ("xl/workbook.xml", EXCEL),
    ("ppt/presentation.xml", POWERPOINT),
)
_MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|head|body|iframe)", re.IGNORECASE)
_ENTRY = b"PK\x01\x02"
"""What begins each entry in a packed file's table of contents."""
_MACROS = re.compile(r"vbaproject|^xl/macrosheets/|^(?:basic|scripts)/", re.IGNORECASE)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What a packed file that is not what it says may raise."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

WAYS = "PDF, bilder, Word, Excel, PowerPoint, OpenDocument och ren text"
"""What is taken, as the page says it."""


@dataclass(frozen=True)
class Evidence:
    """A file to a kontrolltillfälle, without its content."""

    id: int
    task: int
    name: str
    """"" where it has been removed by gallring."""
    media_type: str
    size: int
    """Bytes."""
    sha256: str
    dated: datetime | None
    """When it was last changed where it came from; None where nobody said."""
    uploaded_at: datetime
    by: str
    """The function that it was given for."""
    person: int
    """The person's number; 0 where it is not known."""
    scan: Scan
    removed_at: datetime | None = None
    removed_by: str = ""

    @property
    def openable(self) -> bool:
        """Is there a content that may be opened?"""
        return self.removed_at is None and self.scan in (Scan.UNASKED, Scan.CLEAN)

    @property
    def kind(self) -> str:
        """What people call its kind."""
        return next((k.word for k in KINDS if k.media_type == self.media_type), "fil")


def kind_of(data: bytes) -> FileKind | None:
    """What a file is, by its content; None for what is not taken."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    return TEXT if _is_text(data) else None


def _packed(data: bytes) -> FileKind | None:
    """An office document, by its parts; one that carries macros is not taken."""
    names, types, said = _parts(data)
    if has_macros(data):
        return None
    office = next((kind for part, kind in _MAIN_PARTS if part in names and types), None)
    return office or next((kind for kind in (ODT, ODS) if kind.media_type == said), None)


def has_macros(data: bytes) -> bool:
    """Does an office document carry a program of its own?"""
    names, types, _ = _parts(data)
    return b"macroEnabled" in types or any(map(_MACROS.search, names))


def _parts(data: bytes) -> tuple[frozenset[str], bytes, str]:
    """The names of a packed file's parts, its list of content types, and what it says that it is;
    nothing of what cannot be looked into, or has too many."""
    if data.count(_ENTRY) > ENTRIES:
        return frozenset(), b"", ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
            types = _begins(archive, "[Content_Types].xml", names)
            said = _begins(archive, "mimetype", names).decode("ascii", "replace").strip()
    except _BROKEN:
        return frozenset(), b"", ""
    return names, types, said


def _begins(archive: zipfile.ZipFile, part: str, names: frozenset[str]) -> bytes:
    """The first of a part, however much it would unpack to; b"" where there is none."""
    if part not in names:
        return b""
    with archive.open(part) as file:
        return file.read(500_000)


def _is_text(data: bytes) -> bool:
    """Plain text without markup that a browser would obey, or anything below a blank."""
    if not data.strip() or _MARKUP.search(data[:4096]):
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not re.search(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", text)
    return False


def file_fault(name: str, data: bytes) -> str:
    """Why a file is not taken, and what to do; "" for one that is."""
    called = f"”{name}”"
    if not data:
        return f"{called} är tom. Välj en fil med innehåll"
    if len(data) > LARGEST:
        return f"{called} är {size_words(len(data))}. En fil får vara högst {size_words(LARGEST)}"
    kind = kind_of(data)
    if kind is None:
        return f"{called} {_why_not(data)}"
    if not name.casefold().endswith(kind.suffixes):
        ends = listed(list(kind.suffixes), "eller")
        return f"{called} är till innehållet {kind.word}. Ge den ett namn som slutar på {ends}"
    return ""


def _why_not(data: bytes) -> str:
    """Why a file of no known kind is not taken, and what to do."""
    if data.startswith(_OLD_OFFICE):
        return "är i ett gammalt Office-format, eller låst. Spara om den som PDF, .docx eller .xlsx"
    if data.startswith(b"PK"):
        if has_macros(data):
            return "har makron. Spara om den utan makron, eller som PDF"
        return "är en packad fil. Packa upp den och välj filerna som ligger i den"
    if _MARKUP.search(data[:4096]):
        return "är en webbsida eller en ritning som kan innehålla program. Skriv ut den till PDF"
    return f"är en sorts fil som inte går att lämna. Det som går är {WAYS}"


def file_name(name: str) -> str:
    """A file's name as it is kept: its last part, on one line, without marks that are not seen, not
    endless. Its end is kept, for that says what it is."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(ch for ch in last if ch.isprintable()).strip()
    return shown[-LONGEST_NAME:].strip() or "fil"


def size_words(size: int) -> str:
    """ "340 kB", "1,2 MB"."""
    if size < MEGABYTE:
        return f"{number(max(1, round(size / 1024)))} kB"
    return f"{number(Decimal(round(10 * size / MEGABYTE)) / 10)} MB"
