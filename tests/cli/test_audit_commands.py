"""The event log on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import Shell
from municipality import PLANS


@pytest.fixture
def adopted(stored: Shell) -> Shell:
    """A database of each kind with the example plan adopted and two tasks opened."""
    stored("organisation", "import", str(PLANS / "organisation.yaml"))
    stored(
        "plan", "adopt", str(PLANS / "ks-2022.yaml"), "--dnr", "KS 2021/0412",
        "--date", "2021-12-14", "--paragraph", "§ 214",
    )  # fmt: skip
    stored("tick", "--now", "2022-02-01")
    return stored


def test_events_are_listed_and_chosen(adopted: Shell) -> None:
    every = adopted("audit", "list").out
    assert "Kommandoraden på servern: Antog planen. Planen ks-2022" in every
    assert "K4 Klassning av it-komponenter: – → tillagd" in every
    assert "Läste in organisationen" in every
    control = adopted("audit", "list", "--plan", "ks-2022", "--control", "K4").out
    assert "Öppnade kontrolltillfällen" in control
    assert "Läste in organisationen" not in control
    assert adopted("audit", "list", "--to", "2021-01-01").out == "Inga händelser.\n"
    assert adopted("audit", "list", "--person", "hr@kommun.example").out == "Inga händelser.\n"
    assert adopted("audit", "list", "--from", "i går").code == 2


def test_the_sum_is_given_and_the_log_proved_against_it(adopted: Shell) -> None:
    head = adopted("audit", "head").out.strip()
    assert re.fullmatch(r"[1-9]\d*:[0-9a-f]{64}", head)
    assert adopted("audit", "verify").out.endswith(f"Summa att spara på en annan plats: {head}\n")
    assert adopted("audit", "verify", "--head", head).code == 0
    number, _, sum_ = head.partition(":")
    wrong = adopted("audit", "verify", "--head", f"{int(number) - 1}:{sum_}")
    assert (wrong.code, "Summan finns inte i loggen" in wrong.err) == (1, True)


def test_events_are_exported(adopted: Shell) -> None:
    assert "Skrev alla.jsonl: " in adopted("audit", "export", "--out", "alla.jsonl").out
    lines = (adopted.folder / "alla.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, len(lines) + 1))
    adopted("audit", "export", "--out", "k4.csv", "--control", "K4")
    text = (adopted.folder / "k4.csv").read_text("utf-8")
    assert text.startswith("\ufeffNummer;")
    assert "Läste in organisationen" not in text
    assert "Hämtade händelser" in adopted("audit", "list").out


def test_what_cannot_be_exported_is_said(adopted: Shell, tmp_path: Path) -> None:
    wrong = adopted("audit", "export", "--out", "fil.xlsx")
    assert (wrong.code, "välj bland csv, jsonl" in wrong.err) == (2, True)
    missing = adopted("audit", "export", "--out", str(tmp_path / "finns" / "inte.csv"))
    assert (missing.code, "mappen eller filen finns inte" in missing.err) == (1, True)
    assert "Hämtade händelser" not in adopted("audit", "list").out
