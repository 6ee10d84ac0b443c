"""The answer form, both ways: what was sent -> Answer, and Answer -> what the form shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from icengine.domain.assessment import percent
from icengine.domain.judging import proposed
from icengine.domain.scale import Level, Measure, RatingScale
from icengine.domain.task import Answer, Fault, PlannedAction, figure, read_date
from icengine.domain.text import one_line, recorded
from icengine.domain.words import listed, number
from icengine.web.pages.wording import COLOURS

MOST_ACTIONS = 20
FIRST_FIELDS = ("antal", "totalt", "granskade", "avvek", "bedomning", "skal", "resultat", "orsak")
"""The fields before the åtgärder, in the order of the page."""


class Wish(StrEnum):
    """Which button was pressed; the value is what the button sends."""

    HAND_IN = ""
    SAVE = "spara"
    ADD_ACTION = "atgard"
    CALCULATE = "rakna"
    REMOVE_ACTION = "ta-bort"
    ADD_FILES = "underlag"


@dataclass(frozen=True)
class Sent:
    """A form that was sent."""

    answer: Answer
    base_version: int
    """The saved version that the writer saw; -1 where that cannot be read."""
    wish: Wish
    rows: int
    """How many åtgärder the form is to show next."""


def read_form(fields: Mapping[str, str]) -> Sent:
    """What was sent, as an answer. Control characters go here: no database takes a NUL."""
    actions = [_action(fields, n) for n in range(1, MOST_ACTIONS + 1)]
    sent = [action for action in actions if action is not None]
    wish = _wish(fields)
    if wish is Wish.REMOVE_ACTION:
        gone = figure(fields.get("ta-bort", "")) or 0
        sent = [action for n, action in enumerate(sent, 1) if n != gone]
    filled = [action for action in sent if not action.empty]
    rows = len(filled) + 1 if wish is Wish.ADD_ACTION else len(sent)
    answer = Answer(
        result=recorded(fields.get("resultat", "")),
        rating=one_line(fields.get("bedomning", "")),
        actions=tuple(filled),
        comment=recorded(fields.get("kommentar", "")),
        part=one_line(fields.get("antal", "")),
        whole=one_line(fields.get("totalt", "")),
        reason=recorded(fields.get("skal", "")),
        cause=recorded(fields.get("orsak", "")),
        checked=one_line(fields.get("granskade", "")),
        deviations=one_line(fields.get("avvek", "")),
    )
    return Sent(answer, _version(fields.get("version", "")), wish, min(rows, MOST_ACTIONS))


def _action(fields: Mapping[str, str], n: int) -> PlannedAction | None:
    """The n:th åtgärd of the form; None where the form had none."""
    names = (f"atgard-{n}", f"vem-{n}", f"klar-{n}")
    if not any(name in fields for name in names):
        return None
    text, responsible, due = (fields.get(name, "") for name in names)
    return PlannedAction(recorded(text), recorded(responsible), one_line(due))


def _wish(fields: Mapping[str, str]) -> Wish:
    if "ta-bort" in fields:
        return Wish.REMOVE_ACTION
    known = {str(wish): wish for wish in Wish if wish is not Wish.REMOVE_ACTION}
    return known.get(fields.get("gor", ""), Wish.SAVE)


def _version(text: str) -> int:
    read = figure(text)
    return -1 if read is None else read


# -- what the form shows --


@dataclass(frozen=True)
class ActionFields:
    """An åtgärd in the form."""

    n: int
    text: str
    responsible: str
    due: str
    due_kind: str
    """Kind of input: a date field would hide what is no date, and the writer would lose it."""


@dataclass(frozen=True)
class Choice:
    """A level that can be chosen."""

    level: Level
    look: str
    chosen: bool
    proposed: bool
    limits: str
    """For a measured control: "70 till under 90 procent"."""


@dataclass(frozen=True)
class Band:
    """A level's part of the line of per cent, for the chart."""

    look: str
    sign: str
    start: float
    width: float


@dataclass(frozen=True)
class Reckoned:
    """What the figures say."""

    share: Decimal
    level: Level
    bands: tuple[Band, ...]
    position: float
    """Where the pointer stands, in per cent of the width."""


@dataclass(frozen=True)
class AnswerForm:
    """Everything the form shows."""

    answer: Answer
    version: int
    actions: tuple[ActionFields, ...]
    choices: tuple[Choice, ...]
    measure: Measure | None
    reckoned: Reckoned | None
    needing: str
    """The levels that ask for an åtgärd: "Mindre avvikelse eller Allvarlig avvikelse"."""
    faults: Mapping[str, str]
    """Field -> message, in the order of the page."""
    reckoning: bool
    """The faults are in the way of reckoning only: nobody asked to hand in."""

    @property
    def may_add(self) -> bool:
        """Is there room for one more åtgärd?"""
        return len(self.actions) < MOST_ACTIONS


def answer_form(
    answer: Answer,
    version: int,
    scale: RatingScale,
    measure: Measure | None,
    rows: int = 0,
    faults: Sequence[Fault] = (),
    reckoning: bool = False,
) -> AnswerForm:
    """The form with an answer in it, and at least `rows` åtgärder, filled in or not.

    There is always one to fill in: without script the page cannot know that the level just chosen
    asks for it.
    """
    rows = min(max(rows, len(answer.actions), 1), MOST_ACTIONS)
    blank = [PlannedAction()] * (rows - len(answer.actions))
    reckoned = reckon(answer, scale, measure) if measure else None
    return AnswerForm(
        answer=answer,
        version=version,
        actions=tuple(_shown(n, a) for n, a in enumerate([*answer.actions, *blank], 1)),
        choices=tuple(_choices(answer, scale, measure, reckoned)),
        measure=measure,
        reckoned=reckoned,
        needing=listed([lv.word for lv in scale.levels if lv.needs_action], "eller"),
        faults={fault.field: fault.message for fault in sorted(faults, key=_place)},
        reckoning=reckoning,
    )


def _place(fault: Fault) -> int:
    """Where on the page a fault's field stands; åtgärder and the comment keep their order."""
    return FIRST_FIELDS.index(fault.field) if fault.field in FIRST_FIELDS else len(FIRST_FIELDS)


def _shown(n: int, action: PlannedAction) -> ActionFields:
    due = read_date(action.due)
    kind = "date" if due or not action.due else "text"
    written = due.isoformat() if due else action.due
    return ActionFields(n, action.text, action.responsible, written, kind)


def _choices(
    answer: Answer, scale: RatingScale, measure: Measure | None, reckoned: Reckoned | None
) -> Iterable[Choice]:
    limits = _limits(measure) if measure else {}
    for level in scale.levels:
        yield Choice(
            level=level,
            look=COLOURS.get(level.symbol, "white"),
            chosen=level.id == answer.rating,
            proposed=reckoned is not None and reckoned.level.id == level.id,
            limits=limits.get(level.id, ""),
        )


def _limits(measure: Measure) -> dict[str, str]:
    """What the thresholds say of each level, in words; a level that has none is not in it."""
    said: dict[str, str] = {}
    above: Decimal | None = None
    for threshold in measure.thresholds:
        least = number(threshold.least)
        if above is None:
            words = f"{least} procent eller mer"
        elif threshold.least == 0:
            words = f"Under {number(above)} procent"
        else:
            words = f"{least} till under {number(above)} procent"
        said.setdefault(threshold.level, words)
        above = threshold.least
    return said


def reckon(answer: Answer, scale: RatingScale, measure: Measure) -> Reckoned | None:
    """The share and the level it proposes; None until there are two figures to reckon with."""
    part, whole, id = figure(answer.part), figure(answer.whole), proposed(answer, measure)
    if part is None or whole is None or id is None:
        return None
    share, level = percent(part, whole), scale.level(id)
    return Reckoned(share, level, tuple(_bands(measure, scale)), float(share))


def _bands(measure: Measure, scale: RatingScale) -> Iterable[Band]:
    """From 0 to 100 per cent; a level that begins at 100 has no width and is not drawn."""
    top = Decimal(100)
    for threshold in measure.thresholds:
        start = min(threshold.least, Decimal(100))
        if start < top:
            level = scale.level(threshold.level)
            look = COLOURS.get(level.symbol, "white")
            yield Band(look, level.symbol, float(start), float(top - start))
        top = start
