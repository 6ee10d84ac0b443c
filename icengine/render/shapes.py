"""The shapes that charts are drawn with, in points, and their colours."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

PAGE, PHONE = 462, 260
INK, MUTED, HAIR, FAINT = "#1B2733", "#52606B", "#8795A1", "#E3E8EC"
WHITE = "#FFFFFF"


def text(
    x: float,
    y: float,
    words: object,
    size: float = 9,
    anchor: str = "start",
    fill: str = INK,
    weight: int = 400,
) -> str:
    """Words at a point."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{fill}" '
        f'font-weight="{weight}">{escape(str(words))}</text>'
    )


def box(
    x: float, y: float, w: float, h: float, fill: str, stroke: str, rx: float = 0, line: float = 1
) -> str:
    """A rectangle."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(w, 0):.1f}" height="{h:.1f}" rx="{rx:g}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{line:g}"/>'
    )


def rule(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "") -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}" fill="none"{dashed}/>'


def svg(width: int, height: float, parts: Sequence[str]) -> str:
    """The parts as one picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" '
        f'width="{width}" height="{height:.0f}" font-family="Inter, sans-serif">{"".join(parts)}</svg>'
    )
