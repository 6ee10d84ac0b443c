"""Writing letters: what one person is owed, in one mail, as things stand when it leaves.

A notice may have waited for the morning, for Monday, or for a server that was down. What has happened
since decides whether it is said at all, and in which words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from icengine.domain.calendar import local_date
from icengine.domain.facts import ActionStatus
from icengine.domain.notice import (
    ASKING,
    WITHOUT_LINK,
    ActionNotice,
    AnyNotice,
    HeadNotice,
    LoginNotice,
    Notice,
    NoticeKind,
    ReportNotice,
    WeeklyNotice,
    iso_week,
)
from icengine.domain.people import Role
from icengine.domain.task import State, is_late
from icengine.domain.week import Week
from icengine.mail.compose import compose
from icengine.mail.digest import Entry, compose_digest
from icengine.mail.headers import Unsendable
from icengine.mail.mailer import Email
from icengine.mail.weekly import compose_week
from icengine.services.weekly import weeks
from icengine.store import letters, links, logins, outbox, people, waiting
from icengine.store.db import Session
from icengine.store.tasks import Task

STRENGTH = {
    kind: n
    for n, kind in enumerate(
        (
            NoticeKind.OPENED, NoticeKind.REMINDER, NoticeKind.LATE, NoticeKind.DELEGATED,
            NoticeKind.RETURNED,
        )
    )
}  # fmt: skip
"""Kinds that ask for the same answer: the last of them says it all."""
ACTION_STRENGTH = {
    kind: n
    for n, kind in enumerate((NoticeKind.ACTION_NEW, NoticeKind.ACTION_DUE, NoticeKind.ACTION_LATE))
}
ALONE = (LoginNotice, HeadNotice, WeeklyNotice, ReportNotice)
"""Notices that always are a letter of their own."""
DAY = "/att-gora"
"""The page with what waits for a controller."""
MASK = "•••"
"""What stands for a link's secret in what is kept."""


@dataclass(frozen=True)
class Written:
    """A letter, ready to leave."""

    letter: int
    """Its number."""
    items: tuple[outbox.Owed, ...]
    """What it says."""
    email: Email


@dataclass(frozen=True)
class Batch:
    """What became of mails that were taken out."""

    written: tuple[Written, ...]
    dropped: Mapping[int, str]
    """Mails that nobody needs any more, with why."""
    stuck: Mapping[int, str]
    """Mails that cannot be written, with why."""


def write_letters(
    session: Session, owed: Sequence[outbox.Owed], *, now: datetime, base_url: str, sender: str
) -> Batch:
    """The letters for what is owed; as many statements however many there are."""
    facts = _facts(session, owed, now)
    dropped: dict[int, str] = {}
    current = []
    for item in owed:
        fresh, why = _as_it_stands(item, facts)
        if fresh is None:
            dropped[item.id] = why
        else:
            current.append(fresh)
    said = _strongest(current)
    dropped |= {item.id: "Samma mejl säger det tydligare." for item in current if item not in said}
    groups = _grouped(said)
    paths = _ways(session, groups, now)
    kept = letters.message_ids(session, {group[0].letter for group in groups} - {0})
    stuck: dict[int, str] = {}
    drafts = []
    for group, path in zip(groups, paths, strict=True):
        try:
            drafts.append((group, *_composed(group, path, kept, facts, base_url, sender)))
        except Unsendable as error:
            stuck |= {item.id: str(error) for item in group}
    numbers = letters.keep(session, [letter for _, _, letter in drafts], now)
    outbox.sent_with(
        session,
        [(i.id, n) for (group, _, _), n in zip(drafts, numbers, strict=True) for i in group],
    )
    written = tuple(
        Written(number, tuple(group), email)
        for (group, email, _), number in zip(drafts, numbers, strict=True)
    )
    return Batch(written, dropped, stuck)


@dataclass(frozen=True)
class _Facts:
    """How things stand."""

    now: datetime
    today: date
    tasks: Mapping[int, Task]
    holders: Mapping[str, tuple[str, ...]]
    delegates: Mapping[int, str]
    requests: frozenset[int]
    actions: Mapping[int, waiting.ActionNow]
    weeks: Mapping[str, Week]


def _facts(session: Session, owed: Sequence[outbox.Owed], now: datetime) -> _Facts:
    today = local_date(now)
    tasks = waiting.some(session, {item.task for item in owed if item.task})
    delegates = {task.delegate for task in tasks.values() if task.delegate}
    actions = {i.notice.action for i in owed if isinstance(i.notice, ActionNotice)}
    weekly = [item.notice.email for item in owed if isinstance(item.notice, WeeklyNotice)]
    organisation = people.organisation(session) if weekly else None
    owners = {task.owner for task in tasks.values()} - {""}
    return _Facts(
        now,
        today,
        tasks,
        people.holders(session, owners, today) if owners else {},
        people.addresses(session, delegates),
        frozenset(waiting.with_requests(session, set(tasks)) if tasks else ()),
        {action.id: action for action in waiting.actions(session, actions)} if actions else {},
        weeks(session, organisation, weekly, now) if organisation else {},
    )


def _as_it_stands(item: outbox.Owed, facts: _Facts) -> tuple[outbox.Owed | None, str]:
    """The mail with what has changed since it was owed; None, and why, where nobody needs it."""
    notice = item.notice
    if isinstance(notice, LoginNotice):
        over = notice.expires_at <= facts.now
        return (None if over else item), "Inloggningslänken hann gå ut."
    if isinstance(notice, WeeklyNotice):
        if notice.week != iso_week(facts.today):
            return None, "Veckan är över."
        return (item if facts.weeks.get(notice.email) else None), "Ingenting väntade."
    if isinstance(notice, ActionNotice):
        return _action_as_it_stands(item, notice, facts.actions.get(notice.action), facts.today)
    if isinstance(notice, Notice):
        return _task_as_it_stands(item, notice, facts)
    return item, ""


def _task_as_it_stands(
    item: outbox.Owed, notice: Notice, facts: _Facts
) -> tuple[outbox.Owed | None, str]:
    task = facts.tasks.get(item.task)
    if task is None:
        return None, "Kontrolltillfället finns inte längre."
    fresh = replace(item, notice=replace(notice, due=task.due))
    late = is_late(task.state, task.due, facts.today)
    if notice.kind in ASKING:
        if not task.state.answerable:
            return None, "Kontrolltillfället är avslutat."
        theirs = (*facts.holders.get(task.owner, ()), facts.delegates.get(task.delegate))
        if notice.email not in theirs:
            return None, "Någon annan har uppgiften nu."
        if notice.kind is NoticeKind.LATE and not late:
            return None, "Datumet har flyttats."
    over = {
        NoticeKind.ESCALATED: not late,
        NoticeKind.TO_APPROVE: task.state is not State.SUBMITTED,
        NoticeKind.APPROVED: task.state is not State.APPROVED,
        NoticeKind.ASKED: task.id not in facts.requests,
        NoticeKind.MOVED: not task.state.answerable,
    }
    if over.get(notice.kind, False):
        return None, "Det har hänt något sedan dess."
    return fresh, ""


def _action_as_it_stands(
    item: outbox.Owed, notice: ActionNotice, action: waiting.ActionNow | None, today: date
) -> tuple[outbox.Owed | None, str]:
    if action is None:
        return None, "Åtgärden finns inte längre."
    status = ActionStatus(action.status)
    over = {
        NoticeKind.ACTION_DONE: status is not ActionStatus.DONE,
        NoticeKind.ACTION_EFFECT: bool(action.effect),
        NoticeKind.ACTION_LATE: status.closed or action.due >= today,
    }
    if over.get(notice.kind, status.closed):
        return None, "Det har hänt något sedan dess."
    return replace(item, notice=replace(notice, due=action.due)), ""


def _strongest(items: Sequence[outbox.Owed]) -> list[outbox.Owed]:
    """The mails without those that another to the same person, about the same thing, says better."""
    best: dict[tuple[object, ...], outbox.Owed] = {}
    for item in items:
        best[_asks(item)] = max(best.get(_asks(item), item), item, key=_strength)
    kept = {item.id for item in best.values()}
    weekly = {item.notice.email for item in items if isinstance(item.notice, WeeklyNotice)}
    return [item for item in items if item.id in kept and not _in_week(item.notice, weekly)]


def _in_week(notice: AnyNotice, weekly: Collection[str]) -> bool:
    """Does the receiver's week, which leaves now too, name it among what is late?"""
    late = notice.kind is NoticeKind.ESCALATED and notice.email in weekly
    return late and _to_controller(notice)


def _asks(item: outbox.Owed) -> tuple[object, ...]:
    """What is asked of whom; a mail that asks for nothing is like no other. What may have been taken
    by a server already is left with what it left with."""
    notice = item.notice
    if notice.kind in STRENGTH:
        return (notice.email, "uppgift", item.task, item.letter)
    if isinstance(notice, ActionNotice) and notice.kind in ACTION_STRENGTH:
        return (notice.email, "åtgärd", notice.action, item.letter)
    return (item.id,)


def _strength(item: outbox.Owed) -> tuple[int, int]:
    kind = item.notice.kind
    return STRENGTH.get(kind, ACTION_STRENGTH.get(kind, 0)), item.id


def _grouped(items: Iterable[outbox.Owed]) -> list[list[outbox.Owed]]:
    """What goes in one letter: all that is one person's, but for what is a letter of its own, and for
    what may have left in one already and leaves again as that."""
    found: dict[tuple[object, ...], list[outbox.Owed]] = {}
    for item in items:
        own = item.id if isinstance(item.notice, ALONE) else 0
        found.setdefault((item.notice.email, item.letter, own), []).append(item)
    return list(found.values())


# -- the way to what it is about --


def _ways(session: Session, groups: Sequence[list[outbox.Owed]], now: datetime) -> list[str]:
    """The path of each letter's page: a new link, or a page that asks for a login."""
    wanted = [_wanted(group) for group in groups]
    secrets = iter(links.mint(session, [found for found in wanted if found], now))
    asked = [
        (item.notice.person, item.notice.target, item.notice.expires_at)
        for group in groups
        for item in group
        if isinstance(item.notice, LoginNotice)
    ]
    logging_in = iter(logins.mint_links(session, asked, now))
    return [
        f"/svar/{next(secrets)}" if found
        else f"/logga-in/{next(logging_in)}" if isinstance(group[0].notice, LoginNotice)
        else _own_page(group)
        for group, found in zip(groups, wanted, strict=True)
    ]  # fmt: skip


def _wanted(group: Sequence[outbox.Owed]) -> links.Wanted | None:
    """The link that a letter holds; None where all in it is for those who log in."""
    tasks: list[int] = []
    approves: list[int] = []
    actions: list[int] = []
    function = ""
    for item in group:
        notice = item.notice
        if notice.kind in WITHOUT_LINK or not isinstance(notice, Notice | ActionNotice):
            continue
        function = function or notice.function
        if isinstance(notice, ActionNotice):
            actions.append(notice.action)
        else:
            (approves if notice.kind is NoticeKind.TO_APPROVE else tasks).append(item.task)
    if not (tasks or approves or actions):
        return None
    email = group[0].notice.email
    return links.Wanted(email, function, tuple(tasks), tuple(approves), tuple(actions))


def _own_page(group: Sequence[outbox.Owed]) -> str:
    """The page that asks for a login: of the one thing it is about, or of all that waits."""
    notice = group[0].notice
    if isinstance(notice, HeadNotice):
        return ""
    if isinstance(notice, WeeklyNotice):
        return DAY
    if isinstance(notice, ReportNotice):
        return f"/planer/{notice.plan}/rapporter" if notice.reads else ""
    if len(group) > 1:
        return DAY if all(_to_controller(item.notice) for item in group) else "/"
    if isinstance(notice, Notice) and notice.kind is NoticeKind.ASKED:
        return f"/fragor/{notice.stage}"
    if isinstance(notice, Notice) and _to_controller(notice):
        return f"/uppgifter/{group[0].task}/styr"
    if isinstance(notice, Notice):
        return f"/?plan={notice.task_key.partition('/')[0]}"
    return f"/atgarder/{notice.action}" if isinstance(notice, ActionNotice) else "/"


def _to_controller(notice: AnyNotice) -> bool:
    """Does its receiver get it as controller?"""
    if isinstance(notice, Notice):
        asked = notice.kind is NoticeKind.ASKED
        return asked or notice.function == str(Role.CONTROLLER)
    return notice.kind is NoticeKind.ACTION_DONE


def _composed(
    group: Sequence[outbox.Owed],
    path: str,
    kept: Mapping[int, str],
    facts: _Facts,
    base_url: str,
    sender: str,
) -> tuple[Email, letters.Letter]:
    """The mail, and what is kept of it. Raises Unsendable."""
    email = _email(group, base_url + path if path else "", facts, base_url, sender)
    place, _, secret = path.rpartition("/")
    text, subject = email.text, email.subject
    if place in ("/svar", "/logga-in"):
        text, subject = (said.replace(secret, MASK) for said in (text, subject))
    before = group[0].letter if kept.get(group[0].letter) else 0
    email = replace(email, message_id=kept.get(before, email.message_id))
    return email, letters.Letter(email.to, email.message_id, subject, text, before)


def _email(
    group: Sequence[outbox.Owed], link: str, facts: _Facts, base_url: str, sender: str
) -> Email:
    notices: list[AnyNotice] = [item.notice for item in group]
    first = notices[0]
    if isinstance(first, WeeklyNotice):
        return compose_week(
            first, facts.weeks[first.email], link=link, today=facts.today, sender=sender
        )
    if len(notices) == 1:
        return compose(first, link=link, today=facts.today, sender=sender)
    entries = [
        Entry(item.notice, _entry_link(item, link, base_url))
        for item in group
        if isinstance(item.notice, Notice | ActionNotice)
    ]
    return compose_digest(
        entries, link=link, login=f"{base_url}/", today=facts.today, sender=sender
    )


def _entry_link(item: outbox.Owed, link: str, base_url: str) -> str:
    """Its own page: under the letter's link, or one that asks for a login."""
    notice = item.notice
    if notice.kind in WITHOUT_LINK:
        return base_url + _own_page([item])
    if isinstance(notice, ActionNotice):
        return f"{link}/atgard/{notice.action}"
    return f"{link}/{'godkann' if notice.kind is NoticeKind.TO_APPROVE else 'uppgift'}/{item.task}"
