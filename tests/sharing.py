"""A kommun with nämnder of its own, and a plan of kommunstyrelsen with a control that they share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from municipality import REASONS, at

from icengine.domain.access import System
from icengine.domain.frequency import Frequency, read_frequency
from icengine.domain.people import (
    Function,
    Grant,
    Holding,
    Move,
    Organisation,
    Role,
    Unit,
    UnitKind,
)
from icengine.domain.plan import Control, Plan, Risk, Shared, Treatment
from icengine.domain.timing import timed
from icengine.services.people import import_organisation
from icengine.services.plans import Adoption, adopt_plan
from icengine.store.db import Database

OPERATOR = System("test")
START = at("2022-01-03")
BOARDS = ("bun", "son", "tn", "mn")
"""Nämnder beside kommunstyrelsen; `tn` and `mn` become `sbn` on 1 July."""


def email(function: str) -> str:
    """Whoever holds a function."""
    plain = function.casefold().translate(str.maketrans("åäö ", "aao."))
    return f"{plain}@kommun.example"


def organisation() -> Organisation:
    """Kommunstyrelsen with an office that moves, nämnder that are authorities, and a merger."""
    board = UnitKind.BOARD
    units = (
        Unit("kommun", "Kommunen", UnitKind.MUNICIPALITY),
        Unit("ks", "Kommunstyrelsen", board, "kommun", own_authority=True),
        Unit("klk", "Kommunledningskontoret", UnitKind.ADMINISTRATION, "ks"),
        Unit("bun", "Barn- och utbildningsnämnden", board, "kommun", own_authority=True),
        Unit("son", "Socialnämnden", board, "kommun", own_authority=True),
        Unit("tn", "Tekniska nämnden", board, "kommun", end=date(2022, 6, 30),
             own_authority=True),
        Unit("mn", "Miljönämnden", board, "kommun", end=date(2022, 6, 30), own_authority=True),
        Unit("sbn", "Samhällsbyggnadsnämnden", board, "kommun", start=date(2022, 7, 1),
             predecessors=("tn", "mn"), own_authority=True),
        Unit("skola", "Skolkontoret", UnitKind.ADMINISTRATION, "bun",
             moves=(Move("son", date(2022, 9, 1)),)),
        Unit("bolag", "Bolaget", UnitKind.COMPANY, "kommun", own_authority=True),
    )  # fmt: skip
    named = [
        ("Controllern", "ks"), ("Ekonomichefen", "klk"), ("Skolchefen", "bun"),
        ("Rektorn", "skola"), ("Socialchefen", "son"), ("Samhällschefen", "sbn"),
        ("Vd", "bolag"), ("Bun-controllern", "bun"), ("Bun-chefen", "bun"),
    ]  # fmt: skip
    functions = tuple(Function(name, unit, (Holding(email(name)),)) for name, unit in named)
    grants = (
        Grant(Role.CONTROLLER, "ks", function="Controllern"),
        Grant(Role.CONTROLLER, "bun", function="Bun-controllern"),
        Grant(Role.MANAGER, "bun", function="Bun-chefen"),
        Grant(Role.READER, "kommun", email("revisorn")),
    )
    return Organisation("Kommunen", ("kommun.example",), "Controllern", units, functions,
                        grants=grants)  # fmt: skip


def control(shared: Shared | None, frequency: str = "varje kvartal", **fields: object) -> Control:
    """Kommunstyrelsen's control K1; quarterly unless another frequency is given."""
    read = read_frequency(frequency, 2022)
    assert isinstance(read, Frequency), read
    base = Control(
        id="K1", title="Attest", what="Att attestanter har beslut.", method="Jämför listorna.",
        owner="Ekonomichefen", frequency=frequency, kind=read.kind, reading=read.canonical,
        occurrences=tuple(map(timed, read.windows)), shared=shared,
    )  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]


def plan(*controls: Control) -> Plan:
    """Kommunstyrelsen's plan 2022 with one risk."""
    risk = Risk(
        id="R1", area="Ekonomi", title="Attest", event="fel betalas", cause="", effect="skada",
        likelihood=3, consequence=3, treatment=Treatment.CONTROL, controls=controls,
    )  # fmt: skip
    return Plan("ks", 2022, "Internkontrollplan", "Controllern", (risk,), ("Ekonomi",))


ALL_BOARDS = Shared(kinds=(UnitKind.BOARD,), owners=(("son", "Socialchefen"),))
"""Every nämnd; the plan says who answers for Socialnämnden."""


def known(database: Database, whole: Organisation | None = None) -> None:
    """The organisation in the database."""
    with database.unit_of_work(OPERATOR, START) as session:
        import_organisation(
            session, actor=OPERATOR, now=START, organisation=whole or organisation()
        )


def adopt(database: Database, whole: Plan, day: str = "2022-01-03") -> Adoption:
    """The plan adopted that day."""
    with database.unit_of_work(OPERATOR, at(day)) as session:
        return adopt_plan(
            session, actor=OPERATOR, now=at(day), plan=whole, dnr="KS 1",
            decided=date(2021, 12, 14), paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip
