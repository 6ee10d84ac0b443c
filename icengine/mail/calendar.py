"""Dates as a calendar file, for a mail's attachment and for a subscribed address.

A calendar is shared more freely than a mail: a file holds no link with a secret and no result, and of
what is protected only that there is something to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from icengine.domain.text import one_line

PRODUCT = "-//Internkontroll//SV"
FIRST = date(2020, 1, 1)
"""The day that versions count from."""
REFRESH = timedelta(hours=6)
"""How often a program that subscribes is asked to look again."""


@dataclass(frozen=True)
class Entry:
    """One date: a whole day, for a task or an åtgärd."""

    key: str
    """Its stable name: the same event however often its date moves."""
    title: str
    day: date
    text: str = ""


def calendar_file(
    entries: Sequence[Entry], *, name: str, today: date, domain: str, subscribed: bool = False
) -> bytes:
    """The entries as iCalendar (RFC 5545); the same bytes for the same entries on the same day.

    An event's SEQUENCE grows with the day, so that a program that has an earlier one lets the later
    hold, wherever its date has moved.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if subscribed:
        calendar.add("x-wr-calname", one_line(name))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")
    for entry in entries:
        calendar.add_component(_event(entry, today, domain))
    return bytes(calendar.to_ical())


def _event(entry: Entry, today: date, domain: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{domain}")
    event.add("dtstamp", datetime.combine(today, time(), UTC))
    event.add("sequence", (today - FIRST).days)
    event.add("summary", one_line(entry.title))
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    if entry.text:
        event.add("description", one_line(entry.text))
    return event


def task_entry(task_key: str, title: str, due: date, *, unit: str, protected: bool) -> Entry:
    """A task's last day, by the task's stable name."""
    key = f"uppgift-{hashlib.sha256(task_key.encode()).hexdigest()[:16]}"
    if protected:
        return Entry(key, "Du har en uppgift i internkontrollen", due, IN_MAIL)
    return Entry(key, f"Lämna in senast: {title}", due, f"{unit}. {IN_MAIL}")


def action_entry(action: int, text: str, due: date, *, word: str, protected: bool) -> Entry:
    """An åtgärd's last day; `word` is what the organisation calls it."""
    key = f"atgard-{action}"
    if protected:
        return Entry(key, f"Du har {word} i internkontrollen", due, IN_MAIL)
    return Entry(key, f"Klart senast: {one_line(text)[:120]}", due, IN_MAIL)


IN_MAIL = "Länken finns i mejlet."
