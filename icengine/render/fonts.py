"""Where the shipped typefaces lie, and which characters they can draw."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

_UNPRINTABLE = ("Cc", "Cn", "Co", "Cs")
"""Categories no page may hold; Inter has private-use glyphs, which PDF/A refuses."""


def third_party() -> Path:
    """The folder of shipped files: in the installed package, else beside it in the repository.

    FileNotFoundError where neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "third_party", package.parent / "third_party"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("third_party/ is missing: the installation is not whole")


def print_fonts() -> list[Path]:
    """Folders with fonts for PDF; a font laid in a folder of its own is used by itself."""
    return sorted(folder for folder in third_party().iterdir() if _files(folder))


def web_font(weight: str) -> bytes:
    """The subset of Inter, "Regular" or "SemiBold", that an HTML file carries (WOFF2)."""
    return (third_party() / "inter" / f"Inter-{weight}.woff2").read_bytes()


@cache
def glyphs() -> frozenset[int]:
    """Code points that both weights of Inter, or a font for another script, can draw."""
    inter: list[set[int]] = []
    others: set[int] = set()
    for folder in print_fonts():
        for path in _files(folder):
            points = _points(path)
            if folder.name == "inter":
                inter.append(points)
            else:
                others |= points
    drawn = set.intersection(*inter) | others
    return frozenset(n for n in drawn if unicodedata.category(chr(n)) not in _UNPRINTABLE)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in (".otf", ".ttf"))


def _points(path: Path) -> set[int]:
    from fontTools.ttLib import TTFont  # a fifth of a second: only when a PDF is made

    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())
