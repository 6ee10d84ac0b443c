"""A measured control: the bedömning that its figures propose, and choosing another one."""

from __future__ import annotations

from icengine.domain.assessment import propose
from icengine.domain.scale import Measure, RatingScale
from icengine.domain.task import Answer, Fault, figure


def proposed(answer: Answer, measure: Measure) -> str | None:
    """Id of the level that the answer's figures propose; None where they propose nothing."""
    part, whole = figure(answer.part), figure(answer.whole)
    if part is None or not whole or part > whole:
        return None
    return propose(measure, part, whole)


def override_faults(answer: Answer, measure: Measure | None, scale: RatingScale) -> list[Fault]:
    """What stops an answer with another bedömning than the proposed one: that it says no reason.

    A level without rank (vit) needs one too, where the figures are there.
    """
    if measure is None or answer.reason.strip() or answer.rating not in scale.ids:
        return []
    level = proposed(answer, measure)
    if level is None or level == answer.rating:
        return []
    word = scale.level(level).word
    message = f"Skriv varför du väljer en annan bedömning än förslaget ”{word}”"
    return [Fault("skal", message)]
