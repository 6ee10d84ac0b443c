"""Commands around the event log: reading it, exporting it, its sum, and proving that it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.shared import counted, engine, operator, read_day
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import NotFound, Refused, because

if TYPE_CHECKING:
    from icengine.domain.trail import Entry, Wanted

audit = Program(help="Händelseloggen.")
MOST_SHOWN = 500
"""Events that are listed one by one."""

PlanOption = Annotated[str, typer.Option("--plan", metavar="PLAN", help="Bara en plan.")]
ControlOption = Annotated[
    str, typer.Option("--control", metavar="KONTROLL", help="Bara en kontroll, till exempel K3.")
]
PersonOption = Annotated[
    str,
    typer.Option("--person", metavar="E-POST", help="Bara en persons, eller en funktions."),
]
FromOption = Annotated[str, typer.Option("--from", metavar="DATUM", help="Från och med den dagen.")]
ToOption = Annotated[str, typer.Option("--to", metavar="DATUM", help="Till och med den dagen.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(audit, name="audit")


def _wanted(plan: str, control: str, person: str, start: str, end: str) -> Wanted:
    from icengine.domain.trail import Wanted

    return Wanted(
        plan=plan,
        control=control,
        person=person,
        start=read_day(start, "--from") if start else None,
        end=read_day(end, "--to") if end else None,
    )


@audit.command("list")
def audit_list(
    plan: PlanOption = "",
    control: ControlOption = "",
    person: PersonOption = "",
    start: FromOption = "",
    end: ToOption = "",
) -> None:
    """Visa händelserna, de nyaste först."""
    from icengine.services.trail import events

    wanted = _wanted(plan, control, person, start, end)
    with engine() as built, built.database.reading() as session:
        page = events(session, actor=operator(), now=now(), wanted=wanted, limit=MOST_SHOWN)
    for entry in page.entries:
        typer.echo(_line(entry))
    if not page.entries:
        typer.echo("Inga händelser.")
    if page.older:
        typer.echo("Det finns äldre händelser; välj dagar med --from och --to.")


def _line(entry: Entry) -> str:
    """An event, and what it changed, each on a line."""
    from icengine.domain.calendar import STOCKHOLM
    from icengine.domain.text import one_line

    at = entry.at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H.%M")
    head = f"{entry.seq}  {at}  {entry.who.name}: {entry.phrase}. {entry.concerns}"
    lines = (
        f"    {one_line(what)}: {one_line(before) or '–'} → {one_line(after) or '–'}"
        for what, before, after in entry.changes
    )
    return "\n".join([head, *lines])


@audit.command("export")
def audit_export(
    out: Annotated[Path, typer.Option("--out", metavar="FIL", help="Fil att skriva.")],
    kind: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="csv eller jsonl; annars filens slut.")
    ] = "",
    plan: PlanOption = "",
    control: ControlOption = "",
    person: PersonOption = "",
    start: FromOption = "",
    end: ToOption = "",
) -> None:
    """Skriv händelserna till en fil, de äldsta först."""
    from icengine.render.eventlog import FORMATS
    from icengine.services.trail import exported, note_export

    wanted = _wanted(plan, control, person, start, end)
    kind = kind or out.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise typer.BadParameter(
            f"”{kind}” finns inte; välj bland {', '.join(FORMATS)}.", param_hint="--format"
        )
    form, moment, count = FORMATS[kind], now(), 0
    with engine() as built:
        try:
            with out.open("w", encoding="utf-8", newline="") as file:
                with built.database.unit_of_work(operator(), moment) as session:
                    last = note_export(
                        session, actor=operator(), now=moment, wanted=wanted, kind=kind
                    )
                file.write(form.head)
                with built.database.reading() as session:
                    for some in exported(
                        session, actor=operator(), now=moment, wanted=wanted, last=last
                    ):
                        count += len(some)
                        file.write(form.rows(some))
        except OSError as error:
            raise NotFound(f"Det går inte att skriva {out}{because(error)}.") from error
    typer.echo(f"Skrev {out}: {counted(count, 'en händelse', 'händelser')}.")


@audit.command("head")
def audit_head() -> None:
    """Skriv ut loggens summa, att spara på en annan plats."""
    from icengine.services.audit import log_head

    with engine() as built, built.database.reading() as session:
        found = log_head(session, actor=operator())
    typer.echo(f"{found.count}:{found.hash}")


@audit.command("verify")
def audit_verify(
    head: Annotated[
        str, typer.Option("--head", metavar="SUMMA", help="En summa du har sparat tidigare.")
    ] = "",
) -> None:
    """Pröva att händelseloggen är hel och oförändrad."""
    from icengine.services.audit import verify_log

    with engine() as built, built.database.at_one_moment() as session:
        result = verify_log(session, actor=operator(), head=head)
    for fault in result.faults:
        typer.echo(fault, err=True)
    if result.faults:
        raise Refused(
            "Händelseloggen och det registrerade stämmer inte.", "Jämför med en säkerhetskopia."
        )
    if result.head_found is False:
        raise Refused(
            "Summan finns inte i loggen: händelser i slutet har tagits bort eller bytts ut.",
            "Kontrollera summan, och jämför med en säkerhetskopia.",
        )
    events = counted(result.count, "en händelse", "händelser")
    typer.echo(f"Händelseloggen är hel: {events}. Planer och svar är som de registrerades.")
    typer.echo(f"Summa att spara på en annan plats: {result.sum}")
