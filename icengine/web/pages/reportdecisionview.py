"""A plan's reports as their page shows them: words, no decisions."""

from __future__ import annotations

from dataclasses import dataclass

from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.evidence import size_words
from icengine.domain.fixed_report import (
    APPENDIX,
    DECIDED,
    DNR,
    MEETING,
    PARAGRAPH,
    FixedReport,
    ReportState,
)
from icengine.domain.text import one_line
from icengine.services.report_decision import Desk, Proof
from icengine.web.pages.fields import Field, Form
from icengine.web.pages.organisationview import Link
from icengine.web.pages.paths import PLANS, plan_path
from icengine.web.pages.planrecordview import unit_name

DONE = {
    "skickad": "Rapporten är låst och filerna är gjorda. Skicka dem med kallelsen.",
    "antagen": "Beslutet är inskrivet. De som har arbetat med kontrollerna får ett mejl.",
    "tillbaka": "Rapporten är återtagen. Det som skickades finns kvar i listan.",
}
"""What is said after a deed, by the word in the page's address."""
MOST_MISSING = 50


@dataclass(frozen=True)
class Line:
    """A report in the list."""

    title: str
    state: str
    sign: str
    """For the eye only."""
    about: str
    files: tuple[tuple[str, str, str, str], ...]
    """(address, word, size, SHA-256)."""
    fingerprint: str


@dataclass(frozen=True)
class DeskView:
    """The page."""

    crumbs: tuple[Link, ...]
    name: str
    """Unit and year."""
    waiting: Line | None
    waiting_path: str
    lines: tuple[Line, ...]
    """Those that do not wait, the newest first."""
    missing: tuple[str, ...]
    more: int
    puts: bool
    """May the reader put a report to the decision now?"""
    decides: bool
    """May they write in the decision?"""
    path: str
    now_path: str
    """The report as it is now."""


def desk_view(found: Desk) -> DeskView:
    """The page in words."""
    plan = found.plan
    name = f"{unit_name(found.organisation, plan.unit)} {plan.year}"
    waiting, path = found.waiting, plan_path(plan.key, "rapporter")
    return DeskView(
        crumbs=(Link("Planer", PLANS), Link(name, plan_path(plan.key))),
        name=name,
        waiting=_line(waiting) if waiting else None,
        waiting_path=f"{path}/{waiting.number}" if waiting else "",
        lines=tuple(_line(item) for item in reversed(found.reports) if item is not waiting),
        missing=found.missing[:MOST_MISSING],
        more=max(0, len(found.missing) - MOST_MISSING),
        puts=found.may_decide and not found.closed and waiting is None,
        decides=found.may_decide and waiting is not None,
        path=path,
        now_path=plan_path(plan.key, "slutrapport"),
    )


def _line(report: FixedReport) -> Line:
    path = plan_path(report.plan, "rapporter", report.number)
    return Line(
        title=f"{one_line(report.title)}, nr {report.number}",
        state={"till beslut": "Till beslut", "antagen": "Antagen", "återtagen": "Återtagen"}[
            report.state
        ],
        sign="✓" if report.state is ReportState.ADOPTED else "→",
        about=_about(report),
        files=tuple(
            (f"{path}/rapport.{f.format}", _word(f.format), size_words(f.size), f.sha256)
            for f in report.files
        ),
        fingerprint=report.fingerprint,
    )


def _word(format: str) -> str:
    return "PDF" if format == "pdf" else "Webbsida"


def _about(report: FixedReport) -> str:
    said = f"{one_line(report.dnr)}. Låst {swedish_date(local_date(report.as_of))} av {one_line(report.fixed_by)}."
    if report.decided_on:
        decided = swedish_date(report.decided_on)
        return f"Beslut {decided}, {one_line(report.paragraph)}. {said}"
    if report.settled_at:
        return f"{said} Återtagen {swedish_date(local_date(report.settled_at))}."
    return said


def cover_form(found: Desk) -> Form:
    """What the cover says beside what is recorded."""
    fields = (
        Field(DNR, "Diarienummer", hint="Till exempel KS 2027/12. Det står på rapporten."),
        Field(APPENDIX, "Bilaga", hint="Frivilligt. Till exempel Bilaga 2."),
        Field(MEETING, "Behandlas den", kind="date", hint="Frivilligt. Dagen för sammanträdet."),
    )
    return _form(found, fields, "Lås rapporten och gör filerna")


def decision_form(found: Desk) -> Form:
    """The decision about the one that waits."""
    fields = (
        Field(DECIDED, "Beslutets datum", kind="date"),
        Field(PARAGRAPH, "Paragraf", hint="Till exempel § 45."),
    )
    return _form(found, fields, "Skriv in beslutet")


def _form(found: Desk, fields: tuple[Field, ...], button: str) -> Form:
    return Form(button, fields, button, plan_path(found.plan.key), "")


@dataclass(frozen=True)
class ProofView:
    """What is said of a file."""

    name: str
    sha256: str
    heading: str
    good: bool
    text: tuple[str, ...]
    path: str
    """The report's page; "" where it is none of ours."""


def proof_view(found: Proof, name: str) -> ProofView:
    """The proof in words."""
    report = found.report
    if report is None:
        return ProofView(
            name, found.sha256, "Filen är ingen av rapporterna", False,
            ("Den har inte gjorts här, eller så har den ändrats sedan dess. Ett enda ändrat tecken "
             "räcker. Rapporter som du inte får läsa prövas inte.",),
            "",
        )  # fmt: skip
    title = one_line(report.title)
    heading = {
        ReportState.ADOPTED: "Filen är den antagna rapporten",
        ReportState.CANDIDATE: "Filen är den som väntar på beslut",
        ReportState.RECALLED: "Filen är en återtagen rapport",
    }[report.state]
    agrees = (
        "Det som var registrerat då ger samma rapport i dag."
        if found.agrees
        else "Det som var registrerat då ger inte samma rapport i dag. Något i underlaget eller i "
        "programmet har ändrats. Se händelserna för planen."
    )
    return ProofView(
        name, found.sha256, heading, report.state is ReportState.ADOPTED and found.agrees,
        (f"{title}. {_about(report)}", agrees), plan_path(report.plan, "rapporter"),
    )  # fmt: skip
