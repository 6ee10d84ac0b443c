"""Reading plan and organisation files: every problem at once, with place and hint."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icengine.domain.directory import read_organisation
from icengine.domain.document import read_plan
from icengine.domain.node import Problem
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan, Treatment
from icengine.domain.remarks import remarks
from icengine.intake.yamlfile import read_yaml_bytes

PLANS = Path(__file__).parents[2] / "plans"
PLAN = (PLANS / "ks-2022.yaml").read_text("utf-8")
ORGANISATION = (PLANS / "organisation.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    node, _ = read_yaml_bytes(ORGANISATION.encode(), "organisation.yaml")
    assert node is not None
    found, problems = read_organisation(node)
    assert found is not None, problems
    return found


def read(text: str, organisation: Organisation) -> tuple[Plan | None, list[Problem]]:
    node, problems = read_yaml_bytes(text.encode(), "p.yaml")
    return read_plan(node, organisation) if node else (None, problems)


def changed(old: str, new: str, text: str = PLAN) -> str:
    assert re.search(old, text, re.M), old
    return re.sub(old, new, text, count=1, flags=re.M)


def test_the_example_plan_says_what_the_real_one_says(organisation: Organisation) -> None:
    plan, problems = read(PLAN, organisation)
    assert plan is not None, problems
    controls = [(risk.perspective, control) for risk, control in plan.controls()]
    assert len(controls) == 7
    assert len(plan.areas) == 4
    assert sum(perspective == "uppsiktsplikt" for perspective, _ in controls) == 5
    assert sum(perspective == "egen förvaltning" for perspective, _ in controls) == 2
    assert [r.treatment for r in plan.risks].count(Treatment.FOLLOW_UP) == 1
    assert [item.window.slot for item in plan.control("K3")[1].occurrences] == [
        "2022-02", "2022-08", "2023-01",
    ]  # fmt: skip
    assert sum(bool(control.mandatory) for _, control in controls) == 1
    assert plan.carry_to == 2024


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            r"frekvens: 1 gång per år",
            "frekvns: 1 gång per år",
            "okänd nyckel ”frekvns” i kontrollen",
        ),
        (r"ansvarig: HR-strategen", "ansvarig: HR-strateg", "menade du ”HR-strategen”?"),
        (r"- id: K2", "- id: K1", "kontroll ”K1” finns redan"),
        (r"- id: R2", "- id: R1", "risk ”R1” finns redan"),
        (
            r"bedömd: 2021-\d\d-\d\d",
            "bedömd: 2021-02-30",
            "datumet 2021-02-30 finns inte i kalendern",
        ),
        (r"sannolikhet: \d", "sannolikhet: 7", "sannolikhet är ”7” (ett heltal 1–4)"),
        (r"frekvens: 1 gång per år", "frekvens: ibland", "”ibland” säger inte hur ofta"),
        (r"hantering: följs upp", "hantering: glöms bort", "hantering kan inte vara ”glöms bort”"),
        (r"^enhet: ks", "enhet: kss", "okänd enhet ”kss” (menade du ”ks”?)"),
        (r"^år: 2022", "år: tjugotjugotvå", "år är ”tjugotjugotvå” (ett heltal 2000–2100)"),
        (
            r"oegentligheter: nej|perspektiv: uppsiktsplikt",
            "oegentligheter: kanske",
            "ja eller nej",
        ),
    ],
)
def test_a_mistake_is_said_in_the_authors_words(
    organisation: Organisation, old: str, new: str, said: str
) -> None:
    plan, problems = read(changed(old, new), organisation)
    assert plan is None
    assert any(said in str(problem) for problem in problems), [str(p) for p in problems]
    assert all(re.match(r"p\.yaml:\d+:\d+: ", str(problem)) for problem in problems)


@pytest.mark.parametrize("key", ["metod", "ansvarig", "frekvens", "kontrollmoment", "titel"])
def test_a_control_without_what_it_needs_is_a_problem(organisation: Organisation, key: str) -> None:
    start = PLAN.index("- id: K7")
    cut = re.sub(
        rf"^        {key}:.*\n(?:          .*\n|\n)*", "", PLAN[start:], count=1, flags=re.M
    )
    assert cut != PLAN[start:]
    _, problems = read(PLAN[:start] + cut, organisation)
    assert [str(p) for p in problems if f"kontrollen K7 saknar {key}" in str(p)]


def test_all_problems_come_at_once_in_the_files_order(organisation: Organisation) -> None:
    text = changed(r"^enhet: ks", "enhet: kss")
    text = changed(r"frekvens: 1 gång per år", "frekvens: ibland", text)
    text = changed(r"ansvarig: HR-strategen", "ansvarig: Ingen alls", text)
    _, problems = read(text, organisation)
    assert len(problems) == 3
    assert [p.place.line for p in problems] == sorted(p.place.line for p in problems)


def test_a_risk_followed_up_may_have_no_control_and_needs_a_reason(
    organisation: Organisation,
) -> None:
    _, problems = read(changed(r"hantering: granskning", "hantering: acceptera"), organisation)
    said = " ".join(str(problem) for problem in problems)
    assert "har hanteringen ”acceptera” men också kontroller" in said
    assert "saknar skäl" in said


def test_dates_of_its_own_replace_the_reading(organisation: Organisation) -> None:
    text = changed(
        r"^( +)frekvens: 1 gång per år",
        r"\1frekvens: när nämnden har sammanträtt\n\1tillfällen:\n"
        r"\1  - {namn: Våren, från: 2022-03-01, till: 2022-05-15}\n"
        r"\1  - {från: 2022-09-01, till: 2022-11-15, senast: 2022-11-11}",
    )
    plan, problems = read(text, organisation)
    assert plan is not None, problems
    times = plan.control("K6")[1].occurrences
    assert [(t.window.slot, t.window.label, str(t.due)) for t in times] == [
        ("2022-05-15", "Våren", "2022-05-13"),
        ("2022-11-15", "2022-09-01–2022-11-15", "2022-11-11"),
    ]


def test_a_plan_may_read_words_in_its_own_way(organisation: Organisation) -> None:
    text = changed(r"^år: 2022", "år: 2022\nperioder:\n  tidig höst: augusti")
    plan, problems = read(text, organisation)
    assert plan is not None, problems
    assert plan.control("K1")[1].occurrences[0].window.start.month == 8
    _, problems = read(text.replace("tidig höst: augusti", "tidig höst: ibland"), organisation)
    assert problems


OWN_TIMES = r"\1frekvens: när nämnden har sammanträtt\n\1tillfällen:\n"


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (
            ["från: 2022-03-01, till: 2022-03-31, senast: 2022-02-28"],
            "senast är 2022-02-28 (ett datum 20",
        ),
        (
            ["från: 2022-03-01, till: 2022-03-31, senast: 2024-01-01"],
            "senast är 2024-01-01 (ett datum 20",
        ),
        (
            ["från: 2022-03-01, till: 2022-03-31, senast: 9999-12-31"],
            "senast är 9999-12-31 (ett datum 20",
        ),
        (
            ["från: 2022-03-01, till: 2022-03-31, öppnar: 2020-12-31"],
            "öppnar är 2020-12-31 (ett datum 20",
        ),
        (
            ["från: 2022-03-01, till: 2022-03-31, öppnar: 2022-04-01"],
            "öppnar är 2022-04-01 (ett datum 20",
        ),
        (
            ["från: 2022-03-01, till: 2022-03-30", "från: 2022-03-01, till: 2022-03-31"],
            "överlappar",
        ),
        (
            ["från: 2022-05-01, till: 2022-05-31", "från: 2022-01-01, till: 2022-05-01"],
            "överlappar",
        ),
        (
            ["från: 2022-05-01, till: 2022-05-31", "från: 2022-05-01, till: 2022-05-31"],
            "överlappar",
        ),
    ],
)
def test_own_times_lie_in_order_and_within_bounds(
    organisation: Organisation, times: list[str], said: str
) -> None:
    rows = "".join(rf"\1  - {{{time}}}" "\n" for time in times)
    _, problems = read(changed(r"^( +)frekvens: 1 gång per år\n", OWN_TIMES + rows), organisation)
    assert [said in str(problem) for problem in problems] == [True], [str(p) for p in problems]


def test_own_times_may_open_the_year_before_and_end_the_year_after(
    organisation: Organisation,
) -> None:
    rows = (
        r"\1  - {från: 2022-01-01, till: 2022-03-31, öppnar: 2021-01-01}"
        "\n"
        r"\1  - {från: 2022-04-01, till: 2022-04-30, senast: 2023-12-31}"
        "\n"
    )
    plan, problems = read(
        changed(r"^( +)frekvens: 1 gång per år\n", OWN_TIMES + rows), organisation
    )
    assert plan is not None, [str(p) for p in problems]


def test_an_own_time_without_an_end_is_one_day(organisation: Organisation) -> None:
    rows = r"\1  - {från: 2022-03-01}\n"
    plan, problems = read(
        changed(r"^( +)frekvens: 1 gång per år\n", OWN_TIMES + rows), organisation
    )
    assert plan is not None, [str(p) for p in problems]
    (time,) = plan.control("K6")[1].occurrences
    assert (time.window.slot, time.window.start) == ("2022-03-01", time.window.end)


def test_a_key_without_a_value_is_as_if_it_were_not_there(organisation: Organisation) -> None:
    text = changed(r"^år: 2022", "år: 2022\nredovisas arbetsdagar efter:\nöppnar dagar före:")
    plan, problems = read(text, organisation)
    assert plan is not None, problems
    example, _ = read(PLAN, organisation)
    assert example is not None
    assert list(plan.controls()) == list(example.controls())


def test_a_control_that_leaves_the_key_empty_follows_the_plan(organisation: Organisation) -> None:
    text = changed(r"^år: 2022", "år: 2022\nredovisas arbetsdagar efter: 10")
    empty = changed(
        r"^( +)frekvens: (.*)$", r"\1frekvens: \2\n\1redovisas arbetsdagar efter:", text
    )
    assert read(text, organisation) == read(empty, organisation)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("{minst: 90, bedömning: gron}|{bedömning: rod}", "gränsen saknar minst"),
        ("{minst: 90, bedömning: gron}|{minst: , bedömning: rod}", "gränsen saknar minst"),
        ("{minst: 90, bedömning: gron}|{minst: 0, bedömning: vit}", "”vit” kan inte föreslås"),
        ("{minst: 90, bedömning: gron}|{minst: 0, bedömning: gron}", "”gron” finns redan"),
    ],
)
def test_thresholds_say_from_what_figure_which_level(
    organisation: Organisation, rows: str, said: str
) -> None:
    measure = "{del: a, helhet: b, gränser: [" + rows.replace("|", ", ") + "]}"
    text = changed(
        r"^( +)frekvens: 1 gång per år", rf"\1mätning: {measure}\n\1frekvens: 1 gång per år"
    )
    _, problems = read(text, organisation)
    assert [said in str(problem) for problem in problems] == [True], [str(p) for p in problems]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("processområden: [Demokrati, Processkvalitet, Medarbetare, Ekonomi, ekonomi]",
         "”ekonomi” finns redan"),
        ("löpande redovisas: skräp", "”skräp” säger inte hur ofta"),
        ("löpande redovisas: löpande", "”löpande” säger inte hur ofta"),
        ("perioder: {hösten: [a, b]}", "perioden ”hösten” ska vara en text, men är en lista"),
        ("perioder: 3", "perioder ska vara en grupp av nycklar"),
    ],
)  # fmt: skip
def test_what_holds_for_the_whole_plan_is_judged_once(
    organisation: Organisation, rows: str, said: str
) -> None:
    text = changed(r"^processområden:\n(  - .*\n)+", "") if rows.startswith("process") else PLAN
    text = changed(r"^år: 2022", f"år: 2022\n{rows}", text)
    running = changed(r"frekvens: 1 gång per år", "frekvens: löpande", text)
    for written in (text, running):
        _, problems = read(written, organisation)
        assert [said in str(problem) for problem in problems] == [True], [str(p) for p in problems]
        assert "Node(" not in str(problems[0])


@pytest.mark.parametrize("year", ["22", "tjugotjugotvå", "", "[2022]"])
def test_a_wrong_year_is_not_held_against_the_dates(organisation: Organisation, year: str) -> None:
    text = changed(r"^år: 2022", f"år: {year}\nlöpande redovisas: februari 2023")
    text = changed(
        r"^( +)frekvens: 1 gång per år\n",
        OWN_TIMES + r"\1  - {från: 2022-03-01, till: 2022-03-31, öppnar: 2022-01-01}" "\n", text,
    )  # fmt: skip
    _, problems = read(text, organisation)
    assert len(problems) == 1, [str(p) for p in problems]
    assert re.search(r"\bår\b", problems[0].message)
    _, problems = read(changed(r"sannolikhet: \d", "sannolikhet: 7", text), organisation)
    assert len(problems) == 2, [str(p) for p in problems]


@settings(max_examples=25)
@given(st.data())
def test_no_damaged_plan_makes_it_fall(data: st.DataObject) -> None:
    node, _ = read_yaml_bytes(ORGANISATION.encode(), "organisation.yaml")
    assert node is not None
    found, _ = read_organisation(node)
    assert found is not None
    rows = PLAN.split("\n")
    at = data.draw(st.integers(0, len(rows) - 1))
    new = data.draw(
        st.sampled_from(["", "- x", "  a: [1, 2]", "risker: 3", "enhet:", "år: {a: b}"])
    )
    plan, problems = read("\n".join([*rows[:at], new, *rows[at + 1 :]]), found)
    assert (plan is None) == bool(problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (r"under: kommun$", "under: komun", "okänd enhet ”komun” (menade du ”kommun”?)"),
        (r"    under: kommun\n", "", "flera enheter är överst"),
        (r"e-post: ekonomi@kommun\.example", "e-post: ekonomi@annan.se", "utanför e-postdomänerna"),
        (r"e-post: ekonomi@kommun\.example", "e-post: ekonomi", "ingen e-postadress"),
        (r"e-post: ekonomi@kommun\.example", "e-post: a..b@kommun.example", "ingen e-postadress"),
        (r"e-post: ekonomi@kommun\.example", "e-post: .a@kommun.example", "ingen e-postadress"),
        (r"e-post: ekonomi@kommun\.example", "e-post: a.@kommun.example", "ingen e-postadress"),
        (r"^kontakt: .*", "kontakt: Kontrollanten", "okänd funktion ”Kontrollanten”"),
        (r"^färg: .*", "färg: blå", "färgen ”blå” går inte att läsa"),
        (r"  - id: ks\n", "  - id: kommun\n", "enheten ”kommun” finns redan"),
    ],
)
def test_a_mistake_in_the_organisation_is_said(old: str, new: str, said: str) -> None:
    node, _ = read_yaml_bytes(changed(old, new, ORGANISATION).encode(), "o.yaml")
    assert node is not None
    found, problems = read_organisation(node)
    assert found is None
    assert any(said in str(problem) for problem in problems), [str(p) for p in problems]


def test_a_unit_below_itself_is_found() -> None:
    text = changed(
        r"  - id: ks\n( +namn: .*\n +slag: .*\n +)under: kommun",
        r"  - id: ks\n\1under: klk",
        ORGANISATION,
    )
    node, _ = read_yaml_bytes(text.encode(), "o.yaml")
    assert node is not None
    _, problems = read_organisation(node)
    assert any("ligger under sig själv" in str(problem) for problem in problems)


def test_four_levels_and_a_scale_of_its_own() -> None:
    text = (
        ORGANISATION
        + """
bedömningsskala:
  - {id: g, ord: Grön, symbol: ●, färg: "#00AA00"}
  - {id: y, ord: Gul, symbol: ▲, färg: "#FFCC00", kräver åtgärd: ja}
  - {id: o, ord: Orange, symbol: ◆, färg: "#FF8800", kräver åtgärd: ja}
  - {id: r, ord: Röd, symbol: ■, färg: "#CC0000", kräver åtgärd: ja}
  - {id: v, ord: Vit, symbol: ○, färg: "#FFFFFF", utanför ordningen: ja}
riskskala:
  sannolikhet: [Låg, Hög, Säker]
  konsekvens: [Liten, Måttlig, Stor]
  zoner:
    - hog hog hog
    - medel hog hog
    - lag lag medel
"""
    )
    node, _ = read_yaml_bytes(text.encode(), "o.yaml")
    assert node is not None
    found, problems = read_organisation(node)
    assert found is not None, problems
    assert [level.rank for level in found.ratings.levels] == [0, 1, 2, 3, None]
    assert found.risk_scale.zone(2, 1).id == "medel"
    assert found.risk_scale.zone(1, 3).id == "medel"
    assert found.risk_scale.zone(2, 3).id == "hog"


@pytest.mark.parametrize("steps", [2, 7])
def test_a_risk_matrix_has_three_to_six_steps(steps: int) -> None:
    words = ", ".join(f"steg{n}" for n in range(steps))
    row = " ".join(["lag"] * steps)
    text = (
        f"{ORGANISATION}\nriskskala:\n  sannolikhet: [{words}]\n  konsekvens: [{words}]\n  zoner:\n"
    )
    node, _ = read_yaml_bytes((text + f"    - {row}\n" * steps).encode(), "o.yaml")
    assert node is not None
    _, problems = read_organisation(node)
    assert [problem.message for problem in problems] == [
        f"sannolikhet har {steps} steg", f"konsekvens har {steps} steg",
    ]  # fmt: skip


def test_a_second_reader_is_told_of_where_the_risk_is_high_and_nobody_approves(
    organisation: Organisation,
) -> None:
    text = re.sub(r"(sannolikhet|konsekvens): \d", r"\1: 4", PLAN)
    plan, problems = read(text, organisation)
    assert plan is not None, problems
    assert any("läses av controllern" in one for one in remarks(plan, organisation))
    without = replace(organisation, second_reader=False)
    assert not any("controllern" in one for one in remarks(plan, without))


def test_what_has_no_page_yet_is_pointed_out(organisation: Organisation) -> None:
    text = changed(
        r"frekvens: 1 gång per år", "frekvens: vid behov\n        godkännare: Kanslichefen"
    )
    plan, problems = read(text, organisation)
    assert plan is not None, problems
    said = " ".join(remarks(plan, organisation))
    assert "K6: svar" not in said
    assert "tillfällen går inte att registrera i programmet ännu" in said


def test_a_colour_that_became_a_comment_is_a_problem(organisation: Organisation) -> None:
    assert organisation.accent == "#0B5A67"
    node, _ = read_yaml_bytes(changed(r"^färg: .*", "färg: #7A1F3D", ORGANISATION).encode(), "o")
    assert node is not None
    _, problems = read_organisation(node)
    assert ["färgen ”” går inte att läsa" in str(problem) for problem in problems] == [True]
