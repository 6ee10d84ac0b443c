"""Commands: each parses, calls one service, and shapes the answer.

Commands import what they need when they are called, so that `--help` answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from icengine.cli import demo, plans, reports, work

app = typer.Typer(
    help="Internkontroll för kommuner: från plan till slutrapport.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


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
work.add_to(app)
plans.add_to(app)
reports.add_to(app)
