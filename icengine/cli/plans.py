"""Commands around plans and frequencies."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.reasons import (
    Given,
    asking_for_reasons,
    known_context,
    read_reasons,
    show_findings,
)
from icengine.cli.shared import (
    counted,
    engine,
    operator,
    organisation_for,
    read_day,
    read_plan_file,
    refuse,
    tell,
)
from icengine.cli.sharing import show_units
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import Refused

if TYPE_CHECKING:
    from icengine.domain.node import Problem
    from icengine.domain.people import Organisation
    from icengine.domain.plan import Control, Plan
    from icengine.services.plans import Adoption

OrganisationFile = Annotated[
    Path | None,
    typer.Option(
        "--organisation",
        metavar="FIL",
        help="Organisationsfil. Annars organisation.yaml bredvid planen, annars databasen.",
    ),
]
PlanFile = Annotated[
    Path,
    typer.Argument(
        metavar="FIL", help="Planfil, .yaml, .xlsx, .ods eller .csv, eller en plans nyckel."
    ),
]

KEY = re.compile(r"[^/\\]+-\d{4}")
"""A plan's key, which no file is called."""

plan = Program(help="Internkontrollplaner.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(plan, name="plan")
    app.command("frequency")(frequency)


@plan.command("check")
def plan_check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FIL…", help="Planfiler, .yaml, .xlsx, .ods eller .csv, eller planers nycklar."
        ),
    ],
    organisation_file: OrganisationFile = None,
) -> None:
    """Kontrollera planfiler. Alla problem visas på en gång; ingenting sparas."""
    wrong = 0
    for file in files:
        organisation, found, problems = _plan_at(file, organisation_file)
        if found is None:
            tell(problems)
            wrong += len(problems)
        else:
            typer.echo(f"{file}: inga problem. {_contents(found)}")
            show_findings(found, organisation, known_context(found, file, organisation_file))
    if wrong:
        said = "Ett problem" if wrong == 1 else f"{wrong} problem"
        raise Refused(f"{said} att rätta.", "Varje rad ovan säger var det är och vad som behövs.")


def _plan_at(
    source: Path, organisation_file: Path | None
) -> tuple[Organisation, Plan | None, list[Problem]]:
    """The plan in a file, or the one that is stored under a key: its draft where it has one."""
    if source.exists() or not KEY.fullmatch(str(source)):
        organisation = organisation_for(source, organisation_file)
        return organisation, *read_plan_file(source, organisation)
    from icengine.domain.draft import read_draft
    from icengine.services.planfiles import stored_plan

    with engine() as built, built.database.reading() as session:
        stored = stored_plan(session, actor=operator(), key=str(source))
    found, problems = read_draft(stored.document, stored.organisation)
    return stored.organisation, found, problems


def _contents(found: Plan) -> str:
    controls = [control for _, control in found.controls()]
    times = sum(len(control.occurrences) for control in controls)
    return (
        f"{found.title}: {counted(len(found.risks), 'en risk', 'risker')}, "
        f"{counted(len(controls), 'en kontroll', 'kontroller')}, "
        f"{counted(times, 'ett tillfälle', 'tillfällen')}."
    )


@plan.command("adopt")
def plan_adopt(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FIL|NYCKEL",
            help="Planfil (YAML), eller nyckeln till en plan som är skickad till beslut.",
        ),
    ],
    date: Annotated[str, typer.Option("--date", metavar="DATUM", help="Beslutets datum.")],
    paragraph: Annotated[str, typer.Option("--paragraph", help="Beslutets paragraf.")],
    dnr: Annotated[
        str, typer.Option("--dnr", help="Beslutets diarienummer; står redan i det som är skickat.")
    ] = "",
    reason: Given = None,
    organisation_file: OrganisationFile = None,
) -> None:
    """Anta en plan med beslutets uppgifter. Ändrat innehåll blir nästa version."""
    decided = read_day(date, "--date")
    moment = now()
    file = Path(source)
    if not file.exists() and KEY.fullmatch(source):
        _adopt_sent(source, decided, paragraph, reason, moment)
        return
    from icengine.services.plans import adopt_plan

    dnr, paragraph = _check_decision(dnr, paragraph, decided, moment)
    organisation = organisation_for(file, organisation_file)
    found, problems = read_plan_file(file, organisation, give_ids=False)
    if found is None:
        refuse(problems, file)
    assert found is not None
    with (
        asking_for_reasons(),
        engine() as built,
        built.database.unit_of_work(operator(), moment) as session,
    ):
        done = adopt_plan(
            session, actor=operator(), now=moment, plan=found, dnr=dnr, decided=decided,
            paragraph=paragraph, reasons=read_reasons(reason),
        )  # fmt: skip
    _show_adoption(done)
    if done.is_new:
        _show_reading(found)
        show_units(found, organisation)
        _show_lateness(found, moment)


def _adopt_sent(
    key: str,
    decided: datetime.date,
    paragraph: str,
    reason: list[str] | None,
    moment: datetime.datetime,
) -> None:
    """Adopt what was sent to the decision."""
    from icengine.services.drafts import draft_of
    from icengine.services.lifecycle import adopt_draft

    with (
        asking_for_reasons(),
        engine() as built,
        built.database.unit_of_work(operator(), moment) as session,
    ):
        draft = draft_of(session, actor=operator(), key=key)
        done = adopt_draft(
            session, actor=operator(), now=moment, key=key, sha256=draft.sha256, decided=decided,
            paragraph=paragraph, reasons=read_reasons(reason),
        )  # fmt: skip
    _show_adoption(done)


def _check_decision(
    dnr: str, paragraph: str, decided: datetime.date, moment: datetime.datetime
) -> tuple[str, str]:
    """The decision's dnr and paragraph on one line each. Raises Refused where it cannot be one."""
    from icengine.domain.calendar import local_date, swedish_date
    from icengine.domain.text import recorded

    dnr, paragraph = (" ".join(recorded(text).split()) for text in (dnr, paragraph))
    if not dnr:
        raise Refused("Beslutets diarienummer saknas.", 'Ange det: --dnr "KS 2025/0412"')
    if not paragraph:
        raise Refused("Beslutets paragraf saknas.", 'Ange den: --paragraph "§ 214"')
    if decided > local_date(moment):
        raise Refused(
            f"Beslutets datum, {swedish_date(decided)}, ligger i framtiden.",
            "Anta planen när beslutet är fattat, eller rätta --date.",
        )
    return dnr, paragraph


def _show_reading(found: Plan) -> None:
    """What each frequency was read as, which the decision confirms."""
    typer.echo("Frekvenserna är lästa så här:")
    for _, control in found.controls():
        labels = [item.window.label for item in control.occurrences]
        shown = ", ".join(labels[:6]) + (f" … ({len(labels)} tillfällen)" if labels[6:] else "")
        typer.echo(f"  {control.id} ”{control.frequency}”: {shown or control.reading}")


def _show_lateness(found: Plan, moment: datetime.datetime) -> None:
    from icengine.domain.calendar import local_date
    from icengine.domain.occurrence import occurrences

    today = local_date(moment)
    passed = sum(item.due < today for _, item in occurrences(found))
    if passed:
        said = counted(passed, "ett tillfälle", "tillfällen")
        typer.echo(f"  Tänk på: sista dagen har redan passerat för {said}.")


def _show_adoption(done: Adoption) -> None:
    if not done.is_new:
        typer.echo(
            f"Planen {done.key} är redan antagen med exakt det här innehållet "
            f"(version {done.version}). Ingenting är ändrat."
        )
        said = done.decision
        typer.echo(f"Beslutet är registrerat som {said.dnr}, {said.date}, {said.paragraph}.")
        return
    planned = counted(
        done.planned, "Ett kontrolltillfälle planerat", "kontrolltillfällen planerade"
    )
    typer.echo(f"Planen {done.key} är antagen, version {done.version}. {planned}.")
    if done.followed:
        followed = counted(
            done.followed, "ett tillfälle som inte är besvarat",
            "tillfällen som inte är besvarade",
        )  # fmt: skip
        typer.echo(f"Den nya versionen gäller för {followed}.")
    if done.cancelled:
        typer.echo(f"{counted(done.cancelled, 'Ett tillfälle', 'tillfällen')} utgår.")
    for name in done.overlapping:
        typer.echo(f"Inte planerat: {name} överlappar ett tillfälle som redan har öppnat.")


@plan.command("simulate")
def plan_simulate(file: PlanFile, organisation_file: OrganisationFile = None) -> None:
    """Visa vad som öppnar när och för vem. Rör ingen databas när organisationen är en fil."""
    organisation, found, problems = _plan_at(file, organisation_file)
    if found is None:
        refuse(problems, file)
    assert found is not None
    typer.echo(_contents(found))
    show_units(found, organisation)
    _show_year(found)
    _show_load(found, organisation)
    show_findings(found, organisation)


def _show_year(found: Plan) -> None:
    """A paragraph per occurrence: readable at any width, and by a screen reader."""
    from icengine.domain.calendar import MONTHS, swedish_date
    from icengine.domain.occurrence import occurrences

    month = ""
    for control, item in sorted(occurrences(found), key=lambda pair: (pair[1].opens, pair[1].due)):
        heading = f"{MONTHS[item.opens.month - 1]} {item.opens.year}"
        if heading != month:
            typer.echo(f"\n{heading.capitalize()}")
        month = heading
        opens, due = (swedish_date(day, year=False) for day in (item.opens, item.due))
        typer.echo(f"  {opens}–{due}: {control.id} {control.title} ({item.window.label})")
        typer.echo(f"    {_who(control)}")
    for _, control in found.controls():
        if not control.occurrences:
            typer.echo(f"\nUtan datum: {control.id} {control.title}, {control.reading}")
            typer.echo(f"    {_who(control)}")


def _who(control: Control) -> str:
    """Who answers; of a shared control the units are told once, above."""
    return "varje enhets egen funktion" if control.shared else control.owner


def _show_load(found: Plan, organisation: Organisation) -> None:
    from icengine.domain.calendar import MONTHS
    from icengine.domain.sharing import NOBODY, occasions

    pairs = [
        (item.owner or NOBODY, (item.timed.due.year, item.timed.due.month))
        for item in occasions(found, organisation, {})
    ]
    if not pairs:
        return
    load = Counter(pairs)
    months = sorted({month for _, month in pairs})
    wide = max(len(owner) for owner, _ in pairs)
    typer.echo("\nAtt lämna in per funktion och månad")
    names = [MONTHS[month - 1][:3] + ("" if year == found.year else "+") for year, month in months]
    typer.echo(" " * wide + "".join(f"{name:>5}" for name in names) + "  alla")
    for owner in sorted({owner for owner, _ in pairs}):
        counts = [load[owner, month] for month in months]
        cells = "".join(f"{n or '·':>5}" for n in counts)
        typer.echo(f"{owner:<{wide}}{cells}{sum(counts):>6}")
    if any(year != found.year for year, _ in months):
        typer.echo(f"+ = {found.year + 1}")


def frequency(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Frekvensen, som i planen.")],
    year: Annotated[
        str, typer.Option("--year", metavar="ÅR", help="Planår; annars det här året.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Svara med JSON.")] = False,
) -> None:
    """Läs en frekvens och visa vilka tillfällen den betyder."""
    from icengine.domain.calendar import local_date
    from icengine.domain.frequency import Unread, read_frequency
    from icengine.domain.timing import timed
    from icengine.domain.words import capital, sentence

    read = read_frequency(text, _year(year) if year else local_date(now()).year)
    if isinstance(read, Unread):
        if not as_json:
            raise Refused(*(sentence(capital(said)) for said in (read.problem, read.hint)))
        typer.echo(_json({"text": text, "problem": read.problem, "hint": read.hint}))
        raise typer.Exit(1)
    times = [timed(window) for window in read.windows]
    if as_json:
        rows = [
            {
                "slot": item.window.slot,
                "label": item.window.label,
                "from": item.window.start.isoformat(),
                "to": item.window.end.isoformat(),
                "opens": item.opens.isoformat(),
                "due": item.due.isoformat(),
            }
            for item in times
        ]
        answer = {"text": text, "canonical": read.canonical, "kind": str(read.kind)}
        typer.echo(_json({**answer, "occurrences": rows}))
        return
    typer.echo(f"Läses som: {read.canonical}")
    for item in times:
        window = item.window
        typer.echo(
            f"  {window.label}: {window.start}–{window.end}, öppnar {item.opens}, senast {item.due}"
        )
    if not times:
        typer.echo("  Inga tillfällen med datum.")


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 2000 <= int(text) <= 2100):
        raise typer.BadParameter(f"”{text}” är inget år 2000–2100.", param_hint="--year")
    return int(text)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
