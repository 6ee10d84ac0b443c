"""Commands around logging in: links that whoever runs the server hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.shared import engine, operator
from icengine.clock import now
from icengine.errors import Refused

if TYPE_CHECKING:
    from icengine.bootstrap import Engine


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("login")(login)


def login(
    email: Annotated[
        str,
        typer.Argument(
            metavar="[E-POST]", help="Vem länken är till. Utan adress: den första administratören."
        ),
    ] = "",
) -> None:
    """Skriv ut en länk som loggar in någon en gång, när ett mejl inte kommer fram eller är i vägen."""
    with engine() as built:
        if not email and not say_first_link(built):
            raise Refused(
                "Det finns redan en administratör.",
                "Skriv vem länken är till: icengine login namn@kommun.example",
            )
        if email:
            say_login_link(built, email)


def say_first_link(built: Engine) -> bool:
    """The one-time link that names the first administrator; False where there is one already."""
    from icengine.services.login import first_link

    moment = now()
    with built.database.unit_of_work(operator(), moment) as session:
        link = first_link(session, base_url=built.settings.base_url, now=moment)
    if link:
        typer.echo("Ingen är administratör än. Öppna länken för att bli det (gäller ett dygn):")
        typer.echo(f"  {link}")
    return link is not None


def say_login_link(built: Engine, email: str) -> None:
    """A link that logs somebody in once. Raises NotFound where they have no role or function."""
    from icengine.services.login import console_link

    moment = now()
    with built.database.unit_of_work(operator(), moment) as session:
        link = console_link(session, email=email, base_url=built.settings.base_url, now=moment)
    typer.echo(f"{email} loggar in en gång, inom 15 minuter, med länken:")
    typer.echo(f"  {link}")
