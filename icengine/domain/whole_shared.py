"""Shared controls (gemensamma) in a samlad rapport: the spread of each, and every unit's answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icengine.domain.assessment import is_spread
from icengine.domain.plan import Control
from icengine.domain.report_findings import SEPARATELY, Findings
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Figure,
    Mark,
    Section,
    Stacked,
    StackedRow,
    Table,
    Text,
)
from icengine.domain.report_summary import spoken
from icengine.domain.report_units import UnitYear, unit_years
from icengine.domain.text import one_line
from icengine.domain.whole_findings import Whole, in_scale
from icengine.domain.words import capital, listed, many, named, sentence

ACROSS = 5
"""Controls beside each other in a table."""


@dataclass(frozen=True)
class SharedFound:
    """A shared control with the units that answer it."""

    found: Findings
    control: Control
    years: tuple[UnitYear, ...]

    @property
    def name(self) -> str:
        """Number and title; of a protected one the number alone."""
        title = SEPARATELY if self.control.protected else one_line(self.control.title)
        return named(self.control.id, title)


def shared_section(whole: Whole, marks: dict[str, Mark]) -> Section | None:
    """Each shared control's spread, the answers unit by unit, and who has not answered."""
    shared = list(_shared(whole))
    if not shared:
        return None
    word = whole.word("kontrollmoment")
    n = len(shared)
    said = f"{capital(word.count(n))} besvaras av flera enheter. {_unanswered(shared)}"
    rows = tuple(StackedRow(one.name, _counts(whole, one)) for one in shared)
    spread = " ".join(f"{row.label}: {sentence(spoken(row.counts, marks))}" for row in rows)
    figure = Figure(
        "gemensamma-bild",
        Stacked(rows),
        f"En stapel per gemensam kontroll. {spread}",
        f"Enheternas bedömning av varje gemensamt {word.one}."
        if word.article == "ett"
        else f"Enheternas bedömning av varje gemensam {word.one}.",
    )
    blocks: list[Block] = [Text(said.strip()), figure]
    for start in range(0, n, ACROSS):
        blocks.append(_table(whole, shared[start : start + ACROSS], start // ACROSS))
    return Section("gemensamma", "Gemensamma kontroller", tuple(blocks))


def _shared(whole: Whole) -> Iterator[SharedFound]:
    for unit in whole.units:
        if unit.found is None:
            continue
        for _, control in unit.found.controls:
            if control.shared and is_spread(control, unit.found.tasks[control.id]):
                yield SharedFound(unit.found, control, unit_years(unit.found, control))


def _counts(whole: Whole, one: SharedFound) -> dict[str, int]:
    levels = Counter(
        in_scale(year.year.level, one.found.plan.ratings, whole.scale)
        for year in one.years
        if not year.year.withdrawn
    )
    return {id: levels[id] for id in whole.order}


def _unanswered(shared: Sequence[SharedFound]) -> str:
    """Who has not answered one of them or more."""
    names = dict.fromkeys(
        year.name
        for one in shared
        for year in one.years
        if not year.year.done and not year.year.withdrawn
    )
    if not names:
        return "Alla har svarat."
    return f"{capital(many(len(names), 'enhet', 'enheter'))} saknar svar: {listed(list(names))}."


def _table(whole: Whole, shared: Sequence[SharedFound], part: int) -> Table:
    columns = (Column("Enhet", 5.4), *(Column(one.name, 2.6) for one in shared))
    answers = [{year.unit: year for year in one.years} for one in shared]
    units = dict.fromkeys(
        year.unit for one in shared for year in sorted(one.years, key=lambda y: y.name)
    )
    names = {year.unit: year.name for one in shared for year in one.years}
    rows = tuple(
        (
            Cell(names[unit]),
            *(_answer(whole, one, own.get(unit)) for one, own in zip(shared, answers, strict=True)),
        )
        for unit in sorted(units, key=lambda unit: names[unit])
    )
    id = "gemensamma" if not part else f"gemensamma-{part + 1}"
    return Table(id, columns, rows, "Bedömning per enhet.")


def _answer(whole: Whole, one: SharedFound, year: UnitYear | None) -> Cell:
    if year is None:
        return Cell("–")
    if year.year.withdrawn:
        return Cell("Utgår")
    if not year.year.done:
        return Cell("Inget svar")
    return Cell(mark=in_scale(year.year.level, one.found.plan.ratings, whole.scale), brief=True)
