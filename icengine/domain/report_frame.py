"""What stands around every report of a plan: its title, register details, proposed decision, how it
was made, and the values that own texts may hold."""

from __future__ import annotations

from icengine.domain.calendar import STOCKHOLM, swedish_date
from icengine.domain.people import Unit, UnitKind
from icengine.domain.report_findings import Findings
from icengine.domain.report_model import ReportKind, Section, Text
from icengine.domain.report_selection import selection_sentence, selection_title
from icengine.domain.task import State
from icengine.domain.text import Rich, one_line
from icengine.domain.whole_verdicts import PROPOSED, verdict_word
from icengine.domain.words import capital, counted, listed, many, number

FORMAT_VERSION = 2
"""Raised when the same facts give a report with other content."""

_NAMES = {ReportKind.INTERIM: ("Delårsuppföljning", "Delårsuppföljningen")}


def name_of(found: Findings, kind: ReportKind) -> tuple[str, str]:
    """What the report is called and what it is called in a sentence: ("Slutrapport", "Slutrapporten")."""
    word = found.word("slutrapport")
    return _NAMES.get(kind, (word.title, capital(word.definite)))


def subject(name: str) -> str:
    """What the report is about, where what it is called does not say so."""
    return "" if "kontroll" in name.casefold() else "internkontroll "


def title(found: Findings, kind: ReportKind) -> str:
    """ "Slutrapport internkontroll 2022"."""
    name, _ = name_of(found, kind)
    whole = f"{name} {subject(name)}{found.plan.year}"
    return f"{whole}: det viktigaste" if kind.one_page else whole


def register(found: Findings, kind: ReportKind) -> tuple[tuple[str, str], ...]:
    """The cover's details; one that is not known is left out."""
    facts, unit = found.facts, one_line(found.facts.unit.name)
    plan = found.word("internkontrollplan").title
    meeting = f"{unit} {swedish_date(facts.meeting)}" if facts.meeting else ""
    moment = "Läget den" if kind is ReportKind.INTERIM else "Uppgifter hämtade"
    rows = (
        ("Enhet", unit),
        ("Avser", f"{plan} {found.plan.year}, version {facts.decision.version}"),
        ("Diarienummer", one_line(facts.dnr)),
        ("Bilaga", one_line(facts.appendix).removeprefix("Bilaga ")),
        (moment, swedish_date(found.today)),
        ("Behandlas", meeting),
    )
    return tuple((term, value) for term, value in rows if value)


def decision(found: Findings, kind: ReportKind) -> Section:
    """What the nämnd is asked to decide. Whether the control is sufficient is its own to say."""
    unit, plan = one_line(found.facts.unit.name), found.plan
    name, report = name_of(found, kind)
    points = [f"{report} för {subject(name)}{plan.year} godkänns."]
    if kind is not ReportKind.INTERIM:
        points.append(_verdict_point(found, unit))
        if found.carried.selected:
            points.append(
                f"{selection_sentence(found)}, enligt avsnittet ”{selection_title(found)}”."
            )
        points.append(f"Rapporten överlämnas till {receivers(found.facts.unit)}.")
    label = f"{unit} beslutar:"
    return Section("beslut", "Förslag till beslut", (Text(tuple(points), "steps", label),))


def proposed_verdict(found: Findings) -> str:
    """The verdict that the controller proposes, in the organisation's words; "" where they do not."""
    facts = found.facts
    return verdict_word(facts.notes.get(PROPOSED, ""), facts.organisation.verdicts)


def _verdict_point(found: Findings, unit: str) -> str:
    year = found.plan.year
    if word := proposed_verdict(found):
        return f"{unit} bedömer att den interna kontrollen under {year} har varit {word}."
    return (
        f"{unit} tar ställning till om den interna kontrollen har varit tillräcklig under {year}."
    )


def receivers(unit: Unit) -> str:
    """Whom a unit hands its report over to."""
    if one_line(unit.name).casefold().startswith("kommunstyrelse"):
        return "kommunens revisorer"
    if unit.kind is UnitKind.COMPANY:
        return "kommunstyrelsen och lekmannarevisorerna"
    return "kommunstyrelsen och kommunens revisorer"


def made(found: Findings) -> Section:
    """The moment, the versions, and what has not been approved yet. The fingerprint follows."""
    facts = found.facts
    local = facts.as_of.astimezone(STOCKHOLM)
    version, plan = facts.decision.version, found.word("internkontrollplan").definite
    said = [
        f"Rapporten är sammanställd ur det som var registrerat den {swedish_date(local.date())} "
        f"klockan {local:%H.%M}. Den bygger på version {version} av {plan} och är "
        f"gjord enligt rapportformat {FORMAT_VERSION}.",
        f"{_answers_sentence(found)} Siffror, tabeller och diagram är räknade ur svaren. Underlag "
        "till svaren ingår inte.",
        FINGERPRINT,
    ]
    body: Rich = tuple(said)
    return Section("tillkomst", "Så är rapporten gjord", (Text(body),))


FINGERPRINT = (
    "Fingeravtrycket nedan är beräknat på rapportens innehåll: samma innehåll ger alltid samma "
    "fingeravtryck, och den minsta ändring ger ett annat."
)


def _answers_sentence(found: Findings) -> str:
    done = sum(year.done for year in found.yearlies.values())
    if not done:
        return "Inga svar är lämnade."
    waiting = [
        (task, control)
        for _, control in found.controls
        for task in found.tasks[control.id]
        if task.state is State.SUBMITTED and task.answer is not None
    ]
    head = f"{capital(many(done, 'svar', 'svar', 'ett'))} är {'lämnat' if done == 1 else 'lämnade'}"
    by = found.word("kontrollansvarig").several
    if not waiting:
        approved = "det är godkänt" if done == 1 else "alla är godkända"
        return f"{head} av {by}, och {approved}."
    names = dict.fromkeys(control.id for _, control in waiting)
    n = len(waiting)
    return (
        f"{head} av {by}; {counted(n, 'ett')} av dem är ännu inte "
        f"{'godkänt' if n == 1 else 'godkända'} ({listed(list(names))})."
    )


def values(found: Findings) -> dict[str, str]:
    """What the placeholders of own texts stand for."""
    facts, plan, scale = found.facts, found.plan, found.plan.ratings
    years = list(found.yearlies.values())
    adopted = facts.decision
    return {
        "enhet": one_line(facts.unit.name),
        "kommun": one_line(facts.organisation.name),
        "år": str(plan.year),
        "nästa år": str(plan.year + 1),
        "diarienummer": one_line(facts.dnr),
        "sammanträde": swedish_date(facts.meeting) if facts.meeting else "",
        "riktlinje": one_line(plan.guideline),
        "plandatum": swedish_date(adopted.date),
        "planparagraf": one_line(adopted.paragraph),
        "antal kontroller": number(len(years)),
        "antal genomförda": number(sum(1 for y in years if y.done and y.whole)),
        "antal med avvikelse": number(sum(1 for y in years if scale.level(y.level).rank)),
        "öppna åtgärder": number(len(found.open_actions())),
        "försenade åtgärder": number(len(found.late_actions())),
    }
