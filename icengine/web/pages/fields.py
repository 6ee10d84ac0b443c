"""Forms whose fields are data: what is shown, what was typed, and what is wrong with it.

One template shows them all, so that every field has its label, its hint and its fault where a
reader, a keyboard and a screen reader look for them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from icengine.domain.address import address_fault
from icengine.domain.calendar import swedish_date
from icengine.domain.reading import COLOUR, FIRST_YEAR, LAST_YEAR
from icengine.domain.task import read_date
from icengine.domain.text import one_line, recorded

LONGEST = 20_000
"""Characters of a field that are looked at; no page needs more."""


@dataclass(frozen=True)
class Choice:
    """Something to choose."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """A field of a form."""

    name: str
    label: str
    kind: str = "text"
    """text (with choices: proposals), email, date, color, area, select, radio (one of the choices, each
    with its hint), checks (any of the choices) or yes (one box)."""
    hint: str = ""
    value: str = ""
    """What stands in it; "ja" for a box that is ticked."""
    choices: tuple[Choice, ...] = ()
    chosen: frozenset[str] = frozenset()
    """Values of the choices that are ticked."""
    saved: str = ""
    """What somebody else has saved there meanwhile."""
    fault: str = ""
    group: str = ""
    """Heading of the fields that it stands among; a new one begins a new group."""

    @property
    def input(self) -> str:
        """Kind of input: a date or colour field would hide what is neither, and lose it."""
        hidden = (self.kind == "date" and self.value and not read_date(self.value)) or (
            self.kind == "color" and not COLOUR.fullmatch(self.value)
        )
        return "text" if hidden else self.kind

    @property
    def shown(self) -> str:
        """What stands in it, in words."""
        if self.kind == "yes":
            return "ja" if self.value else "nej"
        if self.kind == "checks":
            return ", ".join(c.label for c in self.choices if c.value in self.chosen) or "inget"
        if self.kind in ("select", "radio"):
            return next((c.label for c in self.choices if c.value == self.value), self.value)
        day = read_date(self.value) if self.kind == "date" else None
        return swedish_date(day) if day else self.value


@dataclass(frozen=True)
class Form:
    """A page with one form."""

    title: str
    fields: tuple[Field, ...]
    button: str
    back: str
    """Address of the page that it belongs to."""
    back_word: str
    lead: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    notes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What a group of fields is for, by its heading."""
    template: str = "formular.html"
    """The page that shows it, where it has one of its own."""

    def __getitem__(self, name: str) -> Field:
        """The field of that name; KeyError where there is none."""
        return {field.name: field for field in self.fields}[name]

    def typed(self, sent: Mapping[str, str]) -> Form:
        """The form with what was sent in it."""
        return replace(self, fields=tuple(_typed(field, sent) for field in self.fields))

    def beside(self, stored: Form) -> Form:
        """The form with what is stored now beside what was typed."""
        now = {field.name: field.shown for field in stored.fields}
        fields = (
            replace(field, saved=now.get(field.name, ""))
            if now.get(field.name, field.shown) != field.shown
            else field
            for field in self.fields
        )
        return replace(self, fields=tuple(fields))

    def with_faults(self, faults: Mapping[str, str]) -> Form:
        """The form with what is wrong, each at its field."""
        fields = (replace(field, fault=faults.get(field.name, "")) for field in self.fields)
        return replace(self, fields=tuple(fields))

    @property
    def groups(self) -> tuple[tuple[str, tuple[Field, ...]], ...]:
        """The fields under their headings."""
        return tuple((head, tuple(some)) for head, some in groupby(self.fields, lambda f: f.group))

    @property
    def wrong(self) -> tuple[Field, ...]:
        """The fields with a fault, in the order of the page."""
        return tuple(field for field in self.fields if field.fault)


def _typed(field: Field, sent: Mapping[str, str]) -> Field:
    if field.kind == "checks":
        ticked = (c.value for c in field.choices if box(field.name, c.value) in sent)
        return replace(field, chosen=frozenset(ticked))
    if field.kind == "yes":
        return replace(field, value="ja" if field.name in sent else "")
    text = sent.get(field.name, "")[:LONGEST]
    return replace(field, value=recorded(text) if field.kind == "area" else one_line(text))


def box(name: str, value: str) -> str:
    """Name of the box of one choice among several."""
    return f"{name}-{value}"


LEADS = ("risken att", "på grund av", "vilket kan leda till")
"""How the parts of the sentence about a risk begin: the sentence says it, and the field need not."""


def without_lead(key: str, text: str) -> str:
    """What was typed in a part of the sentence, where its own first words were typed too."""
    if key not in LEADS:
        return text
    return re.sub(rf"\A\s*{key}\b[\s…:]*", "", text, flags=re.IGNORECASE)


class Reading:
    """A form with what was typed into it, being read; every fault is noted at its field."""

    def __init__(self, form: Form) -> None:
        self.fields = {field.name: field for field in form.fields}
        self.faults: dict[str, str] = {}

    def wrong(self, name: str, fault: str) -> None:
        """Note a fault; the first of a field stands."""
        self.faults.setdefault(name, fault)

    def line(self, name: str, missing: str = "") -> str:
        """A line of text; `missing` is the fault of an empty one."""
        text = self.fields[name].value
        if not text and missing:
            self.wrong(name, missing)
        return text

    def day(self, name: str, missing: str = "") -> date | None:
        """A date; None where it is empty, or none."""
        text = self.line(name, missing)
        if not text:
            return None
        found = read_date(text)
        if found is None:
            self.wrong(name, f"”{text[:40]}” är inget datum. Skriv till exempel 2026-09-30.")
        elif not FIRST_YEAR <= found.year <= LAST_YEAR:
            self.wrong(name, f"Välj ett datum mellan åren {FIRST_YEAR} och {LAST_YEAR}.")
            return None
        return found

    def time(self, first: str, last: str, missing: str = "") -> tuple[date | None, date | None]:
        """First and last day."""
        start, end = self.day(first, missing), self.day(last, missing)
        if start and end and end < start:
            self.wrong(last, "Sista dagen kommer före den första.")
        return start, end

    def email(self, name: str, domains: Collection[str]) -> str:
        """An address of the organisation."""
        text = self.fields[name].value.casefold()
        fault = address_fault(text, domains) if text else "Skriv e-postadressen."
        if fault:
            self.wrong(name, fault)
        return text

    def choice(self, name: str, missing: str) -> str:
        """One of a list."""
        field = self.fields[name]
        if field.value not in {choice.value for choice in field.choices} or not field.value:
            self.wrong(name, missing)
        return field.value

    def yes(self, name: str) -> bool:
        """Is the box ticked?"""
        return bool(self.fields[name].value)

    def checks(self, name: str) -> tuple[str, ...]:
        """The choices that are ticked, in their order."""
        field = self.fields[name]
        return tuple(c.value for c in field.choices if c.value in field.chosen)


def nothing_or(choices: Iterable[Choice], word: str) -> tuple[Choice, ...]:
    """A list to choose from that begins with nothing chosen."""
    return (Choice("", word), *choices)
