"""The same four units with more of everything in them, and somebody who sees it all: what a page costs
is to be the same however much lies there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from authorities import (
    NOW,
    SHARED,
    TODAY,
    UNITS,
    World,
    email,
    function,
    organisation,
    populate,
)
from municipality import REASONS, at
from sqlalchemy import Connection, insert, select
from sqlmodel import SQLModel
from web_site import ACTOR, Site

from icengine.domain.document import read_plan
from icengine.domain.people import Function, Grant, Holding, Organisation, Role, Unit, UnitKind
from icengine.domain.risk import AssessedRisk
from icengine.intake.yamlfile import read_yaml_bytes
from icengine.services.drafts import save_draft
from icengine.services.plans import adopt_plan
from icengine.services.register import add_risk
from icengine.store import calendar_feeds
from icengine.store.db import Session
from icengine.store.mail_tables import BadAddressRow, LetterRow, OutboxRow
from icengine.store.report_tables import ReportFileRow, ReportRow, UnitTotalsRow, VerdictRow
from icengine.store.tables import (
    ActionStateRow,
    AnswerRow,
    NoteRow,
    RegisterRow,
    TaskStateRow,
    WebSessionRow,
)
from icengine.store.task_tables import (
    CarryDecisionRow,
    EvidenceContentRow,
    EvidenceRow,
    TaskChangeRow,
    TaskRequestRow,
    YearlyRatingRow,
)

ALL = email("allt")
"""Has every role at every unit, and holds kommunstyrelsen's functions beside those who do."""
SECOND = email("andra")
"""The same but for the function that answers: what is handed in waits for them to approve it."""

SMALL_PLAN = """
enhet: {unit}
år: {year}
titel: {title}
upprättad av: Controllern
processområden: [Ekonomi]
risker:
  - id: R1
    område: Ekonomi
    titel: Risk
    risken att: något går fel
    på grund av: att ingen ser efter
    vilket kan leda till: skada
    sannolikhet: 3
    konsekvens: 3
    hantering: granskning
    kontroller:
      - {{id: K1, titel: Liten, kontrollmoment: Det, metod: Så, frekvens: februari,
         ansvarig: Controllern}}
"""


def crowded(more: int) -> Organisation:
    """So many more units of each kind, functions, holders and roles."""
    base = organisation()
    numbers = range(1, more + 1)
    units = [
        *(Unit(f"av{n}", f"Avdelning {n}", UnitKind.DEPARTMENT, "ks") for n in numbers),
        *(
            Unit(f"n{n}", f"Nämnd {n}", UnitKind.BOARD, "kommun", own_authority=True)
            for n in numbers
        ),
    ]
    many = [Holding(email(f"kollega{n}")) for n in numbers]
    functions = [
        replace(one, holders=(*one.holders, *many, *_seeing(one.name)))
        if one.unit == UNITS[0]
        else one
        for one in base.functions
    ]
    functions += [
        Function(f"Funktion {n}", UNITS[0], (Holding(email(f"innehavare{n}")),)) for n in numbers
    ]
    roles = (Role.ADMINISTRATOR, Role.CONTROLLER, Role.MANAGER, Role.READER)
    everywhere = ("kommun", *UNITS, *(unit.id for unit in units))
    grants = [
        Grant(role, unit, who) for who in (ALL, SECOND) for role in roles for unit in everywhere
    ]
    grants += [Grant(role, UNITS[0], email(f"roll{n}")) for n in numbers for role in roles]
    return replace(
        base,
        units=(*base.units, *units),
        functions=tuple(functions),
        grants=(*base.grants, *grants),
    )


def _seeing(function_: str) -> list[Holding]:
    """Those of the two who hold a function of kommunstyrelsen's."""
    answers = function_ == function("Ansvarig", UNITS[0])
    return [Holding(ALL), *([] if answers else [Holding(SECOND)])]


def crowd(database: Any, more: int) -> None:
    """Everything that `populate` gives, and so many more of each."""
    whole = crowded(more)
    populate(database, whole, more)
    site = Site(database)
    site.now = NOW
    small = [(f"av{n}", 2022) for n in range(1, more + 1)]
    small += [(f"n{n}", 2022) for n in range(1, more + 1)]
    small += [(UNITS[0], 2022 - n) for n in range(1, more + 1)]
    for unit, year in small:
        _adopt(database, whole, SMALL_PLAN.format(unit=unit, year=year, title="Liten"))
    for n in range(more):
        _adopt(database, whole, SMALL_PLAN.format(unit="klk", year=2021, title=f"Så {n}"))
    _adopt(database, whole, _shared(more))
    site.deliver()
    world = World(site)
    world.report(UNITS[0])
    world.question(UNITS[0])
    for _ in range(more):
        world.session_of(ALL)
        world.event("plan antagen", f"plan:{UNITS[0]}-2022")
    with database.unit_of_work(ACTOR, NOW) as session:
        for n in range(more):
            risk = AssessedRisk(id=f"R{n + 500}", area="Ekonomi", title=f"Ny {n}")
            add_risk(session, actor=ACTOR, now=NOW, unit=UNITS[0], risk=risk)
            document = {"enhet": f"n{n + 1}", "år": 2025, "titel": "Utkast"}
            save_draft(
                session, actor=ACTOR, now=NOW, unit=f"n{n + 1}", year=2025, document=document
            )
    _multiply(world, more)


def _shared(more: int) -> str:
    """The plan at the top, with so many controls more that so many units more answer."""
    start = SHARED.index("      - {id: K9")
    units = ", ".join((*UNITS, *(f"n{n}" for n in range(1, more + 1))))
    control = SHARED[start:].replace(", ".join(UNITS), units)
    further = (control.replace("id: K9", f"id: K9{n:03}") for n in range(1, more + 1))
    return SHARED[:start] + control + "".join(further)


def _adopt(database: Any, whole: Organisation, written: str) -> None:
    node, problems = read_yaml_bytes(written.encode(), "plan")
    assert node is not None, problems
    plan, problems = read_plan(node, whole)
    assert plan is not None, problems
    with database.unit_of_work(ACTOR, NOW) as session:
        adopt_plan(
            session, actor=ACTOR, now=NOW, plan=plan, dnr="1", decided=TODAY, paragraph="§ 1",
            reasons=REASONS,
        )  # fmt: skip


EARLIER = at("2021-12-20")
"""Long enough ago to count against no limit."""
APART = 100_000
"""Between the number of a row and those of its copies."""


@dataclass(frozen=True)
class Copies:
    """Copies of rows, as many of each."""

    connection: Connection
    more: int

    def of(self, row: type[SQLModel], *, numbered: tuple[str, ...] = (), **values: Any) -> None:
        """Of all that lie in a table. `numbered` columns are made to differ; `values` are as given."""
        table: Any = row.__table__  # type: ignore[attr-defined]
        found = self.connection.execute(select(table)).mappings().all()
        copies = [
            {**one, **{name: _copied(one[name], n) for name in numbered}, **values}
            for one in found
            for n in range(1, self.more + 1)
        ]
        if copies:
            self.connection.execute(insert(table), copies)


def _copied(value: Any, n: int) -> Any:
    if value is None:
        return None
    # No text begins with a capital letter: the copies are told apart, and are no longer.
    return f"{chr(ord('A') + n)}{value[1:]}" if isinstance(value, str) else value + n * APART


VERSIONED = (
    TaskStateRow, TaskChangeRow, ActionStateRow, YearlyRatingRow, CarryDecisionRow,
    NoteRow, VerdictRow, UnitTotalsRow, BadAddressRow,
)  # fmt: skip


def _multiply(world: World, more: int) -> None:
    """What has versions gets more of them, and what may lie there several times does."""
    number = world.person(ALL)
    with world.site.database.unit_of_work(ACTOR, NOW) as session:
        _decide(session, world, number, more)
        session.flush()
        copies = Copies(session.connection(), more)
        copies.of(AnswerRow, numbered=("version",))
        copies.of(RegisterRow, numbered=("version",))
        copies.of(
            ReportRow, numbered=("number",), state="antagen", decided_on=TODAY, paragraph="§ 1"
        )
        copies.of(ReportFileRow, numbered=("number",))
        _report_of_the_whole(session.connection())
        copies.of(LetterRow, numbered=("id",))
        copies.of(OutboxRow, numbered=("id", "key", "letter"))
        copies.of(EvidenceRow, numbered=("id",))
        copies.of(EvidenceContentRow, numbered=("evidence",))
        copies.of(WebSessionRow, numbered=("id", "digest"))
        copies.of(TaskRequestRow, numbered=("id",), asked_at=EARLIER)
        for row in VERSIONED:
            copies.of(row, numbered=("id",))
        session.record("prov", "utskick")


def _report_of_the_whole(connection: Connection) -> None:
    """What there is of kommunstyrelsen, as reports of the whole kommun."""
    for row in (ReportRow, ReportFileRow):
        table: Any = row.__table__  # type: ignore[attr-defined]
        kind = {"kind": "samlad", "state": "återtagen"} if row is ReportRow else {}
        of_plan = select(table).where(table.c.plan == f"{UNITS[0]}-2022")
        found = connection.execute(of_plan).mappings().all()
        connection.execute(insert(table), [{**one, **kind, "plan": "kommun-2022"} for one in found])


def _decide(session: Session, world: World, number: int, more: int) -> None:
    """What a controller decides and writes during a year."""
    plan, top = f"{UNITS[0]}-2022", "kommun"
    by: dict[str, Any] = {"at": EARLIER, "by": "Controllern"}
    rows: list[SQLModel] = []
    for (unit, control), task in world.tasks.items():
        if unit != UNITS[0]:
            continue
        for kind, value in (
            ("datum", "2022-03-15"), ("ansvarig", "Controllern"), ("överlämnad", str(number)),
        ):  # fmt: skip
            rows.append(TaskChangeRow(task=task, kind=kind, value=value, reason="Därför", **by))
        if control[:2] == "K1":
            rows.append(
                TaskRequestRow(
                    task=task, kind="mer tid", asked_at=EARLIER, by=function("Ansvarig", unit),
                    until=date(2022, 3, 15), reason="Sjukdom", decision="",
                )
            )  # fmt: skip
        rows += [
            YearlyRatingRow(plan=plan, control=control, unit="", level="gul", reason="Sett", **by),
            CarryDecisionRow(
                plan=plan, subject=control, year=2023, proposed=0, reason="Igen", **by
            ),
            NoteRow(plan=plan, subject=f"kontroll:{control}", text="Läs", **by),
        ]
    for n in range(1, more + 1):
        verdict = {"top": top, "year": 2022, "unit": f"n{n}"}
        rows += [
            VerdictRow(**verdict, verdict="tillräcklig", reason="", **by),
            UnitTotalsRow(
                unit=f"n{n}", year=2022, levels={"gron": 1}, done=1, open_actions=0,
                late_actions=0, note="", **by,
            ),
            BadAddressRow(email=email(f"innehavare{n}"), reason="Studsade", **by),
        ]  # fmt: skip
    session.add_all(rows)


@dataclass
class Crowd(World):
    """That world, where each link is about everything of its kind."""

    def browser(self, who: str) -> Any:
        """Somebody's, by their address."""
        if who not in self.browsers:
            client = f"10.0.2.{len(self.browsers) + 1}"
            self.browsers[who] = self.site.log_in(who, client=client)
        return self.browsers[who]

    def link(
        self, who: str, function: str, tasks: tuple[int, ...] = (), approves: tuple[int, ...] = ()
    ) -> str:
        """The secret of a new link to all tasks like these."""
        return super().link(who, function, self._like(tasks), self._like(approves))

    def _like(self, tasks: tuple[int, ...]) -> tuple[int, ...]:
        kinds = {control[:2] for (_, control), task in self.tasks.items() if task in tasks}
        return tuple(
            task
            for (unit, control), task in self.tasks.items()
            if unit == UNITS[0] and control[:2] in kinds
        )

    def feed(self) -> str:
        """The secret of a calendar."""
        number = self.person(ALL)
        with self.site.database.unit_of_work(ACTOR, NOW) as session:
            secret = calendar_feeds.begin(session, number, NOW)
            session.record("prov", "kalender")
        return secret
