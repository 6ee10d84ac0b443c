"""What the answer page says of what an owner may do beside answering: quiet links below the form, and
what has been done already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request

from icengine.domain.access import Actor, Permit, Person, Subject, may
from icengine.domain.delegation import acts_as
from icengine.domain.event_controls import event_number
from icengine.domain.frequency import Kind
from icengine.domain.text import one_line
from icengine.services.delegation import handed_over
from icengine.services.event_controls import EVENTS, what_happened
from icengine.services.tasks import TaskPage
from icengine.store.db import Session
from icengine.store.handovers import Handover
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


def led_on(request: Request, path: str, task: int) -> str:
    """The errand's page that an answer page's address asks for; "" where it asks for none."""
    name = request.query_params.get(TO, "")
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
    task = page.task
    subject = Subject(task.unit, task.id, task.owner, delegate=task.delegate)
    hands_over = may(actor, Permit.HAND_OVER, subject)
    notes, links = [*happened], []
    if handover and hands_over:
        when = wording.recent(handover.at, page.today)
        notes.append(
            Note(
                f"Överlämnad till {handover.who} {when}.",
                link=(f"?{TO}=lamna-over", "Se eller ta tillbaka"),
            )
        )
    elif handover:
        said = f"{one_line(handover.by)} har lämnat över den här kontrollen till dig."
        notes.append(Note(said, tuple(wording.lines(handover.word))))
    if hands_over and not handover:
        links.append(
            (f"?{TO}=lamna-over", "Lämna över till en kollega", "Bara det här tillfället.")
        )
    if _waits_for_more(page):
        hint = "Det finns en kontroll som du gör när något händer."
        links.append((f"?{TO}={EVENTS_NAME}", "Registrera ett tillfälle", hint))
    return AsideView(tuple(notes), tuple(links))


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
