"""Tables, facts and key figures: real tables whose rows and heads a reader's aids understand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from icengine.domain.report_model import Cell, Column, Facts, Numbers, Table
from icengine.domain.text import Rich, length
from icengine.render.word.markup import attribute, run
from icengine.render.word.page import Page
from icengine.render.word.styles import CELL_SIDE

LETTER = 92
"""About as wide as a letter in a table, in twentieths of a point."""
TALL_ROW, SHORT_TABLE = 25, 16
"""Lines: a taller row may go on over the page; a table no taller stays on one page."""
ABREAST = 6
"""Key figures beside each other."""


def table(page: Page, found: Table) -> list[str]:
    """The caption, the table and the note."""
    widths = shares([column.width for column in found.columns], page.look.width)
    heights = [_height(row, widths) for row in found.rows]
    whole = sum(heights) <= SHORT_TABLE
    head = "".join(
        _box(_head(page, column), width, '<w:vAlign w:val="bottom"/>')
        for column, width in zip(found.columns, widths, strict=True)
    )
    rows = [_row(head, header=True)]
    for n, (row, height) in enumerate(zip(found.rows, heights, strict=True)):
        keep = whole and n < len(found.rows) - 1
        cells = zip(row, found.columns, widths, strict=True)
        drawn = "".join(
            _box(_cell(page, c, column, keep), w, page.tint(c.mark)) for c, column, w in cells
        )
        rows.append(_row(drawn, split=height > TALL_ROW))
    look = {"firstRow": True, "lastRow": found.total, "firstColumn": found.row_head}
    name = found.caption or ", ".join(_plain(column.title) for column in found.columns)
    caption = page.said(run(found.caption), "caption", keepNext=True) if found.caption else ""
    note = page.said(run(found.note), "Rapport not") if found.note else ""
    drawn_table = _table(page, "Rapport tabell", widths, rows, look, name)
    return [*filter(None, [caption, drawn_table, gap(page), note])]


def facts(page: Page, found: Facts, *, keep: bool = False) -> list[str]:
    """Terms over their values, or beside them where the values are long."""
    widths = _abreast(found, page.look.width)
    if not widths:
        return rows_of(page, found.rows)
    heads = [page.said(run(term), "Rapport term") for term, _ in found.rows]
    values = ["".join(_inner(page, cell, "Rapport tabelltext", keep)) for _, cell in found.rows]
    rows = [
        _row("".join(map(_box, heads, widths)), header=True),
        _row("".join(map(_box, values, widths))),
    ]
    name = ", ".join(term for term, _ in found.rows)
    return [_table(page, "Rapport uppgifter", widths, rows, {"firstRow": True}, name), gap(page)]


def rows_of(page: Page, found: Sequence[tuple[str, Cell]]) -> list[str]:
    """Terms and values in two columns, a row for each."""
    widths = shares([0.28, 0.72], page.look.width)
    rows = []
    for term, cell in found:
        name = page.said(run(term), "Rapport term", keepNext="0")
        value = "".join(_inner(page, cell, "Rapport tabelltext", False))
        tall = _height([cell], widths[1:]) > TALL_ROW
        rows.append(_row(_box(name, widths[0]) + _box(value, widths[1]), split=tall))
    return [_table(page, "Rapport uppgifter", widths, rows, {"firstColumn": True}), gap(page)]


def guide(page: Page, name: str) -> list[str]:
    """Every level of the bedömning and what it means."""
    widths = shares([0.26, 0.74], page.look.width)
    rows = []
    for id in page.report.scale:
        level = _inner(page, Cell(mark=id), "Rapport tabelltext", True)
        meaning = page.rich(page.report.marks[id].meaning or "–", "Rapport tabelltext", keep=True)
        cells = _box("".join(level), widths[0], page.tint(id))
        rows.append(_row(cells + _box("".join(meaning), widths[1])))
    return [_table(page, "Rapport tabell", widths, rows, {"firstColumn": True}, name), gap(page)]


def numbers(page: Page, found: Numbers) -> list[str]:
    """Key figures in a row, each over what it counts."""
    out = [gap(page)]
    line = (
        f'<w:top w:val="single" w:sz="8" w:space="0" w:color="{page.report.accent.lstrip("#")}"/>'
    )
    for start in range(0, len(found.items), ABREAST):
        items = found.items[start : start + ABREAST]
        widths = shares([max(len(figure), 5) for figure, _ in items], page.look.width)
        cells = ""
        for (figure, what), width in zip(items, widths, strict=True):
            inner = page.said(run(figure), "Rapport nyckeltal")
            inner += page.said(run(what), "Rapport nyckeltalstext")
            cells += _box(inner, width, f"<w:tcBorders>{line}</w:tcBorders>")
        out += [_table(page, "Rapport uppgifter", widths, [_row(cells)], {}), gap(page)]
    return out


def gap(page: Page) -> str:
    """Air after a table; without a paragraph between them two tables would become one."""
    return page.said("", "Rapport mellanrum")


def shares(parts: Sequence[float], width: int) -> list[int]:
    """The width parted as the parts are, to the last twentieth of a point."""
    total, ends, so_far = sum(parts) or 1, [0], 0.0
    for part in parts:
        so_far += part
        ends.append(round(width * so_far / total))
    return [after - before for before, after in pairwise(ends)]


# ---- cells ----


def _head(page: Page, column: Column) -> str:
    symbol = page.symbol(column.mark) + run("\n") if column.mark else ""
    return page.said(symbol + run(column.title), "Rapport tabellhuvud", jc=_aligned(column))


def _cell(page: Page, cell: Cell, column: Column, keep: bool) -> str:
    return "".join(_inner(page, cell, "Rapport tabelltext", keep, _aligned(column)))


def _inner(page: Page, cell: Cell, style: str, keep: bool, aligned: str = "") -> list[str]:
    """A cell's paragraphs; where nothing is written a dash says so."""
    parts = _dated(cell)
    if not cell.mark:
        return _kept(page, parts or "–", style, keep, aligned)
    if cell.brief and isinstance(parts, str) and parts:
        inner = run(parts + "\u00a0\u00a0") + page.rating(cell.mark, brief=True)
        return [page.said(inner, style, keepNext=keep, jc=aligned)]
    rating = page.said(page.rating(cell.mark, brief=cell.brief), style, keepNext=keep, jc=aligned)
    said = _kept(page, parts, style, keep, aligned) if length(parts) else []
    return [*said, rating] if cell.brief else [rating, *said]


def _kept(page: Page, body: Rich, style: str, keep: bool, aligned: str) -> list[str]:
    found = page.rich(body, style, "Rapport tabellpunkt", jc=aligned, keep=keep)
    return found or [page.said("", style)]


def _dated(cell: Cell) -> Rich:
    """The text; a date in it never breaks at its hyphens."""
    if isinstance(cell.value, str) and isinstance(cell.text, str):
        return cell.text.replace("-", "\u2011")
    return cell.text


def _aligned(column: Column) -> str:
    return "right" if column.align == "right" else ""


def _plain(title: str) -> str:
    return title.replace("\u00ad", "")


def _height(row: Sequence[Cell], widths: Sequence[int]) -> float:
    """About how many lines a row takes."""
    return max((_lines(c, w) for c, w in zip(row, widths, strict=True)), default=0)


def _lines(cell: Cell, width: int) -> float:
    room = max((width - 2 * CELL_SIDE) / LETTER, 1)
    parts = [cell.text] if isinstance(cell.text, str) else cell.text
    texts = [text for part in parts for text in ([part] if isinstance(part, str) else part)]
    own_line = 1 if cell.mark and not cell.brief else 0
    return own_line + sum(len(text) // room + 1.3 for text in texts)


def _abreast(found: Facts, width: int) -> list[int]:
    """Widths of columns that hold every value on a few lines; [] where they do not fit."""
    said = [
        (term, cell.text if isinstance(cell.text, str) else "", cell.mark)
        for term, cell in found.rows
    ]
    if any(length(cell.text) > 90 or not isinstance(cell.text, str) for _, cell in found.rows):
        return []
    room = width / LETTER
    full = [max(len(text) + 14 * bool(mark), len(term)) + 3 for term, text, mark in said]
    if sum(full) <= room:
        return shares([*full[:-1], room - sum(full[:-1])], width)
    least = [max(map(len, f"{term} {text}".split())) + 3 for term, text, _ in said]
    left = room - sum(least)
    if left <= 0:
        return []
    more = sum(full) - sum(least)
    return shares([a + left * (f - a) / more for f, a in zip(full, least, strict=True)], width)


# ---- the table's own XML ----


def _box(inner: str, width: int, more: str = "") -> str:
    """One cell; `more` is what is said of it beside its width."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}</w:tcPr>{inner}</w:tc>'


def _row(cells: str, *, header: bool = False, split: bool = False) -> str:
    props = ("" if split else "<w:cantSplit/>") + ("<w:tblHeader/>" if header else "")
    return f"<w:tr><w:trPr>{props}</w:trPr>{cells}</w:tr>"


_BITS = {"firstRow": 0x20, "lastRow": 0x40, "firstColumn": 0x80, "lastColumn": 0x100}


def _table(
    page: Page, style: str, widths: Sequence[int], rows: Sequence[str], look: dict[str, bool],
    name: str = "",
) -> str:  # fmt: skip
    """The table; `look` says which rows and columns are heads, `name` what it is called aloud."""
    bits = 0x600 + sum(bit for key, bit in _BITS.items() if look.get(key))
    flags = " ".join(f'w:{key}="{int(look.get(key, False))}"' for key in _BITS)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    title = f"<w:tblCaption w:val={attribute(name)}/>" if name else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{page.look.styles[style]}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{bits:04X}" {flags} w:noHBand="1" w:noVBand="1"/>{title}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
