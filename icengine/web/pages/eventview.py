"""Events in words, as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from icengine.domain.access import Permit, Subject, may
from icengine.domain.calendar import clock_time, local_date
from icengine.domain.happening import (
    ACTION,
    CARRIED,
    MAILS,
    OPENED,
    PHRASES,
    SHARED,
    YEARLY,
    cut_pair,
    slot_words,
    task_of_mail,
    tasks_about,
)
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.text import one_line, shown
from icengine.domain.trail import Entry, Page, Wanted
from icengine.domain.words import capital
from icengine.services.audit import PROVED, Proof
from icengine.services.login import Visitor
from icengine.store.plans import PlanSummary
from icengine.web.pages import wording
from icengine.web.pages.taskview import Day

FEW, SHORT = 5, 160
"""Changes of an event in the list, and characters of each text in them."""
KEYS = {
    "version": "Version", "dnr": "Dnr", "date": "Datum", "paragraph": "Paragraf",
    "sha256": "Innehållets summa", "planned": "Planerade tillfällen",
    "cancelled": "Tillfällen som utgick", "added": "Nya kontroller",
    "removed": "Borttagna kontroller", "changed": "Ändrade kontroller",
    "opened": "Öppnade tillfällen", "mails": "Mejl", "sent": "Skickade", "failed": "Gick inte fram",
    "withdrawn": "Inställda", "subject": "Ämne", "method": "Hur", "session": "Inloggningens nummer",
    "roles": "Roller från kontot", "others": "Andra inloggningar", "person": "Personens nummer",
    "format": "Format", "wanted": "Urval", "last": "Sista händelsen", "head": "Summa",
    "kept": "Sparad summa", "unit": "Enhet", "moved": "Kontrolltillfällen som fick ny ansvarig",
}  # fmt: skip
"""What a payload's keys are called on the page of an event."""
ELSEWHERE = ("behalf", "origin", "changes", "sound", "found", "faults", "more")
"""Keys that the page shows in its own way."""


@dataclass(frozen=True)
class Asked:
    """What a page is asked for."""

    wanted: Wanted
    before: int | None
    wrong: tuple[str, ...]
    """Fields whose date is none."""

    @property
    def values(self) -> dict[str, str]:
        """By field of the form; "" for what is not asked for."""
        wanted = self.wanted
        return {
            "plan": wanted.plan,
            "kontroll": wanted.control,
            "enhet": wanted.unit,
            "vem": wanted.person,
            "vad": wanted.kind,
            "fran": wanted.start.isoformat() if wanted.start else "",
            "till": wanted.end.isoformat() if wanted.end else "",
        }


@dataclass(frozen=True)
class Line:
    """A change: from what to what."""

    what: str
    before: str
    after: str
    plain: bool = False
    """Nothing is compared: `after` is what there is to say."""


@dataclass(frozen=True)
class EventLine:
    """An event in the list."""

    seq: int
    at: Day
    """The time of day."""
    who: str
    who_link: str
    """To everything of theirs."""
    origin: str
    phrase: str
    concerns: str
    concerns_link: str
    """To everything about it; "" where there is no such page."""
    lines: tuple[Line, ...]
    more: int
    """Lines that only the event's own page has."""


@dataclass(frozen=True)
class LogView:
    """The page of events."""

    days: tuple[tuple[Day, tuple[EventLine, ...]], ...]
    values: dict[str, str]
    """What was asked for, by field."""
    asked: bool
    """Was anything?"""
    wrong: tuple[str, ...]
    plans: tuple[tuple[str, str], ...]
    """(key, name)."""
    people: tuple[tuple[str, str], ...]
    """(what to ask for, name)."""
    functions: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]
    older: str
    """Address of the page with those before; "" where there are none."""
    newest: str
    """Address of the first page; "" on it."""
    csv: str
    jsonl: str
    proof: str
    """ "i dag kl. 06.00"; "" where nobody has proved the log, or that may not be seen."""
    proof_link: str
    proof_sound: bool


def log_view(
    me: Visitor,
    page: Page,
    asked: Asked,
    plans: Sequence[PlanSummary],
    proof: Proof | None,
    now: datetime,
) -> LogView:
    """The list in words."""
    today = local_date(now)
    grouped = groupby(page.entries, key=lambda entry: local_date(entry.at))
    days = tuple((_day(day, today), tuple(_line(e) for e in all)) for day, all in grouped)
    functions = tuple(
        one_line(f.name)
        for f in me.organisation.functions
        if may(me.person, Permit.KNOW, Subject(f.unit))
    )
    return LogView(
        days=days,
        values=asked.values,
        asked=any(asked.values.values()),
        wrong=asked.wrong,
        plans=_plans(me, plans, asked.wanted.plan),
        people=_people(page.entries, asked.wanted.person, functions),
        functions=functions,
        kinds=tuple(sorted(PHRASES.items(), key=lambda pair: pair[1])),
        older=_address(asked, fore=str(page.older)) if page.older else "",
        newest=_address(asked) if asked.before else "",
        csv=_address(asked, page="/handelser/export", format="csv"),
        jsonl=_address(asked, page="/handelser/export", format="jsonl"),
        proof=wording.recent(proof.at, today) if proof else "",
        proof_link=f"/handelser/{proof.seq}" if proof else "",
        proof_sound=proof is not None and proof.sound,
    )


def _address(asked: Asked, page: str = "/handelser", **more: str) -> str:
    query = urlencode({name: value for name, value in (asked.values | more).items() if value})
    return f"{page}?{query}" if query else page


def _plans(me: Visitor, plans: Sequence[PlanSummary], key: str) -> tuple[tuple[str, str], ...]:
    found = []
    for plan in plans:
        unit = me.organisation.unit(plan.unit)
        found.append((plan.key, f"{one_line(unit.name) if unit else plan.unit} {plan.year}"))
    known = not key or any(key == plan.key for plan in plans)
    return tuple(found) if known else (*found, (key, key))


def _people(
    entries: Iterable[Entry], asked: str, functions: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Whom the page tells of, each once, and whoever is asked for."""
    found: dict[str, str] = {}
    for entry in entries:
        found.setdefault(entry.who.asked, entry.who.name.partition(", för ")[0])
    if asked and asked not in functions:
        found.setdefault(asked, f"Person {asked}" if asked.isdecimal() else asked)
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def _day(day: date, today: date) -> Day:
    return Day(day.isoformat(), capital(wording.weekday(day, today)))


def _line(entry: Entry) -> EventLine:
    lines = _lines(entry)
    few = tuple(
        line
        if line.plain
        else Line(
            one_line(line.what), *cut_pair(one_line(line.before), one_line(line.after), SHORT)
        )
        for line in lines[:FEW]
    )
    return EventLine(
        seq=entry.seq,
        at=Day(entry.at.isoformat(), clock_time(entry.at)),
        who=one_line(entry.who.name),
        who_link=f"/handelser?{urlencode({'vem': entry.who.asked})}" if entry.who.asked else "",
        origin=entry.origin,
        phrase=entry.phrase,
        concerns=one_line(entry.concerns),
        concerns_link=_concerns_link(entry),
        lines=few,
        more=len(lines) - len(few),
    )


def _concerns_link(entry: Entry) -> str:
    what = entry.subject.partition(":")[0]
    if (
        what not in ("plan", "riskregister", "kontrolltillfälle", ACTION, SHARED, YEARLY, CARRIED)
        or not entry.things
    ):
        return ""
    thing = entry.things[0]
    asked = {"plan": thing.plan} | ({"kontroll": thing.control} if thing.control else {})
    return f"/handelser?{urlencode(asked)}"


def _lines(entry: Entry) -> tuple[Line, ...]:
    """What it changed, and what it was about where that is many things."""
    found = [Line(*change) for change in entry.changes]
    for key in (OPENED, *MAILS):
        names = entry.payload.get(key, ())
        if isinstance(names, list | dict) and names:
            words = _words(entry, key, names)
            more = [f"och {len(words) - FEW} till"] if len(words) > FEW else []
            found.append(Line(KEYS[key], "", "; ".join([*words[:FEW], *more]), plain=True))
    if entry.kind == PROVED:
        sound = "hel" if entry.payload.get("sound") else "inte hel"
        found.append(Line("Loggen var", "", sound, plain=True))
    return tuple(found)


def _words(entry: Entry, key: str, names: Iterable[Any]) -> list[str]:
    """What tasks and mails are called, each once."""
    tasks = [str(name) if key == OPENED else task_of_mail(str(name)) for name in names]
    return list(dict.fromkeys(_task(entry, task) for task in tasks))


def _task(entry: Entry, key: str) -> str:
    thing = next(tasks_about([key]), None)
    if thing is None:
        return "om något annat än en kontroll"
    if thing in entry.protected:
        return f"{thing.control} i {thing.plan}, {SEPARATELY}"
    return f"{thing.control} i {thing.plan}, {slot_words(key.rpartition('/')[2])}"


# -- one event --


@dataclass(frozen=True)
class EventView:
    """One event, whole."""

    line: EventLine
    at: Day
    lines: tuple[Line, ...]
    details: tuple[tuple[str, tuple[str, ...]], ...]
    """(what, lines)."""
    whole: bool
    hidden: bool
    disposed: bool
    digest: str
    previous: str
    previous_seq: int
    """Number of the event before; 0 for the first one."""
    previous_shown: bool
    """It has a page for the reader."""
    hash: str
    sum: str
    proof: str
    """ "hel" or "fel" for a proof of the log; "" for other events."""
    kept: str
    """The sum that was given to be looked for."""
    found: bool
    """It is in the log."""
    faults: tuple[str, ...]
    more_faults: int


def event_view(entry: Entry, previous: bool) -> EventView:
    """The event in words; `previous`: the reader may see the one before it too."""
    payload = entry.payload
    proof = ("hel" if payload.get("sound") else "fel") if entry.kind == PROVED else ""
    return EventView(
        line=replace(_line(entry), lines=()),
        at=Day(entry.at.isoformat(), wording.moment(entry.at)),
        lines=tuple(Line(one_line(a), shown(b), shown(c)) for a, b, c in entry.changes),
        details=tuple(
            (KEYS.get(key, capital(key)), _detail(entry, key, value))
            for key, value in payload.items()
            if key not in ELSEWHERE and value not in ("", None, [], {})
        ),
        whole=entry.whole,
        hidden=entry.hidden,
        disposed=entry.disposed,
        digest=entry.digest,
        previous=entry.previous,
        previous_seq=entry.seq - 1,
        previous_shown=previous,
        hash=entry.hash,
        sum=f"{entry.seq}:{entry.hash}",
        proof=proof,
        kept=str(payload.get("kept", "")) if proof else "",
        found=payload.get("found") is not False,
        faults=tuple(map(str, payload.get("faults", ()))) if proof else (),
        more_faults=int(payload.get("more", 0)) if proof else 0,
    )


def _detail(entry: Entry, key: str, value: Any) -> tuple[str, ...]:
    if key == OPENED or (key in MAILS and isinstance(value, list | dict)):
        return tuple(_words(entry, key, value))
    if isinstance(value, dict):
        return tuple(
            f"{one_line(str(name))}: {one_line(str(said))}" for name, said in value.items()
        )
    if isinstance(value, list):
        return tuple(
            one_line(", ".join(map(str, item)) if isinstance(item, list) else str(item))
            for item in value
        )
    return (one_line(str(value)),)
