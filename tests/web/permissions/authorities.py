"""Four units with a plan each, and somebody with every role: the world the permission table is about.

Kommunstyrelsen (`ks`) is where roles are given. Below it lie its office (`klk`) and, across a
border, an authority of its own (`bolag`). Beside it lies another nämnd (`son`).
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fixed import give_files
from municipality import REASONS, at
from sqlalchemy import select
from web_site import ACTOR, Site

from icengine.domain.access import Person, Scope
from icengine.domain.action import Action
from icengine.domain.asking import Asking
from icengine.domain.document import read_plan
from icengine.domain.draft import Document, mark
from icengine.domain.draft_entries import Kind, entry_of, own
from icengine.domain.evidence import Scan
from icengine.domain.node import plain
from icengine.domain.people import (
    Function,
    Grant,
    Holding,
    Organisation,
    Role,
    Unit,
    UnitKind,
)
from icengine.domain.task import Answer
from icengine.intake.yamlfile import read_yaml_bytes
from icengine.services import report_decision
from icengine.services.actions import Terms, Wish, add_action, write_off
from icengine.services.drafts import begin_draft, draft_of, save_draft
from icengine.services.lifecycle import put_to_decision
from icengine.services.login import console_link, person_of
from icengine.services.people import current_organisation, import_organisation
from icengine.services.plans import adopt_plan
from icengine.services.reports import Cover, report_for
from icengine.services.scheduling import tick
from icengine.services.tasks import record_answer, task_list
from icengine.store import action_lists, drafts, fixed_reports, links, logins, requests
from icengine.store.action_lists import Wanted, Which
from icengine.store.evidence import Given, add, of_task
from icengine.store.letters import Letter, keep
from icengine.store.mail_tables import OutboxRow
from icengine.store.trail import newest

UNITS = ("ks", "klk", "bolag", "son")
"""Own unit, unit below, across an authority's border, other unit: the columns of every cell."""
NOW = at("2022-02-10", "09:00")
TODAY = date(2022, 2, 10)


def marker(unit: str) -> str:
    """A word that stands in everything of a unit that only its readers may see."""
    return f"Innehåll-{unit}"


def function(kind: str, unit: str) -> str:
    """ "Ansvarig ks", "Godkännare ks", …"""
    return f"{kind} {unit}"


def email(who: str) -> str:
    """Somebody's address."""
    return f"{who}@kommun.example"


PEOPLE: dict[str, tuple[Role, str] | None] = {
    "okänd": None,
    "ansvarig": None,
    "godkännare": None,
    "läsare": (Role.READER, "ks"),
    "chef": (Role.MANAGER, "ks"),
    "controller": (Role.CONTROLLER, "ks"),
    "administratör": (Role.ADMINISTRATOR, "ks"),
    "uppsikt": (Role.READER, "kommun"),
    "huvudadm": (Role.ADMINISTRATOR, "kommun"),
}
"""The rows of the table: who has which role where. `okänd` is not logged in; `ansvarig` and
`godkännare` hold a function that kommunstyrelsen's plan names; `uppsikt` and `huvudadm` have their
role at the root."""

ADDRESSES = {
    "ansvarig": email("ansvarig.ks"),
    "godkännare": email("godkannare.ks"),
    "läsare": email("lasare"),
    "chef": email("chef"),
    "controller": email("controller"),
    "administratör": email("adm"),
    "uppsikt": email("uppsikt"),
    "huvudadm": email("huvudadm"),
}

PLAN = """
enhet: {unit}
år: 2022
titel: Plan {marker}
upprättad av: Controllern
processområden: [Ekonomi]
risker:
  - id: R1
    område: Ekonomi
    titel: Risk {marker}
    kategori: Ekonomi
    perspektiv: egen förvaltning
    riskägare: Ansvarig {unit}
    risken att: något går fel {marker}
    på grund av: att ingen ser efter
    vilket kan leda till: skada
    sannolikhet: 3
    konsekvens: 3
    bedömd: 2021-10-12
    hantering: granskning
    kontroller:
      - {{id: K1, titel: Öppen {marker}, kontrollmoment: Det, metod: Så, frekvens: februari,
         ansvarig: Ansvarig {unit}, godkännare: Godkännare {unit}}}
      - {{id: K2, titel: Inlämnad {marker}, kontrollmoment: Det, metod: Så, frekvens: februari,
         ansvarig: Ansvarig {unit}, godkännare: Godkännare {unit}}}
      - {{id: K3, titel: Hemlig {marker}, kontrollmoment: Det, metod: Så, frekvens: februari,
         ansvarig: Ansvarig {unit}, godkännare: Godkännare {unit}, skyddad: ja}}
      - {{id: K8, titel: Vid behov {marker}, kontrollmoment: Det, metod: Så, frekvens: vid behov,
         ansvarig: Ansvarig {unit}, godkännare: Godkännare {unit}}}
      - {{id: K4, titel: Klar {marker}, kontrollmoment: Det, metod: Så, frekvens: februari,
         ansvarig: Ansvarig {unit}}}
"""
FIRST_RISK = PLAN.index("  - id: R1")


SHARED = """
enhet: kommun
år: 2022
titel: Kommunens plan
upprättad av: Controllern
processområden: [Ekonomi]
risker:
  - id: R1
    område: Ekonomi
    titel: Gemensam risk
    risken att: något går fel
    på grund av: att ingen ser efter
    vilket kan leda till: skada
    sannolikhet: 3
    konsekvens: 3
    hantering: granskning
    kontroller:
      - {id: K9, titel: Gemensam, kontrollmoment: Det, metod: Så, frekvens: april,
         ansvarig: Controllern, gemensam: {enheter: [ks, klk, bolag, son]}}
"""
"""The plan at the top, with a control that every unit of the table answers. It has no task yet."""


def plan_text(unit: str, more: int = 0, year: int = 2022) -> str:
    """A unit's plan; `more` risks beside the first, each with as many controls."""
    risk = PLAN[FIRST_RISK:].format(unit=unit, marker=marker(unit))
    further = (re.sub(r"\b(id: [RK]\d)", rf"\g<1>{n:03}", risk) for n in range(1, more + 1))
    whole = PLAN[:FIRST_RISK].format(unit=unit, marker=marker(unit)) + risk + "".join(further)
    return whole.replace("år: 2022", f"år: {year}")


def organisation() -> Organisation:
    """The units, who has which function, and who has which role."""
    board, office, company = UnitKind.BOARD, UnitKind.ADMINISTRATION, UnitKind.COMPANY
    units = (
        Unit("kommun", "Kommunen", UnitKind.MUNICIPALITY),
        Unit("ks", "Kommunstyrelsen", board, "kommun"),
        Unit("klk", "Kommunledningskontoret", office, "ks"),
        Unit("bolag", "Bolaget", company, "ks", own_authority=True),
        Unit("son", "Socialnämnden", board, "kommun", own_authority=True),
    )
    functions = [Function("Controllern", "ks", (Holding(ADDRESSES["controller"]),))]
    for unit in UNITS:
        functions += [
            Function(function("Ansvarig", unit), unit, (Holding(email(f"ansvarig.{unit}")),)),
            Function(function("Godkännare", unit), unit, (Holding(email(f"godkannare.{unit}")),)),
        ]
    grants = [Grant(given[0], given[1], ADDRESSES[who]) for who, given in PEOPLE.items() if given]
    grants += [Grant(Role.READER, unit, email(f"lasare.{unit}")) for unit in UNITS]
    return Organisation(
        "Kommunen",
        ("kommun.example",),
        "Controllern",
        units,
        tuple(functions),
        grants=tuple(grants),
    )


def populate(database: Any, whole: Organisation | None = None, more: int = 0) -> None:
    """The organisation, a plan for each unit, its tasks opened, and all answers but one. `more`: so
    many risks more in kommunstyrelsen's, with as many controls each."""
    known = whole or organisation()
    with database.unit_of_work(ACTOR, NOW) as session:
        import_organisation(session, actor=ACTOR, now=NOW, organisation=known)
    texts = [*(plan_text(unit, more if unit == UNITS[0] else 0) for unit in UNITS), SHARED]
    for text in texts:
        node, problems = read_yaml_bytes(text.encode(), "plan")
        assert node is not None, problems
        plan, problems = read_plan(node, known)
        assert plan is not None, problems
        with database.unit_of_work(ACTOR, NOW) as session:
            adopt_plan(
                session, actor=ACTOR, now=NOW, plan=plan, dnr="1", decided=date(2021, 12, 14),
                paragraph="§ 1", reasons=REASONS,
            )  # fmt: skip
    for unit in UNITS:
        _begin_revision(database, unit)
        _begin(database, unit, more if unit == UNITS[0] else 0)
    with database.unit_of_work(ACTOR, NOW) as session:
        tick(session, actor=ACTOR, now=NOW)
    with database.reading() as session:
        tasks = {(item.task.unit, item.task.control): item.task for item in all_tasks(session)}
    for (unit, control), task in tasks.items():
        if control[:2] in ("K2", "K3", "K4"):
            _hand_in(database, known, unit, task.id)
        if control[:2] in ("K1", "K2", "K3"):
            _add_action(database, unit, control)
    with database.unit_of_work(ACTOR, NOW) as session:
        for (unit, control), task in tasks.items():
            if control[:2] in ("K1", "K2", "K3"):
                given = Given("underlag.txt", "text/plain", marker(unit).encode(), None)
                by = function("Ansvarig", unit)
                add(session, task.id, given, by=by, person=0, now=NOW, scan=Scan.UNASKED)
                session.record("prov", f"kontrolltillfälle:{task.key}")


def _add_action(database: Any, unit: str, control: str) -> None:
    """An åtgärd for one of the unit's controls; K2's is avskriven."""
    terms = Terms(f"Åtgärd {marker(unit)}", function("Ansvarig", unit), date(2022, 10, 1))
    with database.unit_of_work(ACTOR, NOW) as session:
        wish = Wish(f"{unit}-2022", terms, control)
        made = add_action(session, actor=ACTOR, now=NOW, wish=wish)
        if control.startswith("K2"):
            write_off(
                session, actor=ACTOR, now=NOW, action_id=made.id, seen=made.version,
                reason=f"Behövs inte {marker(unit)}",
            )  # fmt: skip


def _begin_revision(database: Any, unit: str) -> None:
    """A draft of the plan's next version, with something of every kind in it."""
    with database.unit_of_work(ACTOR, NOW) as session:
        document = begin_draft(session, actor=ACTOR, now=NOW, unit=unit, year=2022).document
        document["risker"][0]["direktåtgärder"] = [
            {
                "id": "D1",
                "åtgärd": f"Gör det {marker(unit)}",
                "ansvarig": function("Ansvarig", unit),
            }
        ]
        document["utelämnade risker"] = [{"id": "R2", "titel": f"Utelämnad {marker(unit)}"}]
        save_draft(session, actor=ACTOR, now=NOW, unit=unit, year=2022, document=document)


def _begin(database: Any, unit: str, more: int) -> None:
    """A draft for 2023, and a plan for 2024 that is sent to the decision."""
    for year, seen in ((2023, None), (2024, 2)):
        text = plan_text(unit, more, year)
        node, problems = read_yaml_bytes(text.encode(), "plan")
        assert node is not None, problems
        with database.unit_of_work(ACTOR, NOW) as session:
            save_draft(session, actor=ACTOR, now=NOW, unit=unit, year=year, document=plain(node))
            if seen:
                put_to_decision(
                    session, actor=ACTOR, now=NOW, key=f"{unit}-{year}", seen=seen, dnr="1",
                    reasons=REASONS,
                )  # fmt: skip


def all_tasks(session: Any) -> list[Any]:
    """Every task of every unit."""
    return list(task_list(session, actor=ACTOR))


def _hand_in(database: Any, organisation: Organisation, unit: str, task: int) -> None:
    with database.unit_of_work(ACTOR, NOW) as session:
        address = email(f"ansvarig.{unit}")
        number = logins.number_of(session, address, NOW)
        session.record("prov", f"person:{number}")
    owner = person_of(organisation, number, address, TODAY)
    with database.unit_of_work(owner, NOW) as session:
        record_answer(
            session, actor=owner, now=NOW, task_id=task, base_version=0, submit=True,
            answer=Answer(rating="gron", result=f"Svar {marker(unit)}"),
        )  # fmt: skip


@dataclass
class World:
    """The site over that database, with what each unit's things are called."""

    site: Site
    tasks: dict[tuple[str, str], int] = field(default_factory=dict)
    """(unit, control) -> the task's number."""
    actions: dict[tuple[str, str], Action] = field(default_factory=dict)
    """(unit, control) -> the åtgärd that belongs to it."""
    files: dict[tuple[str, str], int] = field(default_factory=dict)
    """(unit, control) -> the number of the file that lies behind its answer."""
    browsers: dict[str, Any] = field(default_factory=dict)
    """Of those who have come, by who they are."""

    def __post_init__(self) -> None:
        self.site.now = NOW
        with self.site.database.reading() as session:
            for item in all_tasks(session):
                self.tasks[item.task.unit, item.task.control] = item.task.id
            for whose, task in self.tasks.items():
                for file in of_task(session, task):
                    self.files[whose] = file.id
            wanted = Wanted(TODAY, Which.ALL)
            for action in action_lists.listed(session, Scope(everything=True), wanted):
                self.actions[action.unit, action.subject] = action

    def over(self, site: Site) -> World:
        """The same over a copy of the database; whoever was logged in still is."""
        site.now = NOW
        there = copy(self)
        there.site, there.browsers = site, {}
        for who, browser in self.browsers.items():
            there.browsers[who] = site.browser(client=_machine(who), cookies=browser.cookies)
        return there

    def browser(self, who: str) -> Any:
        """Their browser, logged in."""
        if who not in self.browsers:
            self.browsers[who] = (
                self.site.browser(client=_machine(who))
                if who == "okänd"
                else self.site.log_in(ADDRESSES[who], client=_machine(who))
            )
        return self.browsers[who]

    def person(self, address: str) -> int:
        """Their number."""
        with self.site.database.unit_of_work(ACTOR, self.site.now) as session:
            number = logins.number_of(session, address, self.site.now)
            session.record("prov", f"person:{number}")
        return number

    def answer_link(self, unit: str) -> str:
        """The secret of a new link to the unit's open task."""
        return self.link(f"ansvarig.{unit}", function("Ansvarig", unit), (self.tasks[unit, "K1"],))

    def link(
        self, who: str, function: str, tasks: tuple[int, ...] = (), approves: tuple[int, ...] = ()
    ) -> str:
        """The secret of a new link to answer tasks, or to read their answers."""
        wanted = [links.Wanted(email(who), function, tasks, approves)]
        with self.site.database.unit_of_work(ACTOR, self.site.now) as session:
            (secret,) = links.mint(session, wanted, self.site.now)
            session.record("prov", "utskick")
        return secret

    def report(self, unit: str) -> int:
        """The number of a report of the unit's plan that waits for its decision."""
        key, cover = f"{unit}-2022", Cover("KS 1")
        with self.site.database.unit_of_work(ACTOR, self.site.now) as session:
            there = fixed_reports.of_plan(session, key)
            if there:
                return there[-1].number
            value = report_for(session, actor=ACTOR, key=key, as_of=self.site.now, cover=cover)
            made = report_decision.put_to_decision(
                session, actor=ACTOR, now=self.site.now, key=key, cover=cover, value=value,
                formats=["pdf", "html"],
            )  # fmt: skip
        give_files(self.site.database, made, marker(unit).encode())
        return made.number

    def letter(self, unit: str) -> int:
        """The number of a letter to the unit's owner, which was refused."""
        with self.site.database.unit_of_work(ACTOR, self.site.now) as session:
            there = session.scalars(
                select(OutboxRow).where(OutboxRow.task == self.tasks[unit, "K1"])
            )
            mail = there.first()
            assert mail is not None
            if not mail.letter:
                kept = Letter(mail.email, f"<{unit}@kommun.example>", marker(unit), marker(unit))
                (mail.letter,) = keep(session, [kept], self.site.now)
                mail.state = "avvisad"
                session.record("prov", "utskick")
            return mail.letter

    def question(self, unit: str) -> int:
        """The number of what the unit's owner asks about its open task."""
        task = self.tasks[unit, "K1"]
        with self.site.database.unit_of_work(ACTOR, self.site.now) as session:
            there = requests.waiting(session, [task]).get(task)
            if there:
                return there[0].id
            asked = requests.ask(
                session, task, Asking.MORE_TIME, by=function("Ansvarig", unit), person=0,
                until=date(2022, 3, 15), reason=f"Sjukdom {marker(unit)}", now=self.site.now,
            )  # fmt: skip
            session.record("prov", "utskick")
            return asked.id

    def action_link(self, unit: str) -> str:
        """The secret of a new link to the åtgärd of the unit's open control."""
        about = (self.actions[unit, "K1"].id,)
        wanted = [
            links.Wanted(email(f"ansvarig.{unit}"), function("Ansvarig", unit), actions=about)
        ]
        with self.site.database.unit_of_work(ACTOR, self.site.now) as session:
            (secret,) = links.mint(session, wanted, self.site.now)
            session.record("prov", "utskick")
        return secret

    def login_link(self, unit: str) -> str:
        """The secret of a new login link for the unit's owner."""
        with self.site.database.unit_of_work(ACTOR, self.site.now) as session:
            link = console_link(
                session, email=email(f"ansvarig.{unit}"), base_url="", now=self.site.now
            )
        return link.rpartition("/")[2]

    def session_of(self, address: str) -> int:
        """The number of a session of theirs that holds."""
        self.site.log_in(address, client="10.0.1.1")
        number = self.person(address)
        rules = self.site.app.state.web.session_rules
        with self.site.database.reading() as session:
            return logins.sessions_of(session, number, self.site.now, rules.idle)[0].id

    def sum_of(self, key: str) -> str:
        """The SHA-256 of what is sent to the decision."""
        with self.site.database.reading() as session:
            draft = drafts.get(session, key)
        return draft.sha256 if draft else ""

    def event(self, kind: str, subject: str) -> int:
        """The number of an event; one is written where there is none yet."""
        site = self.site
        with site.database.reading() as session:
            found = newest(session, subject, kind)
        if found is None:
            with site.database.unit_of_work(ACTOR, site.now) as session:
                session.record(kind, subject)
            return int(session.written)
        return found[0]

    def role_at(self, unit: str) -> int:
        """The place, among all roles, of one that is given at the unit."""
        grant = Grant(Role.READER, unit, email(f"lasare.{unit}"))
        return self.organisation().grants.index(grant)

    def organisation(self) -> Organisation:
        """As it is."""
        with self.site.database.reading() as session:
            return current_organisation(session, actor=ACTOR)

    def seen(self, unit: str, kind: Kind, name: str, *, whole: bool = False) -> str:
        """The mark of a part of the unit's draft, as a form has it."""
        entry = entry_of(self.document(unit), kind, name)
        return mark(entry if whole else own(entry))

    def document(self, unit: str) -> Document:
        """The draft of the unit's plan."""
        with self.site.database.reading() as session:
            return draft_of(session, actor=ACTOR, key=f"{unit}-2022").document

    def state(self) -> dict[str, Any]:
        """Everything that is planned, answered or decided, to see that nothing has changed."""
        tables = (
            "organisation",
            "plan",
            "plan_draft",
            "plan_version",
            "task",
            "task_state",
            "answer",
            "task_change",
            "task_request",
            "action",
            "action_state",
            "note",
            "yearly_rating",
            "carry_decision",
            "register_risk",
        )
        with self.site.database.reading() as session:
            connection = session.connection()
            return {
                table: sorted(map(str, connection.exec_driver_sql(f"SELECT * FROM {table}").all()))
                for table in tables
            }


def _machine(who: str) -> str:
    """The address that they come from: one each, so that no limit counts them up."""
    return f"10.0.0.{list(PEOPLE).index(who) + 1}"


def somebody(world: World, who: str) -> Person:
    """The person as the services know them."""
    address = ADDRESSES[who]
    return person_of(world.organisation(), world.person(address), address, TODAY)
