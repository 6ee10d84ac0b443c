"""A report's charts as SVG: colour, symbol and number together, the same picture in every format.

Measured in points and drawn as wide as the text column of a page (`PAGE`), so that nothing is
scaled in print; `PHONE` is a second width for narrow screens. The alternative text is the report's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from textwrap import shorten, wrap

from icengine.domain.report_model import (
    Chart,
    Figure,
    Line,
    Mark,
    Matrix,
    Progress,
    Report,
    Spread,
    Stacked,
)
from icengine.domain.words import number
from icengine.render.progress import progress
from icengine.render.shapes import (
    FAINT,
    HAIR,
    INK,
    MUTED,
    PAGE,
    WHITE,
)
from icengine.render.shapes import box as _box
from icengine.render.shapes import rule as _rule
from icengine.render.shapes import svg as _svg
from icengine.render.shapes import text as _text

Marks = Mapping[str, Mark]


def draw(figure: Figure, report: Report, width: int = PAGE) -> str:
    """The figure as an SVG element."""
    data: Chart = figure.data
    if isinstance(data, Spread):
        return spread(data, report.marks, report.scale, width)
    if isinstance(data, Stacked):
        return stacked(data, report.marks, report.scale, width)
    if isinstance(data, Matrix):
        return matrix(data, report.marks, width)
    if isinstance(data, Progress):
        return progress(data, report.accent, width)
    return line(data, report.accent, width)


def picture(svg: str, alt: str, kind: str) -> str:
    """The SVG as an image with a name, inside HTML; `kind` is its class."""
    attributes = f' class="{kind}" role="img" aria-label="{escape(alt)}"'
    return re.sub(r' xmlns="[^"]*"', lambda _: attributes, svg, count=1)


def _edge(mark: Mark) -> str:
    """A pale level (vit) keeps a drawn outline; others are parted by white."""
    return mark.deep if mark.colour.upper() == WHITE else WHITE


def _bar(
    x: float,
    y: float,
    size: tuple[float, float],
    counts: Mapping[str, int],
    marks: Marks,
    scale: Sequence[str],
    type_size: float,
) -> list[str]:
    """Segments side by side; symbol and number where they fit."""
    (width, height), total = size, sum(counts.values()) or 1
    parts = []
    for mark, n in ((marks[id], counts.get(id, 0)) for id in scale):
        if not n:
            continue
        w = width * n / total
        inset = 0.5 if _edge(mark) != WHITE else 0
        parts.append(
            _box(x + inset, y + inset, w - 2 * inset, height - 2 * inset, mark.colour, _edge(mark))
        )
        wide = w > 1.25 * type_size + 0.62 * type_size * len(str(n)) + 4
        label = f"{mark.symbol} {n}" if wide else mark.symbol
        if w > type_size + 1:
            middle = y + height / 2 + type_size * 0.36
            parts.append(_text(x + w / 2, middle, label, type_size, "middle", mark.ink, 600))
        x += w
    return parts


def _key(x: float, y: float, mark: Mark) -> list[str]:
    return [
        _box(x + 0.5, y - 9.5, 12, 12, mark.colour, mark.deep, 2),
        _text(x + 6.5, y, mark.symbol, 8, "middle", mark.ink, 600),
        _text(x + 17, y, mark.word, 8.5),
    ]


def _legend(y: float, marks: Marks, scale: Sequence[str], width: int) -> tuple[list[str], float]:
    """The levels on as many lines as they need, and where the last line stands."""
    parts: list[str] = []
    x = 0.0
    for mark in (marks[id] for id in scale):
        wide = 17 + 4.75 * len(mark.word)
        if x and x + wide > width:
            x, y = 0.0, y + 16
        parts += _key(x, y, mark)
        x += wide + 13
    return parts, y


# ---- charts ----


def spread(data: Spread, marks: Marks, scale: Sequence[str], width: int = PAGE) -> str:
    """One bar; the figures again below it, for the segments too small to hold them."""
    counts = data.counts
    longest = max(len(marks[id].word) for id in scale)
    across = max(1, min(len(scale), int(width / (20 + 4.75 * longest))))
    across = -(-len(scale) // -(-len(scale) // across))  # as many on each line
    total = sum(counts.values()) or 1
    parts = _bar(0, 0, (width, 30), counts, marks, scale, 13)
    for i, id in enumerate(scale):
        x, y, n = i % across * width / across, 50 + i // across * 30, counts.get(id, 0)
        figures = f"{n} ({100 * n / total:.0f}\u00a0%)"
        parts += _key(x, y, marks[id])
        parts.append(_text(x + 17, y + 12, figures, 8.5, "start", INK, 600))
    return _svg(width, 40 + 30 * -(-len(scale) // across), parts)


def stacked(data: Stacked, marks: Marks, scale: Sequence[str], width: int = PAGE) -> str:
    """One bar per row on a common axis, the figures in columns beside it."""
    phone = width != PAGE
    left, step, col = (0, 36, 24) if phone else (182, 20, 27)
    room = width - left - 8 - col * (len(scale) + 1)
    longest = max((sum(row.counts.values()) for row in data.rows), default=0) or 1
    columns = [left + room + 8 + col * (i + 0.8) for i in range(len(scale) + 1)]
    parts = [
        _text(x, 10, marks[id].symbol, 10, "end", marks[id].deep, 600)
        for id, x in zip(scale, columns, strict=False)
    ]
    parts.append(_text(columns[-1], 10, "Alla", 8, "end", MUTED, 600))
    parts.append(_rule(0, 16.5, width, 16.5, HAIR))
    for i, row in enumerate(data.rows):
        top, total = 20 + i * step, sum(row.counts.values())
        y = float(top + 14 if phone else top)
        parts += _label(row.label, top, 60 if phone else 39, 1 if phone else 2)
        if total:
            size = (room * total / longest, 15.0)
            parts += _bar(left, y + 1, size, row.counts, marks, scale, 8.5)
            for id, x in zip(scale, columns, strict=False):
                parts.append(_text(x, y + 12, row.counts.get(id, 0) or "–", 8.5, "end"))
            parts.append(_text(columns[-1], y + 12, total, 8.5, "end", INK, 600))
        elif row.note:
            parts.append(_text(left + 4, y + 12, row.note, 8, "start", MUTED))
        parts.append(_rule(0, top + step - 1.5, width, top + step - 1.5, FAINT))
    keys, y = _legend(36 + len(data.rows) * step, marks, scale, width)
    return _svg(width, y + 8, [*parts, *keys])


def _label(words: str, top: float, letters: int, most: int) -> list[str]:
    """A row's name on one or two lines; the end of a longer one is in the text of the report."""
    lines = wrap(shorten(words, letters * most - 4, placeholder=" …"), letters)[:most] or [""]
    first = top + 12 - 5 * (len(lines) - 1)
    return [_text(0, first + 10 * n, part, 8.5) for n, part in enumerate(lines)]


RING = "2 1.5"
"""Dashes of the ring around a risk that is shown where it was before the measures there are."""
MOST_LINES = 3
"""Lines of names in a cell; those that find no room are counted."""


def matrix(data: Matrix, marks: Marks, width: int = PAGE) -> str:
    """Sannolikhet upwards, konsekvens to the right; each cell says its zone and who stands in it.

    A risk has a whole ring where it is with the measures there are, a dashed one where it was
    before them.
    """
    rows, cols = len(data.zones), len(data.zones[0])
    phone = width != PAGE
    left, top = (16 if phone else 92), 18  # a phone gets the figures; the words are below
    w = (width - left) / cols
    cells = {(s, k): _standing(data, s, k) for s in range(1, rows + 1) for k in range(1, cols + 1)}
    room = 4 if w > 75 else 2 if w > 50 else 1
    most = max(-(-len(standing) // room) for standing in cells.values())
    h = 22 + 18 * min(max(most, 1), MOST_LINES)
    parts = []
    for s in range(rows, 0, -1):
        y = top + (rows - s) * h
        parts += _axis(data.likelihood[s - 1], s, phone, left - 8, y + h / 2 + 3, "end")
        for k in range(1, cols + 1):
            mark, size = marks[data.zones[s - 1][k - 1]], (w, h)
            parts += _zone(left + (k - 1) * w, y, size, mark, cells[s, k], room)
    for k in range(1, cols + 1):
        middle = left + (k - 0.5) * w
        parts += _axis(data.consequence[k - 1], k, phone, middle, top + rows * h + 13, "middle", w)
    foot = top + rows * h + 28
    parts.append(_text(left + cols * w / 2, foot, "Konsekvens", 8.5, "middle", MUTED, 600))
    place = (0, "start") if phone else (left - 8, "end")
    parts.append(_text(place[0], 10, "Sannolikhet", 8.5, place[1], MUTED, 600))
    keys, last = _rings(0 if phone else left, foot + 16, width) if data.before else ([], foot)
    keys, last = _zone_key(keys, last, data, marks, width) if w <= 50 else (keys, last)
    return _svg(width, last + 6, [*parts, *keys])


Standing = tuple[tuple[str, bool], ...]
"""Ids in a cell, and whether each stands there with the measures there are."""


def _standing(data: Matrix, s: int, k: int) -> Standing:
    now = [p.id for p in data.items if (p.likelihood, p.consequence) == (s, k)]
    then = [p.id for p in data.before if (p.likelihood, p.consequence) == (s, k)]
    return tuple([(id, True) for id in now] + [(id, False) for id in then])


def _axis(
    word: str, step: int, phone: bool, x: float, y: float, anchor: str, room: float = 84
) -> list[str]:
    """A step's figure, with its word where there is room for it."""
    words = str(step) if phone else f"{step} {word}"
    fits = min(8.5, room / (0.56 * len(words)))
    if fits < 6.5:
        words, fits = shorten(words, int(room / 3.7), placeholder=" …"), 6.5
    return [_text(x, y, words, round(fits, 1), anchor)]


def _zone(
    x: float,
    y: float,
    size: tuple[float, float],
    mark: Mark,
    here: Standing,
    room: int,
) -> list[str]:
    w, h = size
    parts = [
        _box(x + 1, y + 1, w - 2, h - 2, mark.tint, mark.deep, 2, 0.6),
        _text(x + 7, y + 13, mark.symbol, 8, "start", mark.deep),
    ]
    if w > 50:
        parts.append(_text(x + 18, y + 13, shorten(mark.short, int(w / 4.4), placeholder="…"), 7.5))
    places = room * max(int((h - 22) // 18), 1)
    shown = list(here)
    if len(here) > places:
        shown = [*here[: places - 1], (f"+{len(here) - places + 1}", True)]
    wide = (w - 14) / room if room > 1 else w - 8
    start = x + (7 if room > 1 else 4)
    for n, (name, whole) in enumerate(shown):
        across, down = n % room, n // room
        left, upper = start + across * wide, y + 19 + 18 * down
        fits = min(7.5, (wide - 4) / (0.66 * max(len(name), 1)))
        parts.append(_ring(left, upper, wide - 1.5, mark.deep, whole))
        middle = left + (wide - 1.5) / 2
        weight, ink = (600, INK) if whole else (400, MUTED)
        parts.append(_text(middle, upper + 10.2, name, round(fits, 1), "middle", ink, weight))
    return parts


def _ring(x: float, y: float, w: float, colour: str, whole: bool) -> str:
    box = _box(x, y, w, 15, WHITE if whole else "none", colour, 7.5, 0.8)
    return box if whole else box.replace("/>", f' stroke-dasharray="{RING}"/>')


def _rings(x: float, y: float, width: int) -> tuple[list[str], float]:
    """What the two rings mean, and where that ends."""
    parts: list[str] = []
    for whole, words in ((True, "efter befintliga åtgärder"), (False, "före befintliga åtgärder")):
        wide = 30 + 4.6 * len(words)
        if x + wide > width:
            x, y = 0.0, y + 18
        parts += [_ring(x + 0.5, y - 10.5, 22, MUTED, whole), _text(x + 27, y, words, 8.5)]
        x += wide + 10
    return parts, y


def _zone_key(
    parts: list[str], y: float, data: Matrix, marks: Marks, width: int
) -> tuple[list[str], float]:
    """The zones' words, where the cells are too narrow for them."""
    used = {id for row in data.zones for id in row}
    zones = {id: marks[id] for id in marks if id in used}
    keys, last = _legend(y + 18, zones, list(zones), width)
    return [*parts, *keys], last


def line(data: Line, accent: str, width: int = PAGE) -> str:
    """Measured values in time against a goal; every point carries its figure."""
    phone = width != PAGE
    left, right, top, height = 34, (20 if phone else 84), (26 if phone else 14), 92
    values = [point.value for point in data.points]
    least = Decimal(100) if data.unit == "%" else Decimal(0)
    ceiling = max([least, data.goal or Decimal(0), *values]) or Decimal(1)

    def at(value: Decimal) -> float:
        return top + height * (1 - float(value / ceiling))

    def said(value: Decimal) -> str:
        return f"{number(value)}\u00a0{data.unit}".strip()

    parts = []
    end = width - right + 16
    for share in (Decimal(0), Decimal("0.5"), Decimal(1)):
        value = (ceiling * share).quantize(Decimal(1))
        parts.append(_rule(left, at(ceiling * share), end, at(ceiling * share), FAINT))
        parts.append(_text(left - 6, at(ceiling * share) + 3, said(value), 7.5, "end", MUTED))
    if data.goal is not None:
        goal = at(data.goal)
        parts.append(_rule(left, goal, end, goal, INK, "4 3"))
        place = (end, 12, "end") if phone else (end + 4, goal + 3, "start")
        parts.append(_text(place[0], place[1], f"Mål {said(data.goal)}", 8.5, place[2], INK, 600))
    step = (width - left - right - 52) / max(len(data.points) - 1, 1)
    spots = [(left + 26 + i * step, at(value)) for i, value in enumerate(values)]
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    parts.append(f'<path d="M{path}" stroke="{accent}" stroke-width="1.8" fill="none"/>')
    names = [shorten(point.label, 22, placeholder="…") for point in data.points]
    wide = max([62, *(8 + 4.3 * len(name) for name in names)])
    every = int(-(-len(spots) * wide // (width - left - right)))  # labels that would touch are out
    for i, ((x, y), point, name) in enumerate(zip(spots, data.points, names, strict=True)):
        near_goal = data.goal is not None and 0 <= y - at(data.goal) < 20
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="{WHITE}" stroke="{accent}" '
            f'stroke-width="1.8"/>'
        )
        if (len(spots) - 1 - i) % every == 0:
            place_y = y + (14 if near_goal else -7)
            parts.append(_text(x, place_y, said(point.value), 9, "middle", INK, 600))
            over = x + 2.15 * len(name) > width
            spot, anchor = (float(width), "end") if over else (x, "middle")
            parts.append(_text(spot, top + height + 15, name, 8, anchor, MUTED))
    return _svg(width, top + height + 22, parts)
