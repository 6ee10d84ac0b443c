"""Ids for rows that have none, where that is safe; every one that is given is said.

An id is used once and never again for something else. So a row without one is what is known by its
title, where something is, and otherwise gets an id that neither the file nor the unit has used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from icengine.domain.node import Node
from icengine.intake.flat import Entry
from icengine.intake.heads import folded
from icengine.intake.rows import Handed, Row

SHOWN = 3
"""Rows that are told one by one."""


@dataclass(frozen=True)
class Known:
    """What a unit has ids for."""

    used: frozenset[str] = frozenset()
    """Every id that is or was in use."""
    risks: Mapping[str, str] = field(default_factory=dict)
    """Title of a risk in the plan as it stands -> its id."""
    controls: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    """Text of a direktåtgärd in the plan as it stands -> its id."""


KnownOf = Callable[[str, str], Known]
"""(unit, year as written) -> what is known; a unit that does not exist has nothing."""


def nothing_known(_unit: str, _year: str) -> Known:
    """For a file that is only looked at."""
    return Known()


def name_rows(handed: Handed, entries: list[Entry], left_out: list[Row], known: Known) -> None:
    """Give ids to the rows that have none."""
    risks = [entry.row for entry in entries] + left_out
    controls = [row for entry in entries for row in entry.controls]
    actions = [row for entry in entries for row in entry.actions]
    used = {id.casefold() for id in known.used}
    used |= {row.text("id").casefold() for row in (*risks, *controls, *actions)}
    for rows, letter, what, key, titles in (
        (risks, "R", "risk", "titel", known.risks),
        (controls, "K", "kontroll", "titel", known.controls),
        (actions, "D", "direktåtgärd", "åtgärd", known.actions),
    ):
        _name(handed, rows, letter, what, key, titles, used)


def _name(
    handed: Handed,
    rows: Iterable[Row],
    letter: str,
    what: str,
    key: str,
    titles: Mapping[str, str],
    used: set[str],
) -> None:
    by_title = {folded(title): id for title, id in titles.items()}
    taken = {row.text("id").casefold() for row in rows}
    number, given = 1, []
    for row in rows:
        if row.text("id"):
            continue
        id = by_title.get(folded(row.text(key)), "")
        if not id or id.casefold() in taken:
            while f"{letter}{number}".casefold() in used:
                number += 1
            id = f"{letter}{number}"
        used.add(id.casefold())
        taken.add(id.casefold())
        place = row.values["id"].place if "id" in row.values else row.place
        row.values["id"] = Node(place, id)
        given.append((row, id))
    _say(handed, what, given)


def _say(handed: Handed, what: str, given: list[tuple[Row, str]]) -> None:
    for row, id in given[:SHOWN]:
        handed.note(row.values["id"].place, f"{what} utan id har fått id {id}")
    if given[SHOWN:]:
        ids = [id for _, id in given[SHOWN:]]
        rest = ids[0] if len(ids) == 1 else f"{ids[0]} … {ids[-1]}"
        row = given[SHOWN][0]
        handed.note(row.values["id"].place, f"{len(ids)} till utan id har fått {rest}")
