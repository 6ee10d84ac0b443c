"""The organisation's own words: in every form that a sentence needs."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.labels import (
    ENGINES,
    LABELS,
    Vocabulary,
    Word,
    declined,
    label,
    plan_title,
    spelled,
    vocabulary,
)


@pytest.mark.parametrize(
    "said",
    [
        "en granskning, granskningen, granskningar, granskningarna",
        "en värdering, värderingen, värderingar, värderingarna",
        "en tillsyn, tillsynen, tillsyner, tillsynerna",
        "en tillsynsplan, tillsynsplanen, tillsynsplaner, tillsynsplanerna",
        "en IK-plan, IK-planen, IK-planer, IK-planerna",
        "en årsrapport, årsrapporten, årsrapporter, årsrapporterna",
        "en kontroll, kontrollen, kontroller, kontrollerna",
        "en kontrollpunkt, kontrollpunkten, kontrollpunkter, kontrollpunkterna",
        "en kontrollaktivitet, kontrollaktiviteten, kontrollaktiviteter, kontrollaktiviteterna",
        "en inspektion, inspektionen, inspektioner, inspektionerna",
        "en årsberättelse, årsberättelsen, årsberättelser, årsberättelserna",
        "en granskare, granskaren, granskare, granskarna",
        "en attestant, attestanten, attestanter, attestanterna",
        "en kontrollfråga, kontrollfrågan, kontrollfrågor, kontrollfrågorna",
        "en processansvarig, den processansvariga, processansvariga, de processansvariga",
        "ett målområde, målområdet, målområden, målområdena",
        "ett förslag, förslaget, förslag, förslagen",
        "ett kontrollprogram, kontrollprogrammet, kontrollprogram, kontrollprogrammen",
        "en internkontrollplan, internkontrollplanen, internkontrollplaner, internkontrollplanerna",
        "en slutrapport, slutrapporten, slutrapporter, slutrapporterna",
        "ett kontrollmoment, kontrollmomentet, kontrollmoment, kontrollmomenten",
        "ett processområde, processområdet, processområden, processområdena",
        "en kontrollansvarig, den kontrollansvariga, kontrollansvariga, de kontrollansvariga",
        "en godkännare, godkännaren, godkännare, godkännarna",
        "en riskägare, riskägaren, riskägare, riskägarna",
        "en åtgärd, åtgärden, åtgärder, åtgärderna",
    ],
)
def test_a_word_is_declined_by_its_ending(said: str) -> None:
    first, *rest = said.split(", ")
    article, _, one = first.partition(" ")
    word = declined(one)
    assert word is not None
    assert [word.definite, word.several, word.definite_several] == rest
    assert word.article == article


@pytest.mark.parametrize(
    "word",
    [
        "koll",
        "ning",
        "landsting",
        "granskningar",
        "intern granskning",
        "plan för tillsyn",
        "",
        "<b>",
    ],
)
def test_a_word_of_which_there_is_doubt_is_not_declined(word: str) -> None:
    assert declined(word) is None


def test_every_word_of_the_engine_follows_from_its_ending() -> None:
    assert all(declined(word) == ENGINES[word] for word in LABELS)


def test_what_is_said_of_a_word_agrees_with_it() -> None:
    control, review = ENGINES["kontrollmoment"], spelled("granskning")
    assert [control.count(n) for n in range(3)] == [
        "inget kontrollmoment", "ett kontrollmoment", "två kontrollmoment",
    ]  # fmt: skip
    assert [review.count(n) for n in (0, 1, 2, 13)] == [
        "ingen granskning", "en granskning", "två granskningar", "13 granskningar",
    ]  # fmt: skip
    assert (control.number(1), review.number(1)) == ("ett", "en")
    assert (control.of(1, 3), review.of(1, 3)) == (
        "ett av tre kontrollmoment",
        "en av tre granskningar",
    )
    assert (control.of(2, 2), review.of(2, 2)) == ("båda kontrollmomenten", "båda granskningarna")
    assert control.fits("genomförd", "genomfört") == "genomfört"
    assert review.fits("genomförd", "genomfört") == "genomförd"
    assert (review.title, spelled("IK-plan").title) == ("Granskning", "IK-plan")


def test_a_vocabulary_says_the_engines_word_where_the_organisation_says_nothing() -> None:
    words = vocabulary([("kontrollmoment", "granskning")])
    assert words("kontrollmoment").several == "granskningar"
    assert words("slutrapport") == ENGINES["slutrapport"]
    with pytest.raises(KeyError):
        words("bedömning")
    assert label([("kontrollmoment", "granskning")], "kontrollmoment") == "granskning"


def test_forms_belong_to_the_word_they_were_written_for() -> None:
    forms = [("kontrollmoment", Word("koll", "kollen", "koller", "kollerna"))]
    assert vocabulary([("kontrollmoment", "koll")], forms)("kontrollmoment").several == "koller"
    other = vocabulary([("kontrollmoment", "granskning")], forms)
    assert other("kontrollmoment") == declined("granskning")


@given(st.lists(st.tuples(st.sampled_from(LABELS) | st.text(max_size=5), st.text(max_size=60))))
def test_no_stored_word_makes_a_sentence_fall(labels: list[tuple[str, str]]) -> None:
    words = vocabulary(labels)
    for word in LABELS:
        assert words(word).count(2)
    assert Vocabulary.from_json(json.loads(json.dumps(asdict(words)))) == words


def test_a_plan_without_a_title_of_its_own_is_called_by_the_organisations_word() -> None:
    words = vocabulary([("internkontrollplan", "tillsynsplan")])
    assert plan_title("Internkontrollplan 2026", 2026, words) == "Tillsynsplan 2026"
    assert plan_title("Plan för trygghet 2026", 2026, words) == "Plan för trygghet 2026"
    assert plan_title("Internkontrollplan 2026", 2026, Vocabulary()) == "Internkontrollplan 2026"
