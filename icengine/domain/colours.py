"""Colours that can be read: contrast by WCAG, tints and darkening. Colours are "#RRGGBB"."""

from __future__ import annotations

from functools import cache

WHITE = "#FFFFFF"
DARK = "#14202B"


def mix(colour: str, other: str, share: float) -> str:
    """`share` (0 to 1) of `other` in `colour`."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours by WCAG 2.2, 1 to 21."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@cache
def readable(colour: str, on: str = WHITE, least: float = 5.0) -> str:
    """The colour, darkened until it has the contrast `least` against `on`."""
    while contrast(colour, on) < least:
        darker = mix(colour, "#000000", 0.06)
        if darker == colour:
            return "#000000"
        colour = darker
    return colour


def ink_on(colour: str) -> str:
    """Dark or white: what is read best on the colour."""
    return DARK if contrast(DARK, colour) >= contrast(WHITE, colour) else WHITE


def _parts(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _parts(colour)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
