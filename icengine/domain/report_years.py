"""How the year went month by month, and how it compares with the years before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from icengine.domain.assessment import Trend, is_done
from icengine.domain.calendar import MONTHS
from icengine.domain.facts import TaskFact, YearSum
from icengine.domain.plan import Control
from icengine.domain.report_extent import count_cell
from icengine.domain.report_findings import Findings
from icengine.domain.report_model import (
    Cell,
    Column,
    Figure,
    Line,
    Month,
    Point,
    Progress,
    Section,
    Table,
    Text,
)
from icengine.domain.task import State
from icengine.domain.words import capital, counted, listed, number, of, per_cent

MOST_YEARS = 5
"""Years that a trend shows, the report's own among them."""


# ---- the year's progress ----


def progress(found: Findings) -> Section:
    """How many of the occurrences that should have been reported were, at the end of each month."""
    months = months_of(found)
    title = "Årets gång"
    if not months:
        return Section("arets-gang", title, (Text("Inga kontrolltillfällen är planerade."),))
    columns = (
        Column("Till och med", 5),
        Column("Skulle vara redovisade", 3.7, "right"),
        Column("Redovisade", 3.7, "right"),
        Column("Saknas", 3.7, "right"),
    )
    rows = tuple(
        (
            Cell(month.label),
            count_cell(month.due),
            Cell("–") if month.ahead else count_cell(month.done),
            Cell("–") if month.ahead else count_cell(month.due - month.done),
        )
        for month in months
    )
    table = Table(
        "arets-gang",
        columns,
        rows,
        "Kontrolltillfällen månad för månad, räknade från årets början.",
    )
    return Section(
        "arets-gang", title, (Text(_progress_sentence(months)), progress_figure(months), table)
    )


def _progress_sentence(months: tuple[Month, ...]) -> str:
    past = [month for month in months if not month.ahead]
    if not past:
        return "Inget kontrolltillfälle skulle ha redovisats än."
    now, whole = past[-1], months[-1].due
    if now.due == 1:
        one = "Det enda kontrolltillfället som skulle vara redovisat"
        said = f"{one} är {'' if now.done else 'inte '}det."
    elif not now.done:
        said = (
            f"Inget av de {counted(now.due)} kontrolltillfällen som skulle vara redovisade är det."
        )
    else:
        some = capital(of(now.done, now.due, "kontrolltillfällen", "kontrolltillfällena"))
        said = f"{some} som skulle vara redovisade är det."
    left = whole - now.due
    return f"{said} {capital(counted(left))} återstår av året." if left else said


def progress_figure(months: tuple[Month, ...]) -> Figure:
    """A bar for each month: what should be reported, filled as far as it is."""
    said = ", ".join(
        f"{month.label} {number(month.due)} planerade"
        if month.ahead
        else f"{month.label} {number(month.done)} av {number(month.due)}"
        for month in months
    )
    return Figure(
        "arets-gang-bild",
        Progress(months),
        f"Staplar per månad över redovisade kontrolltillfällen: {said}.",
        "Redovisade kontrolltillfällen, räknade från årets början.",
    )


def months_of(found: Findings) -> tuple[Month, ...]:
    """Every month from the first last day to the last one; () where nothing is planned."""
    tasks = [t for own in found.tasks.values() for t in own if t.state is not State.CANCELLED]
    if not tasks:
        return ()
    first, last = min(t.due for t in tasks), max(t.due for t in tasks)
    today = (found.today.year, found.today.month)
    return tuple(
        _month(tasks, year, month, found.plan.year, (year, month) > today)
        for year, month in _between(first, last)
    )


def _month(tasks: list[TaskFact], year: int, month: int, own: int, ahead: bool) -> Month:
    due = [t for t in tasks if (t.due.year, t.due.month) <= (year, month)]
    name = MONTHS[month - 1]
    return Month(
        name if year == own else f"{name} {year}",
        len(due),
        0 if ahead else sum(1 for t in due if is_done(t)),
        ahead,
    )


def _between(first: date, last: date) -> Iterable[tuple[int, int]]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


# ---- against the years before ----


def years(found: Findings) -> Section | None:
    """The share without remark over up to five years; None where there is no year before."""
    past = found.facts.history[-(MOST_YEARS - 1) :]
    if not past:
        return None
    word, best = found.word("kontrollmoment"), found.plan.ratings.best.word.lower()
    levels = found.levels(found.controls)
    own = YearSum(found.plan.year, len(found.controls), levels[found.plan.ratings.best.id])
    return years_section((*past, own), word.several, best)


def years_section(sums: tuple[YearSum, ...], several: str, best: str) -> Section:
    """Chart and table over the years, the oldest first."""
    counted_years = [item for item in sums if item.controls]
    what = f"Andel {several} med bedömningen ”{best}”"
    points = tuple(Point(str(item.year), item.share) for item in counted_years)
    said = listed([f"{item.year} {per_cent(item.share)}" for item in counted_years])
    figure = Figure(
        "utveckling-bild", Line(points, None), f"Linje över åren. {what}: {said}.", f"{what}."
    )
    columns = (
        Column("År", 3),
        *([Column("Enheter", 3, "right")] if any(item.units for item in sums) else []),
        Column(capital(several), 3.6, "right"),
        Column(capital(best), 3.6, "right"),
        Column("Andel", 3, "right"),
    )
    rows = tuple(
        (
            Cell(str(item.year), item.year),
            *([count_cell(item.units)] if any(one.units for one in sums) else []),
            count_cell(item.controls),
            count_cell(item.best),
            Cell(per_cent(item.share), item.share) if item.controls else Cell("–"),
        )
        for item in sums
    )
    table = Table("utveckling", columns, rows, f"{what}, år för år.")
    blocks = (figure, table) if len(points) > 1 else (table,)
    return Section("utveckling", "Utveckling över åren", blocks)


def area_trend(found: Findings, controls: Iterable[Control]) -> Trend:
    """An area against the year before: the controls that were judged both years, by where their
    levels lie in the scales of their years.

    NEW where none of them was there, UNCLEAR where none can be compared.
    """
    last = found.facts.last_year
    if last is None:
        return Trend.UNCLEAR
    there = [(c, last.ratings.get(c.id) or last.ratings.get(c.replaces)) for c in controls]
    pairs = [
        (last.scale.share(before), found.plan.ratings.share(found.yearlies[c.id].level))
        for c, before in there
        if before is not None
    ]
    judged = [(then, now) for then, now in pairs if then is not None and now is not None]
    if not judged:
        return Trend.UNCLEAR if pairs else Trend.NEW
    moved = sum(Decimal(str(now)) - Decimal(str(then)) for then, now in judged)
    if not moved:
        return Trend.SAME
    return Trend.BETTER if moved < 0 else Trend.WORSE
