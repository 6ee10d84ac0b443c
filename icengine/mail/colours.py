"""The organisation's colour made fit for a mail: hue and chroma are its own, lightness is ours.

Web pages do the same in CSS with oklch(); mail programs know only hex, so it is computed here. As
lightness is fixed, white text on `brand` and `deep` is readable whatever colour was chosen: white,
yellow and black too.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from icengine.domain.people import Organisation

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Palette:
    """Colours of one mail, all #rrggbb in lower case."""

    deep: str
    """Behind the white words of the head."""
    brand: str
    """Behind the white words of the button."""
    tint: str
    """Behind the dark words of a note."""
    shapes: str
    """Ornament on `deep`; says nothing."""
    dark_brand: str
    """The button's background in dark mode, under near-black words."""
    dark_tint: str
    """The note's background in dark mode, under near-white words."""


@lru_cache(maxsize=64)
def palette(accent: str) -> Palette:
    """The colours that follow from `accent` (#RRGGBB); anything else counts as the standard one."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", accent):
        accent = Organisation.accent
    return Palette(
        deep=_shade(accent, 0.33, 0.08),
        brand=_shade(accent, 0.42, 0.13),
        tint=_shade(accent, 0.95, 0.025),
        shapes=_shade(accent, 0.59, 0.05),
        dark_brand=_shade(accent, 0.84, 0.09),
        dark_tint=_shade(accent, 0.30, 0.035),
    )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #rrggbb by WCAG 2: 1.0 equal, 21.0 black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Triple:
    """Linear-light red, green and blue, each 0 to 1."""
    values = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def _shade(colour: str, lightness: float, most_chroma: float) -> str:
    """The same hue at this OKLCH lightness, with chroma at most so high and inside sRGB."""
    chroma, hue = _chroma_and_hue(colour)
    chroma = min(chroma, most_chroma)
    while True:
        linear = _from_oklch(lightness, chroma, hue)
        if chroma == 0 or all(-0.0005 <= value <= 1.0005 for value in linear):
            return "#" + "".join(f"{_byte(value):02x}" for value in linear)
        chroma = max(0.0, chroma - 0.002)


def _chroma_and_hue(colour: str) -> tuple[float, float]:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> Triple:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _byte(linear: float) -> int:
    value = min(1.0, max(0.0, linear))
    curved = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(255 * curved)
