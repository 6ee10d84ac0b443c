"""Is the engine well? As load balancers ask it, and as `icengine doctor` tells."""

from __future__ import annotations

import re
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from municipality import at
from sqlalchemy import update

from icengine.bootstrap import Engine
from icengine.clock import now
from icengine.config import Settings
from icengine.jobs import run_due
from icengine.services.health import checks, clock_check
from icengine.store.db import Database
from icengine.store.mail_tables import OutboxRow
from icengine.web.app import create_app

NOW = at("2022-02-01", "09:00")


def said(database: Database, now: Any = NOW) -> dict[str, bool]:
    return {check.name: check.well for check in checks(database, Settings(), now)}


def test_all_is_well_after_the_timetable_has_run(adopted: Database) -> None:
    assert not said(adopted)["tidtabell"]
    run_due(Engine(Settings(), adopted, None), NOW)
    assert said(adopted) == dict.fromkeys(
        ("databas", "tidtabell", "mejl", "rapporter", "disk"), True
    )


def test_a_timetable_that_has_stopped_is_told_of(adopted: Database) -> None:
    run_due(Engine(Settings(), adopted, None), NOW)
    later = NOW + timedelta(minutes=20)
    [late] = [check for check in checks(adopted, Settings(), later) if not check.well]
    assert (late.name, late.said) == ("tidtabell", "Tidtabellen gick för 20 minuter sedan.")
    assert "icengine serve" in late.remedy


def test_mails_that_do_not_leave_are_told_of(adopted: Database) -> None:
    run_due(Engine(Settings(), adopted, None), NOW)
    with adopted.upkeep() as session:
        first = session.connection().exec_driver_sql("SELECT min(id) FROM outbox").scalar()
        session.connection().execute(
            update(OutboxRow).where(OutboxRow.id == first).values(attempts=7)  # type: ignore[arg-type]
        )
    assert not said(adopted)["mejl"]


def test_a_disk_that_is_full_soon_is_told_of(
    adopted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1_000_000))
    assert said(adopted)["disk"] is not adopted.is_sqlite


def test_a_database_that_is_not_there_is_all_that_is_said(tmp_path: Path) -> None:
    [check] = checks(Database(f"sqlite:///{tmp_path / 'saknas.db'}"), Settings(), NOW)
    assert (check.name, check.well) == ("databas", False)
    assert check.remedy == "Skapa den med: icengine init"


def test_a_load_balancer_is_told_by_the_status_and_nothing_about_anybody(adopted: Database) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    engine = Engine(Settings(), adopted, None)
    client = TestClient(create_app(engine, now=lambda: NOW), base_url="http://127.0.0.1:8000")
    assert client.get("/healthz").text == "ok\n"
    unwell = client.get("/readyz")
    assert (unwell.status_code, unwell.json()["tidtabell"]) == (503, False)
    run_due(engine, NOW)
    well = client.get("/readyz")
    assert well.status_code == 200
    assert set(well.json().values()) == {True}


# -- the clock --


def test_a_clock_that_stands_before_what_has_happened_is_told_of(adopted: Database) -> None:
    run_due(Engine(Settings(), adopted, None), NOW)
    for early in (timedelta(hours=1), timedelta(days=400)):
        found = clock_check(adopted, NOW - early)
        assert (found.name, found.well) == ("klocka", False)
        assert "men det senaste som hände är från 1 februari 2022 kl. 09.00" in found.said
        assert "NTP" in found.remedy


def test_a_clock_is_compared_with_the_one_of_the_databases_server(adopted: Database) -> None:
    moment = now()
    assert clock_check(adopted, moment).well
    if not adopted.is_sqlite:
        ahead = clock_check(adopted, moment + timedelta(minutes=5))
        behind = clock_check(adopted, moment - timedelta(minutes=5))
        assert re.search("(299|300) sekunder före databasens", ahead.said)
        assert re.search("(300|301) sekunder efter databasens", behind.said)
        assert not ahead.well
        assert not behind.well
    assert clock_check(adopted, now() + timedelta(seconds=5)).well


def test_a_database_where_nothing_has_happened_says_nothing_of_the_clock(
    database: Database,
) -> None:
    assert clock_check(database, now()).well
