"""A kommun to build a samlad rapport of in tests: units with plans, one by its totals, silent ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import report_facts as make

from icengine.domain.facts import ActionFact, LastYear, ReportFacts, TaskFact, YearSum
from icengine.domain.frequency import Kind
from icengine.domain.people import Organisation, Unit, UnitKind
from icengine.domain.plan import Control, Shared
from icengine.domain.scale import DEFAULT_RATINGS
from icengine.domain.whole_facts import Judged, Reported, Totals, UnitFacts, WholeFacts
from icengine.domain.whole_verdicts import Verdict

ROOT = Unit("kommun", "Älvhamra kommun", UnitKind.MUNICIPALITY)
EXECUTIVE = Unit("ks", "Kommunstyrelsen", UnitKind.BOARD, "kommun")
SOCIAL = Unit("son", "Socialnämnden", UnitKind.BOARD, "kommun", own_authority=True)
SCHOOL = Unit("bun", "Barn- och utbildningsnämnden", UnitKind.BOARD, "kommun")
ENERGY = Unit("energi", "Älvhamra Energi AB", UnitKind.COMPANY, "kommun")
ELECTION = Unit("valn", "Valnämnden", UnitKind.BOARD, "kommun")
UNITS = (ROOT, EXECUTIVE, SOCIAL, SCHOOL, ENERGY, ELECTION)
ORGANISATION = Organisation(
    "Älvhamra kommun", ("alvhamra.example",), "Internkontrollsamordnaren", UNITS, ()
)
MOMENT = datetime(2023, 2, 10, 8, tzinfo=UTC)
ADOPTED = Reported(date(2023, 2, 7), "SN 2023/4", datetime(2023, 2, 1, 8, tzinfo=UTC))


def answers_of(unit: Unit, controls: Sequence[Control], ratings: Sequence[str]) -> list[TaskFact]:
    """An approved answer for each control, with these ratings in turn."""
    return [
        make.answered(control, ratings[n % len(ratings)], unit=unit.id)
        for n, control in enumerate(controls)
    ]


def facts_of(
    unit: Unit, ratings: Sequence[str], actions: tuple[ActionFact, ...] = ()
) -> ReportFacts:
    """A plan of as many controls as there are ratings, each answered."""
    controls = [
        make.make_control(f"K{n}", title=f"Kontroll {n}") for n in range(1, len(ratings) + 1)
    ]
    plan = make.make_plan(
        *(make.make_risk(f"R{n}", c) for n, c in enumerate(controls, 1)), unit=unit.id
    )
    tasks = answers_of(unit, controls, ratings)
    return make.make_facts(plan, tasks, unit=unit, organisation=ORGANISATION, actions=actions)


def shared_facts() -> ReportFacts:
    """Kommunstyrelsen's plan with one shared control that two of three units have answered."""
    control = make.make_control(
        "K9", title="Direktupphandlingar", shared=Shared((UnitKind.BOARD,)), kind=Kind.SCHEDULED
    )
    plan = make.make_plan(make.make_risk("R9", control))
    tasks = [
        make.answered(control, "gron", unit="ks"),
        make.answered(control, "rod", unit="son"),
        replace(make.unanswered(control, make.State.OPEN), unit="bun"),
    ]
    return make.make_facts(plan, tasks, organisation=ORGANISATION)


def judged(verdict: Verdict, reason: str = "") -> Judged:
    return Judged(verdict, reason, "Kommunjuristen", MOMENT)


def sample_whole(**fields: Any) -> WholeFacts:
    """Six units: one adopted, one with answers only, kommunstyrelsen, sums, and one that is silent."""
    late = make.action("Å1", "K1", "Rutinen skrivs om.", "Socialchefen", date(2023, 1, 31))
    base = WholeFacts(
        ORGANISATION,
        ROOT,
        EXECUTIVE,
        2022,
        MOMENT,
        (
            UnitFacts(EXECUTIVE, shared_facts(), ADOPTED),
            UnitFacts(
                SOCIAL, facts_of(SOCIAL, ("rod", "gul", "gron", "gron"), (late,)), ADOPTED,
                verdict=judged(Verdict.INSUFFICIENT, "Rutinerna följs inte."),
                last_year=LastYear(2021, {"K1": "gul", "K2": "gul"}, DEFAULT_RATINGS),
                repeated={"K1": 3},
            ),
            UnitFacts(
                SCHOOL, facts_of(SCHOOL, ("gron", "gron")), verdict=judged(Verdict.SUFFICIENT)
            ),
            UnitFacts(
                ENERGY,
                totals=Totals(
                    {"gron": 8, "gul": 2, "rod": 0, "vit": 0}, 9, 1, 0,
                    "Bolaget har ett eget system.", "Ekonomichefen", MOMENT,
                ),
            ),
            UnitFacts(ELECTION),
        ),
        history=(YearSum(2020, 14, 7, 3), YearSum(2021, 15, 9, 4)),
        dnr="KS 2023/0102",
        meeting=date(2023, 3, 14),
    )  # fmt: skip
    return replace(base, **fields)


def large_whole(units: int = 25, controls: int = 20) -> WholeFacts:
    """Many units with many controls each, every level there."""
    found = []
    ratings = ["gron", "gron", "gul", "gron", "rod", "vit"]
    for n in range(units):
        unit = Unit(f"n{n}", f"Nämnden för ärenden nummer {n}", UnitKind.BOARD, "kommun")
        turned = (ratings[n % 6 :] + ratings[: n % 6]) * (controls // 6 + 1)
        verdict = judged(list(Verdict)[n % 3], "Det framgår av rapporten.")
        found.append(UnitFacts(unit, facts_of(unit, turned[:controls]), ADOPTED, verdict=verdict))
    organisation = replace(ORGANISATION, units=(*UNITS, *(item.unit for item in found)))
    kept = [
        replace(item, facts=replace(item.facts, organisation=organisation))
        for item in found
        if item.facts
    ]
    return sample_whole(organisation=organisation, units=tuple(kept))
