"""What frequency texts are read as."""

from datetime import date
from time import perf_counter

import pytest

from icengine.domain.frequency import (
    DEFAULT_PERIODS,
    Frequency,
    Kind,
    Periods,
    Unread,
    read_frequency,
)
from icengine.domain.timing import TimingRule, timed

HALVES = "2026-H1 2026-H2"
TERTIALS = "2026-T1 2026-T2 2026-T3"
QUARTERS = "2026-Q1 2026-Q2 2026-Q3 2026-Q4"
MONTH_PAIRS = "2026-01--02 2026-03--04 2026-05--06 2026-07--08 2026-09--10 2026-11--12"
MONTHLY = " ".join(f"2026-{month:02}" for month in range(1, 13))


def read(text: str, year: int = 2026, periods: Periods = DEFAULT_PERIODS) -> Frequency:
    found = read_frequency(text, year, periods=periods)
    assert isinstance(found, Frequency), found
    return found


def unread(text: str, year: int = 2026) -> Unread:
    found = read_frequency(text, year)
    assert isinstance(found, Unread), found
    assert found.text == text
    assert found.problem
    assert found.hint
    return found


def slots(text: str, year: int = 2026) -> str:
    return " ".join(window.slot for window in read(text, year).windows)


def days(text: str, year: int = 2026) -> list[tuple[str, str]]:
    return [(str(window.start), str(window.end)) for window in read(text, year).windows]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("1 gång per år|1/år|årligen|per helår|en gång om året|I GÅNG per år|1 g/år", "2026"),
        ("2 gånger per år|2 ggr/år|halvårsvis|vid två tillfällen under året|2 per år", HALVES),
        ("minst 3 ggr per år|varje tertial|tertialvis|per tertial|var fjärde månad", TERTIALS),
        ("4 gånger per år|kvartalsvis|en gång per kvartal|var tredje månad|1/kv", QUARTERS),
        ("6 gånger per år|varannan månad|var annan månad|ca 6 ggr under 2026", MONTH_PAIRS),
        ("varje månad|månadsvis|1 gång/mån|en gång i månaden|12 gånger per år", MONTHLY),
        ("var 6:e månad|var sjätte månad|två gånger årligen", HALVES),
        ("årligen i oktober|oktober 2026|1 gång per år: okt.|2026-10", "2026-10"),
        ("en gång per år, september|sept|september månad", "2026-09"),
        ("2 ggr/år (april och oktober)|april och oktober|apr, okt|april samt oktober",
         "2026-04 2026-10"),
        ("jan, apr, jul, okt", "2026-01 2026-04 2026-07 2026-10"),
        ("mars–maj|mars - maj|mars till maj|från mars till maj|mellan mars och maj|våren",
         "2026-03--05"),
        ("under perioden september till november|hösten|hösten 2026", "2026-09--11"),
        ("senast 30 september|senast den 30/9|per 30 september|2026-09-30|före 1 oktober"
         "|t.o.m. 30 september|senast i september", "2026-09-30"),
        ("15 mars och 15 september|15/3, 15/9", "2026-03-15 2026-09-15"),
        ("vecka 12|v. 12|v12|v.12", "2026-W12"),
        ("v. 10 och 40|veckorna 10 och 40|vecka 10, vecka 40", "2026-W10 2026-W40"),
        ("vecka 10–12", "2026-W10--W12"),
        ("kvartal 2 och 4|Q2 och Q4|andra och fjärde kvartalet|kv 2, 4", "2026-Q2 2026-Q4"),
        ("tertial 1 och 3|T1, T3|första och sista tertialet", "2026-T1 2026-T3"),
        ("första halvåret|H1|halvår 1", "2026-H1"),
        ("våren, sommaren, hösten", "2026-03--05 2026-06--08 2026-09--11"),
        ("vår och höst|2 gånger per år, vår och höst", "2026-03--05 2026-09--11"),
        ("tidig höst|början av hösten|i början på hösten|tidigt på hösten", "2026-09"),
        ("sen vår|slutet av våren|senvåren", "2026-05"),
        ("slutet av året|i slutet av 2026|vid årets slut", "2026-12"),
        ("före sommaren|innan sommaren", "2026-05-31"),
        ("årsskiftet|årsskiftet 2026/2027|december–januari|vid årsskiftet",
         "2026-12--2027-01"),
        ("i mellandagarna|27–30 december", "2026-12-27--12-30"),
        ("delårsrapport|delår 2|per den 31 augusti|vid delårsbokslutet", "2026-08-31"),
        ("delår och helår|två gånger per år, delår och helår", "2026-08-31 2026-12-31"),
        ("bokslut|verksamhetsberättelse|i samband med bokslutet", "2027-01--02"),
        ("vintern 2026/2027|vintern 2026", "2026-12--2027-02"),
        ("februari, augusti och januari året efter|februari, augusti och januari 2027",
         "2026-02 2026-08 2027-01"),
        ("halvårsvis (juni och december)|årligen i juni och december", "2026-06 2026-12"),
        ("2 gånger per tertial", MONTH_PAIRS),
        ("en gång per år 2027|1 gång under 2027", "2027"),
    ],
)  # fmt: skip
def test_ordinary_spellings_are_read_alike(texts: str, expected: str) -> None:
    for text in texts.split("|"):
        assert slots(text) == expected, text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 gång per år.", "2022"),
        ("I gång i mellandagarna 2022.", "2022-12-27--12-30"),
        ("En gång under tidig höst 2022.", "2022-09"),
        ("Ca 6 gånger under 2022, varannan månad i samband med uppdragsavstämning.",
         MONTH_PAIRS.replace("2026", "2022")),
        ("Uppföljning har skett vid två tillfällen under 2022: februari, augusti och en gång i "
         "januari 2023.", "2022-02 2022-08 2023-01"),
        ("Granskningen utfördes en gång under 2022, i början av hösten.", "2022-09"),
        ("Arbetet genomfördes under våren 2022.", "2022-03--05"),
    ],
)  # fmt: skip
def test_sentences_of_a_real_plan_are_read(text: str, expected: str) -> None:
    assert slots(text, 2022) == expected
    assert read(text, 2022).kind is Kind.SCHEDULED
    assert read(text, 2022).text == text


def test_a_continuous_control_reports_once_per_tertial() -> None:
    for text in ("löpande", "Kontinuerligt", "dagligen", "löpande enligt fastställd plan"):
        assert read(text).kind is Kind.CONTINUOUS
        assert slots(text) == TERTIALS


def test_a_continuous_control_reports_as_its_text_says() -> None:
    assert slots("löpande, minst en gång per tertial") == TERTIALS
    assert slots("löpande, redovisas kvartalsvis") == QUARTERS
    assert slots("löpande, mars och oktober") == "2026-03 2026-10"


def test_the_plan_may_say_how_often_a_continuous_control_reports() -> None:
    found = read_frequency("löpande", 2026, reporting="halvårsvis")
    assert isinstance(found, Frequency)
    assert found.canonical == "löpande, en gång per halvår"
    assert len(found.windows) == 2
    own = read_frequency("löpande, varje månad", 2026, reporting="halvårsvis")
    assert isinstance(own, Frequency)
    assert len(own.windows) == 12
    wrong = read_frequency("löpande", 2026, reporting="regelbundet")
    assert isinstance(wrong, Unread)
    assert "regelbundet" in wrong.problem


@pytest.mark.parametrize(
    "text",
    [
        "vid behov", "Vid varje nyanställning.", "vid misstanke om …", "i samband med upphandling",
        "vid misstanke om mutor eller jäv", "vid ny- och återanställning", "vid behov under 2026",
    ],
)  # fmt: skip
def test_something_without_a_date_is_an_event(text: str) -> None:
    found = read(text)
    assert (found.kind, found.windows) == (Kind.EVENT, ())


def test_a_month_is_its_whole_span_also_in_a_leap_year() -> None:
    assert days("februari", 2028) == [("2028-02-01", "2028-02-29")]


def test_a_date_begins_the_day_after_the_one_before_it() -> None:
    assert days("15 mars och 15 september") == [
        ("2026-01-01", "2026-03-15"),
        ("2026-03-16", "2026-09-15"),
    ]
    assert days("mars och senast 31 augusti")[1] == ("2026-04-01", "2026-08-31")


def test_two_per_quarter_cut_the_quarter_in_the_middle() -> None:
    found = read("2 gånger per kvartal").windows
    assert [w.slot for w in found[:3]] == ["2026-Q1-1", "2026-Q1-2", "2026-Q2-1"]
    assert [str(w.end) for w in found[::2]] == [
        "2026-02-14", "2026-05-15", "2026-08-15", "2026-11-15",
    ]  # fmt: skip


def test_a_year_has_the_weeks_it_has() -> None:
    assert len(read("varje vecka", 2025).windows) == 52
    assert len(read("varje vecka", 2026).windows) == 53
    assert slots("vecka 53") == "2026-W53"
    assert "1 och 52" in unread("vecka 53", 2025).hint
    assert days("vecka 1")[0] == ("2026-01-01", "2026-01-04")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("per helår", "helår 2026"),
        ("mars", "mars 2026"),
        ("T2", "tertial 2 2026"),
        ("v 12", "vecka 12 2026"),
        ("30/9", "senast 30 september 2026"),
        ("hösten", "hösten 2026"),
        ("början av hösten", "tidig höst 2026"),
        ("årsskiftet", "årsskiftet 2026/2027"),
        ("november–februari", "november 2026–februari 2027"),
        ("27-30 december", "27–30 december 2026"),
        ("H1", "första halvåret 2026"),
    ],
)
def test_a_label_names_the_period_and_its_year(text: str, label: str) -> None:
    assert [window.label for window in read(text).windows] == [label]


@pytest.mark.parametrize(
    "text",
    ["vartannat år med start 2022", "vartannat år (2024)", "vartannat år, jämna år",
     "en gång per mandatperiod, 2026", "vart tredje år från 2023", "var fjärde år från 2022"],
)  # fmt: skip
def test_a_control_that_skips_years_falls_where_its_anchor_says(text: str) -> None:
    assert slots(text, 2026) == "2026"
    skipped = read(text, 2027)
    assert (skipped.kind, skipped.windows) == (Kind.SCHEDULED, ())
    assert "nästa gång" in skipped.canonical


def test_an_anchor_lies_at_the_first_year() -> None:
    assert read("vartannat år med start 2028").windows == ()
    assert read("vartannat år med start 2025").canonical == (
        "vartannat år med start 2025 (nästa gång 2027)"
    )
    assert slots("vartannat år med start 2024, oktober") == "2026-10"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("I gång i månaden", "en gång per månad"),
        ("2 ggr/år (apr & okt)", "april och oktober"),
        ("tidigt på hösten 2026", "tidig höst"),
        ("15/3, 15/9-2026", "senast 15 mars och senast 15 september"),
        ("februari, augusti och januari 2027", "februari, augusti och januari året efter"),
        ("mars 2026 och oktober 2027", "mars 2026 och oktober 2027"),
        ("  VID   Behov. ", "vid behov"),
    ],
)
def test_the_canonical_text_says_it_plainly(text: str, canonical: str) -> None:
    assert read(text).canonical == canonical


@pytest.mark.parametrize(
    "text",
    """|  |.|varje måndag|12 gånger|en gång|5 gånger per år|8 ggr/år|0 gånger per år|regelbundet
    |ibland|31 februari|29 februari|32 mars|31/13|vecka 54|vecka 0|kvartal 5|tertial 4|halvår 3
    |13 gånger per månad|2 gånger per månad|2 gånger per år: mars|kvartalsvis, mars|mars 2019
    |under 2019|mars 2028|vartannat år|vart tredje år|en gång per mandatperiod|vintern|jul|före jul
    |påsk|1-2 gånger per år|1,5 gånger per år|två eller tre gånger per år|högst 3 ggr/år
    |några gånger per år|mars eller april|mars och mars|hösten, oktober|mars oktober
    |mars i oktober|2026|under 2026|under året|hela året|kvartalsvis, två gånger
    |årligen, kvartalsvis|vid behov, minst en gång per år|löpande vid behov|kvartalsvis vid behov
    |varje månad utom juli|varje månad, dock ej juli|inte i juli|varannan vecka|jämna veckor
    |kvartalsvis i samband med möte, utom sommaren|från mars|efter sommaren|mitten av hösten
    |början av mars|per augusti|mars och oktober 2027|mars 2027, oktober|årsskiftet 2027
    |bokslut året efter|under 2027: januari året efter|kvartal 1–3|våren–hösten|30.4|maj–april
    |15 mars–1 mars|två gånger under hösten|terminsvis|enligt plan|enligt vår rutin|kontroll
    |redovisas kvartalsvis|mars m.m.|ca 15 mars|mars nästa år|vid årsmöte|vid 3 avvikelser
    |4 gånger varje kvartal|6 gånger varannan månad|två gånger vartannat år med start 2026
    |vartannat år med start 2025 (nästa gång 2028)|0000-01-01|9999-12-31|mars 😀|1|I|½ år
    |2 gånger per år: mars, juni och en gång i oktober|senast vecka 10 och 40|1/2 år
    |2 gånger per dag|löpande under 2027|kvartalsvis med start 2026|2026/2027
    |senast årsskiftet|bokslut 2025|helår 2027, januari|vecka 52 2027|varje vecka 2027|hela hösten|mars/september|inför sommaren
    |var tredje vecka|helår, helår|delår (augusti) och helår (december)""".split("|"),  # noqa: SIM905 - one text a bar
)
def test_what_is_not_certain_is_refused_with_a_hint(text: str) -> None:
    unread(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("februai", "februari"),
        ("kvratalsvis", "kvartalsvis"),
        ("5 gånger per år", "1, 2, 3, 4, 6 eller 12"),
        ("vintern", "2026/2027"),
        ("vartannat år", "med start 2026"),
        ("mars/september", "mars och september"),
        ("varannan vecka", "varje vecka"),
        ("var tredje vecka", "varje vecka"),
        ("per augusti", "senast 15 augusti"),
        ("kvartal 1–3", "kvartal 1, 2 och 3"),
        ("mars och oktober 2027", "mars 2026 och oktober 2027"),
    ],
)
def test_a_hint_says_what_to_write(text: str, hint: str) -> None:
    assert hint in unread(text).hint


def test_a_year_outside_the_calendar_is_no_plan_year() -> None:
    for year in (-1, 0, 1899, 2999, 99999):
        assert isinstance(read_frequency("mars 2026", year), Unread)


@pytest.mark.parametrize(
    "piece",
    ["a", "1", " ", "mars, ", "i i i ", "2026-", "1/", "–", "vid ", "och ", "en gång ", "😀"],
)
def test_a_very_long_text_is_refused_at_once(piece: str) -> None:
    for text in (piece * (100_000 // len(piece)), (piece * 300)[:300]):
        began = perf_counter()
        read_frequency(text, 2026)
        assert perf_counter() - began < 0.2
    assert "för lång" in unread("a" * 100_000).problem


def test_a_plan_can_change_the_periods() -> None:
    periods = DEFAULT_PERIODS.with_changes(
        {
            "hösten": "augusti–oktober",
            "Sen vår": "april-maj",
            "bokslutet": "januari–mars året efter",
            "budgetberedningen": "1 maj–15 juni",
            "delår 1": "senast 31 mars",
            "före jul": "senast 20 december",
        }
    )
    expected = {
        "hösten": "2026-08--10",
        "tidig höst": "2026-08",
        "i slutet av våren": "2026-04--05",
        "bokslut": "2027-01--03",
        "under budgetberedningen": "2026-05-01--06-15",
        "delårsrapport 1": "2026-03-31",
        "före jul": "2026-12-20",
        "sommaren": "2026-06--08",
    }
    for text, slot in expected.items():
        assert [w.slot for w in read(text, periods=periods).windows] == [slot], text
    assert slots("hösten") == "2026-09--11"


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("hösten", ""), ("hösten", "32 mars"), ("hösten", "mars och maj"), ("hösten", "2026"),
        ("hösten", "maj 2026"), ("hösten", "våren"), ("hösten", "från mars"),
        ("mars", "maj"), ("", "maj"), ("vecka", "maj"), ("?", "maj"), ("hösten", "x" * 9999),
    ],
)  # fmt: skip
def test_a_period_that_cannot_be_read_is_refused(name: str, span: str) -> None:
    with pytest.raises(ValueError, match=r"skriv|välj"):
        DEFAULT_PERIODS.with_changes({name: span})


def test_a_task_opens_thirty_days_before_its_last_working_day() -> None:
    year = timed(read("1 gång per år").windows[0])
    assert (year.opens, year.due) == (date(2026, 11, 30), date(2026, 12, 30))
    february = timed(read("februari").windows[0])
    assert (february.opens, february.due) == (date(2026, 2, 1), date(2026, 2, 27))


def test_a_plan_may_ask_for_the_answer_after_the_period() -> None:
    march = read("mars").windows[0]
    later = timed(march, TimingRule(opens_days_before=10, working_days_after=5))
    assert (later.opens, later.due) == (date(2026, 3, 30), date(2026, 4, 9))


def test_a_period_without_working_days_is_due_before_it() -> None:
    easter = timed(read("3–6 april").windows[0])
    assert (easter.opens, easter.due) == (date(2026, 4, 2), date(2026, 4, 2))
