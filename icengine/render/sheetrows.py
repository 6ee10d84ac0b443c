"""The rows of a report's sheets: each is its fields with the heads of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from icengine.domain.report_model import (
    Block,
    Column,
    Facts,
    Figure,
    Line,
    Matrix,
    Numbers,
    Placed,
    Progress,
    Report,
    Section,
    Spread,
    Stacked,
    Table,
    Text,
)
from icengine.render.cells import Entry, Field, clean, entries, figure, named_mark, plain

NUMBER, TITLE, SPECIAL, RATING, TEXT, COMMENT = (
    "Nr", "Titel", "Märkning", "Bedömning", "Text", "Kommentar",
)  # fmt: skip
PART, FACT, VALUE = "Avsnitt", "Uppgift", "Värde"
CHART, WHAT, MEASURE, NOTE, GOAL = "Diagram", "Rad", "Mått", "Not", "Mål"
COVER = "Omslag"

Row = list[Entry]
Place = tuple[Section, ...]
"""A section after those that it lies in; () is the cover."""


def places(report: Report) -> Iterator[tuple[Place, tuple[Block, ...]]]:
    """The cover's blocks, then each section's with its place, in reading order."""

    def under(above: Place, found: Sequence[Section]) -> Iterator[tuple[Place, tuple[Block, ...]]]:
        for section in found:
            place = (*above, section)
            yield place, section.blocks
            yield from under(place, section.sections)

    yield (), report.cover
    yield from under((), report.sections)


def heading(place: Place) -> str:
    """The section's heading as it is printed."""
    if not place:
        return COVER
    section = place[-1]
    return clean(" ".join(filter(None, (section.number, section.label, section.title))))


# ---- tables ----


def table_heads(report: Report, table: Table) -> list[str]:
    """The heads of the table's columns; a counted level stands there with its symbol."""
    return [_head(report, column) for column in table.columns]


def _head(report: Report, column: Column) -> str:
    symbol = report.marks[column.mark].symbol if column.mark else ""
    return " ".join(clean(f"{symbol} {column.title}").split())


def table_rows(report: Report, table: Table) -> Iterator[Row]:
    """The table's rows."""
    heads = table_heads(report, table)
    for row in table.rows:
        yield [
            entry
            for head, cell in zip(heads, row, strict=True)
            for entry in entries(head, cell, report.marks)
        ]


# ---- sections that are rows ----


def names_above(place: Place) -> Row:
    """What the sections tell of, the widest first: area, risk, control."""
    return [(section.topic.word, Field(_name(section))) for section in place if section.topic]


def _name(section: Section) -> str:
    id = section.topic.id if section.topic else ""
    return clean(f"{id} {section.title}").strip()


def section_row(report: Report, place: Place) -> Row:
    """What is said of a section's topic: its name, bedömning, facts, small tables and texts."""
    section = place[-1]
    topic = section.topic
    if topic is None:
        return []
    found: Row = [(NUMBER, Field(clean(topic.id)))] if topic.id else []
    found.append((TITLE, Field(clean(section.title))))
    found += names_above(place[:-1])
    special = section.label.removeprefix(topic.word).strip().removeprefix(topic.id).strip(" ,")
    if special:
        found.append((SPECIAL, Field(clean(special))))
    said: Row = []
    rating = (
        (RATING, Field(named_mark(report.marks[section.mark]), section.mark))
        if section.mark
        else None
    )
    for block in section.blocks:
        if isinstance(block, Facts):
            said += fact_entries(report, block)
        elif isinstance(block, Table) and is_in_row(section, block):
            said += next(table_rows(report, block))
    if rating:
        found.append(rating)
    return [*found, *(entry for entry in said if entry != rating), *_texts(section)]


def is_in_row(section: Section, table: Table) -> bool:
    """Are the table's cells columns of the row that its section is?"""
    own = section.topic.sheet if section.topic else ""
    return bool(own) and table.sheet == own and len(table.rows) == 1


def fact_entries(report: Report, facts: Facts) -> Row:
    """Each term heads its value."""
    return [
        entry for term, cell in facts.rows for entry in entries(clean(term), cell, report.marks)
    ]


def _texts(section: Section) -> Row:
    """Running text and comments, but not what already stands in a cell of a table."""
    tables = [block for block in section.blocks if isinstance(block, Table)]
    used = {cell.whole for table in tables for row in table.rows for cell in row}
    running, comments = [], []
    for block in section.blocks:
        if not isinstance(block, Text) or block.body in used:
            continue
        if block.role == "comment":
            label = "" if block.label == COMMENT else f"{block.label}: "
            comments.append(clean(label) + plain(block.body))
        else:
            running.append(spoken(block))
    found = ((TEXT, running), (COMMENT, comments))
    return [(head, Field("\n".join(said))) for head, said in found if said]


def spoken(block: Text) -> str:
    """The text as lines; the points of steps have their numbers."""
    if block.role != "steps":
        return plain(block.body)
    points = [block.body] if isinstance(block.body, str) else list(block.body)
    lines = [f"{n}. {plain((point,))}" for n, point in enumerate(points, 1)]
    return "\n".join(filter(None, (clean(block.label), *lines)))


# ---- what is in no table ----


def fact_rows(report: Report, place: Place, blocks: Sequence[Block]) -> Iterator[Row]:
    """Facts and key figures, one a row; a section that is a row itself has its own there."""
    in_row = bool(place and place[-1].topic and place[-1].topic.sheet)
    for block in blocks:
        if isinstance(block, Facts) and not in_row:
            for term, cell in block.rows:
                yield [
                    (PART, Field(heading(place))),
                    (FACT, Field(clean(term))),
                    *entries(VALUE, cell, report.marks),
                ]
        elif isinstance(block, Numbers) and place:
            for value, what in block.items:
                named = (PART, Field(heading(place))), (FACT, Field(clean(what)))
                yield [*named, (VALUE, Field(figure(value)))]


def text_rows(place: Place, blocks: Sequence[Block]) -> Iterator[Row]:
    """Every running text, and what stands under a table."""
    for block in blocks:
        said = ("", "")
        if isinstance(block, Text):
            said = ("" if block.role == "steps" else clean(block.label), spoken(block))
        elif isinstance(block, Table) and block.note:
            said = (clean(block.caption), clean(block.note))
        if said[1]:
            label, text = said
            yield [(PART, Field(heading(place))), (TITLE, Field(label)), (TEXT, Field(text))]


def chart_rows(report: Report, blocks: Sequence[Block]) -> Iterator[Row]:
    """The figures that charts are drawn from, one a row."""
    for block in blocks:
        if isinstance(block, Figure):
            for what, measure, value in _figures(report, block):
                yield [(CHART, Field(clean(block.caption or block.alt))),
                       (WHAT, Field(clean(what))), measure, (VALUE, value)]  # fmt: skip


def _figures(report: Report, chart: Figure) -> Iterator[tuple[str, Entry, Field]]:
    data = chart.data
    if isinstance(data, Spread):
        yield from _counts(report, "", data.counts)
    elif isinstance(data, Stacked):
        for row in data.rows:
            if row.note:
                yield row.label, (MEASURE, Field(clean(row.note))), Field()
            else:
                yield from _counts(report, row.label, row.counts)
    elif isinstance(data, Matrix):
        for when, placed in (("", data.items), (" före", data.before)):
            for item in placed:
                yield from _placed(item, when)
    elif isinstance(data, Progress):
        for month in data.months:
            yield month.label, (MEASURE, Field("Skulle vara redovisade")), Field(month.due)
            if not month.ahead:
                yield month.label, (MEASURE, Field("Redovisade")), Field(month.done)
    elif isinstance(data, Line):
        for point in data.points:
            yield point.label, (MEASURE, Field(f"Utfall, {data.unit}")), Field(float(point.value))
        if data.goal is not None:
            yield GOAL, (MEASURE, Field(f"{GOAL}, {data.unit}")), Field(float(data.goal))


def _counts(
    report: Report, what: str, counts: Mapping[str, int]
) -> Iterator[tuple[str, Entry, Field]]:
    for id, n in counts.items():
        yield what, (MEASURE, Field(named_mark(report.marks[id]), id)), Field(n)


def _placed(item: Placed, when: str) -> Iterator[tuple[str, Entry, Field]]:
    yield item.id, (MEASURE, Field(f"Sannolikhet{when}")), Field(item.likelihood)
    yield item.id, (MEASURE, Field(f"Konsekvens{when}")), Field(item.consequence)
