"""Åtgärder as their pages show them: words, no decisions."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from icengine.domain.action import Action, ActionState, Content, Effect
from icengine.domain.calendar import local_date
from icengine.domain.facts import ActionStatus
from icengine.domain.labels import Vocabulary, Word
from icengine.domain.people import Organisation
from icengine.domain.text import one_line
from icengine.domain.words import capital, many
from icengine.services.action_pages import ActionPage, Asked, ListPage, OwnPage
from icengine.store.action_lists import Counts, Place, Which
from icengine.web.pages import wording
from icengine.web.pages.paging import address, going_on
from icengine.web.pages.taskview import Day
from icengine.web.pages.wording import Mark

ACTIONS, MINE = "/atgarder", "/mina/atgarder"
UNREACHED = "utan-mottagare"
"""What the address says for those that nobody is mailed about."""
HEADING = 90
"""Characters of an åtgärd that its heading has."""

STATUSES = {
    ActionStatus.NOT_STARTED: ("open", "→", "Inte påbörjad", "Inte påbörjat"),
    ActionStatus.STARTED: ("started", "…", "Pågår", "Pågår"),
    ActionStatus.DONE: ("submitted", "↑", "Klar, ska bekräftas", "Klart, ska bekräftas"),
    ActionStatus.CONFIRMED: ("approved", "✓", "Bekräftad klar", "Bekräftat klart"),
    ActionStatus.DROPPED: ("cancelled", "–", "Avskriven", "Avskrivet"),
}
"""Class, sign and words of each status."""
EFFECTS = {Effect.YES: "Ja", Effect.PARTLY: "Delvis", Effect.NO: "Nej"}
"""What is answered to whether it had effect."""


def status_mark(state: Content, today: date, word: Word) -> Mark:
    """The mark of how far it has come; försenad goes before öppen and pågår."""
    if state.late(today):
        days = many((today - state.due).days, "dag", "dagar")
        return Mark("st", "late", "!", f"{word.fits('Försenad', 'Försenat')} {days}")
    look, sign, *words = STATUSES[state.status]
    return Mark("st", look, sign, word.fits(*words))


def effect_mark(state: Content, today: date) -> Mark | None:
    """Whether it had effect, or that it is asked; None where it is neither said nor asked."""
    if state.effect == Effect.NO:
        return Mark("st", "failed", "×", "Hade ingen effekt")
    if state.effect == Effect.PARTLY:
        return Mark("st", "late", "!", "Hade delvis effekt")
    if state.effect == Effect.YES:
        return Mark("st", "approved", "✓", "Hade effekt")
    return Mark("st", "open", "→", "Svara om effekten") if state.asks_effect(today) else None


def heading(action: Action, word: Word, hidden: bool) -> str:
    """What it is called: how its text begins, or that it is protected."""
    if hidden:
        return f"{word.fits('Skyddad', 'Skyddat')} {word.one}"
    return textwrap.shorten(one_line(action.state.text), HEADING, placeholder=" …") or word.title


def about(action: Action, hidden: bool) -> str:
    """What it belongs to: "K3 Grundutbildning"; of a protected control its number."""
    if not action.subject:
        return "Planen i stort"
    return action.subject if hidden else one_line(f"{action.subject} {action.about}")


# -- lists --


@dataclass(frozen=True)
class Line:
    """An åtgärd in a list."""

    address: str
    heading: str
    about: str
    """With the year where it is not this year's."""
    responsible: str
    unit: str
    due: Day
    mark: Mark
    effect: Mark | None
    unreached: bool
    next: str
    """What its ansvarig does next; "" where nothing is."""


def line(
    action: Action,
    organisation: Organisation,
    today: date,
    unreached: frozenset[str] = frozenset(),
) -> Line:
    """An åtgärd in a list; nobody reads there what a protected one says."""
    word, state = organisation.vocabulary("åtgärd"), action.state
    unit = organisation.unit(action.unit)
    earlier = "" if action.year == today.year else f", från {action.year}"
    return Line(
        address=f"{ACTIONS}/{action.id}",
        heading=heading(action, word, action.protected),
        about=about(action, action.protected) + earlier,
        responsible=one_line(state.responsible) or "Ingen angiven",
        unit=one_line(unit.name) if unit else action.unit,
        due=Day(state.due.isoformat(), wording.day(state.due, today)),
        mark=status_mark(state, today, word),
        effect=effect_mark(state, today),
        unreached=not state.status.closed and state.responsible in unreached,
        next=_next(state, today, word),
    )


def _next(state: ActionState, today: date, word: Word) -> str:
    if state.asks_effect(today):
        return "Svara om effekten"
    return f"Markera som {word.fits('klar', 'klart')}" if not state.status.closed else ""


@dataclass(frozen=True)
class Tab:
    """A way to narrow the list."""

    word: str
    count: int | None
    """How many it has; None where they are not counted."""
    address: str
    current: bool


@dataclass(frozen=True)
class ListView:
    """The list of the whole kommun, or what is asked for of it."""

    lead: str
    lines: tuple[Line, ...]
    tabs: tuple[Tab, ...]
    units: tuple[tuple[str, str], ...]
    responsibles: tuple[str, ...]
    unit: str
    responsible: str
    which: str
    narrowed: bool
    newer: str
    """Address of the first page; "" on it."""
    older: str
    """Address of the next page; "" where this is the last."""
    may_add: bool


def list_view(page: ListPage, asked: Asked) -> ListView:
    """The list in words."""
    word = page.organisation.vocabulary("åtgärd")
    which = UNREACHED if asked.unreached else str(asked.which)
    return ListView(
        lead=lead(page.counts.open, page.counts.late, word),
        lines=tuple(line(a, page.organisation, page.today, page.unreached) for a in page.actions),
        tabs=tuple(_tabs(page, asked, which)),
        units=tuple((id, one_line(name)) for id, name in page.units),
        responsibles=tuple(one_line(name) for name in page.responsibles),
        unit=asked.unit,
        responsible=asked.responsible,
        which=which,
        narrowed=bool(asked.unit or asked.responsible),
        newer=_address(asked, which) if asked.after else "",
        older=_address(asked, which, page.after) if page.after else "",
        may_add=page.may_add,
    )


def lead(still: int, late: int, word: Word) -> str:
    """ "Fem åtgärder är öppna. En är försenad." """
    if not still:
        return f"{capital(word.count(0))} är {word.fits('öppen', 'öppet')}."
    are = word.fits("öppen", "öppet") if still == 1 else "öppna"
    said = f"{capital(word.count(still))} är {are}."
    if not late:
        return (
            f"{said} Ingen är försenad." if word.article == "en" else f"{said} Inget är försenat."
        )
    tardy = word.fits("försenad", "försenat") if late == 1 else "försenade"
    return f"{said} {capital(word.number(late))} är {tardy}."


def waiting_words(counts: Counts, word: Word) -> str:
    """What the start page says of somebody's own; "" where nothing waits for them."""
    said = lead(counts.open, counts.late, word) if counts.open else ""
    if not counts.effect:
        return said
    asked = f"{capital(word.count(counts.effect))} behöver ett svar om effekten."
    return f"{said} {asked}".strip()


def _tabs(page: ListPage, asked: Asked, which: str) -> Iterator[Tab]:
    counts = page.counts
    for value, said, count, always in (
        (str(Which.OPEN), "Öppna", counts.open, True),
        (str(Which.LATE), "Försenade", counts.late, True),
        (str(Which.TO_CONFIRM), "Att bekräfta", counts.to_confirm, False),
        (str(Which.EFFECT), "Effekt att svara på", counts.effect, False),
        (str(Which.WITHOUT_EFFECT), "Utan effekt", counts.without_effect, False),
        (UNREACHED, "Ingen får mejl", page.unreached_count if page.may_add else 0, False),
        (str(Which.CLOSED), "Avslutade", None, True),
    ):
        if count or always or value == which:
            yield Tab(said, count, _address(asked, value), value == which)


def _address(asked: Asked, which: str, after: Place | None = None) -> str:
    values = {"lage": which, "enhet": asked.unit, "ansvarig": asked.responsible}
    return going_on(ACTIONS, after, values) if after else address(ACTIONS, values)


@dataclass(frozen=True)
class OwnView:
    """Somebody's own."""

    lead: str
    lines: tuple[Line, ...]
    asked: tuple[Line, ...]
    open: int
    older: str


def own_view(page: OwnPage, organisation: Organisation, closed: bool) -> OwnView:
    """Somebody's own in words."""
    counts, word = page.counts, organisation.vocabulary("åtgärd")
    which = {"lage": str(Which.CLOSED) if closed else ""}
    older = going_on(MINE, page.after, which) if page.after else ""
    return OwnView(
        lead=lead(counts.open, counts.late, word),
        lines=tuple(line(action, organisation, page.today) for action in page.actions),
        asked=tuple(line(action, organisation, page.today) for action in page.asked),
        open=counts.open,
        older=older,
    )


# -- one --


@dataclass(frozen=True)
class Past:
    """Something that has happened to it."""

    at: Day
    who: str
    what: tuple[str, ...]
    """What changed."""
    note: tuple[str, ...]


@dataclass(frozen=True)
class ActionView:
    """The page of one åtgärd."""

    id: int
    title: str
    name: str
    """ "Å3 i ks-2026"."""
    text: tuple[str, ...]
    """() where the title is all of it, or where it is not the reader's to read."""
    hidden: bool
    about: str
    unit: str
    cause: tuple[str, ...]
    responsible: str
    reached: bool
    due: Day
    distance: str
    """ "25 dagar kvar"; "" for one that is closed."""
    mark: Mark
    effect: Mark | None
    follow_up: Day | None
    """When its effect is asked for, where that has not come or been answered."""
    origin: str
    """Address of the answer it comes from; "" where there is none."""
    open: bool
    done: bool
    """Klar, and not yet confirmed."""
    closed: bool
    asks_effect: bool
    """Its effect is to be answered now."""
    answers: bool
    controls: bool
    version: int
    functions: tuple[str, ...]
    history: tuple[Past, ...]
    """The newest first."""


def action_view(page: ActionPage) -> ActionView:
    """One åtgärd in words."""
    action, state, today = page.action, page.action.state, page.today
    word = page.organisation.vocabulary("åtgärd")
    unit = page.organisation.unit(action.unit)
    waits = state.awaits_effect and not state.asks_effect(today) and state.follow_up
    still = not state.status.closed
    return ActionView(
        id=action.id,
        title=heading(action, word, page.hidden),
        name=f"Å{action.number} i {action.plan}" + (f", {action.direct}" if action.direct else ""),
        text=_text(page),
        hidden=page.hidden,
        about=about(action, page.hidden),
        unit=one_line(unit.name) if unit else action.unit,
        cause=() if page.hidden else tuple(wording.lines(state.cause)),
        responsible=one_line(state.responsible) or "Ingen angiven",
        reached=page.reached,
        due=Day(state.due.isoformat(), wording.weekday(state.due, today)),
        distance=wording.distance(state.due, today) if still and state.due >= today else "",
        mark=status_mark(state, today, word),
        effect=effect_mark(state, today),
        follow_up=Day(waits.isoformat(), wording.day(waits, today)) if waits else None,
        origin=f"/uppgifter/{action.task}/kvitto" if action.task and page.controls else "",
        open=still,
        done=state.status is ActionStatus.DONE,
        closed=state.status.closed,
        asks_effect=state.asks_effect(today),
        answers=page.answers,
        controls=page.controls,
        version=action.version,
        functions=tuple(sorted(one_line(f.name) for f in page.organisation.functions)),
        history=tuple(reversed(tuple(_past(page, page.organisation.vocabulary)))),
    )


def _text(page: ActionPage) -> tuple[str, ...]:
    text = page.action.state.text
    if page.hidden or heading(page.action, page.organisation.vocabulary("åtgärd"), False) == text:
        return ()
    return tuple(wording.lines(text))


def _past(page: ActionPage, words: Vocabulary) -> Iterator[Past]:
    before: ActionState | None = None
    for state in page.history:
        day = local_date(state.at)
        yield Past(
            at=Day(state.at.isoformat(), wording.recent(state.at, page.today)),
            who=page.names.get((state.by, day)) or one_line(state.by),
            what=tuple(_differences(before, state, page, words("åtgärd"))),
            note=() if page.hidden else tuple(wording.lines(state.note)),
        )
        before = state


def _differences(
    before: ActionState | None, after: ActionState, page: ActionPage, word: Word
) -> Iterator[str]:
    """What a version changed, each as a line."""
    due = wording.day(after.due, page.today)
    if before is None:
        yield f"Lade till {word.definite}. Ansvarig: {one_line(after.responsible)}. Klart senast {due}."
        return
    if before.status is not after.status:
        reopened = before.status.closed and not after.status.closed
        said = word.fits(*STATUSES[after.status][2:])
        yield "Öppnades igen" if reopened else said
    if before.effect != after.effect and after.effect:
        yield f"Hade effekt: {EFFECTS[Effect(after.effect)].lower()}"
    if before.responsible != after.responsible:
        yield f"Ansvarig: {one_line(before.responsible)} → {one_line(after.responsible)}"
    if before.due != after.due:
        yield f"Klart senast: {wording.day(before.due, page.today)} → {due}"
    if before.text != after.text:
        yield "Ändrade texten" if page.hidden else f"Texten var: {one_line(before.text)}"
    if before.cause != after.cause:
        yield "Ändrade grundorsaken"
