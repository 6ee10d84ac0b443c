"""The year's bedömning from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import Shell

WHY = "Bristen är redan rättad."


@pytest.fixture
def demo(shell: Shell, demo_once: tuple[Path, str]) -> Shell:
    """The demo's year, answered."""
    shutil.copytree(demo_once[0], shell.folder / "demo")
    return shell.below("demo")


def rate(demo: Shell, *args: str) -> tuple[int, str]:
    done = demo("report", "rating", "ks-2022", *args)
    return done.code, done.out or done.err


def report(demo: Shell) -> str:
    assert demo("report", "build", "ks-2022", "--format", "html").code == 0
    return (demo.folder / "slutrapport-ks-2022.html").read_text("utf-8").replace("\u00a0", " ")


def test_a_level_is_decided_and_taken_back_and_the_report_says_so(demo: Shell) -> None:
    assert "Bestämd av internkontrollansvarig" not in report(demo)
    decided = rate(demo, "K3", "rod", "--reason", WHY)
    assert decided == (0, "Årets bedömning av K3 är rod.\n")
    assert f"Skäl: {WHY} Tillfällena gav ”" in report(demo)
    assert rate(demo, "K3", "rod", "--reason", WHY)[1].startswith("Ingenting är ändrat")
    back = rate(demo, "K3", "--reason", "För tidigt.")
    assert back == (0, "För K3 gäller det som svaren ger igen.\n")
    assert "Bestämd av internkontrollansvarig" not in report(demo)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("K3", "lila", "--reason", WHY), "Välj en bedömning."),
        (("K3", "rod"), "Skriv varför."),
        (("K3", "--reason", WHY), "ingen bestämd bedömning att ta tillbaka"),
        (("K99", "rod", "--reason", WHY), "finns inte"),
        (("K3", "rod", "--reason", WHY, "--unit", "bun"), "finns inte"),
    ],
)
def test_what_is_wrong_is_said(demo: Shell, args: tuple[str, ...], said: str) -> None:
    code, out = rate(demo, *args)
    assert (code, said in out) == (1, True), out
