"""systemd/: units that ask for nothing that does not exist, and that may do little."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_docker import settings_in
from test_docs import commands

from icengine.config import NAMES, load_settings

FOLDER = Path(__file__).parent.parent / "systemd"
PROGRAM = "/opt/icengine/bin/icengine"
UNITS = ("icengine.service", "icengine-worker@.service", "icengine-backup.service")
EXPOSURE = 15
"""What `systemd-analyze security` may say, in tenths; up to 2 of its 10 is its own "OK"."""


def text_of(name: str) -> str:
    """The unit as it is kept."""
    return (FOLDER / name).read_text("utf-8")


def guards(name: str) -> list[str]:
    """What the service may not, from the comment that says so."""
    return text_of(name).partition("# It writes in its own folder")[2].partition("\n[")[0].split()


@pytest.mark.parametrize("name", UNITS)
def test_what_a_unit_runs_is_a_command_of_the_program(name: str) -> None:
    known = commands()
    run = re.findall(rf"{PROGRAM} ([a-z -]+[a-z])", text_of(name))
    assert run
    assert all(command in known for command in run)


def test_the_settings_that_are_named_exist(tmp_path: Path) -> None:
    for file in FOLDER.iterdir():
        assert settings_in(file.read_text("utf-8")) <= set(NAMES), file.name
    example = text_of("icengine.toml")
    (tmp_path / "icengine.toml").write_text(example, "utf-8")
    alone = load_settings({}, tmp_path)
    assert alone.database_url == "sqlite:////var/lib/icengine/internkontroll.db"
    many = re.sub(r"(?m)^#(?=\w+ = )", "", re.sub(r"(?m)^database_url.*\n", "", example))
    (tmp_path / "icengine.toml").write_text(many, "utf-8")
    assert load_settings({}, tmp_path).queue == "postgresql"


@pytest.mark.parametrize("name", UNITS)
def test_every_unit_runs_as_its_own_user_and_may_as_little_as_the_others(name: str) -> None:
    lines = text_of(name).splitlines()
    assert "User=icengine" in lines
    assert "UMask=0077" in lines
    assert len(guards(name)) > 20
    assert guards(name) == guards(UNITS[0])
    assert {"ProtectSystem=strict", "NoNewPrivileges=yes", "PrivateTmp=yes"} <= set(guards(name))
    assert "u icengine " in text_of("sysusers.conf")


def test_the_timer_makes_up_for_a_night_when_the_machine_was_off() -> None:
    assert {"Persistent=yes", "OnCalendar=*-*-* 02:30"} <= set(
        text_of("icengine-backup.timer").splitlines()
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units with a program that is on this machine, for systemd asks for it."""
    for file in FOLDER.glob("*.[st]*"):
        text = file.read_text("utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / file.name).write_text(text, "utf-8")
    return tmp_path


def analyze(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What systemd-analyze says."""
    return subprocess.run(
        ["systemd-analyze", *words], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_finds_no_fault_with_the_units(installed: Path) -> None:
    done = analyze(
        "verify", *(f"./{name}" for name in UNITS), "./icengine-backup.timer", cwd=installed
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_holds_the_unit_for_safe(name: str, installed: Path) -> None:
    done = analyze(
        "security", "--offline=true", f"--threshold={EXPOSURE}", f"./{name}", cwd=installed
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_the_backup_command_makes_a_copy_with_the_time_in_its_name(tmp_path: Path) -> None:
    (line,) = re.findall(r"(?m)^ExecStart=(.*)$", text_of("icengine-backup.service"))
    folder = tmp_path / "kopior"
    folder.mkdir()
    program = f"{shlex.quote(sys.executable)} -m icengine"
    shell = shlex.split(line.replace("%%", "%"))
    shell[-1] = shell[-1].replace(PROGRAM, program)
    shell[-1] = shell[-1].replace("/var/lib/icengine-backup", str(folder))
    (tmp_path / "icengine.toml").write_text('database_url = "sqlite:///ik.db"\n', "utf-8")
    for command in ([sys.executable, "-m", "icengine", "init"], shell):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    (copy,) = folder.iterdir()
    assert re.fullmatch(r"internkontroll-\d{4}-\d\d-\d\dT\d{6}\.zip", copy.name)
