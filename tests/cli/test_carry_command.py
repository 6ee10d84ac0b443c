"""The selection for a coming plan from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import Shell

WHY = "Systemet byts under året."


@pytest.fixture
def demo(shell: Shell, demo_once: tuple[Path, str]) -> Shell:
    """The demo's year, answered; what it carries on goes to 2024."""
    shutil.copytree(demo_once[0], shell.folder / "demo")
    return shell.below("demo")


def carry(demo: Shell, *args: str) -> tuple[int, str]:
    done = demo("report", "carry", "ks-2022", *args)
    return done.code, done.out or done.err


def report(demo: Shell) -> str:
    assert demo("report", "build", "ks-2022", "--format", "html").code == 0
    return (demo.folder / "slutrapport-ks-2022.html").read_text("utf-8").replace("\u00a0", " ")


def test_it_is_decided_and_taken_back_and_the_report_and_the_next_plan_follow(demo: Shell) -> None:
    assert carry(demo, "K3", "2023", "--reason", WHY) == (
        0, "K3 går till urvalet för plan 2023.\n",
    )  # fmt: skip
    assert carry(demo, "K4", "nej", "--reason", "Avvecklat.") == (0, "K4 förs inte vidare.\n")
    page = report(demo)
    assert f"{WHY} Beslutat av internkontrollansvarig." in page
    assert "Urval till plan 2023 och 2024" in page
    proposal = demo("plan", "next", "ks-2022", "--dry-run").out
    assert "Systemet byts under året" in proposal.partition("Tas inte med")[0]
    assert "Förs inte vidare enligt beslut: ”Avvecklat”." in proposal.partition("Tas inte med")[2]
    assert carry(demo, "K3", "2023", "--reason", WHY)[1].startswith("Ingenting är ändrat")
    assert carry(demo, "K3") == (0, "För K3 gäller förslaget igen.\n")
    assert WHY not in report(demo)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("K3", "2023"), "Skriv varför."),
        (("K3", "2026", "--reason", WHY), "Välj planen för 2023 eller 2024"),
        (("K3", "kanske"), "kanske är inget år."),
        (("K3",), "inget beslut att ta tillbaka"),
        (("K7", "nej", "--reason", WHY), "återkommer av sig själv"),
        (("K99", "nej"), "finns inte"),
    ],
)
def test_what_is_wrong_is_said(demo: Shell, args: tuple[str, ...], said: str) -> None:
    code, out = carry(demo, *args)
    assert (code, said in out) == (1, True), out
