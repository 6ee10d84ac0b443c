"""What the tests of commands share: a folder to run them in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import Shell


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A folder with a space and å in its name."""
    folder = tmp_path / "en mapp på disk"
    folder.mkdir()
    return Shell(folder, monkeypatch, capsys)


@pytest.fixture(params=["sqlite", "postgresql"])
def unmade(shell: Shell, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same with a database of each kind in the settings, not yet created."""
    if request.param == "postgresql":
        new = request.getfixturevalue("postgres")
        monkeypatch.setenv("ICENGINE_DATABASE_URL", new(migrated=False))
    return shell


@pytest.fixture(params=["sqlite", "postgresql"])
def stored(shell: Shell, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same with a migrated, empty database of each kind."""
    if request.param == "postgresql":
        new = request.getfixturevalue("postgres")
        monkeypatch.setenv("ICENGINE_DATABASE_URL", new())
    else:
        shutil.copy(request.getfixturevalue("sqlite_template"), shell.folder / "icengine.db")
    return shell
