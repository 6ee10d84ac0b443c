"""A register extract holds everything about its person, and nothing about anybody else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lived import GONE, NOW, STAYED, TEST, everything, live, log_in, scalars
from municipality import at
from test_answers import GREEN, Owner, owner_of
from test_disposal import run
from test_statement_counts import counting

from icengine.domain.access import Actor, Link, Permit, Person
from icengine.domain.address import addresses_within
from icengine.domain.extract import Extract, Section
from icengine.domain.people import Holding
from icengine.domain.task import PlannedAction
from icengine.errors import NotFound
from icengine.services.organisation import give_function
from icengine.services.people import person_numbers
from icengine.services.personal import extract
from icengine.services.reports import write_note
from icengine.store.db import Database


@pytest.fixture
def owner(adopted: Database, once: Callable[..., Owner]) -> Owner:
    return once(live, adopted)


def number(database: Database, email: str) -> int:
    with database.at_one_moment() as session:
        return person_numbers(session, actor=TEST, emails=[email])[email]


def made(database: Database, email: str = "", **more: Any) -> Extract:
    actor = more.pop("actor", TEST)
    with database.unit_of_work(actor, NOW) as session:
        return extract(session, actor=actor, now=NOW, email=email, **more)


def section(found: Extract, id: str) -> Section:
    return next(item for item in found.sections if item.id == id)


def rows(found: Extract, id: str) -> list[dict[str, str]]:
    part = section(found, id)
    return [dict(zip(part.columns, row, strict=True)) for row in part.rows]


def test_it_holds_what_is_stored_in_every_place(owner: Owner) -> None:
    found = made(owner.database, GONE)
    person = number(owner.database, GONE)
    assert rows(found, "person")[0]["Nummer"] == str(person)
    assert rows(found, "funktioner") == [
        {"Funktion": "HR-strategen", "Enhet": "Kommunledningskontoret", "Från": "2022-09-01",
         "Till": "2023-02-28", "Som": "innehavare"}
    ]  # fmt: skip
    assert [row["Version"] for row in rows(found, "versioner")] == ["1"]
    (login,) = rows(found, "inloggningar")
    assert (login["Nätadress"], login["Webbläsare"]) == ("10.1.2.3", "Firefox, Windows")
    assert login["Sätt"] == "med en länk i ett mejl"
    assert [row["Leder till"] for row in rows(found, "inloggningslankar")] == ["startsidan"]
    assert {row["Kontroll"] for row in rows(found, "lankar")} >= {"K6"}
    assert {row["Läge"] for row in rows(found, "mejl")} == {"sänd"}
    assert [(row["Vad"], row["Version"], row["Bedömning"]) for row in rows(found, "svar")] == [
        ("Utkast", "1", "Mindre avvikelse"),
        ("Utkast", "2", "Utan anmärkning"),
        ("Inlämnat", "3", "Utan anmärkning"),
    ]
    assert [row["Vad"] for row in rows(found, "gjort")] == [
        "Sparade ett utkast", "Sparade ett utkast", "Lämnade ett underlag", "Lämnade in svaret",
    ]  # fmt: skip
    assert {"Loggade in", "Loggade ut"} <= {row["Vad"] for row in rows(found, "om")}


def test_a_controller_finds_roles_comments_and_states(owner: Owner) -> None:
    database = owner.database
    me = number(database, STAYED)
    actor = Person(me, STAYED, frozenset({(p, "ks") for p in Permit}))
    with database.unit_of_work(actor, NOW) as session:
        write_note(session, actor=actor, now=NOW, key="ks-2022", subject="R8", text="Min text.")
    found = made(database, STAYED)
    assert rows(found, "roller") == [
        {"Roll": "controller", "Enhet": "Kommunstyrelsen", "Från": "sedan tidigare",
         "Till": "tills vidare", "Genom": "som Controllern"}
    ]  # fmt: skip
    assert [(row["Plan"], row["Om"]) for row in rows(found, "kommentarer")] == [("ks-2022", "R8")]
    assert "Min text." not in found.to_text()
    contact = [row["Var"] for row in rows(found, "omnamnd")]
    assert any(where.startswith("Mejl till andra, som kontakt") for where in contact)


def test_it_says_where_the_address_is_written_and_not_what_is_written(adopted: Database) -> None:
    owner = owner_of(adopted, "K6", "2022-12-01")
    text = f"Fråga {STAYED.upper()} eller jakob.{STAYED}."
    action = PlannedAction("Ring", STAYED, "2023-01-31")
    owner.save(replace(GREEN, result=text, actions=(action,)), submit=True)
    found = made(adopted, STAYED)
    said = [(row["Om"], row["Var"]) for row in rows(found, "omnamnd") if row["Om"]]
    assert said == [("K6", "Svaret för helår 2022, version 1"), ("K6", "Åtgärd 1, som ansvarig")]
    assert "Ring" not in found.to_text()
    assert "Fråga" not in found.to_text()


def test_somebody_whose_address_begins_another_is_not_mixed_up(adopted: Database) -> None:
    owner = owner_of(adopted, "K6", "2022-12-01")
    owner.save(replace(GREEN, result=f"Fråga jakob.{STAYED}."), submit=True)
    found = made(adopted, STAYED)
    assert [row for row in rows(found, "omnamnd") if row["Om"]] == []


def test_it_names_nobody_else(owner: Owner) -> None:
    with owner.database.unit_of_work(TEST, NOW) as session:
        give_function(session, actor=TEST, now=NOW, name="It-chefen", holding=Holding(GONE))
    for email in sorted(set(scalars(owner.database, "SELECT email FROM person"))):
        found = made(owner.database, email)
        assert addresses_within(found.to_json()) == {email}
        text = found.to_text()
        others = {str(n) for n in scalars(owner.database, "SELECT id FROM person")}
        assert not set(re.findall(r"person:(\d+)", text)) & (others - {str(found.number)})
    changed = [row["Ändring"] for row in rows(made(owner.database, GONE), "om") if row["Ändring"]]
    assert any("[någon annans adress]" in text or GONE in text for text in changed)


def test_what_is_protected_is_said_to_be_there_and_no_more(adopted: Database) -> None:
    from sqlalchemy import text as sql

    owner = owner_of(adopted, "K6", "2022-12-01")
    owner.save(replace(GREEN, comment=f"Se {GONE}."), submit=True)
    with adopted.unit_of_work(TEST, NOW) as session:
        session.connection().execute(sql("UPDATE control SET protected = true WHERE id = 'K6'"))
        session.record("prov", "ämne")
    found = made(adopted, GONE)
    assert {row["Bedömning"] for row in rows(found, "svar")} == {"redovisas separat"}
    assert {row["Om"] for row in rows(found, "mejl") if row["Kontroll"] == "K6"} == {
        "redovisas separat"
    }
    assert [row["Skydd"] for row in rows(found, "omnamnd") if row["Om"]] == ["redovisas separat"]


def test_it_is_the_same_as_json_and_as_text(owner: Owner) -> None:
    found = made(owner.database, GONE)
    told = json.loads(json.dumps(found.to_json()))
    assert told["person"] == {"nummer": found.number, "e-post": GONE}
    values = [
        value
        for part in told["delar"]
        for row in part["uppgifter"]
        for value in row.values()
        if value
    ]
    text = found.to_text()
    assert all(value in text for value in values)
    assert [part["rubrik"] for part in told["delar"]] == [s.title for s in found.sections]


def test_whoever_is_gallrad_is_found_by_number_only(owner: Owner) -> None:
    person = number(owner.database, GONE)
    run(owner.database, "mejl", "mejlhandelser", "personer")
    found = made(owner.database, number=person)
    assert rows(found, "person")[0]["E-postadress"] == "gallrad"
    assert {row["Ändring"] for row in rows(found, "om")} == {""}
    assert rows(found, "svar") == []
    with pytest.raises(NotFound, match="Ingenting är lagrat"):
        made(owner.database, GONE)


# -- who may --


def test_ones_own_is_ones_own_and_leaves_no_event(owner: Owner) -> None:
    me = number(owner.database, GONE)
    before = everything(owner.database)
    with owner.database.at_one_moment() as session:
        found = extract(session, actor=Person(me, GONE), now=NOW, number=me)
    assert found.email == GONE
    assert everything(owner.database) == before


def test_made_about_somebody_else_it_is_an_event_about_them(owner: Owner) -> None:
    me = number(owner.database, STAYED)
    actor = Person(me, STAYED, frozenset({(Permit.ADMINISTER, "kommun")}))
    made(owner.database, number=number(owner.database, GONE), actor=actor)
    made(owner.database, number=me, actor=actor)
    said = "SELECT subject FROM event WHERE kind = 'registerutdrag gjort'"
    assert scalars(owner.database, said) == [f"person:{number(owner.database, GONE)}"]


def test_an_administrator_learns_no_content_by_it(owner: Owner) -> None:
    me = number(owner.database, STAYED)
    actor = Person(me, STAYED, frozenset({(Permit.ADMINISTER, "kommun")}))
    found = made(owner.database, number=number(owner.database, GONE), actor=actor)
    hidden = {row["Bedömning"] for row in rows(found, "svar")}
    hidden |= {row["Om"] for row in rows(found, "mejl") if row["Kontroll"]}
    assert hidden == {"redovisas separat"}
    known = Person(number(owner.database, GONE), GONE)
    own = made(owner.database, number=known.id, actor=known)
    assert {"Utan anmärkning", "Mindre avvikelse"} == {
        row["Bedömning"] for row in rows(own, "svar")
    }


OTHERS: list[Actor] = [
    Person(1000, GONE, frozenset({(Permit.ADMINISTER, "ks"), (Permit.CONTROL, "kommun")})),
    Link(1, GONE, frozenset({1})),
]


@pytest.mark.parametrize("actor", OTHERS, ids=["enhetens administratör", "länk"])
def test_nobody_else_gets_it(owner: Owner, actor: Actor) -> None:
    with pytest.raises(NotFound):
        made(owner.database, STAYED, actor=actor)
    with pytest.raises(NotFound):
        made(owner.database, GONE, actor=actor)


def test_about_somebody_unknown_nothing_is_kept(owner: Owner) -> None:
    before = everything(owner.database)
    with pytest.raises(NotFound, match=r"Ingenting är lagrat om okand@kommun\.example"):
        made(owner.database, "okand@kommun.example")
    assert everything(owner.database) == before


def test_the_statements_do_not_grow_with_what_is_stored(adopted: Database) -> None:
    numbers = []
    for count in (1, 5):
        for n in range(count):
            log_in(adopted, STAYED, at("2022-03-01", f"{n + 6:02d}:{count:02d}"), out=True)
        with counting(adopted) as sent:
            made(adopted, STAYED)
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]
