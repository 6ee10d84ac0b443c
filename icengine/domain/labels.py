"""The organisation's own words: what it calls the things that the engine names.

Örebro says tillsynsplan, Malmö granskning: the words on pages and in mails are theirs, the words in
plan files stay the engine's.
"""

from __future__ import annotations

from collections.abc import Iterable

LABELS = (
    "internkontrollplan",
    "slutrapport",
    "kontrollmoment",
    "processområde",
    "kontrollansvarig",
    "godkännare",
    "riskägare",
    "åtgärd",
)
"""The engine's words that may be exchanged."""


def label(organisation_labels: Iterable[tuple[str, str]], word: str) -> str:
    """What the organisation calls it; the engine's own word where it says nothing."""
    return dict(organisation_labels).get(word, word)
