"""The year before the engine: last year's plan with its bedömningar and åtgärder, read from a file.

The document is a plan file with more in it: `beslut`, what each control showed, and `åtgärder`. What a
year that is over no longer needs may be missing, and nothing is made up in its place: a method that
the file does not tell is said not to be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from icengine.domain.document import read_plan
from icengine.domain.facts import ActionStatus, Decision
from icengine.domain.node import Node, Problem, nearest
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.domain.reading import Fields
from icengine.domain.scale import RatingScale

DECISION_KEYS = ("dnr", "datum", "paragraf")
RESULT_KEYS = ("bedömning", "resultat", "kommentar", "redovisad", "åtgärder")
"""What a control of such a file may have beside what a plan has."""
ACTION_KEYS = ("gäller", "åtgärd", "ansvarig", "klart", "status")
NOT_TOLD = "Står inte i det som lästes in."


@dataclass(frozen=True)
class PastAnswer:
    """What a control showed."""

    control: str
    rating: str
    """Level id of the plan's scale."""
    result: str
    comment: str
    day: date
    """When it was answered; the year's last day where the file does not say."""


@dataclass(frozen=True)
class PastAction:
    """An åtgärd as it stands."""

    subject: str
    """Id of a control or risk."""
    text: str
    responsible: str
    due: date
    status: ActionStatus


@dataclass(frozen=True)
class History:
    """A year that is over."""

    plan: Plan
    """Each of its controls has one occurrence: the year."""
    decision: Decision
    answers: tuple[PastAnswer, ...]
    actions: tuple[PastAction, ...]
    direct: Mapping[str, ActionStatus]
    """How far each direktåtgärd of the plan has come, by its id."""


def read_history(node: Node, organisation: Organisation) -> tuple[History | None, list[Problem]]:
    """The year, or None and every problem with it."""
    problems: list[Problem] = []
    plan, found = read_plan(_as_plan(node, organisation), organisation)
    problems += found
    decision = _read_decision(node, problems)
    ratings = plan.ratings if plan else organisation.ratings
    answers: list[PastAnswer] = []
    actions: list[PastAction] = []
    year = plan.year if plan else 2000
    for control in _below(node, "kontroller"):
        given = control.get("id")
        id = given.value if given is not None and isinstance(given.value, str) else ""
        fields = Fields(_part(control, RESULT_KEYS), f"kontrollen {id}", RESULT_KEYS, problems)
        if (answer := _read_answer(fields, id, ratings, year)) is not None:
            answers.append(answer)
        for child in fields.children("åtgärder"):
            actions.append(_read_action(child, problems, year, id))
    known = {risk.id for risk in plan.risks} | {c.id for _, c in plan.controls()} if plan else None
    direct = _read_direct(node, problems)
    whole = Fields(_part(node, ("åtgärder",)), "planen", ("åtgärder",), problems)
    for child in whole.children("åtgärder"):
        actions.append(_read_action(child, problems, year))
        _check_subject(child, actions[-1].subject, known, problems)
    if plan is None or problems:
        problems.sort(key=lambda problem: (problem.place.line, problem.place.column))
        return None, problems
    return History(plan, decision, tuple(answers), tuple(actions), direct), []


# -- the plan in it --


def _as_plan(node: Node, organisation: Organisation) -> Node:
    """The node as the reader of plans takes it: without what it showed, and with what it lacks."""
    if not isinstance(node.value, dict):
        return node
    entries = _without(node, ("beslut", "åtgärder"))
    entries.setdefault("upprättad av", Node(node.place, organisation.contact))
    risks = node.get("risker")
    if risks is not None and isinstance(risks.value, tuple):
        year = node.get("år")
        text = year.value if year is not None and isinstance(year.value, str) else ""
        listed = tuple(_risk(risk, text) for risk in risks.value)
        entries["risker"] = Node(risks.place, listed)
    return Node(node.place, entries, node.key_places)


def _without(node: Node, keys: Iterable[str]) -> dict[str, Node]:
    return {key: child for key, child in node.items() if key not in keys}


def _part(node: Node, keys: Iterable[str]) -> Node:
    """A mapping with some of its keys."""
    entries = {key: child for key, child in node.items() if key in keys}
    return Node(node.place, entries, node.key_places)


def _risk(node: Node, year: str) -> Node:
    if not isinstance(node.value, dict):
        return node
    entries = dict(node.value)
    controls = node.get("kontroller")
    if controls is not None and isinstance(controls.value, tuple):
        listed = tuple(_control(control, year) for control in controls.value)
        entries["kontroller"] = Node(controls.place, listed)
        entries.setdefault("hantering", Node(node.place, "granskning"))
    direct = node.get("direktåtgärder")
    if direct is not None and isinstance(direct.value, tuple):
        plain = (
            Node(d.place, _without(d, ("status",)), d.key_places)
            if isinstance(d.value, dict)
            else d
            for d in direct.value
        )
        entries["direktåtgärder"] = Node(direct.place, tuple(plain))
    return Node(node.place, entries, node.key_places)


def _control(node: Node, year: str) -> Node:
    """A control with one occurrence, the year, whatever its frequency said."""
    if not isinstance(node.value, dict):
        return node
    entries = _without(node, (*RESULT_KEYS, "gemensam"))
    for key in ("metod", "frekvens"):
        if (child := entries.get(key)) is None or child.value is None:
            entries[key] = Node(node.place, NOT_TOLD)
    if year.isdecimal():
        window = {
            "namn": Node(node.place, year),
            "från": Node(node.place, f"{year}-01-01"),
            "till": Node(node.place, f"{year}-12-31"),
        }
        entries["tillfällen"] = Node(node.place, (Node(node.place, window),))
    return Node(node.place, entries, node.key_places)


def _below(node: Node, key: str) -> Iterator[Node]:
    """The controls, or the direktåtgärder, of every risk."""
    risks = node.get("risker")
    for risk in risks.children() if risks else ():
        listed = risk.get(key)
        yield from listed.children() if listed else ()


# -- what it showed --


def _read_decision(node: Node, problems: list[Problem]) -> Decision:
    inner = node.get("beslut") or Node(node.place, {})
    fields = Fields(inner, "beslutet", DECISION_KEYS, problems)
    return Decision(
        1,
        fields.line("dnr", required=True),
        fields.modern_day("datum", required=True) or date.min,
        fields.line("paragraf", required=True),
    )


def _read_answer(fields: Fields, id: str, ratings: RatingScale, year: int) -> PastAnswer | None:
    """The answer; None where the control has no bedömning."""
    text = fields.line("bedömning")
    result, comment = fields.text("resultat"), fields.text("kommentar")
    day = fields.modern_day("redovisad") or date(year, 12, 31)
    if not text:
        return None
    level = level_of(text, ratings)
    if level is None:
        words = [level.word for level in ratings.levels]
        hint = nearest(text, words) or "en av: " + ", ".join(words)
        fields.wrong(fields.node.get("bedömning") or fields.node, f"okänd bedömning ”{text}”", hint)
    return PastAnswer(id, level or "", result, comment, day)


def level_of(text: str, ratings: RatingScale) -> str | None:
    """Id of the level that somebody calls so, by its word, its colour's word, id or symbol."""
    plain = text.casefold().strip()
    for level in ratings.levels:
        names = {level.id, level.word, level.short, level.symbol}
        if plain in {name.casefold() for name in names if name}:
            return level.id
    return None


def _read_action(node: Node, problems: list[Problem], year: int, subject: str = "") -> PastAction:
    keys = ACTION_KEYS[1:] if subject else ACTION_KEYS
    fields = Fields(node, "åtgärden", keys, problems)
    status = fields.choice("status", ActionStatus, ActionStatus.NOT_STARTED)
    done = status is not None and status.closed
    return PastAction(
        subject or fields.line("gäller", required=True),
        fields.text("åtgärd", required=True),
        fields.line("ansvarig", required=not done),
        fields.modern_day("klart", required=not done) or date(year, 12, 31),
        status or ActionStatus.NOT_STARTED,
    )


def _read_direct(node: Node, problems: list[Problem]) -> dict[str, ActionStatus]:
    found = {}
    for child in _below(node, "direktåtgärder"):
        fields = Fields(_part(child, ("status",)), "direktåtgärden", ("status",), problems)
        given = child.get("id")
        id = given.value if given is not None and isinstance(given.value, str) else ""
        status = fields.choice("status", ActionStatus, ActionStatus.NOT_STARTED)
        found[id] = status or ActionStatus.NOT_STARTED
    return found


def _check_subject(
    node: Node, subject: str, known: set[str] | None, problems: list[Problem]
) -> None:
    if known is not None and subject and subject not in known:
        place = (node.get("gäller") or node).place
        hint = nearest(subject, sorted(known)) or "id för en risk eller kontroll i filen"
        problems.append(Problem(place, f"åtgärden gäller ”{subject}”, som inte finns", hint))
