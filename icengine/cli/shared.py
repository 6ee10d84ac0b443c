"""What commands share: the engine from the settings, and reading files with problems said."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from icengine.domain.access import System
from icengine.domain.node import Problem
from icengine.errors import Refused

if TYPE_CHECKING:
    from icengine.bootstrap import Engine
    from icengine.domain.people import Organisation
    from icengine.domain.plan import Plan

OPERATOR = System("kommandoraden")
"""Whoever runs commands on the server."""


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
    from icengine.domain.calendar import read_instant

    try:
        return read_instant(text)
    except ValueError:
        raise typer.BadParameter(
            f"”{text}” är ingen tidpunkt; skriv till exempel 2026-02-01 eller 2026-02-01T08:00.",
            param_hint=option,
        ) from None


def read_day(text: str, option: str) -> date:
    """A date from an option; a wrong one is wrong usage."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"”{text}” är inget datum; skriv till exempel 2026-02-01.", param_hint=option
        ) from None


def tell(problems: Sequence[Problem]) -> None:
    """Every problem on a line of its own."""
    for problem in problems:
        typer.echo(str(problem), err=True)


def refuse(problems: Sequence[Problem], path: Path) -> None:
    """Say every problem and raise Refused."""
    tell(problems)
    count = len(problems)
    raise Refused(
        f"{path} har {'ett problem' if count == 1 else f'{count} problem'}. Ingenting är sparat.",
        "Rätta filen och försök igen.",
    )


def read_organisation_file(path: Path) -> tuple[Organisation | None, list[Problem]]:
    """The organisation in a file, or its problems."""
    from icengine.domain.directory import read_organisation
    from icengine.intake.yamlfile import read_yaml

    node, problems = read_yaml(path)
    return read_organisation(node) if node else (None, problems)


def read_plan_file(path: Path, organisation: Organisation) -> tuple[Plan | None, list[Problem]]:
    """The plan in a file, or its problems."""
    from icengine.domain.document import read_plan
    from icengine.intake.yamlfile import read_yaml

    node, problems = read_yaml(path)
    return read_plan(node, organisation) if node else (None, problems)


def organisation_for(plan: Path, given: Path | None) -> Organisation:
    """The organisation a plan file is read against: the file given, the one beside it, the database.

    Raises Refused where the file has problems.
    """
    from icengine.services.people import current_organisation

    beside = plan.parent / "organisation.yaml"
    path = given or (beside if beside.is_file() else None)
    if path is None:
        with engine() as built, built.database.reading() as session:
            return current_organisation(session, actor=OPERATOR)
    organisation, problems = read_organisation_file(path)
    if organisation is None:
        refuse(problems, path)
    assert organisation is not None
    return organisation


def counted(number: int, one: str, many: str) -> str:
    """ "ett mejl", "3 mejl", "inga mejl": `one` and `many` hold the whole phrase but the number."""
    if number == 1:
        return one
    return f"{number if number else 'inga'} {many}"
