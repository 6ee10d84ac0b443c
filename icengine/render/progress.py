"""The year's progress as a picture: a bar for each month, filled as far as it is done."""

from __future__ import annotations

from icengine.domain.colours import ink_on
from icengine.domain.report_model import Month, Progress
from icengine.render.shapes import FAINT, HAIR, INK, MUTED, PAGE, WHITE, box, rule, svg, text

_HEIGHT = 96


def progress(data: Progress, accent: str, width: int = PAGE) -> str:
    """Done of due over each bar; a month to come has an outline alone."""
    months, top = data.months, 16
    if width != PAGE and len(months) > 7:  # a phone has room for the last ones
        months = months[-7:]
    step = width / len(months)
    bar = min(step * 0.62, 46)
    most = max(month.due for month in months) or 1
    parts = [rule(0, top + _HEIGHT, width, top + _HEIGHT, HAIR)]
    for n, month in enumerate(months):
        parts += _bar(month, step * (n + 0.5), (bar, _HEIGHT / most), top, step, accent)
    key = top + _HEIGHT + 34
    parts += [
        box(0.5, key - 9.5, 12, 12, accent, accent, 2),
        text(17, key, "redovisade", 8.5),
        box(90.5, key - 9.5, 12, 12, WHITE, MUTED, 2),
        text(107, key, "skulle vara redovisade", 8.5),
    ]
    return svg(width, key + 6, parts)


def _bar(
    month: Month, middle: float, size: tuple[float, float], top: float, step: float, accent: str
) -> list[str]:
    (wide, unit), foot = size, top + _HEIGHT
    left, high, full = middle - wide / 2, month.due * unit, month.done * unit
    said = str(month.due) if month.ahead else f"{month.done}/{month.due}"
    stroke = FAINT if month.ahead else MUTED
    parts = [box(left, foot - high, wide, high, WHITE, HAIR if month.ahead else stroke, 1)]
    if full:
        parts.append(box(left, foot - full, wide, full, accent, accent, 1))
    if full > 16:
        parts.append(text(middle, foot - 6, "✓", 8, "middle", ink_on(accent)))
    fits = min(8.5, (step - 2) / (0.58 * len(said)))
    ink, weight = (MUTED, 400) if month.ahead else (INK, 600)
    parts.append(text(middle, foot - high - 4, said, round(fits, 1), "middle", ink, weight))
    name, _, year = month.label.partition(" ")
    short = name[:3] if step < 44 else name
    parts.append(text(middle, foot + 11, short, 8, "middle", MUTED))
    if year:
        parts.append(text(middle, foot + 20, year, 7, "middle", MUTED))
    return parts
