"""Queries inside a Scope that are put together once for each kind of scope, and not once for each reader.

To put a query together takes longer than to run it. What a reader may see is therefore given beside
the query, as its values; which kinds of things those are decides which query it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam

from icengine.domain.access import Scope

Parts = tuple[str, ...]
"""Which fields of a Scope hold something, in a fixed order; ("everything",) where all is seen."""
EVERYTHING: Parts = ("everything",)
_LISTS = ("units", "plans", "tasks", "functions", "approves", "actions")


def parts(scope: Scope) -> Parts:
    """The kind of scope it is."""
    if scope.everything:
        return EVERYTHING
    found = tuple(name for name in _LISTS if getattr(scope, name))
    return (*found, "person") if scope.person else found


def values(scope: Scope) -> dict[str, Any]:
    """What the query of its kind is given, by the names of `placeholders`."""
    if scope.everything:
        return {}
    found = {f"scope_{name}": list(getattr(scope, name)) for name in parts(scope) if name in _LISTS}
    return found | ({"scope_person": scope.person} if scope.person else {})


def placeholders(kind: Parts) -> Mapping[str, Any]:
    """What stands in the query for each of them."""
    return {name: bindparam(f"scope_{name}", expanding=name in _LISTS) for name in kind}


def fields(scope: Scope) -> Mapping[str, Any]:
    """The same with the values themselves, for a query that is put together for one reader."""
    return {name: getattr(scope, name) for name in parts(scope)}
