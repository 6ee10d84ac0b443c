"""A kommunstyrelse with a few controls, and people who answer, approve and steer: the life of a task."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sharing as make
from municipality import at

from icengine.domain.access import Actor, Person, System
from icengine.domain.people import Function, Grant, Holding, Organisation, Role, Unit, UnitKind
from icengine.domain.plan import Control, Plan, Risk, Treatment
from icengine.domain.task import Answer, PlannedAction
from icengine.jobs import TIMETABLE
from icengine.services.login import person_of
from icengine.services.people import current_organisation, import_organisation
from icengine.services.scheduling import tick
from icengine.services.tasks import Recorded, record_answer
from icengine.store import answers, approvals, logins, outbox, tasks
from icengine.store.db import Database

OPERATOR = System("test")
START = at("2022-01-03")
DAY = at("2022-02-01", "09:00")
"""When the tasks are open."""
OWNER, COLLEAGUE, APPROVER, BOTH, CONTROLLER, SECOND, MANAGER = (
    f"{who}@kommun.example"
    for who in ("ansvarig", "kollega", "godkannare", "bada", "controller", "andra", "chef")
)
"""BOTH answers and approves; SECOND is another controller; COLLEAGUE has OWNER's function too."""
GREEN = Answer(result="Allt stämmer.", rating="gron")
YELLOW = Answer(
    result="Två av nio saknas.", rating="gul",
    actions=(PlannedAction("Rätta", "Ansvarige", "2022-12-01"),),
)  # fmt: skip


def organisation() -> Organisation:
    """Kommunstyrelsen with two controllers, one by a function and one by name."""
    units = (
        Unit("kommun", "Kommunen", UnitKind.MUNICIPALITY),
        Unit("ks", "Kommunstyrelsen", UnitKind.BOARD, "kommun", own_authority=True),
    )
    functions = (
        Function("Controllern", "ks", (Holding(CONTROLLER),)),
        Function("Ansvarige", "ks", (Holding(OWNER), Holding(COLLEAGUE))),
        Function("Godkännaren", "ks", (Holding(APPROVER),)),
        Function("Systemägaren", "ks", (Holding(BOTH),)),
        Function("It-chefen", "ks", (Holding(BOTH),)),
    )
    grants = (
        Grant(Role.CONTROLLER, "ks", function="Controllern"),
        Grant(Role.CONTROLLER, "ks", SECOND),
        Grant(Role.MANAGER, "ks", MANAGER),
    )
    return Organisation(
        "Kommunen", ("kommun.example",), "Controllern", units, functions, grants=grants
    )


def control(id: str, owner: str = "Ansvarige", **fields: Any) -> Control:
    """A control that is answered once, in February."""
    base = make.control(None, "februari", id=id, owner=owner, title=f"Titel {id}")
    return replace(base, **fields)


def risk(id: str, likelihood: int | None, consequence: int | None, *controls: Control) -> Risk:
    return Risk(
        id=id, area="Ekonomi", title=f"Risk {id}", event="fel betalas", cause="x", effect="skada",
        likelihood=likelihood, consequence=consequence, treatment=Treatment.CONTROL,
        controls=controls,
    )  # fmt: skip


def plan() -> Plan:
    """K1 and K5 (protected) have a godkännare, K4 one that answers it; K2 is of a high risk."""
    risks = (
        risk(
            "R1", 3, 3,
            control("K1", approver="Godkännaren"),
            control("K3"),
            control("K4", owner="Systemägaren", approver="It-chefen"),
            control("K5", approver="Godkännaren", protected=True),
        ),
        risk("R2", 4, 4, control("K2")),
    )  # fmt: skip
    return Plan("ks", 2022, "Internkontrollplan", "Controllern", risks, ("Ekonomi",))


@dataclass
class Life:
    """The database, its clock, and what people do in it."""

    database: Database
    now: datetime = DAY

    @classmethod
    def begun(cls, database: Database, whole: Organisation | None = None) -> Life:
        """The plan is adopted, and its tasks are open."""
        with database.unit_of_work(OPERATOR, START) as session:
            import_organisation(
                session, actor=OPERATOR, now=START, organisation=whole or organisation()
            )
        make.adopt(database, plan())
        life = cls(database)
        life.work(tick, TIMETABLE)
        return life

    def work(self, service: Any, actor: Actor, **values: Any) -> Any:
        """A use case in a unit of work of its own."""
        with self.database.unit_of_work(actor, self.now) as session:
            return service(session, actor=actor, now=self.now, **values)

    def read(self, service: Any, actor: Actor, **values: Any) -> Any:
        """A use case that only reads."""
        with self.database.reading() as session:
            return service(session, actor=actor, now=self.now, **values)

    def organisation(self) -> Organisation:
        with self.database.reading() as session:
            return current_organisation(session, actor=OPERATOR)

    def change(self, **values: Any) -> None:
        """The organisation with something in it replaced."""
        self.work(
            import_organisation, OPERATOR, organisation=replace(self.organisation(), **values)
        )

    def person(self, email: str) -> Person:
        """Somebody as they are when they have logged in."""
        with self.database.reading() as session:
            number = logins.known_number(session, email)
        assert number is not None, email
        return person_of(self.organisation(), number, email, self.now.date())

    def task(self, control: str) -> tasks.Task:
        with self.database.reading() as session:
            (found,) = [t for t in tasks.of_plans(session, ["ks-2022"], lock=False)
                        if t.control == control]  # fmt: skip
        return found

    def state(self, control: str) -> Any:
        return self.task(control).state

    def version(self, control: str) -> int:
        """Of the newest saved answer; 0 for none."""
        with self.database.reading() as session:
            last = answers.last_saved(session, self.task(control).id)
        return last.version if last else 0

    def history(self, control: str) -> list[Any]:
        with self.database.reading() as session:
            return approvals.history(session, self.task(control).id)

    def save(
        self, control: str, answer: Answer = GREEN, by: str = OWNER, *, submit: bool = True
    ) -> Recorded:
        """Somebody saves, or hands in, an answer."""
        done = self.work(
            record_answer, self.person(by), task_id=self.task(control).id, answer=answer,
            base_version=self.version(control), submit=submit,
        )  # fmt: skip
        assert isinstance(done, Recorded)
        return done

    def owed(self, kind: str, control: str) -> list[tuple[str, str]]:
        """(address, state) of the mails of a kind about a control's task."""
        with self.database.reading() as session:
            rows = session.connection().exec_driver_sql(
                "SELECT email, state FROM outbox WHERE kind = "
                f"'{kind}' AND task = {self.task(control).id} ORDER BY id"
            )
            return [(email, state) for email, state in rows]


def told(life: Life, kind: str, control: str) -> list[str]:
    """Addresses that wait for a mail of a kind."""
    return [email for email, state in life.owed(kind, control) if state == outbox.WAITING]
