"""Give tables in a typst PDF their row headers: the first cell of a body row becomes TH, Scope=Row.

typst marks column headers by itself; row headers need a switch that its Python package lacks.
Which tables have them is told in document order, and every other cell of the row names its header,
so that readers which follow /Headers and readers which follow /Scope agree.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from icengine.render.streamends import clear_stream_ends

# pikepdf's objects are PDF values of any kind, known only when the file is read.
Node = Any


def add_row_headers(data: bytes, wanted: Sequence[bool]) -> bytes:
    """The file with its row headers and a deterministic id.

    `wanted` says for each table in the document whether it has them; ValueError where the document
    has another number of tables.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root.StructTreeRoot
        tables = list(elements(root.K, "/Table"))
        if len(tables) != len(wanted):
            raise ValueError(f"the document has {len(tables)} tables, the report {len(wanted)}")
        named: list[tuple[String, Node]] = []
        for t, (table, has_rows) in enumerate(zip(tables, wanted, strict=True)):
            if has_rows:
                named += _name_rows(table, t)
        if named:
            _add_names(root, named)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            recompress_flate=False,
        )
    return clear_stream_ends(out.getvalue())


def elements(node: Node, kind: str) -> Iterator[Node]:
    """Structure elements of one kind below `node`, in document order.

    What lies inside a found one is not searched.
    """
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, Array):
            stack.extend(reversed(list(here)))
        elif isinstance(here, Dictionary):
            if here.get("/S") == kind:
                yield here
            elif "/K" in here:
                stack.append(here.K)


def _name_rows(table: Node, number: int) -> list[tuple[String, Node]]:
    """Make the first cell of every body row a header that the row's other cells name."""
    bodies = list(elements(table.K, "/TBody")) or [table]
    named = []
    for r, row in enumerate(row for body in bodies for row in elements(body.K, "/TR")):
        first, *rest = [cell for cell in row.K if isinstance(cell, Dictionary)]
        name = String(f"R{number:05}-{r:05}")
        first.S, first.ID = Name.TH, name
        _attributes(first).Scope = Name.Row
        named.append((name, first))
        for cell in rest:
            own = _attributes(cell)
            own.Headers = Array([*own.get("/Headers", []), name])
    return named


def _attributes(cell: Node) -> Node:
    """The cell's table attributes, made if it has none."""
    found = cell.get("/A", Array([]))
    for item in found if isinstance(found, Array) else [found]:
        if isinstance(item, Dictionary) and item.get("/O") == Name.Table:
            return item
    kept = found if isinstance(found, Array) else [found]
    cell.A = Array([*kept, Dictionary(O=Name.Table)])
    return cell.A[len(cell.A) - 1]


def _add_names(root: Node, named: Sequence[tuple[String, Node]]) -> None:
    """Put the headers' names in the document's IDTree, in order.

    The tree that is there takes them in: a new object would cost as much as naming all rows, since the
    library then reads the whole document.
    """
    old = root.get("/IDTree")
    if old is None:
        root.IDTree = old = Dictionary(Names=Array([]))
    if "/Kids" in old:
        raise ValueError("the document's names are no flat list")
    known = list(old.Names)
    pairs = [*zip(known[::2], known[1::2], strict=True), *named]
    pairs.sort(key=lambda pair: bytes(pair[0]))
    old.Names = Array([part for pair in pairs for part in pair])
