"""The organisation file: what is read, what is said, and that what is written is read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from organisations import organisations

from icengine.domain.access import Person, System
from icengine.domain.directory import read_organisation, read_organisation_file
from icengine.domain.directory_document import (
    as_node,
    checked,
    organisation_document,
    seen_document,
)
from icengine.domain.node import Node
from icengine.domain.people import GIVEN_ROLES, Admission, Organisation, Unit, UnitKind
from icengine.intake.yamlfile import read_yaml_bytes, write_yaml

EXAMPLE = (Path(__file__).parents[2] / "plans" / "organisation.yaml").read_text("utf-8")
SMALL = """
organisation: Exempelby kommun
e-postdomäner: [kommun.example]
kontakt: Controllern
enheter:
  - {id: kommun, namn: Exempelby kommun, slag: kommun}
  - {id: ks, namn: Kommunstyrelsen, slag: nämnd, under: kommun}
  - {id: tn, namn: Tekniska nämnden, slag: nämnd, under: kommun, till: 2026-12-31}
  - {id: sbn, namn: Samhällsbyggnadsnämnden, slag: nämnd, under: kommun, från: 2027-01-01, FÖRE}
  - {id: avd, namn: Gatuavdelningen, slag: avdelning, under: ks, AVD}
funktioner:
  - {namn: Controllern, enhet: ks, innehavare: [{e-post: a@kommun.example, HÅLLER}]}
"""


def node_of(text: str) -> Node:
    node, problems = read_yaml_bytes(text.encode(), "o.yaml")
    assert node is not None, problems
    return node


def said(text: str) -> list[str]:
    """Every problem, without its place."""
    return [str(problem).split(": ", 1)[1] for problem in read_organisation(node_of(text))[1]]


def small(rest: str = "", **parts: str) -> str:
    """The small organisation with something put in."""
    text = SMALL
    for word, new in ({"FÖRE": "", "AVD": "", "HÅLLER": ""} | parts).items():
        text = text.replace(f", {word}", f", {new}" if new else "")
    return text + rest


@given(organisations())
def test_what_is_written_is_read_as_the_same_organisation(organisation: Organisation) -> None:
    assert checked(organisation) == []
    text = write_yaml(organisation_document(organisation, 7))
    found, problems = read_organisation_file(node_of(text))
    assert found is not None, problems
    assert found.organisation == organisation
    assert found.base_version == 7


def test_the_example_is_read_whole_and_written_without_what_is_so_anyway() -> None:
    found, problems = read_organisation(node_of(EXAMPLE))
    assert found is not None, problems
    sbn = found.unit("sbn")
    assert sbn is not None
    assert (sbn.predecessors, sbn.own_authority) == (("tn", "bn"), True)
    assert found.forerunners("sbn") == ("tn", "bn")
    assert {grant.role for grant in found.grants} == set(GIVEN_ROLES)
    document = organisation_document(found)
    assert {"version", "ord", "bedömningsskala", "riskskala", "kontoroller", "färg"}.isdisjoint(
        document
    )
    assert document["enheter"][1] == {
        "id": "ks", "namn": "Kommunstyrelsen", "slag": "nämnd", "under": "kommun",
        "egen myndighet": "ja",
    }  # fmt: skip


def test_what_a_file_leaves_out_is_left_as_it_is_stored() -> None:
    stored, _ = read_organisation(node_of(EXAMPLE + "\nord: {slutrapport: årsrapport}\n"))
    without = EXAMPLE[: EXAMPLE.index("\nroller:")]
    silent, _ = read_organisation_file(node_of(without))
    empty, _ = read_organisation_file(node_of(without + "\nroller: []\nord:\n"))
    assert stored is not None
    assert silent is not None
    assert empty is not None
    assert silent.says == frozenset()
    assert silent.merged(stored) == stored
    assert empty.says == {"roller", "ord"}
    assert (empty.merged(stored).grants, empty.merged(stored).labels) == ((), ())


def test_an_organisation_that_was_begun_without_a_file_needs_no_functions_yet() -> None:
    begun = Organisation(
        "Ny kommun", ("ny.example",), "", (Unit("kommun", "Ny", UnitKind.MUNICIPALITY),), ()
    )
    assert checked(begun) == []
    assert [problem.message for problem in read_organisation(as_node(organisation_document(begun)))[1]] == [
        "organisationen saknar funktioner", "organisationen saknar kontakt",
    ]  # fmt: skip


def test_a_file_that_leaves_something_out_cannot_be_read_in() -> None:
    organisation = read_organisation(node_of(EXAMPLE))[0]
    assert organisation is not None
    whole, reader = System("test"), Person(1, "a@kommun.example")
    assert seen_document(organisation, 3, whole) == organisation_document(organisation, 3)
    text = write_yaml(seen_document(organisation, 3, reader))
    assert "@" not in text
    assert any("okänd nyckel ”utelämnat”" in problem for problem in said(text))


def test_the_small_organisation_has_no_problems() -> None:
    assert said(small()) == []
    found, _ = read_organisation(
        node_of(small(FÖRE="föregångare: tn, egen myndighet: ja, släpper in: ändra"))
    )
    assert found is not None
    sbn = found.unit("sbn")
    assert sbn is not None
    assert (sbn.predecessors, sbn.admits) == (("tn",), (Admission.CHANGE,))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"FÖRE": "föregångare: [tm]"}, "okänd föregångare ”tm” (låt enheten som upphörde stå kvar i listan)"),
        ({"FÖRE": "föregångare: sbn"}, "enheten sbn är föregångare till sig själv (rätta raden)"),
        ({"FÖRE": "föregångare: ks"}, "föregångaren ks saknar till (skriv sista dagen för ks: till: …)"),
        ({"AVD": "föregångare: tn"},
         "enheten saknar från (en enhet med föregångare behöver sin första dag)"),
        ({"AVD": "från: 2026-12-31, föregångare: tn"},
         "föregångaren tn finns kvar till och med 31 december 2026, men avd börjar 31 december 2026 "
         "(låt föregångaren upphöra dagen före eller tidigare)"),
        ({"AVD": "från: 2026-12-31, till: 2026-12-30"},
         "enheten avd upphör innan den börjar (rätta från eller till)"),
        ({"AVD": "till: i morgon"}, "till är inte ett datum: ”i morgon” (skriv till exempel 2026-09-30)"),
        ({"AVD": "från: 0001-01-01"},
         "datumet 0001-01-01 ligger utanför åren 1900–2200 (rätta året; utelämna raden för det som "
         "alltid har gällt eller gäller tills vidare)"),
        ({"AVD": "släpper in: [ändra]"},
         "enheten avd släpper in men är ingen egen myndighet (lägg till egen myndighet: ja eller ta "
         "bort släpper in)"),
        ({"AVD": "egen myndighet: ja, släpper in: [allt]"},
         "släpper in kan inte vara ”allt” (en eller flera av: ändra, skyddat)"),
        ({"AVD": "flyttar: [{under: sbn, från: 2026-06-01}]"},
         "enheten avd ligger under sbn, som börjar 1 januari 2027 (rätta från eller under)"),
        ({"AVD": "flyttar: [{under: tn, från: 2026-06-01}]"},
         "enheten avd ligger under tn, som upphör 31 december 2026 (låt avd upphöra eller flytta "
         "den till en annan enhet)"),
        ({"AVD": "flyttar: [{under: sbm, från: 2027-06-01}]"}, "okänd enhet ”sbm” (menade du ”sbn”?)"),
        ({"AVD": "flyttar: [{under: sbn}]"},
         "flytten saknar från (ett datum, till exempel 2026-09-30)"),
        ({"AVD": "flyttar: [{under: sbn, från: 2028-01-01}, {under: ks, från: 2027-02-01}]"},
         "flytten 1 februari 2027 kommer inte efter flytten före (skriv den äldsta flytten först)"),
        ({"AVD": "från: 2027-02-01, flyttar: [{under: sbn, från: 2027-02-01}]"},
         "flytten 1 februari 2027 kommer inte efter enhetens första dag (skriv den äldsta flytten "
         "först)"),
        ({"AVD": "till: 2027-06-30, flyttar: [{under: sbn, från: 2027-07-01}]"},
         "enheten avd flyttar 1 juli 2027, när den har upphört (ta bort flytten eller rätta till)"),
        ({"HÅLLER": "ersättare: ja, från: 2026-01-01"},
         "innehavaren saknar till (en ersättare har både första och sista dag: från och till)"),
        ({"HÅLLER": "till: 2026-06-30}, {e-post: A@kommun.example, från: 2026-06-30"},
         "a@kommun.example har redan funktionen under en del av tiden (skriv ihop raderna eller "
         "rätta datumen)"),
    ],
)  # fmt: skip
def test_a_mistake_in_units_and_holders_is_said(parts: dict[str, str], expected: str) -> None:
    assert said(small(**parts)) == [expected]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("roller: [{roll: godkännare, enhet: ks, funktion: Controllern}]",
         "rollen godkännare delas inte ut (den följer av funktionen som en kontroll anger som "
         "godkännare)"),
        ("roller: [{roll: kontrollansvarig, enhet: ks, funktion: Controllern}]",
         "rollen kontrollansvarig delas inte ut (den följer av funktionen som en kontroll anger som "
         "ansvarig)"),
        ("roller: [{roll: kontroller, enhet: ks, funktion: Controllern}]",
         "okänd roll ”kontroller” (menade du ”controller”?)"),
        ("roller: [{roll: chef, enhet: kss, funktion: Controllern}]",
         "okänd enhet ”kss” (menade du ”ks”?)"),
        ("roller: [{roll: chef, enhet: ks}]",
         "tilldelningen saknar e-post eller funktion (skriv vem som får rollen)"),
        ("roller: [{roll: chef, enhet: ks, funktion: Controllern, e-post: a@kommun.example}]",
         "tilldelningen har både e-post och funktion (behåll den ena)"),
        ("roller: [{roll: chef, enhet: ks, funktion: Kontrollern}]",
         "okänd funktion ”Kontrollern” (menade du ”Controllern”?)"),
        ("roller: [{roll: chef, enhet: ks, e-post: a@annan.example}]",
         "a@annan.example ligger utanför e-postdomänerna (lägg till domänen under e-postdomäner "
         "eller rätta adressen)"),
        ("roller: [{roll: chef, enhet: ks, e-post: a@kommun.example, från: 2026-02-01, "
         "till: 2026-01-01}]", "rollens tid slutar innan det börjar"),
        ("roller: [{roll: chef, enhet: ks, e-post: a@kommun.example, från: 2026-02-01}, "
         "{roll: chef, enhet: ks, e-post: a@kommun.example}]",
         "a@kommun.example har redan rollen chef vid ks under en del av tiden (skriv ihop raderna "
         "eller rätta datumen)"),
        ("kontoroller: [{roll: chef, enhet: ks}]", "kontorollen saknar värde (skriv värde: …)"),
        ("kontoroller: [{värde: a, roll: chef, enhet: ks}, {värde: a, roll: chef, enhet: ks}]",
         "”a” ger redan rollen chef vid ks (ta bort raden)"),
        ("ord: {kontrolmoment: granskning}",
         "okänd nyckel ”kontrolmoment” i orden (menade du ”kontrollmoment”?)"),
        ("ord: {kontrollmoment: }", "orden saknar kontrollmoment (skriv kontrollmoment: …)"),
        ("ord: {kontrollmoment: koll}",
         "hur ”koll” böjs går inte att se på ordet (skriv kontrollmoment: {ord: koll, bestämd: …, "
         "flera: …, bestämd flera: …, kön: en})"),
        ("ord: {kontrollmoment: [granskning]}",
         "kontrollmoment ska vara en text, men är en lista (kontrollera indraget)"),
        ("ord: {kontrollmoment: {bestämd: granskningen}}", "ordet kontrollmoment saknar ord "
         "(skriv ord: …)"),
        ("ord: {kontrollmoment: {ord: granskning, plural: granskningar}}",
         "okänd nyckel ”plural” i ordet kontrollmoment (kända nycklar: ord, bestämd, flera, "
         "bestämd flera, kön)"),
        ("ord: {kontrollmoment: {ord: granskning, kön: det}}",
         "kön kan inte vara ”det” (en av: en, ett)"),
        ("ord: {kontrollmoment: {ord: granskning, flera: gransk1ngar}}",
         "”gransk1ngar” kan inte stå som ord (bara bokstäver, bindestreck och mellanslag, på en "
         "rad)"),
        ("version: tre", "version är ”tre” (ett heltal 1–999999)"),
    ],
)  # fmt: skip
def test_a_mistake_in_roles_and_words_is_said(rest: str, expected: str) -> None:
    assert said(small(rest)) == [expected]


@pytest.mark.parametrize(
    ("word", "said_of_it"),
    [
        ("<b>granskning</b>", "”<b>granskning</b>” kan inte stå som ord"),
        ("granskning\\ntvå", "”granskning\ntvå” kan inte stå som ord"),
        ("gransk\\u00adning", "kan inte stå som ord"),
        ("granskning ", None),
        ("{{ word }}", "kan inte stå som ord"),
        ("-granskning", "kan inte stå som ord"),
        ("gransk  ning", "kan inte stå som ord"),
        ("granskning" * 20, "kontrollmoment är 200 tecken lång (högst 40 tecken)"),
    ],
)
def test_a_word_is_letters_hyphens_and_spaces_and_not_long(
    word: str, said_of_it: str | None
) -> None:
    found = said(small(f'ord: {{kontrollmoment: "{word}"}}'))
    assert len(found) == (0 if said_of_it is None else 1)
    assert all(said_of_it in row for row in found if said_of_it)
    if len(word) < 40:
        forms = f'{{ord: granskning, bestämd flera: "{word}"}}'
        assert len(said(small(f"ord: {{kontrollmoment: {forms}}}"))) == len(found)


def test_a_word_that_cannot_be_declined_asks_for_each_form() -> None:
    assert said(small("ord: {åtgärd: {ord: koll}}")) == [
        f"ordet åtgärd saknar {key} (skriv {key}: …)"
        for key in ("bestämd", "flera", "bestämd flera", "kön")
    ]


def test_forms_that_follow_from_the_word_are_neither_kept_nor_written() -> None:
    written = "{ord: granskning, bestämd: granskningen, kön: en}"
    found, _ = read_organisation(node_of(small(f"ord: {{kontrollmoment: {written}}}")))
    assert found is not None
    assert found.labels == (("kontrollmoment", "granskning"),)
    assert found.forms == ()
    assert organisation_document(found)["ord"] == {"kontrollmoment": "granskning"}


def test_one_form_may_differ_from_what_the_ending_says() -> None:
    written = "{ord: flygplan, bestämd: flygplanet, kön: ett}"
    found, _ = read_organisation(node_of(small(f"ord: {{internkontrollplan: {written}}}")))
    assert found is not None
    word = found.vocabulary("internkontrollplan")
    assert (word.definite, word.several, word.article) == ("flygplanet", "flygplaner", "ett")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("egen myndighet: ja", "den översta enheten är inte en egen myndighet (ta bort raden)"),
        ("till: 2030-12-31", "den översta enheten kan inte upphöra (ta bort raden)"),
        ("flyttar: [{under: ks, från: 2030-01-01}]",
         "den översta enheten kan inte flyttas (ta bort raden)"),
    ],
)  # fmt: skip
def test_the_root_stays_where_it_is(key: str, expected: str) -> None:
    text = small().replace("slag: kommun}", f"slag: kommun, {key}}}")
    assert expected in said(text)


def test_forerunners_never_go_in_a_circle() -> None:
    text = small(FÖRE="föregångare: tn").replace(
        "till: 2026-12-31", "föregångare: sbn, till: 2026-12-31"
    )
    assert len([row for row in said(text) if "sin egen föregångare" in row]) == 2


def test_a_unit_is_not_below_itself_on_any_later_day() -> None:
    text = small(AVD="flyttar: [{under: sbn, från: 2027-06-01}]").replace(
        "från: 2027-01-01", "från: 2027-01-01, flyttar: [{under: avd, från: 2028-01-01}]"
    )
    assert said(text) == ["enheten sbn ligger under sig själv från 1 januari 2028 (rätta under)"]


def test_a_function_is_not_named_as_an_address() -> None:
    text = small().replace("namn: Controllern", "namn: a@kommun.example")
    assert any("heter som en e-postadress" in row for row in said(text))


@given(st.data())
def test_no_damaged_organisation_makes_it_fall(data: st.DataObject) -> None:
    rows = EXAMPLE.split("\n")
    at = data.draw(st.integers(0, len(rows) - 1))
    new = data.draw(
        st.sampled_from(
            ["", "- x", "    flyttar: [1]", "    föregångare: {a: b}", "roller: 3", "ord: [a]",
             "    till: 1900-01-01", "    under: klk", "    flyttar: [{från: 2020-01-01}]",
             "      - e-post: [a]", "    släpper in: {a: b}", "version: []"]
        )
    )  # fmt: skip
    node, _ = read_yaml_bytes("\n".join([*rows[:at], new, *rows[at + 1 :]]).encode(), "o.yaml")
    if node is not None:
        found, problems = read_organisation(node)
        assert (found is None) == bool(problems)


def test_a_place_is_said_as_a_path_where_no_file_was_read() -> None:
    found, _ = read_organisation(node_of(small()))
    assert found is not None
    broken = replace(found, functions=found.functions * 2)
    (problem,) = checked(broken)
    assert str(problem).startswith("formuläret:funktioner/Controllern/namn: ")
