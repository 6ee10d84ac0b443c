"""What the answer page says of what an owner may do beside answering: quiet links below the form, and
what has been done already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from icengine.domain.access import Actor, Permit, Person, Subject, may
from icengine.domain.asking import Asking
from icengine.domain.delegation import acts_as
from icengine.domain.event_controls import event_number
from icengine.domain.frequency import Kind
from icengine.domain.text import one_line
from icengine.services.asking import asked_about
from icengine.services.delegation import handed_over
from icengine.services.event_controls import EVENTS, what_happened
from icengine.services.tasks import TaskPage, number_of
from icengine.store.db import Session
from icengine.store.handovers import Handover
from icengine.store.requests import Request
from icengine.store.tasks import Task
from icengine.web.deps import Web
from icengine.web.pages import wording
from icengine.web.pages.year import Waiting


@dataclass(frozen=True)
class Note:
    """Something that has been done."""

    text: str
    lines: tuple[str, ...] = ()
    """What somebody wrote about it."""
    link: tuple[str, str] | None = None
    """(address, word) of its page."""


@dataclass(frozen=True)
class AsideView:
    """What stands below the form, and above it."""

    notes: tuple[Note, ...]
    links: tuple[tuple[str, str, str], ...]
    """(address, word, what it is for)."""


TO = "till"
"""What an address asks for to be led on. A link's page holds no address with its secret in it, so
that a saved or printed page opens nothing: it leads to itself, and from there on."""
ANSWER = "svaret"
"""The answer page, from that of an errand."""
NAMES = ("lamna-over", "mer-tid", "kan-inte")
"""The last part of each errand's address."""
EVENTS_NAME = "vid-behov"
SEE = "Se eller ta tillbaka"


def led_on(name: str | None, path: str, task: int) -> str:
    """The page that an answer page's address asks for by this name; "" where it asks for none."""
    if name == EVENTS_NAME:
        return events_path(path)
    return aside_path(path, task, name) if name in NAMES else ""


def events_path(path: str) -> str:
    """The page of the controls that wait for something to happen, by the address of the answer page."""
    if path.startswith("/svar/"):
        return f"{'/'.join(path.split('/')[:3])}/{EVENTS_NAME}"
    return EVENTS


def aside_path(path: str, task: int, name: str) -> str:
    """The page of an errand, by the address of the answer page."""
    whole = path.startswith("/uppgifter/") or "/uppgift/" in path
    return f"{path}/{name}" if whole else f"{path}/uppgift/{task}/{name}"


def aside_view(web: Web, actor: Actor, page: TaskPage) -> AsideView:
    """What the reader may do beside answering."""
    with web.reading() as session:
        handover = handed_over(session, task_id=page.task.id)
        happened = _happened(session, page)
        asked = asked_about(session, task_id=page.task.id)
    task = page.task
    subject = Subject(task.unit, task.id, task.owner, delegate=task.delegate)
    hands_over = may(actor, Permit.HAND_OVER, subject)
    notes, links = [*happened], []
    if handover and (hands_over or may(actor, Permit.CONTROL, subject)):
        when = wording.recent(handover.at, page.today)
        own_link = _to("lamna-over", SEE, task) if hands_over else None
        notes.append(Note(f"Överlämnad till {handover.who} {when}.", link=own_link))
    elif handover and handover.person == number_of(actor):
        said = f"{one_line(handover.by)} har lämnat över den här kontrollen till dig."
        notes.append(Note(said, tuple(wording.lines(handover.word))))
    if may(actor, Permit.ANSWER, subject):
        notes += [_waiting(r, page) for r in asked if r.waiting]
        notes += decided(asked, page.today)
    waiting = {r.kind for r in asked if r.waiting}
    if hands_over and not handover:
        links.append(
            (f"?{TO}=lamna-over", "Lämna över till en kollega", "Bara det här tillfället.")
        )
    if Asking.MORE_TIME not in waiting:
        links.append((f"?{TO}=mer-tid", "Be om mer tid", "Controllern svarar."))
    if Asking.NOT_DONE not in waiting:
        links.append((f"?{TO}=kan-inte", "Kan inte genomföras", "Med ett skäl. Controllern avgör."))
    if _waits_for_more(page):
        hint = "Det finns en kontroll som du gör när något händer."
        links.append((f"?{TO}={EVENTS_NAME}", "Registrera ett tillfälle", hint))
    return AsideView(tuple(notes), tuple(links))


def _to(name: str, word: str, task: Task) -> tuple[str, str] | None:
    """A link to an errand's page; None where there is nothing more to do there."""
    return (f"?{TO}={name}", word) if task.state.answerable else None


def _waiting(request: Request, page: TaskPage) -> Note:
    """What waits for the controller."""
    when = wording.recent(request.asked_at, page.today)
    if request.until:
        said = f"Mer tid till {wording.weekday(request.until, page.today)}"
        return Note(
            f"{said} väntar på besked. Skickat {when}.", link=_to("mer-tid", SEE, page.task)
        )
    said = f"Att kontrollen inte kan genomföras väntar på besked. Skickat {when}."
    return Note(said, link=_to("kan-inte", SEE, page.task))


def decided(requests: Sequence[Request], today: date) -> list[Note]:
    """The latest besked, where somebody has given one and nothing of the kind waits."""
    given = [r for r in requests if r.granted is not None]
    if not given or any(r.waiting and r.kind is given[0].kind for r in requests):
        return []
    last = given[0]
    when = wording.recent(last.decided_at, today) if last.decided_at else ""
    if last.until:
        day = wording.weekday(last.until, today)
        said = (
            f"Du har fått mer tid till {day}"
            if last.granted
            else f"Du fick inte mer tid till {day}"
        )
    elif last.granted:
        said = "Kontrollen är avslutad som ej genomförd"
    else:
        said = "Kontrollen ska genomföras"
    return [Note(f"{said}. Besked {when}.", tuple(wording.lines(last.decision)))]


def _happened(session: Session, page: TaskPage) -> list[Note]:
    """What the task was registered for, where it was."""
    found = what_happened(session, task_id=page.task.id) if event_number(page.task.slot) else None
    if found is None:
        return []
    said = f"Det här hände {wording.day(found.happened, page.today)}:"
    return [Note(said, tuple(wording.lines(found.what)))]


def _waits_for_more(page: TaskPage) -> bool:
    """Has whoever reads this a control in the same plan that waits for something to happen?"""
    own = page.answers_as == page.task.owner
    return own and any(
        control.kind is Kind.EVENT and (control.shared or control.owner == page.answers_as)
        for _, control in page.plan.controls()
    )


def handed_on(item: Waiting, task: Task, me: Person, handed: Mapping[int, Handover]) -> Waiting:
    """A task of the reader's list, which says who else answers it, and as whom they do."""
    found = handed.get(task.id)
    if found is None:
        return item
    if found.person == me.id:
        said = f"{one_line(found.by)} har lämnat över den till dig"
    else:
        said = f"Överlämnad till {found.who}"
    return replace(item, owner=acts_as(me, task.owner, task.delegate), handed=said)
