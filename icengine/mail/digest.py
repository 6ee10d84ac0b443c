"""One mail for all that waits for one person: what is most urgent first, a line or two for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from icengine.domain.notice import ASKING, WITHOUT_LINK, ActionNotice, Notice, NoticeKind
from icengine.domain.text import one_line
from icengine.domain.words import capital, counted, listed, many
from icengine.mail.compose import (
    common_values,
    dates,
    domain,
    due_in_words,
    message_id,
    named,
    render,
    thread,
    tidy,
)
from icengine.mail.mailer import Email

MOST_THREADS = 20
"""Earlier mails that a digest says it continues; a header may not grow without an end."""


@dataclass(frozen=True)
class Entry:
    """One thing that the mail tells of."""

    notice: Notice | ActionNotice
    link: str
    """Its own page."""


@dataclass(frozen=True)
class Item:
    """One thing as the mail shows it."""

    title: str
    detail: str
    status: str
    sign: str
    """For the eye only; the status says it in words."""
    urgent: bool
    link: str
    said: str = ""


STATUS: dict[NoticeKind, tuple[str, str]] = {
    NoticeKind.OPENED: ("→", "Öppen"),
    NoticeKind.REMINDER: ("→", "Påminnelse"),
    NoticeKind.LATE: ("!", "Försenad"),
    NoticeKind.ESCALATED: ("!", "Försenad hos andra"),
    NoticeKind.RETURNED: ("↩", "Återsänd"),
    NoticeKind.APPROVED: ("✓", "Godkänd"),
    NoticeKind.TO_APPROVE: ("↑", "Att läsa och godkänna"),
    NoticeKind.DELEGATED: ("→", "Överlämnad till dig"),
    NoticeKind.ASKED: ("?", "Väntar på ditt besked"),
    NoticeKind.DECIDED: ("✓", "Besked"),
    NoticeKind.MOVED: ("→", "Nytt datum"),
    NoticeKind.CLOSED: ("✓", "Avslutad"),
    NoticeKind.ACTION_NEW: ("→", "Ny"),
    NoticeKind.ACTION_DUE: ("→", "Snart klar"),
    NoticeKind.ACTION_LATE: ("!", "Försenad"),
    NoticeKind.ACTION_DONE: ("↑", "Att bekräfta"),
    NoticeKind.ACTION_EFFECT: ("?", "Hade den effekt?"),
}
URGENT = frozenset(
    {NoticeKind.LATE, NoticeKind.RETURNED, NoticeKind.ACTION_LATE, NoticeKind.ESCALATED}
)
TELLING = frozenset({NoticeKind.APPROVED, NoticeKind.DECIDED, NoticeKind.CLOSED})
"""Kinds that ask for nothing."""


def compose_digest(
    entries: Sequence[Entry], *, link: str, login: str, today: date, sender: str
) -> Email:
    """The mail for several notices to one person, as it reads when it leaves on `today`.

    `link` is the page with a list of them, or a page that asks for a login where all are for those
    who log in; `login` is that page in either case.
    """
    notices = [entry.notice for entry in entries]
    first = notices[0]
    late = sum(_is_late(notice, today) for notice in notices)
    items = [_item(entry, today) for entry in sorted(entries, key=lambda e: _urgency(e, today))]
    heading = _heading(notices)
    roles = tuple(dict.fromkeys(one_line(notice.function) for notice in notices if notice.function))
    ours = domain(sender)
    values = common_values(first, link) | {
        "heading": heading,
        "subject": heading + (f", {many(late, 'försenad', 'försenade')}" if late else ""),
        "lead": _lead(notices),
        "items": items,
        "action": "Öppna listan" if link != login else "Logga in och läs",
        "login": login if link != login and any(n.kind in WITHOUT_LINK for n in notices) else "",
        "question": (
            "Kan du inte svara i tid, eller är det inte du som ska svara?"
            if any(notice.kind in ASKING for notice in notices)
            else "Undrar du över något?"
        ),
        "reason": f"Du får mejlet som {listed(roles)}." if roles else "",
    }
    for name in ("reply", "why"):
        values[name] = one_line(render(f"{name}.txt", values))
    threads = dict.fromkeys(id for notice in notices for id in thread(notice, ours))
    return Email(
        to=first.email,
        subject=str(values["subject"]),
        text=tidy(render("digest/body.txt", values)),
        html=render("digest/body.html", values),
        message_id=message_id("|".join(sorted(notice.key for notice in notices)), ours),
        references=tuple(threads)[:MOST_THREADS],
        reply_to=str(values["answered_to"]),
        sender=named(sender, f"Internkontroll {one_line(first.organisation)}"),
        calendar=dates(notices, today, ours),
    )


def _heading(notices: Sequence[Notice | ActionNotice]) -> str:
    """ "Tre kontroller och en åtgärd väntar på dig"."""
    asking = [notice for notice in notices if notice.kind not in TELLING]
    if not asking:
        return f"{capital(counted(len(notices)))} besked om internkontrollen"
    if all(notice.kind is NoticeKind.ESCALATED for notice in asking):
        return f"{capital(counted(len(asking)))} svar är försenade"
    own = sum(isinstance(n, Notice) and n.kind in ASKING for n in asking)
    actions = sum(isinstance(n, ActionNotice) for n in asking)
    rest = len(asking) - own - actions
    one, several = ("annan sak", "andra saker") if own or actions else ("sak", "saker")
    parts = (
        many(own, "kontroll", "kontroller") if own else "",
        asking[0].words("åtgärd").count(actions) if actions else "",
        many(rest, one, several) if rest else "",
    )
    return f"{capital(listed(list(filter(None, parts))))} väntar på dig"


def _lead(notices: Sequence[Notice | ActionNotice]) -> str:
    if all(notice.kind is NoticeKind.ESCALATED for notice in notices):
        return "Du får veta det för att du kan hjälpa till så att kontrollerna blir gjorda."
    open_to_all = not any(
        notice.kind in WITHOUT_LINK or (isinstance(notice, Notice) and notice.login)
        for notice in notices
    )
    way = " Du svarar på webben och behöver varken konto eller lösenord." if open_to_all else ""
    return f"Det som brådskar mest står först.{way}"


def _is_late(notice: Notice | ActionNotice, today: date) -> bool:
    asks = notice.kind in ASKING or notice.kind is NoticeKind.ACTION_LATE
    return asks and notice.due < today


def _urgency(entry: Entry, today: date) -> tuple[bool, bool, bool, date]:
    notice = entry.notice
    return (
        not _is_late(notice, today),
        notice.kind not in URGENT,
        notice.kind in TELLING,
        notice.due,
    )


def _item(entry: Entry, today: date) -> Item:
    notice = entry.notice
    late = _is_late(notice, today)
    sign, status = STATUS[NoticeKind.LATE] if late else STATUS[notice.kind]
    if notice.kind is NoticeKind.RETURNED:
        sign, status = STATUS[notice.kind]
    return Item(
        title=_title(notice),
        detail=_detail(notice, today),
        status=status,
        sign=sign,
        urgent=late or notice.kind in URGENT,
        link=entry.link,
        said=one_line(notice.said) if isinstance(notice, Notice) else "",
    )


def _title(notice: Notice | ActionNotice) -> str:
    """What it is about; of what is protected only that there is something."""
    if isinstance(notice, ActionNotice):
        word = notice.words("åtgärd")
        return word.title if notice.protected else f"{word.title}: {one_line(notice.text)}"
    return "En uppgift" if notice.protected else one_line(notice.title)


def _detail(notice: Notice | ActionNotice, today: date) -> str:
    due = due_in_words(notice.due, today)
    if isinstance(notice, ActionNotice):
        if notice.kind in (NoticeKind.ACTION_EFFECT, NoticeKind.ACTION_DONE):
            return ""
        return f"{'Skulle ha varit klar' if due.passed else 'Klar senast'} {due.day}"
    if notice.kind in ASKING:
        asked = "Komplettera" if notice.kind is NoticeKind.RETURNED else "Lämna in"
        said = f"Skulle ha lämnats in {due.day}" if due.passed else f"{asked} senast {due.day}"
    elif notice.kind is NoticeKind.ESCALATED:
        said = f"{one_line(notice.owner)} skulle ha svarat {due.day}"
    elif notice.kind in (NoticeKind.TO_APPROVE, NoticeKind.ASKED):
        said = f"Från {one_line(notice.owner or notice.function)}"
    else:
        said = ""
    where = "" if notice.protected else one_line(notice.answering or notice.unit)
    what = "" if notice.protected else capital(one_line(notice.period))
    return ". ".join(filter(None, (said, ", ".join(filter(None, (what, where))))))
