"""The slutrapport as a value: every section of the field, and what it must never say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import report_facts as make

from icengine.domain.colours import contrast, mix, readable
from icengine.domain.facts import ActionStatus, Decision, LastYear, ReportFacts
from icengine.domain.frequency import Kind, Window
from icengine.domain.law import is_executive, legal_frame
from icengine.domain.people import Unit, UnitKind
from icengine.domain.plan import Combine, Control, Treatment
from icengine.domain.report import build_report
from icengine.domain.report_model import (
    Cell,
    Figure,
    Line,
    Mark,
    Report,
    Section,
    Spread,
    Table,
    Text,
    walk,
)
from icengine.domain.scale import GREEN, RED, WHITE, YELLOW, Level, Measure, RatingScale, Threshold
from icengine.domain.task import Answer, State
from icengine.domain.timing import Timed


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(make.sample_facts())


def strings(value: object) -> Iterator[str]:
    """Every text in a plain value, names of parts too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def all_text(report: Report) -> str:
    return "\n".join(strings(report.to_json()))


def section(report: Report, id: str) -> Section:
    return next(s for s in walk(report.sections) if s.id == id)


def table(report: Report, id: str) -> Table:
    return next(b for b in report.blocks() if isinstance(b, Table) and b.id == id)


def plain(cell: Cell) -> str:
    return " ".join(strings(cell.text)) if not isinstance(cell.text, str) else cell.text


def rows(report: Report, id: str) -> list[list[str]]:
    """A table as texts; a mark as its word."""
    out = []
    for row in table(report, id).rows:
        marks = [report.marks[cell.mark].word if cell.mark else "" for cell in row]
        out.append([" ".join(filter(None, (m, plain(c)))) for m, c in zip(marks, row, strict=True)])
    return out


def texts(section: Section) -> str:
    return " ".join(s for b in section.blocks if isinstance(b, Text) for s in strings([b.body]))


def one_control(control: Control, *tasks: object, **fields: object) -> Report:
    plan = make.make_plan(make.make_risk("R1", control))
    return build_report(make.make_facts(plan, tasks, **fields))  # type: ignore[arg-type]


# ---- the cover ----


def test_the_cover_says_whose_report_it_is(report: Report) -> None:
    assert (report.title, report.subtitle) == ("Slutrapport internkontroll 2022", "Kommunstyrelsen")
    assert dict(report.facts) == {
        "Enhet": "Kommunstyrelsen",
        "Avser": "Internkontrollplan 2022, version 1",
        "Diarienummer": "KS 2023/0087",
        "Bilaga": "2",
        "Uppgifter hämtade": "10 februari 2023",
        "Behandlas": "Kommunstyrelsen 7 mars 2023",
    }


def test_page_one_answers_in_plain_sentences(report: Report) -> None:
    assert report.cover[0] == Text(
        "Fem av sju kontrollmoment visar avvikelse, två av dem allvarlig. Sju åtgärder är öppna, "
        "två av dem är försenade.",
        "answer",
    )


def test_page_one_shows_the_spread_worst_first(report: Report) -> None:
    figure = next(b for b in report.cover if isinstance(b, Figure))
    assert figure.data == Spread({"rod": 2, "gul": 3, "gron": 2, "vit": 0})
    assert figure.alt.startswith("Stapel över sju kontrollmoment: allvarlig avvikelse 2, ")


def test_the_report_gives_no_verdict_of_its_own(report: Report) -> None:
    said = all_text(report).lower()
    assert "otillräcklig" not in said
    assert "tar ställning till om den interna kontrollen har varit tillräcklig" in said


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        ([], "Planen innehåller inga kontrollmoment."),
        (["gul"], "Planens enda kontrollmoment har bedömningen ”mindre avvikelse”."),
        (["gron"] * 3, "Alla tre kontrollmoment har bedömningen ”utan anmärkning”."),
        (["gron", "gron"], "Båda kontrollmomenten har bedömningen ”utan anmärkning”."),
        (["rod", "gron", "gron"], "Ett av tre kontrollmoment visar allvarlig avvikelse."),
        (["rod", "gul"], "Båda kontrollmomenten visar avvikelse, ett av dem allvarlig."),
        (
            ["gul", "vit", "gron"],
            "Ett av tre kontrollmoment visar mindre avvikelse. "
            "Ett har bedömningen ”kan inte bedömas”.",
        ),
        (["vit"] * 2, "Båda kontrollmomenten har bedömningen ”kan inte bedömas”."),
    ],
)  # fmt: skip
def test_the_answer_agrees_with_none_one_and_many(ratings: list[str], said: str) -> None:
    controls = [make.make_control(f"K{n}") for n in range(len(ratings))]
    plan = make.make_plan(*(make.make_risk(f"R{c.id}", c) for c in controls))
    tasks = [make.answered(c, r) for c, r in zip(controls, ratings, strict=True)]
    cover = build_report(make.make_facts(plan, tasks)).cover[0]
    assert isinstance(cover, Text)
    assert cover.body == f"{said} Ingen åtgärd är öppen."


@pytest.mark.parametrize(
    ("dues", "said"),
    [
        ([date(2023, 5, 1)], "En åtgärd är öppen, och den är inte försenad."),
        ([date(2023, 1, 1)], "En åtgärd är öppen, och den är försenad."),
        ([date(2023, 5, 1)] * 2, "Två åtgärder är öppna, ingen av dem är försenad."),
        ([date(2023, 1, 1), date(2023, 2, 10)], "Två åtgärder är öppna, en av dem är försenad."),
    ],
)
def test_open_and_late_actions_are_said_in_good_swedish(dues: list[date], said: str) -> None:
    actions = tuple(
        make.action(f"Å{n}", "K1", "Rätta.", "Chefen", due) for n, due in enumerate(dues, 1)
    )
    found = one_control(make.K1, make.answered(make.K1, "gul"), actions=actions)
    assert found.cover[0].body.endswith(said)  # type: ignore[union-attr]


def test_the_controllers_note_stands_on_the_cover_or_in_the_summary_but_in_one_place() -> None:
    short, long = "Ett gott år.", "Ett långt år. " * 100
    for note, on_cover in ((short, True), (long, False)):
        found = build_report(make.sample_facts(notes={"sammanfattning": note}))
        cover = [b for b in found.cover if isinstance(b, Text) and b.role == "comment"]
        assert bool(cover) is on_cover
        assert bool(section(found, "sammanfattning").blocks) is not on_cover


# ---- sammanfattning ----


def test_kommunstyrelsen_stands_under_its_own_control_and_uppsiktsplikt(report: Report) -> None:
    said = texts(section(report, "lag"))
    assert "6 kap. 6 § kommunallagen (2017:725)" in said
    assert "6 kap. 1 § kommunallagen (2017:725)" in said
    assert "Arbetet följer Riktlinje för intern styrning och kontroll (KF 2021/0161)." in said
    assert "antogs den 14 december 2021, § 214 (dnr KS 2021/0688)." in said


def test_another_namnd_has_no_uppsiktsplikt_and_a_company_has_agardirektiv() -> None:
    school = Unit("bun", "Barn- och utbildningsnämnden", UnitKind.BOARD)
    company = Unit("bab", "Bostadsbolaget", UnitKind.COMPANY)
    assert [rule.source for rule in legal_frame(school, 2022)] == [
        "6 kap. 6 § kommunallagen (2017:725)"
    ]
    assert "kommunens ägardirektiv" in [rule.source for rule in legal_frame(company, 2022)]
    assert all("kommunallagen" not in rule.source for rule in legal_frame(company, 2022))
    assert not is_executive(school)


def test_an_old_plan_keeps_the_act_it_was_made_under() -> None:
    assert {rule.source for rule in legal_frame(make.UNIT, 2016)} == {
        "6 kap. 7 § kommunallagen (1991:900)",
        "6 kap. 1 § kommunallagen (1991:900)",
    }


def test_the_summary_counts_controls_in_all_and_per_perspective(report: Report) -> None:
    said = texts(section(report, "omfattning"))
    assert "sju kontrollmoment: fem gäller uppsiktsplikt och två egen förvaltning." in said
    assert "Alla är genomförda, vid sammanlagt nio tillfällen." in said
    assert "har en risk följts upp utan kontrollmoment: R8\u00a0Ärende- och beslutsprocess." in said
    assert rows(report, "perspektiv") == [
        ["Uppsiktsplikt", "5", "5", "2", "3", "0", "0"],
        ["Egen förvaltning", "2", "2", "0", "0", "2", "0"],
        ["Alla", "7", "7", "2", "3", "2", "0"],
    ]


def test_every_control_has_its_bedomning_worst_first(report: Report) -> None:
    assert [(row[0][:2], row[3]) for row in rows(report, "kontrollmoment")] == [
        ("K4", "Allvarlig avvikelse"),
        ("K5", "Allvarlig avvikelse"),
        ("K1", "Mindre avvikelse"),
        ("K3", "Mindre avvikelse"),
        ("K6", "Mindre avvikelse"),
        ("K2", "Utan anmärkning"),
        ("K7", "Utan anmärkning"),
    ]


def test_without_a_year_before_there_is_no_trend_column(report: Report) -> None:
    assert "Det finns ingen bedömning från tidigare år" in texts(
        section(report, "per-kontrollmoment")
    )
    assert len(table(report, "kontrollmoment").columns) == 4


def test_a_year_before_gives_a_trend_with_word_and_symbol() -> None:
    found = build_report(make.sample_facts(last_year=make.LAST_YEAR))
    trends = {row[0][:2]: row[4] for row in rows(found, "kontrollmoment")}
    assert trends == {
        "K1": "Oförändrad", "K2": "Ny i år", "K3": "Bättre", "K4": "Sämre", "K5": "Ny i år",
        "K6": "Ny i år", "K7": "Oförändrad",
    }  # fmt: skip
    assert [found.marks[id].symbol for id in ("trend-battre", "trend-samma", "trend-samre")] == [
        "↗", "→", "↘",
    ]  # fmt: skip
    assert (
        "Jämfört med 2021 är ett kontrollmoment bättre, två är oförändrade, ett är sämre och tre är "
        "nya i år." in texts(section(found, "per-kontrollmoment"))
    )


# ---- risks and urval ----


def test_all_risks_stand_in_the_matrix_and_its_table(report: Report) -> None:
    figure = next(b for b in report.blocks() if isinstance(b, Figure) and b.id == "riskmatris")
    assert "R4: sannolikhet 3, konsekvens 4, hög risk." in figure.alt
    assert [row[0][:2] for row in rows(report, "risker")][:4] == ["R3", "R4", "R5", "R8"]
    assert rows(report, "risker")[0][4] == "Hög risk 12"


def test_the_matrix_shows_the_positions_before_the_measures_where_they_are_given() -> None:
    one = replace(make.make_risk("R1", make.make_control()), likelihood_before=4,
                  consequence_before=4, likelihood=2, consequence=3)  # fmt: skip
    blank = replace(
        make.make_risk("R2", make.make_control("K2")), event="", likelihood=None, consequence=None
    )
    found = build_report(make.make_facts(make.make_plan(one, blank), ()))
    said = texts(section(found, "riskmatris"))
    assert "Läget före är utan de åtgärder som redan finns, läget efter är med dem." in said
    assert said.endswith("R2 är inte värderad.")
    figure = next(b for b in found.blocks() if isinstance(b, Figure) and b.id == "riskmatris")
    assert "före befintliga åtgärder sannolikhet 4, konsekvens 4, hög risk." in figure.alt
    assert "R2 är inte värderad." in figure.alt
    assert [c.title for c in table(found, "risker").columns][2:] == [
        "Riskvärde före", "Sannolikhet", "Konsekvens", "Riskvärde efter",
    ]  # fmt: skip
    assert [row[2] for row in rows(found, "risker")] == [
        "Hög risk 4\u00a0×\u00a04\u00a0=\u00a016",
        "–",
    ]


def test_without_positions_before_the_measures_nothing_is_said_of_them(report: Report) -> None:
    assert "före" not in texts(section(report, "riskmatris"))
    assert [c.title for c in table(report, "risker").columns][-1] == "Riskvärde"


def test_the_selection_names_six_with_the_reason_for_each(report: Report) -> None:
    urval = section(report, "urval")
    assert urval.title == "Urval till plan 2024"
    assert texts(urval).startswith(
        "Sex risker och kontrollmoment går till urvalet för plan 2024. Ett obligatoriskt "
        "kontrollmoment återkommer varje år och står för sig."
    )
    reasons = {row[0][:2]: row[2] for row in rows(report, "urval")}
    assert list(reasons) == ["K1", "R8", "K3", "K4", "K5", "K6"]
    assert reasons["R8"] == "Har följts upp utan kontrollmoment."
    assert reasons["K4"] == "Bedömningen är inte ”utan anmärkning”. Har två öppna åtgärder."


def test_the_mandatory_one_has_a_table_of_its_own(report: Report) -> None:
    assert rows(report, "obligatoriska") == [
        [
            "K7\u00a0Attesträtter mot delegationsbeslut",
            "Återkommer varje år enligt attestreglementet.",
        ]
    ]


def test_a_mandatory_control_with_a_deviation_is_in_both_and_says_so() -> None:
    found = one_control(make.K7, make.answered(make.K7, "rod"))
    assert "Återkommer också av sig självt, som obligatoriskt." in rows(found, "urval")[0][2]
    assert "Står även i urvalet ovan." in rows(found, "obligatoriska")[0][1]


def test_what_does_not_go_on_has_a_reason_too(report: Report) -> None:
    assert {row[0].split("\u00a0")[0]: row[2] for row in rows(report, "forsinte")} == {
        "K2": "Genomfört och utan öppna åtgärder.",
        "R9": "Direktåtgärden är klar.",
        "R10": "Risken är accepterad. Kostnaden för en kontroll är högre än skadan.",
    }


# ---- uppföljning ----


def test_areas_stand_in_the_plans_order(report: Report) -> None:
    areas = [s.title for s in section(report, "uppfoljning").sections]
    assert areas == ["Demokrati", "Processkvalitet", "Medarbetare", "Ekonomi"]
    assert texts(section(report, "omrade-2")) == "Informationssäkerheten är årets tyngsta fråga."


def test_a_control_shows_its_plan_then_its_outcome(report: Report) -> None:
    assert [c.title for c in table(report, "K1-plan").columns] == [
        "Kontrollmoment", "Frekvens", "Metod",
    ]  # fmt: skip
    assert [c.title for c in table(report, "K1-utfall").columns] == [
        "Bedömning", "Resultat", "Åtgärd",
    ]  # fmt: skip
    outcome = rows(report, "K1-utfall")[0]
    assert outcome[0] == "Mindre avvikelse"
    assert "1 grön" in outcome[1]
    assert outcome[2] == (
        "Å1. De som äger en orange eller röd webbplats lämnar en plan för rättning. – "
        "Kommunikationschefen, klart 31\u00a0maj 2023"
    )


def test_several_actions_are_a_list_with_who_and_when_after_a_dash() -> None:
    nobody = make.action("Å9", "K1", "Stäng sidan", "", date(2023, 3, 31))
    other = make.action("Å2", "K1", "Rätta.", "It-chefen", date(2023, 5, 1))
    found = one_control(make.K1, make.answered(make.K1, "gul"), actions=(nobody, other))
    assert table(found, "K1-utfall").rows[0][2].text == (
        (
            "Å2. Rätta. – It-chefen, klart 1\u00a0maj 2023",
            "Å9. Stäng sidan. – Klart 31\u00a0mars 2023",
        ),
    )


def widths(report: Report, id: str) -> dict[str, float]:
    """The columns' shares of their table."""
    columns = table(report, id).columns
    total = sum(column.width for column in columns)
    return {column.title: column.width / total for column in columns}


@pytest.mark.parametrize("scale", ["own", "four", "words"])
def test_a_table_gives_its_width_to_the_words(report: Report, scale: str) -> None:
    scales = {"four": FOUR, "words": OTHER_WORDS}
    found = build_report(with_scale(scales[scale])) if scale in scales else report
    outcome, times = widths(found, "K3-utfall"), widths(found, "K3-tillfallen")
    assert outcome["Resultat"] > outcome["Åtgärd"] > 2 * outcome["Bedömning"]
    assert times["Resultat"] > 0.44
    assert max(times.values()) == times["Resultat"]
    assert widths(found, "atgarder")["Åtgärd"] > 0.38


def test_the_frequency_stands_as_it_was_written(report: Report) -> None:
    assert rows(report, "K7-plan")[0][1] == "I gång i mellandagarna 2022"


def test_a_measured_control_shows_every_occurrence_and_a_line(report: Report) -> None:
    assert [[cell.replace("\u00a0", " ") for cell in row] for row in rows(report, "K3-tillfallen")] == [
        ["Februari 2022", "Allvarlig avvikelse", "31 % 2 676 av 8 633",
         "Utbildningen har nyss börjat.", "2022-02-28"],
        ["Augusti 2022", "Allvarlig avvikelse", "52 % 4 489 av 8 633",
         "Andelen ökar, men målet är inte nått.", "2022-08-31"],
        ["Januari 2023", "Mindre avvikelse", "62,6 % 5 405 av 8 633",
         "Se resultat ovan.", "2023-01-31"],
    ]  # fmt: skip
    figure = next(b for b in report.blocks() if isinstance(b, Figure) and b.id == "K3-trend")
    assert isinstance(figure.data, Line)
    assert [point.value for point in figure.data.points] == [
        Decimal("31.0"), Decimal("52.0"), Decimal("62.6"),
    ]  # fmt: skip
    assert figure.alt.replace("\u00a0", " ").endswith("Januari 2023: 62,6 %. Mål 100 %.")


def test_the_yearly_bedomning_says_how_it_was_combined(report: Report) -> None:
    assert rows(report, "K3-utfall")[0][0] == (
        "Mindre avvikelse Det senaste tillfället avgör årets bedömning."
    )


def test_the_worst_occurrence_brings_its_result_along() -> None:
    control = replace(make.K3, combine=Combine.WORST, measure=None)
    found = one_control(
        control,
        make.answered(control, "rod", "2022-02", answer=Answer("Illa.", "rod")),
        make.answered(control, "gul", "2022-08", answer=Answer("Bättre.", "gul")),
        make.answered(control, "gron", "2023-01", answer=Answer("Bra.", "gron")),
    )
    outcome = rows(found, f"{control.id}-utfall")[0]
    assert outcome[:2] == [
        "Allvarlig avvikelse Det sämsta tillfället avgör årets bedömning.",
        "Illa.",
    ]


def test_two_of_three_is_said_wherever_the_bedomning_is() -> None:
    found = one_control(
        make.K3,
        make.answered(make.K3, "rod", "2022-02"),
        make.unanswered(make.K3, State.NOT_DONE, "2022-08", "Systemet byttes"),
        make.answered(make.K3, "gul", "2023-01"),
    )
    assert rows(found, "kontrollmoment")[0][2] == "2 av 3"
    assert "2 av 3 tillfällen är genomförda." in rows(found, "K3-utfall")[0][0]
    assert rows(found, "ej-genomforda")[0][1:] == [
        "2 av 3",
        "Augusti 2022: ej genomförd. Systemet byttes.",
    ]
    assert "Kontrollmomentet är delvis genomfört." in texts(section(found, "omfattning"))


def test_a_rating_that_differs_from_the_figure_is_told() -> None:
    found = one_control(
        make.K4,
        make.answered(make.K4, "gul", answer=Answer("Nästan.", "gul", (), "", "104", "205")),
    )
    assert "Förslaget var ”allvarlig avvikelse”." in rows(found, "K4-utfall")[0][0]
    assert "Skäl:" not in rows(found, "K4-utfall")[0][0]


def test_a_risk_without_a_control_is_followed_up_in_its_area(report: Report) -> None:
    followed = section(report, "risk-R8")
    assert followed in section(report, "omrade-1").sections
    assert "Risken följs upp utan kontrollmoment." in texts(followed)
    assert "rättssäkerhet" in texts(followed)


def test_accepted_risks_and_direktatgarder_have_a_section_with_reasons(report: Report) -> None:
    assert rows(report, "direktatgarder") == [
        ["D1", "Nyckelskåpet byts.", "R9", "Fastighetschefen", "2022-03-31", "Klar"]
    ]
    assert rows(report, "accepterade")[0][2] == "Kostnaden för en kontroll är högre än skadan."


# ---- åtgärder and what was not done ----


def test_actions_have_ansvarig_date_and_status(report: Report) -> None:
    assert [(row[0], row[3], row[4], row[5]) for row in rows(report, "atgarder")] == [
        ("Å1", "Kommunikationschefen", "2023-05-31", "Pågår"),
        ("Å2", "HR-chefen", "2023-03-31", "Pågår"),
        ("Å3", "Informationssäkerhetschefen", "2023-09-29", "Öppen"),
        ("Å4", "It-chefen", "2023-01-31", "Försenad"),
        ("Å5", "Digitaliseringschefen", "2023-06-30", "Öppen"),
        ("Å6", "HR-chefen", "2023-03-31", "Pågår"),
    ]


def test_last_years_open_actions_stand_in_this_years_report(report: Report) -> None:
    assert [row[0] for row in rows(report, "tidigare")] == ["Å2021-3"]


def test_an_action_due_today_is_not_late() -> None:
    due = make.action("Å1", "K1", "Rätta.", "Chefen", date(2023, 2, 10))
    found = one_control(make.K1, make.answered(make.K1, "gul"), actions=(due,))
    assert rows(found, "atgarder")[0][5] == "Pågår"


def test_late_is_judged_by_the_swedish_date() -> None:
    due = make.action("Å1", "K1", "Rätta.", "Chefen", date(2023, 2, 10))
    midnight = datetime(2023, 2, 10, 23, 30, tzinfo=UTC)  # 11 February in Sweden
    found = one_control(make.K1, make.answered(make.K1, "gul"), actions=(due,), as_of=midnight)
    assert rows(found, "atgarder")[0][5] == "Försenad"
    assert found.date == "2023-02-11"


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        (State.NOT_DONE, "Tiden räckte inte", "Ej genomförd. Tiden räckte inte."),
        (State.OPEN, "", "Inte besvarad. Skulle ha redovisats senast den 30\u00a0december 2022."),
        (State.NOT_DONE, "", "Ej genomförd. Skäl saknas."),
    ],
)
def test_a_control_not_carried_out_has_its_reason(state: State, reason: str, said: str) -> None:
    found = one_control(make.K6, make.unanswered(make.K6, state, reason=reason))
    assert rows(found, "ej-genomforda") == [[f"K6\u00a0{make.K6.title}", "0 av 1", said]]
    assert rows(found, "kontrollmoment")[0][3] == "Kan inte bedömas"
    assert said in rows(found, "K6-utfall")[0][1]


def test_an_event_control_without_an_event_has_none_registered() -> None:
    control = replace(make.make_control("K9", kind=Kind.EVENT), occurrences=())
    found = one_control(control)
    said = "Inget tillfälle är registrerat."
    assert rows(found, "inte-aktuella")[0][1:] == ["Inte aktuellt", said]
    assert rows(found, "kontrollmoment")[0][3] == "Kan inte bedömas"
    assert "Inga kontroller var planerade till bestämda dagar." in all_text(found)
    assert "ej genomförd" not in all_text(found).lower()
    assert rows(found, "K9-utfall")[0][1] == said
    assert "För ett kontrollmoment är inget tillfälle registrerat." in texts(
        section(found, "omfattning")
    )
    assert "har inträffat" not in all_text(found)


# ---- utgår, and what is left to do ----


def test_utgar_is_outside_every_count_and_listed_apart_with_its_reason() -> None:
    found = one_control(
        make.K3,
        make.answered(make.K3, "gron", "2022-02"),
        make.unanswered(make.K3, State.CANCELLED, "2022-08", "Systemet byttes"),
        make.unanswered(make.K3, State.NOT_DONE, "2023-01", "Tiden räckte inte"),
    )
    assert rows(found, "kontrollmoment")[0][2] == "1 av 2"
    assert rows(found, "ej-genomforda")[0][1:] == [
        "1 av 2",
        "Januari 2023: ej genomförd. Tiden räckte inte.",
    ]
    assert rows(found, "utgar") == [
        [f"K3\u00a0{make.K3.title}", "Augusti 2022", "Utgår: Systemet byttes."]
    ]
    assert "Ett av två kontrolltillfällen har genomförts." in texts(section(found, "omfattning"))
    assert rows(found, "K3-tillfallen")[1][3] == "Utgår: Systemet byttes."


def test_a_control_of_which_the_rest_utgar_is_whole() -> None:
    found = one_control(
        make.K3,
        make.answered(make.K3, "gron", "2022-02"),
        make.unanswered(make.K3, State.CANCELLED, "2022-08", "Systemet byttes"),
    )
    assert rows(found, "kontrollmoment")[0][2] == "1 av 1"
    assert texts(section(found, "ej-genomforda")) == "Alla planerade kontroller har genomförts."
    assert rows(found, "utgar")[0][2] == "Utgår: Systemet byttes."
    assert "Kontrollmomentet är genomfört." in texts(section(found, "omfattning"))
    assert rows(found, "forsinte")[0][0].startswith("K3")


def test_a_control_that_utgar_altogether_is_not_called_inte_genomford() -> None:
    found = one_control(make.K6, make.unanswered(make.K6, State.CANCELLED, reason="Avvecklat."))
    assert rows(found, "kontrollmoment")[0][2] == "Utgår"
    assert rows(found, "K6-utfall")[0][1] == "Utgår: Avvecklat."
    assert rows(found, "utgar")[0][2] == "Utgår: Avvecklat."
    assert rows(found, "forsinte")[0][2] == "Kontrollen utgår."
    assert "Ett kontrollmoment utgår." in texts(section(found, "omfattning"))
    assert texts(section(found, "ej-genomforda")) == "Alla planerade kontroller utgår."


def test_a_protected_control_that_utgar_keeps_its_reason_to_itself() -> None:
    control = make.make_control("K9", protected=True)
    found = one_control(control, make.unanswered(control, State.CANCELLED, reason="HEMLIG"))
    assert "HEMLIG" not in all_text(found)
    assert rows(found, "utgar") == [["K9\u00a0Redovisas separat", "–", "Redovisas separat."]]


JUNE = datetime(2022, 6, 1, 8, tzinfo=UTC)


def under_way(*tasks: object) -> Report:
    return one_control(make.K3, *tasks, as_of=JUNE)


def test_a_task_not_yet_due_is_left_to_do_and_not_blamed() -> None:
    found = one_control(make.K6, make.unanswered(make.K6, State.PLANNED), as_of=JUNE)
    said = "Återstår: ska lämnas in senast den 30\u00a0december 2022."
    assert rows(found, "aterstar") == [[f"K6\u00a0{make.K6.title}", "2022", "2022-12-30"]]
    assert rows(found, "K6-utfall")[0][1] == said
    assert not any(b.id == "ej-genomforda" for b in found.blocks() if isinstance(b, Table))
    assert "Inget kontrolltillfälle skulle ha redovisats än." in texts(
        section(found, "ej-genomforda")
    )
    assert rows(found, "forsinte")[0][2] == "Återstår att genomföra."


def test_a_report_before_the_last_due_date_says_it_is_preliminary() -> None:
    found = under_way(
        make.answered(make.K3, "gron", "2022-02"),
        make.unanswered(make.K3, State.OPEN, "2022-08"),
        make.unanswered(make.K3, State.PLANNED, "2023-01"),
    )
    said = (
        "Preliminär: två kontrolltillfällen återstår, det sista ska lämnas in senast den "
        "31 januari 2023."
    )
    assert found.cover[0].body.startswith(said)  # type: ignore[union-attr]
    assert texts(section(found, "sammanfattning")) == said
    assert "Ett av tre kontrolltillfällen har genomförts och två återstår." in texts(
        section(found, "omfattning")
    )
    assert "1 av 3 tillfällen är genomförda. Två återstår." in rows(found, "K3-utfall")[0][0]
    assert "Hittills utan anmärkning" in rows(found, "forsinte")[0][2]


def test_what_was_due_is_not_mixed_with_what_is_left() -> None:
    found = under_way(
        make.unanswered(make.K3, State.OPEN, "2022-02"),
        make.unanswered(make.K3, State.PLANNED, "2022-08"),
    )
    assert rows(found, "ej-genomforda")[0][2] == (
        "Februari 2022: inte besvarad. Skulle ha redovisats senast den 28\u00a0februari 2022."
    )
    assert [row[1] for row in rows(found, "aterstar")] == ["Augusti 2022"]
    assert texts(section(found, "sammanfattning")) == (
        "Preliminär: ett kontrolltillfälle återstår och ska lämnas in senast den 31 augusti 2022."
    )
    assert rows(found, "urval")[0][2] == "Kontrollen är inte genomförd."


def test_a_task_due_today_is_left_and_one_due_yesterday_is_not() -> None:
    task = make.unanswered(make.K6, State.OPEN)
    for day, preliminary in ((30, True), (31, False)):
        found = one_control(make.K6, task, as_of=datetime(2022, 12, day, 9, tzinfo=UTC))
        assert ("Preliminär" in all_text(found)) is preliminary


def test_the_date_of_a_protected_control_is_not_told() -> None:
    control = make.make_control("K9", protected=True)
    found = one_control(control, make.unanswered(control, State.OPEN), as_of=JUNE)
    assert texts(section(found, "sammanfattning")) == (
        "Preliminär: ett kontrolltillfälle återstår."
    )
    assert rows(found, "aterstar") == [["K9\u00a0Redovisas separat", "–", "–"]]


def test_a_report_after_the_last_due_date_is_not_preliminary(report: Report) -> None:
    said = all_text(report)
    assert "Preliminär" not in said
    assert "återstår," not in said


# ---- notes, reasons, late answers ----


def test_the_controllers_notes_are_printed_for_accepted_risks_and_direktatgarder() -> None:
    notes = {"R9": "Skåpet är bytt.", "R10": "Skadan är fortfarande liten."}
    found = build_report(make.sample_facts(notes=notes))
    for id, label, said in (
        ("direktatgarder", "Kommentar, R9\u00a0Nycklar till kommunhuset", "Skåpet är bytt."),
        ("accepterade", "Kommentar, R10\u00a0Manuell utskrift av fakturor", notes["R10"]),
    ):
        comments = [b for b in section(found, id).blocks if getattr(b, "role", "") == "comment"]
        assert comments == [Text(said, "comment", label)]


def test_a_note_is_printed_once_where_a_followed_risk_also_has_direktatgarder() -> None:
    risk = make.make_risk("R1", make.K1, actions=make.PLAN.risks[-2].actions)
    tasks = (make.answered(make.K1, "gron"),)
    found = build_report(make.make_facts(make.make_plan(risk), tasks, notes={"R1": "En gång."}))
    assert all_text(found).count("En gång.") == 1


def test_another_level_than_the_proposed_one_has_its_reason() -> None:
    def answer(reason: str) -> Answer:
        return Answer("Mätt.", "gul", (), "", "10", "100", reason)

    found = one_control(
        make.K3,
        make.answered(make.K3, "gul", "2022-02", answer=answer("Mätfel i februari")),
        make.answered(make.K3, "gul", "2022-08", answer=answer("")),
        make.answered(make.K3, "gul", "2023-01", answer=answer("Nya har börjat.")),
    )
    told = [row[3] for row in rows(found, "K3-tillfallen")]
    assert told[0] == "Mätt. Förslaget var ”allvarlig avvikelse”. Skäl: Mätfel i februari."
    assert told[1] == "Mätt. Förslaget var ”allvarlig avvikelse”."
    assert (
        "Förslaget var ”allvarlig avvikelse”. Skäl: Nya har börjat."
        in (rows(found, "K3-utfall")[0][0])
    )


def test_a_long_reason_stands_under_its_table() -> None:
    long = "Mätningen var ofullständig. " * 40
    answer = Answer("Mätt.", "gul", (), "", "10", "100", long)
    found = one_control(make.K4, make.answered(make.K4, "gul", answer=answer))
    assert "Se ”Skäl till bedömningen” under tabellen." in rows(found, "K4-utfall")[0][0]
    labels = [b.label for b in section(found, "kontroll-K4").blocks if isinstance(b, Text)]
    assert labels == ["Skäl till bedömningen"]


def test_an_answer_not_yet_approved_is_told_at_its_control() -> None:
    found = one_control(make.K1, make.answered(make.K1, "gul", state=State.SUBMITTED))
    assert "Ännu inte godkänd." in rows(found, "K1-utfall")[0][0]
    approved = one_control(make.K1, make.answered(make.K1, "gul"))
    assert "Ännu inte godkänd" not in all_text(approved)


@pytest.mark.parametrize(
    ("perspectives", "said"),
    [
        (["a", *[""] * 6], "ett gäller a och sex saknar angivet perspektiv."),
        (["", "a", "a"], "två gäller a och ett saknar angivet perspektiv."),
        (["a", "b", "b", ""], "ett gäller a, två gäller b och ett saknar angivet perspektiv."),
        (["a", "b", "b"], "ett gäller a och två b."),
        (["", ""], "innehåller två kontrollmoment. "),
        (["a", "a"], "två kontrollmoment, alla med perspektivet a."),
    ],
)
def test_controls_without_a_perspective_are_said_in_good_swedish(
    perspectives: list[str], said: str
) -> None:
    risks = [
        make.make_risk(f"R{n}", make.make_control(f"K{n}"), perspective=perspective)
        for n, perspective in enumerate(perspectives)
    ]
    found = build_report(make.make_facts(make.make_plan(*risks)))
    assert said in texts(section(found, "omfattning"))


def test_a_changed_plan_names_its_adoption_and_every_change() -> None:
    second = Decision(2, "KS 2022/0100", date(2022, 4, 5), "45")
    third = Decision(3, "", date(2022, 9, 6), "§ 90")
    found = one_control(make.K1, decision=third, decisions=(make.DECISION, second, third))
    assert (
        "Planen antogs den 14 december 2021, § 214 (dnr KS 2021/0688). Den ändrades genom version "
        "2 den 5 april 2022, § 45 (dnr KS 2022/0100) och version 3 den 6 september 2022, § 90."
    ) in texts(section(found, "lag"))


def test_a_changed_plan_whose_history_is_not_known_names_its_version() -> None:
    found = one_control(make.K1, decision=replace(make.DECISION, version=2))
    assert "Version 2 av internkontrollplanen för 2022 antogs den 14 december 2021" in texts(
        section(found, "lag")
    )


def test_a_late_answer_is_told_by_its_date_and_counted_in_the_summary() -> None:
    late = datetime(2022, 3, 12, 9, tzinfo=UTC)
    found = one_control(
        make.K3,
        make.answered(make.K3, "rod", "2022-02", answered_at=late),
        make.answered(make.K3, "gul", "2022-08", answered_at=datetime(2022, 9, 1, 9, tzinfo=UTC)),
        make.answered(make.K3, "gul", "2023-01"),
    )
    assert [row[-1] for row in rows(found, "K3-tillfallen")] == [
        "2022-03-12 12 dagar efter sista dagen",
        "2022-09-01 1 dag efter sista dagen",
        "2023-01-31",
    ]
    assert "Två svar lämnades in efter sista dagen." in texts(section(found, "omfattning"))


def test_a_single_late_answer_says_so_at_its_control(report: Report) -> None:
    late = datetime(2022, 10, 3, 9, tzinfo=UTC)
    found = one_control(make.K1, make.answered(make.K1, "gul", answered_at=late))
    assert "2022-10-03, 3 dagar efter sista dagen" in all_text(found)
    assert "Ett svar lämnades in efter sista dagen." in texts(section(found, "omfattning"))
    assert "efter sista dagen" not in all_text(report)


def test_a_direktatgard_keeps_the_number_it_has_in_the_plan() -> None:
    acts = tuple(
        replace(a, number="Å9", direct="D1") if a.number == "D1" else a for a in make.ACTIONS
    )
    found = build_report(make.sample_facts(actions=acts))
    assert rows(found, "direktatgarder")[0][0] == "D1"


def test_occurrences_stand_in_the_order_of_their_periods() -> None:
    def period(slot: str, start: date, end: date) -> Timed:
        return Timed(Window(slot, slot, start, end), start, end)

    end = date(2022, 12, 30)
    control = make.make_control(
        "K1",
        period("kvartal 4", date(2022, 10, 1), end),
        period("tertial 3", date(2022, 9, 1), end),
        period("kvartal 1", date(2022, 1, 1), date(2022, 3, 31)),
    )
    tasks = [make.answered(control, "gron", t.window.slot) for t in control.occurrences]
    assert [row[0] for row in rows(one_control(control, *tasks), "K1-tillfallen")] == [
        "Kvartal 1", "Tertial 3", "Kvartal 4",
    ]  # fmt: skip


# ---- decision and making ----


def test_the_proposal_lets_the_board_judge_and_names_the_selection(report: Report) -> None:
    steps = section(report, "beslut").blocks[0]
    assert isinstance(steps, Text)
    assert steps.label == "Kommunstyrelsen beslutar:"
    assert steps.body[0] == "Slutrapporten för internkontroll 2022 godkänns."
    assert "Sex risker och kontrollmoment går till urvalet för plan 2024" in steps.body[2]


def test_the_report_says_how_it_was_made(report: Report) -> None:
    said = texts(section(report, "tillkomst"))
    assert "registrerat den 10 februari 2023 klockan 09.00" in said
    assert "version 1 av internkontrollplanen" in said
    assert "Nio svar är lämnade av kontrollansvariga, och alla är godkända." in said


def test_an_answer_that_waits_for_its_approver_is_told() -> None:
    found = one_control(make.K1, make.answered(make.K1, "gul", state=State.SUBMITTED))
    assert "ett av dem är ännu inte godkänt (K1)" in texts(section(found, "tillkomst"))


def test_the_same_facts_give_the_same_fingerprint_and_a_comma_another(report: Report) -> None:
    assert build_report(make.sample_facts()).fingerprint == report.fingerprint
    changed = build_report(make.sample_facts(notes={**make.NOTES, "Ekonomi": "Klart,"}))
    assert changed.fingerprint != report.fingerprint
    assert len(report.fingerprint) == 64


def test_a_sealed_report_is_not_sealed_again(report: Report) -> None:
    with pytest.raises(ValueError, match="already sealed"):
        report.sealed()


def test_sections_and_captions_are_numbered_in_reading_order(report: Report) -> None:
    assert [s.number for s in report.sections] == [str(n) for n in range(1, 10)]
    captions = [b.caption for b in report.blocks() if isinstance(b, Table) and b.caption]
    assert [c.split(".")[0] for c in captions] == [f"Tabell {n}" for n in range(1, 7)]


# ---- protected controls ----


def test_a_protected_control_shows_its_number_and_bedomning_and_nothing_else() -> None:
    secrets = {
        "title": "HEMLIG-titel", "what": "HEMLIG-vad", "method": "HEMLIG-metod",
        "owner": "HEMLIG-chef", "objective": "HEMLIG-mål", "sample": "HEMLIG-urval",
        "goal": "HEMLIG-goal", "approver": "HEMLIG-godkännare", "frequency": "HEMLIG-frekvens",
        "mandatory": "HEMLIG-regel", "process_owner": "HEMLIG-ägare",
    }  # fmt: skip
    control = make.make_control("K9", protected=True, **secrets)
    answer = Answer("HEMLIG-resultat", "rod", (), "HEMLIG-kommentar", "1", "2")
    act = make.action("Å1", "K9", "HEMLIG-åtgärd", "HEMLIG-ansvarig", date(2023, 1, 1))
    found = one_control(control, make.answered(control, "rod", answer=answer), actions=(act,))
    said = all_text(found)
    assert "HEMLIG" not in said
    assert rows(found, "kontrollmoment")[0][:1] == ["K9\u00a0Redovisas separat"]
    assert section(found, "kontroll-K9").mark == "rod"
    assert "Åtgärder till skyddade kontrollmoment redovisas separat." in texts(
        section(found, "atgarder")
    )


def test_a_protected_control_that_was_not_done_keeps_its_reason_to_itself() -> None:
    control = make.make_control("K9", protected=True)
    found = one_control(control, make.unanswered(control, State.NOT_DONE, reason="HEMLIG"))
    assert "HEMLIG" not in all_text(found)
    assert rows(found, "ej-genomforda") == [
        ["K9\u00a0Redovisas separat", "–", "Redovisas separat."]
    ]


# ---- scales and texts as they come ----

FOUR = RatingScale(
    (GREEN, YELLOW, Level("orange", "Betydande avvikelse", "◆", "#D9822B", "Orange", rank=2),
     replace(RED, rank=3), WHITE)
)  # fmt: skip
OTHER_WORDS = RatingScale(
    (replace(GREEN, word="Tillräcklig"), replace(YELLOW, word="Bör förbättras"),
     replace(RED, word="Brister"), WHITE)
)  # fmt: skip


def with_scale(scale: RatingScale) -> ReportFacts:
    facts = make.sample_facts()
    return replace(facts, plan=replace(facts.plan, ratings=scale))


def test_a_scale_of_four_levels_has_four_and_vit_everywhere() -> None:
    found = build_report(with_scale(FOUR))
    assert found.scale == ("rod", "orange", "gul", "gron", "vit")
    assert [c.mark for c in table(found, "perspektiv").columns[3:]] == list(found.scale)


def test_other_words_for_the_levels_give_other_sentences() -> None:
    found = build_report(with_scale(OTHER_WORDS))
    assert found.cover[0].body.startswith(  # type: ignore[union-attr]
        "Av sju kontrollmoment har två bedömningen ”brister”, tre ”bör förbättras” och två "
        "”tillräcklig”."
    )


def test_every_colour_has_a_word_and_a_symbol(report: Report) -> None:
    assert all(mark.word and mark.symbol for mark in report.marks.values())


@pytest.mark.parametrize("colour", ["#FFFFFF", "#F2C230", "#000000", "#62AE7F", "#A8322D"])
def test_a_symbol_and_a_text_can_be_read_on_any_colour(colour: str) -> None:
    mark = Mark("x", "X", "●", colour, deep="#52606B" if colour == "#FFFFFF" else "")
    assert contrast(mark.deep, mark.tint) >= 3
    assert contrast(mark.ink, mark.colour) >= 4.5


def test_an_accent_is_darkened_until_it_can_be_read() -> None:
    assert contrast(readable("#FFEE00"), "#FFFFFF") >= 5
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"


def test_a_text_of_20_000_characters_stands_under_its_table() -> None:
    long = "Kontrollen visar att rutinen följs. " * 556
    found = one_control(make.K1, make.answered(make.K1, "gul", answer=Answer(long, "gul")))
    assert rows(found, "K1-utfall")[0][1] == "Se ”Resultat” under tabellen."
    below = [b for b in section(found, "kontroll-K1").blocks if isinstance(b, Text)]
    assert below[0].label == "Resultat"
    assert below[0].body == long.strip()


def test_no_text_at_all_is_said_not_left_empty() -> None:
    bare = make.make_control("K1", what="", method="", frequency="", title="", owner="")
    found = one_control(bare, make.answered(bare, "gul", answer=Answer("", "gul")))
    assert rows(found, "K1-plan")[0] == ["Uppgift saknas."] * 3
    assert rows(found, "K1-utfall")[0][1:] == ["Uppgift saknas.", "Ingen åtgärd är angiven."]


def test_ids_with_any_letters_give_anchors_that_never_collide() -> None:
    controls = [make.make_control(id) for id in ("K 1", "K_1", "Kå", "k1", "K1")]
    plan = make.make_plan(*(make.make_risk(f"R{n}", c) for n, c in enumerate(controls)))
    found = build_report(make.make_facts(plan))
    assert all(s.id.isascii() and " " not in s.id for s in walk(found.sections))


def test_an_empty_plan_still_gives_a_whole_report() -> None:
    found = build_report(make.make_facts(make.make_plan()))
    assert len(found.sections) == 9
    assert texts(section(found, "urval")).startswith("Inget går till urvalet för plan 2024.")


def test_one_control_in_many_units_names_the_unit_of_each_answer() -> None:
    control = make.make_control("K1")
    units = (make.UNIT, Unit("bun", "Skolnämnden", UnitKind.BOARD))
    facts = make.make_facts(
        make.make_plan(make.make_risk("R1", control)),
        [make.answered(control, "gul"), make.answered(control, "gron", unit="bun")],
        organisation=replace(make.ORGANISATION, units=units),
    )
    names = [row[0] for row in rows(build_report(facts), "K1-enheter")]
    assert names == ["Kommunstyrelsen", "Skolnämnden"]


def test_a_goal_and_thresholds_may_be_missing() -> None:
    measure = Measure("Delen", "Helheten", None, (Threshold(Decimal(0), "gul"),))
    control = replace(make.K3, measure=measure, goal="")
    tasks = [
        make.answered(control, "gul", slot, answer=Answer("Mätt.", "gul", (), "", part, "10"))
        for slot, part in (("2022-02", "1"), ("2022-08", "två"), ("2023-01", "3"))
    ]
    found = one_control(control, *tasks)
    assert [row[2].replace("\u00a0", " ") for row in rows(found, "K3-tillfallen")] == [
        "10 % 1 av 10", "–", "30 % 3 av 10",
    ]  # fmt: skip
    figure = next(b for b in found.blocks() if isinstance(b, Figure) and b.id == "K3-trend")
    assert "Mål" not in figure.alt


def test_treated_risks_are_named_by_how_they_are_met(report: Report) -> None:
    treated = {row[0].split("\u00a0")[0]: row[1] for row in rows(report, "risker")}
    assert treated["R9"] == "Direktåtgärd"
    assert treated["R10"] == "Accepteras"
    assert Treatment.ACCEPT.value == "acceptera"


def test_vit_last_year_is_not_compared() -> None:
    last = LastYear(2021, {"K1": "vit"}, make.PLAN.ratings)
    found = one_control(make.K1, make.answered(make.K1, "gul"), last_year=last)
    assert rows(found, "kontrollmoment")[0][4] == "Kan inte jämföras"
    assert "Jämfört med 2021 kan ett kontrollmoment inte jämföras." in texts(
        section(found, "per-kontrollmoment")
    )


def test_an_open_direktatgard_is_counted_and_pointed_at() -> None:
    risk = make.make_risk("R9", treatment=Treatment.ACT_NOW)
    act = make.action("D1", "R9", "Byt lås.", "Chefen", date(2023, 5, 1), ActionStatus.NOT_STARTED)
    found = build_report(make.make_facts(make.make_plan(risk), actions=(act,)))
    assert "Direktåtgärder är medräknade" in texts(section(found, "atgarder"))
    assert rows(found, "direktatgarder")[0][5] == "Öppen"


def test_none_done_in_full_is_said_in_the_singular() -> None:
    from icengine.domain.report_extent import whole_sentence

    assert (
        whole_sentence(0, 7, 2, 5)
        == "Inget är genomfört i sin helhet, två delvis och fem inte alls."
    )
    assert whole_sentence(3, 7, 2, 2).startswith("Tre är genomförda i sin helhet")


# -- stickprov --


def test_the_figures_of_a_stickprov_stand_beside_the_outcome() -> None:
    months = {"vår": 5, "höst": 10}
    two = [make.window(slot, slot, date(2022, month, 30)) for slot, month in months.items()]
    control = make.make_control("K1", *two)
    first, last = (
        make.answered(control, "gul", slot, answer=Answer("Fel attest.", "gul", **figures))
        for slot, figures in zip(
            ("vår", "höst"),
            ({"checked": "40", "deviations": "0"}, {"checked": "60", "deviations": "12"}),
            strict=True,
        )
    )
    said = all_text(one_control(control, first, last)).replace("\u00a0", " ")
    assert "Stickprov" in said.split("\n")
    assert "12 av 60 granskade avvek (20 %)" in said.split("\n")
    assert "0 av 40 granskade avvek.\nFel attest." in said
    without = all_text(one_control(control, make.answered(control, "gul")))
    assert "Stickprov" not in without.split("\n")
