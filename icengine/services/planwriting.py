"""Use cases of the pages where a plan is built: its draft as it can be read, and a part of it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from icengine.domain.access import Actor, Permit, Subject, may, scope
from icengine.domain.document import read_so_far
from icengine.domain.draft import Document, Draft, DraftState, ids, mark
from icengine.domain.draft_entries import (
    Kind,
    Spot,
    added,
    entry_of,
    named,
    order,
    own,
    part,
    with_own,
    without,
)
from icengine.domain.node import Node, Problem, as_node
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services.drafts import Saved, change_draft, draft_of
from icengine.services.people import current_organisation
from icengine.store.db import Session
from icengine.store.register import Registered, register
from icengine.store.usedids import REGISTER, used_ids


class IdTaken(Conflict):
    """Numret finns redan i utkastet."""


class IdUsed(Refused):
    """Numret har använts förut."""


NO_PART = "Det du ändrar är borta ur utkastet."


@dataclass(frozen=True)
class PlanDesk:
    """A draft as whoever works with it sees it."""

    draft: Draft
    node: Node
    """What is written, with the place of each thing."""
    plan: Plan
    """What can be read of it."""
    problems: tuple[Problem, ...]
    organisation: Organisation
    may_change: bool
    """May the reader change it, and is it open?"""
    sees_protected: bool

    @property
    def document(self) -> Document:
        """What is written, under the plan file's keys."""
        return self.draft.document

    @property
    def fixed(self) -> bool:
        """Is it sent to the decision?"""
        return self.draft.state is not DraftState.DRAFT

    def hidden(self, kind: Kind, entry: object) -> bool:
        """Is it a control that the reader only knows the number of?"""
        return kind is Kind.CONTROL and not self.sees_protected and protected(entry)


def protected(entry: object) -> bool:
    """Is a control marked as protected, in any way that could mean so?"""
    word = entry.get("skyddad") if isinstance(entry, dict) else None
    return word is not None and str(word).casefold() != "nej"


def plan_desk(
    session: Session, *, actor: Actor, key: str, permit: Permit = Permit.READ
) -> PlanDesk:
    """The draft of a plan. Raises NotFound where there is none or it may not be seen."""
    draft = draft_of(session, actor=actor, key=key, permit=permit)
    organisation = current_organisation(session, actor=actor)
    node = as_node(draft.document, "utkastet")
    plan, problems = read_so_far(node, organisation)
    subject = Subject(draft.unit)
    return PlanDesk(
        draft, node, plan, tuple(problems), organisation,
        may(actor, Permit.CONTROL, subject) and draft.state is DraftState.DRAFT,
        may(actor, Permit.READ_PROTECTED, subject),
    )  # fmt: skip


def register_of(session: Session, *, actor: Actor, unit: str) -> list[Registered]:
    """The risks of a unit's register that are not avförda, as they stand."""
    found = register(session, scope(actor, Permit.READ), unit)
    return [item for item in found if not item.retired]


def taken_ids(session: Session, *, actor: Actor, draft: Draft) -> dict[str, str]:
    """Every id that the draft's unit has used, in this draft or elsewhere, and where."""
    if not may(actor, Permit.READ, Subject(draft.unit)):
        raise NotFound
    return used_ids(session, draft.unit, draft.key) | dict.fromkeys(ids(draft.document), "")


def change_part(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    kind: Kind,
    name: str,
    seen: str,
    change: Callable[[Document, Spot], Document],
    whole: bool = False,
) -> Saved:
    """Change something that stands in a draft, where it is as the one who changes it saw it.

    `whole`: the lists in it too. Raises Conflict where it is not, NotAllowed for a protected control
    that they may not read.
    """

    def thought_out_from(document: Document) -> object:
        entry = entry_of(document, kind, name)
        return entry if whole else own(entry)

    def changed(document: Document) -> Document:
        spot = named(document, kind).get(name)
        if spot is None:
            raise Conflict(NO_PART)
        _check_readable(actor, document, kind, part(document, spot))
        return change(document, spot)

    return change_draft(
        session, actor=actor, now=now, key=key, change=changed, seen=seen, part=thought_out_from
    )


def rewrite_part(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    kind: Kind,
    name: str,
    seen: str,
    entry: Document,
    risk: str = "",
    same: bool = False,
) -> Saved:
    """Something in a draft as a form says it; the lists in it stay. `risk`: where it is to stand.

    Raises as `change_part`, and as `add_part` where it gets another id.
    """

    def change(document: Document, spot: Spot) -> Document:
        id, before = str(entry.get("id") or ""), part(document, spot).get("id")
        if id and id != before:
            _check_id(session, document, key, id, same)
        return (
            to_risk(with_own(document, spot, entry), spot, risk)
            if risk
            else with_own(document, spot, entry)
        )

    return change_part(
        session, actor=actor, now=now, key=key, kind=kind, name=name, seen=seen, change=change
    )


def add_part(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    kind: Kind,
    entry: Document,
    risk: str = "",
    same: bool = False,
) -> Saved:
    """One more risk, control, direktåtgärd or left-out risk, last in its list.

    Raises IdTaken where the draft has the id by now, Conflict where it no longer has the risk that
    it would stand in, IdUsed where the unit has used the id before and `same` does not say that it
    is the same thing.
    """

    def change(document: Document) -> Document:
        spot = named(document, Kind.RISK).get(risk)
        if kind.in_risk and (spot is None or not isinstance(part(document, spot), dict)):
            raise Conflict(NO_PART)
        id = str(entry.get("id") or "")
        if id:
            _check_id(session, document, key, id, same)
        return added(document, kind, entry, spot.index if spot else 0)

    return change_draft(
        session, actor=actor, now=now, key=key, change=change,
        part=lambda _: None, seen=mark(None),
    )  # fmt: skip


def facts(document: Document) -> Document:
    """What holds for the whole plan: the document without its risks."""
    return {k: v for k, v in document.items() if k not in (Kind.RISK, Kind.LEFT_OUT)}


def rewrite_facts(
    session: Session, *, actor: Actor, now: datetime, key: str, seen: str, entry: Document
) -> Saved:
    """What holds for the whole plan, as a form says it. Raises Conflict where it has changed."""

    def change(document: Document) -> Document:
        return {**entry, **{k: v for k, v in document.items() if k in (Kind.RISK, Kind.LEFT_OUT)}}

    return change_draft(
        session, actor=actor, now=now, key=key, change=change, part=facts, seen=seen
    )


def to_risk(document: Document, spot: Spot, name: str) -> Document:
    """The document with a control or direktåtgärd last in the risk of that name."""
    risk = named(document, Kind.RISK).get(name)
    if risk is None or not isinstance(part(document, risk), dict):
        raise Conflict(NO_PART)
    if risk.index == spot.risk:
        return document
    return added(without(document, spot), spot.kind, part(document, spot), risk.index)


def move_part(
    session: Session, *, actor: Actor, now: datetime, key: str, kind: Kind, name: str, seen: str,
    change: Callable[[Document, Spot], Document],
) -> Saved:  # fmt: skip
    """Another order of a list, where it is as the one who changes it saw it. Raises Conflict."""

    def listed(document: Document) -> object:
        spot = named(document, kind).get(name)
        return order(document, spot) if spot else None

    def changed(document: Document) -> Document:
        spot = named(document, kind).get(name)
        if spot is None:
            raise Conflict(NO_PART)
        return change(document, spot)

    return change_draft(
        session, actor=actor, now=now, key=key, change=changed, part=listed, seen=seen
    )


def _unit(document: Document) -> str:
    return str(document.get("enhet"))


def _check_id(session: Session, document: Document, key: str, id: str, same: bool) -> None:
    """No id is used again."""
    if id.casefold() in {other.casefold() for other in ids(document)}:
        raise IdTaken(f"{id} finns redan i utkastet.")
    used = {
        other.casefold(): place for other, place in used_ids(session, _unit(document), key).items()
    }
    place = used.get(id.casefold())
    if place is not None and not same:
        where = f"står i {REGISTER}" if place == REGISTER else f"har använts i {place}"
        raise IdUsed(f"{id} {where}.")


def _check_readable(actor: Actor, document: Document, kind: Kind, entry: object) -> None:
    hidden = kind is Kind.CONTROL and protected(entry)
    if hidden and not may(actor, Permit.READ_PROTECTED, Subject(_unit(document))):
        raise NotAllowed
