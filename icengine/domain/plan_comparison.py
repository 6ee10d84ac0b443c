"""Two versions of a plan side by side: what is added, removed, changed and as before.

`plan_difference` tells the log the same in lines; this is for a page, thing by thing and field by
field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from icengine.domain.difference import scale_changes
from icengine.domain.plan import Control, Plan, Risk
from icengine.domain.plan_difference import (
    ADDED,
    ALTERED,
    REMOVED,
    SEPARATELY,
    action_words,
    assessment_parts,
    control_parts,
    differs,
    plan_parts,
    risk_parts,
)
from icengine.domain.risk import LeftOut


class Thing(StrEnum):
    """What is compared."""

    PLAN = "planen"
    RISK = "risk"
    CONTROL = "kontroll"
    LEFT_OUT = "utelämnad risk"


SAME = "som förut"


@dataclass(frozen=True)
class Part:
    """A field that differs."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Compared:
    """A risk, a control, or the plan itself, in two versions."""

    thing: Thing
    id: str
    """"" for the plan itself."""
    title: str
    """A protected control's is not told to those who may not read it."""
    how: str
    """ADDED, REMOVED, ALTERED or SAME."""
    parts: tuple[Part, ...]
    """What differs; of what is new or gone, all that it says."""


def compare(before: Plan, after: Plan, *, protected: bool) -> tuple[Compared, ...]:
    """Everything in either version, in the later one's order; `protected`: tell that too."""
    return (
        _plan(before, after),
        *_risks(before, after, protected=protected),
        *_left_out(before, after),
    )


def _plan(before: Plan, after: Plan) -> Compared:
    found = _pair(Thing.PLAN, "", "", plan_parts(before), plan_parts(after))
    scale = scale_changes(before.risk_scale, after.risk_scale)
    parts = (*found.parts, *(Part(item.what, item.before, item.after) for item in scale))
    return replace(found, parts=parts, how=ALTERED if parts else SAME)


def _risks(before: Plan, after: Plan, *, protected: bool) -> Iterator[Compared]:
    old, new = ({risk.id: risk for risk in plan.risks} for plan in (before, after))
    controls = tuple({c.id: (r, c) for r, c in plan.controls()} for plan in (before, after))
    for id in dict.fromkeys([*new, *old]):
        one, other = old.get(id), new.get(id)
        title = (other or old[id]).title
        yield _pair(Thing.RISK, id, title, _risk(one), _risk(other))
        shown = (other or old[id]).controls
        gone = [c for c in (one.controls if one else ()) if c.id not in controls[1] and other]
        for control in (*shown, *gone):
            yield _control(
                controls[0].get(control.id), controls[1].get(control.id), protected=protected
            )


def _risk(risk: Risk | None) -> dict[str, str] | None:
    if risk is None:
        return None
    actions = {f"direktåtgärd {item.id}": action_words(item) for item in risk.actions}
    return risk_parts(risk) | actions


def _control(
    before: tuple[Risk, Control] | None, after: tuple[Risk, Control] | None, *, protected: bool
) -> Compared:
    both = [pair[1] for pair in (before, after) if pair]
    control = both[-1]
    if any(item.protected for item in both) and not protected:
        how = ADDED if before is None else REMOVED if after is None else SAME
        if before and after and differs(before, after):
            how = ALTERED
        return Compared(Thing.CONTROL, control.id, SEPARATELY, how, ())
    old = control_parts(*before) if before else None
    new = control_parts(*after) if after else None
    return _pair(Thing.CONTROL, control.id, control.title, old, new)


def _left_out(before: Plan, after: Plan) -> Iterator[Compared]:
    old, new = ({risk.id: risk for risk in plan.left_out} for plan in (before, after))
    for id in dict.fromkeys([*new, *old]):
        one, other = old.get(id), new.get(id)
        title = (other or old[id]).title
        yield _pair(Thing.LEFT_OUT, id, title, _reasoned(one), _reasoned(other))


def _reasoned(risk: LeftOut | None) -> dict[str, str] | None:
    return assessment_parts(risk) | {"skäl": risk.reason} if risk else None


def _pair(
    thing: Thing,
    id: str,
    title: str,
    before: Mapping[str, str] | None,
    after: Mapping[str, str] | None,
) -> Compared:
    one, other = before or {}, after or {}
    parts = tuple(
        Part(name, one.get(name, ""), other.get(name, ""))
        for name in dict.fromkeys([*other, *one])
        if one.get(name, "") != other.get(name, "")
    )
    if before is None or after is None:
        return Compared(thing, id, title, ADDED if before is None else REMOVED, parts)
    return Compared(thing, id, title, ALTERED if parts else SAME, parts)
