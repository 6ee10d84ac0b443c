"""What differs between a report as it was fixed and the same report made of what is recorded now.

Both are plain values, as the report's JSON has them: what was fixed may have been made by an earlier
program, and is compared as it was kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_LINES = 12
"""Lines of a section that are shown of each side."""
_MADE = "tillkomst"
"""The section that tells of the moment: it always differs."""


@dataclass(frozen=True)
class Differing:
    """A section that says something else."""

    title: str
    before: tuple[str, ...]
    """What only the fixed report says, a line each."""
    after: tuple[str, ...]
    """What only the report of now says."""
    more: int = 0
    """Lines that are not shown."""


def report_difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Differing, ...]:
    """Section by section in reading order; () where they say the same."""
    old, new = dict(_sections(before)), dict(_sections(after))
    found = []
    for id in dict.fromkeys([*new, *old]):
        title = (new.get(id) or old[id])[0]
        one, other = old.get(id, ("", []))[1], new.get(id, ("", []))[1]
        gone = [line for line in one if line not in other]
        came = [line for line in other if line not in one]
        if gone or came:
            left = max(0, len(gone) - MOST_LINES) + max(0, len(came) - MOST_LINES)
            found.append(Differing(title, tuple(gone[:MOST_LINES]), tuple(came[:MOST_LINES]), left))
    return tuple(found)


def _sections(report: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    """(id, (title, lines)) of the cover and of every section, without what lies below it."""
    yield "", ("Omslaget", [line for block in report["cover"] for line in _lines(block, report)])

    def walk(sections: list[Any]) -> Iterator[tuple[str, tuple[str, list[str]]]]:
        for section in sections:
            if section["id"] == _MADE:
                continue
            title = " ".join(filter(None, (section["label"], section["title"])))
            rating = report["marks"].get(section["mark"], {}).get("word", "")
            lines = [f"Bedömning: {rating}"] if rating else []
            lines += [line for block in section["blocks"] for line in _lines(block, report)]
            yield section["id"], (title, lines)
            yield from walk(section["sections"])

    yield from walk(report["sections"])


def _lines(block: Mapping[str, Any], report: Mapping[str, Any]) -> Iterator[str]:
    kind = block["kind"]
    if kind == "text":
        yield from _flat(block["body"])
    elif kind == "table":
        for row in block["rows"]:
            yield " | ".join(_cell(cell, report) for cell in row)
    elif kind == "facts":
        for term, cell in block["rows"]:
            yield f"{term}: {_cell(cell, report)}"
    elif kind == "numbers":
        for figure, what in block["items"]:
            yield f"{figure} {what}"
    elif kind == "figure":
        yield block["alt"]


def _cell(cell: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    word = report["marks"].get(cell["mark"], {}).get("word", "")
    return " ".join(filter(None, (word, *_flat(cell["text"]))))


def _flat(body: Any) -> list[str]:
    if isinstance(body, str):
        return [body] if body else []
    return [line for part in body for line in _flat(part)]
