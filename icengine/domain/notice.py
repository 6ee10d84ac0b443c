"""Which notice is owed to whom, as a value: no text for the reader, no secret.

A notice is stored whole in the outbox and becomes an e-mail when it is delivered, so that what is
said is right on the day it is sent.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any


class NoticeKind(StrEnum):
    """Why a mail is owed."""

    OPENED = "öppnad"
    """A task has opened and asks for its owner's answer."""


@dataclass(frozen=True)
class Notice:
    """One mail owed to one person about one task."""

    kind: NoticeKind
    email: str
    """Who gets it."""
    function: str
    """The function the receiver answers for: "Ekonomichefen"."""
    task_key: str
    """The task's stable name: "ks-2022/K3/ks/2022-02"."""
    version: int
    """The plan version the task followed when the notice was owed."""
    organisation: str
    unit: str
    """Name of the unit whose plan asks."""
    year: int
    """Plan year."""
    title: str
    """The control's title."""
    what: str
    """The kontrollmoment."""
    method: str
    """A line per step."""
    sample: str
    period: str
    """The window's label: "februari 2022"."""
    due: date
    contact: str
    """The controllers' function."""
    contact_email: str
    """Where an answer to the mail goes; "" where nobody holds the contact function."""
    accent: str
    """The organisation's colour, #RRGGBB."""
    protected: bool = False
    """An ordinary mail may then say only that there is a task."""

    @property
    def key(self) -> str:
        """Stable name: owed once however often it is computed, and again when a revision asks."""
        return f"{self.kind}:{self.task_key}:{self.version}:{self.email}"

    def to_json(self) -> dict[str, Any]:
        """Plain values for the outbox."""
        return {**asdict(self), "kind": str(self.kind), "due": self.due.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Notice:
        """The notice as it was stored; KeyError where a field is missing."""
        known = {f.name: stored[f.name] for f in fields(cls)}
        known |= {"kind": NoticeKind(stored["kind"]), "due": date.fromisoformat(stored["due"])}
        return cls(**known)
