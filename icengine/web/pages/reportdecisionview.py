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
from icengine.domain.report_difference import Differing
from icengine.domain.report_model import ReportKind
from icengine.domain.text import one_line
from icengine.domain.words import capital
from icengine.services.report_decision import Desk
from icengine.services.report_proof import Proof
from icengine.web.pages.fields import Choice, Field, Form
from icengine.web.pages.organisationview import Link
from icengine.web.pages.paths import PLANS, WHOLES, plan_path, whole_path
from icengine.web.pages.planrecordview import unit_name

DONE = {
    "skickad": "Rapporten är låst. När filerna är gjorda skickar du dem med kallelsen.",
    "antagen": "Beslutet är inskrivet. De som har arbetat med kontrollerna får ett mejl.",
    "tillbaka": "Rapporten är återtagen. Det som skickades finns kvar i listan.",
}
"""What is said after a deed, by the word in the page's address."""
MOST_MISSING = 50
KIND = "slag"
"""The field that says which report."""


@dataclass(frozen=True)
class Line:
    """A report in the list."""

    path: str
    title: str
    state: str
    sign: str
    """For the eye only."""
    about: str
    files: tuple[tuple[str, str, str, str], ...]
    """(address, word, size, SHA-256)."""
    fingerprint: str
    made: int = 0
    """Files that are there."""
    wanted: int = 0
    """Files that are to be made; 0 where they all are."""
    failure: str = ""
    """Why they could not be made."""
    own_page: str = ""
    """Where it is decided, when that is not here: the plan as a document."""


@dataclass(frozen=True)
class DeskView:
    """The page."""

    crumbs: tuple[Link, ...]
    name: str
    """Unit and year."""
    waiting: tuple[Line, ...]
    lines: tuple[Line, ...]
    """Those that do not wait, the newest first."""
    missing: tuple[str, ...]
    more: int
    puts: bool
    """May the reader put a report to the decision now?"""
    decides: bool
    """May they write in a decision?"""
    path: str
    tree: bool
    documents: tuple[Document, ...]
    """What can be read as it is now; () for whoever may not read it."""
    texts_path: str
    """Where the controller writes in the report; "" where nobody does."""


@dataclass(frozen=True)
class Document:
    """A kind of report as it is now, in every format."""

    title: str
    path: str
    files: tuple[tuple[str, str], ...]
    """(address, word)."""


def desk_view(found: Desk, documents: tuple[Document, ...], texts_path: str) -> DeskView:
    """The page in words."""
    of = found.of
    name = f"{unit_name(found.organisation, of.unit)} {of.year}"
    path = decision_path(of.key, of.plan is None)
    kinds = {item.kind for item in found.waiting}
    left = (
        []
        if ReportKind.FINAL in kinds
        else [k for k in kinds_of(of.plan is None) if k not in kinds]
    )
    return DeskView(
        crumbs=crumbs_of(of.key, name, of.plan is None),
        name=name,
        waiting=tuple(line_of(item) for item in found.waiting),
        lines=tuple(line_of(item) for item in reversed(found.reports) if item not in found.waiting),
        missing=found.missing[:MOST_MISSING],
        more=max(0, len(found.missing) - MOST_MISSING),
        puts=found.may_decide and not found.closed and bool(left),
        decides=found.may_decide,
        path=path,
        tree=of.plan is None,
        documents=documents,
        texts_path=texts_path if found.may_decide and not found.closed else "",
    )


def crumbs_of(key: str, name: str, tree: bool) -> tuple[Link, ...]:
    """The way to a plan's or a whole's page."""
    if tree:
        return (Link("Samlade rapporter", WHOLES), Link(name, whole_path(key)))
    return (Link("Planer", PLANS), Link(name, plan_path(key)))


def decision_path(key: str, tree: bool, *more: str | int) -> str:
    """The reports of a plan or a whole, or a page below."""
    return whole_path(key, "rapporter", *more) if tree else plan_path(key, "rapporter", *more)


def kinds_of(tree: bool) -> tuple[ReportKind, ...]:
    """What may be put to the decision."""
    return (ReportKind.WHOLE,) if tree else (ReportKind.FINAL, ReportKind.INTERIM)


def line_of(report: FixedReport) -> Line:
    """A report in words."""
    path = decision_path(report.plan, report.kind.of_tree, report.number)
    return Line(
        path=path,
        title=f"{one_line(report.title)}, nr {report.number}",
        state=STATES[report.state],
        sign="✓" if report.state is ReportState.ADOPTED else "→",
        about=_about(report),
        files=tuple(
            (f"{path}/rapport.{f.format}", _word(f.format), size_words(f.size), f.sha256)
            for f in report.files
        ),
        fingerprint=report.fingerprint,
        made=len(report.files),
        wanted=len(report.wanted) if report.state in UNMADE else 0,
        failure=report.failure if report.state is ReportState.FAILED else "",
        own_page=plan_path(report.plan, "beslut") if report.kind is ReportKind.PLAN else "",
    )


UNMADE = (ReportState.MAKING, ReportState.FAILED)
STATES = {
    ReportState.MAKING: "Filerna görs",
    ReportState.FAILED: "Filerna kunde inte göras",
    ReportState.CANDIDATE: "Till beslut",
    ReportState.ADOPTED: "Antagen",
    ReportState.RECALLED: "Återtagen",
}
WORDS = {
    "pdf": "PDF", "html": "Webbsida", "docx": "Word", "xlsx": "Excel", "json": "JSON",
    "txt": "Text till tjänsteskrivelsen",
}  # fmt: skip
"""What the formats are called."""


def _word(format: str) -> str:
    return WORDS.get(format, format)


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
    tree = found.of.plan is None
    waits = {item.kind for item in found.waiting}
    choices = tuple(
        Choice(str(kind), capital(str(kind))) for kind in kinds_of(tree) if kind not in waits
    )
    which = Field(
        KIND, "Rapport", "select", choices=choices, value=choices[0].value if choices else ""
    )
    fields = (
        *([which] if len(choices) > 1 else []),
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
    return Form(button, fields, button, decision_path(found.of.key, found.of.plan is None), "")


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
    differs: tuple[Differing, ...] = ()
    """What the records of its moment say otherwise."""
    since: tuple[Differing, ...] = ()
    """What has changed since."""
    unchanged: bool = False
    """Nothing has, in what the report tells of."""


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
    }.get(report.state, "Filen hör till en rapport som inte är klar")
    agrees = (
        "Det som var registrerat då ger samma rapport i dag."
        if found.agrees
        else "Det som var registrerat då ger inte samma rapport i dag. Något i underlaget eller i "
        "programmet har ändrats. Se händelserna för planen."
    )
    return ProofView(
        name, found.sha256, heading, report.state is ReportState.ADOPTED and found.agrees,
        (f"{title}. {_about(report)}", agrees), decision_path(report.plan, report.kind.of_tree),
    )  # fmt: skip
