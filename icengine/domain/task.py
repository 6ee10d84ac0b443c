"""Kontrolltillfällen: their states, what an answer holds, and what it must hold to be handed in.

Status says how far the work has come, bedömning what it showed. *Försenad* is not a
state: it follows from the due date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from icengine.domain.labels import ENGINES, Word
from icengine.domain.reading import LONGEST, TITLE
from icengine.domain.scale import RatingScale
from icengine.domain.text import recorded


class State(StrEnum):
    """Where a task stands; the value is what is stored."""

    PLANNED = "planerad"
    OPEN = "öppen"
    STARTED = "påbörjad"
    SUBMITTED = "inlämnad"
    APPROVED = "godkänd"
    RETURNED = "återsänd"
    CANCELLED = "utgår"
    NOT_DONE = "ej genomförd"

    @property
    def closed(self) -> bool:
        """Nothing more is expected of the owner."""
        return self in (State.APPROVED, State.CANCELLED, State.NOT_DONE)

    @property
    def answerable(self) -> bool:
        """The owner may save and hand in; planned ones too, from the day their period begins."""
        return self in (State.PLANNED, State.OPEN, State.STARTED, State.RETURNED)


MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.OPEN, State.STARTED, State.CANCELLED, State.NOT_DONE}),
    State.OPEN: frozenset({State.STARTED, State.CANCELLED, State.NOT_DONE}),
    State.STARTED: frozenset({State.SUBMITTED, State.CANCELLED, State.NOT_DONE}),
    State.SUBMITTED: frozenset({State.APPROVED, State.RETURNED, State.STARTED}),
    State.RETURNED: frozenset({State.STARTED, State.CANCELLED, State.NOT_DONE}),
    State.APPROVED: frozenset({State.STARTED}),
    State.CANCELLED: frozenset({State.PLANNED, State.OPEN}),
    State.NOT_DONE: frozenset({State.STARTED, State.OPEN}),
}
"""Permitted moves; the last three rows are the controller's reopening. From inlämnad the owner takes
back what nobody has judged."""


def may_move(old: State, new: State) -> bool:
    """Is the move permitted?"""
    return new in MOVES[old]


def is_late(state: State, due: date, today: date) -> bool:
    """The due date has passed and the task is neither inlämnad nor closed."""
    return due < today and state is not State.SUBMITTED and not state.closed


@dataclass(frozen=True)
class PlannedAction:
    """An åtgärd as the owner writes it in the answer."""

    text: str = ""
    responsible: str = ""
    """Function or title."""
    due: str = ""
    """Klart-datum as written; an ISO date once the answer is handed in."""

    @property
    def empty(self) -> bool:
        """Nothing is filled in."""
        return not (self.text or self.responsible or self.due)


@dataclass(frozen=True)
class Answer:
    """Redovisning: what the owner records. Every save is a version of its own."""

    result: str = ""
    rating: str = ""
    """Id of a level in the plan's scale; "" while none is chosen."""
    actions: tuple[PlannedAction, ...] = ()
    comment: str = ""
    part: str = ""
    """Measured controls: how many; figures as written."""
    whole: str = ""
    """Measured controls: of how many."""
    reason: str = ""
    """Measured controls: why another level than the proposed one was chosen."""
    cause: str = ""
    """Grundorsak: why the deviation came about."""
    checked: str = ""
    """Stickprov: how many were checked; figures as written."""
    deviations: str = ""
    """Stickprov: how many of them deviated."""

    @property
    def empty(self) -> bool:
        """Nothing is filled in."""
        return self == Answer() or not (
            self.result or self.rating or self.comment or self.part or self.whole or self.reason
            or self.cause or self.checked or self.deviations or any(not action.empty for action in self.actions)
        )  # fmt: skip


def cleaned(answer: Answer) -> Answer:
    """The answer as it is stored: texts as `recorded`, and no empty åtgärder."""
    actions = (
        PlannedAction(recorded(a.text), recorded(a.responsible), recorded(a.due).strip())
        for a in answer.actions
    )
    return replace(
        answer,
        result=recorded(answer.result),
        comment=recorded(answer.comment),
        reason=recorded(answer.reason),
        actions=tuple(action for action in actions if not action.empty),
        rating=recorded(answer.rating),
        part=recorded(answer.part).strip(),
        whole=recorded(answer.whole).strip(),
        cause=recorded(answer.cause),
        checked=recorded(answer.checked).strip(),
        deviations=recorded(answer.deviations).strip(),
    )


@dataclass(frozen=True)
class Saved:
    """One saved version of an answer."""

    version: int
    """From 1; a task without answers has version 0."""
    at: datetime
    by: str
    """Who performed it: the function the person answers for."""
    answer: Answer
    submitted: bool
    person: int = 0
    """The person's number; 0 where it is not known."""
    entered_by: str = ""
    """The function that wrote it in for the one who answers; "" where they did it themselves."""


@dataclass(frozen=True)
class Fault:
    """What stops an answer from being handed in."""

    field: str
    """"resultat", "bedomning", "atgard-1", "vem-1", "klar-1", "antal", "totalt", "granskade", "avvek", "skal",
    "orsak"."""
    message: str
    """What to do, as the error summary says it."""


def faults(
    answer: Answer,
    scale: RatingScale,
    today: date,
    measured: bool,
    action: Word = ENGINES["åtgärd"],
) -> list[Fault]:
    """Everything that stops the answer from being handed in, in the order of the page.

    Resultat and bedömning are always needed; an åtgärd needs a text, ansvarig and klart-datum; the
    scale says which levels need one. Figures are needed where the control is
    measured, except for a level without rank (vit). Whether another level than the proposed one
    has its reason is for `judging.override_faults` to say. `action` is what an åtgärd is called.
    """
    found: list[Fault] = []
    level = next((lv for lv in scale.levels if lv.id == answer.rating), None)
    if measured:
        needed = level is None or level.rank is not None
        found += figure_faults(answer) if needed else _more_than_whole(answer)
    found += sample_faults(answer)
    if level is None:
        found.append(Fault("bedomning", "Välj en bedömning"))
    found += _length("skal", "Skälet", answer.reason, LONGEST)
    if not answer.result.strip():
        found.append(Fault("resultat", "Skriv vad kontrollen visade"))
    found += _length("resultat", "Resultatet", answer.result, LONGEST)
    found += _length("orsak", "Grundorsaken", answer.cause, LONGEST)
    planned = [(n, a) for n, a in enumerate(answer.actions, 1) if not a.empty]
    if level is not None and level.needs_action and not planned:
        found.append(Fault("atgard-1", f"Skriv minst {action.count(1)}: ”{level.word}” kräver det"))
    for n, its in planned:
        found += _action_faults(n, its, today, action)
    return found + _length("kommentar", "Kommentaren", answer.comment, LONGEST)


def _length(field: str, what: str, text: str, longest: int) -> list[Fault]:
    if len(text) <= longest:
        return []
    over = len(text) - longest
    return [Fault(field, f"{what} har {over} tecken för mycket: högst {longest} får plats")]


def unkeepable(answer: Answer, action: Word = ENGINES["åtgärd"]) -> list[Fault]:
    """What is too long to be kept even as a draft: twice what an answer may have."""
    fields = [
        ("antal", "Antalet", answer.part, TITLE),
        ("totalt", "Helheten", answer.whole, TITLE),
        ("granskade", "Antalet granskade", answer.checked, TITLE),
        ("avvek", "Antalet som avvek", answer.deviations, TITLE),
        ("bedomning", "Bedömningen", answer.rating, TITLE),
        ("skal", "Skälet", answer.reason, LONGEST),
        ("resultat", "Resultatet", answer.result, LONGEST),
        ("orsak", "Grundorsaken", answer.cause, LONGEST),
    ]
    for n, its in enumerate(answer.actions, 1):
        name = f"{action.title} {n}"
        fields += [
            (f"atgard-{n}", name, its.text, LONGEST),
            (f"vem-{n}", f"{name}: ansvarig", its.responsible, TITLE),
            (f"klar-{n}", f"{name}: datumet", its.due, TITLE),
        ]
    fields.append(("kommentar", "Kommentaren", answer.comment, LONGEST))
    long = [field for field in fields if len(field[2]) > 2 * field[3]]
    return [fault for field in long for fault in _length(*field)]


def figure_faults(answer: Answer) -> list[Fault]:
    """Why the answer's figures cannot be reckoned with; [] where they can."""
    part, whole = figure(answer.part), figure(answer.whole)
    found = []
    if part is None:
        found.append(Fault("antal", "Skriv antalet med siffror"))
    if whole is None or whole == 0:
        found.append(Fault("totalt", "Skriv av hur många, med siffror större än noll"))
    return found or _more_than_whole(answer)


def _more_than_whole(answer: Answer) -> list[Fault]:
    part, whole = figure(answer.part), figure(answer.whole)
    if part is None or whole is None or part <= whole:
        return []
    return [Fault("antal", "Antalet kan inte vara större än helheten")]


def sample_faults(answer: Answer) -> list[Fault]:
    """What is wrong with the figures of a stickprov; [] where they are right, or both left out."""
    if not answer.checked and not answer.deviations:
        return []
    checked, deviations = figure(answer.checked), figure(answer.deviations)
    found = []
    if not checked:
        found.append(Fault("granskade", "Skriv hur många du granskade, med siffror större än noll"))
    if deviations is None:
        found.append(
            Fault("avvek", "Skriv hur många som avvek, med siffror. Skriv 0 om inga gjorde det")
        )
    if checked and deviations is not None and deviations > checked:
        found.append(Fault("avvek", "Fler kan inte avvika än du har granskat"))
    return found


def sample(answer: Answer) -> tuple[int, int] | None:
    """How many were checked and how many of them deviated; None where that is not said."""
    checked, deviations = figure(answer.checked), figure(answer.deviations)
    if not checked or deviations is None or deviations > checked:
        return None
    return checked, deviations


def figure(text: str) -> int | None:
    """A whole number as people write it ("5 405"), or None. At most twelve digits."""
    digits = "".join(text.split())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None


def _action_faults(n: int, action: PlannedAction, today: date, word: Word) -> list[Fault]:
    found, name = [], f"{word.title} {n}"
    ready = word.fits("den ska vara klar", "det ska vara klart")
    if not action.text.strip():
        found.append(Fault(f"atgard-{n}", f"{name}: skriv vad som ska göras"))
    if not action.responsible.strip():
        found.append(Fault(f"vem-{n}", f"{name}: skriv vem som ansvarar"))
    found += _length(f"atgard-{n}", name, action.text, LONGEST)
    found += _length(f"vem-{n}", f"{name}: ansvarig", action.responsible, TITLE)
    day = read_date(action.due)
    if day is None:
        found.append(Fault(f"klar-{n}", f"{name}: välj ett datum när {ready}"))
    elif day < today:
        found.append(Fault(f"klar-{n}", f"{name}: välj ett datum som inte har passerat"))
    return found


def read_date(text: str) -> date | None:
    """An ISO date, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
