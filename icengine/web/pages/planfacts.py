"""What a plan and its controls say, as terms with their texts, on the draft's page."""

from __future__ import annotations

from collections.abc import Iterator

from icengine.domain.plan import Control
from icengine.domain.text import one_line
from icengine.domain.words import capital
from icengine.services.planwriting import PlanDesk
from icengine.web.pages.wording import lines, steps

Facts = tuple[tuple[str, tuple[str, ...]], ...]


def unit_name(desk: PlanDesk, id: str) -> str:
    unit = desk.organisation.unit(id)
    return one_line(unit.name) if unit else id


def plan_facts(desk: PlanDesk) -> Iterator[tuple[str, tuple[str, ...]]]:
    plan, words = desk.plan, desk.organisation.vocabulary
    yield from said(
        ("Upprättad av", plan.author),
        ("Riktlinje", plan.guideline),
        (capital(words("processområde").several), ", ".join(filter(None, plan.areas))),
        ("Det som tas med vidare går till", f"planen för {plan.carry_to}" if plan.carry_to else ""),
        ("Löpande kontroller redovisas", plan.reporting),
        ("Egna ord", ", ".join(f"{word}: {meant}" for word, meant in plan.periods)),
        ("Uppgifter öppnar tidigast", _days(plan.opens_before, "dagar före sista dagen")),
        ("Redovisas", _days(plan.due_after, "arbetsdagar efter perioden")),
    )
    own = [k for k in ("bedömningsskala", "riskskala") if desk.document.get(k)]
    if own:
        yield "Egna skalor", (f"{capital(' och '.join(own))}, som ändras i planfilen",)


def _days(number: int | None, words: str) -> str:
    return "" if number is None else f"{number} {words}"


def said(*facts: tuple[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for term, text in facts:
        if text:
            yield term, tuple(lines(text))


def control_more(control: Control, desk: PlanDesk) -> Iterator[tuple[str, tuple[str, ...]]]:
    if control.method:
        yield "Metod", tuple(steps(control.method))
    goal = control.measure.goal if control.measure else None
    measured = f"{control.measure.part} av {control.measure.whole}" if control.measure else ""
    yield from said(
        ("Urval", control.sample),
        ("Kontrollmål", control.objective),
        ("Mål", control.goal),
        ("Mätning", measured + (f", mål {goal} procent" if goal is not None else "")),
        ("Processägare", control.process_owner),
        ("Utförare", control.performer),
        ("Obligatorisk enligt", control.mandatory),
        ("Klass", control.category),
        ("Gemensam", _shared(control, desk)),
        ("Inloggning", "Krävs för att svara" if control.login else ""),
        ("Ersätter", control.replaces),
    )


def _shared(control: Control, desk: PlanDesk) -> str:
    if control.shared is None:
        return ""
    parts = [", ".join(f"alla av slaget {kind}" for kind in control.shared.kinds)]
    parts += [f"under {unit_name(desk, control.shared.below)}"] if control.shared.below else []
    parts += [", ".join(unit_name(desk, id) for id in control.shared.units)]
    parts += [f"{unit_name(desk, id)} svarar genom {who}" for id, who in control.shared.owners]
    return capital("; ".join(text for text in parts if text))
