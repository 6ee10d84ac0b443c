"""A year that is over, in a file of any kind -> the document that `domain/history.py` reads.

A municipality's table of last year has what each control showed in columns of its own, beside the
plan's. They are lifted out first, row by row; the plan is then read as any plan is, and what was
lifted out is put back at the control, or the direktåtgärd, of the same row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from icengine.domain.facts import ActionStatus
from icengine.domain.history import History, read_history
from icengine.domain.node import Node, Place, Problem
from icengine.domain.people import Organisation
from icengine.intake.archive import LARGEST, TOO_LARGE, Unfit
from icengine.intake.cells import read_day
from icengine.intake.columns import CONTROLS
from icengine.intake.flat import heads_known
from icengine.intake.grid import SUFFIXES, UNREAD, Sheet, Value, plain_value, read_grid
from icengine.intake.heads import flat_heads, folded, heads_of
from icengine.intake.naming import KnownOf, nothing_known
from icengine.intake.planfile import as_sheets, bytes_of
from icengine.intake.rows import CELL, find_head, reading_order
from icengine.intake.sheets import read_book
from icengine.intake.yamlfile import read_yaml

BESIDE = Place("kommandot")
"""Where the decision is said when the file does not say it."""
RESULT, ACTION = "svar", "åtgärd"
HEADS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("bedömning", "bedömning av kontroll", "årets bedömning", "trafikljus", "färg"),
                    (RESULT, "bedömning")),
    **dict.fromkeys(("resultat", "resultat av kontroll", "utfall", "iakttagelser", "resultat av granskning"),
                    (RESULT, "resultat")),
    **dict.fromkeys(("kommentar", "kommentarer"), (RESULT, "kommentar")),
    **dict.fromkeys(("redovisad", "redovisad den", "datum för redovisning", "genomförd", "utförd"),
                    (RESULT, "redovisad")),
    **dict.fromkeys(("åtgärd", "åtgärder", "åtgärd med anledning av resultat", "förslag till åtgärd"),
                    (ACTION, "åtgärd")),
    **dict.fromkeys(("ansvarig för åtgärd", "åtgärdsansvarig"), (ACTION, "ansvarig")),
    **dict.fromkeys(("klart", "klar senast", "klart datum", "åtgärd klar", "slutdatum", "när"),
                    (ACTION, "klart")),
    **dict.fromkeys(("status", "åtgärdens status", "status på åtgärd"), (ACTION, "status")),
}  # fmt: skip
"""What the columns are called that say what a year showed -> what they say, and of what."""
KNOWN = {folded(head): key for head, key in HEADS.items()}
ABOUT = {folded(head) for head in ("gäller", "kontroll", "risk", "kontroll eller risk", "id")}
OWN = {folded(head): key[1] for head, key in HEADS.items() if key[0] == ACTION} | {
    folded("ansvarig"): "ansvarig",
    **dict.fromkeys(ABOUT, "gäller"),
}
"""Heads of a sheet that holds the åtgärder alone."""
ACTION_SHEET, DIRECT_SHEET = folded("Åtgärder"), folded("Direktåtgärder")
STATUSES = {
    **dict.fromkeys(("klar", "klart", "avslutad", "avslutat", "genomförd", "åtgärdad", "ja"),
                    ActionStatus.DONE),
    **dict.fromkeys(("pågår", "pågående", "påbörjad", "delvis"), ActionStatus.STARTED),
    **dict.fromkeys(("ej påbörjad", "inte påbörjad", "öppen", "planerad", "nej"),
                    ActionStatus.NOT_STARTED),
}  # fmt: skip


@dataclass(frozen=True)
class PastFile:
    """What a file says of a year that is over."""

    history: History | None
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)


Lifted = dict[tuple[str, int], dict[tuple[str, str], Node]]
"""(sheet, row from 1) -> what the row says of what the year showed."""


def read_past_path(
    path: Path,
    organisation: Organisation,
    *,
    known: KnownOf | None = nothing_known,
    given: Mapping[str, str] | None = None,
    decision: Mapping[str, str] | None = None,
) -> PastFile:
    """The year in a file: .yaml, .xlsx, .ods or .csv.

    `known` and `given`: see `read_sheets`; `decision` holds what is said beside the file of the
    decision that adopted the plan. Raises NotFound where there is no such file to read.
    """
    suffix = path.suffix.casefold()
    if suffix in UNREAD:
        said = f"filer som slutar på {suffix} läses inte"
        hint = f"spara om den som {UNREAD[suffix]}"
        return PastFile(None, [Problem(Place(str(path)), said, hint)])
    if suffix not in SUFFIXES:
        node, problems = read_yaml(path)
        if node is None:
            return PastFile(None, problems)
        history, problems = read_history(_decided(node, decision), organisation)
        return PastFile(history, [_asked(problem) for problem in problems])
    data = bytes_of(path)
    if len(data) > LARGEST:
        return PastFile(None, [Problem(Place(str(path)), *TOO_LARGE)])
    try:
        grid = read_grid(data, suffix, heads_known)
    except Unfit as unfit:
        return PastFile(None, [Problem(Place(str(path)), *unfit.said)])
    return _read(grid, str(path), organisation, known, given or {}, decision)


def _read(
    grid: list[Sheet],
    source: str,
    organisation: Organisation,
    known: KnownOf | None,
    given: Mapping[str, str],
    decision: Mapping[str, str] | None,
) -> PastFile:
    lifted: Lifted = {}
    listed: list[Node] = []
    kept = []
    for sheet in grid:
        if folded(sheet.name) == ACTION_SHEET:
            listed += _actions(sheet, source)
        else:
            kept.append(_lift(sheet, source, lifted))
    read = read_book(kept, source, organisation, known=known, given=given)
    if read.node is None:
        return PastFile(None, read.problems, read.notices)
    node = _put_back(read.node, lifted, listed)
    history, problems = read_history(_decided(node, decision), organisation)
    said = [*read.problems, *(_asked(as_sheets(problem, read)) for problem in problems)]
    said = sorted(dict.fromkeys(said), key=reading_order([sheet.name for sheet in grid]))
    return PastFile(None if said else history, said, read.notices)


def _decided(node: Node, decision: Mapping[str, str] | None) -> Node:
    """The document with the decision that was said beside it, where it holds none."""
    if not isinstance(node.value, dict) or node.get("beslut") is not None:
        return node
    said = {key: Node(BESIDE, text) for key, text in (decision or {}).items() if text}
    return Node(node.place, {**node.value, "beslut": Node(BESIDE, said)}, node.key_places)


def _asked(problem: Problem) -> Problem:
    """A problem with what was said beside the file, or not."""
    if problem.place != BESIDE:
        return problem
    return replace(problem, hint="ange --dnr, --date och --paragraph")


# -- the columns that say what the year showed --


def _lift(sheet: Sheet, source: str, lifted: Lifted) -> Sheet:
    """The sheet without these columns, whose cells are noted by their rows."""
    head = find_head(sheet, flat_heads() | heads_of(CONTROLS) | KNOWN)
    if head is None:
        return sheet
    at = head[0]
    columns = {
        number: KNOWN[folded(value)]
        for number, value in enumerate(sheet.rows[at])
        if isinstance(value, str) and folded(value) in KNOWN
    }
    if folded(sheet.name) == DIRECT_SHEET:
        columns = {number: key for number, key in columns.items() if key[1] == "status"}
    elif not any(kind == RESULT for kind, _ in columns.values()):
        return sheet
    rows = [list(row) for row in sheet.rows]
    for number, row in enumerate(sheet.rows):
        for column, key in columns.items():
            if column >= len(row) or number < at:
                continue
            rows[number][column] = ""
            if number > at and (node := _node(sheet, source, number, column, key[1])):
                lifted.setdefault((sheet.name, number + 1), {})[key] = node
    return replace(sheet, rows=rows)


def _node(sheet: Sheet, source: str, row: int, column: int, key: str) -> Node | None:
    """A cell as its reader takes it; None where it is empty."""
    text = _text(sheet.rows[row][column], key)
    return Node(Place(source, cell=sheet.cell(row, column)), text) if text else None


def _text(value: Value, key: str) -> str:
    text = plain_value(value).strip()
    if key == "status":
        word = " ".join(text.casefold().split()).rstrip(".")
        return str(STATUSES.get(word, text))
    return read_day(text) if key in ("klart", "redovisad") else text


def _actions(sheet: Sheet, source: str) -> Iterator[Node]:
    """The rows of a sheet of åtgärder."""
    head = find_head(sheet, OWN)
    if head is None:
        return
    at, columns = head
    for number in range(at + 1, len(sheet.rows)):
        found = {
            key: node
            for column, key in columns.items()
            if column < len(sheet.rows[number])
            and (node := _node(sheet, source, number, column, key))
        }
        if found:
            yield Node(Place(source, cell=sheet.cell(number, 0)), found)


# -- back at their controls --


def _put_back(node: Node, lifted: Lifted, listed: list[Node]) -> Node:
    assert isinstance(node.value, dict)
    entries = dict(node.value)
    risks = node.get("risker")
    if risks is not None:
        entries["risker"] = Node(risks.place, tuple(_of_risk(r, lifted) for r in risks.children()))
    if listed:
        entries["åtgärder"] = Node(listed[0].place, tuple(listed))
    return Node(node.place, entries, node.key_places)


def _of_risk(risk: Node, lifted: Lifted) -> Node:
    entries = dict(risk.items())
    controls, direct = risk.get("kontroller"), risk.get("direktåtgärder")
    if controls is not None:
        found = tuple(_of_control(control, lifted) for control in controls.children())
        entries["kontroller"] = Node(controls.place, found)
    if direct is not None:
        found = tuple(_of_direct(action, lifted) for action in direct.children())
        entries["direktåtgärder"] = Node(direct.place, found)
    return Node(risk.place, entries, risk.key_places)


def _row(node: Node, lifted: Lifted) -> dict[tuple[str, str], Node]:
    """What was lifted out of the row that a node stands on."""
    found = CELL.fullmatch(node.place.cell)
    return lifted.get((found[1] or "", int(found[3])), {}) if found else {}


def _of_control(control: Node, lifted: Lifted) -> Node:
    said = _row(control, lifted)
    more = {key: node for (kind, key), node in said.items() if kind == RESULT}
    action = {key: node for (kind, key), node in said.items() if kind == ACTION}
    if "åtgärd" in action:
        place = action["åtgärd"].place
        more["åtgärder"] = Node(place, (Node(place, action),))
    return Node(control.place, {**dict(control.items()), **more}, control.key_places)


def _of_direct(action: Node, lifted: Lifted) -> Node:
    status = _row(action, lifted).get((ACTION, "status"))
    entries = dict(action.items()) | ({"status": status} if status else {})
    return Node(action.place, entries, action.key_places)
