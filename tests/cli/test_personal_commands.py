"""A register extract and gallring from the command line, on the demo's year."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commands import Ran, Shell

PERSON = "hr.vikarie@kommun.example"
DECISION = ("--dnr", "KS 2026/77", "--date", "2026-02-17", "--paragraph", "§ 31")


@pytest.fixture
def demo(shell: Shell, demo_once: tuple[Path, str]) -> Shell:
    """The folder that the demo leaves."""
    shutil.copytree(demo_once[0], shell.folder / "demo")
    return shell.below("demo")


def done(ran: Ran) -> str:
    """What a command that succeeded said."""
    assert ran.code == 0, ran.err
    return ran.out


def test_an_extract_is_read_on_the_screen_or_written_as_json(demo: Shell) -> None:
    text = done(demo("person", "extract", PERSON))
    assert text.startswith("Registerutdrag ur internkontrollen, Älvhamra kommun\n")
    assert f"  E-postadress: {PERSON}\n" in text
    assert "  Funktion: HR-strategen\n" in text
    said = done(demo("person", "extract", PERSON, "--out", "utdrag.json"))
    assert said.startswith("Skrev utdrag.json: ")
    told = json.loads((demo.folder / "utdrag.json").read_text("utf-8"))
    assert told["person"]["e-post"] == PERSON
    done(demo("person", "extract", str(told["person"]["nummer"]), "--out", "utdrag.txt"))
    assert (demo.folder / "utdrag.txt").read_text("utf-8").startswith("Registerutdrag")
    assert "Händelseloggen är hel" in done(demo("audit", "verify"))


def test_an_extract_about_nobody_is_said(demo: Shell) -> None:
    ran = demo("person", "extract", "okand@kommun.example")
    assert (ran.code, ran.err) == (1, "Fel: Ingenting är lagrat om okand@kommun.example.\n")
    ran = demo("person", "extract", PERSON, "--out", "saknas/utdrag.json")
    assert (ran.code, "Det går inte att skriva" in ran.err) == (1, True)


def test_the_rules_are_listed_with_what_they_would_take(demo: Shell) -> None:
    out = done(demo("gallring", "list"))
    assert "mejl: Mejl\n  Tar bort: Mejl som är skickade" in out
    assert "personer: Personer som har slutat\n" in out
    assert "Tidigast efter 90 dagar, föreslaget 730." in out


def test_a_dry_run_is_what_is_done_without_being_told_to(demo: Shell) -> None:
    first = done(demo("gallring", "run", "mejl", "personer", "--before", "2024-01-01"))
    assert "Mejl, före 2024-01-01: " in first
    assert f"  {PERSON}, ingenting här sedan 2023-02-28\n" in first
    assert "Ingenting är borttaget." in first
    assert done(demo("gallring", "run", "mejl", "personer", "--before", "2024-01-01")) == first


def test_what_is_gallrat_is_gone_and_the_log_is_whole(demo: Shell) -> None:
    run = ("gallring", "run", "mejl", "mejlhandelser", "personer", "--before", "2024-01-01")
    out = done(demo(*run, "--execute", *DECISION))
    assert "Personer som har slutat, före 2024-01-01: 1 person" in out
    assert "borttaget." in out
    assert "Händelseloggen är hel" in done(demo("audit", "verify"))
    assert demo("person", "extract", PERSON).code == 1
    for path in demo.folder.glob("internkontroll.db*"):
        assert PERSON.encode() not in path.read_bytes(), path.name
    assert done(demo("report", "build", "ks-2022", "--format", "html"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--dnr: gallring följer ett beslut"),
        (DECISION[:4], "--paragraph: gallring följer ett beslut"),
        (("--dnr", "1", "--date", "i går", "--paragraph", "1"), "är inget datum"),
    ],
)
def test_without_a_decision_it_is_wrong_usage(
    demo: Shell, options: tuple[str, ...], said: str
) -> None:
    ran = demo("gallring", "run", "mejl", "--execute", *options)
    assert ran.code == 2
    assert said.replace("--dnr: ", "").replace("--paragraph: ", "") in ran.err


def test_an_unknown_rule_and_a_day_too_late_are_said(demo: Shell) -> None:
    ran = demo("gallring", "run", "svar")
    assert ran.err == "Fel: Regeln svar finns inte.\nVisa reglerna med: icengine gallring list\n"
    ran = demo("gallring", "run", "mejl", "--before", "2100-01-01")
    assert "Mejl gallras tidigast efter 30 dagar" in ran.err
