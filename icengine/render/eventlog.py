"""The event log as files: CSV to read in a spreadsheet, JSON Lines to prove the chain with.

Text is written row by row, so that a log of any length can be sent as it is read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from icengine.domain.calendar import STOCKHOLM
from icengine.domain.trail import Entry

BOM = "\ufeff"
"""Tells Excel that the file is in UTF-8."""
COLUMNS = (
    "Nummer", "Tid (UTC)", "Svensk tid", "Vem", "För", "Från", "Händelse", "Gäller", "Ändringar",
    "Summa",
)  # fmt: skip
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""A spreadsheet would calculate a cell that begins with one of these; the last four are the wide
ones of East Asian keyboards."""


def defused(text: str) -> str:
    """The text as a spreadsheet shows it and does not calculate it."""
    acts = text[:1] in ("\t", "\r", "\n") or text.lstrip()[:1] in tuple(FORMULA)
    return f"'{text}" if text and acts else text


def csv_rows(entries: Iterable[Entry]) -> str:
    """A row for each event."""
    return "".join(_row(_cells(entry)) for entry in entries)


def _cells(entry: Entry) -> list[str]:
    local = entry.at.astimezone(STOCKHOLM)
    return [
        str(entry.seq),
        instant(entry),
        local.strftime("%Y-%m-%d %H:%M:%S"),
        entry.who.name,
        entry.behalf,
        entry.origin,
        entry.phrase,
        entry.concerns,
        "\n".join(
            f"{what}: {before or '–'} → {after or '–'}" for what, before, after in entry.changes
        ),
        entry.hash,
    ]


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([defused(cell) for cell in cells])
    return out.getvalue()


def instant(entry: Entry) -> str:
    """The time as its hash was made of it."""
    return entry.at.isoformat(timespec="microseconds")


def json_rows(entries: Iterable[Entry]) -> str:
    """A line for each event, with all that it takes to prove it as far as it may be seen."""
    lines = (json.dumps(_values(entry), ensure_ascii=False) for entry in entries)
    return "".join(f"{line}\n" for line in lines)


def _values(entry: Entry) -> dict[str, Any]:
    values = {
        "seq": entry.seq,
        "at": instant(entry),
        "actor": entry.actor,
        "who": entry.who.name,
        "behalf": entry.behalf,
        "origin": entry.origin,
        "kind": entry.kind,
        "subject": entry.subject,
        "payload": entry.payload,
        "whole": entry.whole,
        "digest": entry.digest,
        "previous": entry.previous,
        "hash": entry.hash,
    }
    return values | ({"salt": entry.salt} if entry.whole else {})


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    media_type: str
    head: str
    """What the file begins with."""
    rows: Callable[[Iterable[Entry]], str]


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", BOM + _row(COLUMNS), csv_rows),
    "jsonl": Format("application/x-ndjson; charset=utf-8", "", json_rows),
}
"""By the ending of the file's name."""
