"""The controller's weekly summary: what is late, what is due, what waits for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from icengine.domain.notice import WeeklyNotice
from icengine.domain.text import one_line
from icengine.domain.week import Line, Week
from icengine.domain.words import capital, listed, many
from icengine.mail.compose import (
    common_values,
    domain,
    due_in_words,
    message_id,
    named,
    render,
    tidy,
)
from icengine.mail.mailer import Email

MOST_LINES = 10
"""Lines of each kind; the page has them all."""


@dataclass(frozen=True)
class Part:
    """A part of the summary."""

    heading: str
    urgent: bool
    lines: tuple[tuple[str, str], ...]
    """(what, about it)."""
    more: int
    """Lines that are left out."""


def compose_week(notice: WeeklyNotice, week: Week, *, link: str, today: date, sender: str) -> Email:
    """The mail for a controller, as things stand on `today`; `link` asks for a login."""
    number = int(notice.week.rpartition("W")[2])
    late = (
        *([many(len(week.late), "försenat svar", "försenade svar", "ett")] if week.late else []),
        *([many(week.actions, "försenad åtgärd", "försenade åtgärder")] if week.actions else []),
    )
    told = listed(late) or "inget försenat"
    values = common_values(notice, link) | {
        "heading": f"Internkontrollen vecka {number}",
        "subject": f"Internkontrollen vecka {number}: {told}",
        "lead": "Det här väntar i de enheter där du är controller.",
        "parts": list(_parts(week, today)),
        "action": "Logga in och se allt",
        "question": "Undrar du över något?",
        "reason": "Du får mejlet som controller, första arbetsdagen i veckan när något väntar.",
    }
    for name in ("reply", "why"):
        values[name] = one_line(render(f"{name}.txt", values))
    return Email(
        to=notice.email,
        subject=str(values["subject"]),
        text=tidy(render("weekly/body.txt", values)),
        html=render("weekly/body.html", values),
        message_id=message_id(notice.key, domain(sender)),
        references=(message_id(f"veckan:{notice.email}", domain(sender)),),
        reply_to=str(values["answered_to"]),
        sender=named(sender, f"Internkontroll {one_line(notice.organisation)}"),
    )


def _parts(week: Week, today: date) -> list[Part]:
    parts = [
        _tasks("Försenade svar", week.late, today, urgent=True),
        _tasks("Svar som väntar på att läsas", week.unread, today),
        _tasks("Ska lämnas in den här veckan", week.due, today),
        _texts("Utan ansvarig", [f"{capital(one_line(text))}." for text in week.unheld], True),
        _texts(
            "Frågor från ansvariga", [f"{week.requests} väntar på besked."] * bool(week.requests)
        ),
        _texts(
            "Åtgärder", [f"{week.actions} skulle ha varit klara."] * bool(week.actions), urgent=True
        ),
        _texts("Mejl som inte kom fram", week.refused, urgent=True),
    ]
    return [part for part in parts if part.lines]


def _tasks(heading: str, lines: Sequence[Line], today: date, urgent: bool = False) -> Part:
    shown = [
        (
            one_line(line.title),
            ", ".join(
                (
                    one_line(line.owner) or "ingen utsedd",
                    one_line(line.unit),
                    due_in_words(line.due, today).short,
                )
            ),
        )
        for line in lines[:MOST_LINES]
    ]
    count = f"{heading}: {len(lines)}"
    return Part(count, urgent, tuple(shown), max(len(lines) - MOST_LINES, 0))


def _texts(heading: str, texts: Sequence[str], urgent: bool = False) -> Part:
    shown = tuple((one_line(text), "") for text in texts[:MOST_LINES])
    return Part(heading, urgent, shown, max(len(texts) - MOST_LINES, 0))
