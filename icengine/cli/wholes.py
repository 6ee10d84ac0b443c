"""Commands around the samlad rapport: kommunstyrelsen's verdicts, and units entered by their totals."""

from __future__ import annotations

from typing import Annotated

import typer

from icengine.cli.shared import engine, operator
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import Refused

KEY = typer.Argument(metavar="ENHET-ÅR", help="Den samlade rapporten, till exempel kommun-2026.")
UNIT = typer.Argument(metavar="ENHET", help="Enhetens id.")


def add_to(report: Program) -> None:
    """Add these commands to those of reports."""
    report.command("verdict")(report_verdict)
    report.command("totals")(report_totals)


def report_verdict(
    key: Annotated[str, KEY],
    unit: Annotated[str, UNIT],
    verdict: Annotated[
        str,
        typer.Argument(
            metavar="BEDÖMNING",
            help="tillräcklig, ”inte helt tillräcklig” eller ”inte tillräcklig”; utan den tas den tillbaka.",
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="Varför.")] = "",
) -> None:
    """Skriv kommunstyrelsens bedömning av en enhet i den samlade rapporten."""
    from icengine.services.whole import judge

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        wrong = judge(
            session,
            actor=operator(),
            now=moment,
            key=key,
            unit=unit,
            verdict=verdict,
            reason=reason,
        )
    if wrong:
        raise Refused(f"{wrong[0].message}.")
    said = f"är {verdict}" if verdict else "är tillbakatagen"
    typer.echo(f"Bedömningen av {unit} {said}.")


def report_totals(
    key: Annotated[str, KEY],
    unit: Annotated[str, UNIT],
    level: Annotated[
        list[str],
        typer.Option(
            "--level", metavar="NIVÅ=ANTAL", help="Till exempel gron=8; en gång per nivå."
        ),
    ] = [],  # noqa: B006 - typer reads it and never changes it
    done: Annotated[int, typer.Option("--done", help="Genomförda i sin helhet.")] = 0,
    open_actions: Annotated[int, typer.Option("--open", help="Öppna åtgärder.")] = 0,
    late_actions: Annotated[int, typer.Option("--late", help="Varav försenade.")] = 0,
    note: Annotated[str, typer.Option("--note", help="Var kontrollerna finns.")] = "",
) -> None:
    """Skriv in en enhet med summor; utan några tas de bort."""
    from icengine.services.people import known_organisation
    from icengine.services.whole import enter_totals

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        levels = _levels(level, known_organisation(session).ratings.ids)
        wrong = enter_totals(
            session, actor=operator(), now=moment, key=key, unit=unit, levels=levels, done=done,
            open_actions=open_actions, late_actions=late_actions, note=note,
        )  # fmt: skip
    if wrong:
        raise Refused(f"{wrong[0].message}.")
    typer.echo(f"Summorna för {unit} är sparade.")


def _levels(given: list[str], known: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for text in given:
        name, _, figures = text.partition("=")
        if name not in known or not (figures.isascii() and figures.isdigit() and len(figures) < 10):
            raise Refused(
                f"”{text}” går inte att läsa.",
                f"Skriv en nivå och ett antal, till exempel {known[0]}=8. Nivåerna är {', '.join(known)}.",
            )
        found[name] = int(figures)
    return found
