"""A risk as it is weighed: when its assessment is too old to rest a plan on."""

from __future__ import annotations

from datetime import date

import pytest

from icengine.domain.risk import AssessedRisk, stale


def assessed(day: date | None) -> AssessedRisk:
    return AssessedRisk(id="R1", area="Ekonomi", title="Köp utan avtal", assessed=day)


@pytest.mark.parametrize(
    ("of", "day", "old"),
    [
        (date(2025, 10, 12), date(2026, 10, 11), False),
        (date(2025, 10, 12), date(2026, 10, 12), False),
        (date(2025, 10, 12), date(2026, 10, 13), True),
        (date(2025, 12, 31), date(2026, 1, 1), False),
        (date(2024, 12, 31), date(2026, 1, 1), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
        (date(2026, 12, 1), date(2026, 11, 1), False),
    ],
)
def test_an_assessment_is_old_when_more_than_a_year_has_gone(
    of: date, day: date, old: bool
) -> None:
    assert stale(assessed(of), day) is old


def test_an_assessment_without_a_date_counts_as_old() -> None:
    assert stale(assessed(None), date(2026, 1, 1))
