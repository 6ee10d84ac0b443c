"""The guide docs/planfilen.md says what the readers of plan and organisation files know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from icengine.domain import (
    directory,
    directory_people,
    directory_units,
    directory_words,
    document,
    document_controls,
    scale_document,
)
from icengine.domain.directory import read_organisation
from icengine.domain.document import read_plan
from icengine.domain.frequency import Frequency, read_frequency
from icengine.domain.labels import LABELS, LONGEST_WORD, declined
from icengine.domain.people import GIVEN_ROLES
from icengine.domain.scale import DEFAULT_RATINGS
from icengine.intake.yamlfile import LARGEST, read_yaml_bytes

GUIDE = Path(__file__).parents[2] / "docs" / "planfilen.md"
TABLE_START = "| Nyckel |"

KEYS_BY_SECTION = {
    "Planen": (document.PLAN_KEYS,),
    "Risken": (document.RISK_KEYS,),
    "Utelämnade risker": (("skäl",),),
    "Direktåtgärden": (document.ACTION_KEYS,),
    "Kontrollen": (document_controls.CONTROL_KEYS,),
    "Gemensamma kontroller": (document_controls.SHARED_KEYS,),
    "Mätningen": (scale_document.MEASURE_KEYS, scale_document.THRESHOLD_KEYS),
    "Egna datum": (document_controls.WINDOW_KEYS,),
    "Bedömningsskalan": (scale_document.LEVEL_KEYS,),
    "Riskskalan": (scale_document.RISK_KEYS,),
    "Organisationen": (directory.ORGANISATION_KEYS,),
    "Enheten": (directory_units.UNIT_KEYS,),
    "Flytten": (directory_units.MOVE_KEYS,),
    "Funktionen": (directory_people.FUNCTION_KEYS,),
    "Innehavaren": (directory_people.HOLDING_KEYS,),
    "Rollen": (directory_people.GRANT_KEYS,),
    "Kontorollen": (directory_people.CLAIM_KEYS,),
    "Egna ord för motorns": (directory_words.WORD_KEYS,),
}
"""Heading in the guide -> the keys of each table of keys below it."""


def _guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def _key_tables() -> dict[str, list[list[str]]]:
    """Heading -> its tables of keys, each as the first cells of its rows."""
    found: dict[str, list[list[str]]] = {}
    heading, in_table = "", False
    for line in _guide().splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if line.startswith(TABLE_START):
            in_table = True
            found.setdefault(heading, []).append([])
        elif not line.startswith("|"):
            in_table = False
        elif in_table and not line.startswith("|---"):
            found[heading][-1].append(line.split("|")[1].strip())
    return found


def _examples() -> list[str]:
    """The YAML examples of the guide, in its order."""
    return re.findall(r"^```yaml\n(.*?)^```", _guide(), re.MULTILINE | re.DOTALL)


def _example(first_key: str) -> bytes:
    return next(text for text in _examples() if text.startswith(first_key)).encode()


@pytest.mark.parametrize("section", KEYS_BY_SECTION)
def test_each_table_of_keys_has_exactly_the_keys_that_the_reader_knows(section: str) -> None:
    tables = _key_tables()[section]
    assert [sorted(table) for table in tables] == [
        sorted(f"`{key}`" for key in keys) for keys in KEYS_BY_SECTION[section]
    ]


def test_the_guide_has_no_other_table_of_keys() -> None:
    assert set(_key_tables()) == set(KEYS_BY_SECTION)


def test_every_key_of_every_example_is_a_known_key() -> None:
    known = {key for tables in KEYS_BY_SECTION.values() for keys in tables for key in keys}
    free = {"våren", "budgetberedningen", "ks", *LABELS}  # where a plan names its own keys
    free |= {"Osannolik", "Möjlig", "Trolig"}
    used = {
        match.strip()
        for text in _examples()
        for match in re.findall(r"^ *(?:- )?([^\W\d][^:#\n]*):(?: |$)", text, re.MULTILINE)
    }
    assert used - free <= known


def test_every_example_can_be_read() -> None:
    for text in _examples():
        node, problems = read_yaml_bytes(text.encode(), "exempel")
        assert node is not None, text
        assert not problems, text


def test_the_small_example_is_a_plan_without_problems() -> None:
    node, _ = read_yaml_bytes(_example("organisation:"), "organisation.yaml")
    assert node is not None
    organisation, problems = read_organisation(node)
    assert organisation is not None, problems
    node, _ = read_yaml_bytes(_example("enhet:"), "ks-2026.yaml")
    assert node is not None
    plan, problems = read_plan(node, organisation)
    assert plan is not None, problems
    assert [control.id for _, control in plan.controls()] == ["K1"]


def test_problems_look_as_the_guide_shows_them() -> None:
    node, _ = read_yaml_bytes(_example("organisation:"), "organisation.yaml")
    assert node is not None
    organisation, _ = read_organisation(node)
    assert organisation is not None
    treatment = "    hantering: granskning\n"
    text = _example("enhet:").decode().replace(treatment, f"{treatment}    bedömd: 2026-02-30\n")
    text = text.replace("frekvens:", "frekvans:").replace("Kanslichefen", "Kanslichfen")
    node, _ = read_yaml_bytes(text.encode(), "ks-2026.yaml")
    assert node is not None
    shown = re.findall(r"^ks-2026\.yaml:.*$", _guide(), re.MULTILINE)
    assert [str(problem) for problem in read_plan(node, organisation)[1]] == shown


def test_every_frequency_that_the_guide_shows_can_be_read() -> None:
    table = _guide().split("| Ni skriver | Motorn läser |\n|---|---|\n")[1].split("\n\n")[0]
    for row in table.splitlines():
        assert isinstance(read_frequency(row.split("|")[1].strip(), 2026), Frequency), row


def test_the_guide_shows_the_scale_that_holds_where_none_is_written() -> None:
    for level in DEFAULT_RATINGS.levels:
        needs = "ja" if level.needs_action else "nej"
        assert f"| {level.id} | {level.symbol} | {level.word} | {needs} |" in _guide()


def test_the_guide_says_how_large_a_file_may_be() -> None:
    assert f"större än {LARGEST // 1_000_000} MB" in _guide()


def test_the_guide_names_every_role_that_is_given_and_every_word_that_may_be_exchanged() -> None:
    for role in GIVEN_ROLES:
        assert f"\n| {role} |" in _guide()
    said = _guide().split("De här orden går att byta: ")[1].split(".\n")[0]
    assert re.findall("`(.*?)`", said) == list(LABELS)


def test_the_guide_says_which_words_the_engine_declines_and_how_long_a_word_may_be() -> None:
    assert f"högst {LONGEST_WORD} tecken" in _guide()
    said = _guide().split("ord som slutar på till exempel ")[1].split(".")[0]
    endings = re.findall(r"-([a-zåäö]+)", said)
    assert len(endings) > 5
    for ending in endings:
        assert declined(f"prov{ending}") is not None, ending
