"""The reader's problems with a draft, each at the thing that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from icengine.domain.draft_entries import Kind, Spot, named, part
from icengine.domain.node import Node, Problem
from icengine.domain.words import capital, many
from icengine.services.planwriting import PlanDesk
from icengine.web.pages.planfields import UNKNOWN, Shape, places
from icengine.web.pages.planpaths import PLAN, draft_path, part_path
from icengine.web.pages.planshapes import plan_shape, shape_of
from icengine.web.pages.planwords import label_of, said


@dataclass(frozen=True)
class Wrong:
    """A problem as a page says it."""

    text: str
    address: str
    """The field where it is mended; "" where only a file can."""
    field: str = ""
    """That field's name."""


@dataclass
class Found:
    """Every problem of a draft."""

    plan: list[Wrong] = field(default_factory=list)
    """With the plan as a whole."""
    at: dict[tuple[Kind, str], list[Wrong]] = field(default_factory=dict)
    """With a part of it, by its kind and name."""

    def of(self, kind: Kind, name: str) -> tuple[Wrong, ...]:
        """Problems with a part."""
        return tuple(self.at.get((kind, name), ()))


def node_of(root: Node, spot: Spot) -> Node | None:
    """The node of a part of a document."""
    holder: Node | None = root
    if spot.kind.in_risk:
        holder = node_of(root, Spot(Kind.RISK, spot.risk))
    listed = holder.get(str(spot.kind)) if holder else None
    items = listed.children() if listed else ()
    return items[spot.index] if spot.index < len(items) else None


def problems_of(desk: PlanDesk) -> Found:
    """The problems of a draft at its parts; a protected control says how many, and no more."""
    found = Found()
    by_cell = _by_cell(desk)
    fields: dict[tuple[Kind, str], dict[tuple[str, str], str]] = {}
    shapes = {kind: shape_of(desk, kind) for kind in Kind}
    for problem in desk.problems:
        owner = _owner(problem.place.cell, by_cell)
        if owner is None:
            found.plan.append(_of_plan(desk, problem))
            continue
        kind, name, node = owner
        if (kind, name) not in fields:
            fields[kind, name] = places(shapes[kind], node)
        address = part_path(desk.draft.key, kind, name)
        wrong = _wrong(problem, shapes[kind], fields[kind, name], address)
        found.at.setdefault((kind, name), []).append(wrong)
    _hide(desk, found)
    return found


Owner = tuple[Kind, str, Node]


def _by_cell(desk: PlanDesk) -> dict[str, Owner]:
    """Every part by the place that it stands at; of several at the same, the first."""
    found: dict[str, Owner] = {}
    for kind in Kind:
        for name, spot in named(desk.document, kind).items():
            node = node_of(desk.node, spot)
            if node is not None:
                found.setdefault(node.place.cell, (kind, name, node))
    return found


def _owner(cell: str, by_cell: dict[str, Owner]) -> Owner | None:
    """The innermost part that a place lies in."""
    while cell:
        if cell in by_cell:
            return by_cell[cell]
        cell = cell.rpartition("/")[0]
    return None


def _wrong(
    problem: Problem, shape: Shape, fields: dict[tuple[str, str], str], address: str
) -> Wrong:
    name = fields.get((problem.place.cell, problem.key)) or fields.get((problem.place.cell, ""), "")
    if not name and problem.message.startswith("okänd nyckel"):
        name = UNKNOWN
    return Wrong(
        said(problem, *label_of(shape, name)), f"{address}#{name}" if name else address, name
    )


def _of_plan(desk: PlanDesk, problem: Problem) -> Wrong:
    address, shape = draft_path(desk.draft.key, PLAN), plan_shape(desk)
    wrong = _wrong(problem, shape, places(shape, desk.node), address)
    return wrong if wrong.field else Wrong(wrong.text, "")


def _hide(desk: PlanDesk, found: Found) -> None:
    controls = named(desk.document, Kind.CONTROL)
    for (kind, name), some in found.at.items():
        if kind is Kind.CONTROL and desk.hidden(kind, part(desk.document, controls[name])):
            count = capital(many(len(some), "sak", "saker"))
            found.at[kind, name] = [Wrong(f"{count} att rätta i den här kontrollen.", "")]


def faults(some: Iterable[Wrong]) -> dict[str, str]:
    """Field -> what is wrong there."""
    found: dict[str, list[str]] = {}
    for wrong in some:
        if wrong.field:
            found.setdefault(wrong.field, []).append(wrong.text)
    return {name: " ".join(texts) for name, texts in found.items()}


def without_field(some: Iterable[Wrong]) -> Iterator[str]:
    """What is wrong with the part as a whole."""
    return (wrong.text for wrong in some if not wrong.field)
