"""Every row of docs/frekvens.md is what the reader does."""

from datetime import date
from pathlib import Path

import pytest

from icengine.domain.frequency import Frequency, Unread, read_frequency

GUIDE = Path(__file__).parents[2] / "docs" / "frekvens.md"
YEAR = 2026


def rows(columns: int) -> list[tuple[str, ...]]:
    """The rows of the guide's table with so many columns, without its head."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    split = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    table = [cells for cells in split if len(cells) == columns]
    return [cells for cells in table if cells[0] != "Text" and not cells[0].startswith("---")]


READ, REFUSED = rows(4), rows(2)


def test_the_guide_has_both_tables() -> None:
    assert len(READ) > 40
    assert len(REFUSED) > 20


@pytest.mark.parametrize(("text", "_meaning", "count", "first"), READ, ids=lambda cell: cell)
def test_what_the_guide_says_is_read(text: str, _meaning: str, count: str, first: str) -> None:
    read = read_frequency(text, YEAR)
    assert isinstance(read, Frequency), read
    assert len(read.windows) == int(count)
    if first == "–":
        assert read.windows == ()
    else:
        start, end = (date.fromisoformat(day) for day in first.split(" – "))
        assert (read.windows[0].start, read.windows[0].end) == (start, end)


@pytest.mark.parametrize(("text", "_why"), REFUSED, ids=lambda cell: cell)
def test_what_the_guide_says_is_refused(text: str, _why: str) -> None:
    assert isinstance(read_frequency(text, YEAR), Unread)
