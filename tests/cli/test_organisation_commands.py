"""The organisation from the command line: units, functions, roles, and the file out and in."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Ran, Shell

FILE = Path(__file__).parents[2] / "plans" / "organisation.yaml"


@pytest.fixture
def started(shell: Shell) -> Shell:
    """A database with the example organisation."""
    shell("init")
    assert shell("organisation", "import", str(FILE)).code == 0
    return shell


def done(ran: Ran) -> str:
    """What a command that succeeded said."""
    assert ran.code == 0, ran.err
    return ran.out


def test_what_is_exported_can_be_imported_and_changes_nothing(stored: Shell) -> None:
    stored("organisation", "import", str(FILE))
    out = done(stored("organisation", "export", "--out", "ut.yaml"))
    assert out == "Älvhamra kommun, version 1, är skriven till ut.yaml.\n"
    text = (stored.folder / "ut.yaml").read_text("utf-8")
    assert done(stored("organisation", "export")) == text
    assert text.startswith("organisation: Älvhamra kommun\nversion: 1\n")
    assert "oförändrad" in done(stored("organisation", "import", "ut.yaml"))


def test_a_dry_run_shows_what_would_change_and_saves_nothing(started: Shell) -> None:
    changed = started.folder / "ny.yaml"
    text = FILE.read_text("utf-8").replace("ekonomi@kommun", "ny.ekonomi@kommun")
    changed.write_text(text, encoding="utf-8")
    line = "  Ekonomichefen: innehavare: ekonomi@kommun.example → ny.ekonomi@kommun.example\n"
    dry = done(started("organisation", "import", "ny.yaml", "--dry-run"))
    assert dry == f"{line}Så skulle det bli. Ingenting är sparat.\n"
    assert "version 1\n" in done(started("organisation", "show"))
    assert done(started("organisation", "import", "ny.yaml")).startswith(line)
    assert "ny.ekonomi@kommun.example" in done(started("organisation", "show"))


def test_an_exported_file_that_is_out_of_date_is_refused(started: Shell) -> None:
    started("organisation", "export", "--out", "ut.yaml")
    started("unit", "change", "bun", "--name", "Skolnämnden")
    ran = started("organisation", "import", "ut.yaml")
    assert (ran.code, len(ran.err.splitlines())) == (1, 2)
    assert "Filen utgår från version 1, men databasen har version 2." in ran.err


def test_a_long_difference_is_cut(started: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("icengine.cli.organisation.MOST_SHOWN", 2)
    changed = started.folder / "ny.yaml"
    text = FILE.read_text("utf-8").replace("egen myndighet: ja", "egen myndighet: nej")
    changed.write_text(text, encoding="utf-8")
    rows = done(started("organisation", "import", "ny.yaml", "--dry-run")).splitlines()
    assert (len(rows), rows[2]) == (4, "  och 5 ändringar till")


def test_the_tree_shows_dates_functions_and_who_holds_them(started: Shell) -> None:
    rows = done(started("organisation", "show")).splitlines()
    assert rows[0] == "Älvhamra kommun, version 1"
    assert "  Kommunstyrelsen (ks): nämnd, egen myndighet" in rows
    assert "    Kommunledningskontoret (klk): förvaltning" in rows
    assert "      – Ekonomichefen: ekonomi@kommun.example" in rows
    assert "  Tekniska nämnden (tn): nämnd, till 31 december 2018, egen myndighet" in rows
    assert (
        "  Samhällsbyggnadsnämnden (sbn): nämnd, från 1 januari 2019, egen myndighet, "
        "föregångare tn, bn" in rows
    )


def test_units_come_move_merge_and_end(started: Shell) -> None:
    new = ("unit", "add", "kn", "--name", "Kulturnämnden", "--kind", "nämnd", "--under", "kommun")
    assert done(started(*new, "--from", "2026-01-01", "--own-authority")) == (
        "  Enheten kn: Kulturnämnden, nämnd under Älvhamra kommun från 1 januari 2026, "
        "egen myndighet ja\n"
        "Sparat. Organisationen har nu version 2.\n"
    )
    again = started(*new)
    assert (again.code, again.err) == (1, "Fel: Enheten ”kn” finns redan.\nVälj ett annat.\n")
    admitted = done(started("unit", "change", "kn", "--admit", "ändra", "--admit", "skyddat"))
    assert "inte → ändra och skyddat" in admitted
    assert "ändra och skyddat → inte" in done(started("unit", "change", "kn", "--admit", "inget"))
    moved = done(started("unit", "move", "klk", "--under", "kn", "--from", "2027-01-01"))
    assert "flyttar: under Kulturnämnden från 1 januari 2027" in moved
    merged = done(
        started("unit", "merge", "kbn", "--name", "Kultur- och skolnämnden", "--kind", "nämnd",
                "--from", "2028-01-01", "--of", "kn", "--of", "bun")
    )  # fmt: skip
    assert "Kulturnämnden: sista dag: 31 december 2027" in merged
    assert "under Kultur- och skolnämnden från 1 januari 2028" in merged
    ended = started("unit", "end", "kbn", "--date", "2029-12-31")
    assert ended.err.startswith("Fel: Enheten klk ligger under kbn, som upphör 31 december 2029.")
    assert "så är det redan" in done(started("unit", "change", "kn", "--kind", "nämnd"))
    assert done(started("unit", "end", "son", "--date", "2027-12-31")).endswith("version 7.\n")


def test_functions_change_hands(started: Shell) -> None:
    assert done(started("function", "add", "Upphandlingschefen", "--unit", "klk"))
    assert "vid Kommunstyrelsen" in done(
        started("function", "change", "Upphandlingschefen", "--unit", "ks")
    )
    given = ("function", "give", "upphandlingschefen", "Ny@kommun.example")
    assert "ny@kommun.example från 1 mars 2026" in done(started(*given, "--from", "2026-03-01"))
    assert "har redan funktionen" in started(*given, "--to", "2026-04-01").err
    stood_in = ("function", "substitute", "Upphandlingschefen", "it@kommun.example")
    assert "ersättare: it@kommun.example 6 juli 2026–31 juli 2026" in done(
        started(*stood_in, "--from", "2026-07-06", "--to", "2026-07-31")
    )
    ended = ("function", "end", "Upphandlingschefen", "ny@kommun.example", "--date", "2026-12-31")
    assert "1 mars 2026–31 december 2026" in done(started(*ended))
    assert "så är det redan" in done(started(*ended))
    unknown = started(
        "function", "end", "Upphandlingschefen", "x@kommun.example", "--date", "2026-01-01"
    )
    assert unknown.err.startswith("Fel: x@kommun.example har inte funktionen Upphandlingschefen")


def test_roles_are_given_listed_and_ended(started: Shell) -> None:
    person = ("role", "give", "A@kommun.example", "läsare", "--unit", "bun", "--to", "2099-12-31")
    assert "Läsare vid Barn- och utbildningsnämnden: a@kommun.example" in done(started(*person))
    assert done(started("role", "list")).splitlines() == [
        "bostader: administratör Vd för Älvhamra Bostäder, tills vidare",
        "bun: läsare a@kommun.example, till 31 december 2099",
        "kommun: läsare Revisionens ordförande, tills vidare",
        "ks: administratör Kanslichefen, tills vidare",
        "ks: chef Kommundirektören, tills vidare",
        "ks: controller Controllern, tills vidare",
    ]
    assert done(started("role", "list", "--unit", "klk")) == "Inga roller.\n"
    ended = ("role", "end", "controller", "--function", "controllern", "--unit", "ks")
    assert "till 31 januari 2026" in done(started(*ended, "--date", "2026-01-31"))
    missing = started(
        "role", "end", "a@kommun.example", "chef", "--unit", "bun", "--date", "2026-01-01"
    )
    assert (missing.code, "har inte rollen chef vid bun" in missing.err) == (1, True)


@pytest.mark.parametrize(
    "args",
    [
        ["unit", "add", "x", "--name", "X", "--kind", "stad", "--under", "kommun"],
        ["unit", "change", "bun", "--admit", "allt"],
        ["unit", "end", "bun", "--date", "i morgon"],
        ["unit", "merge", "x", "--name", "X", "--kind", "nämnd", "--from", "2027-01-01"],
        ["role", "give", "a@kommun.example", "chefen", "--unit", "bun"],
        ["role", "give", "chef", "--unit", "bun"],
        ["role", "give", "a@kommun.example", "chef", "--function", "HR-chefen", "--unit", "bun"],
        ["role", "give", "a@kommun.example", "godkännare", "--unit", "bun"],
        ["function", "substitute", "HR-chefen", "a@kommun.example", "--from", "2026-01-01"],
    ],
)  # fmt: skip
def test_wrong_usage_is_code_2_in_two_lines(started: Shell, args: list[str]) -> None:
    ran = started(*args)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 2)
    assert "Hjälp: icengine" in ran.err


def test_a_file_that_cannot_be_written_is_said(started: Shell) -> None:
    ran = started("organisation", "export", "--out", "finns/inte.yaml")
    assert (ran.code, len(ran.err.splitlines())) == (1, 2)
    assert "mappen eller filen finns inte" in ran.err
