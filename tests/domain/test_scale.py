"""Scales are data: a level is a colour, a symbol and a word; a zone is a map."""

from __future__ import annotations

import pytest

from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS, RatingScale, RiskScale


def test_every_level_has_a_word_a_symbol_of_its_own_and_a_colour() -> None:
    for levels in (DEFAULT_RATINGS.levels, DEFAULT_RISKS.levels):
        assert len({level.symbol for level in levels}) == len(levels)
        assert all(level.word and level.colour.startswith("#") for level in levels)


def test_vit_stands_outside_the_order() -> None:
    assert DEFAULT_RATINGS.unrated.id == "vit"
    assert DEFAULT_RATINGS.best.id == "gron"
    assert DEFAULT_RATINGS.share("vit") is None


def test_levels_of_two_scales_are_compared_by_their_share() -> None:
    ranked = [level for level in DEFAULT_RATINGS.levels if level.id != "gul"]
    two = RatingScale(tuple(ranked))
    assert [DEFAULT_RATINGS.share(id) for id in ("gron", "gul", "rod")] == [0.0, 0.5, 1.0]
    assert two.share("rod") == 1.0


def test_a_zone_is_a_map_and_not_a_threshold_on_the_product() -> None:
    """Yellow 9-15 unless konsekvens is 4 or 5: the same product, two zones."""
    rows = tuple(
        tuple(
            "hog" if s * k >= 9 and k >= 4 else "medel" if s * k >= 9 else "lag"
            for k in range(1, 6)
        )
        for s in range(1, 6)
    )
    scale = RiskScale(tuple("abcde"), tuple("abcde"), rows, DEFAULT_RISKS.levels)
    assert scale.zone(5, 2).id == "medel"
    assert scale.zone(2, 5).id == "hog"
    assert scale.is_worst(2, 5)
    for outside in ((0, 1), (1, 6), (6, 1)):
        with pytest.raises(IndexError):
            scale.zone(*outside)
