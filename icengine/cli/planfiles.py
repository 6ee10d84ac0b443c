"""Commands for plans as files: out as YAML or Excel, and in again as a draft."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.plans import OrganisationFile, plan
from icengine.cli.shared import (
    counted,
    engine,
    operator,
    organisation_for,
    refuse,
    tell_notices,
)
from icengine.clock import now
from icengine.errors import Refused, because

if TYPE_CHECKING:
    from icengine.domain.difference import Change
    from icengine.intake.planfile import PlanFile
    from icengine.services.planfiles import Preview, Stored
    from icengine.store.db import Session

FORMATS = {".yaml": "yaml", ".yml": "yaml", ".xlsx": "xlsx"}
FILES = (*FORMATS, ".ods", ".csv")
MOST_SHOWN = 100
"""Differences that are shown one by one."""
LONGEST = 200
"""Characters of a text in a difference."""

Out = Annotated[Path | None, typer.Option("--out", metavar="FIL", help="Filen som ska skrivas.")]
Force = Annotated[bool, typer.Option("--force", help="Ersätt det som redan finns.")]


def add_to(_app: typer.Typer) -> None:
    """Add these commands to those of plans."""
    plan.command("export")(plan_export)
    plan.command("import")(plan_import)
    plan.command("template")(plan_template)


def plan_export(
    source: Annotated[
        str,
        typer.Argument(
            metavar="KÄLLA", help="En plans nyckel, till exempel ks-2026, eller en planfil."
        ),
    ],
    format: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help="yaml eller xlsx; annars efter filens ändelse."
        ),
    ] = "",
    out: Out = None,
    adopted: Annotated[
        bool, typer.Option("--adopted", help="Den antagna planen, även om det finns ett utkast.")
    ] = False,
    force: Force = False,
    organisation_file: OrganisationFile = None,
) -> None:
    """Skriv en plan som YAML eller som Excelfil med listor och hjälptexter. Utkastet om det finns ett, annars den antagna planen."""
    from icengine.services.planupload import as_file

    kind = _format(format, out)
    found = _source(source, adopted, organisation_file)
    data = as_file(found, f".{kind}")
    if out is None:
        typer.echo(data.decode(), nl=False)
        return
    write_new(out, data, force)
    typer.echo(f"{found.basis or source} är skriven till {out}.")
    if found.problems:
        many = counted(len(found.problems), "en sak", "saker")
        typer.echo(f"Utkastet har {many} att rätta innan det kan läsas in igen.")


def _format(format: str, out: Path | None) -> str:
    kind = format or (FORMATS.get(out.suffix.casefold(), "") if out else "yaml")
    if kind not in FORMATS.values():
        raise typer.BadParameter("välj yaml eller xlsx.", param_hint="--format")
    if kind == "xlsx" and out is None:
        raise typer.BadParameter("ange filen som ska skrivas.", param_hint="--out")
    return kind


def _source(source: str, adopted: bool, organisation_file: Path | None) -> Stored:
    """The plan in the database under that key, or in the file of that name."""
    from icengine.domain.plan_document import plan_document
    from icengine.services.planfiles import Stored, stored_plan

    path = Path(source)
    if path.suffix.casefold() not in FILES and not path.is_file():
        with engine() as built, built.database.reading() as session:
            return stored_plan(session, actor=operator(), key=source, adopted=adopted)
    organisation = organisation_for(path, organisation_file)
    from icengine.intake.planfile import read_plan_path

    read = read_plan_path(path, organisation)
    tell_notices(read.notices)
    if read.plan is None:
        refuse(read.problems, path)
    assert read.plan is not None
    return Stored(plan_document(read.plan, organisation), organisation, read.basis)


def write_new(out: Path, data: bytes, force: bool) -> None:
    """Write a file; one that is there already only with `force`."""
    try:
        with out.open("wb" if force else "xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise Refused(f"{out} finns redan.", "Välj en annan fil, eller ange --force.") from error
    except OSError as error:
        raise Refused(
            f"{out} går inte att skriva{because(error)}.", "Välj en annan fil."
        ) from error


def plan_template(
    out: Annotated[Path, typer.Option("--out", metavar="FIL", help="Excelfilen som ska skrivas.")],
    unit: Annotated[
        str, typer.Option("--unit", metavar="ID", help="Enhetens id, till exempel ks.")
    ] = "",
    year: Annotated[
        int | None, typer.Option("--year", metavar="ÅR", help="Planåret.", min=2000, max=2100)
    ] = None,
    organisation_file: Annotated[
        Path | None,
        typer.Option(
            "--organisation",
            metavar="FIL",
            help="Organisationsfil: dess funktioner och enheter blir listor.",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Skriv en tom plan som Excelfil, med hjälptexter och några exempelrader som aldrig läses in."""
    from icengine.intake.template import write_template

    organisation = organisation_for(out, organisation_file) if organisation_file else None
    data = write_template(organisation, unit, year)
    write_new(out, data, force)
    typer.echo(f"Mallen är skriven till {out}.")


def plan_import(
    file: Annotated[
        Path, typer.Argument(metavar="FIL", help="Planfil: .xlsx, .ods, .csv eller .yaml.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Visa vad som skulle ändras. Ingenting sparas.")
    ] = False,
    unit: Annotated[
        str, typer.Option("--unit", metavar="ID", help="Enheten, för en tabell som inte säger den.")
    ] = "",
    year: Annotated[
        str,
        typer.Option("--year", metavar="ÅR", help="Planåret, för en tabell som inte säger det."),
    ] = "",
    author: Annotated[
        str,
        typer.Option(
            "--author",
            metavar="FUNKTION",
            help="Den som har upprättat planen, för en tabell som inte säger det.",
        ),
    ] = "",
    force: Force = False,
) -> None:
    """Läs in en plan som utkast och visa vad som ändras. Allt sparas, eller inget."""
    from icengine.services.planfiles import import_plan, preview_plan

    said = {"enhet": unit, "år": year, "upprättad av": author}
    given = {key: text for key, text in said.items() if text}
    moment = now()
    with engine() as built:
        if dry_run:
            with built.database.reading() as session:
                found = _read(session, file, given)
                assert found.plan is not None
                _show_preview(
                    preview_plan(session, actor=operator(), plan=found.plan, basis=found.basis)
                )
            return
        with built.database.unit_of_work(operator(), moment) as session:
            found = _read(session, file, given)
            assert found.plan is not None
            seen = preview_plan(session, actor=operator(), plan=found.plan)
            saved = import_plan(
                session,
                actor=operator(),
                now=moment,
                plan=found.plan,
                basis=found.basis,
                force=force,
            )
    _show_changes(seen.difference.changes)
    if not saved.is_new:
        typer.echo(f"Utkastet till {saved.draft.key} är oförändrat. Ingenting är sparat.")
        return
    typer.echo(f"Utkastet till {saved.draft.key} är sparat. {_amount(seen.difference.changes)}")


def _read(session: Session, file: Path, given: dict[str, str]) -> PlanFile:
    """The plan in the file, read as the database knows the organisation; refused with its problems."""
    from icengine.intake.planfile import read_plan_path
    from icengine.services.people import current_organisation
    from icengine.services.planfiles import known_ids

    organisation = current_organisation(session, actor=operator())
    found = read_plan_path(
        file, organisation, given=given,
        known=lambda unit, year: known_ids(session, actor=operator(), unit=unit, year=year),
    )  # fmt: skip
    tell_notices(found.notices)
    if found.plan is None:
        refuse(found.problems, file)
    return found


def _show_preview(seen: Preview) -> None:
    _show_changes(seen.difference.changes)
    if not seen.difference.changes:
        typer.echo(f"Inget skiljer filen från {seen.against}. Ingenting är sparat.")
        return
    against = f" mot {seen.against}" if seen.against else ""
    typer.echo(
        f"Så skulle det bli{against}. {_amount(seen.difference.changes)} Ingenting är sparat."
    )
    if seen.conflict is not None:
        typer.echo(f"Obs: {seen.conflict.message} Att läsa in filen kräver --force.", err=True)


def _amount(changes: Iterable[Change]) -> str:
    return f"{counted(len(tuple(changes)), 'En ändring', 'ändringar')}."


def _show_changes(changes: tuple[Change, ...]) -> None:
    """A line for each change, no longer than can be read."""
    from icengine.domain.difference import Change
    from icengine.domain.happening import cut_pair
    from icengine.domain.text import one_line

    for change in changes[:MOST_SHOWN]:
        pair = cut_pair(one_line(change.before), one_line(change.after), LONGEST)
        typer.echo(f"  {Change(one_line(change.what), *pair)}")
    left = len(changes) - MOST_SHOWN
    if left > 0:
        typer.echo(f"  och {counted(left, 'en ändring', 'ändringar')} till")
