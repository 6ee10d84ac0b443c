"""Use cases around underlag: giving files to a kontrolltillfälle, opening and removing them, and what
the virus check says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from icengine.domain.access import Actor, Link, Permit, Subject, System, may
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.evidence import (
    MOST,
    MOST_BYTES,
    Evidence,
    Scan,
    file_fault,
    file_name,
    kind_of,
    size_words,
)
from icengine.domain.happening import FILE_ADDED, FILE_OPENED, FILE_REMOVED, FILE_SCANNED
from icengine.domain.plan import Control
from icengine.domain.steering import why_faults
from icengine.domain.task import Fault
from icengine.domain.text import recorded
from icengine.errors import Closed, NotFound, Refused
from icengine.services.people import known_organisation
from icengine.services.permits import WHOLE, require
from icengine.services.readers import only_reads, speaks_as
from icengine.services.reading import PROTECTED_READ
from icengine.services.steering import Done
from icengine.services.tasks import held, number_of, task_page
from icengine.store import answers, evidence, people
from icengine.store.db import Session
from icengine.store.evidence import Given
from icengine.store.tasks import Task

FILES = "underlag"
"""The form's field."""
BATCH = 20
"""Files that one round checks."""
TOO_LATE = "Svaret är inlämnat, så underlaget går inte att ändra."


@dataclass(frozen=True)
class Sent:
    """A file as it was sent."""

    name: str
    data: bytes
    dated: datetime | None = None


@dataclass(frozen=True)
class Files:
    """The files to a task, as somebody may see them."""

    there: tuple[Evidence, ...]
    """Those that are not removed."""
    removed: tuple[Evidence, ...]
    changes: bool
    """May the reader add and remove?"""
    clears: bool
    """May the reader remove one that should never have been there, with a reason?"""


NONE = Files((), (), False, False)


def files_of(session: Session, *, actor: Actor, task: Task, control: Control, today: date) -> Files:
    """The files to a task that somebody reads already; `NONE` for whoever may not see them."""
    subject = _subject(task, control)
    found = _sees(session, actor, task, control, today)
    if found is None:
        return NONE
    return Files(
        tuple(item for item in found if item.removed_at is None),
        tuple(item for item in found if item.removed_at is not None),
        changes=task.state.answerable and may(actor, Permit.ANSWER, subject),
        clears=_clears(actor, subject),
    )


def add_files(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    files: Sequence[Sent],
    answers_as: str,
    checked: bool,
    entered_by: str = "",
) -> tuple[Fault, ...]:
    """Keep files to a task while it is to be answered; what is wrong with those that are not kept.

    A file that is there already is there once. `checked` is whether there is a virus check to wait
    for. Raises NotFound, LoginNeeded and Closed as `held` does, Closed where the answer is handed in
    and Refused before the period begins.
    """
    permit = Permit.CONTROL if entered_by else Permit.ANSWER
    task, _, _ = held(session, actor=actor, permit=permit, now=now, task_id=task_id, lock=True)
    _check_open(task, now)
    known = evidence.of_task(session, task.id)
    there = {item.sha256 for item in known if item.removed_at is None}
    left = MOST_BYTES - sum(item.size for item in known if item.removed_at is None)
    wrong = []
    for file in files:
        name = file_name(file.name)
        fault, kind = file_fault(name, file.data), kind_of(file.data)
        if fault or kind is None:
            wrong.append(Fault(FILES, fault))
            continue
        given = Given(name, kind.media_type, file.data, file.dated)
        if given.sha256 in there:
            continue
        if len(there) >= MOST:
            wrong.append(Fault(FILES, f"”{name}” får inte plats: högst {MOST} filer går att lämna"))
            continue
        if len(given.data) > left:
            most = size_words(MOST_BYTES)
            wrong.append(
                Fault(FILES, f"”{name}” får inte plats: filerna får vara högst {most} tillsammans")
            )
            continue
        there.add(given.sha256)
        left -= len(given.data)
        number = evidence.add(
            session, task.id, given, by=answers_as, person=number_of(actor), now=now,
            scan=Scan.WAITS if checked else Scan.UNASKED,
        )  # fmt: skip
        session.record(
            FILE_ADDED, f"kontrolltillfälle:{task.key}", behalf=answers_as, file=number,
            sha256=given.sha256, size=len(given.data),
        )  # fmt: skip
    return tuple(wrong)


@dataclass(frozen=True)
class Opened:
    """A file with its content."""

    file: Evidence
    data: bytes


def open_file(
    session: Session, *, actor: Actor, now: datetime, task_id: int, number: int
) -> Opened:
    """A file's content, for those who need it. That it is opened is kept in the log.

    Raises NotFound where there is none for the actor, Refused while it waits for the virus check.
    """
    page = task_page(session, actor=actor, now=now, task_id=task_id)
    task, control = page.task, page.control
    shown = _sees(session, actor, task, control, page.today) or ()
    file = _file(shown, number)
    if file.scan is Scan.WAITS:
        raise Refused(
            "Filen är inte kontrollerad mot virus än.", "Vänta några minuter och försök igen."
        )
    data = evidence.content(session, file.id) if file.openable else None
    if data is None:
        raise NotFound("Filen finns inte kvar.")
    subject = f"kontrolltillfälle:{task.key}"
    if not isinstance(actor, System):
        session.record(FILE_OPENED, subject, file=file.id, sha256=file.sha256)
        if control.protected:
            session.record(PROTECTED_READ, subject, version=0)
    return Opened(file, data)


@dataclass(frozen=True)
class Removal:
    """The page where a file is removed."""

    task: Task
    control: Control
    file: Evidence
    asks_why: bool
    """It is not its owner who removes it, so a reason is needed."""


def removal(session: Session, *, actor: Actor, now: datetime, task_id: int, number: int) -> Removal:
    """A file that the actor may remove. Raises NotFound, and Closed where the answer is handed in."""
    task, _, control = held(
        session, actor=actor, permit=Permit.EVIDENCE, now=now, task_id=task_id, lock=True
    )
    subject = _subject(task, control)
    file = _file(_sees(session, actor, task, control, local_date(now)) or (), number)
    if may(actor, Permit.ANSWER, subject) and task.state.answerable:
        return Removal(task, control, file, asks_why=False)
    if _clears(actor, subject):
        return Removal(task, control, file, asks_why=True)
    if may(actor, Permit.ANSWER, subject):
        raise Closed(TOO_LATE)
    raise NotFound


def remove_file(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    task_id: int,
    number: int,
    answers_as: str,
    reason: str = "",
) -> Done:
    """Remove a file's content; the controller says why. Raises as `removal`."""
    found = removal(session, actor=actor, now=now, task_id=task_id, number=number)
    reason, by = recorded(reason).strip(), answers_as
    if found.asks_why:
        if wrong := why_faults(reason):
            return Done(tuple(wrong))
        by = speaks_as(actor, known_organisation(session), local_date(now))
    evidence.remove(session, found.file.id, by=by, now=now)
    session.record(
        FILE_REMOVED, f"kontrolltillfälle:{found.task.key}", behalf=by, file=found.file.id,
        sha256=found.file.sha256, **({"reason": reason} if found.asks_why and not found.control.protected else {}),
    )  # fmt: skip
    return Done(changed=1)


def _sees(
    session: Session, actor: Actor, task: Task, control: Control, today: date
) -> tuple[Evidence, ...] | None:
    """The files that the actor sees; None where they may see none.

    While an answer is being written its files are its writers' and the controller's: whoever reads it
    comes to those that were there when it was handed in. A link shows them for as long as its holder
    has the task, and no longer than the receipt.
    """
    subject = _subject(task, control)
    hidden = control.protected and not may(actor, Permit.READ_PROTECTED, subject)
    if hidden or not may(actor, Permit.EVIDENCE, subject):
        return None
    if isinstance(actor, Link) and not only_reads(actor, task.id):
        holders = people.holders(session, {task.owner}, today).get(task.owner, ())
        if actor.email not in holders and not (task.delegate and task.delegate == actor.person):
            return None
    found = evidence.of_task(session, task.id)
    if any(may(actor, permit, subject) for permit in (Permit.ANSWER, Permit.CONTROL)):
        return found
    handed_in = answers.last_saved(session, task.id, submitted=True)
    if handed_in is None:
        return None
    return tuple(item for item in found if item.uploaded_at <= handed_in.at)


def _clears(actor: Actor, subject: Subject) -> bool:
    return not isinstance(actor, Link) and may(actor, Permit.CONTROL, subject)


def _subject(task: Task, control: Control) -> Subject:
    return Subject(task.unit, task.id, task.owner, control.approver, task.delegate)


def _file(files: Sequence[Evidence], number: int) -> Evidence:
    for item in files:
        if item.id == number and item.removed_at is None:
            return item
    raise NotFound("Filen finns inte kvar.")


def _check_open(task: Task, now: datetime) -> None:
    if not task.state.answerable:
        raise Closed(TOO_LATE)
    if local_date(now) < task.start:
        raise Refused(f"Kontrollen går att svara på från {swedish_date(task.start)}.")


# -- the virus check --


def unscanned(session: Session, *, actor: Actor, after: int = 0) -> tuple[tuple[int, str], ...]:
    """(number, the task's key) of files that wait for the virus check, some at a time: those
    numbered after one."""
    require(actor, Permit.OPERATE, WHOLE)
    return tuple(evidence.waiting(session, after, BATCH))


def content_to_scan(session: Session, *, actor: Actor, number: int) -> bytes:
    """A waiting file's content; empty where it went meanwhile."""
    require(actor, Permit.OPERATE, WHOLE)
    return evidence.content(session, number) or b""


def note_scanned(session: Session, *, actor: Actor, number: int, task: str, infected: bool) -> None:
    """Keep what the virus check said; an infected content is gone with it."""
    require(actor, Permit.OPERATE, WHOLE)
    scan = Scan.INFECTED if infected else Scan.CLEAN
    if evidence.scanned(session, number, scan):
        session.record(FILE_SCANNED, f"kontrolltillfälle:{task}", file=number, result=str(scan))
