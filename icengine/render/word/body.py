"""The report's body, in the same order as in the PDF: answer, details, contents, sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from icengine.domain.report_model import (
    Block,
    Cell,
    Facts,
    Figure,
    Mark,
    Numbers,
    Report,
    Section,
    Table,
    Text,
    walk,
)
from icengine.domain.text import length
from icengine.render.word import tables
from icengine.render.word.markup import FIELD_END, field, field_begin, run, shading
from icengine.render.word.page import Page, in_list
from icengine.render.word.pictures import drawing
from icengine.render.word.styles import MUTED, band

LOWEST = 4
"""Headings below this level look as it does."""
SHORT = 900
"""Characters of a text that can be kept with what follows; a longer one would leave a page empty."""
CONTENTS, FINGERPRINT = "Innehåll", "Fingeravtryck (SHA-256)"


def body(page: Page) -> str:
    """Everything that stands where the template has its place for it."""
    report = page.report
    names = {section.id: f"_Toc{n:09d}" for n, section in enumerate(walk(report.sections), 1)}
    short = report.kind.one_page
    parts = [*_cover(page)]
    if not short:
        parts += [*_contents(page, names), *_guide(page)]
    for n, section in enumerate(report.sections):
        parts += _section(page, section, names, 1, new_page=n == 0 and not short)
    parts += _fingerprint(page)
    return "".join(parts)


def how_many_lists(report: Report) -> int:
    """How many numbered lists the body needs."""
    return sum(isinstance(block, Text) and block.role == "steps" for block in report.blocks())


# ---- the parts ----


def _cover(page: Page) -> Iterator[str]:
    """The answer in words, with the controller's own below it; the figures; the details."""
    for block in page.report.cover:
        if isinstance(block, Text):
            yield from _in_panel(page, block)
    for block in page.report.cover:
        if not isinstance(block, Text):
            yield from _block(page, block)
    if page.report.facts and not page.report.kind.one_page:
        rows = [(term, Cell(value)) for term, value in page.report.facts]
        yield from tables.rows_of(page, rows)


def _in_panel(page: Page, block: Text) -> Iterator[str]:
    if block.label:
        yield page.said(run(block.label), "Rapport svarsetikett")
    style = "Rapport svar" if block.role == "answer" else "Rapport svarstext"
    yield from page.rich(block.body, style, style)


def _contents(page: Page, names: dict[str, str]) -> Iterator[str]:
    """The table of contents: Word's own field, filled with the headings as links.

    The page numbers come when Word updates the field: nobody knows them before, and a file that asks
    Word to do it itself meets its reader with a question.
    """
    entries = list(_entries(page.report.sections, page.report.contents_depth))
    if not entries:
        return
    depth = min(page.report.contents_depth, LOWEST)
    begin = field_begin(f'TOC \\o "1-{depth}" \\h \\z')
    lines = []
    for n, (section, level) in enumerate(entries):
        anchor = names[section.id]
        shown = _heading_text(section) + run("\t") + field(f"PAGEREF {anchor} \\h")
        link = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{shown}</w:hyperlink>'
        inner = (begin if n == 0 else "") + link + (FIELD_END if n == len(entries) - 1 else "")
        tab = f'<w:tab w:val="right" w:pos="{page.look.width}"/>'
        lines.append(page.said(inner, f"toc {level}", tabs=tab))
    head = page.said(
        run(CONTENTS), "TOC Heading", pageBreakBefore=True, **_unnumbered(page, "TOC Heading")
    )
    yield (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>{head}{''.join(lines)}"
        "</w:sdtContent></w:sdt>"
    )


def _entries(
    sections: Sequence[Section], depth: int, level: int = 1
) -> Iterator[tuple[Section, int]]:
    for section in sections:
        yield section, level
        if level < min(depth, LOWEST):
            yield from _entries(section.sections, depth, level + 1)


def _guide(page: Page) -> Iterator[str]:
    """What the levels mean, so that nobody has to guess a colour."""
    guide = page.report.guide
    if not page.report.scale or not guide:
        return
    yield page.said(run(guide), "Rapport rubrik", **_unnumbered(page, "Rapport rubrik"))
    yield from tables.guide(page, guide)


def _section(
    page: Page, section: Section, names: dict[str, str], level: int, *, new_page: bool = False
) -> Iterator[str]:
    yield from _heading(page, section, names[section.id], min(level, LOWEST), new_page)
    kinds = [block.kind for block in section.blocks] + ["section"] * bool(section.sections)
    for block, after in zip(section.blocks, [*kinds[1:], ""], strict=False):
        yield from _block(page, block, after)
    for below in section.sections:
        yield from _section(page, below, names, level + 1)


def _heading(page: Page, section: Section, name: str, level: int, new_page: bool) -> Iterator[str]:
    """The heading, in a band with the section's bedömning where it has one."""
    id, style = next(page.ids), f"heading {level}"
    inner = (
        f'<w:bookmarkStart w:id="{id}" w:name="{name}"/>'
        f'{_heading_text(section)}<w:bookmarkEnd w:id="{id}"/>'
    )
    props = {**_unnumbered(page, style), "pageBreakBefore": new_page}
    if not section.mark:
        yield page.said(inner, style, **props)
        return
    filled = _band(page.report.marks[section.mark])
    yield page.said(inner, style, **props, **filled, spacing='w:before="320" w:after="0"')
    yield page.said(page.rating(section.mark), "Rapport bedömning", **filled)


def _heading_text(section: Section) -> str:
    """Number, label and title as one line, with spaces between."""
    said = [
        run(f"{section.number} ") if section.number else "",
        run(f"{section.label} ", b="0", bCs="0", color=MUTED) if section.label else "",
        run(section.title),
    ]
    return "".join(said)


def _band(mark: Mark) -> dict[str, str | bool]:
    return {
        "shd": shading(mark.tint),
        "pBdr": band(mark.deep.lstrip("#"), mark.tint.lstrip("#")),
        "ind": 'w:left="200" w:right="120"',
    }


def _unnumbered(page: Page, style: str) -> dict[str, str | bool]:
    """The report brings its own numbers; a template's would stand before them."""
    return {"numPr": in_list("0")} if style in page.look.numbered else {}


def _fingerprint(page: Page) -> Iterator[str]:
    if page.report.fingerprint:
        yield page.said(run(FINGERPRINT), "Rapport etikett")
        signs = page.report.fingerprint
        groups = " ".join(signs[n : n + 8] for n in range(0, len(signs), 8))
        yield page.said(run(groups), "Rapport fingeravtryck")


# ---- blocks ----


def _block(page: Page, block: Block, after: str = "") -> list[str]:
    """One block; `after` is the kind of what follows: an introduction stays with it."""
    if isinstance(block, Text):
        return _text(page, block, keep=after in ("table", "figure", "section"))
    if isinstance(block, Facts):
        return tables.facts(page, block, keep=after == "table")
    if isinstance(block, Numbers):
        return tables.numbers(page, block)
    if isinstance(block, Table):
        return tables.table(page, block)
    return _figure(page, block)


_STYLES = {
    "body": "Body Text", "lead": "Rapport ingress", "note": "Rapport not", "risk": "Rapport risk",
    "comment": "Rapport kommentar", "answer": "Rapport svar",
}  # fmt: skip


def _text(page: Page, block: Text, *, keep: bool) -> list[str]:
    label = [page.said(run(block.label), "Rapport etikett")] if block.label else []
    if block.role == "steps":
        return label + _steps(page, block)
    style = _STYLES.get(block.role, "Body Text")
    point = style if block.role in ("comment", "answer") else "List Bullet"
    introduces = block.role in ("risk", "note") or (keep and block.role in ("body", "lead"))
    kept = introduces and length(block.body) <= SHORT
    return label + page.rich(block.body, style, point, keep=kept)


def _steps(page: Page, block: Text) -> list[str]:
    """A list that begins at 1."""
    points = [block.body] if isinstance(block.body, str) else block.body
    numbered = in_list(next(page.lists))
    out: list[str] = []
    for point in points:
        if isinstance(point, str):
            out.append(page.said(run(point), "List Number", numPr=numbered))
        else:
            out += page.rich((point,), "List Number")
    return out


def _figure(page: Page, figure: Figure) -> list[str]:
    name = figure.caption.split(".")[0] or "Figur"
    picture = drawing(page.pictures[figure.id], name, figure.alt, next(page.ids), page.look.width)
    drawn = page.said(picture, "Rapport figur", keepNext=bool(figure.caption))
    caption = [page.said(run(figure.caption), "caption")] if figure.caption else []
    return [drawn, *caption]
