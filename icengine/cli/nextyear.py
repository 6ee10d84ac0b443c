"""The command that proposes next year's plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.plans import plan
from icengine.cli.shared import counted, engine, operator
from icengine.clock import now

if TYPE_CHECKING:
    from icengine.domain.next_plan import NextPlan, Proposed
    from icengine.services.drafts import Saved


def add_to(_app: typer.Typer) -> None:
    """Add the command to those of plans."""
    plan.command("next")(plan_next)


def plan_next(
    key: Annotated[str, typer.Argument(metavar="PLAN", help="Årets plan, till exempel ks-2026.")],
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="ÅR", help="Planåret; annars året efter planens."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Visa förslaget utan att spara något.")
    ] = False,
) -> None:
    """Föreslå nästa års plan efter vad den här visade. Förslaget sparas som ett utkast."""
    from icengine.services.next_year import begin_next, propose_next

    moment = now()
    with engine() as built:
        with built.database.reading() as session:
            found = propose_next(session, actor=operator(), now=moment, key=key, year=year or 0)
        _show(found)
        if dry_run:
            typer.echo("\nIngenting är sparat.")
            return
        with built.database.unit_of_work(operator(), moment) as session:
            saved = begin_next(session, actor=operator(), now=moment, key=key, year=year or 0)
    _show_saved(saved)


def _show(found: NextPlan) -> None:
    taken = [item for item in found.items if item.taken]
    left = [item for item in found.items if not item.taken]
    typer.echo(f"Förslag till plan {found.unit}-{found.year}")
    typer.echo("\nTas med")
    for item in taken:
        _show_item(item)
    if not taken:
        typer.echo("  Ingenting. Börja från riskregistret eller årets plan.")
    if left:
        typer.echo("\nTas inte med")
        for item in left:
            _show_item(item)
    for id in found.moved:
        typer.echo(f"  Tänk på: {id} har datum eller årtal som är flyttade till {found.year}.")


def _show_item(item: Proposed) -> None:
    from icengine.domain.words import capital, sentence

    title = "redovisas separat" if item.protected else item.title
    typer.echo(f"  {item.id} {title}: {sentence(capital(', '.join(item.why)))}")
    said = [f"I planen {counted(item.years, 'ett år', 'år')}."] if item.years else []
    if item.may_go:
        said.append(f"Utan anmärkning {item.green_running} år i rad: kan tas bort.")
    if said:
        typer.echo(f"    {' '.join(said)}")


def _show_saved(saved: Saved) -> None:
    typer.echo(f"\nUtkastet till {saved.draft.key} är sparat.")
    if saved.problems:
        many = counted(len(saved.problems), "en sak", "saker")
        typer.echo(f"Det är {many} att rätta innan den kan antas:")
        for problem in saved.problems:
            typer.echo(f"  {problem.place.cell}: {problem.message}")
