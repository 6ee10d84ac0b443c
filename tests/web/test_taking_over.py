"""Nobody comes to more than they were given by way of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from two_offices import OFFICE, adopt, control, email, hand_in, new_site, on, task
from web_site import Site

from icengine.domain.people import Grant, Role
from icengine.errors import Refused

APPOINTING = "/organisation/funktion/ersattare/Controllern"
MONTH = {"fran": "2022-02-10", "till": "2022-03-10"}


def begun(database: Any) -> Site:
    site = new_site(database)
    adopt(database, 2022, "2021-12-15", control(godkännare="Godkännare ks", skyddad="ja"))
    on(site, "2022-02-10")
    hand_in(site, "ansvarig.ks", task(site, "K7", "2022-02"))
    return site


@pytest.fixture
def site(database: Any, once: Callable[..., Site]) -> Site:
    """February: K7, which is protected, has been answered."""
    return Site(database, now=once(begun, database).now)


def give(site: Site, role: Role, unit: str = "ks") -> None:
    """Whoever is Controllern has the role there."""
    organisation = site.organisation()
    site.change_organisation(
        grants=(*organisation.grants, Grant(role, unit, function="Controllern"))
    )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CONTROLLER])
def test_a_manager_appoints_nobody_to_a_role_that_reaches_further_than_her_own(
    site: Site, role: Role
) -> None:
    give(site, role)
    chef = site.log_in(email("chef"))
    for who in ("chef", "ansvarig.klk"):
        assert chef.post(APPOINTING, data={"epost": email(who), **MONTH}).status_code == 403
    assert chef.get(APPOINTING).status_code == 403
    assert "Utse en ersättare" not in chef.get("/organisation/funktioner/Controllern").text
    answer = f"/uppgifter/{task(site, 'K7', '2022-02')}/kvitto"
    assert chef.get(answer).status_code == 404
    assert chef.get("/organisation/ks/andra").status_code == 403


def test_the_administrator_does(site: Site) -> None:
    give(site, Role.CONTROLLER)
    administrator = site.log_in(email("adm"))
    sent = administrator.post(APPOINTING, data={"epost": email("ansvarig.klk"), **MONTH})
    assert sent.status_code == 303


@pytest.mark.parametrize("role", [Role.MANAGER, Role.READER])
def test_a_manager_appoints_to_a_function_with_a_lesser_role(site: Site, role: Role) -> None:
    give(site, role)
    chef = site.log_in(email("chef"))
    sent = chef.post(APPOINTING, data={"epost": email("ansvarig.klk"), **MONTH})
    assert sent.status_code == 303


def test_a_function_that_a_plan_has_named_is_not_left_out_and_made_anew_elsewhere(
    site: Site,
) -> None:
    for named in ("Godkännare ks", "Ansvarig ks"):
        kept = [f for f in site.organisation().functions if f.name != named]
        with pytest.raises(Refused, match=f"Funktionen {named} "):
            site.change_organisation(functions=tuple(kept))
    again = site.log_in(email("adm")).post(
        "/organisation/klk/ny-funktion", data={"namn": "godkännare ks"}
    )
    assert again.status_code == 422


def test_also_when_a_later_version_of_the_plan_names_another(site: Site) -> None:
    adopt(site.database, 2022, "2022-03-01", control("K9", owner=OFFICE))
    kept = [f for f in site.organisation().functions if f.name != "Godkännare ks"]
    with pytest.raises(Refused, match="Funktionen Godkännare ks står i en antagen plan"):
        site.change_organisation(functions=tuple(kept))


def test_a_function_that_no_plan_lets_answer_or_approve_may_be_left_out(site: Site) -> None:
    kept = tuple(f for f in site.organisation().functions if f.name != "Ansvarig son")
    site.change_organisation(functions=kept)
    assert site.organisation().function("Ansvarig son") is None
