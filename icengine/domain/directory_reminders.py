"""The days under `påminnelser` in an organisation file, and whether a green answer is read twice."""

from __future__ import annotations

from typing import Any

from icengine.domain.people import Organisation
from icengine.domain.reading import Fields
from icengine.domain.reminders import MOST_DAYS, USUAL, Reminders
from icengine.domain.scale_document import said

REMINDER_KEYS = ("före", "efter", "eskalera", "effekt")
MOST_TIMES = 6
"""Reminders before a date, and named ones after it."""


def read_reminders(fields: Fields) -> Reminders:
    """The organisation's days; the usual ones where the file says none."""
    node = fields.node.get("påminnelser")
    if node is None or node.value is None:
        return USUAL
    inner = Fields(node, "påminnelserna", REMINDER_KEYS, fields.problems)
    if not isinstance(node.value, dict):
        return USUAL
    return Reminders(
        before=tuple(sorted(_days(inner, "före", USUAL.before), reverse=True)),
        after=tuple(sorted(_days(inner, "efter", USUAL.after))),
        escalate=inner.whole("eskalera", 1, MOST_DAYS, USUAL.escalate),
        effect=inner.whole("effekt", 1, 5 * MOST_DAYS, USUAL.effect),
    )


def _days(fields: Fields, key: str, usual: tuple[int, ...]) -> tuple[int, ...]:
    """A list of days; an empty one is no reminder at all."""
    child = fields.node.get(key)
    if child is None or child.value is None:
        return usual
    found = []
    for text in fields.words(key):
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_DAYS):
            fields.wrong(child, f"”{text}” är inget antal dagar", f"ett heltal 1–{MOST_DAYS}")
        else:
            found.append(int(text))
    if len(found) > MOST_TIMES:
        fields.wrong(child, f"{key} har {len(found)} dagar", f"högst {MOST_TIMES}")
    return tuple(dict.fromkeys(found))


def read_second_reader(fields: Fields) -> bool:
    """ja where the file says nothing: a green answer on a high risk is read by somebody else."""
    child = fields.node.get("andra läsare")
    return True if child is None or child.value is None else fields.yes("andra läsare")


def reminders_document(organisation: Organisation) -> dict[str, Any]:
    """The same as a file writes it; {} where all is as usual."""
    own = organisation.reminders
    if own == USUAL:
        return {}
    return said(
        {
            "före": list(own.before),
            "efter": list(own.after),
            "eskalera": own.escalate,
            "effekt": own.effect,
        }
    ) | {key: [] for key, days in (("före", own.before), ("efter", own.after)) if not days}
