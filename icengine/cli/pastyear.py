"""The command that takes in a year from before the program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.plans import plan
from icengine.cli.shared import counted, engine, operator, refuse, tell_notices
from icengine.clock import now

if TYPE_CHECKING:
    from icengine.domain.history import History


def add_to(_app: typer.Typer) -> None:
    """Add the command to those of plans."""
    plan.command("import-past")(plan_import_past)


def plan_import_past(
    file: Annotated[
        Path,
        typer.Argument(metavar="FIL", help="Förra årets tabell: .xlsx, .ods, .csv eller .yaml."),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Visa vad som skulle läsas in. Ingenting sparas.")
    ] = False,
    unit: Annotated[
        str, typer.Option("--unit", metavar="ID", help="Enheten, för en tabell som inte säger den.")
    ] = "",
    year: Annotated[
        str, typer.Option("--year", metavar="ÅR", help="Året, för en tabell som inte säger det.")
    ] = "",
    dnr: Annotated[str, typer.Option("--dnr", help="Diarienumret för beslutet om planen.")] = "",
    date: Annotated[str, typer.Option("--date", metavar="DATUM", help="Beslutets datum.")] = "",
    paragraph: Annotated[str, typer.Option("--paragraph", help="Beslutets paragraf.")] = "",
) -> None:
    """Läs in ett år från före programmet: planen, bedömningarna och åtgärderna. Ingen får mejl."""
    from icengine.intake.pastyear import read_past_path
    from icengine.services.history import import_history
    from icengine.services.people import current_organisation
    from icengine.services.planfiles import known_ids

    moment = now()
    given = {key: text for key, text in (("enhet", unit), ("år", year)) if text}
    decision = {"dnr": dnr, "datum": date, "paragraf": paragraph}
    with engine() as built:
        with built.database.reading() as session:
            organisation = current_organisation(session, actor=operator())
            found = read_past_path(
                file, organisation, given=given, decision=decision,
                known=lambda unit, year: known_ids(
                    session, actor=operator(), unit=unit, year=year
                ),
            )  # fmt: skip
        tell_notices(found.notices)
        if found.history is None:
            refuse(found.problems, file)
        assert found.history is not None
        _show(found.history)
        if dry_run:
            typer.echo("Ingenting är sparat.")
            return
        with built.database.unit_of_work(operator(), moment) as session:
            done = import_history(session, actor=operator(), now=moment, history=found.history)
    typer.echo(f"Året är inläst som {done.key}. Nästa plan: icengine plan next {done.key}")


def _show(history: History) -> None:
    """What the year holds, a line for each control."""
    found = history.plan
    rated = {item.control: item for item in history.answers}
    controls = [control for _, control in found.controls()]
    typer.echo(
        f"{found.key}: {counted(len(found.risks), 'en risk', 'risker')}, "
        f"{counted(len(controls), 'en kontroll', 'kontroller')}, "
        f"{counted(len(rated), 'en bedömning', 'bedömningar')}, "
        f"{counted(len(history.actions), 'en åtgärd', 'åtgärder')}, "
        f"{counted(_open(history), 'en är öppen', 'är öppna')}."
    )
    for control in controls:
        answer = rated.get(control.id)
        word = found.ratings.level(answer.rating).word if answer else "ingen bedömning"
        title = "redovisas separat" if control.protected else control.title
        typer.echo(f"  {control.id} {title}: {word}")


def _open(history: History) -> int:
    statuses = [*(item.status for item in history.actions), *history.direct.values()]
    return sum(not status.closed for status in statuses)
