"""One page for the meeting: the answer, what is most serious, and what is to be decided.

It fits on one page whatever is reported: so many rows, and so many characters in each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from textwrap import shorten

from icengine.domain.facts import ActionFact
from icengine.domain.plan import Control
from icengine.domain.report_findings import Findings
from icengine.domain.report_frame import decision
from icengine.domain.report_model import (
    Block,
    Cell,
    Column,
    Figure,
    Mark,
    ReportKind,
    Section,
    Table,
    Text,
)
from icengine.domain.report_summary import cover
from icengine.domain.text import one_line
from icengine.domain.words import capital, many

MOST_ROWS = 4
"""Controls, åtgärder: so many are shown of each; the rest are counted."""
MOST_LETTERS = 110
"""Characters in a cell."""
NOTE = 280
"""Characters of the controller's summary."""


def brief(text: str, most: int = MOST_LETTERS) -> str:
    """A text on one line, cut at a word where it is too long."""
    return shorten(one_line(text), most, placeholder=" …")


def brief_cover(found: Findings, marks: Mapping[str, Mark]) -> tuple[Block, ...]:
    """The answer, the spread and the key figures, without numbers on captions."""
    return tuple(_brief_block(block) for block in cover(found, marks))


def _brief_block(block: Block) -> Block:
    if isinstance(block, Figure):
        return replace(block, caption="")
    if isinstance(block, Text) and block.role == "comment":
        body = block.body if isinstance(block.body, str) else " ".join(_flat(block.body))
        return replace(block, body=brief(body, NOTE))
    return block


def _flat(parts: Sequence[str | tuple[str, ...]]) -> list[str]:
    return [line for part in parts for line in ([part] if isinstance(part, str) else part)]


def brief_sections(found: Findings) -> tuple[Section, ...]:
    """What is not as it should be, the åtgärder that are late or due first, and the decision."""
    return (_worst(found), *_actions(found), decision(found, ReportKind.BRIEF))


def _worst(found: Findings) -> Section:
    scale, order = found.plan.ratings, {id: n for n, id in enumerate(found.scale)}
    off = [c for _, c in found.controls if found.yearlies[c.id].level != scale.best.id]
    off.sort(key=lambda control: order[found.yearlies[control.id].level])
    title = f"{found.word('kontrollmoment').title} som inte är utan anmärkning"
    if not off:
        return Section("brister", title, (Text("Inga."),))
    columns = (
        Column(found.word("kontrollmoment").title, 5.6),
        Column("Bedömning", 2.4),
        Column("Resultat", 8.3),
    )
    rows = tuple(_worst_row(found, control) for control in off[:MOST_ROWS])
    return Section("brister", title, (Table("brister", columns, rows, note=_rest(len(off))),))


def _worst_row(found: Findings, control: Control) -> tuple[Cell, ...]:
    year = found.yearlies[control.id]
    result = year.deciding.answer.result if year.deciding and year.deciding.answer else ""
    return (
        Cell(brief(found.name(control), 60)),
        Cell(mark=year.level, brief=True),
        Cell("–" if control.protected else brief(result) or "–"),
    )


def _actions(found: Findings) -> tuple[Section, ...]:
    left = sorted(found.open_actions(), key=lambda a: a.due)
    if not left:
        return ()
    word = found.word("åtgärd")
    columns = (
        Column(word.title, 9.4),
        Column("Ansvarig", 4.4),
        Column("Klart", 2.5),
    )
    rows = tuple(_action_row(action) for action in left[:MOST_ROWS])
    one = f"{capital(word.fits('öppen', 'öppet'))} {word.one}"
    title = one if len(left) == 1 else f"Öppna {word.several}, i den ordning de ska vara klara"
    return (Section("atgarder", title, (Table("atgarder", columns, rows, note=_rest(len(left))),)),)


def _action_row(action: ActionFact) -> tuple[Cell, ...]:
    day = action.due.isoformat()
    return Cell(brief(action.text)), Cell(brief(action.responsible, 34)), Cell(day, day)


def _rest(n: int) -> str:
    """What is said of those that found no room."""
    left = n - MOST_ROWS
    return f"{capital(many(left, 'rad', 'rader'))} till står i rapporten." if left > 0 else ""
