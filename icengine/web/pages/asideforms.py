"""The forms and receipts of what an owner may do beside answering: words, and one call to a service
each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit
from icengine.domain.asking import LONGEST_REASON, REASON, UNTIL, Asking
from icengine.domain.delegation import EMAIL, LONGEST_WORD, WORD
from icengine.domain.task import Fault, read_date
from icengine.domain.text import one_line
from icengine.services.asking import ask_more_time, propose_not_done, take_back_request
from icengine.services.delegation import delegate, take_back
from icengine.services.tasks import TaskPage, held
from icengine.store.db import Session
from icengine.store.handovers import Handover
from icengine.store.requests import Request
from icengine.web.pages import wording
from icengine.web.pages.asideview import ANSWER, TO
from icengine.web.pages.fields import Field, Form

WHEN = "Mejlet går i väg nu, eller nästa arbetsdag om det är kväll eller helg."
BACK = f"?{TO}={ANSWER}"
"""Leads to the answer page, which is another for each reader."""


@dataclass(frozen=True)
class Beside:
    """What the page of an errand knows."""

    page: TaskPage
    handover: Handover | None
    requests: tuple[Request, ...] = ()
    """What has been asked of the controller, the latest first."""


@dataclass(frozen=True)
class Receipt:
    """What is said of an errand that is done."""

    title: str
    lead: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    """(what, in which words)."""
    steps: tuple[tuple[str, str], ...]
    """What happens now: (in short, more)."""
    undo: str
    """The button that takes it back."""
    undo_hint: str
    back: str
    back_word: str


@dataclass(frozen=True)
class Errand:
    """One thing to do beside answering."""

    name: str
    """The last part of its address."""
    check: Callable[[Session, Actor, datetime, TaskPage], None]
    """Raises NotFound where it is not the reader's to do."""
    form: Callable[[Beside], Form]
    receipt: Callable[[Beside], Receipt | None]
    """None where it has not been done."""
    act: Callable[[Session, Actor, datetime, TaskPage, Form], tuple[Fault, ...]]
    """What is wrong with what was typed; () where it is done."""
    undo: Callable[[Session, Actor, datetime, TaskPage], None]
    kind: Asking | None = None
    """What is asked for; None where nobody is to decide it."""


# -- handing over --


def _may_hand_over(session: Session, actor: Actor, now: datetime, page: TaskPage) -> None:
    held(session, actor=actor, permit=Permit.HAND_OVER, now=now, task_id=page.task.id)


def _handing_over(beside: Beside) -> Form:
    page = beside.page
    hint = "Frivilligt. Skriv inget om vad kontrollen har visat, och inga personuppgifter."
    if page.control.protected:
        hint = "Frivilligt. Kontrollen är skyddad: det du skriver står på sidan, inte i mejlet."
    domains = " eller ".join(f"@{domain}" for domain in page.organisation.mail_domains)
    return Form(
        title="Lämna över till en kollega",
        lead=f"{one_line(page.control.title)}. Gäller bara det här tillfället: {_occasion(page)}.",
        fields=(
            Field(
                EMAIL, "Kollegans e-postadress i arbetet", "email",
                f"Adressen ska sluta på {domains}.",
            ),
            Field(WORD, "Några ord till kollegan", "area", f"{hint} Högst {LONGEST_WORD} tecken."),
        ),
        button="Lämna över",
        back=BACK,
        back_word="Till kontrollen",
        template="bredvid.html",
    )  # fmt: skip


def _handed(beside: Beside) -> Receipt | None:
    found, page = beside.handover, beside.page
    if found is None:
        return None
    due = wording.weekday(page.task.due, page.today)
    word = tuple(wording.lines(found.word))
    return Receipt(
        title=f"Överlämnad till {found.who}",
        lead=f"{one_line(page.control.title)}, {_occasion(page)}.",
        facts=(
            ("Överlämnad", (f"{wording.recent(found.at, page.today)} av {one_line(found.by)}",)),
            *((("Dina ord", word),) if word else ()),
        ),
        steps=(
            ("Kollegan får ett mejl med en egen länk", WHEN),
            (
                f"Svaret {_should(page)} senast {due}",
                "Datumet är detsamma. Den som lämnar in står som den som har svarat.",
            ),
            (
                "Du kan fortfarande svara själv",
                f"Kontrollen är kvar hos {one_line(page.task.owner)}, och länkarna i dina mejl "
                "gäller. Nästa tillfälle kommer till dig som vanligt.",
            ),
        ),
        undo="Ta tillbaka",
        undo_hint="Ångrar du dig? När du tar tillbaka den slutar kollegans länk att gälla. Det som "
        "kollegan har sparat finns kvar som utkast.",
        back=BACK,
        back_word="Till kontrollen",
    )


def _hand_over(
    session: Session, actor: Actor, now: datetime, page: TaskPage, form: Form
) -> tuple[Fault, ...]:
    return delegate(
        session,
        actor=actor,
        now=now,
        task_id=page.task.id,
        email=form[EMAIL].value,
        word=form[WORD].value,
        answers_as=page.answers_as,
    ).faults


def _take_back(session: Session, actor: Actor, now: datetime, page: TaskPage) -> None:
    take_back(session, actor=actor, now=now, task_id=page.task.id, answers_as=page.answers_as)


def _should(page: TaskPage) -> str:
    return "skulle ha lämnats in" if page.task.due < page.today else "ska lämnas in"


def _occasion(page: TaskPage) -> str:
    said = wording.occasion(page.number, page.total, page.task.label)
    return f"{said[:1].lower()}{said[1:]}"


# -- asking the controller --


def _may_answer(session: Session, actor: Actor, now: datetime, page: TaskPage) -> None:
    held(session, actor=actor, permit=Permit.ANSWER, now=now, task_id=page.task.id)


def _read_by() -> str:
    return f"Läses av controllern. Skriv inga personuppgifter. Högst {LONGEST_REASON} tecken."


def _asking_more_time(beside: Beside) -> Form:
    page = beside.page
    due = wording.weekday(page.task.due, page.today)
    return Form(
        title="Be om mer tid",
        lead=f"{one_line(page.control.title)}, {_occasion(page)}. Svaret {_should(page)} senast {due}.",
        fields=(
            Field(UNTIL, "Till vilken dag?", "date", "En arbetsdag efter den som gäller nu."),
            Field(REASON, "Varför behöver du mer tid?", "area", _read_by()),
        ),
        button="Be om mer tid",
        back=BACK,
        back_word="Till kontrollen",
        template="bredvid.html",
    )


def _saying_not_done(beside: Beside) -> Form:
    page = beside.page
    return Form(
        title="Kan inte genomföras",
        lead=f"{one_line(page.control.title)}, {_occasion(page)}. Controllern avgör om kontrollen "
        "avslutas utan svar. Till dess är den din.",
        fields=(
            Field(
                REASON, "Varför kan kontrollen inte genomföras?", "area",
                f"Skälet kommer med i {page.organisation.vocabulary('slutrapport').definite} om "
                f"kontrollen avslutas. Skriv inga personuppgifter. Högst {LONGEST_REASON} tecken.",
            ),
        ),
        button="Skicka till controllern",
        back=BACK,
        back_word="Till kontrollen",
        template="bredvid.html",
    )  # fmt: skip


def _waiting(beside: Beside, kind: Asking) -> Request | None:
    return next((r for r in beside.requests if r.kind is kind and r.waiting), None)


def _asked_more_time(beside: Beside) -> Receipt | None:
    found, page = _waiting(beside, Asking.MORE_TIME), beside.page
    if found is None or found.until is None:
        return None
    return _asked(
        page,
        found,
        title="Du har bett om mer tid",
        facts=(("Till", (wording.weekday(found.until, page.today),)),),
        meanwhile=(
            f"Till dess gäller {wording.weekday(page.task.due, page.today)}",
            "Blir svaret ja gäller den nya dagen i stället. Du kan lämna in när du vill, och då "
            "behövs inget besked.",
        ),
    )


def _said_not_done(beside: Beside) -> Receipt | None:
    found, page = _waiting(beside, Asking.NOT_DONE), beside.page
    if found is None:
        return None
    return _asked(
        page,
        found,
        title="Du har sagt att kontrollen inte kan genomföras",
        facts=(),
        meanwhile=(
            "Till dess är kontrollen din",
            "Säger controllern ja avslutas den som ej genomförd, med ditt skäl. Annars ska den "
            f"göras {_by(page)}.",
        ),
    )


def _by(page: TaskPage) -> str:
    late = page.task.due < page.today
    return "så snart du kan" if late else f"senast {wording.weekday(page.task.due, page.today)}"


def _asked(
    page: TaskPage,
    found: Request,
    *,
    title: str,
    facts: tuple[tuple[str, tuple[str, ...]], ...],
    meanwhile: tuple[str, str],
) -> Receipt:
    when = f"{wording.recent(found.asked_at, page.today)} av {one_line(found.by)}"
    return Receipt(
        title=title,
        lead=f"{one_line(page.control.title)}, {_occasion(page)}.",
        facts=(("Skickat", (when,)), *facts, ("Skäl", tuple(wording.lines(found.reason)))),
        steps=(
            ("Controllern får ett mejl och läser skälet", WHEN),
            ("Du får besked i ett mejl", "Det står också här och på kontrollens sida."),
            meanwhile,
        ),
        undo="Ta tillbaka",
        undo_hint="Ångrar du dig? Du kan ta tillbaka frågan tills du har fått besked.",
        back=BACK,
        back_word="Till kontrollen",
    )


def _ask_more_time(
    session: Session, actor: Actor, now: datetime, page: TaskPage, form: Form
) -> tuple[Fault, ...]:
    return ask_more_time(
        session,
        actor=actor,
        now=now,
        task_id=page.task.id,
        until=read_date(form[UNTIL].value),
        reason=form[REASON].value,
        answers_as=page.answers_as,
    ).faults


def _say_not_done(
    session: Session, actor: Actor, now: datetime, page: TaskPage, form: Form
) -> tuple[Fault, ...]:
    return propose_not_done(
        session,
        actor=actor,
        now=now,
        task_id=page.task.id,
        reason=form[REASON].value,
        answers_as=page.answers_as,
    ).faults


def _asking_no_more(
    kind: Asking,
) -> Callable[[Session, Actor, datetime, TaskPage], None]:
    def undo(session: Session, actor: Actor, now: datetime, page: TaskPage) -> None:
        take_back_request(
            session, actor=actor, now=now, task_id=page.task.id, kind=kind,
            answers_as=page.answers_as,
        )  # fmt: skip

    return undo


HANDING_OVER = Errand("lamna-over", _may_hand_over, _handing_over, _handed, _hand_over, _take_back)
MORE_TIME = Errand(
    "mer-tid",
    _may_answer,
    _asking_more_time,
    _asked_more_time,
    _ask_more_time,
    _asking_no_more(Asking.MORE_TIME),
    Asking.MORE_TIME,
)
NOT_DONE = Errand(
    "kan-inte",
    _may_answer,
    _saying_not_done,
    _said_not_done,
    _say_not_done,
    _asking_no_more(Asking.NOT_DONE),
    Asking.NOT_DONE,
)
ERRANDS = (HANDING_OVER, MORE_TIME, NOT_DONE)
"""In the order of the answer page."""
