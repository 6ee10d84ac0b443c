"""Make the end of every stream unmistakable in a PDF that pikepdf has saved with object streams.

PDF/A wants a line end between a stream's data and `endstream`, outside its /Length. When the data
happens to end in a carriage return (one stream in 256, so about one report in ten), the line feed
after it looks like half of a line end of two bytes: some validators go by /Length, others do not
and fail the file. Here such a stream gets the two-byte line end, and the cross-reference table
moves along.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_START = re.compile(rb"startxref\n(\d+)\n%%EOF\s*$")
_HEAD = re.compile(rb"\d+ 0 obj\n<<.*?/W \[ 1 (\d) (\d) \].*?>>\nstream\n", re.S)
_LENGTH = re.compile(rb"/Length (\d+)")


@dataclass(frozen=True)
class _Table:
    """The cross-reference stream."""

    start: int
    """Where its object begins in the file."""
    head: bytes
    """Its dictionary, to the line "stream"."""
    stored: bytes
    rows: list[bytearray]
    """Type, offset, generation."""
    width: int
    """Bytes of the offset."""

    def offset(self, row: bytearray) -> int:
        """Where the row's object begins."""
        return int.from_bytes(row[1 : 1 + self.width], "big")


def clear_stream_ends(data: bytes) -> bytes:
    """The same file with unmistakable stream ends; a second time changes nothing.

    A file of another make than pikepdf's is returned as it is.
    """
    table = _read(data)
    if table is None:
        return data
    spots = _ambiguous(data, sorted(table.offset(row) for row in table.rows if row[0] == 1))
    if not spots and not table.stored.endswith(b"\r"):
        return data
    for row in table.rows:
        if row[0] == 1:
            old = table.offset(row)
            row[1 : 1 + table.width] = (old + bisect_left(spots, old)).to_bytes(table.width, "big")
    return _written(data, table, spots)


def _read(data: bytes) -> _Table | None:
    found = _START.search(data, max(0, len(data) - 64))
    start = int(found[1]) if found else 0
    head = _HEAD.match(data, start) if found else None
    length = _LENGTH.search(head[0]) if head else None
    if head is None or length is None:
        return None
    stored = data[head.end() : head.end() + int(length[1])]
    width = int(head[1])
    rows = _unpredicted(zlib.decompress(stored), 1 + width + int(head[2]))
    return _Table(start, head[0], stored, rows, width)


def _ambiguous(data: bytes, offsets: Sequence[int]) -> list[int]:
    """Where a stream's data end in a carriage return."""
    spots = []
    for at, after in pairwise(offsets):
        body = data.find(b"\nstream\n", at, after)
        length = _LENGTH.search(data, at, body) if body > 0 else None
        if length:
            end = body + 8 + int(length[1])
            if data[end - 1 : end] == b"\r":
                spots.append(end)
    return spots


def _written(data: bytes, table: _Table, spots: Sequence[int]) -> bytes:
    packed = zlib.compress(_predicted(table.rows, len(table.rows[0])), 9)
    edges = [0, *spots, table.start]
    body = b"\r".join(data[a:b] for a, b in pairwise(edges))
    head = _LENGTH.sub(b"/Length %d" % len(packed), table.head, count=1)
    line_end = b"\r\n" if packed.endswith(b"\r") else b"\n"
    tail = b"endstream\nendobj\n\nstartxref\n%d\n%%%%EOF\n" % (table.start + len(spots))
    return body + head + packed + line_end + tail


def _unpredicted(raw: bytes, width: int) -> list[bytearray]:
    """Rows of a cross-reference stream; each is stored as its difference from the one above."""
    rows, above = [], bytearray(width)
    for at in range(0, len(raw), width + 1):
        row = raw[at + 1 : at + 1 + width]
        above = bytearray((a + b) & 255 for a, b in zip(above, row, strict=True))
        rows.append(above)
    return rows


def _predicted(rows: Sequence[bytearray], width: int) -> bytes:
    out, above = bytearray(), bytearray(width)
    for row in rows:
        out += b"\x02" + bytes((a - b) & 255 for a, b in zip(row, above, strict=True))
        above = row
    return bytes(out)
