"""The organisation: its units, its functions, and who holds a function from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS, RatingScale, RiskScale


class UnitKind(StrEnum):
    """Slag av enhet."""

    MUNICIPALITY = "kommun"
    BOARD = "nämnd"
    ADMINISTRATION = "förvaltning"
    DEPARTMENT = "avdelning"
    COMPANY = "bolag"
    JOINT = "kommunalförbund"


@dataclass(frozen=True)
class Unit:
    """Enhet: a node of the organisation's tree."""

    id: str
    """Short, stable, used in keys: "ks"."""
    name: str
    kind: UnitKind
    parent: str = ""
    """Id of the unit above; "" for the root."""


@dataclass(frozen=True)
class Holding:
    """Somebody holds a function for a time."""

    email: str
    start: date | None = None
    """First day; None: since always."""
    end: date | None = None
    """Last day; None: until further notice."""

    def covers(self, day: date) -> bool:
        """Does it hold on that day?"""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Function:
    """Funktion: what a plan names as ansvarig, godkännare and so on."""

    name: str
    unit: str
    holders: tuple[Holding, ...] = ()

    def held_by(self, day: date) -> tuple[str, ...]:
        """E-mail addresses of those who hold the function that day."""
        return tuple(holding.email for holding in self.holders if holding.covers(day))


@dataclass(frozen=True)
class Organisation:
    """The whole: one root unit, one database."""

    name: str
    """"Älvhamra kommun"."""
    mail_domains: tuple[str, ...]
    """Domains an address of the organisation may have."""
    contact: str
    """The controllers' function; its holder gets the answers to mails."""
    units: tuple[Unit, ...]
    functions: tuple[Function, ...]
    ratings: RatingScale = DEFAULT_RATINGS
    risk_scale: RiskScale = DEFAULT_RISKS
    accent: str = "#0B5A67"
    """The organisation's colour, #RRGGBB."""

    def unit(self, id: str) -> Unit | None:
        """The unit with that id, or None."""
        return next((unit for unit in self.units if unit.id == id), None)

    def function(self, name: str) -> Function | None:
        """The function with that name in any case, or None."""
        return find_function(name, self.functions)


def find_function(name: str, functions: Iterable[Function]) -> Function | None:
    """The function with that name in any case, or None."""
    folded = name.casefold()
    return next((item for item in functions if item.name.casefold() == folded), None)
