"""A shared control (gemensam) in the report: its units with their bedömning, those that have not
answered or have nobody to, and the spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from icengine.domain.assessment import is_done
from icengine.domain.plan import Control
from icengine.domain.report_actions import action_blocks, joined, placed, prose_date
from icengine.domain.report_decided import decided
from icengine.domain.report_extent import done_of
from icengine.domain.report_findings import Findings
from icengine.domain.report_model import Block, Cell, Column, Facts, Figure, Spread, Table, Text
from icengine.domain.report_occurrences import basis, deviation, share_of, told
from icengine.domain.report_units import NOBODY, UnitYear, reasons, unit_years
from icengine.domain.report_widths import rating_width, shared, width_of
from icengine.domain.scale import worded
from icengine.domain.task import State
from icengine.domain.text import one_line, paragraphs
from icengine.domain.words import capital, counted, listed, many, number, per_cent

UNANSWERED = "Inte besvarad."


def shared_facts(found: Findings, control: Control) -> Facts:
    """Beside the control: how many units answer, and how far they have come."""
    years = unit_years(found, control)
    given = [
        (found.word("kontrollansvarig").title, Cell("Varje enhet har sin egen")),
        (found.word("godkännare").title, Cell(one_line(control.approver))),
        ("Mål", Cell(one_line(control.goal))),
        ("Enheter", Cell(number(len(years)), len(years)) if years else Cell()),
        ("Genomfört", Cell(done_of(found.yearlies[control.id]))),
    ]
    return Facts(tuple((term, cell) for term, cell in given if cell.text))


def of_units(found: Findings, control: Control) -> list[Block]:
    """The outcome in words, the spread as a picture, the table of units, and what stands under it."""
    years = unit_years(found, control)
    if not years:
        return [Text("Inget tillfälle är registrerat för någon enhet.")]
    below: list[Block] = []
    counts = _counts(found, years)
    blocks: list[Block] = [Text(_said(found, control, years)), _spread(found, control, counts)]
    blocks += [_table(found, control, years, below), *below]
    blocks += _comments(found, years)
    if own := found.of_subject(control.id):
        sheet = f"{capital(found.word('åtgärd').several)} per {found.word('kontrollmoment').one}"
        blocks += action_blocks(found, f"{control.id}-atgarder", own, sheet)
    return blocks


def _counts(found: Findings, years: Sequence[UnitYear]) -> dict[str, int]:
    """How many units have each level, worst first; those whose every occurrence utgår are in none."""
    levels = Counter(one.year.level for one in years if not one.year.withdrawn)
    return {id: levels[id] for id in found.scale}


def _said(found: Findings, control: Control, years: Sequence[UnitYear]) -> str:
    """ "Kontrollen besvaras av fem enheter. En har … Den sämsta bedömningen … avgör." """
    scale = worded(found.plan.ratings, found.facts.organisation.vocabulary)
    answered = Counter(one.year.level for one in years if one.year.done)
    parts = [
        f"{counted(answered[id], 'en')} ”{scale.level(id).word.lower()}”"
        for id in found.scale
        if answered[id]
    ]
    word = found.word("kontrollmoment")
    said = [f"{capital(word.definite)} gäller {many(len(years), 'enhet', 'enheter')}."]
    if parts:
        first, *rest = parts
        said.append(f"{capital(listed([first.replace(' ', ' har bedömningen ', 1), *rest]))}.")
    said += _without(years)
    whole = found.yearlies[control.id]
    if whole.decided:
        level = scale.level(whole.level).word.lower()
        said.append(f"Årets bedömning är ”{level}”. {decided(found, whole, 'Enheterna')}")
    elif len(years) > 1 and parts:
        level = scale.level(whole.level).word.lower()
        said.append(
            f"Den sämsta bedömningen bland enheterna avgör årets bedömning, som är ”{level}”."
        )
    return " ".join(said)


def _without(years: Sequence[UnitYear]) -> list[str]:
    """Units that have answered nothing, by why."""
    silent = [one for one in years if not one.year.done and not one.year.withdrawn]
    nobody = [one for one in silent if one.nobody]
    waiting = [one for one in silent if not one.nobody and not one.year.missed]
    late = [one for one in silent if one not in nobody and one not in waiting]
    gone = [one for one in years if one.year.withdrawn]
    said = []
    if late:
        said.append(f"{capital(many(len(late), 'enhet', 'enheter'))} har inte svarat.")
    if nobody:
        said.append(f"För {many(len(nobody), 'enhet', 'enheter')} är ingen ansvarig utsedd.")
    if waiting:
        said.append(f"För {many(len(waiting), 'enhet', 'enheter')} återstår svaret.")
    if gone:
        said.append(f"För {many(len(gone), 'enhet', 'enheter')} utgår kontrollen.")
    return said


def _spread(found: Findings, control: Control, counts: dict[str, int]) -> Figure:
    scale = worded(found.plan.ratings, found.facts.organisation.vocabulary)
    total = many(sum(counts.values()), "enhet", "enheter")
    said = ", ".join(f"{scale.level(id).word.lower()} {n}" for id, n in counts.items())
    return Figure(
        f"{control.id}-spridning",
        Spread(counts),
        f"Stapel över {total}: {said}.",
        f"{one_line(control.title)}: bedömning hos {total}.",
    )


def _table(
    found: Findings, control: Control, years: Sequence[UnitYear], below: list[Block]
) -> Table:
    names = width_of((one.name for one in years), 3, 4.4)
    narrow = (
        Column("Enhet", names),
        Column("Bedömning", rating_width(found.plan)),
        Column("Genomfört", 2.3),
    )
    rows = tuple(
        (
            Cell(one.name),
            Cell(mark=one.year.level),
            Cell(done_of(one.year)),
            _result(found, control, one, below),
        )
        for one in years
    )
    return Table(f"{control.id}-enheter", shared(narrow, ("Resultat", 1)), rows, sheet="Enheter")


def _result(found: Findings, control: Control, one: UnitYear, below: list[Block]) -> Cell:
    """What the unit found, or why nothing is known of it."""
    year = one.year
    if year.withdrawn:
        return Cell("Utgår.")
    if year.deciding is None or year.deciding.answer is None:
        if one.nobody:
            return Cell(NOBODY)
        last = max(task.due for task in one.tasks)
        if not year.missed:
            return Cell(f"Återstår: ska lämnas in senast den {prose_date(last)}.")
        return Cell(reasons(one) or UNANSWERED)
    answer = year.deciding.answer
    share = share_of(control, answer)
    measured = f"{per_cent(share)} ({basis(answer)})" if share is not None else ""
    said = joined(measured, told(answer)) if measured else told(answer)
    said = joined(said, deviation(found, control, answer))
    said = joined(said, decided(found, year))
    if year.deciding.state is State.SUBMITTED:
        said = joined(said, "Ännu inte godkänd.")
    if one.nobody:
        said = joined(said, "För det som återstår är ingen ansvarig utsedd.")
    return placed(f"Resultat, {one.name}", said, below)


def _comments(found: Findings, years: Sequence[UnitYear]) -> list[Block]:
    """What the units' owners wrote as kommentar, one for each occurrence."""
    said: list[Block] = []
    for one in years:
        for task in one.tasks:
            if task.answer is None or not is_done(task):
                continue
            if body := paragraphs(task.answer.comment):
                said.append(Text(body, "comment", f"Kommentar, {found.occurrence(task)}"))
    return said
