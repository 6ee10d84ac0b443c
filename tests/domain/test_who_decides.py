"""Who decides what an owner asks: the controllers nearest above the unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from municipality import load_example

from icengine.domain.asking import deciding
from icengine.domain.people import Grant, Role

DAY = date(2022, 3, 1)


def test_the_nearest_unit_that_has_a_controller_decides() -> None:
    organisation, _ = load_example()
    near = Grant(Role.CONTROLLER, "klk", "klk@kommun.example")
    far = Grant(Role.CONTROLLER, "ks", "ks@kommun.example")
    both = replace(organisation, grants=(near, far))
    assert deciding(both, "klk", DAY) == ("klk@kommun.example",)
    assert deciding(both, "ks", DAY) == ("ks@kommun.example",)


def test_a_controller_who_may_change_nothing_there_is_not_asked() -> None:
    organisation, _ = load_example()
    above = replace(organisation, grants=(Grant(Role.CONTROLLER, "kommun", "k@kommun.example"),))
    assert organisation.unit("ks").own_authority  # type: ignore[union-attr]
    assert deciding(above, "ks", DAY) == ()


def test_the_role_of_a_function_is_its_holders() -> None:
    organisation, _ = load_example()
    grant = Grant(Role.CONTROLLER, "ks", function="Controllern")
    held = organisation.function("Controllern")
    assert held
    found = deciding(replace(organisation, grants=(grant,)), "ks", DAY)
    assert found == tuple(sorted(held.held_by(DAY)))
