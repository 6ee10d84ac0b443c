"""The samlad rapport's page for the meeting: what fits on one page, whatever is reported."""

from __future__ import annotations

from icengine.domain.report_brief import brief
from icengine.domain.report_extent import count_cell
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Figure,
    Mark,
    Section,
    Table,
    Text,
)
from icengine.domain.whole_findings import Serious, Whole
from icengine.domain.whole_sections import cover, decision, possessive, serious_row, verdict_id
from icengine.domain.whole_verdicts import Verdict
from icengine.domain.words import capital, listed, many

MOST_ON_PAGE = 4
"""Brister that are told one by one."""
MOST_NAMES = 150
"""Characters of units' names beside a verdict."""


def brief_cover(whole: Whole, marks: dict[str, Mark]) -> tuple[Block, ...]:
    found: list[Block] = []
    for block in cover(whole, marks):
        if isinstance(block, Figure):
            found.append(Figure(block.id, block.data, block.alt, ""))
        elif isinstance(block, Text) and block.role == "comment":
            reason = whole.facts.verdict.reason if whole.facts.verdict else ""
            found.append(Text(brief(reason, 200), "comment", block.label))
        else:
            found.append(block)
    return tuple(found)


def brief_sections(whole: Whole) -> tuple[Section, ...]:
    found = []
    groups = _groups(whole)
    if groups:
        columns = (Column("Bedömning", 4), Column("Antal", 1.4, "right"), Column("Enheter", 11))
        title = f"{possessive(whole.judge)} bedömning"
        found.append(Section("bedomning", title, (Table("bedomning", columns, groups),)))
    if whole.serious:
        wide = (
            Column("Enhet", 5.4),
            Column("Brist", 6.4),
            Column("Upprepad", 2.4),
            Column("Klart", 2.5),
        )
        rows = tuple(_brief_row(one) for one in whole.serious[:MOST_ON_PAGE])
        left = len(whole.serious) - MOST_ON_PAGE
        note = (
            f"{capital(many(left, 'brist', 'brister'))} till står i rapporten." if left > 0 else ""
        )
        found.append(Section("brister", "Allvarligast", (Table("brister", wide, rows, note=note),)))
    return (*found, _decision(whole))


def _brief_row(one: Serious) -> tuple[Cell, ...]:
    unit, what, years, _, due = serious_row(one, 90)
    said = what.text if isinstance(what.text, str) else " ".join(str(part) for part in what.text)
    return Cell(brief(str(unit.text), 36)), Cell(brief(said, 100)), years, due


def _groups(whole: Whole) -> tuple[tuple[Cell, ...], ...]:
    """Each verdict with its units; nothing where no unit is judged."""
    if not any(unit.verdict for unit in whole.units):
        return ()
    found = []
    for verdict in reversed(Verdict):
        names = [unit.name for unit in whole.units if unit.verdict is verdict]
        if names:
            found.append(
                (
                    Cell(mark=verdict_id(verdict)),
                    count_cell(len(names)),
                    Cell(brief(listed(names), MOST_NAMES)),
                )
            )
    names = [unit.name for unit in whole.units if not unit.verdict]
    if names:
        found.append(
            (Cell("Inte bedömd"), count_cell(len(names)), Cell(brief(listed(names), MOST_NAMES)))
        )
    return tuple(found)


def _decision(whole: Whole) -> Section:
    section = decision(whole)
    (block,) = section.blocks
    assert isinstance(block, Text)
    points = tuple(brief(str(point), 130) for point in block.body)
    return Section(section.id, section.title, (Text(points, block.role, block.label),))
