"""The samlad rapport's pages: words and forms, no decisions."""

from __future__ import annotations

from dataclasses import dataclass

from icengine.domain.people import Unit
from icengine.domain.scale import worded
from icengine.domain.text import one_line
from icengine.domain.whole_facts import DONE, LATE, NOTE, OPEN, REASON, VERDICT, UnitFacts
from icengine.domain.whole_findings import UnitFound, Whole, whole_of
from icengine.domain.whole_sections import reported_words, verdict_marks
from icengine.domain.whole_verdicts import Verdict
from icengine.domain.words import number
from icengine.services.whole import Listed, WholeDesk
from icengine.web.pages.fields import Choice, Field, Form
from icengine.web.pages.organisationview import Link
from icengine.web.pages.paths import WHOLES, whole_path
from icengine.web.pages.reportdecisionview import Document
from icengine.web.pages.reports import documents_of
from icengine.web.pages.wording import Mark, level_mark


@dataclass(frozen=True)
class ListLine:
    """A unit in the list, with its years."""

    name: str
    years: tuple[tuple[str, str], ...]
    """(address, year)."""


def list_view(found: tuple[Listed, ...]) -> tuple[ListLine, ...]:
    """The list in words."""
    return tuple(
        ListLine(
            one_line(item.unit.name),
            tuple(
                (
                    whole_path(f"{item.unit.id}-{year}", *([] if item.reads else ["rapporter"])),
                    str(year),
                )
                for year in item.years
            ),
        )
        for item in found
    )


@dataclass(frozen=True)
class UnitLine:
    """A unit on the page."""

    name: str
    reported: str
    """"Antagen 2023-02-07", "Summor", "Ingen plan"."""
    counts: tuple[tuple[str, str, int], ...]
    """(symbol, word, controls), the worst first."""
    facts: str
    """What more there is to say in figures."""
    verdict: Mark | None
    reason: tuple[str, ...]
    """A line each."""
    address: str
    """The form for its verdict; "" for whoever only reads."""
    totals: str
    """The form for its sums; "" where it has a plan here, and for whoever only reads."""
    silent: bool


@dataclass(frozen=True)
class WholeView:
    """The page."""

    crumbs: tuple[Link, ...]
    name: str
    judge: str
    answer: str
    verdict: Mark | None
    reason: tuple[str, ...]
    """A line each."""
    address: str
    """The form for the whole's verdict; "" for whoever only reads."""
    lines: tuple[UnitLine, ...]
    documents: tuple[Document, ...]
    decisions: str
    """Where it is put to the decision."""


def whole_view(found: WholeDesk) -> WholeView:
    """The page in words."""
    whole, facts = whole_of(found.facts), found.facts
    key = f"{facts.unit.id}-{facts.year}"
    own = facts.verdict
    alone = facts.unit.id not in {item.unit.id for item in facts.units}
    judges = found.may_judge
    return WholeView(
        crumbs=(Link("Samlade rapporter", WHOLES),),
        name=f"{one_line(facts.unit.name)} {facts.year}",
        judge=whole.judge,
        answer=(
            f"{number(len(whole.reported))} av {number(len(whole.units))} enheter har redovisat. "
            f"{number(whole.controls)} {whole.word('kontrollmoment').several}."
        ),
        verdict=_verdict(found, own.verdict if own else None),
        reason=tuple(own.reason.splitlines()) if own else (),
        address=whole_path(key, "enheter", facts.unit.id) if judges and alone else "",
        lines=tuple(_line(whole, unit, key, found) for unit in whole.by_seriousness()),
        documents=documents_of(key, tree=True),
        decisions=whole_path(key, "rapporter"),
    )


def _verdict(found: WholeDesk, verdict: Verdict | None) -> Mark | None:
    if verdict is None:
        return None
    mark = verdict_marks(found.facts.organisation.verdicts)[verdict]
    return level_mark(mark.symbol, mark.word)


def _line(whole: Whole, unit: UnitFound, key: str, found: WholeDesk) -> UnitLine:
    judged = unit.source.verdict
    address = whole_path(key, "enheter", unit.unit.id) if found.may_judge else ""
    said = (
        f"{number(unit.done)} av {number(unit.controls)} genomförda. "
        f"{number(unit.open)} öppna åtgärder, {number(unit.late)} försenade."
    )
    return UnitLine(
        name=unit.name,
        reported=reported_words(unit) if unit.told else "Ingen plan",
        counts=tuple(
            (level.symbol, level.word, unit.counts[id])
            for id in whole.order
            if unit.counts[id]
            for level in (whole.scale.level(id),)
        ),
        facts=said if unit.told else "",
        verdict=_verdict(found, unit.verdict),
        reason=tuple(judged.reason.splitlines()) if judged else (),
        address=address,
        totals=f"{address}/summor" if address and unit.found is None else "",
        silent=not unit.has_reported,
    )


# -- the forms --


def unit_of(found: WholeDesk, id: str) -> Unit | None:
    """A unit of the whole, or the one it is about."""
    units = {item.unit.id: item.unit for item in found.facts.units}
    return units.get(id) or (found.facts.unit if id == found.facts.unit.id else None)


def _source(found: WholeDesk, id: str) -> UnitFacts | None:
    return next((item for item in found.facts.units if item.unit.id == id), None)


def _name(found: WholeDesk, id: str) -> str:
    unit = unit_of(found, id)
    return one_line(unit.name) if unit else id


def _back(found: WholeDesk) -> tuple[str, str]:
    facts = found.facts
    return whole_path(f"{facts.unit.id}-{facts.year}"), f"{one_line(facts.unit.name)} {facts.year}"


def verdict_form(found: WholeDesk, id: str) -> Form:
    """Kommunstyrelsen's verdict, with its reason."""
    source = _source(found, id)
    held = source.verdict if source else found.facts.verdict
    marks = verdict_marks(found.facts.organisation.verdicts)
    choices = (
        Choice("", "Inte bedömd"),
        *(
            Choice(str(verdict), f"{marks[verdict].symbol} {marks[verdict].word}")
            for verdict in Verdict
        ),
    )
    address, word = _back(found)
    value = str(held.verdict) if held and held.verdict else ""
    fields = (
        Field(VERDICT, "Den interna kontrollen är", "radio", choices=choices, value=value),
        Field(
            REASON, "Skäl", "area", value=held.reason if held else "",
            hint="Står i rapporten. Behövs när kontrollen inte är tillräcklig.",
        ),
    )  # fmt: skip
    title = f"Bedömning av {_name(found, id)}"
    if id == found.facts.unit.id and source is None:
        title = "Samlad bedömning"
    return Form(title, fields, "Spara bedömningen", address, word)


def level_field(id: str) -> str:
    """Name of the field that counts the controls of a level."""
    return f"niva-{id}"


def totals_form(found: WholeDesk, id: str) -> Form:
    """The sums of a unit that keeps its controls elsewhere."""
    source = _source(found, id)
    held = source.totals if source else None
    organisation = found.facts.organisation
    scale = worded(organisation.ratings, organisation.vocabulary)
    control = organisation.vocabulary("kontrollmoment").several
    action = organisation.vocabulary("åtgärd").several
    levels = tuple(
        Field(
            level_field(level.id), f"{level.symbol} {level.word}", group=f"Antal {control}",
            value=str(held.levels.get(level.id, 0)) if held else "",
        )
        for level in scale.levels
    )  # fmt: skip
    given = (
        (DONE, "Genomförda i sin helhet", held.done if held else None),
        (OPEN, f"Öppna {action}", held.open_actions if held else None),
        (LATE, "Varav försenade", held.late_actions if held else None),
    )
    rest = tuple(
        Field(name, label, value="" if n is None else str(n), group="Hur långt det har kommit")
        for name, label, n in given
    )
    note = Field(
        NOTE, "Var kontrollerna finns", value=held.note if held else "", group="Anmärkning",
        hint="Frivilligt. Står under tabellen i rapporten.",
    )  # fmt: skip
    address, word = _back(found)
    return Form(
        f"Summor för {_name(found, id)}", (*levels, *rest, note), "Spara summorna", address, word,
        lead="För en enhet som för sina kontroller i ett annat system. I rapporten märks siffrorna "
        "med en stjärna. Lämna allt tomt för att ta bort summorna.",
    )  # fmt: skip


def read_number(text: str) -> int | None:
    """A whole number as people write it, "1 200"; nothing written is 0, and what is none is None."""
    figures = text.replace(" ", "").replace("\u00a0", "")
    if not figures:
        return 0
    return int(figures) if figures.isascii() and figures.isdigit() and len(figures) < 10 else None
