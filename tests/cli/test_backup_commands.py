"""Backup, restore and the move to another database, as whoever runs the engine gives them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import Shell


@pytest.fixture
def demo(shell: Shell, demo_once: tuple[Path, str]) -> Shell:
    """The demo's year, answered."""
    shutil.copytree(demo_once[0], shell.folder / "demo")
    return shell.below("demo")


def test_a_year_is_backed_up_and_restored_elsewhere(demo: Shell) -> None:
    assert demo("report", "send", "ks-2022", "--dnr", "KS 1").code == 0
    done = demo("backup", "kopia.zip")
    assert "rader i" in done.out, done.err
    assert "finns redan" in demo("backup", "kopia.zip").err
    proved = demo("audit", "verify")
    assert proved.code == 0
    new = f"sqlite:///{demo.folder / 'ny.db'}"
    restored = demo("restore", "kopia.zip", database_url=new)
    assert restored.code == 0, restored.err
    assert "Händelseloggen är hel" in restored.out
    assert demo("audit", "verify", database_url=new).out == proved.out
    again = demo("restore", "kopia.zip", database_url=new)
    assert "Databasen är inte tom" in again.err
    built = demo("report", "build", "ks-2022", "--format", "json", database_url=new)
    assert built.code == 0, built.err


def test_an_installation_is_moved(demo: Shell) -> None:
    other = f"sqlite:///{demo.folder / 'annan.db'}"
    done = demo("db", "copy", "--to", other)
    assert "kopierade och lästa igen" in done.out, done.err
    assert "Databasen är inte tom" in demo("db", "copy", "--to", other).err


def test_what_is_no_backup_is_said_in_words(demo: Shell) -> None:
    (demo.folder / "x.zip").write_text("hej", "utf-8")
    done = demo("restore", "x.zip", database_url=f"sqlite:///{demo.folder / 'tom.db'}")
    assert done.code != 0
    assert "Filen är ingen säkerhetskopia." in done.err
    assert "Traceback" not in done.err
