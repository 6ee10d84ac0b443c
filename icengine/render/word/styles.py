"""The styles a report needs. A template keeps its own by these names; those it lacks are added.

Names are the ones Word keeps in the file whatever its language ("heading 1" is shown as Rubrik 1).
Those that Word does not have itself begin with "Rapport", so that the kommun finds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

INK, MUTED, HAIR, WASH = "1B2733", "52606B", "C9D2D9", "F1F4F6"
FONT = "Arial"
"""On every machine that has Word, and with the same widths in LibreOffice."""
CELL_SIDE = 90
"""Room between a cell's edge and its text, in twentieths of a point."""


@dataclass(frozen=True)
class Style:
    """One style, in the words of the format."""

    name: str
    id: str
    paragraph: str = ""
    """What stands in `w:pPr`; {bullets}, {points} and {numbers} are lists' ids."""
    run: str = ""
    """What stands in `w:rPr`; {accent} is the report's colour."""
    based: str = "Normal"
    follow: str = ""
    """Name of the style of the next paragraph; "" for the same."""
    table: str = ""
    """Set for a table style: what stands after its properties."""

    @property
    def kind(self) -> str:
        """paragraph | table"""
        return "table" if self.table else "paragraph"


def _type(size: float, *, bold: bool = False, colour: str = "") -> str:
    weight = "<w:b/><w:bCs/>" if bold else ""
    ink = f'<w:color w:val="{colour}"/>' if colour else ""
    return f'{weight}{ink}<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/>'


def _space(before: int = 0, after: int = 0, line: int = 0) -> str:
    spread = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{spread}/>'


def _list(id: str) -> str:
    return f'<w:numPr><w:numId w:val="{id}"/></w:numPr>'


def edge(colour: str, size: int, side: str = "left", space: int = 7) -> str:
    """One border of a paragraph; `size` in eighths of a point."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'


def band(colour: str, fill: str) -> str:
    """Borders of a filled paragraph: a strong one to the left; the others in the fill's colour, for
    air around the text. Paragraphs with the same borders become one."""
    air = edge(fill, 4, "bottom", 5) + edge(fill, 4, "right", 5)
    return edge(fill, 4, "top", 5) + edge(colour, 24) + air


def _cell_borders(side: str, size: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


KEEP = "<w:keepNext/><w:keepLines/>"
QUIET = "<w:suppressAutoHyphens/>"
_PANEL = (
    f"<w:pBdr>{band('{accent}', WASH)}</w:pBdr>"
    f'<w:shd w:val="clear" w:color="auto" w:fill="{WASH}"/>{QUIET}'
)
_IN = '<w:ind w:left="200" w:right="120"/>'
_LINES = f"<w:tblBorders>{_cell_borders('bottom', 4, HAIR)}{_cell_borders('insideH', 4, HAIR)}</w:tblBorders>"
_BOLD = "<w:rPr><w:b/><w:bCs/></w:rPr>"


def _sides(top: int, left: int, right: int) -> str:
    """Room inside a table's cells."""
    room = {"top": top, "left": left, "bottom": top, "right": right}
    inner = "".join(f'<w:{side} w:w="{wide}" w:type="dxa"/>' for side, wide in room.items())
    return f"<w:tblCellMar>{inner}</w:tblCellMar>"


def _when(place: str, borders: str = "", shade: str = "") -> str:
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    around = f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    cell = f"<w:tcPr>{around}{fill}</w:tcPr>" if borders or shade else ""
    return f'<w:tblStylePr w:type="{place}">{_BOLD}{cell}</w:tblStylePr>'


_TABLE = (
    f"<w:tblPr>{_LINES}{_sides(55, CELL_SIDE, CELL_SIDE)}</w:tblPr>"
    + _when(
        "firstRow",
        _cell_borders("top", 8, "{accent}") + _cell_borders("bottom", 6, MUTED),
        WASH,
    )
    + _when("lastRow", _cell_borders("top", 6, MUTED))
    + _when("firstCol")
)


def _heading(n: int, size: float, before: int, after: int, colour: str = "") -> Style:
    return Style(
        f"heading {n}", f"Heading{n}",
        f'{KEEP}{QUIET}{_space(before, after)}<w:outlineLvl w:val="{n - 1}"/>',
        _type(size, bold=True, colour=colour), follow="Body Text",
    )  # fmt: skip


def _contents(n: int) -> Style:
    indent = f'<w:ind w:left="{320 * (n - 1)}" w:right="567"/>'
    return Style(
        f"toc {n}", f"TOC{n}", f"{QUIET}{_space(160 if n == 1 else 60)}{indent}",
        _type(10, bold=n == 1),
    )  # fmt: skip


STYLES: tuple[Style, ...] = (
    Style("Title", "Title", f"{KEEP}{QUIET}{_space(0, 120)}",
          _type(32, bold=True, colour="{accent}"), follow="Subtitle"),
    Style("Subtitle", "Subtitle", f"{KEEP}{QUIET}{_space(0, 480)}", _type(16, colour=MUTED),
          follow="Body Text"),
    _heading(1, 18, 520, 180, "{accent}"),
    _heading(2, 13.5, 360, 140),
    _heading(3, 11.5, 340, 120),
    _heading(4, 10.5, 280, 100),
    Style("Body Text", "BodyText", f"{QUIET}{_space(0, 140, 271)}"),
    Style("caption", "Caption", f"<w:keepLines/>{QUIET}{_space(160, 100)}", _type(8.5, colour=MUTED)),
    Style("List Bullet", "ListBullet", f"{_list('{bullets}')}{QUIET}{_space(0, 60, 271)}",
          based="Body Text"),
    Style("List Number", "ListNumber", f"{_list('{numbers}')}{QUIET}{_space(0, 100, 271)}",
          based="Body Text"),
    Style("TOC Heading", "TOCHeading", '<w:outlineLvl w:val="9"/>', based="heading 1"),
    *(_contents(n) for n in range(1, 5)),
    Style("header", "Header", QUIET, _type(8, colour=MUTED)),
    Style("footer", "Footer", QUIET, _type(8, colour=MUTED)),
    Style("Rapport svarstext", "RapportSvarstext", f"{_PANEL}{_space(0, 120, 271)}{_IN}",
          _type(10)),
    Style("Rapport svar", "RapportSvar", run=_type(14, bold=True), based="Rapport svarstext"),
    Style("Rapport svarsetikett", "RapportSvarsetikett", f"{KEEP}{_space(60, 60)}",
          _type(8.5, bold=True, colour=MUTED), based="Rapport svarstext"),
    Style("Rapport ingress", "RapportIngress", _space(0, 140, 276), _type(11), based="Body Text"),
    Style("Rapport not", "RapportNot", _space(60, 140), _type(9, colour=MUTED), based="Body Text"),
    Style("Rapport risk", "RapportRisk", f"<w:keepLines/>{_space(0, 160, 271)}", _type(10.5),
          based="Body Text"),
    Style("Rapport etikett", "RapportEtikett", f"{KEEP}{QUIET}{_space(160, 60)}",
          _type(8.5, bold=True, colour=MUTED)),
    Style("Rapport kommentar", "RapportKommentar",
          f'<w:pBdr>{edge(HAIR, 12)}</w:pBdr>{QUIET}{_space(0, 100, 271)}<w:ind w:left="200"/>',
          based="Body Text"),
    Style("Rapport bedömning", "RapportBedomning", f"{KEEP}{QUIET}{_space(0, 160)}",
          _type(10.5)),
    Style("Rapport tabelltext", "RapportTabelltext", _space(0, 40), _type(9)),
    Style("Rapport tabellpunkt", "RapportTabellpunkt", _list("{points}"),
          based="Rapport tabelltext"),
    Style("Rapport tabellhuvud", "RapportTabellhuvud", f"<w:keepNext/>{_space(0, 20)}",
          _type(8, bold=True)),
    Style("Rapport term", "RapportTerm", f"<w:keepNext/>{QUIET}{_space(0, 20)}",
          _type(8, colour=MUTED)),
    Style("Rapport nyckeltal", "RapportNyckeltal", f"<w:keepNext/>{QUIET}{_space(40, 20)}",
          _type(22, bold=True)),
    Style("Rapport nyckeltalstext", "RapportNyckeltalstext", _space(0, 40),
          _type(8.5, colour=MUTED)),
    Style("Rapport figur", "RapportFigur", f"<w:keepNext/>{_space(160, 60)}", follow="caption"),
    Style("Rapport rubrik", "RapportRubrik", _space(480, 180), _type(13.5), based="heading 1"),
    Style("Rapport fingeravtryck", "RapportFingeravtryck", f"<w:keepLines/>{_space(0, 120)}",
          _type(8.5)),
    Style("Rapport mellanrum", "RapportMellanrum",
          '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>', _type(4)),
    Style("Rapport tabell", "RapportTabell", based="Normal Table", table=_TABLE),
    Style("Rapport uppgifter", "RapportUppgifter", based="Normal Table",
          table=f"<w:tblPr>{_sides(20, 0, 140)}</w:tblPr>"),
)  # fmt: skip
"""Each stands after the one it is based on."""


def style_xml(style: Style, ids: Mapping[str, str], own_id: str, values: Mapping[str, str]) -> str:
    """The style's XML; `ids` gives others' ids by their names in small letters, `values` what the
    {…} stand for."""

    def filled(text: str) -> str:
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    own = ' w:customStyle="1"' if style.name.startswith("Rapport ") else ""
    based, follow = ids.get(style.based.casefold(), ""), ids.get(style.follow.casefold(), "")
    parts = [
        f'<w:style w:type="{style.kind}"{own} w:styleId="{own_id}"><w:name w:val="{style.name}"/>',
        f'<w:basedOn w:val="{based}"/>' if based else "",
        f'<w:next w:val="{follow}"/>' if follow else "",
        '<w:uiPriority w:val="20"/><w:qFormat/>',
        f"<w:pPr>{filled(style.paragraph)}</w:pPr>" if style.paragraph else "",
        f"<w:rPr>{filled(style.run)}</w:rPr>" if style.run else "",
        filled(style.table),
        "</w:style>",
    ]
    return "".join(parts)
