"""Samlad rapport: a unit and everything under it become a Report. Knows no format.

`whole_findings.py` works the facts out, `whole_sections.py` and `whole_shared.py` write the sections,
and `whole_brief.py` the page for the meeting.
"""

from __future__ import annotations

from icengine.domain.calendar import STOCKHOLM, swedish_date
from icengine.domain.facts import YearSum
from icengine.domain.law import legal_frame
from icengine.domain.report_frame import FINGERPRINT, FORMAT_VERSION
from icengine.domain.report_layout import arranged, layout_of
from icengine.domain.report_marks import TRENDS, level_mark
from icengine.domain.report_model import (
    Mark,
    Report,
    ReportKind,
    Section,
    Text,
)
from icengine.domain.report_years import MOST_YEARS, years_section
from icengine.domain.text import Rich, one_line
from icengine.domain.whole_brief import brief_cover, brief_sections
from icengine.domain.whole_facts import WholeFacts
from icengine.domain.whole_findings import Whole, whole_of
from icengine.domain.whole_sections import (
    cover,
    decision,
    figures,
    picture,
    serious,
    silent,
    verdict_marks,
    verdicts,
)
from icengine.domain.whole_shared import shared_section
from icengine.domain.words import number


def build_whole_report(facts: WholeFacts, kind: ReportKind = ReportKind.WHOLE) -> Report:
    """The finished report. The same facts give the same report.

    `kind` is the samlad rapport or its one page.
    """
    whole = whole_of(facts)
    marks = _marks(whole)
    if kind is ReportKind.WHOLE_BRIEF:
        first, sections = brief_cover(whole, marks), brief_sections(whole)
    else:
        layout = layout_of(facts.organisation.reports, kind)
        first = cover(whole, marks)
        sections = arranged(_sections(whole, marks), layout, _values(whole))
    what = f"Samlad rapport internkontroll {facts.year}"
    return Report(
        title=f"{what}: det viktigaste" if kind.one_page else what,
        subtitle=one_line(facts.unit.name),
        organisation=one_line(facts.organisation.name),
        dnr=one_line(facts.dnr),
        appendix=one_line(facts.appendix),
        date=whole.today.isoformat(),
        facts=_register(whole),
        cover=first,
        sections=sections,
        marks=marks,
        scale=whole.order,
        kind=kind,
        accent=facts.organisation.accent,
        contents_depth=1,
    ).sealed()


def _marks(whole: Whole) -> dict[str, Mark]:
    marks = [level_mark(whole.scale.level(id)) for id in whole.order]
    marks += [*TRENDS.values(), *verdict_marks(whole.facts.organisation.verdicts).values()]
    return {mark.id: mark for mark in marks}


def _register(whole: Whole) -> tuple[tuple[str, str], ...]:
    facts = whole.facts
    meeting = f"{whole.judge} {swedish_date(facts.meeting)}" if facts.meeting else ""
    rows = (
        ("Till", whole.judge),
        ("Avser", f"Internkontroll {facts.year}"),
        ("Diarienummer", one_line(facts.dnr)),
        ("Bilaga", one_line(facts.appendix).removeprefix("Bilaga ")),
        ("Uppgifter hämtade", swedish_date(whole.today)),
        ("Behandlas", meeting),
    )
    return tuple((term, value) for term, value in rows if value)


# ---- the sections ----


def _sections(whole: Whole, marks: dict[str, Mark]) -> tuple[Section, ...]:
    found = (
        picture(whole, marks), verdicts(whole), serious(whole), silent(whole), figures(whole, marks),
        shared_section(whole, marks), _years(whole), _frame(whole), decision(whole), _made(whole),
    )  # fmt: skip
    return tuple(section for section in found if section)


def _years(whole: Whole) -> Section | None:
    past = whole.facts.history[-(MOST_YEARS - 1) :]
    if not past:
        return None
    best = whole.scale.best
    own = YearSum(
        whole.facts.year, whole.controls, whole.counts[best.id],
        sum(unit.told for unit in whole.units),
    )  # fmt: skip
    return years_section((*past, own), whole.word("kontrollmoment").several, best.word.lower())


def _frame(whole: Whole) -> Section:
    rules = legal_frame(whole.facts.judge, whole.facts.year)
    said = tuple(f"Enligt {rule.source} {rule.text}" for rule in rules)
    body: Rich = said or (f"Rapporten gäller {whole.facts.year}.",)
    return Section("lag", "Lag och riktlinje", (Text(body),))


def _made(whole: Whole) -> Section:
    local = whole.facts.as_of.astimezone(STOCKHOLM)
    said = (
        "Rapporten är sammanställd ur enheternas antagna slutrapporter, som uppgifterna var när de "
        "låstes. För en enhet utan antagen slutrapport gäller det som var registrerat den "
        f"{swedish_date(local.date())} klockan {local:%H.%M}. Ingen siffra är skriven för hand, utom "
        f"summor som är märkta med stjärna. Rapportformat {FORMAT_VERSION}.",
        FINGERPRINT,
    )
    return Section("tillkomst", "Så är rapporten gjord", (Text(said),))


def _values(whole: Whole) -> dict[str, str]:
    """What the placeholders of own texts stand for."""
    facts = whole.facts
    off = sum(n for id, n in whole.counts.items() if whole.scale.level(id).rank)
    return {
        "enhet": one_line(facts.unit.name),
        "kommun": one_line(facts.organisation.name),
        "år": str(facts.year),
        "nästa år": str(facts.year + 1),
        "diarienummer": one_line(facts.dnr),
        "sammanträde": swedish_date(facts.meeting) if facts.meeting else "",
        "antal kontroller": number(whole.controls),
        "antal genomförda": number(sum(unit.done for unit in whole.units)),
        "antal med avvikelse": number(off),
        "öppna åtgärder": number(sum(unit.open for unit in whole.units)),
        "försenade åtgärder": number(sum(unit.late for unit in whole.units)),
    }
