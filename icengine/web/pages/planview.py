"""A draft as its page shows it: what stands in it, what is wrong with it, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.draft import mark
from icengine.domain.draft_entries import Kind, Spot, named, order, part
from icengine.domain.labels import plan_title
from icengine.domain.plan import Control, DirectAction, Risk, Treatment
from icengine.domain.plan_difference import SEPARATELY
from icengine.domain.readback import Readback, read_back
from icengine.domain.risk import AssessedRisk
from icengine.domain.text import one_line
from icengine.domain.words import capital
from icengine.services.planwriting import PlanDesk
from icengine.store.register import Registered
from icengine.web.pages.plancontext import weighed, weight_words
from icengine.web.pages.planfacts import Facts, control_more, plan_facts, said, unit_name
from icengine.web.pages.planpaths import (
    CALENDAR,
    FILE,
    MOVE,
    PLAN,
    REGISTER,
    anchor,
    draft_path,
    new_path,
    part_path,
    plan_path,
)
from icengine.web.pages.planproblems import Wrong, problems_of
from icengine.web.pages.registerview import MatrixView, matrix_view
from icengine.web.pages.wording import Mark, lines, recent

T = TypeVar("T")


@dataclass(frozen=True)
class Deed:
    """Something to do with a part: a link, or a button that moves it."""

    word: str
    address: str = ""
    step: str = ""
    """ "upp" or "ned", for a button."""


@dataclass(frozen=True)
class PartView:
    """A risk, control, direktåtgärd or left-out risk."""

    kind: str
    name: str
    anchor: str
    heading: str
    lead: str
    """What it says, in a sentence; "" where there is nothing to say."""
    facts: Facts
    wrong: tuple[Wrong, ...]
    change: str
    """Address of its form; "" where it cannot be changed."""
    deeds: tuple[Deed, ...]
    seen: str
    """The order of its list, as it is shown."""
    zone: Mark | None = None
    value: str = ""
    tag: str = ""
    """How a risk is treated."""
    note: str = ""
    """What the register says by now."""
    more: Facts = ()
    """What is folded together."""
    times: Readback | None = None
    within: tuple[PartView, ...] = ()
    """Its controls and direktåtgärder."""
    grow: tuple[Deed, ...] = ()
    """What can be added to it."""


@dataclass(frozen=True)
class DraftView:
    """The whole page."""

    key: str
    title: str
    unit: str
    year: int
    number: int
    version: str
    saved: str
    fixed: bool
    may_change: bool
    facts: Facts
    wrong: tuple[Wrong, ...]
    """With the plan as a whole."""
    risks: tuple[PartView, ...]
    left_out: tuple[PartView, ...]
    matrix: MatrixView | None
    """Where the plan's risks stand; None where none is weighed."""
    left: tuple[tuple[str, str, int], ...]
    """What has something to mend: heading, address on the page, how many things."""
    count: int
    """Things to mend."""
    waiting: int
    """Risks of the register that are in neither list."""
    addresses: Mapping[str, str]


def draft_view(desk: PlanDesk, registered: Sequence[Registered], now: datetime) -> DraftView:
    """The draft in words."""
    draft, plan = desk.draft, desk.plan
    found = problems_of(desk)
    maker = _Maker(desk, found.at, {item.risk.id: item.risk for item in registered})
    risks = tuple(maker.risks())
    left_out = tuple(maker.left_out())
    parts = [part for top in (*risks, *left_out) for part in (top, *top.within)]
    left = [(p.heading, f"#{p.anchor}", len(p.wrong)) for p in parts if p.wrong]
    if found.plan:
        left.insert(0, ("Planen", "#planen", len(found.plan)))
    known = {str(e.get("id")).casefold() for e in _assessed_entries(desk)}
    return DraftView(
        key=draft.key,
        title=one_line(plan_title(plan.title, draft.year, desk.organisation.vocabulary)),
        unit=unit_name(desk, draft.unit),
        year=draft.year,
        number=draft.number,
        version=f"Utkast till version {draft.number}" if not desk.fixed else
        f"Version {draft.number}, skickad till beslut",
        saved=recent(draft.changed_at, local_date(now)),
        fixed=desk.fixed,
        may_change=desk.may_change,
        facts=tuple(plan_facts(desk)),
        wrong=tuple(found.plan),
        risks=risks,
        left_out=left_out,
        matrix=_matrix(desk),
        left=tuple(left),
        count=len(desk.problems),
        waiting=sum(item.risk.id.casefold() not in known for item in registered),
        addresses=_addresses(desk),
    )  # fmt: skip


def _matrix(desk: PlanDesk) -> MatrixView | None:
    spots = named(desk.document, Kind.RISK)
    risks = [risk for risk in desk.plan.risks if risk.id and risk.weight]
    if not risks:
        return None
    places = {
        desk.plan.risks[spot.index].id: f"#{anchor(Kind.RISK, name)}"
        for name, spot in reversed(spots.items())
        if spot.index < len(desk.plan.risks)
    }
    return replace(matrix_view(desk.plan.risk_scale, risks), addresses=places)


def _addresses(desk: PlanDesk) -> dict[str, str]:
    key = desk.draft.key
    return {
        "plan": draft_path(key, PLAN),
        "register": draft_path(key, REGISTER),
        "risk": new_path(key, Kind.RISK),
        "left_out": new_path(key, Kind.LEFT_OUT),
        "move": draft_path(key, MOVE),
        "calendar": draft_path(key, CALENDAR),
        "draft": draft_path(key),
        "file": draft_path(key, FILE),
        "decision": plan_path(key, "beslut"),
        "difference": plan_path(key, "skillnad"),
        "overview": plan_path(key),
    }


def _assessed_entries(desk: PlanDesk) -> Iterator[dict[str, object]]:
    for kind in (Kind.RISK, Kind.LEFT_OUT):
        for spot in named(desk.document, kind).values():
            found = part(desk.document, spot)
            if isinstance(found, dict):
                yield found


@dataclass(frozen=True)
class _Maker:
    """Makes the parts of the page."""

    desk: PlanDesk
    wrong: Mapping[tuple[Kind, str], list[Wrong]]
    register: Mapping[str, AssessedRisk]

    def risks(self) -> Iterator[PartView]:
        """Every risk of the plan with what is done about it."""
        controls = self._inside(Kind.CONTROL)
        actions = self._inside(Kind.ACTION)
        for name, spot in named(self.desk.document, Kind.RISK).items():
            risk = _nth(self.desk.plan.risks, spot.index)
            if risk is None:
                continue
            within = (*controls.get(spot.index, ()), *actions.get(spot.index, ()))
            yield self._risk(name, spot, risk, within)

    def left_out(self) -> Iterator[PartView]:
        """Every risk that the plan leaves out."""
        for name, spot in named(self.desk.document, Kind.LEFT_OUT).items():
            risk = _nth(self.desk.plan.left_out, spot.index)
            if risk is not None:
                facts = (("Skäl", tuple(lines(risk.reason))),) if risk.reason else ()
                yield self._part(
                    Kind.LEFT_OUT, name, spot, _heading(risk.id, risk.title, "Risken saknar namn"),
                    risk.sentence, facts, **self._weighed(risk),
                )  # fmt: skip

    def _inside(self, kind: Kind) -> dict[int, list[PartView]]:
        found: dict[int, list[PartView]] = {}
        for name, spot in named(self.desk.document, kind).items():
            risk = _nth(self.desk.plan.risks, spot.risk)
            if risk is None:
                continue
            if kind is Kind.CONTROL:
                control = _nth(risk.controls, spot.index)
                view = self._control(name, spot, control) if control else None
            else:
                action = _nth(risk.actions, spot.index)
                view = self._action(name, spot, action) if action else None
            if view:
                found.setdefault(spot.risk, []).append(view)
        return found

    def _part(
        self, kind: Kind, name: str, spot: Spot, heading: str, lead: str, facts: Facts, **more: object
    ) -> PartView:  # fmt: skip
        desk, key = self.desk, self.desk.draft.key
        entry = part(desk.document, spot)
        readable = isinstance(entry, dict) and not desk.hidden(kind, entry)
        change = part_path(key, kind, name) if desk.may_change and readable else ""
        return PartView(
            kind=str(kind), name=name, anchor=anchor(kind, name), heading=heading, lead=lead,
            facts=facts, wrong=tuple(self.wrong.get((kind, name), ())), change=change,
            deeds=tuple(self._deeds(kind, name, spot)) if desk.may_change else (),
            seen=mark(order(desk.document, spot)), **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def _deeds(self, kind: Kind, name: str, spot: Spot) -> Iterator[Deed]:
        key, count = self.desk.draft.key, len(order(self.desk.document, spot))
        if spot.index > 0:
            yield Deed("Flytta upp", step="upp")
        if spot.index < count - 1:
            yield Deed("Flytta ned", step="ned")
        word = "Ta ut" if kind is Kind.RISK else "Ta bort"
        if kind is Kind.LEFT_OUT:
            yield Deed("Ta in i planen", part_path(key, kind, name, "ta-in"))
        yield Deed(word, part_path(key, kind, name, "ta-bort"))

    def _risk(self, name: str, spot: Spot, risk: Risk, within: tuple[PartView, ...]) -> PartView:
        key, words = self.desk.draft.key, self.desk.organisation.vocabulary
        facts = tuple(
            said(
                (words("processområde").title, risk.area),
                (words("riskägare").title, risk.owner),
                ("Skäl", risk.reason),
            )
        )
        more = tuple(
            said(
                ("Befintliga åtgärder", risk.measures),
                ("Utan dem", weight_words(risk.weight_before, self.desk.plan.risk_scale)),
                ("Perspektiv", risk.perspective),
                ("Kategori", risk.category),
                ("Oegentligheter", "Kan röra oegentligheter" if risk.fraud else ""),
                ("Bedömd", _assessed(risk)),
                ("Ersätter", risk.replaces),
            )
        )
        grow = (
            Deed("Lägg till kontroll", new_path(key, Kind.CONTROL, name)),
            Deed("Lägg till direktåtgärd", new_path(key, Kind.ACTION, name)),
        )
        entry = part(self.desk.document, spot)
        return self._part(
            Kind.RISK, name, spot, _heading(risk.id, risk.title, "Risken saknar namn"),
            risk.sentence, facts, more=more, tag=_treatment(entry), within=within,
            grow=grow if self.desk.may_change and isinstance(entry, dict) else (),
            **self._weighed(risk),
        )  # fmt: skip

    def _weighed(self, risk: AssessedRisk) -> dict[str, object]:
        """How big it is, and whether the register says something else by now."""
        stands = self.register.get(risk.id)
        differs = stands is not None and stands != risk.assessment
        zone, value = weighed(risk, self.desk.plan.risk_scale)
        note = "Står nu annorlunda i riskregistret." if differs else ""
        return {"zone": zone, "value": value, "note": note}

    def _control(self, name: str, spot: Spot, control: Control) -> PartView:
        desk, words = self.desk, self.desk.organisation.vocabulary
        if desk.hidden(Kind.CONTROL, part(desk.document, spot)):
            heading = f"{control.id} {SEPARATELY}" if control.id else capital(SEPARATELY)
            return self._part(Kind.CONTROL, name, spot, heading, "", ())
        facts = tuple(
            said(
                ("Hur ofta?", control.frequency),
                (words("kontrollansvarig").title, control.owner),
                (words("godkännare").title, control.approver),
            )
        )
        return self._part(
            Kind.CONTROL, name, spot, _heading(control.id, control.title, "Kontrollen saknar namn"),
            one_line(control.what), facts, more=tuple(control_more(control, desk)),
            times=_times(desk, spot), tag="Skyddad" if control.protected else "",
        )  # fmt: skip

    def _action(self, name: str, spot: Spot, action: DirectAction) -> PartView:
        word = "Direktåtgärd"
        due = swedish_date(action.due) if action.due.year > 1 else ""
        facts = tuple(said(("Ansvarig", action.responsible), ("Klart senast", due)))
        heading = _heading(action.id, word, word)
        return self._part(Kind.ACTION, name, spot, heading, one_line(action.text), facts)


def _nth(items: Sequence[T], n: int) -> T | None:
    """The one at that place; None where the reader stopped before it."""
    return items[n] if n < len(items) else None


def _heading(id: str, title: str, missing: str) -> str:
    return " ".join(part for part in (id, one_line(title) or missing) if part)


def _treatment(entry: object) -> str:
    """The hantering as it stands; "" where none is chosen."""
    word = entry.get("hantering") if isinstance(entry, dict) else None
    known = {str(treatment) for treatment in Treatment}
    return capital(word) if isinstance(word, str) and word.casefold() in known else ""


def _assessed(risk: AssessedRisk) -> str:
    day = swedish_date(risk.assessed) if risk.assessed else ""
    return " av ".join(text for text in (day, risk.assessed_by) if text)


def _times(desk: PlanDesk, spot: Spot) -> Readback | None:
    """The dates of a control; None where they cannot be read, which is among what is wrong."""
    control = desk.plan.risks[spot.risk].controls[spot.index]
    if not control.reading:
        return None
    found = read_back(control, (), desk.plan.year)
    return found if found.summary else None
