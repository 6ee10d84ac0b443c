"""A workbook or a .csv file -> the tree of Nodes that a plan file is, each with its sheet and cell.

The sheets are ours (`columns.py`), a municipality's own with the same content under other heads, or
one table with a risk and its control on each row (`flat.py`). What cannot be read is a problem; what
was read in another way than it stands, or left out, is a notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from icengine.domain.node import Node, Place, Problem
from icengine.domain.people import Organisation
from icengine.domain.scale import DEFAULT_RISKS
from icengine.intake import planrows
from icengine.intake.archive import Unfit
from icengine.intake.columns import (
    ACTIONS,
    AREAS,
    BASIS,
    CONTROLS,
    EXAMPLES,
    HELP,
    LEFT_OUT,
    LISTS,
    MATRIX,
    MEASURES,
    OCCURRENCES,
    PERIODS,
    PLAN,
    RATINGS,
    RISKS,
    SHARED,
    STEPS,
    TABLES,
    ZONES,
    Choice,
)
from icengine.intake.details import attach_details
from icengine.intake.flat import Entry, heads_known, is_flat, read_flat
from icengine.intake.grid import Sheet, read_grid
from icengine.intake.heads import SENTENCE, folded, sheet_names
from icengine.intake.naming import KnownOf, name_rows, nothing_known
from icengine.intake.rows import Handed, Row, read_rows, reading_order
from icengine.intake.scalerows import level_nodes, matrix_node, step_words
from icengine.intake.sentences import Sentences

UNSEEN = (HELP, LISTS, EXAMPLES)
TABLE_OF = {table.name: table for table in TABLES}
ORDINARY = [
    column.head for table in (RISKS, CONTROLS) for column in table.columns if column.required
]


@dataclass(frozen=True)
class Read:
    """What a file of sheets says."""

    node: Node | None
    """None where it could not be read."""
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    """What was read in another way than it stands, or not at all."""
    basis: str = ""
    """The draft or version it was made from, where it says so."""
    columns: Mapping[str, set[str]] = field(default_factory=dict)
    """Sheet -> the keys that have a column there."""
    sheets: tuple[str, ...] = ()
    """The names of its sheets, in their order."""


def read_sheets(
    data: bytes,
    source: str,
    suffix: str,
    organisation: Organisation | None = None,
    *,
    known: KnownOf | None = nothing_known,
    given: Mapping[str, str] | None = None,
) -> Read:
    """The file as a tree, with every problem and notice.

    `known` says what the unit has ids for, so that rows without one can get one; None where they
    must not. `given` holds what is said beside the file: its unit, its year, who wrote the plan.
    """
    try:
        grid = read_grid(data, suffix, heads_known)
    except Unfit as unfit:
        return Read(None, [Problem(Place(source), *unfit.said)])
    return read_book(grid, source, organisation, known=known, given=given)


def read_book(
    grid: list[Sheet],
    source: str,
    organisation: Organisation | None = None,
    *,
    known: KnownOf | None = nothing_known,
    given: Mapping[str, str] | None = None,
) -> Read:
    """The same for sheets that have been read already."""
    return _Book(source, grid, organisation, given or {}).read(known)


class _Book:
    """One file being read."""

    def __init__(
        self,
        source: str,
        grid: list[Sheet],
        organisation: Organisation | None,
        given: Mapping[str, str],
    ) -> None:
        self.organisation, self.given = organisation, given
        self.grid = grid
        self.handed = Handed(source, self._steps)
        self.rows: dict[str, list[Row]] = {}
        self.words: dict[str, tuple[str, ...]] = {}
        self.entries: list[Entry] = []
        self.flat = False

    def _steps(self, choice: Choice) -> tuple[str, ...]:
        """The words of an axis: the file's own, else the organisation's."""
        axis = "sannolikhet" if choice is Choice.LIKELIHOOD else "konsekvens"
        if self.words.get(axis):
            return self.words[axis]
        scale = self.organisation.risk_scale if self.organisation else DEFAULT_RISKS
        return scale.likelihood if axis == "sannolikhet" else scale.consequence

    def read(self, known: KnownOf | None) -> Read:
        handed = self.handed
        names = tuple(sheet.name for sheet in self.grid)
        plan: dict[str, Node] = {}
        named = self._named()
        for sheet, name in named:
            if name == PLAN.name:
                plan |= planrows.read_plan_sheet(handed, sheet)
        # The words of the scale come first: steps may be written as words.
        for sheet, name in sorted(named, key=lambda pair: pair[1] != STEPS.name):
            if name in TABLE_OF:
                self.rows.setdefault(name, []).extend(read_rows(handed, sheet, TABLE_OF[name]))
                self.words = step_words(self.rows.get(STEPS.name, []))
            elif name == "":
                plan = planrows.read_above(handed, sheet) | plan
                self.entries += read_flat(handed, sheet)
                self.flat = True
        basis = plan.pop(BASIS, None)
        if not self.entries and RISKS.name not in self.rows and not plan:
            self._nothing_known()
            return Read(None, handed.problems, handed.notices, sheets=names)
        planrows.complete(handed, plan, self.given, self.organisation, self.flat)
        node = self._node(plan, known)
        handed.problems.sort(key=reading_order(names))
        handed.notices.sort(key=reading_order(names))
        said = basis.value if basis and isinstance(basis.value, str) else ""
        return Read(node, handed.problems, handed.notices, said, handed.columns, names)

    def _named(self) -> list[tuple[Sheet, str]]:
        """Each sheet that is read with our name for it; "" for a table of risks and controls."""
        found = []
        names = {folded(sheet.name) for sheet in self.grid}
        risks = {name for name, ours in sheet_names().items() if ours == RISKS.name}
        for sheet in self.grid:
            if sheet.name in UNSEEN or not any(value != "" for row in sheet.rows for value in row):
                continue
            if sheet.hidden:
                self.handed.note(
                    Place(self.handed.source, cell=f"{sheet.name}!A1"),
                    "bladet är dolt och läses inte",
                )
                continue
            ours = sheet_names().get(folded(sheet.name), "")
            alone = ours in (CONTROLS.name, PLAN.name) and not names & risks and is_flat(sheet)
            if ours and not alone:
                found.append((sheet, ours))
            elif is_flat(sheet):
                found.append((sheet, ""))
            else:
                place = self.handed.place(sheet, 0, 0)
                what = f"bladet {sheet.name}" if sheet.name else "filen"
                self.handed.note(
                    place, f"{what} läses inte", "det har inga rubriker som hör till en plan"
                )
        return found

    def _nothing_known(self) -> None:
        self.handed.wrong(
            Place(self.handed.source), "filen har inga rubriker som hör till en plan",
            f"till exempel {', '.join(dict.fromkeys(ORDINARY))}; börja från plans/mall.xlsx",
        )  # fmt: skip

    def _node(self, plan: dict[str, Node], known: KnownOf | None) -> Node:
        handed = self.handed
        self.entries += self._entries()
        left_out = self.rows.get(LEFT_OUT.name, [])
        for row in (*(entry.row for entry in self.entries), *left_out):
            planrows.check_value(handed, row)
        if known is not None:
            unit, year = (_said(plan.get(key)) for key in ("enhet", "år"))
            name_rows(handed, self.entries, left_out, known(unit, year))
        details = attach_details(
            handed,
            [row for entry in self.entries for row in entry.controls],
            *(self.rows.get(table.name, []) for table in (OCCURRENCES, MEASURES, SHARED)),
        )
        risks = [_risk(entry, details) for entry in self.entries]
        found = plan | {
            "processområden": _many(self.rows.get(AREAS.name, []), "område"),
            "bedömningsskala": level_nodes(self.rows.get(RATINGS.name, [])),
            "riskskala": matrix_node(
                handed, *(self.rows.get(table.name, []) for table in (STEPS, MATRIX, ZONES))
            ),
            "perioder": planrows.period_node(handed, self.rows.get(PERIODS.name, [])),
            "risker": Node(Place(handed.source), tuple(risks)) if risks else None,
            "utelämnade risker": _listed([row.node(_keys(LEFT_OUT.keys)) for row in left_out]),
        }
        entries = {key: node for key, node in found.items() if node is not None}
        return Node(
            Place(handed.source), entries, {key: node.place for key, node in entries.items()}
        )

    def _entries(self) -> list[Entry]:
        """The risks of the sheet Risker, each with the rows of the other sheets that name it."""
        entries = [Entry(row) for row in self.rows.get(RISKS.name, [])]
        for name in (RISKS.name, LEFT_OUT.name):
            sentences = Sentences(self.handed)
            for row in self.rows.get(name, []):
                if SENTENCE in row.values:
                    sentences.risk(row)
            sentences.finish()
        by_name: dict[str, Entry] = {}
        for key in ("id", "titel"):  # an id is surer than a title
            for entry in entries:
                if entry.row.text(key):
                    by_name.setdefault(entry.row.text(key).casefold(), entry)
        for table in (CONTROLS, ACTIONS):
            for row in self.rows.get(table.name, []):
                named = planrows.named_by(self.handed, row, "risk", by_name, "risken", RISKS.name)
                if named is not None:
                    (named.controls if table is CONTROLS else named.actions).append(row)
        return entries


def _keys(keys: Iterable[str]) -> list[str]:
    return [key for key in keys if key not in ("riskvärde", "risk")]


def _risk(entry: Entry, details: Mapping[int, dict[str, Node]]) -> Node:
    controls = [
        row.node(_keys(CONTROLS.keys), **details.get(id(row), {})) for row in entry.controls
    ]
    actions = [row.node(_keys(ACTIONS.keys)) for row in entry.actions]
    more = {"kontroller": _listed(controls), "direktåtgärder": _listed(actions)}
    return entry.row.node(_keys(RISKS.keys), **{key: node for key, node in more.items() if node})


def _listed(nodes: list[Node]) -> Node | None:
    return Node(nodes[0].place, tuple(nodes)) if nodes else None


def _many(rows: list[Row], key: str) -> Node | None:
    return _listed([row.values[key] for row in rows if row.text(key)])


def _said(node: Node | None) -> str:
    return node.value if node and isinstance(node.value, str) else ""
