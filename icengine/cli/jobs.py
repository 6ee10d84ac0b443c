"""Commands around the jobs: workers, what waits and what failed, and trying again."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.shared import counted, engine, operator
from icengine.cli.stopping import SECONDS, Stopping
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime
    from types import ModuleType

    from icengine.bootstrap import Engine
    from icengine.domain.job import Fault, JobStatus

jobs = Program(help="Det som motorn gör av sig själv: vad som väntar, pågår och har misslyckats.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("worker")(worker)
    app.add_typer(jobs, name="jobs")


def queue() -> ModuleType:
    """The queue. Raises Refused where its library is not installed."""
    try:
        from icengine.jobs import queue as found
    except ImportError as error:
        raise Refused(
            f"Kön kräver ett paket som saknas: {error.name}.",
            'Installera det med: pip install "icengine[queue]"',
        ) from error
    return found


def worker(
    at_once: Annotated[
        int, typer.Option("--samtidigt", metavar="ANTAL", min=1, max=16, help="Jobb på en gång.")
    ] = 2,
    seconds: Annotated[int, SECONDS] = 30,
) -> None:  # fmt: skip
    """Kör jobben från kön i PostgreSQL. Starta så många arbetare som behövs, på vilka maskiner som helst."""
    from icengine import logs

    name = f"{socket.gethostname()}-{os.getpid()}"
    with engine() as built:
        if not built.settings.queued:
            raise Refused(
                "Arbetare behövs bara när kön är i PostgreSQL.",
                "Sätt ICENGINE_QUEUE=postgresql för webben och arbetarna, eller kör bara icengine serve.",
            )
        found = queue()
        found.check_ready(built)
        logs.set_up(built.settings.log_format)
        typer.echo(f"Arbetaren {name} tar jobb (avsluta med Ctrl+C).")
        found.work(built, name, at_once, float(seconds), Stopping(seconds))
    typer.echo("Arbetaren är klar.")


@jobs.command("status")
def status() -> None:
    """Visa vad som väntar, pågår och har misslyckats, med orsak. Kod 1 om något har misslyckats."""
    from icengine.services.jobs import job_status, queue_figures

    moment = now()
    with engine() as built, built.database.reading() as session:
        found = job_status(session, actor=operator(), now=moment)
        figures = queue_figures(session, actor=operator())
    for item in found:
        _show(item)
    if figures is not None:
        workers = counted(figures.workers, "En arbetare hörs", "arbetare hörs")
        typer.echo(
            f"Kön: {figures.waiting} väntar, {figures.running} pågår, {figures.failed} misslyckades. "
            f"{workers} av."
        )
    if any(item.failed(moment) for item in found):
        raise typer.Exit(1)


def _show(item: JobStatus) -> None:
    from icengine.domain.job import TITLES, RunState

    run, moment = item.run, now()
    state = run.state(moment)
    when = {
        RunState.RUNNING: run.started_at, RunState.BROKEN_OFF: run.started_at,
        RunState.WELL: run.ended_at, RunState.FAILED: run.failed_at,
    }.get(state)  # fmt: skip
    since = f" {_moment(when)}" if when else ""
    waits = f", {item.waiting} väntar" if item.waiting else ""
    typer.echo(
        f"{'!!  ' if item.failed(moment) else 'ok  '}{TITLES[run.job]}: {state}{since}{waits}"
    )
    if state is RunState.FAILED:
        typer.echo(f"      {run.cause}")
    for fault in item.faults:
        typer.echo(f"      {_said(fault)}")
    if item.more:
        typer.echo(f"      och {item.more} orsaker till")


def _said(fault: Fault) -> str:

    again = f" Nytt försök {_moment(fault.again_at)}." if fault.again_at else ""
    return f"{fault.what}: {fault.cause}{again}"


def _moment(instant: datetime) -> str:
    from icengine.domain.calendar import clock_time, local_date, swedish_date

    return f"{swedish_date(local_date(instant))} {clock_time(instant)}"


@jobs.command("retry")
def retry() -> None:
    """Gör nu det som har misslyckats: mejl som väntar på ett nytt försök, och rapporters filer."""
    from icengine.services.jobs import try_again

    with engine() as built:
        moment = now()
        with built.database.unit_of_work(operator(), moment) as session:
            mails, reports = try_again(session, actor=operator(), now=moment)
        said = counted(mails, "Ett mejl", "mejl"), counted(reports, "en rapport", "rapporter")
        typer.echo(f"{said[0]} och {said[1]} görs nu.")
        if built.settings.queued:
            _ring(built)
            return
        from icengine import logs
        from icengine.cli.work import show_run
        from icengine.jobs import run_due

        logs.set_up(built.settings.log_format)
        show_run(run_due(built, moment, now), built)


def _ring(built: Engine) -> None:
    from icengine.domain.job import Job

    doorbell = queue().Doorbell(built)
    for job in (Job.TIMETABLE, Job.MAILS, Job.REPORTS):
        doorbell.ring(job)
    doorbell.close()
