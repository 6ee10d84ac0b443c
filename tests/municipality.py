"""The example municipality for tests: its clock, its files, its adopted plan."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from icengine.domain.access import System
from icengine.domain.calendar import read_instant
from icengine.domain.completeness import Reasons
from icengine.domain.directory import read_organisation
from icengine.domain.document import read_plan
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.intake.yamlfile import read_yaml
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.store.db import Database

ROOT = Path(__file__).parent.parent
PLANS = ROOT / "plans"
REASONS = Reasons(rest="Prövat i testet.")
"""For a plan that is made for something else than to be whole."""


def at(day: str, clock: str = "08:00") -> datetime:
    """An instant by Swedish wall clock: at("2022-02-01")."""
    return read_instant(f"{day}T{clock}")


def load_example(folder: Path = PLANS) -> tuple[Organisation, Plan]:
    """(Organisation, Plan) from a folder like plans/; fails where a file has problems."""
    node, problems = read_yaml(folder / "organisation.yaml")
    assert node is not None, problems
    organisation, problems = read_organisation(node)
    assert organisation is not None, problems
    node, problems = read_yaml(folder / "ks-2022.yaml")
    assert node is not None, problems
    plan, problems = read_plan(node, organisation)
    assert plan is not None, problems
    return organisation, plan


def adopt_example(database: Database, example: tuple[Organisation, Plan]) -> None:
    """Import the organisation and adopt the plan."""
    actor, now = System("test"), at("2021-12-15")
    with database.unit_of_work(actor, now) as session:
        import_organisation(session, actor=actor, now=now, organisation=example[0])
    with database.unit_of_work(actor, now) as session:
        adopt_plan(
            session,
            actor=actor,
            now=now,
            plan=example[1],
            dnr="KS 2021/0412",
            decided=date(2021, 12, 14),
            paragraph="§ 214",
        )
