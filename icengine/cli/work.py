"""Commands around the running engine: database, timetable, web, tasks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.jobs import queue
from icengine.cli.shared import counted, engine, operator, read_moment
from icengine.cli.stopping import SECONDS, Stopping, end_on_sigterm
from icengine.cli.swedish import Program
from icengine.clock import now
from icengine.errors import Refused, because

if TYPE_CHECKING:
    from icengine.bootstrap import Engine
    from icengine.jobs import Ran

task = Program(help="Kontrolltillfällen.")
MOST_SHOWN = 500
"""Tasks that are listed one by one."""
ALL = 100_000
"""More tasks than an organisation has in many years."""


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("init")(init)
    app.command("tick")(tick)
    app.command("serve")(serve)
    app.add_typer(task, name="task")


def init() -> None:
    """Skapa eller uppdatera databasen."""
    with engine(ready=False) as built:
        before, after = built.database.migrate()
        if built.settings.queued and queue().prepare(built):
            typer.echo("Kön för arbetarna är gjord.")
        where = built.database.engine.url.render_as_string(hide_password=True)
    if before == after:
        typer.echo(f"Databasen {where} är redan klar (version {after}).")
    elif before:
        typer.echo(f"Databasen {where} är uppdaterad från version {before} till {after}.")
    else:
        typer.echo(f"Databasen {where} är skapad (version {after}).")


def tick(
    at: Annotated[
        str, typer.Option("--now", metavar="TID", help="Låtsas att klockan är detta.")
    ] = "",
) -> None:
    """Öppna det vars dag har kommit och skicka mejlen."""
    from icengine import logs
    from icengine.jobs import run_due

    moment = read_moment(at, "--now") if at else now()
    with engine() as built:
        logs.set_up(built.settings.log_format)
        show_run(run_due(built, moment, (lambda: moment) if at else now), built)


def show_run(ran: Ran, built: Engine) -> None:
    """What a run did."""
    opened = counted(ran.ticked.opened, "Ett kontrolltillfälle", "kontrolltillfällen")
    typer.echo(f"{opened} öppnade.")
    waiting = _waiting_mails(built) if built.mailer is None else 0
    if waiting:
        said = counted(waiting, "Ett mejl", "mejl")
        typer.echo(f"{said} väntar: ingen e-postserver är inställd (smtp_host).")
    for count, said in (
        (ran.delivery.sent, "skickades"),
        (ran.delivery.postponed, "gick inte att skicka nu och försöks igen"),
        (ran.delivery.refused, "avvisades av mottagarens server"),
    ):
        if count:
            typer.echo(f"{counted(count, 'Ett mejl', 'mejl')} {said}.")
    for function in ran.ticked.without_holder:
        typer.echo(f"Ingen innehar funktionen {function}: dess kontroller väntar på en mottagare.")
    if ran.ticked.without_owner:
        said = counted(
            ran.ticked.without_owner, "Ett öppet kontrolltillfälle", "öppna kontrolltillfällen"
        )
        typer.echo(f"{said} saknar ansvarig: ingen är utsedd. Se dem med icengine shared list.")


def _waiting_mails(built: Engine) -> int:
    """Every mail that waits, not only those this run has put there."""
    from icengine.services.mailing import mail_counts

    with built.database.reading() as session:
        return mail_counts(session, actor=operator()).get("väntar", 0)


def serve(
    login: Annotated[
        str,
        typer.Option(
            "--login", metavar="E-POST", help="Skriv ut en länk som loggar in den adressen."
        ),
    ] = "",
    seconds: Annotated[int, SECONDS] = 30,
) -> None:
    """Starta webben, och tidtabellen i samma process om inte arbetare kör jobben."""
    from icengine import logs
    from icengine.cli.login import say_first_link, say_login_link
    from icengine.web.app import create_app
    from icengine.web.server import server

    with engine() as built:
        settings = built.settings
        _check_port(settings.host, settings.port)
        logs.set_up(settings.log_format)
        say_login_link(built, login) if login else say_first_link(built)
        end_on_sigterm()
        bell = _queue_bell(built) if settings.queued else _own_timetable(built)
        stopping = Stopping(seconds, bell.stop)
        typer.echo(f"Internkontroll svarar på {settings.base_url} (avsluta med Ctrl+C).")
        try:
            app = create_app(built, ring=bell.ring, make=bell.make)
            with suppress(KeyboardInterrupt):
                server(app, settings.host, settings.port, seconds, stopping).run()
        finally:
            stopping()
            bell.close()


@dataclass(frozen=True)
class _Bell:
    """How the web tells whoever runs the jobs that there is something to do."""

    ring: Callable[[], None]
    make: Callable[[], None]
    """For the files of reports."""
    stop: Callable[[], None]
    """Begin nothing more. Nobody waits here for what runs."""
    close: Callable[[], None]
    """Wait for what runs, and give back what it holds."""


def _own_timetable(built: Engine) -> _Bell:
    from threading import Thread

    from icengine.jobs import ring, ring_for_reports, start_timetable

    timetable = start_timetable(built)
    ending = Thread(target=timetable.shutdown, daemon=True)
    return _Bell(
        lambda: ring(timetable, built), lambda: ring_for_reports(timetable, built), ending.start,
        ending.join,
    )  # fmt: skip


def _queue_bell(built: Engine) -> _Bell:
    from icengine.domain.job import Job

    found = queue()
    found.check_ready(built)
    doorbell = found.Doorbell(built)
    return _Bell(
        lambda: doorbell.ring(Job.TIMETABLE), lambda: doorbell.ring(Job.REPORTS), lambda: None,
        doorbell.close,
    )  # fmt: skip


def _check_port(host: str, port: int) -> None:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Det går inte att lyssna på {host}, port {port}{because(error)}.",
                "Stäng det som använder porten, eller välj en annan: ICENGINE_PORT=8001.",
            ) from error


@task.command("list")
def task_list(
    plan: Annotated[str, typer.Option("--plan", metavar="PLAN", help="Bara en plan.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Även avslutade och planerade.")] = False,
) -> None:
    """Visa kontrolltillfällen: de som väntar på svar, eller alla."""
    from icengine.domain.calendar import local_date
    from icengine.domain.sharing import NOBODY
    from icengine.domain.task import State, is_late
    from icengine.services import tasks
    from icengine.services.plans import adopted_plan

    waiting = [State.OPEN, State.STARTED, State.RETURNED, State.SUBMITTED]
    with engine() as built, built.database.reading() as session:
        if plan:
            adopted_plan(session, actor=operator(), key=plan)  # an unknown one is said
        found = tasks.task_list(
            session, actor=operator(), plan=plan, states=[] if every else waiting, limit=ALL
        )
    if not found:
        typer.echo("Inga kontrolltillfällen." if every else "Inget väntar på svar.")
    today = local_date(now())
    for item in found[:MOST_SHOWN]:
        late = ", försenad" if is_late(item.task.state, item.task.due, today) else ""
        typer.echo(
            f"{item.task.due}  {item.task.plan}  {item.task.control} {item.title} "
            f"({item.task.label}): {item.task.state}{late}. {item.task.owner or NOBODY}"
        )
    if len(found) > MOST_SHOWN:
        left = counted(len(found) - MOST_SHOWN, "ett kontrolltillfälle", "kontrolltillfällen")
        typer.echo(f"och {left} till")
