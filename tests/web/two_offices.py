"""Kommunstyrelsen and its office, each with an owner of its own, and plans of as few controls as a
test is about; and beside them socialnämnden, which is an authority of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from municipality import REASONS, at
from web_site import ACTOR, Form, Site

from icengine.domain.document import read_plan
from icengine.domain.people import (
    Function,
    Grant,
    Holding,
    Organisation,
    Role,
    Unit,
    UnitKind,
)
from icengine.intake.yamlfile import read_yaml_bytes
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.services.scheduling import tick
from icengine.store import links

OWNER, OFFICE = "Ansvarig ks", "Ansvarig klk"
"""The functions that answer: kommunstyrelsen's own, and its office's."""
SECRET = "Provresultat som få ska läsa"
"""What an answer says."""


def email(who: str) -> str:
    """Somebody's address."""
    return f"{who}@kommun.example"


def organisation() -> Organisation:
    """The units, who has which function, and who has which role."""
    board = UnitKind.BOARD
    holders = {
        OWNER: ("ks", "ansvarig.ks"),
        OFFICE: ("klk", "ansvarig.klk"),
        "Godkännare ks": ("ks", "godkannare.ks"),
        "Controllern": ("ks", "controller"),
        "Ansvarig son": ("son", "ansvarig.son"),
    }
    grants = (
        Grant(Role.ADMINISTRATOR, "kommun", email("huvudadm")),
        Grant(Role.ADMINISTRATOR, "ks", email("adm")),
        Grant(Role.MANAGER, "ks", email("chef")),
        Grant(Role.CONTROLLER, "ks", email("controller")),
        Grant(Role.READER, "kommun", email("revisor")),
    )
    return Organisation(
        "Kommunen",
        ("kommun.example",),
        "Controllern",
        (
            Unit("kommun", "Kommunen", UnitKind.MUNICIPALITY),
            Unit("ks", "Kommunstyrelsen", board, "kommun"),
            Unit("klk", "Kommunledningskontoret", UnitKind.ADMINISTRATION, "ks"),
            Unit("son", "Socialnämnden", board, "kommun", own_authority=True),
        ),
        tuple(
            Function(name, unit, (Holding(email(who)),)) for name, (unit, who) in holders.items()
        ),
        grants=grants,
    )


PLAN = """
enhet: ks
år: {year}
titel: Plan
upprättad av: Controllern
processområden: [Ekonomi]
risker:
  - id: R1
    område: Ekonomi
    titel: Risk
    kategori: Ekonomi
    perspektiv: egen förvaltning
    riskägare: Ansvarig ks
    risken att: något går fel
    på grund av: att ingen ser efter
    vilket kan leda till: skada
    sannolikhet: 3
    konsekvens: 3
    bedömd: 2021-10-12
    hantering: granskning
    kontroller:
"""


def control(id: str = "K7", frequency: str = "februari", owner: str = OWNER, **more: str) -> str:
    """A control as a plan file has it; `more` are further keys, "_" standing for a space."""
    rest = "".join(f", {key.replace('_', ' ')}: {value}" for key, value in more.items())
    return (
        f"      - {{id: {id}, titel: Titel {id}, kontrollmoment: Det, metod: Så, "
        f"frekvens: {frequency}, ansvarig: {owner}{rest}}}\n"
    )


def adopt(database: Any, year: int, day: str, *controls: str) -> None:
    """A plan with these controls is adopted, as the year's next version."""
    node, problems = read_yaml_bytes((PLAN.format(year=year) + "".join(controls)).encode(), "plan")
    assert node is not None, problems
    plan, problems = read_plan(node, organisation())
    assert plan is not None, problems
    with database.unit_of_work(ACTOR, at(day)) as session:
        adopt_plan(
            session, actor=ACTOR, now=at(day), plan=plan, dnr="KS 1",
            decided=date(year - 1, 12, 14), paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip


def new_site(database: Any) -> Site:
    """The organisation, before any plan."""
    now = at("2021-12-15")
    with database.unit_of_work(ACTOR, now) as session:
        import_organisation(session, actor=ACTOR, now=now, organisation=organisation())
    return Site(database)


def on(site: Site, day: str) -> None:
    """That day has come, and the timetable has gone."""
    site.set_clock(day)
    with site.database.unit_of_work(ACTOR, site.now) as session:
        tick(session, actor=ACTOR, now=site.now)


def task(site: Site, control: str, slot: str) -> int:
    """The number of a control's task: `slot` is how its period's name ends ("2022-02")."""
    (found,) = [
        item.task.id
        for item in site.tasks()
        if item.task.control == control and item.task.slot.endswith(slot)
    ]
    return int(found)


def hand_in(site: Site, who: str, number: int, result: str = SECRET, **more: str) -> None:
    """Somebody who is logged in hands the answer in."""
    browser = site.log_in(email(who))
    fields = Form(browser.get(f"/uppgifter/{number}").text).fields
    typed = {name.replace("_", "-"): value for name, value in more.items()}
    sent = browser.post(
        f"/uppgifter/{number}",
        data={**fields, "bedomning": "gron", "resultat": result, **typed},
    )
    assert sent.headers.get("location", "").endswith("/kvitto"), sent.text


def mailed_link(site: Site, who: str, function: str, number: int) -> str:
    """The path of a link to a task, as a mail has it."""
    with site.database.unit_of_work(ACTOR, site.now) as session:
        (secret,) = links.mint(session, [links.Wanted(email(who), function, (number,))], site.now)
        session.record("prov", "utskick")
    return f"/svar/{secret}"


def hand_over(site: Site, function: str, who: str, day: date) -> None:
    """Somebody else holds a function from a day on."""
    before = date.fromordinal(day.toordinal() - 1)
    site.change_organisation(
        functions=tuple(
            replace(f, holders=(replace(f.holders[0], end=before), Holding(email(who), day)))
            if f.name == function
            else f
            for f in site.organisation().functions
        )
    )
