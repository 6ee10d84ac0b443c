"""Commands of the samlad rapport and of the other kinds, as a user gives them."""

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


def test_every_kind_is_built(demo: Shell) -> None:
    for kind in ("slutrapport", "delår", "plan", "sida"):
        done = demo("report", "build", "ks-2022", "--kind", kind, "--format", "html,txt")
        assert done.code == 0, done.err
        assert (demo.folder / f"{kind}-ks-2022.html").exists()
    for kind in ("samlad", "samlad-sida"):
        done = demo("report", "build", "kommun-2022", "--kind", kind, "--format", "json")
        assert done.code == 0, done.err


def test_a_unit_is_judged_and_entered_and_the_whole_is_sent_and_adopted(demo: Shell) -> None:
    said = demo("report", "verdict", "kommun-2022", "son", "inte tillräcklig")
    assert said.code != 0
    assert "Skriv varför." in said.err
    done = demo("report", "verdict", "kommun-2022", "son", "tillräcklig")
    assert done.out == "Bedömningen av son är tillräcklig.\n"
    done = demo("report", "totals", "kommun-2022", "son", "--level", "gron=8", "--done", "8")
    assert done.out == "Summorna för son är sparade.\n"
    wrong = demo("report", "totals", "kommun-2022", "son", "--level", "blå=8")
    assert "Nivåerna är gron, gul, rod, vit." in wrong.err
    sent = demo("report", "send", "kommun-2022", "--kind", "samlad", "--dnr", "KS 2023/9")
    assert sent.code == 0, sent.err
    assert "xlsx: " in sent.out
    assert "docx: " in sent.out
    done = demo("report", "recall", "kommun-2022", "1", "--whole")
    assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "build", "ks-2022", "--kind", "årsbok"), "välj bland slutrapport"),
        (("report", "build", "kommun", "--kind", "samlad"), ""),
        (
            ("report", "send", "ks-2022", "--kind", "plan", "--dnr", "KS 1"),
            "välj bland slutrapport",
        ),
        (("report", "verdict", "kommun-2022", "x", "tillräcklig"), ""),
    ],
)
def test_what_there_is_not_is_refused_in_words(
    demo: Shell, arguments: tuple[str, ...], said: str
) -> None:
    done = demo(*arguments)
    assert done.code != 0
    assert said in done.err.replace("\n", " ").replace("│ ", "")
    assert "Traceback" not in done.err
