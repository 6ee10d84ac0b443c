"""The days of reminders in an organisation file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from municipality import PLANS

from icengine.domain.directory import read_organisation, read_organisation_file
from icengine.domain.directory_document import organisation_document
from icengine.domain.node import as_node
from icengine.domain.people import Organisation
from icengine.domain.reminders import USUAL, Reminders
from icengine.intake.yamlfile import read_yaml_bytes


def read(more: str) -> tuple[Organisation | None, list[str]]:
    text = (PLANS / "organisation.yaml").read_text("utf-8") + f"\n{more}\n"
    node, problems = read_yaml_bytes(text.encode(), "organisation.yaml")
    assert node is not None, problems
    found, problems = read_organisation(node)
    return found, [problem.message for problem in problems]


def test_a_file_that_says_nothing_has_the_usual_days_and_a_second_reader() -> None:
    found, _ = read("")
    assert found is not None
    assert (found.reminders, found.second_reader) == (USUAL, True)


def test_days_are_read_in_any_order() -> None:
    found, problems = read(
        "påminnelser: {före: [7, 14], efter: [9, 2], eskalera: 20, effekt: 200}\nandra läsare: nej"
    )
    assert problems == []
    assert found is not None
    assert found.reminders == Reminders((14, 7), (2, 9), 20, 200)
    assert not found.second_reader


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("påminnelser: {före: [x]}", "”x” är inget antal dagar"),
        ("påminnelser: {efter: [0]}", "”0” är inget antal dagar"),
        ("påminnelser: {före: [121]}", "”121” är inget antal dagar"),
        ("påminnelser: {eskalera: snart}", "eskalera är ”snart”"),
        ("påminnelser: {före: [1, 2, 3, 4, 5, 6, 7]}", "före har 7 dagar"),
        ("andra läsare: kanske", "andra läsare ska vara ja eller nej"),
    ],
)
def test_what_is_no_number_of_days_is_said(more: str, said: str) -> None:
    found, problems = read(more)
    assert found is None
    assert any(message.startswith(said) for message in problems), problems


@pytest.mark.parametrize(
    "own",
    [USUAL, Reminders((), (), 30, 60), Reminders((21, 14, 7), (1,), 7, 365), Reminders((7,), ())],
)
def test_what_is_written_is_read_as_it_was(own: Reminders) -> None:
    first, _ = read("")
    assert first is not None
    organisation = replace(first, reminders=own, second_reader=False)
    found, problems = read_organisation(as_node(organisation_document(organisation)))
    assert problems == []
    assert found == organisation


def test_a_file_that_leaves_them_out_leaves_what_is_stored() -> None:
    stored, _ = read("påminnelser: {före: [21]}\nandra läsare: nej")
    node, _ = read_yaml_bytes((PLANS / "organisation.yaml").read_bytes(), "organisation.yaml")
    assert node is not None
    file, _ = read_organisation_file(node)
    assert file is not None
    assert stored is not None
    merged = file.merged(stored)
    assert (merged.reminders.before, merged.second_reader) == ((21,), False)
