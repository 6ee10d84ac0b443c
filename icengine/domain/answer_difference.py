"""What differs between two versions of an answer, in lines that a reader of the log understands."""

from __future__ import annotations

from collections.abc import Iterator

from icengine.domain.difference import Change
from icengine.domain.happening import RATING
from icengine.domain.scale import RatingScale
from icengine.domain.task import Answer, PlannedAction


def answer_difference(
    before: Answer | None, after: Answer, scale: RatingScale
) -> tuple[Change, ...]:
    """Every difference; before the first version there was nothing."""
    return tuple(_lines(before or Answer(), after, scale))


def _lines(before: Answer, after: Answer, scale: RatingScale) -> Iterator[Change]:
    parts = _parts(before, scale), _parts(after, scale)
    for what, old in parts[0].items():
        if old != parts[1][what]:
            yield Change(what, old, parts[1][what])
    for n in range(max(len(before.actions), len(after.actions))):
        old, new = (_action(answer.actions[n : n + 1]) for answer in (before, after))
        if old != new:
            yield Change(f"Åtgärd {n + 1}", old, new)


def answer_parts(answer: Answer, scale: RatingScale, action: str = "Åtgärd") -> dict[str, str]:
    """Every part of an answer in words, the empty ones too; `action` is what an åtgärd is called."""
    parts = _parts(answer, scale)
    comment = parts.pop("Kommentar")
    its = {
        f"{action} {n}": _action(answer.actions[n - 1 : n])
        for n in range(1, len(answer.actions) + 1)
    }
    return {**parts, **its, "Kommentar": comment}


def _parts(answer: Answer, scale: RatingScale) -> dict[str, str]:
    figures = f"{answer.part or '–'} av {answer.whole or '–'}"
    sample = f"{answer.deviations or '–'} av {answer.checked or '–'} avvek"
    return {
        "Mätvärde": figures if answer.part or answer.whole else "",
        "Stickprov": sample if answer.checked or answer.deviations else "",
        RATING: _word(answer.rating, scale),
        "Skäl till bedömningen": answer.reason,
        "Resultat": answer.result,
        "Grundorsak": answer.cause,
        "Kommentar": answer.comment,
    }


def _word(level: str, scale: RatingScale) -> str:
    return scale.level(level).word if level in scale.ids else level


def _action(actions: tuple[PlannedAction, ...]) -> str:
    """An åtgärd in one line; "" for none."""
    return "; ".join(
        f"{one.text} ({one.responsible or 'ingen ansvarig'}, {one.due or 'inget datum'})"
        for one in actions
    )
