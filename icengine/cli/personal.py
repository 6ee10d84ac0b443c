"""Commands around personal data: a person's register extract, and gallring."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.shared import counted, engine, operator, read_day
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import NotFound, because

if TYPE_CHECKING:
    from icengine.domain.extract import Extract
    from icengine.services.disposal import Finding

person = Program(help="Personuppgifter om en person.")
gallring = Program(help="Gallring enligt beslut.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(person, name="person")
    app.add_typer(gallring, name="gallring")


@person.callback()
def _person() -> None:
    """Personuppgifter om en person."""


@person.command("extract")
def person_extract(
    who: Annotated[
        str,
        typer.Argument(metavar="E-POST", help="Adressen till den det gäller, eller numret."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FIL", help="Fil att skriva; JSON när den slutar på .json."),
    ] = None,
) -> None:
    """Ta fram allt som är lagrat om en person. Det skrivs i händelseloggen."""
    from icengine.services.personal import extract

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        about = {"number": int(who)} if re.fullmatch(r"\d{1,9}", who) else {"email": who}
        found = extract(session, actor=operator(), now=moment, **about)
    if out is None:
        typer.echo(found.to_text(), nl=False)
        return
    _write(out, found)
    said = counted(found.count, "en uppgift", "uppgifter")
    typer.echo(f"Skrev {out}: {said}. Läs igenom utdraget innan det lämnas ut.")


def _write(path: Path, found: Extract) -> None:
    text = found.to_text()
    if path.suffix.lower() == ".json":
        text = json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n"
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise NotFound(f"Det går inte att skriva {path}{because(error)}.") from error


@gallring.command("list")
def gallring_list() -> None:
    """Visa reglerna, och hur mycket var och en skulle ta bort i dag."""
    from icengine.services.disposal import overview

    moment = now()
    with engine() as built, built.database.at_one_moment() as session:
        found = overview(session, actor=operator(), now=moment)
    for finding in found:
        item = finding.rule
        typer.echo(f"{item.id}: {item.title}")
        typer.echo(f"  Tar bort: {item.removes}")
        typer.echo(f"  Står kvar: {item.keeps}")
        typer.echo(
            f"  Räknat från när {item.counts_from}. "
            f"Tidigast efter {item.least} dagar, föreslaget {item.usual}."
        )
        typer.echo(f"  I dag, före {finding.before}: {_counts(finding)}")


@gallring.command("run")
def gallring_run(
    rules: Annotated[list[str], typer.Argument(metavar="REGEL…", help="En eller flera regler.")],
    before: Annotated[
        str,
        typer.Option(
            "--before", metavar="DATUM", help="Det som är före den dagen; annars det föreslagna."
        ),
    ] = "",
    execute: Annotated[
        bool, typer.Option("--execute", help="Gallra på riktigt. Annars visas bara vad som går.")
    ] = False,
    dnr: Annotated[str, typer.Option("--dnr", help="Gallringsbeslutets diarienummer.")] = "",
    decided: Annotated[
        str, typer.Option("--date", metavar="DATUM", help="När beslutet fattades.")
    ] = "",
    paragraph: Annotated[
        str, typer.Option("--paragraph", help="Beslutets paragraf eller nummer.")
    ] = "",
) -> None:
    """Visa vad som skulle gallras, eller gallra det enligt ett beslut."""
    from icengine.services.disposal import dry_run

    day = read_day(before, "--before") if before else None
    wanted: dict[str, date | None] = dict.fromkeys(rules, day)
    if execute:
        return _execute(wanted, dnr, decided, paragraph)
    moment = now()
    with engine() as built, built.database.at_one_moment() as session:
        found = dry_run(session, actor=operator(), now=moment, rules=wanted)
    for finding in found:
        typer.echo(f"{finding.rule.title}, före {finding.before}: {_counts(finding)}")
        for part in finding.parts:
            for line in part.sample:
                typer.echo(f"  {line}")
            if part.count > len(part.sample):
                typer.echo(f"  och {part.count - len(part.sample)} till")
    typer.echo("Ingenting är borttaget. Gallra med --execute, --dnr, --date och --paragraph.")
    return None


def _execute(rules: dict[str, date | None], dnr: str, decided: str, paragraph: str) -> None:
    from icengine.domain.disposal import Decision
    from icengine.services.disposal import dispose

    for option, value in (("--dnr", dnr), ("--date", decided), ("--paragraph", paragraph)):
        if not value.strip():
            raise typer.BadParameter("gallring följer ett beslut.", param_hint=option)
    decision = Decision(dnr.strip(), read_day(decided, "--date"), paragraph.strip())
    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        done = dispose(session, actor=operator(), now=moment, rules=rules, decision=decision)
    for finding in done:
        typer.echo(f"{finding.rule.title}, före {finding.before}: {_counts(finding)} borttaget.")


def _counts(finding: Finding) -> str:
    """ "3 inloggningar, 1 inloggningslänk"; "ingenting"."""
    said = [
        f"{part.count} {part.one if part.count == 1 else part.several}"
        for part in finding.parts
        if part.count
    ]
    return ", ".join(said) or "ingenting"
