"""Ways to spoil a workbook: its cells, its heads, and the parts inside the archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st
from mutations import WORDS

Sheets = dict[str, list[list[Any]]]
CELLS = st.one_of(
    WORDS.map(lambda text: "".join(ch for ch in text if ch >= " ")[:30_000]),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates(date(1901, 1, 1), date(2200, 1, 1)),
    st.sampled_from(["", "K1", "R1", "(exempel)", "3 Trolig", "Risk", "Nr", "ja", "x", "Riskvärde", "S"]),
)  # fmt: skip
"""What may stand in a cell where something else should."""


def _copied(sheets: Mapping[str, list[list[Any]]]) -> Sheets:
    return {name: [list(row) for row in rows] for name, rows in sheets.items()}


@st.composite
def spoiled_sheets(draw: st.DrawFn, whole: Mapping[str, list[list[Any]]]) -> Sheets:
    """The sheets with some of their cells, rows and names changed."""
    sheets = _copied(whole)
    for _ in range(draw(st.integers(1, 8))):
        name = draw(st.sampled_from(sorted(sheets)))
        rows = sheets[name]
        at = draw(st.integers(0, len(rows) - 1)) if rows else 0
        row = rows[at] if rows else []
        column = draw(st.integers(0, max(0, len(row) - 1)))
        match draw(st.integers(0, 7)) if row else 7:
            case 0 | 1 | 2:
                row[column] = draw(CELLS)
            case 3:
                rows.insert(draw(st.integers(0, len(rows))), list(row))
            case 4:
                del rows[at]
            case 5:
                rows[at] = row[:column]
            case 6:
                other = draw(st.integers(0, len(row) - 1))
                row[column], row[other] = row[other], row[column]
            case _:
                sheets[draw(st.sampled_from(["Blad1", "Plan", "Risker", "Kontroller", "x"]))] = (
                    sheets.pop(name)
                )
    return sheets


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


HOSTILE = st.sampled_from(
    [b"<", b">", b"/>", b"</", b'"', b"&", b"&#0;", b"&#xD800;", b"]]>", b"<!--", b"<![CDATA[", b"1048576", b"XFD9",
     b"-1", b"99999999999999999999", b't="s"', b't="e"', b't="b"', b't="d"', b't="inlineStr"', b"\xff", b"_x0000_",
     b'number-rows-repeated="9"', b"<row>", b"<c>", b"<f>1</f>", b"1e400", b"<si/>", b"<mergeCell ref=\"A1:B2\"/>"]
)  # fmt: skip


@st.composite
def spoiled_parts(draw: st.DrawFn, files: Mapping[str, Mapping[str, bytes]]) -> tuple[str, bytes]:
    """(suffix, archive) with some of its parts changed, left out or put under another name."""
    suffix = draw(st.sampled_from(sorted(files)))
    parts = dict(files[suffix])
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(parts)))
        part = parts[name]
        at = draw(st.integers(0, len(part)))
        match draw(st.integers(0, 5)):
            case 0:
                parts.pop(name)
            case 1:
                parts[draw(st.sampled_from(sorted(files[suffix])))] = part
            case 2:
                parts[name] = part[:at]
            case _:
                end = at + draw(st.integers(0, 30))
                parts[name] = part[:at] + draw(HOSTILE | st.binary(max_size=8)) + part[end:]
        if not parts:
            break
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return suffix, out.getvalue()
