"""A plan that is being written: what stands in it, under the plan file's keys, right or not yet.

A draft need not be whole: what is written is kept, and the reader of files says what is missing. So
the file, the workbook and the page have the same reader and the same rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from icengine.domain.document import read_plan
from icengine.domain.node import Problem, as_node
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan

Document = dict[str, Any]
"""Texts, lists and mappings under the plan file's keys, as `node.plain` gives them."""


class DraftState(StrEnum):
    """How far a version has come on its way to being adopted."""

    DRAFT = "utkast"
    """It is being written."""
    CANDIDATE = "till beslut"
    """Its content is fixed, and it waits for the decision."""


@dataclass(frozen=True)
class Draft:
    """The version of a plan that is being written, or waits for its decision."""

    key: str
    """The plan's key: "ks-2026"."""
    unit: str
    year: int
    number: int
    """The version it becomes when it is adopted."""
    revision: int
    """Counts the saves."""
    state: DraftState
    document: Document
    changed_at: datetime
    by: str
    """Who saved it last, as the log names them."""
    fixed: str = ""
    """Canonical JSON of the plan as it was sent to the decision; "" before that."""
    sha256: str = ""
    """Of that."""
    dnr: str = ""
    reasons: Mapping[str, str] | None = None
    """Why what is unwise is right here: finding -> reason."""


def read_draft(document: Document, organisation: Organisation) -> tuple[Plan | None, list[Problem]]:
    """The plan, or every problem with what is written; a place is the path of keys to it."""
    return read_plan(as_node(document, "utkastet"), organisation)


def mark(part: object) -> str:
    """A short sign of a part of a document: whoever changes it says which they saw."""
    text = json.dumps(part, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def entries(document: Document, key: str = "risker") -> Iterator[Document]:
    """The entries of a list of the document that are mappings; nothing where it is no list."""
    listed = document.get(key)
    if isinstance(listed, list):
        yield from (entry for entry in listed if isinstance(entry, dict))


def entry(document: Document, id: str, key: str = "risker") -> Document | None:
    """The entry with that id; None where there is none."""
    return next((item for item in entries(document, key) if item.get("id") == id), None)


def ids(document: Document) -> set[str]:
    """Every id in use in the document: of risks, left-out risks, controls and direktåtgärder."""
    found = set()
    for key in ("risker", "utelämnade risker"):
        for risk in entries(document, key):
            found.add(str(risk.get("id", "")))
            for below in ("kontroller", "direktåtgärder"):
                found |= {str(item.get("id", "")) for item in entries(risk, below)}
    return found - {""}
