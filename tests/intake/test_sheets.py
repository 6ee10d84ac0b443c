"""Sheets as municipalities have them: their heads, their order, their merged cells; nothing is guessed
in silence, and every problem names its sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from workbooks import csv_file, ods, xlsx

from icengine.domain.plan import Plan, Treatment
from icengine.intake.naming import Known
from icengine.intake.planfile import PlanFile, read_plan_bytes
from tests.domain.test_plan_document import ORGANISATION

HEADS = ["Nr", "Processområde", "Risk", "Sannolikhet (S)", "Konsekvens (K)", "Riskvärde", "Kontrollmoment",
         "Kontrollmetod", "Omfattning", "Tidpunkt", "Kontrollansvarig"]  # fmt: skip
INVOICES = [1, "Ekonomi", "Risk att fakturor betalas två gånger", 3, 3, 9, "Dubbla fakturor", "Kör rapporten.",
            "Alla fakturor", "2 ggr per år", "Ekonomichefen"]  # fmt: skip
SUPPLIERS = [2, "", "", "", "", "", "Leverantörsregistret", "Läs ändringarna.", "30 ändringar", "varje tertial",
             "Ekonomichefen"]  # fmt: skip
STAFF = [3, "Medarbetare", "Risk att nyanställda inte får introduktion", 2, 2, 4, "Introduktion", "Fråga fem.",
         "5 nyanställda", "senast 30 september", "Personalchefen"]  # fmt: skip
ABOVE: list[list[Any]] = [
    ["Intern kontroll"],
    ["Nämnd", "ks"],
    ["År", 2026],
    ["Upprättad av", "Controllern"],
    [],
]
TABLE: list[list[Any]] = [*ABOVE, HEADS, INVOICES, SUPPLIERS, STAFF]

PLAN = [["Enhet", "ks"], ["År", 2026], ["Upprättad av", "Controllern"]]
RISK_HEADS = ["Id", "Område", "Titel", "Risken att", "Sannolikhet", "Konsekvens", "Hantering"]
RISK = ["R1", "Ekonomi", "Köp", "köp görs utan avtal", 3, 3, "granskning"]
CONTROL_HEADS = ["Id", "Risk", "Titel", "Kontrollmoment", "Metod", "Frekvens", "Ansvarig"]
CONTROL = [
    "K1",
    "R1",
    "Avtalstrohet",
    "Köp mot avtal.",
    "Jämför.",
    "1 gång per år",
    "Ekonomichefen",
]


def handed(data: bytes, suffix: str = ".xlsx", **more: Any) -> PlanFile:
    return read_plan_bytes(data, f"plan{suffix}", suffix, ORGANISATION, **more)


def plan_of(data: bytes, suffix: str = ".xlsx", **more: Any) -> Plan:
    found = handed(data, suffix, **more)
    assert found.plan is not None, [str(problem) for problem in found.problems]
    return found.plan


def book(**changed: Sequence[Sequence[Any]]) -> bytes:
    """A whole small workbook, with some of its sheets changed."""
    sheets: dict[str, Any] = {
        "Plan": PLAN,
        "Risker": [RISK_HEADS, RISK],
        "Kontroller": [CONTROL_HEADS, CONTROL],
    }
    return xlsx(sheets | changed)


def said(found: PlanFile) -> list[str]:
    return [str(problem) for problem in found.problems]


def shape(plan: Plan) -> list[tuple[str, list[str]]]:
    return [(risk.id, [control.id for control in risk.controls]) for risk in plan.risks]


# -- one table --


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (xlsx({"Internkontrollplan": TABLE}), ".xlsx"),
        (xlsx({"Kontrollmoment": TABLE}), ".xlsx"),
        (ods({"Blad1": TABLE}), ".ods"),
        (csv_file(TABLE), ".csv"),
        (csv_file(TABLE, ",", "utf-8"), ".csv"),
        (csv_file(TABLE, "\t", "utf-16"), ".csv"),
        (csv_file(TABLE, ";", "cp1252"), ".csv"),
        (b"sep=;\r\n" + csv_file(TABLE, ";", "cp1252"), ".csv"),
    ],
)
def test_one_table_with_a_row_for_each_kontrollmoment_is_a_plan(data: bytes, suffix: str) -> None:
    plan = plan_of(data, suffix)
    assert (plan.key, plan.author) == ("ks-2026", "Controllern")
    assert shape(plan) == [("R1", ["K1", "K2"]), ("R2", ["K3"])]
    risk, control = plan.control("K2")
    assert (risk.title, risk.event) == (
        "Fakturor betalas två gånger",
        "fakturor betalas två gånger",
    )
    assert (risk.weight, risk.treatment) == ((3, 3), Treatment.CONTROL)
    assert (control.title, control.sample, control.frequency) == (
        "Leverantörsregistret",
        "30 ändringar",
        "varje tertial",
    )


def test_whatever_the_table_left_to_its_reader_is_said_with_its_cell() -> None:
    found = handed(xlsx({"IK": [*TABLE[:6], [*INVOICES, "ring"], SUPPLIERS, STAFF]}))
    assert [f"{notice.place.cell}: {notice.message}" for notice in found.notices] == [
        "IK!L6: kolumnen har ingen rubrik och läses inte",
        "IK!A7: kontroll utan id har fått id K1",
        "IK!B7: risker med kontroll är lästa som ”granskning”",
        "IK!B7: risk utan id har fått id R1",
        "IK!C7: titlar som saknas är tagna ur kolumnen Risk",
        "IK!G7: titlar som saknas är tagna ur kolumnen Kontrollmoment",
        "IK!A8: rader där risken är tom hör till risken ovanför",
        "IK!A8: kontroll utan id har fått id K2",
        "IK!A9: kontroll utan id har fått id K3",
        "IK!B9: risk utan id har fått id R2",
    ]  # fmt: skip


def test_a_risk_may_stand_in_merged_cells_or_be_repeated_on_each_row() -> None:
    merged = xlsx({"IK": TABLE}, merged=[f"{letter}7:{letter}8" for letter in "BCDEF"])
    repeated = [*TABLE[:7], [2, *INVOICES[1:6], *SUPPLIERS[6:]], STAFF]
    assert shape(plan_of(merged)) == shape(plan_of(xlsx({"IK": repeated})))
    assert shape(plan_of(merged)) == [("R1", ["K1", "K2"]), ("R2", ["K3"])]


def test_an_empty_area_below_an_area_is_the_same_area_and_said() -> None:
    again = [3, "", *STAFF[2:]]
    found = handed(xlsx({"IK": [*ABOVE, HEADS, INVOICES, again]}))
    assert found.plan is not None
    assert [risk.area for risk in found.plan.risks] == ["Ekonomi", "Ekonomi"]
    assert "tomma celler i kolumnen Område läses som området ovanför" in [
        n.message for n in found.notices
    ]


def test_one_risk_with_two_values_is_a_problem_where_the_second_stands() -> None:
    other = [2, "Ekonomi", INVOICES[2], 2, 3, 6, *SUPPLIERS[6:]]
    assert said(handed(xlsx({"IK": [*ABOVE, HEADS, INVOICES, other]}))) == [
        "plan.xlsx:IK!D8: samma risk har ett annat värde i kolumnen Sannolikhet i IK!D7 "
        "(skriv samma sak på riskens alla rader, eller ge riskerna olika id)",
        "plan.xlsx:IK!F8: samma risk har ett annat värde i kolumnen Riskvärde i IK!F7 "
        "(skriv samma sak på riskens alla rader, eller ge riskerna olika id)",
    ]  # fmt: skip


def test_a_risk_written_as_one_sentence_is_read_part_by_part() -> None:
    sentence = "Risken för att köp görs fel på grund av okunskap, vilket kan leda till skadestånd."
    plan = plan_of(xlsx({"IK": [*ABOVE, HEADS, [1, "Ekonomi", sentence, *INVOICES[3:]]]}))
    risk = plan.risks[0]
    assert (risk.event, risk.cause, risk.effect) == ("köp görs fel", "okunskap", "skadestånd")


def test_a_sheet_of_risks_may_have_the_whole_risk_in_one_column() -> None:
    heads = ["Nr", "Process", "Riskbeskrivning", "S", "K", "Hantering"]
    row = ["R1", "Ekonomi", "Risk att köp görs fel p.g.a. okunskap.", 3, 3, "Granskas"]
    risk = plan_of(book(Riskanalys=[heads, row], Risker=[])).risks[0]
    assert (risk.title, risk.event, risk.cause) == ("Köp görs fel", "köp görs fel", "okunskap")


def test_a_later_row_of_a_risk_may_say_what_the_first_does_not() -> None:
    first = [1, "Ekonomi", INVOICES[2], "", "", "", *INVOICES[6:]]
    second = [2, "Ekonomi", INVOICES[2], 3, 3, 9, *SUPPLIERS[6:]]
    plan = plan_of(xlsx({"IK": [*ABOVE, HEADS, first, second]}))
    assert (len(plan.risks), plan.risks[0].weight) == (1, (3, 3))


def test_a_risk_that_is_told_twice_on_a_row_says_which_text_is_not_read() -> None:
    heads = [*HEADS, "Riskens titel", "Risken att"]
    row = [
        *INVOICES[:2],
        "Något om fakturor\nsom är långt",
        *INVOICES[3:],
        "Fakturor",
        "fakturor betalas två gånger",
    ]
    found = handed(xlsx({"IK": [*ABOVE, heads, row]}))
    assert found.plan is not None
    assert "plan.xlsx:IK!C7: texten läses inte där risken redan står i en annan kolumn" in map(
        str, found.notices
    )


def test_a_table_of_controls_alone_makes_up_no_risk() -> None:
    heads = ["Klass", "Område", "Tillsyn", "Metod", "Hur ofta", "Vem"]
    row = ["V1", "Stöd", "Beslut om stöd", "Läs besluten.", "1 gång per år", "Ekonomichefen"]
    plan = plan_of(xlsx({"Tillsynsplan": [*ABOVE, heads, row]}))
    risk, control = plan.control("K1")
    assert (risk.sentence, risk.weight, risk.title) == ("", None, "Beslut om stöd")
    assert (control.category, control.what, control.owner) == (
        "V1",
        "Beslut om stöd",
        "Ekonomichefen",
    )


def test_a_row_with_an_atgard_and_no_control_is_a_direktatgard() -> None:
    heads = [*HEADS, "Hantering", "Åtgärd", "Klart senast"]
    row = [1, "Ekonomi", "Risk att post blir liggande", 2, 2, 4, "", "", "", "", "Ekonomichefen", "Åtgärdas direkt",
           "Ny rutin för posten", date(2026, 3, 31)]  # fmt: skip
    plan = plan_of(xlsx({"IK": [*ABOVE, heads, row]}))
    (action,) = plan.risks[0].actions
    assert (plan.risks[0].treatment, plan.risks[0].controls) == (Treatment.ACT_NOW, ())
    assert (action.id, action.text, action.responsible, action.due) == (
        "D1", "Ny rutin för posten", "Ekonomichefen", date(2026, 3, 31),
    )  # fmt: skip


def test_who_wrote_the_plan_is_assumed_only_aloud() -> None:
    found = handed(xlsx({"IK": [*ABOVE[:3], HEADS, INVOICES]}))
    assert found.plan is not None
    assert found.plan.author == "Controllern"
    assert "plan.xlsx: filen säger inte vem som har upprättat planen (Controllern, organisationens kontakt, är antagen)" in map(str, found.notices)  # fmt: skip


def test_what_is_said_beside_the_file_fills_in_and_never_contradicts() -> None:
    bare = xlsx({"IK": [HEADS, INVOICES]})
    assert plan_of(bare, given={"enhet": "Kommunstyrelsen", "år": "2026"}).key == "ks-2026"
    assert said(handed(bare))[:2] == [
        "plan.xlsx: planen saknar år (ett heltal 2000–2100, eller ange --year ÅR)",
        "plan.xlsx: planen saknar enhet (skriv Enhet i en cell ovanför tabellen, och värdet i cellen bredvid, eller ange --unit ID)",
    ]
    assert said(handed(xlsx({"IK": TABLE}), given={"enhet": "bun"})) == [
        "plan.xlsx:IK!B2: enhet är ”ks”, men ”bun” är angivet när filen läses in (ange samma, eller utelämna det)"
    ]


# -- heads --


ALIASES: Mapping[str, tuple[str, ...]] = {
    "Metod": (
        "Kontrollmetod",
        "kontrollmetod *",
        "KONTROLL-\nMETOD",
        "Tillvägagångssätt",
        "Metod (hur?)",
    ),
    "Ansvarig": ("Kontrollansvarig", "Ansvarig för kontroll", "ansvarig:", "Vem"),
    "Frekvens": ("Tidpunkt", "När", "Hur ofta", "Periodicitet", "frekvens/tidpunkt"),
    "Kontrollmoment": ("Kontrollaktivitet", "Vad ska kontrolleras?", "Granskning"),
    "Risk": ("Risknr", "Risk-ID", "Avser risk"),
    "Id": ("Nr", "Kontrollnr", "Nr.", "Kontroll-id"),
}


@pytest.mark.parametrize(
    ("ours", "theirs"), [(ours, theirs) for ours, names in ALIASES.items() for theirs in names]
)
def test_a_column_is_known_by_what_municipalities_call_it(ours: str, theirs: str) -> None:
    heads = [theirs if head == ours else head for head in CONTROL_HEADS]
    plan = plan_of(book(Kontroller=[heads[::-1], CONTROL[::-1]]))
    assert plan.control("K1")[1].method == "Jämför."


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Område", "Process"), ("Område", "MÅLOMRÅDE"), ("Sannolikhet", "S"), ("Konsekvens", "Konsekvens\n(1–4)"),
     ("Risken att", "Händelse"), ("Titel", "Rubrik"), ("Hantering", "Riskhantering")],
)  # fmt: skip
def test_a_column_of_risks_is_known_too(ours: str, theirs: str) -> None:
    heads = [theirs if head == ours else head for head in RISK_HEADS]
    plan = plan_of(book(Risker=[heads, RISK]))
    assert plan.risks[0].weight == (3, 3)


def test_heads_without_their_accents_are_known() -> None:
    heads = [
        "Id",
        "Omrade",
        "Titel",
        "Risken att",
        "Sannolikhet",
        "Konsekvens",
        "Hantering",
        "Riskvarde",
    ]
    assert plan_of(book(Risker=[heads, [*RISK, 9]])).risks[0].area == "Ekonomi"


def test_a_slip_in_a_head_is_a_problem_and_an_unknown_column_is_said() -> None:
    heads = [*CONTROL_HEADS[:4], "Kontrolmetodd", *CONTROL_HEADS[5:], "Kommentar"]
    found = handed(book(Kontroller=[heads, [*CONTROL, "ring"]]))
    assert said(found) == [
        "plan.xlsx:Kontroller!E1: okänd rubrik ”Kontrolmetodd” (menade du ”Kontrollmetod”?)",
        "plan.xlsx:Kontroller!A2: kontrollen K1 saknar metod (bladet behöver en kolumn med rubriken Kontrollmetod)",
    ]
    assert [str(notice) for notice in found.notices] == [
        "plan.xlsx:Kontroller!H1: kolumnen ”Kommentar” läses inte (rubriken betyder inget i planen)"
    ]


def test_two_columns_that_mean_the_same_are_a_problem() -> None:
    found = handed(book(Kontroller=[[*CONTROL_HEADS, "Kontrollmetod"], [*CONTROL, "Annan."]]))
    assert said(found) == [
        "plan.xlsx:Kontroller!H1: rubriken ”Kontrollmetod” betyder Kontrollmetod, som redan står i Kontroller!E1 "
        "(ta bort eller byt namn på den ena)"
    ]


def test_sheets_that_are_not_read_are_said() -> None:
    found = handed(book(Anteckningar=[["ring någon"]], Hjälp=[["läs"]]))
    assert found.plan is not None
    assert [str(notice) for notice in found.notices] == [
        "plan.xlsx:Anteckningar!A1: bladet Anteckningar läses inte (det har inga rubriker som hör till en plan)"
    ]


def test_a_file_without_any_known_head_says_what_it_looked_for() -> None:
    (problem,) = handed(xlsx({"Blad1": [["a", "b"], ["c", "d"]]})).problems
    assert problem.message == "filen har inga rubriker som hör till en plan"
    assert "Kontrollmoment" in problem.hint


# -- cells --


@pytest.mark.parametrize(
    ("written", "step"),
    [(3, 3), (3.0, 3), ("3", 3), ("3.0", 3), ("3 Trolig", 3), ("3 - trolig", 3), ("Trolig", 3), ("3 (Trolig)", 3)],
)  # fmt: skip
def test_a_step_may_be_a_number_a_word_or_both(written: Any, step: int) -> None:
    plan = plan_of(book(Risker=[RISK_HEADS, [*RISK[:4], written, *RISK[5:]]]))
    assert plan.risks[0].likelihood == step


def test_a_number_with_another_steps_word_is_a_problem() -> None:
    assert said(handed(book(Risker=[RISK_HEADS, [*RISK[:4], "3 Möjlig", *RISK[5:]]])))[0] == (
        "plan.xlsx:Risker!E2: sannolikhet är ”3 Möjlig” (steg 3 heter Trolig; skriv bara talet)"
    )


@pytest.mark.parametrize(
    "written",
    [date(2026, 9, 30), "2026-09-30", "20260930", "30/9 2026", "30.9.2026", "30 september 2026", "30 sep 2026",
     "2026-09-30 00:00:00"],
)  # fmt: skip
def test_a_day_may_be_a_date_or_written_in_one_of_its_ways(written: Any) -> None:
    found = handed(book(Risker=[[*RISK_HEADS, "Bedömd"], [*RISK, written]]))
    assert found.plan is not None, said(found)
    assert found.plan.risks[0].assessed == date(2026, 9, 30)


def test_a_day_that_may_be_two_is_not_guessed() -> None:
    assert said(handed(book(Risker=[[*RISK_HEADS, "Bedömd"], [*RISK, "9/10-26"]]))) == [
        "plan.xlsx:Risker!H2: bedömd är inte ett datum: ”9/10-26” (skriv till exempel 2026-09-30)"
    ]


@pytest.mark.parametrize(("written", "fraud"), [("Ja", True), ("x", True), (True, True), ("nej", False), ("-", False), ("", False)])  # fmt: skip
def test_yes_may_be_a_word_a_cross_or_a_ticked_box(written: Any, fraud: bool) -> None:
    assert (
        plan_of(book(Risker=[[*RISK_HEADS, "Oegentligheter"], [*RISK, written]])).risks[0].fraud
        is fraud
    )


def test_a_riskvarde_must_be_what_the_two_steps_give() -> None:
    right = book(Risker=[[*RISK_HEADS, "Riskvärde"], [*RISK, "9 (hög)"]])
    assert plan_of(right).risks[0].value == 9
    wrong = book(Risker=[[*RISK_HEADS, "Riskvärde"], [*RISK, 6]])
    assert said(handed(wrong)) == [
        "plan.xlsx:Risker!H2: riskvärdet är 6, men 3 × 3 är 9 (rätta sannolikhet, konsekvens eller riskvärde)"
    ]


def test_a_riskvarde_alone_is_never_taken_for_a_weighing() -> None:
    found = handed(book(Risker=[[*RISK_HEADS, "Riskvärde"], [*RISK[:4], "", "", RISK[6], 9]]))
    assert found.plan is not None, said(found)
    assert found.plan.risks[0].value is None
    assert "plan.xlsx:Risker!H2: riskvärdet 9 läses inte (det räknas ut av sannolikhet och konsekvens, som saknas på raden)" in map(str, found.notices)  # fmt: skip


def test_a_percentage_that_may_be_two_is_a_problem() -> None:
    heads = [
        "Kontroll",
        "Det som räknas",
        "Av hur många",
        "Mål procent",
        "Minst procent",
        "Bedömning",
    ]
    rows = [["K1", "Rätt", "Alla", 0.9, 0, "gron"]]
    assert said(handed(book(Mätning=[heads, *rows]))) == [
        "plan.xlsx:Mätning!D2: cellen håller talet 0,9, som kan vara 90 procent "
        "(skriv 90 utan procentformat om det är vad som menas)"
    ]


# -- what refers to what --


def test_every_problem_names_its_sheet_and_cell_in_reading_order() -> None:
    found = handed(
        book(
            Risker=[RISK_HEADS, [*RISK[:4], 7, *RISK[5:]], ["R1", *RISK[1:6], "kanske"]],
            Kontroller=[
                CONTROL_HEADS,
                [*CONTROL[:4], "", "nån gång", "Ekonomi"],
                ["K2", "R9", *CONTROL[2:]],
                ["k1", *CONTROL[1:]],
            ],
            Tillfällen=[["Kontroll", "Från"], ["K7", date(2026, 5, 4)], ["K1", "snart"]],
        )
    )
    assert [problem.place.cell for problem in found.problems] == [
        "Risker!E2", "Risker!A3", "Risker!A3", "Risker!G3", "Kontroller!E2", "Kontroller!G2", "Kontroller!B3", "Kontroller!A4",
        "Tillfällen!A2", "Tillfällen!B3",
    ]  # fmt: skip
    texts = "\n".join(said(found))
    assert "Kontroller!E2: kontrollen K1 saknar metod (fyll i kolumnen Kontrollmetod)" in texts
    assert "risken ”R9” finns inte på bladet Risker" in texts
    assert "Kontroller!A4: kontroll ”k1” finns redan (först i Kontroller!A2)" in texts
    assert "kontrollen ”K7” finns inte på bladet Kontroller" in texts


def test_a_control_may_name_its_risk_by_title() -> None:
    assert shape(plan_of(book(Kontroller=[CONTROL_HEADS, ["K1", "köp", *CONTROL[2:]]]))) == [
        ("R1", ["K1"])
    ]


# -- ids --


def test_rows_without_id_get_what_their_title_is_known_by_and_otherwise_one_never_used() -> None:
    known = Known(frozenset({"R1", "R4", "K1", "K2", "k3"}), {"KÖP": "R4"}, {"Annat": "K2"})
    data = book(
        Risker=[RISK_HEADS, ["", *RISK[1:]]],
        Kontroller=[CONTROL_HEADS, ["", "Köp", *CONTROL[2:]], ["", "Köp", "annat", *CONTROL[3:]]],
    )
    asked: list[tuple[str, str]] = []

    def of(unit: str, year: str) -> Known:
        asked.append((unit, year))
        return known

    assert shape(plan_of(data, known=of)) == [("R4", ["K4", "K2"])]
    assert asked == [("ks", "2026")]


def test_no_id_is_given_where_the_plan_is_to_be_adopted() -> None:
    found = handed(book(Kontroller=[CONTROL_HEADS, ["", *CONTROL[1:]]]), known=None)
    assert said(found) == ["plan.xlsx:Kontroller!A2: kontrollen saknar id (fyll i kolumnen Id)"]


def test_many_ids_are_told_in_one_row() -> None:
    rows = [["", "R1", f"Titel {n}", *CONTROL[3:]] for n in range(1, 31)]
    found = handed(book(Kontroller=[CONTROL_HEADS, *rows]))
    assert found.plan is not None
    assert [str(notice) for notice in found.notices][
        -1
    ] == "plan.xlsx:Kontroller!A5: 27 till utan id har fått K4 … K30"
