"""The commands as a user meets them: by exit code and words."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Ran, Shell

from icengine.render import FORMATS

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "plans" / "ks-2022.yaml"
ORGANISATION = ROOT / "plans" / "organisation.yaml"
COMMANDS = (
    "demo", "init", "organisation check", "organisation import", "organisation export",
    "organisation show", "unit add", "unit change", "unit move", "unit end", "unit merge",
    "function add", "function change", "function give", "function end", "function substitute",
    "role give", "role end", "role list", "plan check", "plan adopt",
    "plan simulate", "plan list", "plan decide", "plan recall", "plan discard", "plan close", "plan diff",
    "frequency", "tick", "serve", "task list", "report build", "report comment", "report rating", "report verdict", "report totals", "report carry",
    "doctor", "backup", "restore", "db copy", "audit list", "audit export", "audit head", "audit verify",
)  # fmt: skip


def adopt(shell: Shell, plan: Path = PLAN) -> Ran:
    return shell(
        "plan", "adopt", str(plan), "--dnr", "KS 2021/0412", "--date", "2021-12-14",
        "--paragraph", "§ 214",
    )  # fmt: skip


def test_from_an_empty_folder_to_an_adopted_plan(unmade: Shell) -> None:
    assert "är skapad" in unmade("init").out
    assert "är redan klar" in unmade("init").out
    assert "9 enheter" in unmade("organisation", "import", str(ORGANISATION)).out
    assert "oförändrad" in unmade("organisation", "import", str(ORGANISATION)).out
    assert "version 1. 14 kontrolltillfällen planerade" in adopt(unmade).out
    again = adopt(unmade)
    assert (again.code, "exakt det här innehållet" in again.out) == (0, True)
    ticked = unmade("tick", "--now", "2022-02-01")
    assert "2 kontrolltillfällen öppnade" in ticked.out
    assert "2 mejl väntar: ingen e-postserver är inställd" in ticked.out
    assert "2 mejl väntar" in unmade("tick", "--now", "2022-02-02").out
    assert "K4 Klassning av it-komponenter" in unmade("task", "list").out
    verified = unmade("audit", "verify")
    head = verified.out.split()[-1]
    assert unmade("audit", "verify", "--head", head).code == 0
    wrong = unmade("audit", "verify", "--head", "0" * 63 + "1")
    assert (wrong.code, "Summan finns inte i loggen" in wrong.err) == (1, True)


def test_changed_content_is_the_next_version(stored: Shell) -> None:
    stored("organisation", "import", str(ORGANISATION))
    adopt(stored)
    changed = stored.folder / "plan.yaml"
    text = PLAN.read_text("utf-8").replace("titel: Klassning av it", "titel: Klassade it", 1)
    changed.write_text(text, encoding="utf-8")
    assert "version 2" in adopt(stored, changed).out


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_swedish(shell: Shell, command: str) -> None:
    done = shell(*command.split(), "--help")
    assert done.code == 0
    english = re.findall(
        r"(?i)\b(usage|options|show this|commands|arguments|required|default)\b", done.out
    )
    assert english == []


def test_the_help_of_a_report_names_every_format(shell: Shell) -> None:
    said = shell("report", "build", "--help").out
    for name in FORMATS:
        assert re.search(rf"\b{name}\b", said), name


@pytest.mark.parametrize(
    "args",
    [
        ["plan"],
        ["plan", "nope"],
        ["plan", "adopt", "x.yaml"],
        ["plan", "check"],
        ["frequency", "årligen", "--year", "tvåtusen"],
        ["frequency", "årligen", "--years", "2026"],
        ["frequency", "a", "b"],
        ["tick", "--now", "i går"],
        ["plan", "adopt", "x", "--dnr", "1", "--date", "31 februari", "--paragraph", "1"],
        ["report", "build", "ks-2022", "--format", "odt"],
        ["report", "build", "ks-2022", "--as-of", "2022-13-01"],
        ["report", "build", "ks-2022", "--as-of", "9999-12-31"],
        ["report", "build", "ks-2022", "--meeting", "0001-01-01"],
        ["tick", "--now", "9999-12-31"],
        ["tick", "--now", "1999-12-31T23:59"],
        ["tick", "--now", "2101-01-01"],
        ["plan", "adopt", "x", "--dnr", "1", "--date", "0001-01-01", "--paragraph", "1"],
    ],
)
def test_wrong_usage_is_code_2_in_a_line_or_two(shell: Shell, args: list[str]) -> None:
    done = shell(*args)
    assert done.code == 2
    assert done.out == ""
    if args != ["plan"]:
        assert 1 <= len(done.err.strip().splitlines()) <= 2
        assert "Hjälp: icengine" in done.err
        assert not re.search(r"(?i)\b(error|no such|missing|invalid|try|input should)\b", done.err)


@pytest.mark.parametrize(
    ("args", "settings", "said"),
    [
        (["task", "list"], {}, "icengine init"),
        (["plan", "check", "saknas.yaml"], {}, "icengine init"),
        (["plan", "check", "saknas.yaml", "--organisation", "x.yaml"], {}, "x.yaml finns inte"),
        (["organisation", "check", "."], {}, "är en mapp"),
        (["init"], {"database_url": "mysql://x"}, "ICENGINE_DATABASE_URL"),
        (["init"], {"database_url": "sqlite:///:memory:"}, "ICENGINE_DATABASE_URL"),
        (["init"], {"database_url": "sqlite:///x.db?foo=bar"}, "ICENGINE_DATABASE_URL"),
        (["init"], {"database_url": "postgresql+psycopg://u:p@h:abc/db"}, "ICENGINE_DATABASE_URL"),
        (["init"], {"database_url": "sqlite:////finns/inte/alls.db"},
         "mappen finns inte eller går inte att skriva i"),
        (["init"], {"database_url": "postgresql+psycopg://127.0.0.1:1/x"}, "servern svarar inte"),
        (["report", "build", "x", "--out", "/dev/null/x"], {}, "icengine init"),
        (["demo", "--out", "/dev/null/x"], {}, "en del av sökvägen är en fil"),
        (["init"], {"database_url": "sqlite:////finns/inte/alls.db"}, "går inte att använda"),
        (["init"], {"database_url": "postgresql+psycopg://127.0.0.1:1/x"}, "går inte att använda"),
        (["tick"], {"port": "x"}, "ICENGINE_PORT"),
        (["demo", "--smtp"], {}, "ICENGINE_SMTP_HOST"),
        (["frequency", "ibland", "--year", "2026"], {}, "säger inte hur ofta.\nSkriv till exempel ”"),
        (["serve"], {"host": "203.0.113.7"}, "icengine init"),
    ],
)  # fmt: skip
def test_what_the_user_can_mend_is_code_1_in_two_lines(
    shell: Shell, args: list[str], settings: dict[str, str], said: str
) -> None:
    done = shell(*args, **settings)
    assert done.code == 1
    assert said in done.err
    assert len(done.err.strip().splitlines()) <= 2
    assert not re.search(r"(?i)\b(unable|not a|denied|refused|failed|no such)\b", done.err)


def test_a_file_that_is_no_database_is_said(shell: Shell) -> None:
    (shell.folder / "icengine.db").write_bytes(b"hej" * 5000)
    done = shell("task", "list")
    assert (done.code, len(done.err.splitlines()) <= 2) == (1, True)
    assert "ingen databas" in done.err


def test_every_problem_in_a_plan_is_said_and_nothing_is_stored(stored: Shell) -> None:
    stored("organisation", "import", str(ORGANISATION))
    broken = stored.folder / "plan.yaml"
    text = PLAN.read_text("utf-8").replace("frekvens: 1 gång per år", "frekvens: ibland")
    broken.write_text(text.replace("enhet: ks", "enhet: sk"), encoding="utf-8")
    for command in (["plan", "check", str(broken)], ["plan", "simulate", str(broken)]):
        done = stored(*command)
        assert done.code == 1
        assert len(re.findall(r"plan\.yaml:\d+:\d+: ", done.err)) == 2
    assert adopt(stored, broken).code == 1
    assert stored("task", "list", "--all").out == "Inga kontrolltillfällen.\n"


def test_check_and_simulate_touch_no_database(shell: Shell) -> None:
    assert "inga problem" in shell("plan", "check", str(PLAN)).out
    simulated = shell("plan", "simulate", str(PLAN)).out
    assert "1 februari–28 februari: K3" in simulated
    assert "Att lämna in per funktion och månad" in simulated
    assert list(shell.folder.iterdir()) == []


def test_a_plan_is_read_against_the_database_where_no_file_lies_beside_it(stored: Shell) -> None:
    stored("organisation", "import", str(ORGANISATION))
    alone = stored.folder / "plan.yaml"
    alone.write_text(PLAN.read_text("utf-8"), encoding="utf-8")
    assert "inga problem" in stored("plan", "check", str(alone)).out


def test_frequency_answers_with_json(shell: Shell) -> None:
    done = shell(
        "frequency", "februari, augusti och januari året efter", "--year", "2026", "--json"
    )
    answer = json.loads(done.out)
    assert done.code == 0
    assert list(answer) == ["text", "canonical", "kind", "occurrences"]
    assert answer["kind"] == "scheduled"
    assert answer["occurrences"][2] == {
        "slot": "2027-01", "label": "januari 2027", "from": "2027-01-01", "to": "2027-01-31",
        "opens": "2027-01-01", "due": "2027-01-29",
    }  # fmt: skip


def test_a_frequency_that_cannot_be_read_answers_with_problem_and_hint(shell: Shell) -> None:
    done = shell("frequency", "kvartal 5", "--year", "2026", "--json")
    assert done.code == 1
    assert list(json.loads(done.out)) == ["text", "problem", "hint"]


def test_a_reader_who_stops_reading_is_no_fault(shell: Shell) -> None:
    command = f'"{sys.executable}" -m icengine plan simulate "{PLAN}" | head -1'
    done = subprocess.run(
        command, shell=True, cwd=shell.folder, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_the_report_as_of_a_day_knows_nothing_later(
    shell: Shell, demo_once: tuple[Path, str]
) -> None:
    shutil.copytree(demo_once[0], shell.folder / "demo")
    demo = shell.below("demo")
    for day, said in (
        ("2022-03-01", "Två av 14 kontrolltillfällen har genomförts"),
        ("2023-02-10", "Alla är genomförda, vid sammanlagt 14 tillfällen"),
    ):
        built = demo("report", "build", "ks-2022", "--format", "html", "--as-of", day, "--out", day)
        assert built.code == 0, built.err
        page = (demo.folder / day / "slutrapport-ks-2022.html").read_text("utf-8")
        assert said in page.replace("\u00a0", " ")
    others = demo("report", "build", "ks-2022", "--format", "xlsx,JSON,txt", "--out", "ut")
    assert others.code == 0, others.err
    assert sorted(file.suffix for file in (demo.folder / "ut").iterdir()) == [
        ".json", ".txt", ".xlsx",
    ]  # fmt: skip
    early = demo("report", "build", "ks-2022", "--as-of", "2021-01-01")
    assert (early.code, "fanns inte i systemet vid den tidpunkten" in early.err) == (1, True)
    unknown = demo("report", "build", "bun-2022")
    assert (unknown.code, "Antagna planer: ks-2022" in unknown.err) == (1, True)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--dnr", "", "diarienummer saknas"),
        ("--dnr", " \t", "diarienummer saknas"),
        ("--paragraph", "  ", "paragraf saknas"),
        ("--date", "2099-01-01", "ligger i framtiden"),
    ],
)
def test_a_decision_without_its_particulars_adopts_nothing(
    shell: Shell, option: str, value: str, said: str
) -> None:
    shell("init")
    shell("organisation", "import", str(ORGANISATION))
    given = {"--dnr": "KS 1", "--date": "2021-12-14", "--paragraph": "§ 1"} | {option: value}
    done = shell("plan", "adopt", str(PLAN), *(part for pair in given.items() for part in pair))
    assert (done.code, len(done.err.splitlines()) <= 2) == (1, True)
    assert said in done.err
    assert shell("task", "list", "--all").out == "Inga kontrolltillfällen.\n"


def test_a_plan_that_is_adopted_after_its_year_has_begun_needs_a_reason(stored: Shell) -> None:
    stored("organisation", "import", str(ORGANISATION))
    adopt = ("plan", "adopt", str(PLAN), "--dnr", "1", "--paragraph", "1", "--date")
    refused = stored(*adopt, "2022-03-14")
    assert (refused.code, refused.out) == (1, "")
    assert "[sent] Planen antas först när planåret har börjat." in refused.err
    assert '--reason "sent=…"' in refused.err
    assert "inga planer" in stored("plan", "list").out
    done = stored(*adopt, "2022-03-14", "--reason", "sent=Nämnden är ny.")
    assert (done.code, "version 1" in done.out) == (0, True)


def test_a_plan_that_is_adopted_in_time_needs_none(stored: Shell) -> None:
    stored("organisation", "import", str(ORGANISATION))
    done = stored("plan", "adopt", str(PLAN), "--dnr", "1", "--date", "2022-01-01",
                  "--paragraph", "1")  # fmt: skip
    assert (done.code, "Skäl" in done.out) == (0, False)


def test_sentences_begin_with_a_capital_and_agree_with_their_number(shell: Shell) -> None:
    shell("init")
    shell("organisation", "import", str(ORGANISATION))
    adopt(shell)
    changed = shell.folder / "plan.yaml"
    changed.write_text(PLAN.read_text("utf-8").replace("år: 2022\n", "år: 2022\nriktlinje: A\n")
                       .replace("riktlinje: Riktlinje", "# ", 1), encoding="utf-8")  # fmt: skip
    done = adopt(shell, changed)
    assert "version 2. Inga kontrolltillfällen planerade." in done.out
    assert shell("tick", "--now", "2022-01-02").out.startswith("Inga kontrolltillfällen öppnade.")
    one = shell("tick", "--now", "2022-01-31").out
    assert "Ett kontrolltillfälle öppnade." in one
    assert "Ett mejl väntar" in one


@pytest.mark.parametrize("left", ["settings", "settings in latin-1", "database", "mail", "report"])
def test_the_demo_refuses_a_folder_that_is_somebody_elses(shell: Shell, left: str) -> None:
    name, text = {
        "settings": ("icengine.toml", 'database_url = "sqlite:///internkontroll.db"\n'),
        "settings in latin-1": ("icengine.toml", "# för oss"),
        "database": ("internkontroll.db", "x"),
        "mail": ("mail/viktigt.eml", "x"),
        "report": ("slutrapport-ks-2022.pdf", "x"),
    }[left]
    out = shell.folder / "ut"
    for kept in {name, "mail/viktigt.txt", "slutrapport-ks-2021.pdf"}:
        (out / kept).parent.mkdir(parents=True, exist_ok=True)
        (out / kept).write_text(text, encoding="latin-1")
    before = sorted(out.rglob("*"))
    for done in (shell("demo", "--out", "ut"), shell.below("ut")("demo", "--out", ".")):
        assert done.code == 1
        assert done.out == ""
        assert len(done.err.splitlines()) == 2
        assert "--out" in done.err
    assert sorted(out.rglob("*")) == before
    assert (out / name).read_text("latin-1") == text


def test_the_demo_removes_only_what_it_has_written(
    shell: Shell, demo_once: tuple[Path, str]
) -> None:
    folder = shell.folder / "demo"
    shutil.copytree(demo_once[0], folder)
    kept = ("slutrapport-ks-2021.pdf", "anteckning.txt", "mail/läs.txt", "mail/viktigt.eml")
    for name in kept:
        (folder / name).write_text("x", encoding="utf-8")
    assert shell("demo").code == 0
    assert [(folder / name).exists() for name in kept] == [True] * 4
    assert len(list((folder / "mail").glob("*.eml"))) == 50


@pytest.mark.parametrize("command", [["task", "list"], ["init"]])
def test_a_database_of_a_newer_program_is_said(stored: Shell, command: list[str]) -> None:
    set_revision(stored)
    done = stored(*command)
    assert done.code == 1
    assert done.err == (
        "Fel: Databasen är gjord av en nyare version av programmet.\nUppdatera programmet.\n"
    )


def set_revision(shell: Shell) -> None:
    from sqlalchemy import create_engine, text

    url = os.environ.get("ICENGINE_DATABASE_URL", f"sqlite:///{shell.folder / 'icengine.db'}")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


def test_an_output_that_lacks_a_letter_is_no_fault(shell: Shell) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "icengine", "plan", "simulate", str(PLAN)],
        cwd=shell.folder, capture_output=True, check=False,
        env=os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "1 februari?28 februari: K3".encode("latin-1") in done.stdout


def test_no_more_than_a_hundred_problems_are_said(shell: Shell) -> None:
    broken = shell.folder / "plan.yaml"
    broken.write_text("enhet: ks\når: 2022\nrisker:\n" + "  - {}\n" * 500, encoding="utf-8")
    done = shell("plan", "check", str(broken), "--organisation", str(ORGANISATION))
    rows = done.err.splitlines()
    assert len(rows) == 103
    found = re.fullmatch(r"och (\d+) problem till", rows[100])
    assert found
    assert rows[101].startswith(f"Fel: {int(found[1]) + 100} problem")


def test_the_list_of_tasks_says_what_it_leaves_out(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("init")
    shell("organisation", "import", str(ORGANISATION))
    adopt(shell)
    assert "till" not in shell("task", "list", "--all").out.splitlines()[-1].split()
    monkeypatch.setattr("icengine.cli.work.MOST_SHOWN", 13)
    rows = shell("task", "list", "--all").out.splitlines()
    assert (len(rows), rows[-1]) == (14, "och ett kontrolltillfälle till")
    monkeypatch.setattr("icengine.cli.work.MOST_SHOWN", 10)
    assert shell("task", "list", "--all").out.splitlines()[-1] == "och 4 kontrolltillfällen till"


def test_tasks_of_an_unknown_plan_are_an_error_that_names_the_plans(shell: Shell) -> None:
    shell("init")
    shell("organisation", "import", str(ORGANISATION))
    adopt(shell)
    assert shell("task", "list", "--plan", "ks-2022").out == "Inget väntar på svar.\n"
    done = shell("task", "list", "--plan", "ks-2023")
    assert (done.code, "Antagna planer: ks-2022" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("203.0.113.7", ": datorn har inte den adressen."),
        ("127.0.0.1", ": adressen används redan."),
    ],
)
def test_why_it_cannot_listen_is_said_in_swedish(shell: Shell, host: str, said: str) -> None:
    shell("init")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = shell("serve", host=host, port=str(taken.getsockname()[1]))
    assert (done.code, len(done.err.splitlines())) == (1, 2)
    assert said in done.err


def test_why_a_report_cannot_be_written_is_said_in_swedish(shell: Shell) -> None:
    shell("init")
    shell("organisation", "import", str(ORGANISATION))
    adopt(shell)
    (shell.folder / "fil").write_text("x", encoding="utf-8")
    done = shell("report", "build", "ks-2022", "--format", "html", "--out", "fil/x")
    assert (done.code, ": en del av sökvägen är en fil." in done.err) == (1, True)
