"""The slutrapport in an organisation's own words: right forms, and none of the engine's beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
import report_facts as make
from hypothesis import HealthCheck, given, settings
from own_words import (
    HOSTILE,
    LONG,
    MALMO,
    OREBRO,
    Forms,
    Labels,
    engines_words,
    page_text,
    vocabularies,
)
from pdf_text import pages

from icengine.domain.facts import ActionStatus, ReportFacts
from icengine.domain.labels import LABELS, Word
from icengine.domain.report import build_report
from icengine.domain.task import State
from icengine.render.html import html
from icengine.render.pdf import pdf


def facts(labels: Labels, forms: Forms = (), **fields: object) -> ReportFacts:
    """The sample with a protected, a mandatory and an unanswered control in it."""
    hidden = make.make_control("K8", protected=True, approver="Kanslichefen")
    missed = make.make_control("K9", mandatory="attestreglementet")
    plan = replace(
        make.PLAN,
        risks=(*make.PLAN.risks, make.make_risk("R11", hidden, missed, owner="Kanslichefen")),
    )
    tasks = (*make.TASKS, make.answered(hidden, "gron"), make.unanswered(missed, State.NOT_DONE))
    found = {"actions": make.ACTIONS, "last_year": make.LAST_YEAR, "notes": make.NOTES, **fields}
    organisation = replace(make.ORGANISATION, labels=labels, forms=forms)
    return replace(make.make_facts(plan, tasks, **found), organisation=organisation)


def read(labels: Labels, **fields: object) -> str:
    return page_text(html(build_report(facts(labels, **fields))).decode())


@cache
def sample(labels: Labels) -> str:
    """The sample, made once for each."""
    return read(labels)


@pytest.mark.parametrize("labels", [OREBRO, MALMO])
def test_the_report_has_none_of_the_words_that_were_exchanged(labels: Labels) -> None:
    assert engines_words(sample(labels), labels) == []


@pytest.mark.parametrize(
    "said",
    [
        "Tillsynsrapport internkontroll 2022",
        "Tillsynsplan 2022, version 1",
        "Tillsynsplanen för 2022 antogs den 14 december 2021",
        "Fem av nio tillsyner visar avvikelse, två av dem allvarlig.",
        "9 tillsyner",
        "Planen för 2022 innehåller nio tillsyner:",
        "Åtta är genomförda i sin helhet och en inte alls.",
        "Tillsyner per perspektiv.",
        "Jämfört med 2021 är en tillsyn bättre",
        "Bedömning per tillsyn",
        "Bedömning per målområde",
        "Antal tillsyner per målområde och bedömning.",
        "Uppföljning per målområde",
        "Den redovisas i sitt målområde.",
        "följts upp utan tillsyn: ",
        "Risken följs upp utan tillsyn.",
        "Tillsyn K1 Webbplatsernas tillgänglighet",
        "Tillsyn K9, obligatorisk",
        "Tillsynen är skyddad. Innehåll, resultat och åtgärder redovisas separat.",
        "Tillsynsansvarig Kommunikationschefen",
        "Risk eller tillsyn",
        "Två obligatoriska tillsyner återkommer varje år",
        "Återkommer också av sig själv, som obligatorisk.",
        "svar är lämnade av tillsynsansvariga,",
        "bygger på version 1 av tillsynsplanen",
        "Tillsynsrapporten för internkontroll 2022 godkänns.",
    ],
)  # fmt: skip
def test_orebro_reads_its_own_words_in_the_right_form(said: str) -> None:
    assert said in sample(OREBRO)


@pytest.mark.parametrize(
    "said",
    [
        "Årsbokslut internkontroll 2022",
        "Årsbokslutet för internkontroll 2022 godkänns.",
        "Sju förslag är öppna, två av dem är försenade.",
        "7 öppna förslag",
        "Har ett öppet förslag.",
        "Har två öppna förslag.",
        "inte är genomfört, har ett öppet förslag eller har följts upp utan granskning.",
        "Inget förslag behövs.",
        "Förslag från 2022",
        "Öppna förslag från tidigare år",
        "hanteras med förslag som beslutades tillsammans med planen",
        "Direktåtgärder är medräknade men står i sitt eget avsnitt" if False else "Direktåtgärder",
        "Riskansvarig Kanslichefen",
        "Attestant Säkerhetschefen",
        "Fungerar i huvudsak. Förslag behövs.",
    ],
)  # fmt: skip
def test_malmo_reads_its_own_words_in_the_right_form(said: str) -> None:
    assert said in sample(MALMO)


@pytest.mark.parametrize(
    ("due", "status", "said"),
    [
        (date(2023, 1, 1), ActionStatus.STARTED, "Ett förslag är öppet, och det är försenat."),
        (date(2023, 9, 1), ActionStatus.STARTED, "Ett förslag är öppet, och det är inte försenat."),
        (date(2023, 1, 1), ActionStatus.DONE, "Inget förslag är öppet."),
    ],
)
def test_what_is_said_of_one_agrees_with_its_gender(
    due: date, status: ActionStatus, said: str
) -> None:
    one = make.action("Å1", "K1", "Rätta.", "Ekonomichefen", due, status)
    text = read(MALMO, actions=(one,))
    assert said in text
    assert "Inget förslag är angivet." in text


def test_a_single_control_is_said_in_the_singular() -> None:
    control = make.make_control("K1")
    plan = make.make_plan(make.make_risk("R1", control))
    organisation = replace(make.ORGANISATION, labels=MALMO)
    one = make.make_facts(plan, [make.answered(control, "gron")], organisation=organisation)
    text = page_text(html(build_report(one)).decode())
    assert "Planens enda granskning har bedömningen ”utan anmärkning”." in text
    assert "Granskningen är genomförd." in text
    assert "1 granskning 1 genomförd " in text
    empty = make.make_facts(make.make_plan(), organisation=organisation)
    assert "Planen innehåller inga granskningar." in page_text(html(build_report(empty)).decode())


def test_a_report_whose_name_says_what_it_is_about_does_not_say_it_twice() -> None:
    text = read((("slutrapport", "internkontrollrapport"),))
    assert "Internkontrollrapport 2022" in text
    assert "Internkontrollrapporten för 2022 godkänns." in text


def test_the_pdf_says_the_same_words_however_long() -> None:
    forms = tuple((key, Word(LONG, LONG, LONG, LONG)) for key in LABELS)
    labels = tuple((key, LONG) for key in LABELS)
    report = build_report(facts(labels, forms))
    assert LONG in "".join("".join(pages(pdf(report))).split()).replace("\u00ad", "").replace(
        "-", ""
    )


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(vocabularies())
def test_no_words_make_the_report_fall(words: tuple[Labels, Forms]) -> None:
    labels, forms = words
    report = build_report(facts(labels, forms, notes={}))
    page = html(report).decode()
    for key, own in labels:
        if key in ("kontrollmoment", "åtgärd"):
            assert own in page


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(HOSTILE)
def test_a_stored_word_that_is_no_word_cannot_become_markup(word: str) -> None:
    report = build_report(facts(tuple((key, word) for key in LABELS)))
    page = html(report).decode()
    assert "<script" not in page
    assert '" onload=' not in page
