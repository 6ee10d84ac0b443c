"""The forms and receipts of what an owner may do beside answering: words, and one call to a service
each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit
from icengine.domain.delegation import EMAIL, LONGEST_WORD, WORD
from icengine.domain.task import Fault
from icengine.domain.text import one_line
from icengine.services.delegation import delegate, take_back
from icengine.services.tasks import TaskPage, held
from icengine.store.db import Session
from icengine.store.handovers import Handover
from icengine.web.pages import wording
from icengine.web.pages.asideview import ANSWER, TO
from icengine.web.pages.fields import Field, Form

BACK = f"?{TO}={ANSWER}"
"""Leads to the answer page, which is another for each reader."""


@dataclass(frozen=True)
class Beside:
    """What the page of an errand knows."""

    page: TaskPage
    handover: Handover | None
    earlier: tuple[str, ...] = ()
    """What came of it before, a line each."""


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
    should = "skulle ha lämnats in" if page.task.due < page.today else "ska lämnas in"
    word = tuple(wording.lines(found.word))
    return Receipt(
        title=f"Överlämnad till {found.who}",
        lead=f"{one_line(page.control.title)}, {_occasion(page)}.",
        facts=(
            ("Överlämnad", (f"{wording.recent(found.at, page.today)} av {one_line(found.by)}",)),
            *((("Dina ord", word),) if word else ()),
        ),
        steps=(
            ("Kollegan får ett mejl med en egen länk", "Det går i väg nu."),
            (
                f"Svaret {should} senast {due}",
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


def _occasion(page: TaskPage) -> str:
    said = wording.occasion(page.number, page.total, page.task.label)
    return f"{said[:1].lower()}{said[1:]}"


HANDING_OVER = Errand("lamna-over", _may_hand_over, _handing_over, _handed, _hand_over, _take_back)
ERRANDS = (HANDING_OVER,)
"""In the order of the answer page."""
