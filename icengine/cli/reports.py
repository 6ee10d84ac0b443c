"""Commands around reports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.shared import OPERATOR, engine, read_day
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import NotFound, Refused, because

if TYPE_CHECKING:
    from icengine.domain.report_model import Report

report = Program(help="Rapporter.")
OF_PLAN = {
    "slutrapport": "slutrapport",
    "delår": "delårsuppföljning",
    "plan": "internkontrollplan",
    "sida": "sida",
}
"""What a kind of report is called in a command -> what it is."""


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(report, name="report")


@report.command("build")
def report_build(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="Planens nyckel, till exempel ks-2022.")
    ],
    formats: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="html, pdf eller båda: html,pdf.")
    ] = "html,pdf",
    out: Annotated[Path, typer.Option("--out", metavar="MAPP", help="Mapp att skriva i.")] = Path(),
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATUM", help="Det som var registrerat den dagen.")
    ] = "",
    dnr: Annotated[str, typer.Option("--dnr", help="Rapportens diarienummer.")] = "",
    appendix: Annotated[
        str, typer.Option("--appendix", help="Bilaga, till exempel ”Bilaga 2”.")
    ] = "",
    meeting: Annotated[
        str, typer.Option("--meeting", metavar="DATUM", help="När nämnden behandlar rapporten.")
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", metavar="SLAG", help=f"{', '.join(OF_PLAN)}.")
    ] = "",
) -> None:
    """Sammanställ en rapport för en plan: slutrapporten, eller en av de andra."""
    from icengine.domain.report_model import ReportKind
    from icengine.services.reports import Cover, report_for

    wanted, kind = _formats(formats), kind or next(iter(OF_PLAN))
    if kind not in OF_PLAN:
        raise typer.BadParameter(
            f"”{kind}” finns inte; välj bland {', '.join(OF_PLAN)}.", param_hint="--kind"
        )
    moment = _moment(as_of) if as_of else now()
    cover = Cover(dnr, appendix, read_day(meeting, "--meeting") if meeting else None)
    with engine() as built, built.database.reading() as session:
        value = report_for(
            session, actor=OPERATOR, key=plan, as_of=moment, cover=cover,
            kind=ReportKind(OF_PLAN[kind]),
        )  # fmt: skip
    for path in write_report(value, wanted, out, f"{kind}-{plan}"):
        typer.echo(f"Skrev {path}")


def _moment(as_of: str) -> datetime:
    """The end of a day, or now where the day is today. Raises Refused for a day to come."""
    from icengine.domain.calendar import end_of_day, local_date

    day, present = read_day(as_of, "--as-of"), now()
    if day > local_date(present):
        raise Refused(
            f"{day} har inte varit ännu.", "Välj i dag eller en tidigare dag med --as-of."
        )
    return min(end_of_day(day), present)


def _formats(text: str) -> list[str]:
    from icengine.render import FORMATS

    wanted = list(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise typer.BadParameter(
            f"”{', '.join(unknown) or text}” finns inte; välj bland {', '.join(FORMATS)}.",
            param_hint="--format",
        )
    return wanted


def write_report(value: Report, formats: list[str], folder: Path, name: str) -> list[Path]:
    """Write the report in each format; the files. Raises NotFound where the folder cannot be used."""
    from icengine.render import FORMATS

    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind in formats:
            path = folder / f"{name}.{kind}"
            path.write_bytes(FORMATS[kind](value))
            written.append(path)
    except OSError as error:
        raise NotFound(f"Det går inte att skriva i {folder}{because(error)}.") from error
    return written


@report.command("comment")
def report_comment(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="Planens nyckel, till exempel ks-2022.")
    ],
    subject: Annotated[
        str,
        typer.Argument(
            metavar="ÄMNE", help="Ett risk-id, ett processområde eller ordet sammanfattning."
        ),
    ],
    text: Annotated[str, typer.Option("--text", help="Kommentaren; tom text tar bort den.")],
) -> None:
    """Skriv controllerns kommentar till rapporten."""
    from icengine.domain.reading import LONGEST
    from icengine.services.reports import write_note

    if len(text) > LONGEST:
        raise Refused(f"Kommentaren är {len(text)} tecken lång.", f"Högst {LONGEST} tecken.")
    moment = now()
    with engine() as built, built.database.unit_of_work(OPERATOR, moment) as session:
        write_note(session, actor=OPERATOR, now=moment, key=plan, subject=subject, text=text)
    typer.echo(f"Kommentaren till {subject} är sparad.")


@report.command("rating")
def report_rating(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="Planens nyckel, till exempel ks-2022.")
    ],
    control: Annotated[str, typer.Argument(metavar="KONTROLL", help="Kontrollens id.")],
    level: Annotated[
        str,
        typer.Argument(
            metavar="NIVÅ", help="Nivåns id, till exempel gul; utan nivå gäller svaren igen."
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="Varför.")] = "",
    unit: Annotated[
        str, typer.Option("--unit", metavar="ENHET", help="Bara den enhetens bedömning.")
    ] = "",
) -> None:
    """Bestäm årets bedömning av en kontroll, i stället för den som svaren ger."""
    from icengine.services.yearly import decide

    moment = now()
    with engine() as built, built.database.unit_of_work(OPERATOR, moment) as session:
        done = decide(
            session, actor=OPERATOR, now=moment, key=plan, control=control, unit=unit, level=level,
            reason=reason,
        )  # fmt: skip
    if done.faults:
        raise Refused(f"{done.faults[0].message}.")
    what = f"{control} för {unit}" if unit else control
    if not done.changed:
        typer.echo(f"Ingenting är ändrat: så var {what} redan bedömd.")
    elif level:
        typer.echo(f"Årets bedömning av {what} är {level}.")
    else:
        typer.echo(f"För {what} gäller det som svaren ger igen.")


PLAN = typer.Argument(metavar="PLAN", help="Planens nyckel, till exempel ks-2022.")
NUMBER = typer.Argument(metavar="NUMMER", help="Rapportens nummer i planen, till exempel 1.")


@report.command("carry")
def report_carry(
    plan: Annotated[str, PLAN],
    subject: Annotated[str, typer.Argument(metavar="ID", help="Riskens eller kontrollens id.")],
    to: Annotated[
        str,
        typer.Argument(
            metavar="ÅR|nej",
            help="Planåret som den går till, eller nej; utan det gäller förslaget igen.",
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help="Varför, när det är något annat än förslaget.")
    ] = "",
) -> None:
    """Bestäm om en risk eller kontroll går till urvalet för en kommande plan."""
    from icengine.services.selection import NOT_ON, carry

    if to and to != "nej" and not (to.isascii() and to.isdecimal() and len(to) == 4):
        raise Refused(f"{to} är inget år.", "Skriv ett planår, till exempel 2027, eller nej.")
    year = None if not to else NOT_ON if to == "nej" else int(to)
    moment = now()
    with engine() as built, built.database.unit_of_work(OPERATOR, moment) as session:
        done = carry(
            session, actor=OPERATOR, now=moment, key=plan, subject=subject, year=year,
            reason=reason,
        )  # fmt: skip
    if done.faults:
        raise Refused(f"{done.faults[0].message}.")
    if not done.changed:
        typer.echo(f"Ingenting är ändrat: så var det redan bestämt om {subject}.")
    elif year is None:
        typer.echo(f"För {subject} gäller förslaget igen.")
    elif year == NOT_ON:
        typer.echo(f"{subject} förs inte vidare.")
    else:
        typer.echo(f"{subject} går till urvalet för plan {year}.")


@report.command("send")
def report_send(
    plan: Annotated[str, PLAN],
    dnr: Annotated[str, typer.Option("--dnr", help="Rapportens diarienummer.")],
    appendix: Annotated[str, typer.Option("--appendix", help="Till exempel ”Bilaga 2”.")] = "",
    meeting: Annotated[
        str, typer.Option("--meeting", metavar="DATUM", help="När nämnden behandlar den.")
    ] = "",
) -> None:
    """Lås slutrapporten och gör filerna som beslutet ska gälla."""
    from icengine.render import FORMATS
    from icengine.services.report_decision import put_to_decision, value_to_fix
    from icengine.services.reports import Cover

    moment = now()
    cover = Cover(dnr, appendix, read_day(meeting, "--meeting") if meeting else None)
    with engine() as built:
        with built.database.reading() as session:
            value, wrong = value_to_fix(session, actor=OPERATOR, now=moment, key=plan, cover=cover)
        if value is None:
            raise Refused(f"{wrong[0].message}.")
        files = {kind: make(value) for kind, make in FORMATS.items()}
        with built.database.unit_of_work(OPERATOR, moment) as session:
            made = put_to_decision(
                session, actor=OPERATOR, now=moment, key=plan, cover=cover, value=value,
                files=files,
            )  # fmt: skip
    typer.echo(f"Rapport {made.number} för {plan} är låst. Fingeravtryck {made.fingerprint}.")
    for file in made.files:
        typer.echo(f"{file.format}: {file.size} byte, SHA-256 {file.sha256}")


@report.command("adopt")
def report_adopt(
    plan: Annotated[str, PLAN],
    number: Annotated[int, NUMBER],
    date: Annotated[str, typer.Option("--date", metavar="DATUM", help="Beslutets datum.")],
    paragraph: Annotated[str, typer.Option("--paragraph", help="Till exempel ”§ 45”.")],
) -> None:
    """Skriv in beslutet om en rapport som väntar på det."""
    from icengine.services.report_decision import adopt

    moment = now()
    with engine() as built, built.database.unit_of_work(OPERATOR, moment) as session:
        wrong = adopt(
            session, actor=OPERATOR, now=moment, key=plan, number=number,
            decided=read_day(date, "--date"), paragraph=paragraph,
        )  # fmt: skip
    if wrong:
        raise Refused(f"{wrong[0].message}.")
    typer.echo(f"Rapport {number} för {plan} är antagen. De som har arbetat med den får ett mejl.")


@report.command("recall")
def report_recall(plan: Annotated[str, PLAN], number: Annotated[int, NUMBER]) -> None:
    """Ta tillbaka en rapport som väntar på beslut."""
    from icengine.services.report_decision import take_back

    moment = now()
    with engine() as built, built.database.unit_of_work(OPERATOR, moment) as session:
        take_back(session, actor=OPERATOR, now=moment, key=plan, number=number)
    typer.echo(f"Rapport {number} för {plan} är återtagen.")


@report.command("verify")
def report_verify(
    file: Annotated[Path, typer.Argument(metavar="FIL", help="Rapportens fil, pdf eller html.")],
) -> None:
    """Är filen den antagna rapporten? Kod 1 om den inte är det."""
    from icengine.domain.fixed_report import ReportState
    from icengine.services.report_decision import prove

    try:
        data = file.read_bytes()
    except OSError as error:
        raise NotFound(f"Det går inte att läsa {file}{because(error)}.") from error
    with engine() as built, built.database.reading() as session:
        found = prove(session, actor=OPERATOR, now=now(), data=data)
    if found.report is None:
        raise NotFound("Filen är ingen av rapporterna, eller så är den ändrad.")
    its = found.report
    typer.echo(f"{its.title}, rapport {its.number} för {its.plan}, {its.dnr}: {its.state}.")
    if its.decided_on:
        typer.echo(f"Beslut {its.decided_on}, {its.paragraph}.")
    if not found.agrees:
        raise Refused("Det som var registrerat då ger inte samma rapport i dag.")
    typer.echo("Det som var registrerat då ger samma rapport i dag.")
    if its.state is not ReportState.ADOPTED:
        raise Refused("Den är inte antagen.")
