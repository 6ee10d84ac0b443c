"""What is proposed for next year's plan, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from icengine.domain.labels import Vocabulary
from icengine.domain.next_plan import NextPlan, Proposed
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.text import one_line
from icengine.domain.words import capital, counted, listed, many, sentence
from icengine.web.pages.wording import Mark


@dataclass(frozen=True)
class ProposedLine:
    """A control, or a risk without one."""

    id: str
    title: str
    why: str
    """Why it is taken in or left out, in a sentence; "" where it may not be told."""
    years: str
    """How long it has been in the plan: "Tre år"; "" for a risk."""
    green: str
    """How long it has been utan anmärkning, where that is said in plain words."""
    mark: Mark | None
    """The same, where it has been so for so long that it is to be noticed."""


@dataclass(frozen=True)
class Section:
    """What is taken in, or what is left out."""

    controls: tuple[ProposedLine, ...]
    risks: tuple[ProposedLine, ...]

    @property
    def count(self) -> int:
        """How many things."""
        return len(self.controls) + len(self.risks)


@dataclass(frozen=True)
class ProposalView:
    """The whole proposal."""

    year: int
    lead: str
    taken: Section
    left_out: Section
    moved: str
    """Which controls have got their dates moved, in a sentence; "" for none."""


def proposal_view(found: NextPlan, words: Vocabulary, *, protected: bool) -> ProposalView:
    """The proposal in words; `protected`: what is said of protected controls too."""
    taken = _section((item for item in found.items if item.taken), protected=protected)
    left = _section((item for item in found.items if not item.taken), protected=protected)
    return ProposalView(found.year, _lead(taken, left, words), taken, left, _moved(found))


def _section(items: Iterable[Proposed], *, protected: bool) -> Section:
    some = tuple(items)
    return Section(
        tuple(_line(item, protected=protected) for item in some if item.years),
        tuple(_line(item, protected=protected) for item in some if not item.years),
    )


def _line(item: Proposed, *, protected: bool) -> ProposedLine:
    if item.protected and not protected:
        return ProposedLine(item.id, SEPARATELY, "", "", "", None)
    running = item.green_running
    green = f"{capital(counted(running))} år{' i rad' if running > 1 else ''}" if running else ""
    return ProposedLine(
        id=item.id,
        title=one_line(item.title),
        why=sentence(capital(one_line(", ".join(item.why)))) if item.why else "",
        years=f"{capital(counted(item.years))} år" if item.years else "",
        green="" if item.may_go else green,
        mark=_green(item) if item.may_go else None,
    )


def _green(item: Proposed) -> Mark:
    """What another rule demands stays in the plan, however green it is."""
    said = f"Utan anmärkning {counted(item.green_running)} år i rad"
    goes = "" if item.mandatory else ": kan tas bort"
    return Mark("st", "approved", "✓", said + goes)


def _lead(taken: Section, left: Section, words: Vocabulary) -> str:
    said = [
        f"{capital(_amount(section, words))} {does}."
        for section, does in ((taken, "tas med"), (left, "utelämnas"))
        if section.count
    ]
    return " ".join(said) or "Det finns ingenting att föreslå."


def _amount(section: Section, words: Vocabulary) -> str:
    controls = words("kontrollmoment").count(len(section.controls)) if section.controls else ""
    risks = many(len(section.risks), "risk", "risker") if section.risks else ""
    return listed([text for text in (controls, risks) if text])


def _moved(found: NextPlan) -> str:
    if not found.moved:
        return ""
    ids = listed(found.moved)
    return f"{ids} har datum eller årtal som är flyttade till {found.year}."
