"""How much of the plan was carried out: in sentences, per perspective, and what is left to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icengine.domain.assessment import Yearly, days_late
from icengine.domain.calendar import swedish_date
from icengine.domain.labels import ENGINES, Word
from icengine.domain.plan import Control, Risk
from icengine.domain.report_findings import Findings
from icengine.domain.report_model import Block, Cell, Column, Mark, Section, Table, Text
from icengine.domain.report_widths import counting_column
from icengine.domain.text import one_line
from icengine.domain.words import capital, counted, listed, many, named, number, of

NO_EVENT = "Inget tillfälle är registrerat."
"""Of an event control without an event: nobody knows that nothing has happened."""


def count_cell(n: int) -> Cell:
    """A count, as figures."""
    return Cell(number(n), n)


def done_of(year: Yearly) -> str:
    """ "2 av 3"; "Utgår" or "Inte aktuellt" where nothing is left to count."""
    if year.planned:
        return f"{number(year.done)} av {number(year.planned)}"
    return "Utgår" if year.withdrawn else "Inte aktuellt"


def preliminary(found: Findings) -> str:
    """What a report says of itself while occurrences återstår; "" where none does.

    A protected control's date is not told.
    """
    left = found.waiting()
    if not left:
        return ""
    said = (
        f"Preliminär: {many(len(left), 'kontrolltillfälle', 'kontrolltillfällen', 'ett')} återstår"
    )
    if any(control.protected for control, _ in left):
        return f"{said}."
    last = swedish_date(max(task.due for _, task in left))
    joint = " och" if len(left) == 1 else ", det sista"
    return f"{said}{joint} ska lämnas in senast den {last}."


def extent(found: Findings, marks: Mapping[str, Mark]) -> Section:
    """How many controls there are, how far they came, and how many per perspective."""
    blocks: list[Block] = [
        Text(tuple(filter(None, (_plan_sentence(found), _done_sentence(found)))))
    ]
    if found.controls:
        blocks.append(_perspectives(found, marks))
    if followed := _followed_sentence(found):
        blocks.append(Text(followed))
    return Section("omfattning", "Genomfört och inte genomfört", tuple(blocks))


def _by_perspective(found: Findings) -> dict[str, list[tuple[Risk, Control]]]:
    """Controls by perspective; "" (none given) last."""
    groups: dict[str, list[tuple[Risk, Control]]] = {}
    for risk, control in found.controls:
        groups.setdefault(one_line(risk.perspective), []).append((risk, control))
    return dict(sorted(groups.items(), key=lambda pair: pair[0] == ""))


def _plan_sentence(found: Findings) -> str:
    total, groups = len(found.controls), _by_perspective(found)
    control = found.word("kontrollmoment")
    if not total:
        return f"Planen för {found.plan.year} innehåller inga {control.several}."
    head = f"Planen för {found.plan.year} innehåller {control.count(total)}"
    if set(groups) == {""}:
        return f"{head}."
    if len(groups) == 1:
        return f"{head}, {'' if total == 1 else 'alla '}med perspektivet {next(iter(groups))}."
    parts = [
        f"{control.number(len(c))} {f'gäller {p}' if p else 'saknar angivet perspektiv'}"
        for p, c in groups.items()
    ]
    if "" not in groups:  # one verb does for all
        parts = [parts[0], *(part.replace(" gäller ", " ", 1) for part in parts[1:])]
    return f"{head}: {listed(parts)}."


def _done_sentence(found: Findings) -> str:
    years = list(found.yearlies.values())
    known, control = [y for y in years if y.planned], found.word("kontrollmoment")
    every = len(known) == len(years)
    parts = [_progress_sentence(known, every, control)] if known else []
    if gone := sum(1 for y in years if y.withdrawn):
        parts.append(f"{capital(control.count(gone))} utgår.")
    if idle := sum(1 for y in years if y.not_relevant):
        parts.append(f"För {control.count(idle)} är inget tillfälle registrerat.")
    if late := sum(1 for tasks in found.tasks.values() for task in tasks if days_late(task)):
        what = many(late, "svar", "svar", "ett")
        parts.append(f"{capital(what)} lämnades in efter sista dagen.")
    return " ".join(parts)


def _progress_sentence(known: Sequence[Yearly], every: bool, control: Word) -> str:
    """How many controls are done, and of how many occurrences; `known` have one at least."""
    whole = sum(1 for y in known if y.whole)
    ahead = sum(1 for y in known if y.waiting and not y.missed)
    none = sum(1 for y in known if not y.done and y.missed)
    partly = len(known) - whole - ahead - none
    said = whole_sentence(whole, len(known), partly, none, ahead, every, control)
    done, planned = sum(y.done for y in known), sum(y.planned for y in known)
    if planned == len(known):
        return said
    if done == planned:
        return f"{said.rstrip('.')}, vid sammanlagt {counted(planned)} tillfällen."
    times = capital(of(done, planned, "kontrolltillfällen", "kontrolltillfällena"))
    left = sum(y.waiting for y in known)
    rest = f" och {counted(left)} återstår" if left else ""
    return f"{said} {times} har genomförts{rest}."


def whole_sentence(
    whole: int,
    total: int,
    partly: int,
    none: int,
    ahead: int = 0,
    every: bool = True,
    control: Word = ENGINES["kontrollmoment"],
) -> str:
    """How many controls are done; `ahead` of them have only what is not yet due left to do.

    `every` says that the plan has no other controls than these.
    """
    one, ready = control.fits("genomförd", "genomfört"), control.fits("färdig", "färdigt")
    it, nothing = capital(control.definite), capital(control.number(0))
    done = one if whole < 2 else "genomförda"
    if whole == total:
        if not every:
            return f"{capital(control.number(whole))} är {done}."
        return f"{it} är {one}." if total == 1 else "Alla är genomförda."
    if total == 1 and every:
        how = f"ännu inte {ready}" if ahead else f"{'delvis' if partly else 'inte'} {one}"
        return f"{it} är {how}."
    if none == total:
        return f"{nothing} av dem är {one}."
    if ahead == total:
        return f"{nothing} av dem är {ready} än."
    parts = [f"{control.number(whole)} är {done} i sin helhet"]
    if partly:
        parts.append(f"{control.number(partly)} delvis")
    if none:
        parts.append(f"{control.number(none)} inte alls")
    if ahead:
        parts.append(f"{control.number(ahead)} är ännu inte {ready if ahead == 1 else 'färdiga'}")
    return f"{capital(listed(parts))}."


def _followed_sentence(found: Findings) -> str:
    risks = found.without_control()
    if not risks:
        return ""
    names = listed([named(r.id, one_line(r.title)) for r in risks])
    area = found.word("processområde")
    place = (
        f"i {area.fits('sin', 'sitt')} {area.one}" if len(risks) == 1 else f"i sina {area.several}"
    )
    return (
        f"Dessutom har {many(len(risks), 'risk', 'risker')} följts upp utan "
        f"{found.word('kontrollmoment').one}: {names}. {'Den' if len(risks) == 1 else 'De'} redovisas {place}."
    )


def level_columns(found: Findings, marks: Mapping[str, Mark]) -> tuple[Column, ...]:
    """A narrow column for each level, worst first."""
    return tuple(Column(marks[id].short, 1.15, "right", id) for id in found.scale)


def _perspectives(found: Findings, marks: Mapping[str, Mark]) -> Table:
    groups = _by_perspective(found)
    rows = [
        _perspective_row(found, capital(name) if name else "Inte angivet", controls)
        for name, controls in groups.items()
    ]
    if len(rows) > 1:
        rows.append(_perspective_row(found, "Alla", list(found.controls)))
    control = capital(found.word("kontrollmoment").several)
    columns = (
        Column("Perspektiv", 3.6),
        counting_column(control),
        Column("Genom\u00adförda", 2, "right"),
        *level_columns(found, marks),
    )
    caption = f"{control} per perspektiv. Genomförda är de där alla tillfällen är redovisade."
    return Table("perspektiv", columns, tuple(rows), caption, total=len(rows) > 1)


def _perspective_row(
    found: Findings, name: str, controls: list[tuple[Risk, Control]]
) -> tuple[Cell, ...]:
    yearlies = [found.yearlies[control.id] for _, control in controls]
    done = sum(1 for y in yearlies if y.done and y.whole)
    counts = found.levels(controls).values()
    return (Cell(name), count_cell(len(controls)), count_cell(done), *map(count_cell, counts))
