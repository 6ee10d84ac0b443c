"""One command that looks at everything that must be right for the engine to run."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from icengine.cli.shared import engine
from icengine.clock import now
from icengine.errors import ICEngineError

if TYPE_CHECKING:
    from icengine.services.health import Check


def add_to(app: typer.Typer) -> None:
    """Add it to the program."""
    app.command("doctor")(doctor)


def doctor() -> None:
    """Pröva inställningar, databas, klocka, tidtabell, mejl, typsnitt och disk, och säg vad som ska göras."""
    from icengine.services.health import Check, checks, clock_check

    with engine(ready=False) as built:
        settings = built.settings
        found = [*checks(built.database, settings, now())]
        if found[0].well:
            found.append(clock_check(built.database, now()))
        https = urlsplit(settings.base_url).scheme == "https"
        found.append(
            Check("adress", https, f"Adressen är {settings.base_url}.",
                  "Sätt ICENGINE_BASE_URL till adressen med https som användarna har.")
        )  # fmt: skip
        mail = built.mailer is not None
        found.append(
            Check("mejlserver", mail, "En mejlserver eller mejlmapp är vald." if mail
                  else "Ingen mejlserver är vald: mejlen blir liggande.",
                  "Sätt ICENGINE_SMTP_HOST, eller ICENGINE_MAIL_FOLDER för ett prov.")
        )  # fmt: skip
        found.append(_fonts())
    for check in found:
        typer.echo(f"{'ok  ' if check.well else '!!  '}{check.name}: {check.said}")
        if not check.well:
            typer.echo(f"      {check.remedy}")
    if not all(check.well for check in found):
        raise typer.Exit(1)


def _fonts() -> Check:
    from icengine.render.fonts import print_fonts
    from icengine.services.health import Check

    try:
        count = len(print_fonts())
    except (ICEngineError, OSError) as error:
        return Check(
            "typsnitt",
            False,
            f"Typsnitten går inte att läsa: {error}.",
            "Installera om programmet.",
        )
    return Check(
        "typsnitt", count > 0, f"{count} mappar med typsnitt.", "Installera om programmet."
    )
