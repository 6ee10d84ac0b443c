"""Commands around the risk registers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from icengine.cli.shared import engine, operator
from icengine.cli.swedish import Program
from icengine.clock import now

if TYPE_CHECKING:
    from icengine.domain.scale import RiskScale
    from icengine.services.register import Version
    from icengine.store.register import Registered

UnitId = Annotated[str, typer.Argument(metavar="ENHET", help="Enhetens id, till exempel ks.")]
RiskId = Annotated[str, typer.Argument(metavar="ID", help="Riskens nummer, till exempel R3.")]
Reason = Annotated[str, typer.Option("--reason", metavar="SKÄL", help="Varför; står i historiken.")]

risk = Program(help="Riskregistret: vad en enhet tycker om sina risker just nu.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(risk, name="risk")


@risk.command("list")
def risk_list(
    unit: UnitId,
    retired: Annotated[bool, typer.Option("--retired", help="Visa de avförda i stället.")] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help="Bara de som inte är bedömda det senaste året.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Svara med JSON.")] = False,
) -> None:
    """Visa en enhets risker, den högsta zonen först."""
    from icengine.domain.calendar import local_date
    from icengine.domain.register import Chosen, gravity
    from icengine.services.register import unit_register

    moment = now()
    with engine() as built, built.database.reading() as session:
        found = unit_register(session, actor=operator(), now=moment, unit=unit)
    scale, today = found.organisation.risk_scale, local_date(moment)
    wanted = Chosen(retired=retired, stale=stale)
    shown = [e for e in found.entries if wanted.holds(e.risk, e.retired, scale, today)]
    shown.sort(key=lambda entry: gravity(entry.risk, scale))
    if as_json:
        typer.echo(_json([_row(entry, scale) for entry in shown]))
        return
    for entry in shown:
        _show_line(entry, scale)
    if not shown:
        typer.echo(f"Inga risker att visa för {found.unit.name}.")


def _show_line(entry: Registered, scale: RiskScale) -> None:
    from icengine.domain.calendar import swedish_date

    found = entry.risk
    day = f"bedömd {swedish_date(found.assessed)}" if found.assessed else "ingen dag för bedömning"
    typer.echo(f"{found.id} {found.title} ({found.area})")
    typer.echo(f"  {_weight(scale, found.weight)}, {day}")


def _weight(scale: RiskScale, weight: tuple[int, int] | None) -> str:
    """ "Hög risk 12: sannolikhet 3, konsekvens 4"."""
    from icengine.domain.register import zone_of

    if weight is None:
        return "Inte värderad"
    zone, (s, k) = zone_of(scale, weight), weight
    word = zone.word if zone else "Utanför skalan,"
    return f"{word} {s * k}: sannolikhet {s}, konsekvens {k}"


def _row(entry: Registered, scale: RiskScale) -> dict[str, Any]:
    """A risk under the plan file's keys, with what the register says of it beside."""
    from icengine.domain.plan_document import assessment_document
    from icengine.domain.register import zone_of

    zone = zone_of(scale, entry.risk.weight)
    document = {
        key: value if isinstance(value, int | str) else value.isoformat()
        for key, value in assessment_document(entry.risk).items()
    }
    more = {"riskvärde": entry.risk.value, "zon": zone.id if zone else None}
    return {**document, **more, "version": entry.version, "avförd": entry.retired}


@risk.command("show")
def risk_show(
    unit: UnitId,
    id: RiskId,
    as_json: Annotated[bool, typer.Option("--json", help="Svara med JSON.")] = False,
) -> None:
    """Visa en risk och allt den har varit."""
    from icengine.services.register import risk_history, unit_register

    moment = now()
    with engine() as built, built.database.reading() as session:
        versions = risk_history(session, actor=operator(), now=moment, unit=unit, id=id)
        found = unit_register(session, actor=operator(), now=moment, unit=unit)
    scale = found.organisation.risk_scale
    if as_json:
        rows = [_row(version.entry, scale) | {"skäl": version.entry.reason} for version in versions]
        typer.echo(_json(rows))
        return
    _show_risk(versions[0].entry, scale)
    typer.echo("Historik:")
    for version in versions:
        _show_version(version)


def _show_risk(entry: Registered, scale: RiskScale) -> None:
    found = entry.risk
    typer.echo(f"{found.id} {found.title}{' (avförd)' if entry.retired else ''}")
    if found.sentence:
        typer.echo(f"  {found.sentence}")
    typer.echo(f"  Före befintliga åtgärder: {_weight(scale, found.weight_before)}")
    typer.echo(f"  Efter: {_weight(scale, found.weight)}")


def _show_version(version: Version) -> None:
    from icengine.domain.calendar import local_date, swedish_date

    entry = version.entry
    typer.echo(f"  Version {entry.version}, {swedish_date(local_date(entry.at))}, {version.by}")
    for change in version.changes:
        typer.echo(f"    {change}")
    if entry.reason:
        typer.echo(f"    Skäl: {entry.reason}")


@risk.command("retire")
def risk_retire(unit: UnitId, id: RiskId, reason: Reason) -> None:
    """Avför en risk. Historiken finns kvar, och numret används inte igen."""
    from icengine.services.register import retire_risk

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        done = retire_risk(
            session, actor=operator(), now=moment, unit=unit, id=id, reason=reason
        )  # fmt: skip
    typer.echo(f"{done.entry.risk.id} {done.entry.risk.title} är avförd.")


@risk.command("restore")
def risk_restore(unit: UnitId, id: RiskId, reason: Reason) -> None:
    """Ta upp en avförd risk igen."""
    from icengine.services.register import restore_risk

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        done = restore_risk(
            session, actor=operator(), now=moment, unit=unit, id=id, reason=reason
        )  # fmt: skip
    typer.echo(f"{done.entry.risk.id} {done.entry.risk.title} är upptagen igen.")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
