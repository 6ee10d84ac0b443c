"""What every part of the body draws with: the report, the document's styles, texts and levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from icengine.domain.colours import WHITE
from icengine.domain.report_model import Report
from icengine.domain.text import Rich
from icengine.render.word.fitting import Look
from icengine.render.word.markup import paragraph, run, shading
from icengine.render.word.pictures import Picture

_SYMBOLS = " ".join(f'w:{kind}="Segoe UI Symbol"' for kind in ("ascii", "hAnsi", "eastAsia", "cs"))
"""Word would take the levels' symbols from a Japanese font, in another size."""


@dataclass(frozen=True)
class Page:
    """The report and what it is drawn with."""

    report: Report
    look: Look
    pictures: Mapping[str, Picture]
    """By the figure's id."""
    lists: Iterator[str]
    """Ids of numbered lists, one for each block of steps."""
    ids: Iterator[int]
    """Numbers of pictures and bookmarks."""

    def said(self, inner: str, style: str, **props: str | bool) -> str:
        """A paragraph in a style by its name."""
        return paragraph(inner, self.look.styles[style], **props)

    def rich(
        self, body: Rich, style: str, point: str = "List Bullet", *, keep: bool = False,
        **props: str | bool,
    ) -> list[str]:  # fmt: skip
        """A text's paragraphs in one style and its points in another; `keep`: with what follows."""
        parts = [body] if isinstance(body, str) else body
        laid: list[tuple[str, str, dict[str, str | bool]]] = []
        for part in parts:
            if isinstance(part, str):
                laid.append((part, style, {}))
            else:
                laid += [(text, point, self.listed(point)) for text in part]
        last = len(laid) - 1
        return [
            self.said(run(text), its, keepNext=keep and n == last, **{**props, **more})
            for n, (text, its, more) in enumerate(laid)
        ]

    def listed(self, style: str) -> dict[str, str | bool]:
        """What makes a paragraph of the style a point of a list."""
        if style in self.look.numbered:
            return {}
        indent = 'w:left="427" w:hanging="227"' if style != "List Bullet" else ""
        return {"numPr": in_list(self.look.bullets), "ind": indent}

    def tint(self, id: str) -> str:
        """A cell's ground in a level's colour; "" where there is no level."""
        return f"<w:shd {shading(self.report.marks[id].tint)}/>" if id else ""

    def symbol(self, id: str) -> str:
        """A level's symbol, in its own colour."""
        mark = self.report.marks[id]
        return run(mark.symbol, rFonts=_SYMBOLS, color=mark.deep.lstrip("#"))

    def rating(self, id: str, *, brief: bool = False) -> str:
        """A level's symbol and word, which never part."""
        mark = self.report.marks[id]
        strong = mark.tint.upper() != WHITE
        return self.symbol(id) + run(
            "\u00a0" + (mark.short if brief else mark.word), b=strong, bCs=strong
        )


def in_list(id: str) -> str:
    """What puts a paragraph in a list; "0" takes it out of its style's."""
    return f'<w:ilvl w:val="0"/><w:numId w:val="{id}"/>'
