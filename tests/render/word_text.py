"""What a Word file says, opened again."""

import io
import zipfile

import docx as word
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.table import _Row
from docx.text.paragraph import Paragraph

from icengine.domain.report_model import Cell, Report
from icengine.domain.text import Rich


def read(data: bytes) -> Document:
    return word.Document(io.BytesIO(data))


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def everything(document: Document) -> str:
    """All text of the body, contents and tables too."""
    lines = [Paragraph(p, document).text for p in document.element.iter(qn("w:p"))]
    return "\n".join(lines).replace("\u2011", "-")


def headings(document: Document) -> list[tuple[str, str]]:
    return [
        (p.style.name, p.text)
        for p in document.paragraphs
        if p.style is not None and (p.style.name or "").startswith("Heading")
    ]


def tables(document: Document) -> list[WordTable]:
    """The report's own, without the reading guide."""
    found = [t for t in document.tables if t.style is not None and t.style.name == "Rapport tabell"]
    return [t for t in found if "Så läses" not in name_of(t)]


def name_of(table: WordTable) -> str:
    return "".join(table._tbl.tblPr.xpath("w:tblCaption/@w:val"))


def flat(text: Rich) -> str:
    parts = [text] if isinstance(text, str) else text
    return "\n".join(p if isinstance(p, str) else "\n".join(p) for p in parts)


def printed(report: Report, cell: Cell) -> str:
    """What a cell says: the level's symbol and word with the text."""
    text = flat(cell.text)
    if not cell.mark:
        return text or "–"
    mark = report.marks[cell.mark]
    level = f"{mark.symbol}\u00a0{mark.short if cell.brief else mark.word}"
    if cell.brief and text:
        return f"{text}\u00a0\u00a0{level}"
    return f"{level}\n{text}".strip()


def flags(table: WordTable) -> dict[str, str]:
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    return {key: look.get(qn(f"w:{key}")) for key in ("firstRow", "firstColumn", "lastRow")}


def switched(row: _Row, name: str) -> bool:
    return bool(row._tr.xpath(f"w:trPr/w:{name}"))
