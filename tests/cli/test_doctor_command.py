"""`icengine doctor` looks at what must be right, and says what to do."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from commands import Shell

from icengine.clock import now
from icengine.domain.access import System
from icengine.store.db import Database


def test_what_is_wrong_is_said_with_what_to_do(shell: Shell, demo_once: tuple[Path, str]) -> None:
    shutil.copytree(demo_once[0], shell.folder / "demo")
    demo = shell.below("demo")
    done = demo("doctor")
    assert done.code == 1
    assert "ok  databas: Version" in done.out
    assert "ok  typsnitt:" in done.out
    assert "ok  klocka: Klockan är" in done.out
    assert "!!  adress:" in done.out
    assert "Sätt ICENGINE_BASE_URL" in done.out
    demo("tick", base_url="https://ik.kommun.example")
    well = demo("doctor", base_url="https://ik.kommun.example")
    assert well.code == 0, well.out
    assert "!!" not in well.out


def test_without_a_database_it_says_how_to_make_one(shell: Shell) -> None:
    done = shell("doctor")
    assert done.code == 1
    assert "icengine init" in done.out


def test_a_clock_that_stands_before_what_has_happened_is_told_of(
    shell: Shell, demo_once: tuple[Path, str]
) -> None:
    shutil.copytree(demo_once[0], shell.folder / "demo")
    database = Database(f"sqlite:///{shell.folder / 'demo' / 'internkontroll.db'}")
    later = now() + timedelta(days=2)
    with database.unit_of_work(System("test"), later) as session:
        session.record("prov", "klockan")
    database.close()
    done = shell.below("demo")("doctor")
    assert done.code == 1
    assert "!!  klocka: Klockan är" in done.out
    assert "Ställ klockan rätt" in done.out
