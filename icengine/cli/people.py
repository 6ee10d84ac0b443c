"""Commands around functions, those who hold them, and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.organisation import change
from icengine.cli.shared import engine, operator, read_day
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import NotFound

if TYPE_CHECKING:
    from icengine.domain.people import Grant, Role

Name = Annotated[str, typer.Argument(metavar="NAMN", help="Funktionens namn: Ekonomichefen.")]
Email = Annotated[str, typer.Argument(metavar="E-POST", help="Adressen till den det gäller.")]
UnitOption = Annotated[str, typer.Option("--unit", metavar="ID", help="Enhetens id.")]
Start = Annotated[
    str, typer.Option("--from", metavar="DATUM", help="Första dagen; annars sedan tidigare.")
]
End = Annotated[
    str, typer.Option("--to", metavar="DATUM", help="Sista dagen; annars tills vidare.")
]
Last = Annotated[str, typer.Option("--date", metavar="DATUM", help="Sista dagen.")]
Words = Annotated[
    list[str],
    typer.Argument(
        metavar="[E-POST] ROLL",
        help="Vem, och rollen: administratör, controller, chef eller läsare. "
        "Med --function bara rollen.",
    ),
]
FunctionOption = Annotated[
    str,
    typer.Option(
        "--function", metavar="NAMN", help="Den som har funktionen, i stället för E-POST."
    ),
]

function = Program(help="Funktioner, deras innehavare och ersättare.")
role = Program(help="Roller: vem som får göra vad, och var.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(function, name="function")
    app.add_typer(role, name="role")


@function.command("add")
def function_add(name: Name, unit: UnitOption) -> None:
    """Lägg till en funktion som planer kan peka ut."""
    from icengine.domain.people import Function
    from icengine.services.organisation import add_function

    change(add_function, function=Function(name, unit))


@function.command("change")
def function_change(name: Name, unit: UnitOption) -> None:
    """Låt en funktion höra till en annan enhet."""
    from icengine.services.organisation import change_function

    change(change_function, name=name, unit=unit)


@function.command("give")
def function_give(name: Name, email: Email, start: Start = "", end: End = "") -> None:
    """Ge någon en funktion."""
    from icengine.domain.people import Holding
    from icengine.services.organisation import give_function

    first = read_day(start, "--from") if start else None
    last = read_day(end, "--to") if end else None
    change(give_function, name=name, holding=Holding(email, first, last))


@function.command("end")
def function_end(name: Name, email: Email, day: Last) -> None:
    """Låt någons tid med en funktion ta slut, som innehavare eller ersättare."""
    from icengine.services.organisation import end_holding

    change(end_holding, name=name, email=email, end=read_day(day, "--date"))


@function.command("substitute")
def function_substitute(
    name: Name,
    email: Email,
    start: Annotated[str, typer.Option("--from", metavar="DATUM", help="Första dagen.")],
    end: Annotated[str, typer.Option("--to", metavar="DATUM", help="Sista dagen.")],
) -> None:
    """Utse en ersättare, som får det som annars går till innehavaren."""
    from icengine.services.organisation import appoint_substitute

    days = {"start": read_day(start, "--from"), "end": read_day(end, "--to")}
    change(appoint_substitute, name=name, email=email, **days)


@role.command("give")
def role_give(
    words: Words, unit: UnitOption, held: FunctionOption = "", start: Start = "", end: End = ""
) -> None:
    """Ge någon, eller den som har en funktion, en roll vid en enhet och allt under den."""
    from icengine.domain.people import Grant
    from icengine.services.organisation import give_role

    email, wanted = _who_and_role(words, held)
    first = read_day(start, "--from") if start else None
    last = read_day(end, "--to") if end else None
    change(give_role, grant=Grant(wanted, unit, email, held, first, last))


@role.command("end")
def role_end(words: Words, unit: UnitOption, day: Last, held: FunctionOption = "") -> None:
    """Låt en roll ta slut."""
    from icengine.services.organisation import end_role

    email, wanted = _who_and_role(words, held)
    last = read_day(day, "--date")
    for grant in _grants():
        same = (grant.role, grant.unit, grant.email) == (wanted, unit, email.casefold())
        if same and grant.function.casefold() == held.casefold() and (grant.end or last) >= last:
            return change(end_role, grant=grant, end=last)
    raise NotFound(
        f"{email or held} har inte rollen {wanted} vid {unit} den dagen.",
        "Visa rollerna med: icengine role list",
    )


@role.command("list")
def role_list(
    unit: Annotated[str, typer.Option("--unit", metavar="ID", help="Bara vid den enheten.")] = "",
) -> None:
    """Visa rollerna som gäller nu eller senare."""
    from icengine.domain.calendar import local_date
    from icengine.domain.difference import first_and_last

    today = local_date(now())
    shown = [grant for grant in _grants() if not unit or grant.unit == unit]
    shown = [grant for grant in shown if grant.end is None or grant.end >= today]
    for grant in sorted(shown, key=lambda item: (item.unit, str(item.role))):
        time = first_and_last(grant.start, grant.end) or "tills vidare"
        typer.echo(f"{grant.unit}: {grant.role} {grant.email or grant.function}, {time}")
    if not shown:
        typer.echo("Inga roller.")


def _grants() -> tuple[Grant, ...]:
    from icengine.services.people import current_organisation

    with engine() as built, built.database.reading() as session:
        return current_organisation(session, actor=operator()).grants


def _who_and_role(words: list[str], held: str) -> tuple[str, Role]:
    """The address ("" for a function) and the role; wrong ones are wrong usage."""
    from icengine.domain.people import GIVEN_ROLES, Role

    if len(words) != (1 if held else 2):
        said = "skriv bara rollen när --function anges" if held else "skriv e-post och roll"
        raise typer.BadParameter(f"{said}.", param_hint="[E-POST] ROLL")
    known = [str(item) for item in GIVEN_ROLES]
    if words[-1].casefold() not in known:
        raise typer.BadParameter(
            f"”{words[-1]}” är ingen roll att ge; välj {', '.join(known)}.",
            param_hint="[E-POST] ROLL",
        )
    return ("" if held else words[0]), Role(words[-1].casefold())
