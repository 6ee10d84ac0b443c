"""Commands that copy the database: backup, restore, and a move to another one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icengine.cli.shared import engine, operator
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import NotFound, Refused, because

database = Program(help="Databasen.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("backup")(backup)
    app.command("restore")(restore_backup)
    app.add_typer(database, name="db")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FIL", help="Filen att skriva.")],
    force: Annotated[bool, typer.Option("--force", help="Skriv över en fil som finns.")] = False,
) -> None:
    """Säkerhetskopiera allt till en fil, medan programmet går."""
    from icengine.services.backup import back_up

    if file.exists() and not force:
        raise Refused(f"{file} finns redan.", "Välj ett annat namn, eller --force.")
    unfinished = file.with_name(f"{file.name}.del")
    try:
        with engine() as built, unfinished.open("wb") as out:
            done = back_up(built.database, out, actor=operator(), now=now())
        unfinished.replace(file)
    except OSError as error:
        raise NotFound(f"Det går inte att skriva {file}{because(error)}.") from error
    typer.echo(
        f"{file}: {done.rows} rader i {len(done.tables)} tabeller. Förvara den som databasen."
    )


def restore_backup(
    file: Annotated[Path, typer.Argument(metavar="FIL", help="Säkerhetskopian.")],
) -> None:
    """Läs in en säkerhetskopia i en tom databas, och pröva att allt blev som det var."""
    from icengine.services.audit import verify_log
    from icengine.services.backup import restore

    with engine(ready=False) as built:
        built.database.migrate()
        done = restore(built.database, file, actor=operator())
        with built.database.at_one_moment() as session:
            checked = verify_log(session, actor=operator())
    if checked.faults:
        raise Refused(f"Händelseloggen är inte hel: {checked.faults[0]}.")
    typer.echo(
        f"{done.rows} rader i {len(done.tables)} tabeller är återställda och lästa igen. "
        f"Händelseloggen är hel: {checked.count} händelser, summa {checked.head}."
    )


@database.command("copy")
def copy_database(
    to: Annotated[str, typer.Option("--to", metavar="ADRESS", help="Den nya databasens adress.")],
) -> None:
    """Flytta allt till en annan databas, till exempel PostgreSQL, och pröva att allt kom med."""
    from icengine.services.audit import verify_log
    from icengine.services.backup import copy
    from icengine.store.db import Database

    with engine() as built:
        target = Database(to)
        try:
            done = copy(built.database, target, actor=operator())
            with target.at_one_moment() as session:
                checked = verify_log(session, actor=operator())
        finally:
            target.close()
    if checked.faults:
        raise Refused(f"Händelseloggen är inte hel: {checked.faults[0]}.")
    typer.echo(
        f"{done.rows} rader i {len(done.tables)} tabeller är kopierade och lästa igen. Stoppa "
        "programmet, kopiera en sista gång till en tom databas, och sätt ICENGINE_DATABASE_URL."
    )
