"""The slutrapport's cover and Sammanfattning: what came out, as facts and without a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from icengine.domain.assessment import Trend
from icengine.domain.calendar import swedish_date
from icengine.domain.facts import Decision, ReportFacts
from icengine.domain.law import legal_frame
from icengine.domain.plan import Control, Risk
from icengine.domain.report_decided import CONTROLLER
from icengine.domain.report_extent import count_cell, done_of, extent, preliminary
from icengine.domain.report_findings import Findings
from icengine.domain.report_marks import TRENDS
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Figure,
    Mark,
    Numbers,
    Section,
    Spread,
    Stacked,
    StackedRow,
    Table,
    Text,
)
from icengine.domain.report_widths import grown
from icengine.domain.report_years import area_trend
from icengine.domain.text import length, one_line, paragraphs
from icengine.domain.whole_verdicts import PROPOSED, verdict_word
from icengine.domain.words import capital, listed, number, sentence

NOTE_ON_COVER = 700
"""Characters: a longer note from the controller stands in the summary instead."""


def spoken(counts: Mapping[str, int], marks: Mapping[str, Mark]) -> str:
    """ "allvarlig avvikelse 2, mindre avvikelse 3": one wording for every alternative text."""
    return ", ".join(f"{marks[id].word.lower()} {n}" for id, n in counts.items())


# ---- the cover ----


def cover(found: Findings, marks: Mapping[str, Mark]) -> tuple[Block, ...]:
    """Page 1: the answer in a sentence or two, the spread and the key figures."""
    counts, total = found.levels(found.controls), len(found.controls)
    controls = found.word("kontrollmoment").count(total)
    blocks: list[Block] = [Text(" ".join(answer(found)), "answer")]
    if note := _note(found, on_cover=True):
        blocks.append(note)
    if total:
        alt = f"Stapel över {controls}: {spoken(counts, marks)}."
        caption = f"Bedömning av {controls} {found.plan.year}."
        blocks.append(Figure("spridning", Spread(counts), alt, caption))
    return (*blocks, _key_figures(found, counts))


def _note(found: Findings, on_cover: bool) -> Text | None:
    """The controller's summary, in the one place where it fits."""
    body = paragraphs(found.facts.notes.get("sammanfattning", ""))
    if not body or (length(body) <= NOTE_ON_COVER) is not on_cover:
        return None
    return Text(body, "comment", "Controllerns sammanfattning")


def _key_figures(found: Findings, counts: Mapping[str, int]) -> Numbers:
    total, scale = len(found.controls), found.plan.ratings
    done = sum(1 for y in found.yearlies.values() if y.done and y.whole)
    off = sum(n for id, n in counts.items() if scale.level(id).rank)
    still, late = len(found.open_actions()), len(found.late_actions())
    control, action = found.word("kontrollmoment"), found.word("åtgärd")
    one_open = f"{action.fits('öppen', 'öppet')} {action.one}"
    one_late = f"{action.fits('försenad', 'försenat')} {action.one}"
    return Numbers(
        (
            (number(total), control.one if total == 1 else control.several),
            (
                number(done),
                control.fits("genomförd", "genomfört") if done == 1 else "genomförda",
            ),
            (number(off), "med avvikelse"),
            (number(still), one_open if still == 1 else f"öppna {action.several}"),
            (number(late), one_late if late == 1 else f"försenade {action.several}"),
        )
    )


def answer(found: Findings) -> tuple[str, ...]:
    """The plain sentences of page 1."""
    counts = {id: n for id, n in found.levels(found.controls).items() if n}
    said = (preliminary(found), *_rating_sentences(found, counts), _action_sentence(found))
    word = verdict_word(found.facts.notes.get(PROPOSED, ""), found.facts.organisation.verdicts)
    proposed = f"Förslaget är att den interna kontrollen har varit {word}." if word else ""
    return tuple(filter(None, (proposed, *said)))


def _rating_sentences(found: Findings, counts: Mapping[str, int]) -> tuple[str, ...]:
    scale, total = found.plan.ratings, sum(counts.values())
    control = found.word("kontrollmoment")
    if not total:
        return (f"Planen innehåller inga {control.several}.",)
    off = [scale.level(id) for id in counts if scale.level(id).rank]
    unrated = sum(n for id, n in counts.items() if scale.level(id).rank is None)
    if total == 1:
        word = scale.level(next(iter(counts))).word.lower()
        return (f"Planens enda {control.one} har bedömningen ”{word}”.",)
    if off and not all(level.word.lower().endswith(" avvikelse") for level in off):
        parts = [
            f"{control.number(n)} ”{scale.level(id).word.lower()}”" for id, n in counts.items()
        ]
        parts[0] = parts[0].replace(" ", " bedömningen ", 1)
        return (f"Av {control.count(total)} har {listed(parts)}.",)
    if off:
        many_off = sum(counts[level.id] for level in off)
        first = capital(control.of(many_off, total))
        kind = off[0].word.lower()
        if len(off) == 1:
            said = f"{first} visar {kind}."
        else:
            adjective = kind.removesuffix(" avvikelse")
            said = (
                f"{first} visar avvikelse, {control.number(counts[off[0].id])} av dem {adjective}."
            )
    else:
        alone = scale.level(next(iter(counts))) if len(counts) == 1 else scale.best
        green = counts.get(alone.id, 0)
        first = capital(control.of(green, total))
        said = f"{first} har bedömningen ”{alone.word.lower()}”."
    if not unrated or unrated == total:
        return (said,)
    return (
        said,
        f"{capital(control.number(unrated))} har bedömningen ”{scale.unrated.word.lower()}”.",
    )


def _action_sentence(found: Findings) -> str:
    still, late = len(found.open_actions()), len(found.late_actions())
    word = found.word("åtgärd")
    one_open, one_late = word.fits("öppen", "öppet"), word.fits("försenad", "försenat")
    if not still:
        return f"{capital(word.none)} är {one_open}."
    head = f"{capital(word.count(still))} är {one_open if still == 1 else 'öppna'}"
    if still == 1:
        return f"{head}, och {word.fits('den', 'det')} är {'' if late else 'inte '}{one_late}."
    return f"{head}, {word.number(late)} av dem är {one_late if late < 2 else 'försenade'}."


# ---- Sammanfattning ----


def summary(found: Findings, marks: Mapping[str, Mark]) -> Section:
    """The legal frame, what was done, and how it came out."""
    note = _note(found, on_cover=False)
    parts = [_frame(found), extent(found, marks)]
    if found.controls:
        parts += [_per_control(found), _per_area(found, marks)]
    said = preliminary(found)
    top = (Text(said, "note") if said else None, note)
    return Section("sammanfattning", "Sammanfattning", tuple(filter(None, top)), tuple(parts))


def _frame(found: Findings) -> Section:
    facts, plan = found.facts, found.plan
    rules = legal_frame(facts.unit, plan.year)
    said = [f"Enligt {rule.source} {rule.text}" for rule in rules]
    guideline = one_line(plan.guideline).rstrip(".")
    adopted = _adopted(facts, found.word("internkontrollplan").definite)
    said.append(f"Arbetet följer {guideline}. {adopted}" if guideline else adopted)
    return Section("lag", "Lag och riktlinje", (Text(tuple(said)),))


def _adopted(facts: ReportFacts, plan: str) -> str:
    """When the plan was adopted, and each change of it, where the facts hold them."""
    decision, year = facts.decision, facts.plan.year
    if decision.version == 1:
        return f"{capital(plan)} för {year} antogs {_decided(decision)}."
    history = [d for d in facts.decisions if d.version < decision.version]
    if not history or history[0].version != 1:
        what = f"Version {decision.version} av {plan} för {year}"
        return f"{what} antogs {_decided(decision)}."
    first, *changes = (*history, decision)
    changed = listed([f"version {d.version} {_decided(d)}" for d in changes])
    return f"Planen antogs {_decided(first)}. Den ändrades genom {changed}."


def _decided(decision: Decision) -> str:
    """ "den 14 december 2021, § 214 (dnr KS 2021/0688)"."""
    paragraph = decision.paragraph.strip()
    if paragraph and not paragraph.startswith("§"):
        paragraph = f"§ {paragraph}"
    where = ", ".join(part for part in (swedish_date(decision.date), paragraph) if part)
    return f"den {where} (dnr {one_line(decision.dnr)})" if decision.dnr else f"den {where}"


def _per_control(found: Findings) -> Section:
    last = found.facts.last_year
    order = {id: n for n, id in enumerate(found.scale)}
    controls = sorted(found.controls, key=lambda rc: order[found.yearlies[rc[1].id].level])
    name, area = found.word("kontrollmoment").title, found.word("processområde").title
    columns = [
        Column(name, 5.6),
        Column(area, grown(2.7, area, "Processområde")),
        Column("Genomfört", 1.9),
        Column("Bedömning", 3.65),
    ]
    rows = [_control_row(found, risk, control) for risk, control in controls]
    if last:
        columns.append(Column(f"Mot {last.year}", 2.4))
        said = _trend_sentence(found, last.year)
        caption = f"{name}, bedömning och trend mot {last.year}, allvarligast först."
    else:
        said = (
            f"Det finns ingen bedömning från tidigare år att jämföra med. Trenden redovisas från "
            f"{found.plan.year + 1}."
        )
        caption = f"{name} och bedömning, allvarligast först."
    if n := sum(1 for year in found.yearlies.values() if year.decided):
        why = "Skälet" if n == 1 else "Skälen"
        said += (
            f" Bedömningen av {found.word('kontrollmoment').count(n)} är bestämd av {CONTROLLER}. "
            f"{why} står i uppföljningen."
        )
    table = Table("kontrollmoment", tuple(columns), tuple(rows), caption)
    title = f"Bedömning per {found.word('kontrollmoment').one}"
    return Section("per-kontrollmoment", title, (Text(said), table))


def _control_row(found: Findings, risk: Risk, control: Control) -> tuple[Cell, ...]:
    year = found.yearlies[control.id]
    done = "–" if control.protected else done_of(year)
    row = (
        Cell(found.name(control)),
        Cell(one_line(risk.area)),
        Cell(done),
        Cell(mark=year.level),
    )
    if not found.trends:
        return row
    return (*row, Cell(mark=TRENDS[found.trends[control.id]].id))


def _trend_sentence(found: Findings, year: int) -> str:
    n, control = Counter(found.trends.values()), found.word("kontrollmoment")
    words = {
        Trend.BETTER: ("bättre", "bättre"),
        Trend.SAME: (control.fits("oförändrad", "oförändrat"), "oförändrade"),
        Trend.WORSE: ("sämre", "sämre"),
        Trend.NEW: (control.fits("ny i år", "nytt i år"), "nya i år"),
        Trend.UNCLEAR: ("kan inte jämföras", "kan inte jämföras"),
    }
    parts = []
    for kind, (one, several) in words.items():
        if n[kind]:
            verb = "" if kind is Trend.UNCLEAR else "är "
            parts.append(f"{control.number(n[kind])} {verb}{one if n[kind] == 1 else several}")
    first, *rest = parts
    number_word, _, predicate = first.partition(" ")
    verb, _, remainder = predicate.partition(" ")
    noun = control.one if number_word == control.article else control.several
    opening = f"Jämfört med {year} {verb} {number_word} {noun} {remainder}".rstrip()
    return f"{listed([opening, *rest])}."


def _per_area(found: Findings, marks: Mapping[str, Mark]) -> Section:
    rows = []
    control, word = found.word("kontrollmoment"), found.word("processområde").one
    for area in found.areas():
        controls = [(r, c) for r in found.risks(area) for c in r.controls]
        if controls or any(r in found.without_control() for r in found.risks(area)):
            note = "" if controls else f"Följs upp utan {control.one}"
            rows.append(StackedRow(one_line(area), found.levels(controls), note))
    said = " ".join(
        f"{row.label}: {sentence(row.note.lower() if row.note else spoken(row.counts, marks))}"
        for row in rows
    )
    figure = Figure(
        "per-omrade",
        Stacked(tuple(rows)),
        f"Staplar per {word}. {said}",
        f"Antal {control.several} per {word} och bedömning.",
    )
    blocks: tuple[Block, ...] = (figure, *_area_trends(found))
    return Section("per-omrade", f"Bedömning per {word}", blocks)


def _area_trends(found: Findings) -> tuple[Table, ...]:
    """Each area against the year before; nothing where no area has controls."""
    last, word = found.facts.last_year, found.word("processområde")
    if not found.trends:
        return ()
    controls = {area: [c for r in found.risks(area) for c in r.controls] for area in found.areas()}
    rows = tuple(
        (Cell(one_line(area)), count_cell(len(own)), Cell(mark=TRENDS[area_trend(found, own)].id))
        for area, own in controls.items()
        if own
    )
    if not rows or last is None:
        return ()
    columns = (
        Column(word.title, 8),
        Column(capital(found.word("kontrollmoment").several), 4, "right"),
        Column(f"Mot {last.year}", 4),
    )
    return (Table("omraden", columns, rows, f"Trend mot {last.year} per {word.one}."),)
