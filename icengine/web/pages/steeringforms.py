"""The forms of what the controller does with a task: words, and one call to a service each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Person
from icengine.domain.asking import LONGEST_REASON, REASON
from icengine.domain.steering import DUE, FUNCTION
from icengine.domain.task import State, read_date
from icengine.domain.text import one_line
from icengine.domain.words import capital
from icengine.services.steering import Done, Steered, choose_owner, close, move_due
from icengine.store.db import Session
from icengine.web.pages import wording
from icengine.web.pages.fields import Choice, Field, Form


@dataclass(frozen=True)
class Deed:
    """One thing that the controller does with a task."""

    name: str
    """The last part of its address."""
    word: str
    """What its link says."""
    hint: str
    done: str
    """What is said when it is done."""
    form: Callable[[Steered], Form]
    act: Callable[[Session, Person, datetime, Steered, Form], Done]


def title_of(found: Steered) -> str:
    """The control's title, or its number where the reader may not see what it is about."""
    return one_line(found.control.title) if found.reads else f"{found.task.control} (skyddad)"


def occasion(found: Steered) -> str:
    """ "Februari 2022, Kommunstyrelsen"."""
    unit = found.organisation.unit(found.task.unit)
    name = one_line(unit.name) if unit else found.task.unit
    return f"{capital(one_line(found.task.label))}, {name}"


def reason_field(label: str, hint: str, value: str = "") -> Field:
    """Why."""
    return Field(REASON, label, "area", f"{hint} Högst {LONGEST_REASON} tecken.", value)


def functions(found: Steered) -> tuple[Choice, ...]:
    """The functions that may be chosen."""
    names = sorted(one_line(f.name) for f in found.organisation.functions)
    return (Choice("", "Välj funktion"), *(Choice(name, name) for name in names))


def _form(found: Steered, title: str, button: str, *fields: Field) -> Form:
    return Form(
        title=title,
        lead=f"{title_of(found)}. {occasion(found)}.",
        fields=fields,
        button=button,
        back=f"/uppgifter/{found.task.id}/styr",
        back_word="Till uppgiften",
    )


def _moving(found: Steered) -> Form:
    now = wording.weekday(found.task.due, found.today)
    return _form(
        found, "Flytta sista dagen", "Flytta",
        Field(DUE, "Ny sista dag", "date", f"Nu gäller {now}. Välj en arbetsdag."),
        reason_field("Varför flyttas den?", "Skälet sparas och syns för den som läser historiken."),
    )  # fmt: skip


def _move(session: Session, actor: Person, now: datetime, found: Steered, form: Form) -> Done:
    return move_due(
        session, actor=actor, now=now, task_id=found.task.id,
        due=read_date(form[DUE].value), reason=form[REASON].value,
    )  # fmt: skip


def _choosing(found: Steered) -> Form:
    now = one_line(found.task.owner) or "ingen"
    return _form(
        found, "Byt ansvarig för tillfället", "Byt ansvarig",
        Field(FUNCTION, "Vem ska svara?", "select",
              f"Nu svarar {now}. Den som är ny får ett mejl, och länkarna i de gamla mejlen slutar "
              "gälla för den här kontrollen.", choices=functions(found)),
        reason_field("Varför byts det?", "Skälet sparas."),
    )  # fmt: skip


def _choose(session: Session, actor: Person, now: datetime, found: Steered, form: Form) -> Done:
    return choose_owner(
        session, actor=actor, now=now, task_id=found.task.id,
        function=form[FUNCTION].value, reason=form[REASON].value,
    )  # fmt: skip


def _cancelling(found: Steered) -> Form:
    return _form(
        found, "Låt tillfället utgå", "Låt det utgå",
        reason_field(
            "Varför utgår det?",
            "För det som inte ska göras: verksamheten är flyttad, kontrollen har ersatts. Skälet "
            "står i rapporten.",
        ),
    )  # fmt: skip


def _leaving(found: Steered) -> Form:
    return _form(
        found, "Avsluta som ej genomförd", "Avsluta",
        reason_field(
            "Varför blev den inte gjord?",
            "För det som skulle ha gjorts men inte blev av. Skälet står i rapporten.",
        ),
    )  # fmt: skip


def _closes(
    state: State,
) -> Callable[[Session, Person, datetime, Steered, Form], Done]:
    def act(session: Session, actor: Person, now: datetime, found: Steered, form: Form) -> Done:
        return close(
            session, actor=actor, now=now, task_id=found.task.id, state=state,
            reason=form[REASON].value,
        )  # fmt: skip

    return act


DEEDS = (
    Deed("datum", "Flytta sista dagen", "Den som svarar får ett mejl.",
         "Sista dagen är flyttad. Den som svarar får ett mejl.", _moving, _move),
    Deed("ansvarig", "Byt ansvarig", "Bara det här tillfället. Den nya får ett mejl.",
         "Ansvarig är bytt. Den nya får ett mejl.", _choosing, _choose),
    Deed("utgar", "Låt tillfället utgå", "För det som inte ska göras.",
         "Tillfället utgår.", _cancelling, _closes(State.CANCELLED)),
    Deed("ej-genomford", "Avsluta som ej genomförd", "För det som skulle ha gjorts men inte blev av.",
         "Tillfället är avslutat som ej genomfört.", _leaving, _closes(State.NOT_DONE)),
)  # fmt: skip
