"""A plan's way from utkast to avslutad by commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import Shell
from municipality import at
from test_commands import ORGANISATION, PLAN
from test_commands import adopt as adopt_example

from icengine.domain.access import System
from icengine.services.drafts import begin_draft, save_draft
from icengine.store.db import Database

TEST, NOW = System("test"), at("2022-03-01")


@pytest.fixture
def shell_with_draft(stored: Shell) -> Shell:
    """The example plan adopted, and a draft of its next version where K1 has no urval."""
    stored("organisation", "import", str(ORGANISATION))
    assert adopt_example(stored).code == 0
    here = next(stored.folder.glob("*.db"), None)
    database = Database(f"sqlite:///{here}" if here else os.environ["ICENGINE_DATABASE_URL"])
    with database.unit_of_work(TEST, NOW) as session:
        draft = begin_draft(session, actor=TEST, now=NOW, unit="ks", year=2022)
        document = draft.document | {"titel": "Reviderad plan"}
        for risk in document["risker"]:
            for control in risk.get("kontroller", []):
                if control["id"] == "K1":
                    del control["urval"]
        save_draft(session, actor=TEST, now=NOW, unit="ks", year=2022, document=document)
    database.close()
    return stored


def test_a_draft_is_sent_taken_back_sent_again_and_adopted(shell_with_draft: Shell) -> None:
    run = shell_with_draft
    assert "ks-2022: utkast, version 2" in run("plan", "list").out
    differs = run("plan", "diff", "ks-2022").out
    assert "version 1 jämförd med version 2" in differs
    assert "Planens titel: Internkontrollplan 2022 för kommunstyrelsen → Reviderad plan" in differs
    refused = run("plan", "decide", "ks-2022", "--dnr", "KS 2022/1")
    assert (refused.code, refused.out) == (1, "")
    assert "Skäl saknas [urval:K1] K1: urvalet är inte beskrivet." in refused.err
    assert '--reason "bedömd:R1=…"' in refused.err  # the clock is today's, and the risks are old
    reason = ("--reason", "urval:K1=Alla webbplatser prövas.", "--reason", "Bedömningarna håller.")
    sent = run("plan", "decide", "ks-2022", "--dnr", "KS 2022/1", *reason)
    assert "är skickad till beslut med dnr KS 2022/1" in sent.out
    assert len(sent.out.split()[-1]) == 64
    assert "ks-2022: till beslut, version 2" in run("plan", "list").out
    assert "är ett utkast igen" in run("plan", "recall", "ks-2022").out
    early = run("plan", "adopt", "ks-2022", "--date", "2022-03-01", "--paragraph", "§ 2")
    assert (early.code, "inte skickad till beslut" in early.err) == (1, True)
    assert run("plan", "decide", "ks-2022", "--dnr", "KS 2022/2", "--reason", "Prövat.").code == 0
    done = run("plan", "adopt", "ks-2022", "--date", "2022-03-01", "--paragraph", "§ 2")
    assert "Planen ks-2022 är antagen, version 2" in done.out
    assert "antagen, version 2, KS 2022/2, 1 mars 2022, § 2" in run("plan", "list").out
    assert "titel" in run("plan", "diff", "ks-2022", "--from", "2", "--to", "1").out


def test_a_plan_with_unanswered_tasks_is_not_closed(shell_with_draft: Shell) -> None:
    done = shell_with_draft("plan", "close", "ks-2022")
    assert (done.code, "har ett utkast" in done.err) == (1, True)


def test_a_file_is_not_adopted_past_a_draft(shell_with_draft: Shell) -> None:
    text = PLAN.read_text("utf-8").replace("titel: Klassning av it", "titel: Klassade it", 1)
    changed = Path(shell_with_draft.folder / "plan.yaml")
    changed.write_text(text, encoding="utf-8")
    done = adopt_example(shell_with_draft, changed)
    assert (done.code, "har ett utkast med ett annat innehåll" in done.err) == (1, True)


def test_check_tells_what_stops_and_what_asks_for_a_reason(shell_with_draft: Shell) -> None:
    text = PLAN.read_text("utf-8")
    changed = shell_with_draft.folder / "plan.yaml"
    own = text.replace(
        "processägare: Kommunikationschefen", "godkännare: Utvecklingschefen", 1
    ).replace("oegentligheter: ja", "oegentligheter: nej", 1)
    changed.write_text(own, encoding="utf-8")
    done = shell_with_draft("plan", "check", str(changed))
    assert done.code == 0
    assert "Hinder [godkännare:K1] K1: Utvecklingschefen är godkännare" in done.out
    assert "Skäl behövs [oegentligheter] Ingen risk" in done.out
    refused = adopt_example(shell_with_draft, changed)
    assert (refused.code, "ett annat innehåll" in refused.err) == (1, True)


@pytest.mark.parametrize("key", ["ks-2031", "finns-inte", "x"])
def test_a_plan_that_is_not_there_is_said_to_be_not_there(
    shell_with_draft: Shell, key: str
) -> None:
    for command in ("diff", "close", "recall"):
        assert shell_with_draft("plan", command, key).code == 1
    assert shell_with_draft("plan", "diff", "ks-2022", "--from", "ett").code == 2


def test_a_draft_is_thrown_away_but_not_while_it_waits_for_its_decision(
    shell_with_draft: Shell,
) -> None:
    run = shell_with_draft
    reasons = ("--reason", "Prövat i testet.")
    assert run("plan", "decide", "ks-2022", "--dnr", "KS 2022/1", *reasons).code == 0
    waiting = run("plan", "discard", "ks-2022")
    assert (waiting.code, waiting.out) == (1, "")
    assert "Ta tillbaka den från beslut först." in waiting.err
    assert run("plan", "recall", "ks-2022").code == 0
    gone = run("plan", "discard", "ks-2022")
    assert (
        gone.out == "Utkastet till ks-2022, version 2, är kastat. Loggen har kvar att det fanns.\n"
    )
    assert "utkast" not in run("plan", "list").out
    assert run("plan", "discard", "ks-2022").code == 1


def test_a_decision_without_digits_is_refused(shell_with_draft: Shell) -> None:
    run = shell_with_draft
    for dnr in ("KS", ""):
        refused = run("plan", "decide", "ks-2022", "--dnr", dnr, "--reason", "Prövat.")
        assert refused.code == 1
        assert "diarienummer" in refused.err
