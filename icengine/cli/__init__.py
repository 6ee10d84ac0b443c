"""Commands: each parses, calls one service, and shapes the answer.

Commands import what they need when they are called, so that `--help` answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from icengine.cli import (
    actions,
    audit,
    backup,
    demo,
    doctor,
    jobs,
    lifecycle,
    login,
    nextyear,
    organisation,
    pastyear,
    people,
    personal,
    planfiles,
    plans,
    reports,
    risks,
    sharing,
    work,
)
from icengine.cli.swedish import Program

app = Program(help="Internkontroll för kommuner: från plan till slutrapport.")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"icengine {version('icengine')}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Visa versionen.")
    ] = False,
) -> None:
    """Internkontroll för kommuner: från plan till slutrapport."""


demo.add_to(app)
organisation.add_to(app)
people.add_to(app)
personal.add_to(app)
login.add_to(app)
plans.add_to(app)
lifecycle.add_to(app)
nextyear.add_to(app)
risks.add_to(app)
planfiles.add_to(app)
pastyear.add_to(app)
sharing.add_to(app)
work.add_to(app)
actions.add_to(app)
audit.add_to(app)
reports.add_to(app)
backup.add_to(app)
doctor.add_to(app)
jobs.add_to(app)
