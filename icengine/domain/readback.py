"""A control's dates read back to whoever writes how often it is done, with what to think of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icengine.domain.calendar import WEEKDAYS, holiday_name, is_working_day, swedish_date
from icengine.domain.frequency import Kind
from icengine.domain.node import Problem
from icengine.domain.plan import Control
from icengine.domain.timing import Timed
from icengine.domain.words import capital, listed, many

JULY = 7
"""The holiday month."""
TIMES = ("frekvens", "tillfällen", "öppnar dagar före", "redovisas arbetsdagar efter")
"""Keys of a control that decide its dates."""


@dataclass(frozen=True)
class Readback:
    """What a text about how often was read as."""

    summary: str
    """A sentence: "Tre tillfällen 2026." """
    occasions: tuple[Timed, ...]
    notes: tuple[str, ...]
    """What to think of: July, days moved for holidays."""
    problems: tuple[Problem, ...] = ()
    """Why it could not be read, with the reader's question or suggestion; then there is no date."""


def read_back(control: Control, problems: Sequence[Problem], year: int) -> Readback:
    """The dates of a control as it was read; `problems` are those that the reading found."""
    about = tuple(problem for problem in problems if _is_about_times(problem))
    if about:
        return Readback("", (), (), about)
    found = tuple(item for item in control.occurrences if item.window.slot)
    return Readback(_summary(control, found, year), found, tuple(_notes(found, year)))


def _is_about_times(problem: Problem) -> bool:
    key = problem.key or problem.place.cell.partition("/")[0]
    return key in TIMES or problem.place.cell.startswith("tillfällen")


def _summary(control: Control, found: Sequence[Timed], year: int) -> str:
    if control.kind is Kind.EVENT:
        return "När något händer: inget bestämt datum."
    if not found:
        return f"Inget tillfälle {year}."
    times = capital(many(len(found), "tillfälle", "tillfällen", "ett"))
    dues = [swedish_date(item.due, year=item.due.year != year) for item in found]
    last = f"{'sista dagarna att svara är' if len(found) > 1 else 'sista dagen att svara är'}"
    start = "Pågår löpande och redovisas vid " if control.kind is Kind.CONTINUOUS else ""
    times = f"{start}{times[0].lower()}{times[1:]}" if start else times
    return f"{times}: {last} {listed(dues)}."


def _notes(found: Sequence[Timed], year: int) -> Iterator[str]:
    opens = [item.window.label for item in found if item.opens.month == JULY]
    due = [item.window.label for item in found if item.due.month == JULY]
    if opens:
        yield f"Juli är semestermånad. Då öppnar uppgiften för {listed(opens)}."
    if due:
        yield f"Juli är semestermånad. Då ska svaret för {listed(due)} vara inne."
    for item in found:
        end = item.window.end
        if item.due < end and not is_working_day(end):
            name = holiday_name(end).casefold() or WEEKDAYS[end.weekday()]
            yield (
                f"{swedish_date(end, year=end.year != year)} är {_article(name)}, så sista dagen "
                f"blir {swedish_date(item.due, weekday=True, year=item.due.year != year)}."
            )


def _article(name: str) -> str:
    """ "en lördag", "nyårsafton"."""
    return f"en {name}" if name in WEEKDAYS else name
