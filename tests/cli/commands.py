"""Running commands as a user does, in a folder of their own."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from icengine.__main__ import main


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


class Shell:
    """A folder to run commands in, as the program runs them, without the price of a new process."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys

    def __call__(self, *args: str, **settings: str) -> Ran:
        """Run `icengine args` here; settings without their prefix."""
        with self.monkeypatch.context() as patch:
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["icengine", *args])
            for key, value in settings.items():
                patch.setenv(f"ICENGINE_{key.upper()}", value)
            with pytest.raises(SystemExit) as stopped:
                main()
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        assert isinstance(stopped.value.code, int)
        return Ran(stopped.value.code, said.out, said.err)

    def below(self, name: str) -> Shell:
        """The same in a folder inside this one."""
        return Shell(self.folder / name, self.monkeypatch, self.capsys)
