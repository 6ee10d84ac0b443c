"""Every table and column that can hold personal data is known, and explained in the document."""

from __future__ import annotations

import re
from pathlib import Path

from sqlmodel import SQLModel

from icengine.domain.disposal import RULES
from icengine.domain.personal_data import EMPTY, KEPT
from icengine.store import mail_tables, report_tables, tables, task_tables

DOCUMENT = (Path(__file__).parent.parent / "docs" / "personuppgifter.md").read_text("utf-8")
for module in (tables, mail_tables, task_tables, report_tables):
    assert module


def columns() -> set[str]:
    return {f"{t.name}.{c.name}" for t in SQLModel.metadata.tables.values() for c in t.columns}


def named(kept: dict[str, tuple[str, ...]]) -> list[str]:
    return [f"{table}.{column}" for table, names in kept.items() for column in names]


def section(table: str) -> str:
    """What the document says under the table's heading."""
    found = re.search(rf"(?ms)^### `{table}`: .*?(?=^##|\Z)", DOCUMENT)
    assert found, f"docs/personuppgifter.md has no heading ### `{table}`: …"
    return found[0]


def test_every_column_is_said_to_hold_personal_data_or_not() -> None:
    said = named(KEPT) + named(EMPTY)
    assert len(said) == len(set(said))
    assert set(said) == columns()


def test_the_document_explains_every_table_and_column_that_holds_personal_data() -> None:
    for table, names in KEPT.items():
        text = section(table)
        missing = [name for name in names if f"`{name}`" not in text]
        assert not missing, (table, missing)


def test_the_document_names_the_tables_that_hold_none() -> None:
    for table in SQLModel.metadata.tables:
        assert f"`{table}`" in DOCUMENT, table


def test_the_document_lists_every_rule_with_its_days() -> None:
    for rule in RULES:
        row = re.search(rf"(?m)^\| `{rule.id}` \|.*$", DOCUMENT)
        assert row, rule.id
        assert row[0].endswith(f"| {rule.least} dagar | {rule.usual} dagar |"), rule.id
