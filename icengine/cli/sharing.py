"""Commands around shared controls (gemensamma kontroller)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.shared import counted, engine, operator
from icengine.cli.swedish import Program
from icengine.clock import now

if TYPE_CHECKING:
    from icengine.domain.people import Organisation
    from icengine.domain.plan import Plan
    from icengine.services.shared import SharedControl, UnitPart

shared = Program(help="Gemensamma kontroller.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(shared, name="shared")


@shared.command("list")
def shared_list(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Bara en plan.")] = "",
) -> None:
    """Visa gemensamma kontroller och vem som svarar för varje enhet, luckorna först."""
    from icengine.services.shared import shared_controls

    with engine() as built, built.database.reading() as session:
        found = shared_controls(session, actor=operator(), now=now(), plan=plan)
    if not found:
        typer.echo("Inga gemensamma kontroller.")
    for item in found:
        _show(item)


def _show(item: SharedControl) -> None:
    gaps = sum(part.gap for part in item.parts)
    units = counted(len(item.parts), "en enhet", "enheter")
    said = f", {counted(gaps, 'en lucka', 'luckor')}" if gaps else ""
    typer.echo(f"{item.plan.key} {item.control.id} {item.control.title}: {units}{said}")
    for part in item.parts:
        typer.echo(f"  {part.unit.id}: {_owner(part)}. {_progress(part)}")


def _owner(part: UnitPart) -> str:
    from icengine.domain.sharing import NOBODY

    if not part.owner:
        return NOBODY
    how = "utsedd av enheten" if part.named else "enligt planen"
    empty = ", men ingen har funktionen" if part.vacant else ""
    return f"{part.owner}, {how}{empty}"


def _progress(part: UnitPart) -> str:
    standing = part.standing
    late = counted(standing.late, "ett försenat", "försenade")
    said = f"{standing.done} av {standing.planned} klara"
    return f"{said}, {late}" if standing.late else said


@shared.command("name")
def shared_name(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Planen som kontrollen står i.")],
    control: Annotated[str, typer.Argument(metavar="KONTROLL", help="Kontrollens id.")],
    unit: Annotated[str, typer.Argument(metavar="ENHET", help="Enhetens id.")],
    function: Annotated[str, typer.Argument(metavar="FUNKTION", help="Funktionen som svarar.")],
) -> None:
    """Utse den funktion som svarar på en gemensam kontroll för en enhet."""
    from icengine.errors import NotFound
    from icengine.services.shared import name_owner

    moment = now()
    try:
        with engine() as built, built.database.unit_of_work(operator(), moment) as session:
            done = name_owner(
                session, actor=operator(), now=moment, plan=plan, control=control, unit=unit,
                function=function,
            )  # fmt: skip
    except NotFound:
        raise NotFound(
            f"Enheten {unit} svarar inte på någon gemensam kontroll {control} i planen {plan}.",
            "Se vilka som finns med icengine shared list.",
        ) from None
    if not done.is_new:
        typer.echo(f"{done.owner} är redan utsedd för {unit}. Ingenting är ändrat.")
        return
    moved = counted(done.moved, "Ett kontrolltillfälle", "kontrolltillfällen")
    typer.echo(f"{done.owner} svarar nu för {unit}. {moved} har fått ny ansvarig.")


def show_units(found: Plan, organisation: Organisation) -> None:
    """The units of a plan's shared controls, and where the plan names nobody."""
    from icengine.domain.sharing import ever_answering, owner_of

    for _, control in found.controls():
        if control.shared is None:
            continue
        units = [unit for unit, _ in ever_answering(found, control, organisation)]
        names = ", ".join(unit.id for unit in units) or "ingen enhet"
        typer.echo(f"  {control.id} är gemensam för {names}.")
        gaps = [u.id for u in units if not owner_of(found, control, u.id, organisation, {})]
        if gaps:
            typer.echo(f"    Planen utser ingen för {', '.join(gaps)}: de utser själva.")
