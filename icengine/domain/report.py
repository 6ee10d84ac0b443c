"""Slutrapport: the facts become a Report, section by section. Knows no format.

The parts lie beside it: `report_findings.py` works the facts out once, `report_summary.py`,
`report_risks.py`, `report_followup.py`, `report_actions.py` and `report_not_done.py` write a section
each (`report_extent.py` and `report_occurrences.py` a part of one), and `report_model.py` is the
value.
"""

from __future__ import annotations

from icengine.domain.calendar import STOCKHOLM, swedish_date
from icengine.domain.facts import ReportFacts
from icengine.domain.people import UnitKind
from icengine.domain.report_actions import actions, without_controls
from icengine.domain.report_findings import Findings, findings
from icengine.domain.report_followup import follow_up
from icengine.domain.report_marks import report_marks
from icengine.domain.report_model import Report, Section, Text
from icengine.domain.report_not_done import not_done
from icengine.domain.report_risks import matrix, selection, selection_count
from icengine.domain.report_summary import cover, summary
from icengine.domain.task import State
from icengine.domain.text import Rich, one_line
from icengine.domain.words import capital, counted, listed, many

FORMAT_VERSION = 1
"""Raised when the same facts give a report with other content."""

_SHORT = 15
"""Controls: with more than these the contents show two levels instead of three."""


def build_report(facts: ReportFacts) -> Report:
    """The finished report, numbered and fingerprinted. The same facts give the same report."""
    found = findings(facts)
    plan, unit = facts.plan, one_line(facts.unit.name)
    marks = report_marks(plan, facts.organisation.vocabulary)
    return Report(
        title=f"{found.word('slutrapport').title} {_subject(found)}{plan.year}",
        subtitle=unit,
        organisation=one_line(facts.organisation.name),
        dnr=one_line(facts.dnr),
        appendix=one_line(facts.appendix),
        date=found.today.isoformat(),
        facts=_register(found),
        cover=cover(found, marks),
        sections=(
            summary(found, marks),
            matrix(found),
            selection(found),
            follow_up(found),
            without_controls(found),
            actions(found),
            not_done(found),
            _decision(found),
            _made(found),
        ),
        marks=marks,
        scale=found.scale,
        accent=facts.organisation.accent,
        contents_depth=3 if len(found.controls) <= _SHORT else 2,
    ).sealed()


def _subject(found: Findings) -> str:
    """What the report is about, where what it is called does not say so."""
    return "" if "kontroll" in found.word("slutrapport").one.casefold() else "internkontroll "


def _register(found: Findings) -> tuple[tuple[str, str], ...]:
    """The cover's details; one that is not known is left out."""
    facts, unit = found.facts, one_line(found.facts.unit.name)
    plan = found.word("internkontrollplan").title
    meeting = f"{unit} {swedish_date(facts.meeting)}" if facts.meeting else ""
    rows = (
        ("Enhet", unit),
        ("Avser", f"{plan} {found.plan.year}, version {facts.decision.version}"),
        ("Diarienummer", one_line(facts.dnr)),
        ("Bilaga", one_line(facts.appendix).removeprefix("Bilaga ")),
        ("Uppgifter hämtade", swedish_date(found.today)),
        ("Behandlas", meeting),
    )
    return tuple((term, value) for term, value in rows if value)


def _decision(found: Findings) -> Section:
    """What the nämnd is asked to decide. Whether the control is sufficient is its own to say."""
    unit, plan, carried = one_line(found.facts.unit.name), found.plan, found.carried
    report = capital(found.word("slutrapport").definite)
    points = [
        f"{report} för {_subject(found)}{plan.year} godkänns.",
        f"{unit} tar ställning till om den interna kontrollen har varit tillräcklig under "
        f"{plan.year}.",
    ]
    if carried.selected:
        points.append(
            f"{selection_count(found)} går till urvalet för plan {carried.year}, enligt avsnittet "
            f"”Urval till plan {carried.year}”."
        )
    points.append(f"Rapporten överlämnas till {_receivers(found)}.")
    return Section(
        "beslut", "Förslag till beslut", (Text(tuple(points), "steps", f"{unit} beslutar:"),)
    )


def _receivers(found: Findings) -> str:
    from_board = {UnitKind.COMPANY: "kommunstyrelsen och lekmannarevisorerna"}
    executive = one_line(found.facts.unit.name).casefold().startswith("kommunstyrelse")
    if executive:
        return "kommunens revisorer"
    return from_board.get(found.facts.unit.kind, "kommunstyrelsen och kommunens revisorer")


def _made(found: Findings) -> Section:
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
        "Fingeravtrycket nedan är beräknat på rapportens innehåll: samma innehåll ger alltid samma "
        "fingeravtryck, och den minsta ändring ger ett annat.",
    ]
    body: Rich = tuple(said)
    return Section("tillkomst", "Så är rapporten gjord", (Text(body),))


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
