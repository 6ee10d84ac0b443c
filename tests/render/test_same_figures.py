"""The same figures, level words and dates in every format: table by table, cell by cell, as each file
is parsed. A further format is a function in READERS."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import lxml.html
import pdf_text
import pytest
import report_facts as make
import word_text
from report_sheets import Rows, lines, opened
from test_report_kinds_files import sample as sample_of
from test_report_texts import shared
from whole_facts import sample_whole

from icengine.domain.report import build_report
from icengine.domain.report_model import (
    Block,
    Cell,
    Facts,
    Figure,
    Numbers,
    Report,
    ReportKind,
    Section,
    Spread,
    Stacked,
    Table,
)
from icengine.domain.task import State
from icengine.domain.text import Rich
from icengine.domain.whole_report import build_whole_report
from icengine.render import FORMATS
from icengine.render.pdf import pdf

Grid = list[list[str]]
"""Heads, then rows; of facts the terms, then the values."""


@dataclass(frozen=True)
class Read:
    """What was found in a file."""

    grids: list[Grid]
    """Of every table and all facts, in reading order."""
    pairs: list[tuple[str, str]]
    """Key figures with what they count, maybe among other pairs."""


# ---- what the value says ----


def blocks(report: Report) -> Iterator[tuple[tuple[Section, ...], Block]]:
    """Every block with the sections that it lies in."""

    def under(above: tuple[Section, ...], found: tuple[Section, ...]) -> Any:
        for section in found:
            place = (*above, section)
            yield from ((place, block) for block in section.blocks)
            yield from under(place, section.sections)

    yield from (((), block) for block in report.cover)
    yield from under((), report.sections)


def lines_of(body: Rich) -> str:
    if isinstance(body, str):
        return body
    return "\n".join(part if isinstance(part, str) else "\n".join(part) for part in body)


def printed(report: Report, cell: Cell, whole: bool) -> str:
    """The cell as it is read."""
    text = lines_of(cell.whole if whole and cell.whole else cell.text)
    if not cell.mark:
        return text
    mark = report.marks[cell.mark]
    if cell.brief:
        return f"{text} {mark.symbol} {mark.short}"
    return f"{mark.symbol} {mark.word} {text}"


def wanted(report: Report, block: Table | Facts, whole: bool) -> Grid:
    if isinstance(block, Facts):
        return [
            [term for term, _ in block.rows],
            [printed(report, cell, whole) for _, cell in block.rows],
        ]
    symbols = [report.marks[c.mark].symbol if c.mark else "" for c in block.columns]
    heads = [f"{s} {c.title}" for s, c in zip(symbols, block.columns, strict=True)]
    return [heads, *([printed(report, cell, whole) for cell in row] for row in block.rows)]


# ---- readers ----


def from_html(data: bytes, _: Report) -> Read:
    tree = lxml.html.fromstring(data.decode())
    grids = []
    for node in tree.xpath("//table[not(@class='guide')]|//dl[@class='facts']"):
        rows = (
            [node.xpath(".//dt"), node.xpath(".//dd")]
            if node.tag == "dl"
            else [row.xpath("./th|./td") for row in node.xpath(".//tr")]
        )
        grids.append([["\n".join(cell.itertext()) for cell in row] for row in rows])
    found = [
        (item.xpath("./b")[0].text, item.xpath("./b")[0].tail or "")
        for item in tree.xpath("//ul[@class='numbers']/li")
    ]
    return Read(grids, found)


def from_pdf(data: bytes, report: Report) -> Read:
    grids = pdf_text.tables(data)
    if report.guide and not report.kind.one_page:
        del grids[sum(isinstance(block, Table | Facts) for block in report.cover)]
    cover = pdf_text.pages(data, charts=False)[0].split("\n")
    return Read(grids, list(pairwise(cover)))


def from_json(data: bytes, _: Report) -> Read:
    value = json.loads(data)
    marks = value["marks"]
    grids: list[Grid] = []
    found: list[tuple[str, str]] = []

    def cell(c: Any) -> str:
        text = "\n".join(_strings(c["text"]))
        mark = marks.get(c["mark"])
        if mark is None:
            return text
        word = f"{mark['symbol']} {mark['short' if c['brief'] else 'word']}"
        return f"{text} {word}" if c["brief"] else f"{word} {text}"

    def walk(part: Any) -> None:
        for block in part.get("blocks", part.get("cover", [])):
            if block["kind"] == "table":
                heads = [marks.get(c["mark"], {}).get("symbol", "") + c["title"]
                         for c in block["columns"]]  # fmt: skip
                grids.append([heads, *([cell(c) for c in row] for row in block["rows"])])
            elif block["kind"] == "facts":
                terms, values = zip(*block["rows"], strict=True)
                grids.append([list(terms), [cell(c) for c in values]])
            elif block["kind"] == "numbers":
                found.extend((figure, what) for figure, what in block["items"])
        for section in part["sections"]:
            walk(section)

    walk(value)
    return Read(grids, found)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for part in value:
            yield from _strings(part)


def from_xlsx(data: bytes, report: Report) -> Read:
    book, first = opened(data), lines(data)
    names = {about: name for name, about, _ in (row[:3] for row in first) if name in book}
    grids = []
    taken: dict[str, int] = {}
    for place, block in blocks(report):
        if isinstance(block, Table | Facts):
            rows = _rows(book, names, taken, place, block)
            heads = wanted(report, block, whole=True)[0]
            grids.append([heads, *([_cell(row, head) for head in heads] for row in rows)])
    return Read(grids, [(_shown(row[1]), str(row[0])) for row in first])


def _rows(
    book: dict[str, Rows],
    names: dict[str, str],
    taken: dict[str, int],
    place: tuple[Section, ...],
    block: Table | Facts,
) -> Rows:
    """Where the workbook has the rows of a table, or of facts."""
    topic = place[-1].topic if place else None
    own = topic.sheet if topic else ""
    sheet = block.sheet if isinstance(block, Table) else own
    if own and sheet == own:
        assert topic is not None
        return [row for row in book[own] if row["Nr"] == topic.id]
    assert isinstance(block, Table)
    name = sheet or names.get(block.caption) or names[f"{place[-1].number} {place[-1].title}"]
    start = taken.get(name, 0)
    taken[name] = start + len(block.rows)
    rows = book[name][start : taken[name]]
    for section in place:
        if sheet and section.topic:
            assert all(section.title in row[section.topic.word] for row in rows)
    return rows


def _cell(row: dict[str, Any], head: str) -> str:
    """What the cell and the columns that belong to it say; the number is in the words."""
    title = " ".join(head.replace("\u00ad", "").split())
    value, words = row[title], row.get(f"{title}, i ord", "")
    if words and isinstance(value, int | float):
        assert _shown(value) in squeezed(words)
    elif words:
        assert value.isoformat() in words
    parts = (words or _shown(value), row.get(f"{title}, nivå", ""),
             row.get(f"{title}, förklaring", ""))  # fmt: skip
    return " ".join(filter(None, parts))


def _shown(value: Any) -> str:
    if isinstance(value, int | float):
        return str(value).replace(".", ",").replace("-", "−")
    return value.isoformat() if isinstance(value, date) else str(value)


def from_docx(data: bytes, report: Report) -> Read:
    document = word_text.read(data)
    grids: list[Grid] = []
    pairs: list[tuple[str, str]] = []
    register = [] if report.kind.one_page else [report.facts[0][0]]
    for table in document.tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if word_text.name_of(table).startswith("Så läses"):
            continue  # the reading guide
        if rows[0][:1] == register:
            register = []  # the cover's details stand once
            continue
        if len(rows) == 1 and all("\n" in cell for cell in rows[0]):
            pairs += [(figure, what) for figure, _, what in (c.partition("\n") for c in rows[0])]
        elif rows[0][0] or len(rows[0]) > 1:
            grids.append(rows)
    return Read(grids, pairs)


READERS: dict[str, Callable[[bytes, Report], Read]] = {
    "html": from_html,
    "pdf": from_pdf,
    "json": from_json,
    "xlsx": from_xlsx,
    "docx": from_docx,
}
WHOLE = {"xlsx"}
"""Formats that have room for a text which others put in another place."""


# ---- the comparison ----


def squeezed(text: str) -> str:
    return re.sub("[\\s\u00ad\u200b]+", "", text)


def said(report: Report, text: str) -> tuple[list[str], list[str]]:
    """Its numbers and dates, and its levels."""
    joined = re.sub("(?<=[0-9])[\u00a0 ](?=[0-9]{3}(?![0-9]))", "", text)
    figures = re.findall(r"[0-9]+(?:,[0-9]+)?", joined)
    close = squeezed(text)
    words = {squeezed(f"{mark.symbol}{word}") for mark in report.marks.values()
             for word in (mark.word, mark.short)}  # fmt: skip
    return figures, sorted(word for word in words if word in close)


def sample() -> Report:
    return build_report(make.sample_facts(last_year=make.LAST_YEAR))


def busy() -> Report:
    """With a protected control, one that is missed and one decided by the measured value."""
    hidden = make.make_control("K8", protected=True, approver="Kanslichefen")
    missed = make.make_control("K9", mandatory="attestreglementet")
    plan = replace(make.PLAN, risks=(*make.PLAN.risks, make.make_risk("R11", hidden, missed)))
    tasks = (
        *make.TASKS,
        make.answered(hidden, "gron"),
        make.unanswered(missed, State.NOT_DONE, reason="Ingen tid."),
    )
    return build_report(make.make_facts(plan, tasks, actions=make.ACTIONS, notes=make.NOTES))


MADE: dict[str, Report] = {
    "sample": sample(),
    "busy": busy(),
    "shared": shared(),
    **{
        str(kind): sample_of(kind)
        for kind in (ReportKind.INTERIM, ReportKind.PLAN, ReportKind.BRIEF)
    },
    "samlad": build_whole_report(sample_whole()),
    "samlad-sida": build_whole_report(sample_whole(), ReportKind.WHOLE_BRIEF),
}


@pytest.fixture(scope="module")
def files() -> dict[tuple[str, str], bytes]:
    """Every report in every format, made once."""
    return {}


def file_of(files: dict[tuple[str, str], bytes], which: str, kind: str) -> bytes:
    if (which, kind) not in files:
        files[which, kind] = (pdf if kind == "pdf" else FORMATS[kind])(MADE[which])
    return files[which, kind]


@pytest.mark.parametrize("which", MADE)
@pytest.mark.parametrize("kind", READERS)
def test_every_table_says_the_same_in_the_file(
    files: dict[tuple[str, str], bytes], which: str, kind: str
) -> None:
    report = MADE[which]
    read = READERS[kind](file_of(files, which, kind), report)
    asked = [b for _, b in blocks(report) if isinstance(b, Table | Facts)]
    assert len(read.grids) == len(asked) > 1
    for block, found in zip(asked, read.grids, strict=True):
        grid = wanted(report, block, kind in WHOLE)
        name = block.id if isinstance(block, Table) else block.rows[0][0]
        assert [len(row) for row in found] == [len(row) for row in grid], name
        for row, row_found in zip(grid, found, strict=True):
            for cell, cell_found in zip(row, row_found, strict=True):
                assert said(report, cell_found) == said(report, cell), (name, cell)


@pytest.mark.parametrize("which", MADE)
@pytest.mark.parametrize("kind", READERS)
def test_every_key_figure_is_in_the_file(
    files: dict[tuple[str, str], bytes], which: str, kind: str
) -> None:
    report = MADE[which]
    pairs = READERS[kind](file_of(files, which, kind), report).pairs
    found = {(squeezed(figure), squeezed(what)) for figure, what in pairs}
    items = [item for _, b in blocks(report) if isinstance(b, Numbers) for item in b.items]
    assert len(items) == (4 if report.kind is ReportKind.PLAN else 5)
    for figure, what in items:
        assert (squeezed(figure), squeezed(what)) in found


@pytest.mark.parametrize("which", MADE)
def test_a_workbook_has_the_figures_of_every_chart(
    files: dict[tuple[str, str], bytes], which: str
) -> None:
    report = MADE[which]
    rows = opened(file_of(files, which, "xlsx"))["Diagram"]
    for _, block in blocks(report):
        if not isinstance(block, Figure):
            continue
        own = [
            row
            for row in rows
            if row["Diagram"] == (block.caption or block.alt).replace("\u00a0", " ")
        ]
        if isinstance(block.data, Spread):
            bars = [("", block.data.counts)]
        elif isinstance(block.data, Stacked):
            bars = [(row.label, row.counts) for row in block.data.rows if not row.note]
        else:
            assert own
            continue
        for label, counts in bars:
            found = {
                row["Mått"]: row["Värde"]
                for row in own
                if row["Rad"] == label.replace("\u00a0", " ")
            }
            marks = {id: report.marks[id] for id in counts}
            assert found == {f"{m.symbol} {m.word}": counts[id] for id, m in marks.items()}


def test_the_comparison_sees_a_figure_a_level_and_a_date_that_differ() -> None:
    report = MADE["sample"]
    assert said(report, "5\u00a0405 av 8 633")[0] == ["5405", "8633"]
    assert said(report, "62,6 %") != said(report, "62,7 %")
    assert said(report, "▲ Mindre avvikelse") != said(report, "Mindre avvikelse")
    assert said(report, "2023-01-31") != said(report, "2023-01-30")
    assert said(report, _shown(float(Decimal("62.6"))))[0] == ["62,6"]
