"""The guide docs/excel.md says what the reader of workbooks knows."""

from __future__ import annotations

import re
from pathlib import Path

from icengine.intake import archive
from icengine.intake.columns import EXAMPLE, HELP, LISTS, PLAN, TABLES
from icengine.intake.grid import SUFFIXES, UNREAD
from icengine.intake.heads import flat_heads, folded

GUIDE = (Path(__file__).parents[2] / "docs" / "excel.md").read_text("utf-8")


def table(first: str) -> list[list[str]]:
    """The rows of the guide's table whose first head is that."""
    body = GUIDE.split(f"| {first} |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in body.splitlines()[2:]]


def test_every_sheet_is_told() -> None:
    told = {name for row in table("Blad") for name in row[0].split(", ")}
    assert told == {PLAN.name, *(one.name for one in TABLES), HELP, LISTS}


def test_every_head_that_the_guide_shows_is_known_for_its_column() -> None:
    heads = flat_heads()
    for ours, others in table("Kolumn"):
        first = heads[folded(ours.split(",")[0])]
        for other in others.split(", "):
            known = heads[folded(other)]
            assert known == first or {known[1], first[1]} <= {"id", "nr"}, (ours, other)


def test_the_limits_are_those_of_the_reader() -> None:
    assert f"större än {archive.LARGEST // 1_000_000} MB" in GUIDE
    assert (
        f"fler än {archive.MOST_SHEETS} blad, {archive.MOST_ROWS} rader eller {archive.MOST_COLUMNS} kolumner"
        in GUIDE
    )
    assert f"`{EXAMPLE}`" in GUIDE
    named = set(re.findall(r"`(\.[a-z]+)`", GUIDE))
    assert set(SUFFIXES) <= named <= {*SUFFIXES, *UNREAD}
