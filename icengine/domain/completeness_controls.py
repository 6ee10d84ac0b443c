"""What is missing or weak in one control of a plan."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from icengine.domain.calendar import swedish_date
from icengine.domain.finding import Finding
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, Plan
from icengine.domain.timing import Timed
from icengine.domain.words import capital, listed

OR_WHY = ", eller skriv varför det är rätt här."
"""How a remedy ends for what may stay as it is, with a reason."""
_LAST_DAY = re.compile(r"31 december [0-9]{4}|[0-9]{4}-12-31")
_AFTER_HOLIDAYS = (8, 15)
"""(month, day) from which work that opened in July is not July's work."""


def control_findings(
    plan: Plan, control: Control, organisation: Organisation, day: date, *, july: bool
) -> Iterator[Finding]:
    """In the order of the control's own fields.

    `day` is when the plan is decided; `july`: say which work opens in July.
    """
    if not control.sample:
        yield _about(
            control, "urval", "urvalet är inte beskrivet.",
            f"Skriv hur mycket som kontrolleras och hur det väljs ut{OR_WHY}",
        )  # fmt: skip
    yield from _other_year(plan, control)
    if july:
        yield from _in_july(control)
    first = min((item.opens for item in control.occurrences), default=day)
    yield from _nobody(control, "ansvarig", control.owner, organisation, first)
    yield from _self_review(plan, control)
    yield from _approval(control, organisation, first)


def _about(
    control: Control, kind: str, said: str, remedy: str, *, stops: bool = False
) -> Finding:  # fmt: skip
    key, sentence = f"{kind}:{control.id}", f"{control.id}: {said}"
    return Finding(key, control.id, sentence, remedy, stops, control.protected)


def july_work(item: Timed) -> bool:
    """Is it to be done in July? What only opens then has August and more to be done in."""
    return item.opens.month == 7 and (item.due.month, item.due.day) < _AFTER_HOLIDAYS


def _in_july(control: Control) -> Iterator[Finding]:
    labels = [item.window.label for item in control.occurrences if july_work(item)]
    if labels:
        which = "" if control.protected else f" ({listed(labels)})"
        yield _about(
            control, "juli", f"arbetet öppnar i juli, semestermånaden{which}.",
            f"Välj en annan tid{OR_WHY}",
        )  # fmt: skip


def _other_year(plan: Plan, control: Control) -> Iterator[Finding]:
    """A text that speaks of the year before the plan's, and not of the plan's own: last year's text."""
    texts = (
        ("målet med kontrollen", control.objective),
        ("målet", control.goal),
        ("urvalet", control.sample),
        ("metoden", control.method),
        ("kontrollmomentet", control.what),
    )
    names = [name for name, text in texts if _of_year_before(text, plan.year)]
    if names:
        said = "en text" if control.protected else listed(names)
        yield _about(
            control, "årtal", f"{said} nämner {plan.year - 1}, men planen gäller {plan.year}.",
            f"Skriv om det för {plan.year}{OR_WHY}",
        )  # fmt: skip


def _of_year_before(text: str, year: int) -> bool:
    """How it was when the year before ended is what a year is often compared with ("antalet anställda
    den 31 december 2021"), and a diarienummer is no year that a text is about."""
    years = re.findall(r"(?<![0-9/])[0-9]{4}(?![0-9/])", _LAST_DAY.sub("", text))
    return str(year - 1) in years and str(year) not in re.findall(r"[0-9]{4}", text)


def _held(function: str, organisation: Organisation, day: date) -> tuple[str, ...]:
    found = organisation.function(function)
    return found.held_by(day) if found else ()


def _nobody(
    control: Control, kind: str, function: str, organisation: Organisation, day: date
) -> Iterator[Finding]:
    """A function that nobody holds on the day that it is needed."""
    if not _held(function, organisation, day):
        yield _about(
            control, kind,
            f"{_named(control, function)} har ingen innehavare "
            f"{'när kontrollen öppnar ' if control.occurrences else ''}{swedish_date(day)}.",
            f"Ge funktionen till någon, välj en annan{OR_WHY}",
        )  # fmt: skip


def _named(control: Control, function: str) -> str:
    """The function; not of a protected control, of which only the number is told."""
    return "funktionen" if control.protected else function


def _performers(control: Control) -> dict[str, None]:
    """Functions that do the work or answer for it."""
    shared = [name for _, name in control.shared.owners] if control.shared else []
    return dict.fromkeys([control.performer or control.owner, control.owner, *shared])


def _self_review(plan: Plan, control: Control) -> Iterator[Finding]:
    """The one who performs it also owns the process, or wrote the plan."""
    performs = control.performer or control.owner
    also = [
        said
        for function, said in (
            (control.process_owner, "äger processen"),
            (plan.author, "har upprättat planen"),
        )
        if function == performs
    ]
    if also:
        who = capital(_named(control, performs))
        yield _about(
            control, "självgranskning", f"självgranskning. {who} utför den och {listed(also)}.",
            f"Låt någon annan utföra den{OR_WHY}",
        )  # fmt: skip


def _approval(control: Control, organisation: Organisation, day: date) -> Iterator[Finding]:
    """Nobody approves their own answer."""
    if not control.approver:
        return
    word = organisation.vocabulary("godkännare")
    if control.approver in _performers(control):
        yield _about(
            control, "godkännare",
            f"{_named(control, control.approver)} är {word.one} för sitt eget svar.",
            f"Välj en annan {word.one}." if word.article == "en" else f"Välj ett annat {word.one}.",
            stops=True,
        )  # fmt: skip
        return
    holders = _held(control.approver, organisation, day)
    if not holders:
        yield from _nobody(control, "godkännare", control.approver, organisation, day)
    elif not _others(holders, _held(control.owner, organisation, day)):
        yield _about(
            control, "godkännare",
            f"den som är {word.one} svarar också själv {swedish_date(day)}, så det blir "
            "controllern som läser svaret.",
            f"Ge en av funktionerna till någon annan{OR_WHY}",
        )  # fmt: skip


def _others(holders: Collection[str], answering: Collection[str]) -> bool:
    return bool(set(holders) - set(answering))
