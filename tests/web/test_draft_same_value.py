"""The same plan through file and browser is the same value."""

from __future__ import annotations

from typing import Any

import pytest
from draft_forms import Page, opened
from municipality import at
from web_site import CONTROLLER, Site

from icengine.domain.access import System
from icengine.domain.draft import Document
from icengine.domain.node import as_node, plain
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.plan_document import plan_document
from icengine.services.drafts import begin_draft, draft_of, readable
from icengine.services.people import import_organisation
from icengine.web.pages.planfields import slug

TEST = System("test")


@pytest.fixture
def empty(database: Any, example: tuple[Organisation, Plan]) -> Site:
    """A site that knows the organisation and no plan, with a draft that nothing is written in."""
    now = at("2021-11-01")
    with database.unit_of_work(TEST, now) as session:
        import_organisation(session, actor=TEST, now=now, organisation=example[0])
    with database.unit_of_work(TEST, now) as session:
        begin_draft(session, actor=TEST, now=now, unit="ks", year=2022)
    return Site(database, now=now)


def test_the_example_plan_written_in_forms_is_the_plan_of_its_file(
    empty: Site, example: tuple[Organisation, Plan]
) -> None:
    organisation, plan = example
    client = empty.log_in(CONTROLLER)
    document: Document = plain(as_node(plan_document(plan, organisation)))
    start = "/planer/ks-2022/utkast"
    put(
        client,
        f"{start}/plan",
        {k: v for k, v in document.items() if k not in ("enhet", "år", "risker")},
    )
    for risk in document["risker"]:
        inner = ("kontroller", "direktåtgärder")
        put(client, f"{start}/ny-risk", {k: v for k, v in risk.items() if k not in inner})
        for control in risk.get("kontroller", []):
            put(client, f"{start}/risker/{risk['id']}/ny-kontroll", control)
        for action in risk.get("direktåtgärder", []):
            put(client, f"{start}/risker/{risk['id']}/ny-direktatgard", action)
    with empty.database.reading() as session:
        draft = draft_of(session, actor=TEST, key="ks-2022")
        read, problems, _ = readable(session, actor=TEST, draft=draft)
    assert problems == ()
    assert read == plan


def put(client: Any, path: str, entry: Document) -> None:
    """Write a part into its form, field by field."""
    page = opened(client, path)
    typed: dict[str, str] = {}
    write(page, typed, (), entry)
    answer = client.post(page.action, data={**page.fields, **typed})
    assert answer.status_code == 303, answer.text


def write(page: Page, typed: dict[str, str], key: tuple[str, ...], value: Any) -> None:
    """What somebody types for a value of a plan file."""
    name = slug(*key)
    if isinstance(value, dict):
        for word, inner in value.items():
            write(page, typed, (*key, word), inner)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for n, row in enumerate(value, 1):
            for word, text in row.items():
                field = f"{name}-{n}-{slug(word)}"
                assert field in page.fields, field
                typed[field] = text
    elif isinstance(value, list):
        typed[name] = "\n".join(value)
    else:
        assert name in page.fields or name in page.options, name
        typed[name] = value
