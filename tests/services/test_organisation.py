"""Changing the organisation: who may, what is stored and logged, and what follows for the mails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from municipality import at
from sqlalchemy import select
from sqlmodel import col

from icengine.domain.access import Link, Person, System, rights
from icengine.domain.directory import OrganisationFile
from icengine.domain.labels import Word
from icengine.domain.people import (
    Admission,
    Function,
    Grant,
    Holding,
    Organisation,
    Role,
    Unit,
    UnitKind,
)
from icengine.domain.plan import Plan
from icengine.errors import Closed, Conflict, NotAllowed, NotFound, Refused
from icengine.jobs import TIMETABLE
from icengine.mail.mailer import Delivered
from icengine.services import organisation as use
from icengine.services.mailing import settle_mails, take_mails
from icengine.services.people import (
    Changed,
    current_organisation,
    current_version,
    import_organisation,
    preview_import,
)
from icengine.services.scheduling import tick
from icengine.services.tasks import follow_link, task_page
from icengine.store.db import Database
from icengine.store.tables import EventPayloadRow, EventRow, OrganisationRow

OPERATOR, NOW = System("kommandoraden"), at("2022-03-01")
TODAY = date(2022, 3, 1)
WHOLE = Grant(Role.ADMINISTRATOR, "kommun", "alla@kommun.example")
SCHOOLS = Grant(Role.ADMINISTRATOR, "bun", "skola@kommun.example")
OFFICE = Grant(Role.MANAGER, "klk", "chef@kommun.example")


def do(database: Database, service: Callable[..., Changed], actor: object = OPERATOR, **values: object) -> Changed:  # fmt: skip
    with database.unit_of_work(actor, NOW) as session:  # type: ignore[arg-type]
        return service(session, actor=actor, now=NOW, **values)


def now_is(database: Database) -> tuple[Organisation, int]:
    with database.reading() as session:
        return current_version(session, actor=OPERATOR)


def person(database: Database, email: str, number: int = 7) -> Person:
    organisation, _ = now_is(database)
    return Person(number, email, rights(organisation, email, TODAY))


def log(database: Database) -> list[tuple[str, str, dict[str, object]]]:
    with database.reading() as session:
        query = (
            select(EventRow, EventPayloadRow)
            .join(EventPayloadRow, EventPayloadRow.seq == EventRow.seq)  # type: ignore[arg-type]
            .order_by(EventRow.seq)  # type: ignore[arg-type]
        )
        rows = session.execute(query).all()
        return [(row.kind, row.subject, json.loads(payload.payload)) for row, payload in rows]


@pytest.fixture
def staffed(adopted: Database) -> Database:
    """The example with an administrator of the whole and one of the schools, and a manager."""
    for grant in (WHOLE, SCHOOLS, OFFICE):
        do(adopted, use.give_role, grant=grant)
    return adopted


def test_a_change_is_a_new_version_with_one_event_that_says_what_differs(adopted: Database) -> None:
    done = do(
        adopted, use.give_function, name="ekonomichefen",
        holding=Holding("Ny.Ekonomi@kommun.example", date(2022, 4, 1)),
    )  # fmt: skip
    assert (done.version, now_is(adopted)[1]) == (2, 2)
    function = done.organisation.function("Ekonomichefen")
    assert function is not None
    assert function.holders[-1].email == "ny.ekonomi@kommun.example"
    kind, subject, payload = log(adopted)[-1]
    assert (kind, subject) == ("funktion tilldelad", "funktion:Ekonomichefen")
    assert payload["changes"] == [
        ["Ekonomichefen: innehavare", "ekonomi@kommun.example",
         "ekonomi@kommun.example, ny.ekonomi@kommun.example från 1 april 2022"]
    ]  # fmt: skip


def test_what_changes_nothing_is_no_version_and_no_event(adopted: Database) -> None:
    before = len(log(adopted))
    done = do(adopted, use.change_unit, id="ks", name="Kommunstyrelsen")
    assert (done.version, done.changes, len(log(adopted))) == (None, (), before)


def test_words_that_were_stored_before_they_had_forms_are_read(adopted: Database) -> None:
    do(adopted, use.change_settings, labels=[("åtgärd", "insats")])
    with adopted.unit_of_work(System("test"), NOW) as session:
        newest = session.scalars(
            select(OrganisationRow).order_by(col(OrganisationRow.version).desc())
        ).first()
        assert newest is not None
        document = json.loads(newest.document)
        assert document.pop("forms") == []
        document["labels"].append(["kontrollmoment", "koll"])
        old = OrganisationRow(
            version=newest.version + 1, recorded_at=NOW, document=json.dumps(document), sha256="-"
        )
        session.add(old)
        session.record("organisation ändrad", "organisation")
    with adopted.reading() as session:
        found = current_organisation(session, actor=System("test"))
    assert found.labels == (("åtgärd", "insats"), ("kontrollmoment", "koll"))
    assert found.vocabulary("kontrollmoment").several == "koll"
    with pytest.raises(Refused, match="Hur ”koll” böjs går inte att se på ordet") as refused:
        do(adopted, use.change_settings, name="Nya kommunen")
    assert "bestämd flera: …" in refused.value.hint
    koll = Word("koll", "kollen", "koller", "kollerna")
    do(adopted, use.change_settings, labels=found.labels, forms=[("kontrollmoment", koll)])
    with adopted.reading() as session:
        found = current_organisation(session, actor=System("test"))
    assert found.vocabulary("kontrollmoment") == koll


def test_every_kind_of_change_is_logged_under_what_it_is_about(adopted: Database) -> None:
    before = len(log(adopted))
    day = date(2022, 12, 31)
    do(adopted, use.add_unit, unit=Unit("x", "X", UnitKind.BOARD, "kommun"))
    do(adopted, use.move_unit, id="x", parent="bun", start=day)
    do(adopted, use.end_unit, id="x", end=date(2023, 6, 30))
    do(adopted, use.add_function, function=Function(" Nya  chefen ", "x"))
    do(adopted, use.change_function, name="nya chefen", unit="ks")
    do(adopted, use.appoint_substitute, name="Nya chefen", email="a@kommun.example",
       start=TODAY, end=day)  # fmt: skip
    do(adopted, use.end_holding, name="Nya chefen", email="a@kommun.example", end=TODAY)
    do(adopted, use.give_role, grant=WHOLE)
    do(adopted, use.end_role, grant=WHOLE, end=day)
    do(adopted, use.change_settings, labels=[("åtgärd", "insats")])
    events = log(adopted)[before:]
    assert [(kind, subject) for kind, subject, _ in events] == [
        ("organisation ändrad", "organisation"),
        ("organisation ändrad", "organisation"),
        ("organisation ändrad", "organisation"),
        ("organisation ändrad", "funktion:Nya chefen"),
        ("organisation ändrad", "funktion:Nya chefen"),
        ("ersättare utsedd", "funktion:Nya chefen"),
        ("innehav avslutat", "funktion:Nya chefen"),
        ("roll given", "enhet:kommun"),
        ("roll avslutad", "enhet:kommun"),
        ("organisation ändrad", "organisation"),
    ]
    assert all("@" not in subject for _, subject, _ in events)


@pytest.mark.parametrize(
    ("service", "values", "said"),
    [
        (use.add_unit, {"unit": Unit("ks", "X", UnitKind.BOARD, "kommun")}, "”ks” finns redan"),
        (use.end_unit, {"id": "ks", "end": TODAY}, "Enheten klk ligger under ks, som upphör"),
        (use.move_unit, {"id": "ks", "parent": "klk", "start": TODAY}, "under sig själv från 1 mars"),
        (use.give_function, {"name": "HR-chefen", "holding": Holding("a@annan.example")},
         "utanför e-postdomänerna"),
        (use.give_role, {"grant": Grant(Role.OWNER, "ks", "a@kommun.example")}, "delas inte ut"),
        (use.change_settings, {"accent": "blå"}, "Färgen ”blå” går inte att läsa"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_say_no_change_may_bring_about(
    adopted: Database, service: Callable[..., Changed], values: dict[str, object], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        do(adopted, service, **values)
    assert now_is(adopted)[1] == 1


def test_an_administrator_from_above_changes_nothing_in_an_authority_of_its_own(
    staffed: Database,
) -> None:
    above, inside = person(staffed, WHOLE.email), person(staffed, SCHOOLS.email)
    new = Grant(Role.CONTROLLER, "bun", "alla@kommun.example")
    for service, values in (
        (use.give_role, {"grant": new}),
        (use.change_unit, {"id": "bun", "name": "X"}),
        (use.change_unit, {"id": "bun", "admits": [Admission.PROTECTED]}),
        (use.change_unit, {"id": "bun", "own_authority": False}),
        (use.end_unit, {"id": "bun", "end": TODAY}),
        (use.merge_units, {"new": Unit("x", "X", UnitKind.BOARD, "kommun", date(2023, 1, 1)),
                           "of": ["bun"]}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            do(staffed, service, above, **values)
    do(staffed, use.change_unit, inside, id="bun", admits=[Admission.CHANGE])
    do(staffed, use.change_unit, person(staffed, WHOLE.email), id="bun", name="X")
    do(staffed, use.add_unit, above, unit=Unit("y", "Y", UnitKind.BOARD, "kommun"))


def test_a_file_permits_no_more_than_a_page(staffed: Database) -> None:
    above = person(staffed, WHOLE.email)
    organisation, _ = now_is(staffed)
    mine = (*organisation.grants, Grant(Role.CONTROLLER, "bun", WHOLE.email))
    with pytest.raises(NotAllowed):
        do(staffed, import_organisation, above, organisation=replace(organisation, grants=mine))
    do(staffed, import_organisation, above, organisation=replace(organisation, name="Nya namnet"))


def test_nobody_gives_a_role_where_they_do_not_administer(staffed: Database) -> None:
    inside = person(staffed, SCHOOLS.email)
    do(staffed, use.give_role, inside, grant=Grant(Role.READER, "bun", "ny@kommun.example"))
    with pytest.raises(NotAllowed):
        do(staffed, use.give_role, inside, grant=Grant(Role.READER, "son", "ny@kommun.example"))
    with pytest.raises(NotAllowed):
        do(staffed, use.change_settings, inside, name="X")


def test_a_manager_appoints_substitutes_and_changes_nothing_else(staffed: Database) -> None:
    manager = person(staffed, OFFICE.email)
    stood_in = {"email": "kansli@kommun.example", "start": TODAY, "end": date(2022, 3, 31)}
    done = do(staffed, use.appoint_substitute, manager, name="Ekonomichefen", **stood_in)
    assert done.version is not None
    with pytest.raises(NotAllowed):  # Controllern has a role at ks, where the manager has none
        do(staffed, use.appoint_substitute, manager, name="Controllern", **stood_in)
    with pytest.raises(NotAllowed):
        do(staffed, use.give_function, manager, name="Ekonomichefen",
           holding=Holding("chef@kommun.example"))  # fmt: skip


def test_the_last_administrator_stays_unless_the_server_itself_says_otherwise(
    staffed: Database,
) -> None:
    last = person(staffed, WHOLE.email)
    with pytest.raises(Refused, match="Från 2 mars 2022 skulle ingen vara administratör"):
        do(staffed, use.end_role, last, grant=WHOLE, end=TODAY)
    other = Grant(Role.ADMINISTRATOR, "kommun", function="Kanslichefen")
    with pytest.raises(NotAllowed):  # Kanslichefen belongs to klk, on the other side of a border
        do(staffed, use.end_role, last, grant=OFFICE, end=TODAY)
    do(staffed, use.give_role, last, grant=other)
    do(staffed, use.end_role, last, grant=WHOLE, end=TODAY)
    do(staffed, use.end_role, grant=other, end=TODAY)


def test_a_link_neither_sees_nor_changes_the_organisation(adopted: Database) -> None:
    link = Link(1, "hr@kommun.example", frozenset({1}))
    with adopted.reading() as session, pytest.raises(NotFound):
        current_organisation(session, actor=link)
    with pytest.raises(NotAllowed):
        do(adopted, use.change_unit, link, id="ks", name="X")


def test_a_file_from_an_older_version_does_not_undo_what_was_changed_since(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    do(adopted, use.change_unit, id="bun", name="Skolnämnden")
    with pytest.raises(Conflict, match="Filen utgår från version 1, men databasen har version 2"):
        do(adopted, import_organisation, organisation=example[0], base_version=1)
    same = do(adopted, import_organisation, organisation=now_is(adopted)[0], base_version=1)
    assert same.version is None
    assert do(adopted, import_organisation, organisation=example[0], base_version=2).version == 3


def test_roles_that_a_file_does_not_speak_of_stay(
    staffed: Database, example: tuple[Organisation, Plan]
) -> None:
    silent = replace(example[0], name="Nya namnet", grants=())
    done = do(staffed, import_organisation, organisation=silent, says=frozenset())
    assert {WHOLE, SCHOOLS, OFFICE} <= set(done.organisation.grants)
    assert [change.what for change in done.changes] == ["Organisationens namn"]
    without = tuple(unit for unit in silent.units if unit.id != "bun")
    with pytest.raises(Refused, match=r"Okänd enhet ”bun”\..*Filen säger inget om roller"):
        do(staffed, import_organisation, organisation=replace(silent, units=without),
           says=frozenset({"ord"}))  # fmt: skip


def test_a_preview_says_what_an_import_would_and_stores_nothing(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    file = OrganisationFile(replace(example[0], name="Nya namnet"))
    with adopted.reading() as session:
        shown = preview_import(session, actor=OPERATOR, now=NOW, file=file)
    assert (shown.version, now_is(adopted)[1]) == (None, 1)
    done = do(adopted, import_organisation, organisation=file.organisation)
    assert done.changes == shown.changes
    assert log(adopted)[-1][2]["changes"] == [
        ["Organisationens namn", "Älvhamra kommun", "Nya namnet"]
    ]


def test_a_unit_with_a_plan_that_has_ended_stays_in_the_file(adopted: Database) -> None:
    new = Unit("kst", "Nya styrelsen", UnitKind.BOARD, "kommun", date(2023, 1, 1))
    merged = do(adopted, use.merge_units, new=new, of=["ks"]).organisation
    assert merged.forerunners("kst") == ("ks",)
    left = [unit for unit in merged.units if unit.id != "ks"]
    less = replace(merged, units=tuple(replace(u, predecessors=(), moves=()) for u in left))
    with pytest.raises(Refused, match="ks har en plan eller uppgifter men saknas i filen"):
        do(adopted, import_organisation, organisation=less)


def mails_on(database: Database, day: str) -> dict[str, str]:
    """The timetable runs and mails are sent: the secret of each one's link, by address."""
    now = at(day)
    with database.unit_of_work(TIMETABLE, now) as session:
        tick(session, actor=TIMETABLE, now=now)
    with database.unit_of_work(TIMETABLE, now) as session:
        mails = take_mails(
            session, actor=TIMETABLE, now=now, base_url="https://ik.kommun.example", sender="a@b.se"
        )
    with database.unit_of_work(TIMETABLE, now) as session:
        settle_mails(session, actor=TIMETABLE, now=now, mails=mails,
                     outcomes=[Delivered()] * len(mails))  # fmt: skip
    return {item.email.to: item.email.text.split("/svar/")[1].split()[0] for item in mails}


def open_page(database: Database, secret: str, day: str) -> None:
    with database.reading() as session:
        holder = follow_link(session, secret=secret)
        for task in holder.actor.tasks:
            task_page(session, actor=holder.actor, now=at(day), task_id=task)


def test_while_a_substitute_stands_in_the_task_is_theirs_and_then_the_holders_again(
    adopted: Database,
) -> None:
    name, ordinary, other = (
        "Informationssäkerhetssamordnaren", "informationssakerhet@kommun.example",
        "kansli@kommun.example",
    )  # fmt: skip
    first = mails_on(adopted, "2022-02-01")[ordinary]
    do(adopted, use.appoint_substitute, name=name, email=other, start=date(2022, 2, 7),
       end=date(2022, 2, 11))  # fmt: skip
    assert other not in mails_on(adopted, "2022-02-04")
    open_page(adopted, first, "2022-02-06")
    second = mails_on(adopted, "2022-02-07")[other]
    open_page(adopted, second, "2022-02-08")
    with pytest.raises(Closed, match="inte längre"):
        open_page(adopted, first, "2022-02-08")
    open_page(adopted, first, "2022-02-12")
    with pytest.raises(Closed, match="inte längre"):
        open_page(adopted, second, "2022-02-12")
    assert ordinary not in mails_on(adopted, "2022-02-14")
