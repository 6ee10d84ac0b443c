"""What commands share: the engine from the settings, and reading files with problems said."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from icengine.domain.node import Node, Problem
from icengine.errors import Refused

if TYPE_CHECKING:
    from icengine.bootstrap import Engine
    from icengine.domain.access import System
    from icengine.domain.people import Organisation
    from icengine.domain.plan import Plan

FIRST_DAY, AFTER_DAYS = date(2000, 1, 1), date(2101, 1, 1)
"""Days that an option may name: the first, and the day after the last."""
MOST_TOLD = 100
"""Problems of a file that are said one by one."""


def operator() -> System:
    """Whoever runs commands on the server."""
    from icengine.domain.access import System

    return System("kommandoraden")


@contextmanager
def engine(*, ready: bool = True) -> Iterator[Engine]:
    """The engine from the environment and icengine.toml; `ready`: with a migrated database."""
    from icengine.bootstrap import assemble, read_settings

    built = assemble(read_settings(os.environ, Path.cwd()))
    try:
        if ready:
            built.database.check_ready()
        yield built
    finally:
        built.database.close()


def read_moment(text: str, option: str) -> datetime:
    """An instant from an option; a wrong one is wrong usage."""
    from icengine.domain.calendar import local_midnight, read_instant

    try:
        moment = read_instant(text)
    except ValueError:
        raise typer.BadParameter(
            f"”{text}” är ingen tidpunkt; skriv till exempel 2026-02-01 eller 2026-02-01T08:00.",
            param_hint=option,
        ) from None
    if not local_midnight(FIRST_DAY) <= moment < local_midnight(AFTER_DAYS):
        raise typer.BadParameter(_outside(text), param_hint=option)
    return moment


def read_day(text: str, option: str) -> date:
    """A date from an option; a wrong one is wrong usage."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"”{text}” är inget datum; skriv till exempel 2026-02-01.", param_hint=option
        ) from None
    if not FIRST_DAY <= day < AFTER_DAYS:
        raise typer.BadParameter(_outside(text), param_hint=option)
    return day


def _outside(text: str) -> str:
    return f"”{text}” ligger utanför åren {FIRST_DAY.year}–{AFTER_DAYS.year - 1}."


def tell(problems: Sequence[Problem]) -> None:
    """Every problem on a line of its own, and the number of those that are too many to read."""
    for problem in problems[:MOST_TOLD]:
        typer.echo(str(problem), err=True)
    left = len(problems) - MOST_TOLD
    if left > 0:
        typer.echo(f"och {'ett' if left == 1 else left} problem till", err=True)


def refuse(problems: Sequence[Problem], path: Path) -> None:
    """Say every problem and raise Refused."""
    tell(problems)
    count = len(problems)
    raise Refused(
        f"{path} har {'ett problem' if count == 1 else f'{count} problem'}. Ingenting är sparat.",
        "Rätta filen och försök igen.",
    )


def read_yaml_file(path: Path) -> tuple[Node | None, list[Problem]]:
    """What stands in a file, or the problems that keep it from being read."""
    from icengine.intake.yamlfile import read_yaml

    return read_yaml(path)


def read_organisation_file(path: Path) -> tuple[Organisation | None, list[Problem]]:
    """The organisation in a file, or its problems."""
    from icengine.domain.directory import read_organisation

    node, problems = read_yaml_file(path)
    return read_organisation(node) if node else (None, problems)


def read_plan_file(
    path: Path, organisation: Organisation, *, give_ids: bool = True
) -> tuple[Plan | None, list[Problem]]:
    """The plan in a file of any kind, or its problems; what was read in its own way is told.

    `give_ids`: rows of a sheet that have no id are read as if they had one, for a file that is only
    looked at.
    """
    from icengine.intake.naming import nothing_known
    from icengine.intake.planfile import read_plan_path

    read = read_plan_path(path, organisation, known=nothing_known if give_ids else None)
    tell_notices(read.notices)
    return read.plan, read.problems


def tell_notices(notices: Sequence[Problem]) -> None:
    """What a file of sheets was read as, where it does not stand just so."""
    for notice in notices[:MOST_TOLD]:
        typer.echo(f"Obs: {notice}", err=True)
    left = len(notices) - MOST_TOLD
    if left > 0:
        typer.echo(f"Obs: och {left} till", err=True)


def organisation_for(plan: Path, given: Path | None) -> Organisation:
    """The organisation a plan file is read against: the file given, the one beside it, the database.

    Raises Refused where the file has problems.
    """
    from icengine.services.people import current_organisation

    beside = plan.parent / "organisation.yaml"
    path = given or (beside if beside.is_file() else None)
    if path is None:
        with engine() as built, built.database.reading() as session:
            return current_organisation(session, actor=operator())
    organisation, problems = read_organisation_file(path)
    if organisation is None:
        refuse(problems, path)
    assert organisation is not None
    return organisation


def counted(number: int, one: str, many: str) -> str:
    """ "ett mejl", "3 mejl", "inga mejl": `one` and `many` hold the whole phrase but the number.

    Where `one` begins a sentence ("Ett mejl") so does "Inga mejl".
    """
    if number == 1:
        return one
    none = "Inga" if one[:1].isupper() else "inga"
    return f"{number or none} {many}"
