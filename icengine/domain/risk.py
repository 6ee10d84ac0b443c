"""A risk as it is weighed: what the register holds, and what a plan says of each of its risks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date


@dataclass(frozen=True, kw_only=True)
class AssessedRisk:
    """A risk, what it may lead to, and how it was weighed.

    Sannolikhet and konsekvens are those that are left with the measures that exist; what they would
    be without them may be said beside. Nobody has to have weighed it: a plan may control something
    that no risk is described for, and then nothing is made up.
    """

    id: str
    """Unique in the unit for ever: "R3"."""
    area: str
    """Processområde."""
    title: str
    event: str = ""
    """What may happen; continues "Risken att …"; "" where no risk is described."""
    cause: str = ""
    """Continues "på grund av …"; "" where it is not known."""
    effect: str = ""
    """Continues "vilket kan leda till …"."""
    likelihood: int | None = None
    """Sannolikhet with the measures there are, from 1; None where it is not weighed."""
    consequence: int | None = None
    """Konsekvens with the measures there are, from 1; None where it is not weighed."""
    likelihood_before: int | None = None
    """Sannolikhet without the measures there are; None where that is not weighed."""
    consequence_before: int | None = None
    measures: str = ""
    """Befintliga åtgärder: what holds the risk back already."""
    perspective: str = ""
    """Perspektiv: "uppsiktsplikt" or "egen förvaltning"."""
    category: str = ""
    owner: str = ""
    """Riskägare, a function."""
    fraud: bool = False
    """Oegentligheter: the risk is about someone doing wrong on purpose."""
    assessed: date | None = None
    """Date of the assessment."""
    assessed_by: str = ""
    """Who weighed it, in words: "ledningsgruppen"."""
    replaces: str = ""
    """Ersätter: id of its forerunner."""

    @property
    def weight(self) -> tuple[int, int] | None:
        """(sannolikhet, konsekvens) with the measures there are; None where it is not weighed."""
        if self.likelihood is None or self.consequence is None:
            return None
        return self.likelihood, self.consequence

    @property
    def weight_before(self) -> tuple[int, int] | None:
        """(sannolikhet, konsekvens) without them; None where that is not weighed."""
        if self.likelihood_before is None or self.consequence_before is None:
            return None
        return self.likelihood_before, self.consequence_before

    @property
    def value(self) -> int | None:
        """Riskvärde: sannolikhet times konsekvens; None where it is not weighed."""
        return self.weight[0] * self.weight[1] if self.weight else None

    @property
    def sentence(self) -> str:
        """ "Risken att … på grund av … vilket kan leda till …" as one sentence; "" without a risk."""
        if not self.event:
            return ""
        parts = [f"Risken att {self.event}"]
        if self.cause:
            parts.append(f"på grund av {self.cause}")
        if self.effect:
            parts.append(f"vilket kan leda till {self.effect}")
        return ", ".join(parts).rstrip(".") + "."

    @property
    def assessment(self) -> AssessedRisk:
        """The risk alone, without what a plan does about it."""
        names = (item.name for item in fields(AssessedRisk))
        return AssessedRisk(**{name: getattr(self, name) for name in names})


@dataclass(frozen=True, kw_only=True)
class LeftOut(AssessedRisk):
    """A risk of the gross list that the plan leaves out."""

    reason: str
    """Why it is left out."""


def stale(risk: AssessedRisk, day: date) -> bool:
    """Was the risk assessed more than a year before the day, or is it not said when?

    A nämnd answers for the risk analysis behind its plan every year (kommunallagen 6 kap. 6 §): a
    plan that rests on an older one is to say so. Assessed on the same date last year is not older.
    """
    if risk.assessed is None:
        return True
    same = risk.assessed.month, risk.assessed.day
    return (day.year - risk.assessed.year, (day.month, day.day)) > (1, same)
