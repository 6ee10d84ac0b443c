"""Plans as files from the command line: out as YAML and Excel, in as a draft, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Ran, Shell
from workbooks import csv_file, ods, xlsx

PLANS = Path(__file__).parents[2] / "plans"
PLAN, ORGANISATION = PLANS / "ks-2022.yaml", PLANS / "organisation.yaml"
DECISION = ("--dnr", "KS 2021/0412", "--date", "2021-12-14", "--paragraph", "§ 214")
TABLE = [
    ["Nämnd", "ks"],
    ["År", 2023],
    ["Område", "Risk", "S", "K", "Riskvärde", "Kontrollmoment", "Kontrollmetod", "Tidpunkt", "Kontrollansvarig"],
    ["Ekonomi", "Risk att fakturor betalas två gånger", 3, 3, 9, "Dubbla fakturor", "Kör rapporten.", "2 ggr per år",
     "Ekonomichefen"],
]  # fmt: skip


@pytest.fixture
def started(shell: Shell) -> Shell:
    """A database with the example organisation."""
    shell("init")
    assert shell("organisation", "import", str(ORGANISATION)).code == 0
    return shell


def done(ran: Ran) -> str:
    """What a command that succeeded said."""
    assert ran.code == 0, ran.err
    return ran.out


def put(shell: Shell, name: str, data: bytes) -> str:
    (shell.folder / name).write_bytes(data)
    return name


def canonical(shell: Shell, source: str) -> str:
    return done(shell("plan", "export", source, "--organisation", str(ORGANISATION)))


def test_yaml_to_excel_to_yaml_is_the_same_bytes(shell: Shell) -> None:
    text = canonical(shell, str(PLAN))
    with_organisation = ("--organisation", str(ORGANISATION))
    said = done(
        shell(
            "plan",
            "export",
            str(PLAN),
            "--format",
            "xlsx",
            "--out",
            "plan.xlsx",
            *with_organisation,
        )
    )
    assert said == f"{PLAN} är skriven till plan.xlsx.\n"
    assert canonical(shell, "plan.xlsx") == text
    done(shell("plan", "export", "plan.xlsx", "--out", "åter.yaml", *with_organisation))
    assert (shell.folder / "åter.yaml").read_text("utf-8") == text
    assert canonical(shell, "åter.yaml") == text


def test_a_stored_plan_goes_out_is_changed_and_comes_in_again(stored: Shell) -> None:
    stored("organisation", "import", str(ORGANISATION))
    done(stored("plan", "adopt", str(PLAN), *DECISION))
    assert (
        done(stored("plan", "export", "ks-2022", "--out", "ks.xlsx"))
        == "ks-2022, version 1 är skriven till ks.xlsx.\n"
    )
    dry = done(stored("plan", "import", "ks.xlsx", "--dry-run"))
    assert dry == "Inget skiljer filen från version 1. Ingenting är sparat.\n"
    done(stored("plan", "export", "ks-2022", "--out", "ks.yaml"))
    text = (stored.folder / "ks.yaml").read_text("utf-8")
    assert text.startswith("# hämtad från: ks-2022, version 1\nenhet: ks\når: 2022\n")
    (stored.folder / "ks.yaml").write_text(
        text.replace("Digital tillgänglighet", "Nytt namn"), "utf-8"
    )
    line = "  R1 Nytt namn: titel: Digital tillgänglighet → Nytt namn\n"
    dry = done(stored("plan", "import", "ks.yaml", "--dry-run"))
    assert dry == f"{line}Så skulle det bli mot version 1. En ändring. Ingenting är sparat.\n"
    assert (
        done(stored("plan", "import", "ks.yaml"))
        == f"{line}Utkastet till ks-2022 är sparat. En ändring.\n"
    )
    assert (
        done(stored("plan", "import", "ks.yaml"))
        == "Utkastet till ks-2022 är oförändrat. Ingenting är sparat.\n"
    )
    assert "titel: Nytt namn\n" in done(stored("plan", "export", "ks-2022"))
    assert "titel: Digital tillgänglighet\n" in done(
        stored("plan", "export", "ks-2022", "--adopted")
    )


def test_the_second_of_two_with_a_file_is_told(started: Shell) -> None:
    done(started("plan", "import", str(PLAN)))
    for name in ("a", "b"):
        done(started("plan", "export", "ks-2022", "--out", f"{name}.yaml"))
        path = started.folder / f"{name}.yaml"
        path.write_text(
            path.read_text("utf-8").replace("Digital tillgänglighet", f"Namn {name}"), "utf-8"
        )
    done(started("plan", "import", "a.yaml"))
    dry = started("plan", "import", "b.yaml", "--dry-run")
    assert "Att läsa in filen kräver --force." in dry.err
    ran = started("plan", "import", "b.yaml")
    assert (ran.code, ran.out) == (1, "")
    assert "Någon annan har sparat utkastet sedan filen hämtades." in ran.err
    assert "titel: Namn a\n" in done(started("plan", "export", "ks-2022"))
    done(started("plan", "import", "b.yaml", "--force"))
    assert "titel: Namn b\n" in done(started("plan", "export", "ks-2022"))


@pytest.mark.parametrize(
    ("name", "data"),
    [("ik.xlsx", xlsx({"IK-plan": TABLE})), ("ik.ods", ods({"IK-plan": TABLE})), ("ik.csv", csv_file(TABLE))],
)  # fmt: skip
def test_a_table_as_municipalities_have_it_becomes_a_draft_and_what_was_read_is_said(
    started: Shell, name: str, data: bytes
) -> None:
    put(started, name, data)
    dry = started("plan", "import", name, "--dry-run")
    assert dry.code == 0
    assert "kontroll utan id har fått id K1" in dry.err
    assert dry.out.endswith("Så skulle det bli. 2 ändringar. Ingenting är sparat.\n")
    assert started("plan", "export", "ks-2023").code == 1
    done(started("plan", "import", name))
    assert "titel: Dubbla fakturor\n" in done(started("plan", "export", "ks-2023"))
    for command in ("check", "simulate"):
        assert "en kontroll" in done(started("plan", command, name))


def test_the_same_rows_keep_their_ids_and_new_ones_get_new(started: Shell) -> None:
    done(started("plan", "import", str(PLAN)))
    rows = [["Nämnd", "ks"], ["År", 2022], *TABLE[2:]]
    rows.append(["Ekonomi", "Digital tillgänglighet", 3, 3, 9, "Tillgängliga webbplatser", "Pröva.", "en gång per år",
                 "Ekonomichefen"])  # fmt: skip
    put(started, "ny.xlsx", xlsx({"IK": rows}))
    done(started("plan", "import", "ny.xlsx", "--force"))
    text = done(started("plan", "export", "ks-2022"))
    assert "id: R1\n  område: Ekonomi\n  titel: Digital tillgänglighet\n" in text
    assert "id: K1\n    titel: Tillgängliga webbplatser\n" in text
    assert "id: R9\n" in text
    assert "id: K8\n" in text


def test_what_the_file_does_not_say_is_given_beside_it(started: Shell) -> None:
    put(started, "ik.csv", csv_file(TABLE[2:]))
    ran = started("plan", "import", "ik.csv")
    assert ran.code == 1
    assert "planen saknar enhet" in ran.err
    done(
        started(
            "plan", "import", "ik.csv", "--unit", "ks", "--year", "2024", "--author", "Kanslichefen"
        )
    )
    assert "upprättad av: Kanslichefen\n" in done(started("plan", "export", "ks-2024"))


def test_every_problem_is_listed_and_nothing_is_stored(started: Shell) -> None:
    wrong = [*TABLE[:3], ["Ekonomi", "Risk", 9, 3, 6, "Köp", "", "nån gång", "Ekonomichfen"]]
    put(started, "ik.xlsx", xlsx({"IK": wrong}))
    ran = started("plan", "import", "ik.xlsx")
    assert (ran.code, ran.out) == (1, "")
    for place in ("IK!C4: sannolikhet är ”9”", "IK!E4: riskvärdet är 6, men 9 × 3 är 27", "IK!G4: kontrollen K1 saknar metod",
                  "IK!H4:", "IK!I4: okänd funktion ”Ekonomichfen” (menade du ”Ekonomichefen”?)"):  # fmt: skip
        assert f"ik.xlsx:{place}" in ran.err
    assert "Ingenting är sparat." in ran.err
    assert started("plan", "export", "ks-2023").code == 1


def test_a_workbook_is_adopted_as_a_text_file_is_but_never_with_ids_made_up(started: Shell) -> None:
    done(
        started(
            "plan", "export", str(PLAN), "--out", "ks.xlsx", "--organisation", str(ORGANISATION)
        )
    )
    assert "är antagen, version 1" in done(started("plan", "adopt", "ks.xlsx", *DECISION))
    put(started, "ik.xlsx", xlsx({"IK": [["Nämnd", "ks"], ["År", 2021], *TABLE[2:]]}))
    ran = started("plan", "adopt", "ik.xlsx", *DECISION)
    assert (ran.code, ran.out) == (1, "")
    assert "kontrollen saknar id" in ran.err


def test_the_template_is_written_with_an_organisations_functions(started: Shell) -> None:
    args = ("--organisation", str(ORGANISATION), "--unit", "ks", "--year", "2027")
    assert (
        done(started("plan", "template", "--out", "mall.xlsx", *args))
        == "Mallen är skriven till mall.xlsx.\n"
    )
    ran = started("plan", "check", "mall.xlsx")
    assert ran.code == 1
    assert "planen saknar risker" in ran.err
    assert "saknar enhet" not in ran.err
    done(started("plan", "template", "--out", "tom.xlsx"))
    assert (started.folder / "tom.xlsx").read_bytes() == (PLANS / "mall.xlsx").read_bytes()


def test_a_file_that_is_there_is_not_written_over_unasked(started: Shell) -> None:
    put(started, "ut.yaml", b"min egen text")
    ran = started(
        "plan", "export", str(PLAN), "--out", "ut.yaml", "--organisation", str(ORGANISATION)
    )
    assert (ran.code, len(ran.err.splitlines())) == (1, 2)
    assert "ut.yaml finns redan." in ran.err
    assert (started.folder / "ut.yaml").read_bytes() == b"min egen text"
    done(
        started(
            "plan",
            "export",
            str(PLAN),
            "--out",
            "ut.yaml",
            "--force",
            "--organisation",
            str(ORGANISATION),
        )
    )
    assert (started.folder / "ut.yaml").read_text("utf-8").startswith("enhet: ks\n")
    ran = started(
        "plan", "export", str(PLAN), "--out", "finns/inte.xlsx", "--organisation", str(ORGANISATION)
    )
    assert "mappen eller filen finns inte" in ran.err


@pytest.mark.parametrize(
    "args",
    [
        ["export", str(PLAN), "--format", "docx"],
        ["export", str(PLAN), "--format", "xlsx"],
        ["export", str(PLAN), "--out", "plan.docx"],
        ["export"],
        ["import"],
        ["template"],
        ["template", "--out", "a.xlsx", "--year", "27"],
    ],
)
def test_wrong_usage_is_code_2_in_two_lines(started: Shell, args: list[str]) -> None:
    ran = started("plan", *args)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 2)
    assert "Hjälp: icengine plan" in ran.err


@pytest.mark.parametrize("name", ["finns-inte.xlsx", "finns-inte.yaml"])
def test_a_file_that_is_not_there_is_said(started: Shell, name: str) -> None:
    for command in ("import", "export", "check"):
        ran = started("plan", command, name)
        assert (ran.code, len(ran.err.splitlines())) == (1, 2)
        assert "finns inte eller går inte att öppna" in ran.err


def test_a_long_difference_is_cut(started: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("icengine.cli.planfiles.MOST_SHOWN", 3)
    rows = done(started("plan", "import", str(PLAN), "--dry-run")).splitlines()
    assert (len(rows), rows[3]) == (5, "  och 12 ändringar till")


def test_a_stored_plan_is_checked_and_simulated_by_its_key(started: Shell) -> None:
    done(started("plan", "import", str(PLAN)))
    assert "ks-2022: inga problem." in done(started("plan", "check", "ks-2022"))
    assert "K3" in done(started("plan", "simulate", "ks-2022"))
    missing = started("plan", "check", "ks-2099")
    assert missing.code == 1
    assert "Planen ks-2099 finns inte." in missing.err


def test_a_table_that_does_not_say_its_unit_is_told_how_to_say_it(started: Shell) -> None:
    ran = started("plan", "import", put(started, "plan.csv", csv_file(TABLE[2:])))
    assert ran.code == 1
    assert "eller ange --unit ID" in ran.err
    assert "eller ange --year ÅR" in ran.err
