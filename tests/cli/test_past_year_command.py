"""Last year as a municipality has it in a table: taken in whole, and next year's plan begins from it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from commands import Ran, Shell
from workbooks import csv_file, ods, xlsx

ORGANISATION = Path(__file__).parents[2] / "plans" / "organisation.yaml"
DECISION = ("--dnr", "KS 2020/1", "--date", "2020-12-10", "--paragraph", "§ 200")
HEADS = ["Område", "Risk", "Sannolikhet", "Konsekvens", "Riskvärde", "Kontrollmoment", "Kontrollmetod",
         "Kontrollansvarig", "Tidpunkt", "Bedömning", "Resultat", "Åtgärd", "Ansvarig för åtgärd", "Klart",
         "Status"]  # fmt: skip
SITES = ["Demokrati", "Risken att webbplatser inte går att använda för alla", 3, 3, 9, "Webbplatserna granskas.",
         "Ta fram mätningar.", "Kommunikationschefen", "1 gång per år", "Gul", "Tre av tio når målet.",
         "Utbilda redaktörerna.", "Kommunikationschefen", "2022-03-31", "Pågående"]  # fmt: skip
INVOICES = ["Ekonomi", "Risken att fakturor attesteras av fel person", 2, 4, 8, "Attesträtterna jämförs.",
            "Jämför listorna.", "Kanslichefen", "Löpande", "Grön", "Inget att anmärka.", "", "", "", ""]  # fmt: skip
SUPPLIERS = [
    *INVOICES[:5],
    "Leverantörsregistret stäms av.",
    "",
    "Kanslichefen",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
]
TABLE: list[list[Any]] = [
    ["Internkontrollplan 2021"], ["Nämnd", "ks"], ["År", 2021], HEADS, SITES, INVOICES, SUPPLIERS,
]  # fmt: skip


@pytest.fixture
def started(shell: Shell) -> Shell:
    shell("init")
    assert shell("organisation", "import", str(ORGANISATION)).code == 0
    return shell


def take_in(shell: Shell, name: str, data: bytes, *more: str) -> Ran:
    (shell.folder / name).write_bytes(data)
    return shell("plan", "import-past", name, *(more or DECISION))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("forra.csv", csv_file(TABLE)),
        ("forra.xlsx", xlsx({"Plan 2021": TABLE})),
        ("forra.ods", ods({"Plan 2021": TABLE})),
    ],
)
def test_a_table_of_last_year_is_taken_in_with_what_it_showed(
    started: Shell, name: str, data: bytes
) -> None:
    ran = take_in(started, name, data)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [
        "ks-2021: 2 risker, 3 kontroller, 2 bedömningar, en åtgärd, en är öppen.",
        "  K1 Webbplatserna granskas: Mindre avvikelse",
        "  K2 Attesträtterna jämförs: Utan anmärkning",
        "  K3 Leverantörsregistret stäms av: ingen bedömning",
        "Året är inläst som ks-2021. Nästa plan: icengine plan next ks-2021",
    ]
    proposal = started("plan", "next", "ks-2021").out
    assert (
        "K1 Webbplatserna granskas: Inte utan anmärkning 2021, åtgärden Å2021-1 är öppen."
        in proposal
    )
    assert "K3 Leverantörsregistret stäms av: Inte genomförd 2021." in proposal
    assert "R2 Fakturor attesteras av fel person" not in proposal.split("Tas inte med")[0]
    assert "kontrollen K3 saknar frekvens" in proposal
    assert "K1 saknar" not in proposal


def test_a_dry_run_stores_nothing(started: Shell) -> None:
    ran = take_in(started, "forra.csv", csv_file(TABLE), *DECISION, "--dry-run")
    assert ran.out.endswith("Ingenting är sparat.\n")
    assert "ks-2021" not in started("plan", "list").out


def test_åtgärder_may_stand_on_a_sheet_of_their_own(started: Shell) -> None:
    actions = [
        ["Gäller", "Åtgärd", "Ansvarig", "Klart", "Status"],
        ["K2", "Uppdatera listan.", "Ekonomichefen", date(2021, 6, 30), "Avslutad"],
        ["R1", "Köp ett verktyg.", "Kommunikationschefen", date(2022, 9, 1), ""],
    ]
    ran = take_in(started, "forra.xlsx", xlsx({"Plan": TABLE, "Åtgärder": actions}))
    assert ran.code == 0, ran.err
    assert "3 åtgärder, 2 är öppna" in ran.out


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        (4, 9, "Lila", "forra.xlsx:Plan!J5: okänd bedömning ”Lila”"),
        (4, 13, "snart", "forra.xlsx:Plan!N5: klart är inte ett datum: ”snart”"),
        (4, 14, "kanske", "forra.xlsx:Plan!O5: status kan inte vara ”kanske”"),
        (4, 7, "Webbchefen", "forra.xlsx:Plan!H5: okänd funktion ”Webbchefen”"),
    ],
)
def test_what_is_wrong_names_sheet_row_and_column_and_nothing_is_stored(
    started: Shell, row: int, column: int, value: str, said: str
) -> None:
    table = [list(cells) for cells in TABLE]
    table[row][column] = value
    ran = take_in(started, "forra.xlsx", xlsx({"Plan": table}))
    assert ran.code == 1
    assert said in ran.err
    assert "ks-2021" not in started("plan", "list").out


def test_the_decision_is_asked_for_where_nobody_has_said_it(started: Shell) -> None:
    ran = take_in(started, "forra.csv", csv_file(TABLE), "--year", "2021")
    assert ran.code == 1
    assert "beslutet saknar dnr (ange --dnr, --date och --paragraph)" in ran.err


def test_a_year_that_is_there_is_not_taken_in_again(started: Shell) -> None:
    take_in(started, "forra.csv", csv_file(TABLE))
    ran = take_in(started, "forra.csv", csv_file(TABLE))
    assert ran.code == 1
    assert "Planen ks-2021 finns redan." in ran.err
