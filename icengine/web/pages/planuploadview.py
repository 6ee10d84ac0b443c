"""A plan as a file, as its pages show it: where it is, what is wrong with one, and what it changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from icengine.domain.labels import Vocabulary
from icengine.domain.node import Problem
from icengine.domain.plan import Plan
from icengine.domain.text import one_line
from icengine.domain.words import capital, many, sentence
from icengine.intake.grid import UNREAD
from icengine.services.planfiles import Preview
from icengine.services.planupload import Counter
from icengine.web.pages.organisationview import Link
from icengine.web.pages.paths import PLANS
from icengine.web.pages.plancompare import Difference, plans_view
from icengine.web.pages.planpaths import draft_path, plan_path
from icengine.web.pages.planrecordview import unit_name
from icengine.web.uploads import SentFile

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml; charset=utf-8",
}
"""What a plan is downloaded as."""
SUFFIXES = (".xlsx", ".ods", ".csv", ".yaml", ".yml")
"""What is taken in."""
MOST_SHOWN = 500
"""Problems, or notices, that are shown one by one."""


@dataclass(frozen=True)
class UploadHead:
    """What stands on top of the page."""

    title: str
    crumbs: tuple[Link, ...]
    back: Link
    begun: bool
    """Is there a draft?"""
    version: int


def upload_head(at: Counter) -> UploadHead:
    """Which plan the page is about, and the way back: the draft, else the plan, else the list."""
    name = f"{unit_name(at.organisation, at.unit)} {at.year}"
    plan = Link(name, plan_path(at.key))
    begun = at.draft is not None
    back = plan if at.version else Link("Planer", PLANS)
    back = Link("Utkastet", draft_path(at.key)) if begun else back
    crumbs = (Link("Planer", PLANS), *([plan] if begun or at.version else []))
    return UploadHead(name, (*crumbs, *([back] if begun else [])), back, begun, at.version)


def file_fault(files: Sequence[SentFile]) -> str:
    """What is wrong with what was chosen, before it is read; "" where nothing is."""
    if not files:
        return "Välj en fil."
    if len(files) > 1:
        return "Välj en fil i taget."
    suffix = files[0].suffix
    if suffix in UNREAD:
        return f"Filer som slutar på {suffix} läses inte. Spara om den som {UNREAD[suffix]}."
    if suffix not in SUFFIXES:
        return "Filen ska sluta på .xlsx, .ods, .csv eller .yaml."
    return "" if files[0].data else "Filen är tom. Välj en annan."


@dataclass(frozen=True)
class ProblemLine:
    """Something wrong in a file, or read in another way than it stands."""

    where: str
    """ "Kontroller!D7", "rad 12"; "" for the file as a whole."""
    said: str
    remedy: str


@dataclass(frozen=True)
class ProblemLines:
    """All of it."""

    lines: tuple[ProblemLine, ...]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.lines)


def problem_lines(problems: Sequence[Problem]) -> ProblemLines:
    """What is wrong, and where in the file."""
    lines = tuple(
        ProblemLine(_where(item), sentence(capital(item.message)), sentence(capital(item.hint)))
        for item in problems[:MOST_SHOWN]
    )
    return ProblemLines(lines, len(problems))


def _where(problem: Problem) -> str:
    place = problem.place
    return place.cell or (f"rad {place.line}" if place.line else "")


@dataclass(frozen=True)
class PreviewView:
    """What reading the file in would do."""

    lead: str
    against: str
    """What it is compared with, over the column: "Utkastet", "Version 2"."""
    difference: Difference | None
    """None where there is no whole plan to compare with."""
    holds: tuple[str, ...]
    """What the file holds, where nothing is compared."""
    same: bool
    """Would nothing change?"""
    stands: str


def preview_view(seen: Preview, plan: Plan, words: Vocabulary) -> PreviewView:
    """The difference in words. Who reads a file in may read all that it takes the place of."""
    against = capital(seen.against.partition(",")[0])
    if seen.before is None or not (seen.before.risks or seen.before.left_out):
        lead = f"Filen innehåller {_amount(plan, words)}."
        if seen.against and seen.before is None:
            lead += " Utkastet är inte en hel plan än, så det går inte att jämföra."
        return PreviewView(lead, against, None, tuple(_holds(plan)), False, seen.stands)
    found = plans_view(seen.before, plan, words, protected=True)
    same = not seen.difference.changes
    lead = found.lead if found.things else "Något ändras som inte visas fält för fält."
    lead = f"Ingenting skiljer filen från {seen.against}." if same else lead
    return PreviewView(lead, against, found, (), same, seen.stands)


def _amount(plan: Plan, words: Vocabulary) -> str:
    controls = words("kontrollmoment").count(sum(1 for _ in plan.controls()))
    left = f" och {many(len(plan.left_out), 'utelämnad risk', 'utelämnade risker')}"
    return (
        f"{many(len(plan.risks), 'risk', 'risker')}, {controls}{left}"
        if plan.left_out
        else f"{many(len(plan.risks), 'risk', 'risker')} och {controls}"
    )


def _holds(plan: Plan) -> Iterable[str]:
    for risk in plan.risks:
        yield f"{risk.id} {one_line(risk.title)}"
        yield from (f"{control.id} {one_line(control.title)}" for control in risk.controls)
