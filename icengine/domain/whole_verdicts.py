"""Kommunstyrelsen's own verdict of a unit's internal control."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The value is what is stored; the organisation may have its own words for them."""

    SUFFICIENT = "tillräcklig"
    PARTLY = "inte helt tillräcklig"
    INSUFFICIENT = "inte tillräcklig"
