"""Commands around a report's decision: sent, adopted, taken back, and a file proved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.reports import KINDS, NUMBER, PLAN
from icengine.cli.shared import engine, operator, read_day
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import NotFound, Refused, because

if TYPE_CHECKING:
    from icengine.domain.report_difference import Differing

SENT = ("slutrapport", "delår", "samlad")
"""What may be put to the decision."""
WHOLE = typer.Option("--whole", help="Det är en samlad rapport.")


def add_to(report: Program) -> None:
    """Add these commands to those of reports."""
    for name, command in (
        ("send", report_send),
        ("adopt", report_adopt),
        ("recall", report_recall),
        ("verify", report_verify),
    ):
        report.command(name)(command)


def report_send(
    plan: Annotated[str, PLAN],
    dnr: Annotated[str, typer.Option("--dnr", help="Rapportens diarienummer.")],
    appendix: Annotated[str, typer.Option("--appendix", help="Till exempel ”Bilaga 2”.")] = "",
    meeting: Annotated[
        str, typer.Option("--meeting", metavar="DATUM", help="När nämnden behandlar den.")
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", metavar="SLAG", help="slutrapport, delår, samlad.")
    ] = "",
) -> None:
    """Lås en rapport och gör filerna som beslutet ska gälla."""
    from icengine.domain.report_model import ReportKind
    from icengine.jobs import make_reports
    from icengine.render import formats
    from icengine.services.report_decision import desk_reports, put_to_decision, value_to_fix
    from icengine.services.reports import Cover

    kind, moment = kind or SENT[0], now()
    if kind not in SENT:
        raise typer.BadParameter(
            f"”{kind}” finns inte; välj bland {', '.join(SENT)}.", param_hint="--kind"
        )
    which = ReportKind(KINDS[kind])
    cover = Cover(dnr, appendix, read_day(meeting, "--meeting") if meeting else None)
    with engine() as built:
        with built.database.reading() as session:
            value, wrong = value_to_fix(
                session, actor=operator(), now=moment, key=plan, cover=cover, kind=which
            )
        if value is None:
            raise Refused(f"{wrong[0].message}.")
        with built.database.unit_of_work(operator(), moment) as session:
            made = put_to_decision(
                session, actor=operator(), now=moment, key=plan, cover=cover, value=value,
                formats=tuple(formats()),
            )  # fmt: skip
        make_reports(built)
        with built.database.reading() as session:
            found = desk_reports(
                session, actor=operator(), now=moment, key=plan, tree=which.of_tree
            )
    report = next(item for item in found if item.number == made.number)
    typer.echo(f"Rapport {report.number} för {plan} är låst. Fingeravtryck {report.fingerprint}.")
    for file in report.files:
        typer.echo(f"{file.format}: {file.size} byte, SHA-256 {file.sha256}")
    if report.failure:
        raise Refused(report.failure)


def report_adopt(
    plan: Annotated[str, PLAN],
    number: Annotated[int, NUMBER],
    date: Annotated[str, typer.Option("--date", metavar="DATUM", help="Beslutets datum.")],
    paragraph: Annotated[str, typer.Option("--paragraph", help="Till exempel ”§ 45”.")],
    whole: Annotated[bool, WHOLE] = False,
) -> None:
    """Skriv in beslutet om en rapport som väntar på det."""
    from icengine.services.report_decision import adopt

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        wrong = adopt(
            session, actor=operator(), now=moment, key=plan, number=number,
            decided=read_day(date, "--date"), paragraph=paragraph, tree=whole,
        )  # fmt: skip
    if wrong:
        raise Refused(f"{wrong[0].message}.")
    typer.echo(f"Rapport {number} för {plan} är antagen.")


def report_recall(
    plan: Annotated[str, PLAN],
    number: Annotated[int, NUMBER],
    whole: Annotated[bool, WHOLE] = False,
) -> None:
    """Ta tillbaka en rapport som väntar på beslut."""
    from icengine.services.report_decision import take_back

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        take_back(session, actor=operator(), now=moment, key=plan, number=number, tree=whole)
    typer.echo(f"Rapport {number} för {plan} är återtagen.")


def report_verify(
    file: Annotated[Path, typer.Argument(metavar="FIL", help="Rapportens fil.")],
) -> None:
    """Är filen den antagna rapporten? Kod 1 om den inte är det."""
    from icengine.domain.fixed_report import ReportState
    from icengine.services.report_proof import prove

    try:
        data = file.read_bytes()
    except OSError as error:
        raise NotFound(f"Det går inte att läsa {file}{because(error)}.") from error
    with engine() as built, built.database.reading() as session:
        found = prove(session, actor=operator(), now=now(), data=data)
    if found.report is None:
        raise NotFound("Filen är ingen av rapporterna, eller så är den ändrad.")
    its = found.report
    typer.echo(f"{its.title}, rapport {its.number} för {its.plan}, {its.dnr}: {its.state}.")
    if its.decided_on:
        typer.echo(f"Beslut {its.decided_on}, {its.paragraph}.")
    if not found.agrees:
        _say(found.differs)
        raise Refused("Det som var registrerat då ger inte samma rapport i dag.")
    typer.echo("Det som var registrerat då ger samma rapport i dag.")
    if found.since:
        typer.echo("Sedan dess har det här ändrats:")
        _say(found.since)
    elif found.since is not None:
        typer.echo("Inget av det som rapporten tar upp har ändrats sedan dess.")
    if its.state is not ReportState.ADOPTED:
        raise Refused("Den är inte antagen.")


def _say(sections: tuple[Differing, ...]) -> None:
    for section in sections:
        typer.echo(f"  {section.title}")
        for sign, lines in (("-", section.before), ("+", section.after)):
            for line in lines:
                typer.echo(f"    {sign} {line}")
        if section.more:
            typer.echo(f"      och {section.more} rader till")
