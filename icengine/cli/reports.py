"""Commands around reports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.planfiles import write_new
from icengine.cli.shared import engine, operator, read_day
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import NotFound, Refused, because

if TYPE_CHECKING:
    from icengine.config import Settings
    from icengine.domain.report_model import Report

report = Program(help="Rapporter.")
KINDS = {
    "slutrapport": "slutrapport",
    "delår": "delårsuppföljning",
    "plan": "internkontrollplan",
    "sida": "sida",
    "samlad": "samlad",
    "samlad-sida": "samlad-sida",
}
"""What a kind of report is called in a command -> what it is."""


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    from icengine.cli import reportdecision, wholes

    reportdecision.add_to(report)
    wholes.add_to(report)
    app.add_typer(report, name="report")


@report.command("build")
def report_build(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN",
            help="Planens nyckel, till exempel ks-2022; av en samlad rapport enheten och året.",
        ),
    ],
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="html, pdf, docx, xlsx, json eller txt; flera med komma emellan.",
        ),
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
    kind: Annotated[str, typer.Option("--kind", metavar="SLAG", help=f"{', '.join(KINDS)}.")] = "",
) -> None:
    """Sammanställ en rapport för en plan: slutrapporten, eller en av de andra."""
    from icengine.domain.report_model import ReportKind
    from icengine.services.reports import Cover, report_for
    from icengine.services.whole import whole_report

    wanted, kind = _formats(formats), kind or next(iter(KINDS))
    if kind not in KINDS:
        raise typer.BadParameter(
            f"”{kind}” finns inte; välj bland {', '.join(KINDS)}.", param_hint="--kind"
        )
    moment = _moment(as_of) if as_of else now()
    cover = Cover(dnr, appendix, read_day(meeting, "--meeting") if meeting else None)
    with engine() as built, built.database.reading() as session:
        make = whole_report if ReportKind(KINDS[kind]).of_tree else report_for
        value = make(
            session, actor=operator(), key=plan, as_of=moment, cover=cover,
            kind=ReportKind(KINDS[kind]),
        )  # fmt: skip
        settings = built.settings
    for path in write_report(value, wanted, out, f"{kind}-{plan}", settings):
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


def write_report(
    value: Report, wanted: list[str], folder: Path, name: str, settings: Settings | None = None
) -> list[Path]:
    """Write the report in each format; the files. Raises NotFound where the folder cannot be used."""
    from icengine.render import formats

    written, make = [], formats()
    if settings is not None:
        make = formats(settings.word_template, pdf_standards=settings.pdf)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind in wanted:
            path = folder / f"{name}.{kind}"
            path.write_bytes(make[kind](value))
            written.append(path)
    except OSError as error:
        raise NotFound(f"Det går inte att skriva i {folder}{because(error)}.") from error
    return written


@report.command("template")
def report_template(
    out: Annotated[Path, typer.Option("--out", metavar="FIL", help="Filen att skriva, .docx.")],
    force: Annotated[bool, typer.Option("--force", help="Skriv över filen om den finns.")] = False,
) -> None:
    """Skriv Word-mallen som följer med, att göra kommunens egen mall av."""
    from icengine.render.word.template import template

    write_new(out, template(), force)
    typer.echo(f"Skrev {out}. Peka ut din mall med ICENGINE_WORD_TEMPLATE när den är klar.")


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
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        write_note(session, actor=operator(), now=moment, key=plan, subject=subject, text=text)
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
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        done = decide(
            session, actor=operator(), now=moment, key=plan, control=control, unit=unit, level=level,
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
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        done = carry(
            session, actor=operator(), now=moment, key=plan, subject=subject, year=year,
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
