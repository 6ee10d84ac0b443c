"""Shared controls from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Shell

PLANS = Path(__file__).parents[2] / "plans"
GAP = "  bun: Ingen är utsedd. 0 av 1 klara, ett försenat\n"


@pytest.fixture
def decided(stored: Shell) -> Shell:
    """Kommunstyrelsen has decided that K7 is for every nämnd."""
    text = (PLANS / "ks-2022.yaml").read_text("utf-8")
    line = "        obligatorisk enligt"
    assert text.count(line) == 1
    plan = text.replace(line, f"        gemensam: {{slag: nämnd}}\n{line}")
    (stored.folder / "ks-2022.yaml").write_text(plan, "utf-8")
    file = PLANS / "organisation.yaml"
    (stored.folder / "organisation.yaml").write_text(file.read_text("utf-8"), "utf-8")
    assert stored("organisation", "import", "organisation.yaml").code == 0
    return stored


def test_simulation_and_adoption_tell_the_units_and_the_gaps(decided: Shell) -> None:
    adopting = ("--dnr", "KS 1", "--date", "2021-12-14", "--paragraph", "§ 1")
    for ran in (
        decided("plan", "simulate", "ks-2022.yaml"),
        decided("plan", "adopt", "ks-2022.yaml", *adopting),
    ):
        assert ran.code == 0, ran.err
        assert "är gemensam för ks, bun, son, sbn." in ran.out
        assert "Planen utser ingen för bun, son, sbn: de utser själva." in ran.out
    listed = decided("shared", "list", "ks-2022").out
    assert ": 4 enheter, 3 luckor\n" in listed
    assert GAP in listed
    assert listed.index("bun:") < listed.index("ks:")


def test_a_function_is_named_once_and_who_answers_is_told(decided: Shell) -> None:
    adopting = ("--dnr", "KS 1", "--date", "2021-12-14", "--paragraph", "§ 1")
    assert decided("plan", "adopt", "ks-2022.yaml", *adopting).code == 0
    ran = decided("shared", "name", "ks-2022", "K7", "bun", "HR-chefen")
    assert ran.out == ("HR-chefen svarar nu för bun. Ett kontrolltillfälle har fått ny ansvarig.\n")
    assert "är redan utsedd" in decided("shared", "name", "ks-2022", "K7", "bun", "hr-chefen").out
    assert "  bun: HR-chefen, utsedd av enheten. " in decided("shared", "list", "ks-2022").out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("list", "ks-2099"), "ks-2099 har inga gemensamma kontroller"),
        (("name", "ks-2022", "K1", "klk", "HR-chefen"), "klk svarar inte på någon gemensam"),
    ],
)
def test_what_there_is_not_is_told(decided: Shell, args: tuple[str, ...], said: str) -> None:
    ran = decided("shared", *args)
    assert ran.code != 0
    assert said in ran.err
