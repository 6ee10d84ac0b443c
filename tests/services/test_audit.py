"""The audit shows what was changed behind the program's back, in the log and in the records."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from test_answers import YELLOW, owner_of

from icengine.domain.access import System
from icengine.services.audit import verify_log
from icengine.store.db import Database

TEST = System("test")


def faults(database: Database) -> tuple[str, ...]:
    with database.at_one_moment() as session:
        return verify_log(session, actor=TEST).faults


@pytest.fixture
def answered(adopted: Database) -> Database:
    """The example plan with one answer, saved as a draft and then handed in."""
    owner = owner_of(adopted, "K6", "2022-12-01")
    owner.save(YELLOW)
    owner.save(YELLOW, version=1, submit=True)
    return adopted


def test_what_nobody_has_touched_is_whole(answered: Database) -> None:
    assert faults(answered) == ()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE plan_version SET paragraph = '§ 999'", "annat dnr, datum eller en annan paragraf"),
        ("UPDATE plan_version SET decided_on = '2025-01-01'", "annat dnr, datum"),
        ("UPDATE plan_version SET document = replace(document, 'HR', 'XX')", "annat innehåll"),
        ("UPDATE answer SET submitted = NOT submitted WHERE version = 1", "har ändrats"),
        ("DELETE FROM answer WHERE version = 1", "version 1, saknas"),
    ],
)
def test_a_changed_record_is_named(answered: Database, statement: str, said: str) -> None:
    with answered._writer.begin() as connection:
        connection.execute(text(statement))
    assert [fault for fault in faults(answered) if said in fault]


def test_a_changed_answer_is_named(answered: Database) -> None:
    with answered._writer.begin() as connection:
        column = "content" if answered.is_sqlite else "content::text"
        back = "" if answered.is_sqlite else "::json"
        connection.execute(
            text(
                f"UPDATE answer SET content = replace({column}, 'gul', 'gron'){back} WHERE version = 2"
            )
        )
    assert faults(answered) == (
        "Svaret på ks-2022/K6/ks/2022, version 2, har ändrats sedan det registrerades.",
    )


def test_an_answer_without_an_event_is_named(answered: Database) -> None:
    with answered._writer.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO answer (task, version, at, by, content, submitted) "
                "SELECT task, 3, at, by, content, submitted FROM answer WHERE version = 2"
            )
        )
    assert ["finns utan händelse" in fault for fault in faults(answered)] == [True]
