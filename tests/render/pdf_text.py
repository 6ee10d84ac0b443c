"""The text of a PDF, read by its fonts' own tables; what is marked as artifact (running heads and
feet) is left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

Codes = tuple[int, dict[int, str]]


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


def _heights(page: Any) -> Iterator[float]:
    """Where each text of the page's own stream starts, as a share of the page from its top."""
    tall = float(page.MediaBox[3])
    here, kept = pikepdf.Matrix(), []
    marked: list[bool] = []
    for operands, operator in pikepdf.parse_content_stream(page):
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
    for operands, operator in pikepdf.parse_content_stream(content):
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
