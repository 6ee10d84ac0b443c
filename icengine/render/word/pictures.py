"""Charts in a Word file: the SVG for those who can show it, and the same as PNG for the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from icengine.domain.report_model import Figure, Report
from icengine.render.charts import draw
from icengine.render.fonts import glyphs, print_fonts
from icengine.render.glyphs import drawable
from icengine.render.word.markup import attribute
from icengine.render.word.styles import FONT

DOTS = 240
"""Per inch, in the PNG."""
EMU, TWIP = 12700, 635
"""English metric units in a point, and in a twentieth of one."""

_TEMPLATES = Path(__file__).parent.parent / "typst"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_SVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_WITH_SVG = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
"""The name under which Word looks for the SVG of a picture."""


@dataclass(frozen=True)
class Picture:
    """One chart, as it lies in the file."""

    png: str
    """Id of the relation to it."""
    svg: str
    size: tuple[int, int]
    """In points."""


def lay_in(document: Document, report: Report) -> Mapping[str, Picture]:
    """Put every figure of the report in the file; by the figure's id."""
    figures = [block for block in report.blocks() if isinstance(block, Figure)]
    return {figure.id: _laid(document, report, figure, n) for n, figure in enumerate(figures, 1)}


def _laid(document: Document, report: Report, figure: Figure, n: int) -> Picture:
    svg = drawable(draw(figure, report), glyphs())
    found = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    if found is None:
        raise ValueError(f"the figure {figure.id} has no size")
    # Word has not our typeface, and takes the first of the names.
    words = svg.replace('font-family="Inter, ', f'font-family="{FONT}, Inter, ', 1).encode()
    relations = (
        _part(document, f"rapport-figur-{n}.png", "image/png", png(svg, found[1])),
        _part(document, f"rapport-figur-{n}.svg", "image/svg+xml", words),
    )
    return Picture(*relations, (int(found[1]), int(found[2])))


def _part(document: Document, name: str, media: str, blob: bytes) -> str:
    part = Part(PackURI(f"/word/media/{name}"), media, blob, document.part.package)
    return document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)


def png(svg: str, width: str) -> bytes:
    """The SVG as a picture of dots, `width` points wide, with the fonts we ship."""
    inputs = {"svg": svg, "width": width}
    made = _compiler().compile(format="png", ppi=DOTS, sys_inputs=inputs)
    if not isinstance(made, bytes):
        raise ValueError("a chart became more than one picture")
    return made


def drawing(picture: Picture, name: str, alt: str, id: int, width: int) -> str:
    """The run that shows the picture, at most `width` twentieths of a point wide."""
    wide, high = (side * EMU for side in picture.size)
    room = width * TWIP
    if wide > room:
        wide, high = room, high * room // wide
    shape = f'<a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/>'
    return (
        "<w:r><w:drawing>"
        f'<wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" '
        f'distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{id}" name={attribute(name)} descr={attribute(alt)}/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr>'
        f'<pic:cNvPr id="{id}" name={attribute(name)}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{picture.png}"><a:extLst><a:ext uri="{_WITH_SVG}">'
        f'<asvg:svgBlip xmlns:asvg="{_SVG}" r:embed="{picture.svg}"/></a:ext></a:extLst></a:blip>'
        f"<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>{shape}</a:xfrm>"
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=print_fonts()
    )
    return typst.Compiler(_TEMPLATES / "picture.typ", root=_TEMPLATES, font_paths=fonts)
