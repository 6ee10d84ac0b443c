"""The report as a workbook, opened again: every table is there, cell by cell, ready to be counted on."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import report_facts as make
from report_sheets import Rows, lines, opened
from test_report_texts import AWKWARD, awkward, shared

from icengine.domain.report import build_report
from icengine.domain.report_actions import LONG
from icengine.domain.report_model import Cell, Column, Report, Section, Table, Text, Topic
from icengine.domain.task import Answer
from icengine.domain.text import shown
from icengine.render import FORMATS
from icengine.render.cells import LONGEST


@pytest.fixture(scope="module")
def book(report: Report) -> dict[str, Rows]:
    return opened(FORMATS["xlsx"](report))


def of(*blocks: Any, **fields: Any) -> Report:
    """A report with one section."""
    whole = build_report(make.make_facts(make.make_plan()))
    section = Section("ett", "Ett avsnitt", blocks, **fields)
    return replace(whole, sections=(section,), fingerprint="").sealed()


def table(*rows: tuple[Cell, ...], heads: tuple[str, ...] = ("A", "B"), **fields: Any) -> Table:
    return Table("t", tuple(Column(head) for head in heads), rows, **fields)


def text_cell(text: str) -> Any:
    """What becomes of a text in a table's second cell."""
    found = opened(FORMATS["xlsx"](of(table((Cell("rad"), Cell(text)), caption="Prov."))))
    return found["Prov"][0]["B"]


# ---- what a user finds ----


def test_every_control_is_a_row_with_its_risk_outcome_and_actions(book: dict[str, Rows]) -> None:
    rows = book["Kontrollmoment"]
    assert [row["Nr"] for row in rows] == ["K1", "K2", "K3", "K4", "K5", "K6", "K7"]
    one = rows[2]
    assert one["Titel"] == "Grundutbildning i informationssäkerhet"
    assert one["Processområde"] == "Processkvalitet"
    assert one["Risk"] == "R3 Medarbetarnas kunskap"
    assert one["Bedömning"] == "▲ Mindre avvikelse"
    assert one["Bedömning, förklaring"] == "Det senaste tillfället avgör årets bedömning."
    assert one["Utfall"] == 62.6
    assert one["Utfall, i ord"] == "62,6 % (5 405 av 8 633)"
    assert one["Godkännare"] == "Säkerhetschefen"
    assert one["Frekvens"] == "Februari och augusti 2022 samt januari 2023"
    assert one["Metod"].startswith("Uppgifter ur utbildningssystemet")
    assert one["Åtgärd"].count("•") == 2
    assert one["Kommentar"].startswith("Kommentar, januari 2023: Många medarbetare")
    assert rows[6]["Märkning"] == "obligatoriskt"
    assert rows[3]["Mål"] == 90


def test_a_protected_control_is_a_row_that_says_no_more_than_its_bedömning() -> None:
    hidden = make.make_control("K8", protected=True, title="Hemlig")
    plan = make.make_plan(make.make_risk("R1", hidden, make.make_control("K9")))
    data = FORMATS["xlsx"](build_report(make.make_facts(plan, [make.answered(hidden, "rod")])))
    row = opened(data)["Kontrollmoment"][0]
    assert (row["Nr"], row["Titel"]) == ("K8", "Redovisas separat")
    assert row["Bedömning"] == "■ Allvarlig avvikelse"
    assert row["Metod"] == row["Resultat"] == ""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"Hemlig" in archive.read(name) for name in archive.namelist())


def test_all_occurrences_are_one_list_with_dates_and_numbers(book: dict[str, Rows]) -> None:
    rows = book["Tillfällen"]
    assert [row["Tillfälle"] for row in rows] == ["Februari 2022", "Augusti 2022", "Januari 2023"]
    assert {row["Kontrollmoment"] for row in rows} == {"K3 Grundutbildning i informationssäkerhet"}
    assert rows[0]["Svar lämnat"] == date(2022, 2, 28)
    assert [row["Utfall"] for row in rows] == [31, 52, 62.6]
    assert rows[2]["Resultat"].startswith("5 405 av 8 633 medarbetare")


def test_all_actions_are_one_list(book: dict[str, Rows]) -> None:
    rows = book["Åtgärder"]
    assert [row["Nr"] for row in rows] == [
        "D1", "Å1", "Å2", "Å3", "Å4", "Å5", "Å6", "Å2021-3",
    ]  # fmt: skip
    assert [row["Avsnitt"] for row in rows][:2] == ["Direktåtgärder", "Åtgärder från 2022"]
    assert rows[-1]["Avsnitt"] == "Öppna åtgärder från tidigare år"
    assert rows[1]["Klart"] == date(2023, 5, 31)
    assert rows[4]["Status"] == "! Försenad"


def test_units_of_shared_controls_are_one_list_after_their_control() -> None:
    rows = opened(FORMATS["xlsx"](shared()))["Enheter"]
    assert len(rows) == 40
    assert opened(FORMATS["xlsx"](shared()))["Kontrollmoment"][0]["Enheter"] == 40
    assert {row["Kontrollmoment"] for row in rows} == {"K1 Kontroll K1"}
    assert rows[0]["Bedömning"] == "■ Allvarlig avvikelse"


def test_the_first_sheet_tells_of_the_report_and_leads_to_the_others(report: Report) -> None:
    data = FORMATS["xlsx"](report)
    said = [row[0] for row in lines(data)] + [row[1] for row in lines(data)]
    for text in (report.title, report.subtitle, report.organisation, report.answer,
                 report.fingerprint, "KS 2023/0087", "10 februari 2023", 7, "öppna åtgärder",
                 "■ Allvarlig avvikelse", "Kravet eller målet är inte uppfyllt. Åtgärd krävs snarast.",
                 "Tabell 4. Risker, högsta zonen först."):  # fmt: skip
        assert text in said, text
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        links = re.findall(r'location="([^"]+)"', archive.read("xl/worksheets/sheet1.xml").decode())
    names = [link.rpartition("!")[0].strip("'") for link in links]
    assert names == list(opened(data))[1:]


def test_nothing_of_the_running_text_is_lost(report: Report, book: dict[str, Rows]) -> None:
    said = "\n".join(row["Text"] for row in book["Texter"])
    for block in report.blocks():
        if isinstance(block, Text):
            body = (block.body,) if isinstance(block.body, str) else block.body
            for part in body:
                for line in (part,) if isinstance(part, str) else part:
                    assert line.replace("\u00a0", " ") in said


def test_a_long_result_stands_in_its_cell_though_a_page_puts_it_under_the_table() -> None:
    control, text = make.make_control("K1"), "Ett långt resultat. " * 200
    assert len(text) > LONG
    plan = make.make_plan(make.make_risk("R1", control))
    facts = make.make_facts(plan, [make.answered(control, "gul", answer=Answer(text, "gul"))])
    row = opened(FORMATS["xlsx"](build_report(facts)))["Kontrollmoment"][0]
    assert row["Resultat"] == text.strip()
    assert "Ett långt" not in row.get("Kommentar", "")


# ---- sheets and columns ----


def test_the_head_stays_and_every_list_can_be_filtered(report: Report) -> None:
    data = FORMATS["xlsx"](report)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        tables = [archive.read(n).decode() for n in archive.namelist() if "/tables/" in n]
        for name in sorted(names)[1:]:
            if name != "xl/worksheets/sheet1.xml":
                sheet = archive.read(name).decode()
                assert 'state="frozen"' in sheet
                assert "<tablePart " in sheet
                assert 'orientation="landscape"' in sheet
                assert "fitToPage" in sheet
        workbook = archive.read("xl/workbook.xml").decode()
    assert all("<autoFilter" in one for one in tables)
    assert len(tables) == len(names) - 1
    assert workbook.count("_xlnm.Print_Titles") == len(tables)


def test_a_sum_is_not_sorted_or_filtered_with_the_rows() -> None:
    rows = ((Cell("a"), Cell("1", 1)), (Cell("b"), Cell("2", 2)), (Cell("Alla"), Cell("3", 3)))
    data = FORMATS["xlsx"](of(table(*rows, caption="Antal.", total=True)))
    assert [row["B"] for row in opened(data)["Antal"]] == [1, 2, 3]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert 'ref="A1:B3"' in archive.read("xl/tables/table1.xml").decode()


def test_names_of_sheets_are_permitted_short_and_differ() -> None:
    captions = (
        "Antal [per] enhet: allt",
        "Antal per enhet",
        "antal per enhet",
        "'",
        "History",
        "Om rapporten",
        "Ett mycket långt namn på en tabell som ingen flik kan ha",
        "Ett mycket långt namn på en tabell som ingen flik kan visa",
        "😀" * 40,
        "",
    )
    tables = [replace(table((Cell("x"), Cell("y"))), id=f"t{n}", caption=caption)
              for n, caption in enumerate(captions)]  # fmt: skip
    names = list(opened(FORMATS["xlsx"](of(*tables))))
    assert len(names) == len({name.casefold() for name in names}) == len(captions) + 2
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert name.casefold() != "history"


def test_heads_that_are_the_same_or_nothing_are_told_apart() -> None:
    heads = ("Risk", "risk", "", "Ri\u00adsk")
    rows = (tuple(Cell(str(n)) for n in range(4)),)
    found = opened(FORMATS["xlsx"](of(table(*rows, heads=heads, caption="Prov."))))["Prov"]
    assert list(found[0]) == ["Risk", "risk (2)", "Kolumn", "Risk (3)"]


def test_a_table_without_rows_keeps_its_heads() -> None:
    data = FORMATS["xlsx"](of(table(caption="Tom.")))
    assert lines(data, "Tom") == [["A", "B"]]


def test_tables_of_one_name_are_joined_after_what_their_sections_tell_of() -> None:
    def part(n: int, *heads: str) -> Section:
        own = replace(table(tuple(Cell(f"{h}{n}") for h in heads), heads=heads), id=f"t{n}")
        return Section(
            f"s{n}", f"Del {n}", (replace(own, sheet="Allt"),), topic=Topic("Del", f"D{n}")
        )

    parts = tuple(part(n, *heads) for n, heads in enumerate((("A", "C"), ("A", "B", "C"))))
    found = opened(FORMATS["xlsx"](of(sections=parts)))["Allt"]
    assert list(found[0]) == ["Del", "A", "B", "C"]
    assert [row["Del"] for row in found] == ["D0 Del 0", "D1 Del 1"]
    assert [row["B"] for row in found] == ["", "B1"]


# ---- values ----


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (Cell("5\u00a0405", 5405), 5405),
        (Cell("62,6\u00a0%", Decimal("62.6")), 62.6),
        (Cell("2023-05-31", "2023-05-31"), date(2023, 5, 31)),
        (Cell("0", 0), 0),
        (Cell("−3", -3), -3),
        (Cell("12345678901234567890", 12345678901234567890), "12345678901234567890"),
        (Cell("1850-01-01", "1850-01-01"), "1850-01-01"),
        (Cell("i går", "i går"), "i går"),
        (Cell("007"), "007"),
        (Cell("2023-05-31"), "2023-05-31"),
        (Cell(), ""),
    ],
)
def test_a_number_is_a_number_a_date_a_date_and_a_text_a_text(cell: Cell, found: Any) -> None:
    book = opened(FORMATS["xlsx"](of(table((Cell("rad"), cell), caption="Prov."))))
    assert list(book["Prov"][0].items())[1:] == [("B", found)]


def test_what_a_text_says_beside_its_number_has_a_column() -> None:
    cell = Cell(("63\u00a0%", "5 405 av 8 633"), Decimal(63))
    row = opened(FORMATS["xlsx"](of(table((Cell("rad"), cell), caption="Prov."))))["Prov"][0]
    assert row == {"A": "rad", "B": 63, "B, i ord": "63 %\n5 405 av 8 633"}


# ---- odd texts ----


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_awkward_texts_are_kept_as_the_page_shows_them(text: str) -> None:
    wanted = shown(text).replace("\u00a0", " ")
    assert text_cell(shown(text)) == wanted


@pytest.mark.parametrize(
    "text",
    ["=1+1", "@cmd", "+46 8", "-5", "{=A1}", "https:" + "//x.example/", "mailto:x@y.example",
     "internal:A1", "_x0041_x0042_", "_x000D_", "<r>x</r>", "<r><t>x</t></r>", "a & b < c > d",
     "'x", "1e5", "TRUE"],
)  # fmt: skip
def test_a_text_stays_a_text_whatever_it_looks_like(text: str) -> None:
    data = FORMATS["xlsx"](of(table((Cell(text), Cell(text)), heads=(text, "B"), caption="Prov.")))
    assert opened(data)["Prov"] == [{text: text, "B": text}]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
        assert not any(b"hyperlink" in archive.read(n) and b"x.example" in archive.read(n)
                       for n in archive.namelist() if "sheet" in n and "shared" not in n)  # fmt: skip


def test_control_characters_and_soft_hyphens_are_left_out_and_emoji_kept() -> None:
    assert text_cell("a\x00\x07b\x1b\ufffe \u00adintern\u00adkontroll 😀 👨‍👩‍👧 محمد") == (
        "ab internkontroll 😀 👨‍👩‍👧 محمد"
    )


@pytest.mark.parametrize("text", ["ord " * 10_000, "x" * 40_000, "😀" * 20_000, "rad\n" * 600])
def test_a_text_too_long_for_a_cell_goes_on_beside_it(text: str) -> None:
    data = FORMATS["xlsx"](
        of(table((Cell("rad"), Cell(text)), (Cell("2"), Cell("kort")), caption="P."))
    )
    first, second = opened(data)["P"]
    assert list(first)[:3] == ["A", "B", "B, forts. 1"]
    assert "".join(list(first.values())[1:]) == text
    assert all(len(str(part).encode("utf-16-le")) // 2 <= LONGEST for part in first.values())
    assert list(second.values())[:3] == ["2", "kort", ""]


def test_the_same_report_gives_the_same_bytes_and_no_date_but_its_own(report: Report) -> None:
    data = FORMATS["xlsx"](report)
    assert data == FORMATS["xlsx"](report)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2023-02-10T00:00:00Z"}
    assert "<dc:language>sv-SE</dc:language>" in core
    assert "<dc:title>Slutrapport internkontroll 2022</dc:title>" in core


def test_a_report_full_of_awkward_texts_and_one_without_any_become_workbooks() -> None:
    assert len(opened(FORMATS["xlsx"](awkward()))["Kontrollmoment"]) == len(AWKWARD)
    names = list(opened(FORMATS["xlsx"](build_report(make.make_facts(make.make_plan())))))
    assert names == ["Om rapporten", "Texter"]
