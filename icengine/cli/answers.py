"""The demo's example answers: a file of its own kind, read with places like the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from icengine.domain.node import Node, Problem
from icengine.domain.reading import Fields
from icengine.domain.task import Answer, PlannedAction
from icengine.services.reports import SUMMARY, Cover

KEYS = ("plan", "beslut", "rapport", "svar", "noteringar")
ANSWER_KEYS = (
    "kontroll", "tillfälle", "dag", "bedömning", "antal", "helhet", "granskade", "avvek",
    "resultat", "åtgärder", "kommentar",
)  # fmt: skip


@dataclass(frozen=True)
class Script:
    """What happens in the example year, beside what the plan says."""

    dnr: str
    decided: date
    paragraph: str
    cover: Cover
    report_day: date
    """The day the slutrapport is compiled."""
    answers: tuple[tuple[date, str, str, Answer], ...]
    """(day, control, slot, answer)."""
    notes: tuple[tuple[date, str, str], ...]
    """(day, subject, text): what the controller writes for the report."""


def read_script(node: Node) -> tuple[Script | None, list[Problem]]:
    """The script, or None and every problem in it."""
    problems: list[Problem] = []
    fields = Fields(node, "filen", KEYS, problems)
    empty = Node(node.place, {})
    decision = Fields(
        node.get("beslut") or empty, "beslutet", ("dnr", "datum", "paragraf"), problems
    )
    report = Fields(
        node.get("rapport") or empty,
        "rapporten",
        ("dnr", "bilaga", "datum", "sammanträde"),
        problems,
    )
    script = Script(
        dnr=decision.line("dnr", required=True),
        decided=decision.day("datum", required=True) or date.min,
        paragraph=decision.line("paragraf", required=True),
        cover=Cover(report.line("dnr"), report.line("bilaga"), report.day("sammanträde")),
        report_day=report.day("datum", required=True) or date.min,
        answers=tuple(
            sorted((_answer(n, problems) for n in fields.children("svar")), key=lambda a: a[0])
        ),
        notes=tuple(
            sorted((_note(n, problems) for n in fields.children("noteringar")), key=lambda a: a[0])
        ),
    )
    return (None, problems) if problems else (script, [])


def _answer(node: Node, problems: list[Problem]) -> tuple[date, str, str, Answer]:
    fields = Fields(node, "svaret", ANSWER_KEYS, problems)
    answer = Answer(
        result=fields.text("resultat", required=True),
        rating=fields.line("bedömning", required=True),
        actions=tuple(_action(child, problems) for child in fields.children("åtgärder")),
        comment=fields.text("kommentar"),
        part=fields.line("antal"),
        whole=fields.line("helhet"),
        checked=fields.line("granskade"),
        deviations=fields.line("avvek"),
    )
    day = fields.day("dag", required=True) or date.min
    control, slot = fields.line("kontroll", required=True), fields.line("tillfälle", required=True)
    return day, control, slot, answer


def _action(node: Node, problems: list[Problem]) -> PlannedAction:
    fields = Fields(node, "åtgärden", ("åtgärd", "ansvarig", "klart"), problems)
    text, responsible = (fields.text(key, required=True) for key in ("åtgärd", "ansvarig"))
    return PlannedAction(text, responsible, str(fields.day("klart", required=True) or ""))


def _note(node: Node, problems: list[Problem]) -> tuple[date, str, str]:
    fields = Fields(node, "noteringen", ("risk", "område", SUMMARY, "dag", "text"), problems)
    subject = fields.line("risk") or fields.line("område")
    subject = subject or (SUMMARY if fields.yes(SUMMARY) else "")
    return fields.day("dag", required=True) or date.min, subject, fields.text("text", required=True)
