"""The year before the engine is taken in whole: trends, follow-up and next year's plan begin from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from municipality import REASONS, at

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import Permit, Person, System
from icengine.domain.assessment import Trend
from icengine.domain.history import NOT_TOLD, History, read_history
from icengine.domain.node import as_node
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.report_findings import findings
from icengine.errors import NotAllowed, Refused
from icengine.jobs import run_due
from icengine.services.audit import verify_log
from icengine.services.history import import_history
from icengine.services.next_year import propose_next
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.services.reports import Cover, gather
from icengine.services.tasks import task_list
from icengine.store.db import Database

TEST = System("test")
NOW = at("2022-02-01")


def last_year() -> dict[str, Any]:
    """A short file, as a workbook of last year gives it: no methods, one control without an owner's
    word."""
    return {
        "enhet": "ks", "år": 2021,
        "beslut": {"dnr": "KS 2020/1", "datum": "2020-12-10", "paragraf": "§ 200"},
        "risker": [
            {"id": "R1", "område": "Demokrati", "titel": "Tillgänglighet",
             "kontroller": [
                 {"id": "K1", "titel": "Tillgängliga webbplatser", "kontrollmoment": "Webbplatser.",
                  "ansvarig": "Kommunikationschefen", "bedömning": "Gul", "resultat": "Tre brister.",
                  "redovisad": "2021-11-30",
                  "åtgärder": [{"åtgärd": "Laga bristerna.", "ansvarig": "Kommunikationschefen",
                                "klart": "2022-03-31", "status": "pågår"}]},
                 {"id": "K2", "titel": "Användare", "kontrollmoment": "Användare deltar.",
                  "ansvarig": "Kommunikationschefen", "frekvens": "Fyra gånger om året"}]},
            {"id": "R9", "område": "Ekonomi", "titel": "Köp", "hantering": "direktåtgärd",
             "direktåtgärder": [{"id": "D1", "åtgärd": "Skriv en rutin.", "ansvarig": "Ekonomichefen",
                                 "klart": "2021-06-30", "status": "klar"}]},
        ],
        "åtgärder": [{"gäller": "R1", "åtgärd": "Utbilda.", "ansvarig": "Controllern",
                      "klart": "2021-12-01", "status": "klar"}],
    }  # fmt: skip


def read(document: dict[str, Any], organisation: Organisation) -> History:
    found, problems = read_history(as_node(document), organisation)
    assert found is not None, [str(problem) for problem in problems]
    return found


@pytest.fixture
def known(database: Database, example: tuple[Organisation, Plan]) -> Database:
    with database.unit_of_work(TEST, NOW) as session:
        import_organisation(session, actor=TEST, now=NOW, organisation=example[0])
    return database


def take_in(database: Database, organisation: Organisation, actor: Any = TEST) -> Any:
    with database.unit_of_work(actor, NOW) as session:
        history = read(last_year(), organisation)
        return import_history(session, actor=actor, now=NOW, history=history)


def test_what_the_year_showed_is_there_and_nobody_is_asked_again(
    known: Database, example: tuple[Organisation, Plan]
) -> None:
    done = take_in(known, example[0])
    assert (done.key, done.controls, done.rated, done.actions, done.open_actions) == (
        "ks-2021", 2, 1, 3, 1,
    )  # fmt: skip
    with known.at_one_moment() as session:
        listed = task_list(session, actor=TEST, plan="ks-2021")
        states = {item.task.control: (str(item.task.state), item.rating) for item in listed}
        facts = gather(session, actor=TEST, key="ks-2021", as_of=NOW, cover=Cover())
        verified = verify_log(session, actor=TEST)
    assert states == {"K1": ("godkänd", "gul"), "K2": ("ej genomförd", "")}
    assert {item.number: str(item.status) for item in facts.actions} == {
        "Å1": "pågår", "Å2": "klar", "Å3": "klar",
    }  # fmt: skip
    assert verified.faults == ()
    control = facts.plan.control("K2")[1]
    assert (control.method, control.frequency) == (NOT_TOLD, "Fyra gånger om året")


def test_trends_and_next_years_plan_begin_from_it(
    known: Database, example: tuple[Organisation, Plan]
) -> None:
    take_in(known, example[0])
    with known.unit_of_work(TEST, NOW) as session:
        adopt_plan(
            session, actor=TEST, now=NOW, plan=example[1], dnr="1", decided=date(2022, 1, 20),
            paragraph="§ 1", reasons=REASONS,
        )  # fmt: skip
    with known.reading() as session:
        facts = gather(session, actor=TEST, key="ks-2022", as_of=NOW, cover=Cover())
        proposal = propose_next(session, actor=TEST, now=NOW, key="ks-2021")
    assert facts.last_year is not None
    assert facts.last_year.ratings["K1"] == "gul"
    assert [action.number for action in facts.actions] == ["Å2021-1"]
    assert findings(facts).trends["K7"] is Trend.NEW
    assert findings(facts).trends["K1"] is Trend.UNCLEAR
    items = {item.id: item for item in proposal.items}
    assert items["K1"].why == ("inte utan anmärkning 2021", "åtgärden Å2021-1 är öppen")
    assert items["K2"].why == ("inte genomförd 2021",)


def test_a_year_that_is_not_over_or_is_there_already_is_refused(
    known: Database, example: tuple[Organisation, Plan]
) -> None:
    history = read(last_year(), example[0])
    running = replace(history, plan=replace(history.plan, year=2022))
    with known.unit_of_work(TEST, NOW) as session, pytest.raises(Refused, match="inte slut"):
        import_history(session, actor=TEST, now=NOW, history=running)
    take_in(known, example[0])
    with pytest.raises(Refused, match="finns redan"):
        take_in(known, example[0])


def test_only_who_steers_the_unit_takes_it_in(
    known: Database, example: tuple[Organisation, Plan]
) -> None:
    reader = Person(1, "b@kommun.example", frozenset({(Permit.READ, "ks")}))
    with pytest.raises(NotAllowed):
        take_in(known, example[0], reader)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("risker", 0, "kontroller", 0, "bedömning"), "Guul", "okänd bedömning ”Guul”"),
        (("beslut", "dnr"), "", "beslutet saknar dnr"),
        (("åtgärder", 0, "gäller"), "K99", "åtgärden gäller ”K99”, som inte finns"),
        (("risker", 0, "kontroller", 0, "åtgärder", 0, "klart"), None, "åtgärden saknar klart"),
        (("risker", 0, "kontroller", 0, "ansvarig"), "Webbchefen", "okänd funktion ”Webbchefen”"),
        (("risker", 1, "direktåtgärder", 0, "status"), "nästan", "status kan inte vara ”nästan”"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(
    example: tuple[Organisation, Plan], path: tuple[Any, ...], value: Any, said: str
) -> None:
    document: Any = last_year()
    at_path = document
    for step in path[:-1]:
        at_path = at_path[step]
    at_path[path[-1]] = value
    found, problems = read_history(as_node(document), example[0])
    assert found is None
    assert [problem.message for problem in problems] == [said]


def test_nobody_is_mailed_about_it(known: Database, example: tuple[Organisation, Plan]) -> None:
    take_in(known, example[0])
    sent: list[Any] = []

    class Postman:
        async def send_all(self, emails: Any, now: Any) -> list[Any]:
            assert now == NOW
            sent.extend(emails)
            return []

    run_due(Engine(Settings(), known, Postman()), NOW)
    assert sent == []
