"""The audit trail as values: what is asked for, and an event as somebody may read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from icengine.domain.happening import (
    ACTION,
    CARRIED,
    SHARED,
    YEARLY,
    About,
    phrase,
    slot_words,
)
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.words import capital

SUBJECTS = {"enhet": "Enheten", "funktion": "Funktionen", "händelse": "Händelse"}
"""What the log's subjects are called."""


@dataclass(frozen=True)
class Whom:
    """Somebody whose events are asked for, by every way that the log names them."""

    emails: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()
    """People's."""
    links: frozenset[int] = frozenset()
    """Links in mails: their holder's."""
    systems: frozenset[str] = frozenset()
    """"tidtabellen"."""


@dataclass(frozen=True)
class Wanted:
    """Which events are asked for; what is empty does not matter."""

    plan: str = ""
    control: str = ""
    unit: str = ""
    person: str = ""
    """Whose: a number, an address, a function or "länk:7"."""
    kind: str = ""
    start: date | None = None
    """First day."""
    end: date | None = None
    """Last day."""

    def to_json(self) -> dict[str, str]:
        """What is asked for, as an event holds it."""
        values = {
            "plan": self.plan,
            "control": self.control,
            "unit": self.unit,
            "person": self.person,
            "kind": self.kind,
            "from": self.start.isoformat() if self.start else "",
            "to": self.end.isoformat() if self.end else "",
        }
        return {key: value for key, value in values.items() if value}


@dataclass(frozen=True)
class Somebody:
    """Who did something, as it is told today."""

    name: str
    """"Ekonomichefen", "Tidigare medarbetare 12", "Tidtabellen"."""
    asked: str
    """What to ask for as `Wanted.person` to see more of theirs; "" where nothing would be found."""


@dataclass(frozen=True)
class Entry:
    """An event, as much of it as the reader may see."""

    seq: int
    at: datetime
    actor: str
    """As the log names them: "person:12", "länk:7", "system:tidtabellen"."""
    who: Somebody
    kind: str
    subject: str
    """What it happened to, as the log names it."""
    about_whom: str
    """Name of the person it happened to; "" where it did not happen to a person."""
    things: tuple[About, ...]
    """What it is about, as far as the reader may see it."""
    protected: frozenset[About]
    """Those of them that are protected controls."""
    payload: dict[str, Any] = field(hash=False)
    """As much as the reader may see; {} where it is gallrad."""
    whole: bool
    """Is that all of it?"""
    hidden: bool
    """Is it about a protected control that the reader may not see?"""
    disposed: bool
    """Its payload is gallrad."""
    salt: str
    """What proves the payload; "" where that is not whole."""
    digest: str
    previous: str
    hash: str

    @property
    def phrase(self) -> str:
        """What happened."""
        return phrase(self.kind)

    @property
    def behalf(self) -> str:
        """For which function; "" where it says none."""
        return str(self.payload.get("behalf", ""))

    @property
    def origin(self) -> str:
        """The network address it came from; "" where it came from none."""
        return str(self.payload.get("origin", ""))

    @property
    def concerns(self) -> str:
        """What it happened to, in words; of a protected control its number.

        "" where what happened says it.
        """
        what, _, name = self.subject.partition(":")
        if what == "kontrolltillfälle" and self.things:
            control = self.things[0].control
            if self.hidden:
                return f"{control}, {SEPARATELY}"
            return f"{control} i {self.things[0].plan}, {slot_words(name.rpartition('/')[2])}"
        if what == ACTION and self.things:
            control, number = self.things[0].control, name.rpartition("/")[2]
            if self.hidden:
                return f"{number} till {control}, {SEPARATELY}"
            about = f" till {control}" if control else ""
            return f"{number}{about} i {self.things[0].plan}"
        if what in (SHARED, YEARLY, CARRIED) and self.things:
            said = f", {SEPARATELY}" if self.hidden else f" i {self.things[0].plan}"
            return f"{self.things[0].control}{said}"
        if what == "plan":
            return f"Planen {name}"
        if what == "riskregister":
            return f"Riskregistret för {name}"
        if self.about_whom:
            return self.about_whom
        return f"{SUBJECTS.get(what, capital(what))} {name}" if name else ""

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        """(what, before, after)."""
        lines = self.payload.get("changes", ())
        return tuple((str(a), str(b), str(c)) for a, b, c in lines)


@dataclass(frozen=True)
class Page:
    """Some events, the newest first."""

    entries: tuple[Entry, ...]
    older: int | None
    """Number to ask for those before; None where these are the last."""
