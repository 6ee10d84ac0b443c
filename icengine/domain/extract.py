"""A person's register extract: everything that is stored about them, ready to read and to hand over.

It names nobody else: other people's addresses are left out, and of what somebody wrote in an answer or
a comment it says where it is and not what it says. What is protected is said to be there and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icengine.domain.calendar import clock_time, local_date

WITHHELD = "redovisas separat"
"""Said in place of what is protected."""


@dataclass(frozen=True)
class Section:
    """One kind of what is stored."""

    id: str
    title: str
    why: str
    """What it is and why it is there, as a sentence."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Extract:
    """All that is stored about one person."""

    organisation: str
    number: int | None
    """By which the log names them; None where they have none."""
    email: str
    """"" where it is gallrad."""
    made_at: datetime
    sections: tuple[Section, ...]

    @property
    def count(self) -> int:
        """Rows in all."""
        return sum(len(section.rows) for section in self.sections)

    def to_json(self) -> dict[str, Any]:
        """Plain values, with the words that the page has."""
        return {
            "organisation": self.organisation,
            "person": {"nummer": self.number, "e-post": self.email or None},
            "framtaget": moment(self.made_at),
            "delar": [
                {
                    "rubrik": section.title,
                    "varför": section.why,
                    "uppgifter": [
                        dict(zip(section.columns, row, strict=True)) for row in section.rows
                    ],
                }
                for section in self.sections
            ],
        }

    def to_text(self) -> str:
        """The same to read and to print."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"Registerutdrag ur internkontrollen, {self.organisation}"
        yield f"Framtaget {moment(self.made_at)}"
        for section in self.sections:
            yield from ("", section.title.upper(), section.why)
            for row in section.rows:
                yield ""
                pairs = zip(section.columns, row, strict=True)
                yield from (f"  {name}: {value}" for name, value in pairs if value)
            if not section.rows:
                yield "  Inget."


def moment(instant: datetime | None) -> str:
    """ "2026-03-01 kl. 08.00", Swedish time; "" for none."""
    return f"{local_date(instant).isoformat()} {clock_time(instant)}" if instant else ""
