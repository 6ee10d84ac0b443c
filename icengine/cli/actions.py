"""Commands around åtgärder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from icengine.cli.shared import counted, engine, operator
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import NotFound

if TYPE_CHECKING:
    from datetime import date

    from icengine.domain.action import Action

action = Program(help="Åtgärder.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(action, name="action")


@action.command("list")
def action_list(
    unit: Annotated[
        str, typer.Option("--unit", metavar="ENHET", help="Bara en enhet och dem under den.")
    ] = "",
    responsible: Annotated[
        str, typer.Option("--responsible", metavar="ANSVARIG", help="Bara en ansvarigs.")
    ] = "",
    late: Annotated[bool, typer.Option("--late", help="Bara de försenade.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Även de avslutade.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Svara med JSON.")] = False,
) -> None:
    """Visa åtgärderna i hela kommunen, de försenade först."""
    from icengine.domain.calendar import local_date
    from icengine.domain.words import many
    from icengine.services.action_pages import Asked, every_action
    from icengine.services.people import current_organisation
    from icengine.store.action_lists import Which

    which = Which.LATE if late else Which.ALL if every else Which.OPEN
    moment = now()
    today = local_date(moment)
    with engine() as built, built.database.reading() as session:
        organisation = current_organisation(session, actor=operator())
        if unit and organisation.unit(unit) is None:
            raise NotFound(f"Enheten {unit} finns inte.", "Se dem med: icengine unit list")
        asked = Asked(which, unit, responsible)
        found = list(every_action(session, actor=operator(), now=moment, asked=asked))
    if as_json:
        rows = [_row(item, today) for item in found]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for item in found:
        typer.echo(_line(item, today))
    tardy = sum(item.late(today) for item in found)
    said = counted(len(found), "En åtgärd", "åtgärder")
    late_ones = many(tardy, "försenad", "försenade")
    typer.echo(f"{said}, varav {late_ones}." if found else "Inga åtgärder att visa.")


def _line(item: Action, today: date) -> str:
    state = item.state
    late = ", försenad" if item.late(today) else ""
    about = f"{item.subject}: " if item.subject else ""
    text = "redovisas separat" if item.protected else " ".join(state.text.split())
    return (
        f"{state.due}  {item.key}  {about}{text} ({item.unit}): {state.status}{late}. "
        f"{state.responsible or 'Ingen ansvarig'}"
    )


def _row(item: Action, today: date) -> dict[str, Any]:
    state = item.state
    hidden = item.protected
    return {
        "nummer": item.key,
        "enhet": item.unit,
        "gäller": item.subject,
        "åtgärd": None if hidden else state.text,
        "grundorsak": None if hidden else state.cause,
        "ansvarig": state.responsible,
        "klart": state.due.isoformat(),
        "status": str(state.status),
        "försenad": item.late(today),
        "effekt": state.effect,
    }
