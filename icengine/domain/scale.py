"""Scales: levels of bedömning, the risk matrix as a cell map, thresholds for measured controls.

Scales are data, per organisation and year. A level is always a colour, a symbol and a word: the
colour helps, the word says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from icengine.domain.labels import Vocabulary


@dataclass(frozen=True)
class Level:
    """One level (nivå) of a scale."""

    id: str
    """Stable name in files and the database: "gron"."""
    word: str
    """What is always printed: "Mindre avvikelse"."""
    symbol: str
    """Always printed beside the word; one of ● ▲ ◆ ■ ○, which the shipped fonts have."""
    colour: str
    """#RRGGBB; used in charts and behind text."""
    short: str = ""
    """Word for a narrow column: "Gul"."""
    meaning: str = ""
    """What the level says, for the reading guide."""
    rank: int | None = None
    """0 is best; None for a level outside the order (vit), which never weighs in a roll-up."""
    needs_action: bool = False
    """An answer with this level must hold an åtgärd with ansvarig and klart-datum."""


@dataclass(frozen=True)
class RatingScale:
    """The levels of bedömning, best first; those without rank (vit) last."""

    levels: tuple[Level, ...]

    def level(self, id: str) -> Level:
        """The level with that id; KeyError where the scale has none."""
        return {level.id: level for level in self.levels}[id]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in the scale's order."""
        return tuple(level.id for level in self.levels)

    @property
    def best(self) -> Level:
        """The level that asks for nothing (grön)."""
        return min((lv for lv in self.levels if lv.rank is not None), key=lambda lv: lv.rank or 0)

    @property
    def unrated(self) -> Level:
        """The level for what could not be assessed (vit)."""
        return next(level for level in self.levels if level.rank is None)

    def share(self, id: str) -> float | None:
        """Where the level lies, 0.0 best to 1.0 worst; None for vit.

        Levels of two scales with different numbers of steps are compared by this.
        """
        ranks = [level.rank for level in self.levels if level.rank is not None]
        rank = self.level(id).rank
        return None if rank is None else rank / (max(ranks) or 1)


@dataclass(frozen=True)
class RiskScale:
    """Sannolikhet and konsekvens with a word for each step, and the zone of every cell.

    The zone is a map, not a threshold on the product: "gul 9-15 unless konsekvens is 4 or 5" is a
    real rule.
    """

    likelihood: tuple[str, ...]
    """Words for sannolikhet 1, 2, …"""
    consequence: tuple[str, ...]
    """Words for konsekvens 1, 2, …"""
    zones: tuple[tuple[str, ...], ...]
    """Zone ids, a row per sannolikhet from 1 up, a column per konsekvens from 1 up."""
    levels: tuple[Level, ...]
    """The zones, worst first."""
    likelihood_meanings: tuple[str, ...] = ()
    """What each step of sannolikhet means, "" where nothing is said; () where nothing is at all."""
    consequence_meanings: tuple[str, ...] = ()
    """What each step of konsekvens means."""

    def zone(self, likelihood: int, consequence: int) -> Level:
        """The zone of a cell; both steps count from 1. IndexError outside the scale."""
        if likelihood < 1 or consequence < 1:
            raise IndexError("steps count from 1")
        id = self.zones[likelihood - 1][consequence - 1]
        return {level.id: level for level in self.levels}[id]

    def is_worst(self, likelihood: int, consequence: int) -> bool:
        """Does the cell lie in the worst zone?"""
        return self.zone(likelihood, consequence).id == self.levels[0].id


@dataclass(frozen=True)
class Threshold:
    """From `least` per cent and upwards the level is proposed."""

    least: Decimal
    level: str


@dataclass(frozen=True)
class Measure:
    """How a measured control counts: a part of a whole, in per cent, against a goal."""

    part: str
    """What is counted: "Klassade it-komponenter"."""
    whole: str
    """Of how many: "It-komponenter i drift"."""
    goal: Decimal | None
    """Goal in per cent; None where there is none."""
    thresholds: tuple[Threshold, ...]
    """Highest first; the last one's `least` is 0."""


GREEN = Level("gron", "Utan anmärkning", "●", "#62AE7F", "Grön", "Fungerar som avsett.", 0)
YELLOW = Level(
    "gul", "Mindre avvikelse", "▲", "#F2C230", "Gul",
    "Fungerar i huvudsak. Åtgärd behövs.", 1, needs_action=True,
)  # fmt: skip
RED = Level(
    "rod", "Allvarlig avvikelse", "■", "#A8322D", "Röd",
    "Kravet eller målet är inte uppfyllt. Åtgärd krävs snarast.", 2, needs_action=True,
)  # fmt: skip
WHITE = Level(
    "vit", "Kan inte bedömas", "○", "#FFFFFF", "Vit",
    "Inte genomförd, inte aktuell eller uppgift saknas. Räknas aldrig som utan anmärkning.",
)  # fmt: skip

DEFAULT_RATINGS = RatingScale((GREEN, YELLOW, RED, WHITE))
"""Three levels and vit; an organisation may say otherwise."""


def worded(scale: RatingScale, words: Vocabulary) -> RatingScale:
    """The scale where the engine's own meanings are said with the organisation's word for åtgärd."""
    ours, action = {level.meaning for level in DEFAULT_RATINGS.levels}, words("åtgärd").title
    return RatingScale(
        tuple(
            replace(level, meaning=level.meaning.replace("Åtgärd", action))
            if level.meaning in ours
            else level
            for level in scale.levels
        )
    )


HIGH = Level("hog", "Hög risk", "■", "#A8322D", "Hög")
MEDIUM = Level("medel", "Medelhög risk", "▲", "#F2C230", "Medel")
LOW = Level("lag", "Låg risk", "●", "#62AE7F", "Låg")

DEFAULT_RISKS = RiskScale(
    likelihood=("Osannolik", "Möjlig", "Trolig", "Mycket trolig"),
    consequence=("Försumbar", "Lindrig", "Kännbar", "Allvarlig"),
    zones=(
        ("lag", "lag", "medel", "medel"),
        ("lag", "medel", "medel", "hog"),
        ("lag", "medel", "medel", "hog"),
        ("medel", "hog", "hog", "hog"),
    ),
    levels=(HIGH, MEDIUM, LOW),
)
"""Four steps on both axes."""
