"""Every change of the organisation: from one organisation to the next.

A change says what is to be; whether that can be is said by the reader of organisation files, see
`checked`. Raises NotFound where what it is about is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from icengine.domain.calendar import DAY, swedish_date
from icengine.domain.labels import Word
from icengine.domain.people import (
    Admission,
    ClaimGrant,
    Function,
    Grant,
    Holding,
    Move,
    Organisation,
    Unit,
    UnitKind,
)
from icengine.domain.reminders import Reminders
from icengine.domain.report_layout import AS_IT_IS, Layout
from icengine.domain.report_model import ReportKind
from icengine.domain.scale import RiskScale
from icengine.errors import NotFound


def _unit(organisation: Organisation, id: str) -> Unit:
    found = organisation.unit(id)
    if found is None:
        raise NotFound(f"Enheten {id} finns inte.", "Kontrollera enhetens id.")
    return found


def _function(organisation: Organisation, name: str) -> Function:
    found = organisation.function(name)
    if found is None:
        raise NotFound(f"Funktionen {name} finns inte.", "Kontrollera funktionens namn.")
    return found


def _with_unit(organisation: Organisation, id: str, change: Callable[[Unit], Unit]) -> Organisation:
    found = _unit(organisation, id)
    units = (change(unit) if unit is found else unit for unit in organisation.units)
    return replace(organisation, units=tuple(units))


def _with_function(
    organisation: Organisation, name: str, change: Callable[[Function], Function]
) -> Organisation:
    found = _function(organisation, name)
    functions = (change(item) if item is found else item for item in organisation.functions)
    return replace(organisation, functions=tuple(functions))


def add_unit(organisation: Organisation, unit: Unit) -> Organisation:
    """One more unit."""
    return replace(organisation, units=(*organisation.units, unit))


def change_unit(
    organisation: Organisation,
    id: str,
    *,
    name: str | None = None,
    kind: UnitKind | None = None,
    own_authority: bool | None = None,
    admits: Iterable[Admission] | None = None,
) -> Organisation:
    """What a unit is called and is; None leaves it as it is.

    One that is no longer an authority of its own admits nobody in particular.
    """
    given = {"name": name, "kind": kind, "own_authority": own_authority}
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if admits is not None:
        values["admits"] = tuple(dict.fromkeys(admits))
    elif own_authority is False:
        values["admits"] = ()
    return _with_unit(organisation, id, lambda unit: replace(unit, **values))


def move_unit(organisation: Organisation, id: str, parent: str, start: date) -> Organisation:
    """The unit comes under another from a day on; later moves stay.

    From its first day or before: then it has lain there all along.
    """

    def moved(unit: Unit) -> Unit:
        if unit.start and start <= unit.start:
            return replace(unit, parent=parent, moves=_needed(parent, unit.moves))
        others = [move for move in unit.moves if move.start != start]
        moves = sorted([*others, Move(parent, start)], key=lambda move: move.start)
        return replace(unit, moves=_needed(unit.parent, moves))

    return _with_unit(organisation, id, moved)


def _needed(parent: str, moves: Iterable[Move]) -> tuple[Move, ...]:
    """The moves without those to where the unit lies already."""
    kept: list[Move] = []
    for move in moves:
        if move.parent != (kept[-1].parent if kept else parent):
            kept.append(move)
    return tuple(kept)


def end_unit(organisation: Organisation, id: str, end: date) -> Organisation:
    """The unit's last day. Moves that would come after it are dropped."""

    def ended(unit: Unit) -> Unit:
        return replace(unit, end=end, moves=tuple(m for m in unit.moves if m.start <= end))

    return _with_unit(organisation, id, ended)


def merge(organisation: Organisation, new: Unit, of: Iterable[str]) -> Organisation:
    """Units end the day before a new one begins, which takes over their work and history.

    What lies below them then comes under the new one. A unit that has ended before keeps its day.
    """
    olds = [_unit(organisation, id) for id in dict.fromkeys(of)]
    start = new.start
    merged = add_unit(organisation, replace(new, predecessors=tuple(old.id for old in olds)))
    if start is None:
        return merged  # which the reader says
    ids = {old.id for old in olds}
    for unit in organisation.units:
        if unit.above(start) in ids and unit.id not in ids and (unit.end or date.max) >= start:
            merged = move_unit(merged, unit.id, new.id, start)
    merged = _moving_there(merged, ids, new.id, start)
    for old in olds:
        if old.end is None or old.end >= start:
            merged = end_unit(merged, old.id, start - DAY)
    return merged


def _moving_there(
    organisation: Organisation, olds: Collection[str], new: str, start: date
) -> Organisation:
    """Moves to units that are no more by then lead to the one that took over."""
    units = []
    for unit in organisation.units:
        moves = [
            replace(move, parent=new) if move.parent in olds and move.start >= start else move
            for move in unit.moves
        ]
        units.append(replace(unit, moves=_needed(unit.parent, moves)))
    return replace(organisation, units=tuple(units))


def add_function(organisation: Organisation, function: Function) -> Organisation:
    """One more function."""
    return replace(organisation, functions=(*organisation.functions, function))


def change_function(organisation: Organisation, name: str, unit: str) -> Organisation:
    """The unit a function belongs to. Its name stays: adopted plans name it."""
    return _with_function(organisation, name, lambda function: replace(function, unit=unit))


def give_function(organisation: Organisation, name: str, holding: Holding) -> Organisation:
    """Somebody holds a function for a time, beside those who do."""
    return _with_function(
        organisation, name, lambda item: replace(item, holders=(*item.holders, holding))
    )


def appoint_substitute(
    organisation: Organisation, name: str, email: str, start: date, end: date
) -> Organisation:
    """Somebody stands in for those who hold a function."""
    return give_function(organisation, name, Holding(email, start, end, substitute=True))


def end_time(organisation: Organisation, name: str, time: Holding, end: date) -> Organisation:
    """The last day of one time that somebody holds a function; one that begins later is dropped."""

    def ended(function: Function) -> Function:
        if time not in function.holders:
            raise NotFound(
                f"{time.email} har inte funktionen {function.name} den tiden.",
                "Någon kan ha ändrat den under tiden.",
            )
        holders = (item if item != time else _ended(item, end) for item in function.holders)
        return replace(function, holders=tuple(item for item in holders if item is not None))

    return _with_function(organisation, name, ended)


def end_holding(organisation: Organisation, name: str, email: str, end: date) -> Organisation:
    """Somebody's last day with a function, as its holder or substitute; later times are dropped."""
    email = email.casefold()

    def ended(function: Function) -> Function:
        theirs = [item for item in function.holders if item.email == email]
        if not any(item.end is None or item.end >= end for item in theirs):
            raise NotFound(
                f"{email} har inte funktionen {function.name} efter {swedish_date(end)}.",
                "Kontrollera adressen och dagen.",
            )
        holders = (item if item.email != email else _ended(item, end) for item in function.holders)
        return replace(function, holders=tuple(item for item in holders if item is not None))

    return _with_function(organisation, name, ended)


def _ended(holding: Holding, end: date) -> Holding | None:
    """The time with a last day; None where it would begin after it."""
    if holding.start and holding.start > end:
        return None
    return replace(holding, end=end) if holding.end is None or holding.end > end else holding


def give_role(organisation: Organisation, grant: Grant) -> Organisation:
    """Somebody, or a function, has a role at a unit for a time."""
    return replace(organisation, grants=(*organisation.grants, grant))


def end_role(organisation: Organisation, grant: Grant, end: date) -> Organisation:
    """The last day of a role that was given; one that would begin after it is taken away."""
    grant = replace(grant, email=grant.email.casefold())
    if grant not in organisation.grants:
        raise NotFound(
            f"{grant.email or grant.function} har inte rollen {grant.role} vid {grant.unit}.",
            "Någon kan ha ändrat den under tiden.",
        )
    gone = grant.start is not None and grant.start > end
    last = min(end, grant.end or end)
    grants = (
        item if item != grant else replace(item, end=last)
        for item in organisation.grants
        if not (gone and item == grant)
    )
    return replace(organisation, grants=tuple(grants))


def change_settings(
    organisation: Organisation,
    *,
    name: str | None = None,
    accent: str | None = None,
    contact: str | None = None,
    mail_domains: Iterable[str] | None = None,
    labels: Iterable[tuple[str, str]] | None = None,
    forms: Iterable[tuple[str, Word]] | None = None,
    reminders: Reminders | None = None,
    second_reader: bool | None = None,
) -> Organisation:
    """What holds for the whole; None leaves it as it is. A word that is its own label is none.

    `forms` are those of words that are not declined as their endings say. They go with their word:
    another word in its place has its own.
    """
    given = {
        "name": name, "accent": accent, "contact": contact, "reminders": reminders,
        "second_reader": second_reader,
    }  # fmt: skip
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if mail_domains is not None:
        values["mail_domains"] = tuple(mail_domains)
    if labels is not None:
        values["labels"] = tuple((word, own) for word, own in labels if own not in ("", word))
    changed = replace(organisation, **values)
    known = organisation.forms if forms is None else forms
    kept = tuple((word, own) for word, own in known if (word, own.one) in changed.labels)
    return replace(changed, forms=kept)


def change_claims(organisation: Organisation, claims: Iterable[ClaimGrant]) -> Organisation:
    """What the values of a login's claim mean."""
    return replace(organisation, claims=tuple(claims))


def change_risk_scale(organisation: Organisation, scale: RiskScale) -> Organisation:
    """How risks are weighed from now on. What is weighed already keeps its figures."""
    return replace(organisation, risk_scale=scale)


def change_layout(organisation: Organisation, kind: ReportKind, layout: Layout) -> Organisation:
    """How one kind of report is arranged from now on. Reports that are fixed stay as they are."""
    others = {known: kept for known, kept in organisation.reports if known is not kind}
    if layout != AS_IT_IS:
        others[kind] = layout
    order = {known: n for n, known in enumerate(ReportKind)}
    kept = tuple(sorted(others.items(), key=lambda pair: order[pair[0]]))
    return replace(organisation, reports=kept)


def change_verdicts(organisation: Organisation, words: Iterable[tuple[str, str]]) -> Organisation:
    """What kommunstyrelsen calls its verdicts."""
    return replace(organisation, verdicts=tuple((v, own) for v, own in words if own))
