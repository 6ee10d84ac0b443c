"""The text of a PDF, read by its fonts' own tables; what is marked as artifact (running heads and
feet) is left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

Codes = tuple[int, dict[int, str]]
MARKS = "BMC BDC EMC "
"""What begins and ends a part that tags know. Of a page's drawing nothing is read but what is asked for."""


def pages(data: bytes, charts: bool = True) -> list[str]:
    """Each page's text in the order it is drawn.

    In charts every sign stands on a line of its own; without `charts` they are left out.
    """
    with pikepdf.open(io.BytesIO(data)) as doc:
        return ["".join(_drawn(page.obj, page.obj.Resources, charts)) for page in doc.pages]


def depths(data: bytes) -> list[float]:
    """How far down each page its text goes: 0 at the top edge, 1 at the foot."""
    with pikepdf.open(io.BytesIO(data)) as doc:
        return [max(_heights(page.obj), default=0.0) for page in doc.pages]


def tables(data: bytes) -> list[list[list[str]]]:
    """Every table as its tags say, in reading order: rows of cells."""
    with pikepdf.open(io.BytesIO(data)) as doc:
        said = {page.obj.objgen: _marked(page.obj) for page in doc.pages}
        return [
            [
                [
                    "".join(_under(cell, cell.get("/Pg"), said))
                    for cell in _tagged(row, "/TH", "/TD")
                ]
                for row in _tagged(table, "/TR")
            ]
            for table in _tagged(doc.Root.StructTreeRoot, "/Table")
        ]


def _kids(node: Any) -> list[Any]:
    found = node.get("/K", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def _tagged(node: Any, *kinds: str) -> Iterator[Any]:
    """The outermost parts of those kinds below a part."""
    for kid in _kids(node):
        if isinstance(kid, pikepdf.Dictionary):
            if kid.get("/S") in kinds:
                yield kid
            else:
                yield from _tagged(kid, *kinds)


def _under(node: Any, page: Any, said: dict[tuple[int, int], dict[int, str]]) -> Iterator[str]:
    """The text that is marked as a part's, wherever its pages are."""
    page = node.get("/Pg", page)
    for kid in _kids(node):
        if not isinstance(kid, pikepdf.Dictionary):
            yield said[page.objgen].get(int(kid), "")
        elif "/MCID" in kid:
            yield said[kid.get("/Pg", page).objgen].get(int(kid.MCID), "")
        else:
            yield from _under(kid, page, said)


def _marked(page: Any) -> dict[int, str]:
    """A page's text by the number that its tags give it."""
    fonts = {str(name): _codes(font) for name, font in page.Resources.get("/Font", {}).items()}
    open_marks: list[int] = []
    found: dict[int, str] = {}
    codes: Codes = (1, {})
    for operands, operator in pikepdf.parse_content_stream(page, MARKS + "Tf Tj TJ ET"):
        name = str(operator)
        if name in ("BMC", "BDC"):
            mark = operands[1].get("/MCID", -1) if name == "BDC" else -1
            open_marks.append(int(mark))
        elif name == "EMC":
            open_marks.pop()
        elif name == "Tf":
            codes = fonts[str(operands[0])]
        elif name in ("Tj", "TJ", "ET"):
            number = next((mark for mark in reversed(open_marks) if mark >= 0), -1)
            parts = operands[0] if name == "TJ" else operands
            text = "".join(_text(bytes(p), codes) for p in parts if isinstance(p, pikepdf.String))
            found[number] = found.get(number, "") + (text or "\n" * (name == "ET"))
    return found


def _heights(page: Any) -> Iterator[float]:
    """Where each text of the page's own stream starts, as a share of the page from its top."""
    tall = float(page.MediaBox[3])
    here, kept = pikepdf.Matrix(), []
    marked: list[bool] = []
    for operands, operator in pikepdf.parse_content_stream(page, MARKS + "q Q cm Tm"):
        name = str(operator)
        if name in ("BMC", "BDC"):
            marked.append(str(operands[0]) == "/Artifact")
        elif name == "EMC":
            marked.pop()
        elif name == "q":
            kept.append(here)
        elif name == "Q":
            here = kept.pop()
        elif name == "cm":
            here = pikepdf.Matrix(*map(float, operands)) @ here
        elif name == "Tm" and not any(marked):
            yield 1 - (pikepdf.Matrix(*map(float, operands)) @ here).f / tall


def _drawn(content: Any, resources: Any, charts: bool) -> Iterator[str]:
    fonts = {str(name): _codes(font) for name, font in resources.get("/Font", {}).items()}
    forms = resources.get("/XObject", {})
    marked: list[bool] = []  # of each open mark: is it an artifact, or a chart to leave out?
    codes: Codes = (1, {})
    for operands, operator in pikepdf.parse_content_stream(content, MARKS + "Tf Tj TJ ET Do"):
        name = str(operator)
        if name in ("BMC", "BDC"):
            chart = name == "BDC" and "/Alt" in operands[1]
            marked.append(str(operands[0]) == "/Artifact" or (chart and not charts))
        elif name == "EMC":
            marked.pop()
        elif any(marked):
            continue
        elif name == "Tf":
            codes = fonts[str(operands[0])]
        elif name in ("Tj", "TJ"):
            parts = operands[0] if name == "TJ" else operands
            yield from (_text(bytes(p), codes) for p in parts if isinstance(p, pikepdf.String))
        elif name == "ET":
            yield "\n"
        elif name == "Do":
            form = forms[str(operands[0])]
            if form.get("/Subtype") == "/Form":
                yield from _drawn(form, form.get("/Resources", {}), charts)


def _text(data: bytes, codes: Codes) -> str:
    width, table = codes
    steps = range(0, len(data), width)
    return "".join(table.get(int.from_bytes(data[i : i + width], "big"), "") for i in steps)


def _codes(font: Any) -> Codes:
    """Bytes per code, and what each code says."""
    table: dict[int, str] = {}
    source = font.ToUnicode.read_bytes().decode("latin-1")
    for chunk in re.findall(r"beginbfchar(.*?)endbfchar", source, re.S):
        for code, said in re.findall(r"<(\w+)>\s*<(\w+)>", chunk):
            table[int(code, 16)] = _said(said)
    for chunk in re.findall(r"beginbfrange(.*?)endbfrange", source, re.S):
        for first, last, said in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", chunk):
            for n, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                base = _said(said)
                table[code] = base[:-1] + chr(ord(base[-1]) + n)
    return (2 if font.Subtype == "/Type0" else 1), table


def _said(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")
