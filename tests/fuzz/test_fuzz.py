"""Bad input: nothing that anybody hands in makes a reader or a page fall.

A few examples of each with the other tests; `make fuzz` goes on for as long as it is told to (see
run.py). A crash that was found has a plain test of its own in test_found.py.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from municipality import PLANS, adopt_example, load_example
from mutations import WORDS, frequency_text, spoiled_node, spoiled_text
from plan_sheets import as_text, flat_rows, sheets_of
from spoiled_workbooks import spoiled_parts, spoiled_sheets, unpacked
from web_site import ACTION, RED, Form, Site, routes, stands
from workbooks import csv_file, ods, xlsx

from icengine.config import NAMES, WrongSetting, load_settings
from icengine.domain.directory import read_organisation
from icengine.domain.document import read_plan
from icengine.domain.frequency import Frequency, read_frequency
from icengine.domain.node import Node, Problem
from icengine.domain.people import Grant, Role
from icengine.domain.plan_document import plan_document
from icengine.domain.text import recorded
from icengine.intake.planfile import read_plan_bytes
from icengine.intake.workbook import write_workbook
from icengine.intake.yamlfile import read_yaml_bytes
from icengine.store.db import Database
from icengine.web.pages.form import MOST_ACTIONS, read_form

few = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "30")),
    suppress_health_check=list(HealthCheck),
)

ORGANISATION, PLAN = load_example()
PLAN_DOCUMENT = plan_document(PLAN, ORGANISATION)
PLAN_SHEETS = sheets_of(PLAN_DOCUMENT)
WORKBOOKS = {
    ".xlsx": write_workbook(PLAN_DOCUMENT, ORGANISATION),
    ".ods": ods(PLAN_SHEETS),
}
WORKBOOKS_AT_HAND = {suffix: unpacked(data) for suffix, data in WORKBOOKS.items()}
PLAN_TEXT = (PLANS / "ks-2022.yaml").read_text("utf-8")
ORGANISATION_TEXT = (PLANS / "organisation.yaml").read_text("utf-8")


def tree(text: str) -> Node:
    node, problems = read_yaml_bytes(text.encode(), "fil.yaml")
    assert node is not None, problems
    return node


def one_or_the_other(value: object, problems: list[Problem]) -> None:
    """A value, or problems that say where and what; never both, never neither."""
    assert (value is None) == bool(problems)
    for problem in problems:
        assert problem.place.source == "fil.yaml"
        assert problem.message
        assert len(str(problem)) < 1500


def read_both(node: Node) -> None:
    one_or_the_other(*read_plan(node, ORGANISATION))
    one_or_the_other(*read_organisation(node))


def read_text(text: str) -> None:
    node, problems = read_yaml_bytes(text.encode("utf-8", "replace"), "fil.yaml")
    one_or_the_other(node, problems)
    if node is not None:
        read_both(node)


@few
@given(spoiled_text(PLAN_TEXT))
def test_no_plan_file_however_spoiled_makes_the_readers_fall(text: str) -> None:
    read_text(text)


@few
@given(spoiled_text(ORGANISATION_TEXT))
def test_no_organisation_file_however_spoiled_makes_the_readers_fall(text: str) -> None:
    read_text(text)


@few
@given(spoiled_node(tree(PLAN_TEXT)))
def test_no_tree_of_a_plan_makes_the_reader_fall(node: Node) -> None:
    one_or_the_other(*read_plan(node, ORGANISATION))


@few
@given(spoiled_node(tree(ORGANISATION_TEXT)))
def test_no_tree_of_an_organisation_makes_the_reader_fall(node: Node) -> None:
    one_or_the_other(*read_organisation(node))


@few
@given(
    frequency_text(),
    st.integers(1890, 3010) | st.integers(),
    st.none() | frequency_text() | WORDS,
)
def test_no_frequency_makes_the_reader_fall(text: str, year: int, reporting: str | None) -> None:
    found = read_frequency(text, year, reporting=reporting)
    if isinstance(found, Frequency):
        again = read_frequency(found.canonical, year, reporting=reporting)
        assert isinstance(again, Frequency)
        assert again.windows == found.windows
    else:
        assert found.problem
        assert found.hint


def read_grid_file(sheets: dict[str, list[list[Any]]], suffix: str) -> None:
    """Sheets as a file, read as a plan: one or the other, and every problem with its place."""
    data = {".xlsx": xlsx, ".ods": ods}[suffix](sheets)
    found = read_plan_bytes(data, "fil.yaml", suffix, ORGANISATION)
    one_or_the_other(found.plan, found.problems)


@few
@given(spoiled_sheets(PLAN_SHEETS), st.sampled_from([".xlsx", ".ods"]))
def test_no_workbook_however_spoiled_makes_the_reader_fall(
    sheets: dict[str, list[list[Any]]], suffix: str
) -> None:
    read_grid_file(sheets, suffix)


@few
@given(spoiled_sheets({"IK": flat_rows(PLAN_DOCUMENT)}), st.sampled_from([".xlsx", ".ods"]))
def test_no_table_however_spoiled_makes_the_reader_fall(
    sheets: dict[str, list[list[Any]]], suffix: str
) -> None:
    read_grid_file(sheets, suffix)


@few
@given(
    spoiled_text(csv_file(as_text(flat_rows(PLAN_DOCUMENT))).decode()),
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_no_csv_however_spoiled_makes_the_reader_fall(text: str, encoding: str) -> None:
    found = read_plan_bytes(text.encode(encoding, "replace"), "fil.yaml", ".csv", ORGANISATION)
    one_or_the_other(found.plan, found.problems)


@few
@given(st.data(), st.sampled_from([".xlsx", ".ods"]))
def test_no_bytes_make_the_reader_of_workbooks_fall(data: Any, suffix: str) -> None:
    whole = bytearray(WORKBOOKS[suffix])
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    found = read_plan_bytes(bytes(whole), "fil.yaml", suffix, ORGANISATION)
    one_or_the_other(found.plan, found.problems)


@few
@given(spoiled_parts(WORKBOOKS_AT_HAND))
def test_no_parts_of_a_workbook_make_the_reader_fall(file: tuple[str, bytes]) -> None:
    """The same inside the archive, which then is whole."""
    suffix, data = file
    found = read_plan_bytes(data, "fil.yaml", suffix, ORGANISATION)
    one_or_the_other(found.plan, found.problems)


ENVIRONMENT = st.dictionaries(
    st.sampled_from(NAMES).map(lambda name: f"ICENGINE_{name.upper()}") | st.text(max_size=20),
    WORDS | st.sampled_from(["ja", "http://[::1]:0", "a@b.example", "::", "10.0.0.0/8,", "tls"]),
    max_size=4,
)
TOML = st.lists(
    st.builds("{} = {}".format, st.sampled_from(NAMES) | WORDS, WORDS | WORDS.map(repr)), max_size=4
).map("\n".join)


@few
@given(ENVIRONMENT, TOML)
def test_no_setting_however_written_does_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str], toml: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "icengine.toml").write_bytes(toml.encode("utf-8", "replace"))
    with suppress(WrongSetting):
        load_settings(environment, folder)


NUMBERED = [f"{kind}-{n}" for kind in ("atgard", "vem", "klar") for n in (0, 1, 2, 20, 21)]
ORGANISATIONS = [
    "namn", "id", "slag", "under", "fran", "till", "egen", "epost", "roll", "funktion", "enhet", "nr",
    "slapper-ändra", "ihop-ks", "farg", "kontakt", "domaner", "ord-0", "varde-0", "roll-0", "enhet-0",
]  # fmt: skip
ANSWERS = [*RED, *ACTION, "version", "gor", "ta-bort", "skal", *NUMBERED]
FIELDS = st.sampled_from(sorted({*ANSWERS, *ORGANISATIONS}))
FORM = st.dictionaries(FIELDS | st.text(max_size=12), WORDS, max_size=12)


@few
@given(FORM)
def test_every_form_is_read_as_an_answer(fields: Mapping[str, str]) -> None:
    sent = read_form(fields)
    assert 0 <= sent.rows <= MOST_ACTIONS
    assert len(sent.answer.actions) <= MOST_ACTIONS
    assert sent.answer.result == recorded(sent.answer.result)


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site that takes it all."""
    path = tmp_path_factory.mktemp("fuzz") / "fuzz.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    adopt_example(database, load_example())
    yield Site(database)
    database.close()


@pytest.fixture(scope="module")
def link(site: Site) -> str:
    return site.mail_links()["K3"]


def clean(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields as a browser can send them: without lone surrogates."""
    return {
        name.encode(errors="replace").decode(): value.encode(errors="replace").decode()
        for name, value in fields.items()
    }


@few
@given(FORM)
def test_no_answer_makes_the_page_fall(site: Site, link: str, fields: dict[str, str]) -> None:
    page = site.client.get(link)  # one that was handed in by chance leads to its receipt
    version = Form(page.text).fields.get("version", "") if page.status_code == 200 else ""
    right = RED | {"version": version, "gor": "spara"}
    assert site.client.post(link, data=clean(right | fields)).status_code < 500
    assert site.client.get(link).status_code < 500


@pytest.fixture(scope="module")
def administrator(site: Site) -> Any:
    """A browser of somebody who administers everything that the example has."""
    email = "admin@kommun.example"
    more = (Grant(Role.ADMINISTRATOR, id, email) for id in ("kommun", "ks", "bun", "bostader"))
    site.change_organisation(grants=(*site.organisation().grants, *more))
    return site.log_in(email)


@few
@given(st.data())
def test_no_address_and_no_form_makes_any_page_fall(
    site: Site, link: str, administrator: Any, data: Any
) -> None:
    method = data.draw(st.sampled_from(["GET", "POST"]))
    path = data.draw(st.sampled_from(routes(site.app, method)))
    client = data.draw(st.sampled_from([site.client, administrator]))
    known = st.sampled_from(
        ["ks-2022", "1", link.removeprefix("/svar/"), "app.css", "K3", "ks", "klk", "Ekonomichefen"]
    )
    for name in re.findall(r"\{[^}]*\}", path):
        word = data.draw(known | WORDS.map(lambda text: text[:200]))
        path = path.replace(name, quote(word.encode(errors="replace"), safe=""), 1)
    fields = clean(data.draw(FORM))
    # The client that tests use refuses longer addresses itself.
    asked = {name: value[:500] for name, value in fields.items()}
    sent = {"data": fields} if method == "POST" else {"params": asked}
    assert stands(path, client.request(method, path, **sent).status_code)


def test_the_pages_are_found(site: Site) -> None:
    assert "/svar/{nyckel}" in routes(site.app, "POST")
    assert "/" in routes(site.app, "GET")
