"""The parts of a draft that are changed one at a time: where they stand, and a draft with one changed.

A draft may hold anything a file held, so a part is found by its id where it has one that can be used,
and by its place where it has not. Nothing here changes a document: each change makes a new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from icengine.domain.document import ASSESSMENT_KEYS, RISK_KEYS
from icengine.domain.draft import Document
from icengine.domain.reading import ID

PLACE = "nr:"
"""Goes before the place of a part that has no id of its own. No id has a colon."""


class Kind(StrEnum):
    """The lists of a plan; the value is the list's key."""

    RISK = "risker"
    LEFT_OUT = "utelämnade risker"
    CONTROL = "kontroller"
    ACTION = "direktåtgärder"

    @property
    def in_risk(self) -> bool:
        """Does its list stand in a risk?"""
        return self in (Kind.CONTROL, Kind.ACTION)

    @property
    def letter(self) -> str:
        """What its ids begin with."""
        return {Kind.CONTROL: "K", Kind.ACTION: "D"}.get(self, "R")


@dataclass(frozen=True)
class Spot:
    """Where a part stands, counted from 0."""

    kind: Kind
    index: int
    risk: int = 0
    """The risk that it stands in."""


def _list(holder: object, key: str) -> list[Any]:
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def _spots(document: Document, kind: Kind) -> Iterator[tuple[Spot, Any]]:
    if not kind.in_risk:
        for n, item in enumerate(_list(document, kind)):
            yield Spot(kind, n), item
        return
    for risk, holder in enumerate(_list(document, Kind.RISK)):
        for n, item in enumerate(_list(holder, kind)):
            yield Spot(kind, n, risk), item


def named(document: Document, kind: Kind) -> dict[str, Spot]:
    """Every part of a kind by what it is called in an address, in the document's order."""
    found: dict[str, Spot] = {}
    for spot, item in _spots(document, kind):
        id = item.get("id") if isinstance(item, dict) else None
        usable = isinstance(id, str) and ID.fullmatch(id) and id not in found
        place = f"{spot.risk + 1}.{spot.index + 1}" if kind.in_risk else str(spot.index + 1)
        found[str(id) if usable else f"{PLACE}{place}"] = spot
    return found


def part(document: Document, spot: Spot) -> Any:
    """What stands there; None where nothing does."""
    holder = document if not spot.kind.in_risk else part(document, Spot(Kind.RISK, spot.risk))
    items = _list(holder, spot.kind)
    return items[spot.index] if 0 <= spot.index < len(items) else None


def entry_of(document: Document, kind: Kind, name: str) -> Document | None:
    """The part of that name; None where there is none that is a group of keys."""
    spot = named(document, kind).get(name)
    found = part(document, spot) if spot else None
    return found if isinstance(found, dict) else None


def own(entry: Document | None) -> Document | None:
    """A part without the lists in it: whoever changes a risk has not seen its controls."""
    if entry is None:
        return None
    return {key: value for key, value in entry.items() if key not in (Kind.CONTROL, Kind.ACTION)}


def order(document: Document, spot: Spot) -> list[str]:
    """The ids of the list that a part stands in, in order: what a move is thought out from."""
    return [
        str(item.get("id")) if isinstance(item, dict) else str(item)
        for item in _siblings(document, spot)
    ]


def _siblings(document: Document, spot: Spot) -> list[Any]:
    holder = document if not spot.kind.in_risk else part(document, Spot(Kind.RISK, spot.risk))
    return _list(holder, spot.kind)


def _changed(document: Document, spot: Spot, change: Callable[[list[Any]], None]) -> Document:
    """The document with a change to the list that a part stands in; one that is left empty goes."""
    after = deepcopy(document)
    holder = after if not spot.kind.in_risk else part(after, Spot(Kind.RISK, spot.risk))
    items = _list(holder, spot.kind)
    change(items)
    holder[str(spot.kind)] = items
    if not items and spot.kind is not Kind.RISK:
        del holder[str(spot.kind)]
    return after


def with_part(document: Document, spot: Spot, entry: Document) -> Document:
    """The document with something else there."""

    def change(items: list[Any]) -> None:
        items[spot.index] = entry

    return _changed(document, spot, change)


def with_own(document: Document, spot: Spot, entry: Document) -> Document:
    """The same, where the lists in it stay as they are."""
    there = part(document, spot)
    lists = {k: v for k, v in there.items() if k in (Kind.CONTROL, Kind.ACTION)}
    return with_part(document, spot, {**entry, **lists})


def without(document: Document, spot: Spot) -> Document:
    """The document without what stands there."""
    return _changed(document, spot, lambda items: items.pop(spot.index) and None)


def added(document: Document, kind: Kind, entry: Document, risk: int = 0) -> Document:
    """The document with one more part, last in its list."""
    return _changed(document, Spot(kind, -1, risk), lambda items: items.append(entry))


def moved(document: Document, spot: Spot, step: int) -> Document:
    """The document with a part one place up (-1) or down (1) in its list."""
    to = spot.index + step

    def change(items: list[Any]) -> None:
        if 0 <= to < len(items):
            items[spot.index], items[to] = items[to], items[spot.index]

    return _changed(document, spot, change)


def left_out(document: Document, spot: Spot, reason: str) -> Document:
    """The document with a risk among those that the plan leaves out, without what was to be done."""
    risk = part(document, spot)
    kept = {key: risk[key] for key in ASSESSMENT_KEYS if key in risk}
    if reason:
        kept["skäl"] = reason
    return added(without(document, spot), Kind.LEFT_OUT, kept)


def taken_in(document: Document, spot: Spot) -> Document:
    """The document with a risk that was left out among the plan's; what is done is chosen later."""
    risk = part(document, spot)
    kept = {key: value for key, value in risk.items() if key in ASSESSMENT_KEYS}
    return added(without(document, spot), Kind.RISK, kept)


def assessed_as(entry: Document, assessment: Document) -> Document:
    """A risk of the draft, weighed as the register says; what the plan does about it stays."""
    rest = {key: value for key, value in entry.items() if key not in ASSESSMENT_KEYS}
    return in_order({**assessment, **rest}, RISK_KEYS)


def in_order(entry: Document, keys: Collection[str]) -> Document:
    """The entry with its keys in the order of a plan file, unknown ones last."""
    first = {key: entry[key] for key in keys if key in entry}
    return {**first, **entry}


def next_id(kind: Kind, taken: Collection[str]) -> str:
    """The next id that nothing has had: one more than the highest."""
    pattern = re.compile(rf"{kind.letter}(\d{{1,6}})", re.IGNORECASE)
    numbers = [int(m[1]) for id in taken if (m := pattern.fullmatch(id))]
    return f"{kind.letter}{max(numbers, default=0) + 1}"
