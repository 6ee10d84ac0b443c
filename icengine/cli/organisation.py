"""Commands around the organisation as a whole, and its units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from icengine.cli.shared import (
    counted,
    engine,
    operator,
    read_day,
    read_organisation_file,
    read_yaml_file,
    refuse,
)
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import Refused, because

if TYPE_CHECKING:
    from icengine.domain.directory import OrganisationFile
    from icengine.domain.people import Admission, Organisation, Unit, UnitKind
    from icengine.services.people import Changed

File = Annotated[Path, typer.Argument(metavar="FIL", help="Organisationsfil (YAML).")]
UnitId = Annotated[str, typer.Argument(metavar="ID", help="Enhetens id, till exempel ks.")]
Name = Annotated[str, typer.Option("--name", metavar="NAMN", help="Enhetens namn.")]
Kind = Annotated[
    str,
    typer.Option(
        "--kind",
        metavar="SLAG",
        help="kommun, nämnd, förvaltning, avdelning, bolag eller kommunalförbund.",
    ),
]
MOST_SHOWN = 100
"""Differences that are shown one by one."""

organisation = Program(help="Organisationen: visa den, läs in den och skriv ut den.")
unit = Program(help="Enheter.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(organisation, name="organisation")
    app.add_typer(unit, name="unit")


@organisation.command("check")
def organisation_check(file: File) -> None:
    """Kontrollera en organisationsfil. Ingenting sparas."""
    found, problems = read_organisation_file(file)
    if found is None:
        refuse(problems, file)
    assert found is not None
    typer.echo(f"{file}: inga problem. {_size(found)}")


@organisation.command("import")
def organisation_import(
    file: File,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Visa vad som skulle ändras. Ingenting sparas.")
    ] = False,
) -> None:
    """Läs in en organisationsfil i databasen och visa vad som ändras."""
    from icengine.services.people import import_organisation, preview_import

    said, moment = _read_file(file), now()
    with engine() as built:
        if dry_run:
            with built.database.reading() as session:
                done = preview_import(session, actor=operator(), now=moment, file=said)
        else:
            with built.database.unit_of_work(operator(), moment) as session:
                done = import_organisation(
                    session, actor=operator(), now=moment, organisation=said.organisation,
                    base_version=said.base_version, says=said.says,
                )  # fmt: skip
    _show_import(done, dry_run)


def _read_file(file: Path) -> OrganisationFile:
    from icengine.domain.directory import read_organisation_file as read

    node, problems = read_yaml_file(file)
    found, more = read(node) if node else (None, problems)
    if found is None:
        refuse(more, file)
    assert found is not None
    return found


def _show_import(done: Changed, dry_run: bool) -> None:
    _show_changes(done)
    if not done.changes:
        typer.echo("Organisationen är oförändrad. Ingenting är sparat.")
    elif dry_run:
        typer.echo("Så skulle det bli. Ingenting är sparat.")
    else:
        found = done.organisation
        typer.echo(f"{found.name} är inläst, version {done.version}. {_size(found)}")


def _show_changes(done: Changed) -> None:
    for change in done.changes[:MOST_SHOWN]:
        typer.echo(f"  {change}")
    left = len(done.changes) - MOST_SHOWN
    if left > 0:
        typer.echo(f"  och {counted(left, 'en ändring', 'ändringar')} till")


def show_changed(done: Changed) -> None:
    """What a change did, said on the terminal."""
    _show_changes(done)
    if done.version is None:
        typer.echo("Ingenting är ändrat: så är det redan.")
    else:
        typer.echo(f"Sparat. Organisationen har nu version {done.version}.")


def _size(found: Organisation) -> str:
    units = counted(len(found.units), "En enhet", "enheter")
    return f"{units} och {counted(len(found.functions), 'en funktion', 'funktioner')}."


@organisation.command("export")
def organisation_export(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FIL", help="Filen; annars skrivs den här.")
    ] = None,
) -> None:
    """Skriv ut organisationen som en fil att ändra i och läsa in igen."""
    from icengine.domain.directory_document import organisation_document
    from icengine.intake.yamlfile import write_yaml
    from icengine.services.people import current_version

    with engine() as built, built.database.reading() as session:
        found, version = current_version(session, actor=operator())
    text = write_yaml(organisation_document(found, version))
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(
            f"{out} går inte att skriva{because(error)}.", "Välj en annan fil."
        ) from error
    typer.echo(f"{found.name}, version {version}, är skriven till {out}.")


@organisation.command("show")
def organisation_show() -> None:
    """Visa enheterna som ett träd, med funktionerna och vem som har dem i dag."""
    from icengine.domain.calendar import local_date
    from icengine.services.people import current_version

    with engine() as built, built.database.reading() as session:
        found, version = current_version(session, actor=operator())
    typer.echo(f"{found.name}, version {version}")
    for depth, item in _tree(found, local_date(now())):
        _show_unit(found, item, depth, local_date(now()))


def _tree(found: Organisation, today: date) -> list[tuple[int, Unit]]:
    """Every unit with its depth, each after the one above it."""
    below: dict[str, list[Unit]] = {}
    for item in found.units:
        below.setdefault(item.above(today), []).append(item)
    rows: list[tuple[int, Unit]] = []
    waiting = [(0, item) for item in reversed(below.get("", []))]
    while waiting:
        depth, item = waiting.pop()
        rows.append((depth, item))
        waiting += [(depth + 1, child) for child in reversed(below.get(item.id, []))]
    return rows


def _show_unit(found: Organisation, item: Unit, depth: int, today: date) -> None:
    from icengine.domain.difference import first_and_last

    indent = "  " * depth
    parts = [str(item.kind), first_and_last(item.start, item.end)]
    parts += ["egen myndighet"] if item.own_authority else []
    parts += [f"föregångare {', '.join(item.predecessors)}"] if item.predecessors else []
    typer.echo(f"{indent}{item.name} ({item.id}): {', '.join(filter(None, parts))}")
    for function in found.functions:
        if function.unit == item.id:
            held = ", ".join(function.held_by(today)) or "ingen"
            typer.echo(f"{indent}  – {function.name}: {held}")


@unit.command("add")
def unit_add(
    id: UnitId,
    name: Name,
    kind: Kind,
    under: Annotated[str, typer.Option("--under", metavar="ID", help="Enheten ovanför.")],
    start: Annotated[
        str, typer.Option("--from", metavar="DATUM", help="Första dagen; annars sedan tidigare.")
    ] = "",
    own_authority: Annotated[
        bool, typer.Option("--own-authority", help="Enheten är en egen myndighet.")
    ] = False,
) -> None:
    """Lägg till en enhet."""
    from icengine.domain.people import Unit
    from icengine.services.organisation import add_unit

    first = read_day(start, "--from") if start else None
    new = Unit(id, name, _kind(kind), under, first, own_authority=own_authority)
    change(add_unit, unit=new)


@unit.command("change")
def unit_change(
    id: UnitId,
    name: Name = "",
    kind: Kind = "",
    own_authority: Annotated[
        bool | None,
        typer.Option("--own-authority/--no-own-authority", help="Är enheten en egen myndighet?"),
    ] = None,
    admits: Annotated[
        list[str] | None,
        typer.Option(
            "--admit",
            metavar="VAD",
            help="Vad en egen myndighet släpper in roller ovanifrån till: ändra, skyddat eller "
            "inget. Kan anges flera gånger.",
        ),
    ] = None,
) -> None:
    """Ändra en enhets namn, slag eller gräns mot enheterna ovanför."""
    from icengine.services.organisation import change_unit

    change(
        change_unit, id=id, name=name or None, kind=_kind(kind) if kind else None,
        own_authority=own_authority, admits=_admissions(admits) if admits else None,
    )  # fmt: skip


@unit.command("move")
def unit_move(
    id: UnitId,
    under: Annotated[str, typer.Option("--under", metavar="ID", help="Den nya enheten ovanför.")],
    start: Annotated[str, typer.Option("--from", metavar="DATUM", help="Första dagen där.")],
) -> None:
    """Flytta en enhet till en annan, från en dag."""
    from icengine.services.organisation import move_unit

    change(move_unit, id=id, parent=under, start=read_day(start, "--from"))


@unit.command("end")
def unit_end(
    id: UnitId,
    day: Annotated[str, typer.Option("--date", metavar="DATUM", help="Sista dagen.")],
) -> None:
    """Låt en enhet upphöra. Dess planer och historik finns kvar."""
    from icengine.services.organisation import end_unit

    change(end_unit, id=id, end=read_day(day, "--date"))


@unit.command("merge")
def unit_merge(
    id: UnitId,
    name: Name,
    kind: Kind,
    start: Annotated[str, typer.Option("--from", metavar="DATUM", help="Nya enhetens första dag.")],
    of: Annotated[
        list[str],
        typer.Option("--of", metavar="ID", help="En enhet som går upp i den; ange en för varje."),
    ],
    under: Annotated[
        str, typer.Option("--under", metavar="ID", help="Enheten ovanför; annars den förstas.")
    ] = "",
    own_authority: Annotated[
        bool, typer.Option("--own-authority", help="Den nya enheten är en egen myndighet.")
    ] = False,
) -> None:
    """Slå ihop enheter till en ny, som tar över deras historik."""
    from icengine.domain.people import Unit
    from icengine.services.organisation import merge_units
    from icengine.services.people import current_version

    first = read_day(start, "--from")
    if not under:
        with engine() as built, built.database.reading() as session:
            old = current_version(session, actor=operator())[0].unit(of[0])
        under = old.above(first) if old else ""
    new = Unit(id, name, _kind(kind), under, first, own_authority=own_authority)
    change(merge_units, new=new, of=of)


def change(service: Any, **values: Any) -> None:
    """One change of the organisation, and what it did."""
    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        done = service(session, actor=operator(), now=moment, **values)
    show_changed(done)


def _kind(text: str) -> UnitKind:
    from icengine.domain.people import UnitKind

    try:
        return UnitKind(text.casefold())
    except ValueError:
        raise _no_choice(text, "--kind", list(UnitKind)) from None


def _admissions(words: Sequence[str]) -> tuple[Admission, ...]:
    from icengine.domain.people import Admission

    if list(words) == ["inget"]:
        return ()
    try:
        return tuple(Admission(word.casefold()) for word in words)
    except ValueError:
        raise _no_choice(", ".join(words), "--admit", [*Admission, "inget"]) from None


def _no_choice(text: str, option: str, words: Sequence[str]) -> typer.BadParameter:
    return typer.BadParameter(
        f"”{text}” finns inte att välja; välj {', '.join(map(str, words))}.", param_hint=option
    )
