"""From a Notice to an Email: the words of each mail lie in `templates/<notice>/`.

An ordinary e-mail says what to check, how and by when, and holds one link; never a result. For a
protected control it says only that there is a task. Nothing of such a control reaches a template.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from email.headerregistry import Address
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from icengine.domain.calendar import clock_time, swedish_date
from icengine.domain.notice import (
    ASKING,
    ActionNotice,
    AnyNotice,
    HeadNotice,
    LoginNotice,
    Notice,
    NoticeKind,
    ReportNotice,
)
from icengine.domain.text import one_line, shown
from icengine.domain.words import capital
from icengine.mail.calendar import Entry, action_entry, calendar_file, task_entry
from icengine.mail.colours import palette
from icengine.mail.headers import Unsendable, mailbox, name_and_address
from icengine.mail.mailer import Email

FOLDERS = {
    NoticeKind.OPENED: "opened",
    NoticeKind.REMINDER: "reminder",
    NoticeKind.LATE: "late",
    NoticeKind.ESCALATED: "escalated",
    NoticeKind.RETURNED: "returned",
    NoticeKind.APPROVED: "approved",
    NoticeKind.TO_APPROVE: "to_approve",
    NoticeKind.DELEGATED: "delegated",
    NoticeKind.ASKED: "asked",
    NoticeKind.DECIDED: "decided",
    NoticeKind.MOVED: "moved",
    NoticeKind.CLOSED: "closed",
    NoticeKind.ACTION_NEW: "action_new",
    NoticeKind.ACTION_DUE: "action_due",
    NoticeKind.ACTION_LATE: "action_late",
    NoticeKind.ACTION_DONE: "action_done",
    NoticeKind.ACTION_EFFECT: "action_effect",
    NoticeKind.LOGIN: "login",
    NoticeKind.HEAD: "head",
    NoticeKind.REPORT_ADOPTED: "report_adopted",
}
"""Where each notice's subject and lead lie."""

BUTTONS = {
    NoticeKind.ESCALATED: "Se uppgiften",
    NoticeKind.RETURNED: "Läs kommentaren och komplettera",
    NoticeKind.APPROVED: "Se svaret",
    NoticeKind.TO_APPROVE: "Läs svaret",
    NoticeKind.ASKED: "Läs och svara",
    NoticeKind.DECIDED: "Läs beskedet",
    NoticeKind.CLOSED: "Läs varför",
    NoticeKind.ACTION_DONE: "Läs och bekräfta",
    NoticeKind.ACTION_EFFECT: "Svara på frågan",
}
"""What the button says, where it is not to answer or to tell how it goes."""

LINE = 72
"""Characters in a line of the text part; a link is never broken."""

_MARKER = re.compile(r"(?:\d{1,2}[.)]|[-–•*])\s+")


@dataclass(frozen=True)
class Due:
    """The due date in words, as it stands on the day the mail is read."""

    full: str
    """"fredag 30 oktober 2026"."""
    day: str
    """"fredag 30 oktober", with the year where it is another than today's."""
    short: str
    """"30 oktober", with the year where it is another than today's."""
    passed: bool
    """The day is over."""
    soon: str
    """"i dag" or "i morgon"; "" otherwise."""


def compose(
    notice: Notice | ActionNotice | LoginNotice | HeadNotice | ReportNotice,
    *,
    link: str,
    today: date,
    sender: str,
) -> Email:
    """The mail for a notice, as it reads when it leaves on `today`.

    `link` is the page where the receiver answers; a masked one ("https://…/svar/•••") gives a copy
    to show. `sender` is an address, or a name and an address; without a name the organisation's is
    put before it. A mail with the log's sum has no link: "".
    """
    values = common_values(notice, link)
    if isinstance(notice, Notice):
        values |= _task_values(notice, today)
    elif isinstance(notice, ActionNotice):
        values |= _action_values(notice, today)
    elif isinstance(notice, LoginNotice):
        values |= _login_values(notice)
    elif isinstance(notice, ReportNotice):
        values |= _report_values(notice)
    else:
        values |= _head_values(notice)
    folder = FOLDERS[notice.kind]
    for name, part in (
        ("subject", f"{folder}/subject.txt"),
        ("lead", f"{folder}/lead.txt"),
        ("reply", "reply.txt"),
        ("why", "why.txt"),
    ):
        values[name] = one_line(render(part, values))
    ours = domain(sender)
    return Email(
        to=notice.email,
        subject=str(values["subject"]),
        text=tidy(render(f"{_body(notice)}/body.txt", values)),
        html=render(f"{_body(notice)}/body.html", values),
        message_id=message_id(notice.key, ours),
        references=thread(notice, ours),
        reply_to=str(values["answered_to"]),
        sender=named(sender, f"Internkontroll {one_line(notice.organisation)}"),
        calendar=dates([notice], today, ours),
    )


DATED = ASKING | {
    NoticeKind.MOVED,
    NoticeKind.DECIDED,
    NoticeKind.ACTION_NEW,
    NoticeKind.ACTION_DUE,
}
"""Kinds with a date to put in a calendar."""


def dates(notices: Iterable[AnyNotice], today: date, domain: str) -> bytes:
    """The dates to come of a mail, as a calendar file; b"" where there are none."""
    entries = [
        _entry(notice)
        for notice in notices
        if isinstance(notice, Notice | ActionNotice)
        and notice.kind in DATED
        and notice.due >= today
    ]
    return _dates_file(tuple(entries), today, domain) if entries else b""


@lru_cache(maxsize=64)
def _dates_file(entries: tuple[Entry, ...], today: date, domain: str) -> bytes:
    """Everybody who holds a function is sent the same."""
    return calendar_file(entries, name="Internkontroll", today=today, domain=domain)


def _entry(notice: Notice | ActionNotice) -> Entry:
    if isinstance(notice, ActionNotice):
        word = notice.words("åtgärd").count(1)
        return action_entry(
            notice.action, notice.text, notice.due, word=word, protected=notice.protected
        )
    unit, title = one_line(notice.answering or notice.unit), one_line(notice.title)
    return task_entry(notice.task_key, title, notice.due, unit=unit, protected=notice.protected)


def _body(notice: Notice | ActionNotice | LoginNotice | HeadNotice | ReportNotice) -> str:
    """Where the templates of the mail's body lie: one for all about tasks, one for åtgärder."""
    if isinstance(notice, Notice):
        return "task"
    return "action" if isinstance(notice, ActionNotice) else FOLDERS[notice.kind]


def thread(notice: AnyNotice, domain: str) -> tuple[str, ...]:
    """What the mail continues: all about one task or åtgärd stand together."""
    if isinstance(notice, Notice):
        return (message_id(f"uppgift:{notice.task_key}", domain),)
    if isinstance(notice, ActionNotice):
        return (message_id(f"åtgärd:{notice.action_key}", domain),)
    return ()


def common_values(notice: AnyNotice, link: str) -> dict[str, object]:
    """What every mail says."""
    return {
        "link": link,
        "secret": "/svar/" in link or "/logga-in/" in link,
        "late": False,
        "unasked": isinstance(notice, LoginNotice),
        "organisation": one_line(notice.organisation),
        "contact": one_line(notice.contact),
        "answered_to": _address_or_nothing(notice.contact_email),
        "colours": palette(notice.accent),
    }


def _login_values(notice: LoginNotice) -> dict[str, object]:
    """The link was asked for at a certain time, and does not last."""
    return {
        "heading": "Logga in",
        "until": clock_time(notice.expires_at),
        "question": "Var det inte du som bad om länken?",
        "reason": "Du får mejlet för att någon skrev din adress på inloggningssidan.",
    }


def _head_values(notice: HeadNotice) -> dict[str, object]:
    """The sum, and what it is good for."""
    return {
        "heading": "Händelseloggens summa",
        "day": swedish_date(notice.day),
        "number": notice.number,
        "sum": notice.sum,
        "steps": (
            "Logga in, öppna Händelser, klistra in summan och tryck på Pröva. Eller be den som "
            "sköter servern att köra icengine audit verify --head och summan.",
            "Svaret säger om loggen är hel och om summan finns i den. Saknas summan har händelser "
            "tagits bort eller bytts ut.",
        ),
        "question": "Undrar du över något?",
        "reason": "Du får mejlet, högst ett om dagen, för att den som sköter servern har angett din "
        "adress som mottagare av loggens summa.",
    }


def _report_values(notice: ReportNotice) -> dict[str, object]:
    """What was adopted, when and where it stands; never what it says."""
    title = one_line(notice.title)
    return {
        "heading": f"{title} är antagen",
        "title": title,
        "unit": one_line(notice.unit),
        "day": swedish_date(notice.decided_on),
        "paragraph": one_line(notice.paragraph),
        "dnr": one_line(notice.dnr),
        "reads": notice.reads,
        "question": "Undrar du över något?",
        "reason": f"Du får mejlet som {one_line(notice.function)}, för att ditt arbete finns med i "
        "rapporten.",
    }


def _task_values(notice: Notice, today: date) -> dict[str, object]:
    """What templates may say of a task: for a protected notice nothing about the control."""
    due = due_in_words(notice.due, today)
    asks = notice.kind in ASKING
    answer = "Öppna uppgiften" if notice.protected else "Svara på kontrollen"
    values: dict[str, object] = {
        "due": due,
        "late": due.passed and (asks or notice.kind is NoticeKind.ESCALATED),
        "asks": asks,
        "action": BUTTONS.get(notice.kind, answer),
        "owner": one_line(notice.owner or notice.function),
        "said": one_line(notice.said),
        "stage_words": "",
        "protected": notice.protected,
        "login": notice.login,
        "heading": "Du har en uppgift",
        "question": "Kan du inte svara i tid eller är det inte du som ska svara?",
        "reason": f"Du får mejlet som {one_line(notice.function)}.",
    }
    if not notice.protected:
        values |= {
            "heading": one_line(notice.title),
            "title": one_line(notice.title),
            "period": one_line(notice.period),
            "what": _lines(notice.what),
            "method": _steps(notice.method),
            "sample": _lines(notice.sample),
            "plan": f"{notice.words('internkontrollplan').title} {notice.year}, "
            f"{one_line(notice.unit)}",
            "control": notice.words("kontrollmoment").title,
            "answering": _lines(notice.answering),
        }
    return values


def _action_values(notice: ActionNotice, today: date) -> dict[str, object]:
    """What templates may say of an åtgärd: for a protected one only that there is one."""
    due = due_in_words(notice.due, today)
    word = notice.words("åtgärd")
    values: dict[str, object] = {
        "due": due,
        "late": due.passed and notice.kind is NoticeKind.ACTION_LATE,
        "protected": notice.protected,
        "action_word": word,
        "action": BUTTONS.get(notice.kind, "Säg hur det går"),
        "responsible": one_line(notice.responsible),
        "heading": f"Du har {word.count(1)}",
        "question": "Är det inte du som ansvarar, eller går det inte att göra?",
        "reason": f"Du får mejlet som {one_line(notice.function)}.",
    }
    if not notice.protected:
        text = _lines(notice.text)
        values |= {
            "heading": textwrap.shorten(" ".join(text), 90, placeholder=" …"),
            "text": text,
            "about": _lines(notice.about),
            "unit": one_line(notice.unit),
        }
    return values


def due_in_words(due: date, today: date) -> Due:
    """The due date in words, as it reads on `today`."""
    year = due.year != today.year
    near = {today: "i dag", today + timedelta(days=1): "i morgon"}
    return Due(
        full=swedish_date(due, weekday=True),
        day=swedish_date(due, weekday=True, year=year),
        short=swedish_date(due, year=year),
        passed=due < today,
        soon=near.get(due, ""),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, shown(text).split("\n")))


def _steps(method: str) -> tuple[str, ...]:
    """A line per step, without the author's own numbers or bullets where every line has one."""
    lines = _lines(method)
    marked = len(lines) > 1 and all(_MARKER.match(line) for line in lines)
    return tuple(_MARKER.sub("", line, count=1) for line in lines) if marked else lines


def _address_or_nothing(address: str) -> str:
    """An address nobody can answer to may not stop the mail."""
    try:
        return mailbox(address)
    except Unsendable:
        return ""


def domain(sender: str) -> str:
    return (
        _address_or_nothing(name_and_address(sender)[1]).rpartition("@")[2]
        or "internkontroll.invalid"
    )


def named(sender: str, name: str) -> str:
    """The sender as it stands if it has a name, else with `name` before it."""
    shown_name, address = name_and_address(sender)
    if shown_name or not _address_or_nothing(address):
        return sender
    return str(Address(name, addr_spec=mailbox(address)))


def message_id(name: str, domain: str) -> str:
    return f"<{hashlib.sha256(name.encode()).hexdigest()[:32]}@{domain}>"


def render(template: str, values: Mapping[str, object]) -> str:
    return _templates().get_template(template).render(values)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("icengine.mail"),
        undefined=StrictUndefined,
        auto_reload=False,  # it would look for a newer file at each use
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["fill"] = _fill
    environment.filters["capitalized"] = capital
    return environment


def _fill(text: str, first: str = "") -> str:
    """The text in lines of LINE characters after `first`, the later ones indented as much."""
    return textwrap.fill(
        text,
        LINE,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def tidy(text: str) -> str:
    """One empty line between paragraphs, none at the ends, no spaces at line ends."""
    return re.sub(r"[ \n]*\n\n[\n]*", "\n\n", re.sub(r" +\n", "\n", text)).strip() + "\n"
