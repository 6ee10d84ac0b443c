"""The demo: the main job on the example plan, a whole year on a simulated clock."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.reports import write_report
from icengine.cli.shared import counted, operator, read_organisation_file, read_plan_file, refuse
from icengine.clock import now as clock_now
from icengine.errors import NotFound, Refused, because

if TYPE_CHECKING:
    from icengine.bootstrap import Engine
    from icengine.cli.answers import Script
    from icengine.domain.labels import Vocabulary
    from icengine.domain.people import Organisation
    from icengine.domain.plan import Plan
    from icengine.domain.report_model import Report
    from icengine.mail.mailer import Email, Mailer, Outcome
    from icengine.services.tasks import LinkHolder

DATABASE = "internkontroll.db"
MAIL = re.compile(r"\d{4}-\d\d-\d\d .* [0-9a-f]{12}\.eml")
"""A mail's name as the mail folder gives it."""
LINK = re.compile(r"/svar/([A-Za-z0-9_-]{20,})")
SETTINGS = f"""# Inställningar för demons databas; läses av kommandon som körs i den här mappen.
database_url = "sqlite:///{DATABASE}"
mail_folder = "mail"
"""


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command("demo")(demo)


@dataclass
class Post:
    """The demo's mailer: every mail becomes an .eml, and is sent too where a server is given."""

    folder: Mailer
    server: Mailer | None
    secrets: list[str] = field(default_factory=list)
    """Secrets of links in mails that nobody has followed yet."""

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """Write, and send where asked."""
        outcomes = await self.folder.send_all(emails, now)
        if self.server is not None:
            outcomes = await self.server.send_all(emails, now)
        for email in emails:
            self.secrets += LINK.findall(email.text)[:1]
        return outcomes


@dataclass
class Year:
    """The example year as it is lived through."""

    engine: Engine
    post: Post
    script: Script
    key: str
    """The plan's key."""
    holders: dict[tuple[str, str], tuple[int, LinkHolder]] = field(default_factory=dict)
    """(control, slot) -> (task, whoever got its link)."""
    opened: int = 0
    sent: int = 0

    def live(self, day: date) -> None:
        """One day: the timetable in the morning, answers and notes before noon."""
        from icengine.jobs import run_due

        ran = run_due(self.engine, _clock(day, "07:00"))
        self.opened += ran.ticked.opened
        self.sent += ran.delivery.sent
        if self.post.secrets:
            self._open_mails(_clock(day, "09:00"))
        for when, control, slot, answer in self.script.answers:
            if when == day:
                self._answer(_clock(day, "10:00"), control, slot, answer)
        for when, subject, text in self.script.notes:
            if when == day:
                self._note(_clock(day, "11:00"), subject, text)

    def _open_mails(self, now: datetime) -> None:
        from icengine.services.tasks import follow_link, task_page

        with self.engine.database.reading() as session:
            for secret in self.post.secrets:
                holder = follow_link(session, secret=secret)
                for id in holder.actor.tasks:
                    page = task_page(
                        session, actor=holder.actor, now=now, task_id=id, answers_as=holder.function
                    )
                    self.holders[page.task.control, page.task.slot] = (id, holder)
        self.post.secrets.clear()

    def _answer(self, now: datetime, control: str, slot: str, answer: object) -> None:
        from icengine.domain.task import Answer
        from icengine.services.tasks import record_answer

        assert isinstance(answer, Answer)
        if (control, slot) not in self.holders:
            raise Refused(
                f"Exempelsvaret {control} {slot} kommer innan tillfället har öppnat.",
                "Rätta dagen i svarsfilen.",
            )
        id, holder = self.holders[control, slot]
        with self.engine.database.unit_of_work(holder.actor, now) as session:
            done = record_answer(
                session, actor=holder.actor, now=now, task_id=id, answer=answer,
                answers_as=holder.function, base_version=0, submit=True,
            )  # fmt: skip
        if done.faults:
            raise Refused(f"Exempelsvaret {control} {slot}: {done.faults[0].message}.")

    def _note(self, now: datetime, subject: str, text: str) -> None:
        from icengine.services.reports import write_note

        with self.engine.database.unit_of_work(operator(), now) as session:
            write_note(session, actor=operator(), now=now, key=self.key, subject=subject, text=text)


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="MAPP", help="Mapp att skriva i.")] = Path(
        "demo"
    ),
    smtp: Annotated[
        bool, typer.Option("--smtp", help="Skicka mejlen också, till ICENGINE_SMTP_HOST.")
    ] = False,
) -> None:
    """Kör ett helt exempelår: plan, mejl, svar och slutrapport. Börjar om från början varje gång."""
    folder = _examples()
    organisation, plan = _read_examples(folder)
    script = _read_script(folder / "svar-2022.yaml")
    leavings = _leavings(out, f"slutrapport-{plan.key}")
    built = _assembled(smtp)
    _start_afresh(out, leavings)
    year = _begin(built, out, smtp, script, plan.key)
    try:
        planned = _adopt(year.engine, organisation, plan, script)
        for day in _with_progress(_days(script)):
            year.live(day)
        report = _report(year.engine, script, plan.key)
        files = write_report(report, ["html", "pdf"], out, f"slutrapport-{plan.key}")
        typer.echo(
            f"{organisation.name}: {plan.title} är antagen ({script.dnr}, {script.paragraph}) "
            f"och {planned} kontrolltillfällen är planerade."
        )
        _tell(year, out, report, files, organisation.vocabulary)
    finally:
        year.engine.database.close()


def _clock(day: date, time: str) -> datetime:
    from icengine.domain.calendar import read_instant

    return read_instant(f"{day}T{time}")


def _examples() -> Path:
    """The example files: in the wheel, or beside the package in the repository."""
    package = Path(__file__).parent.parent
    inside = package / "plans"
    return inside if inside.is_dir() else package.parent / "plans"


def _read_examples(folder: Path) -> tuple[Organisation, Plan]:
    organisation, problems = read_organisation_file(folder / "organisation.yaml")
    if organisation is None:
        refuse(problems, folder / "organisation.yaml")
    assert organisation is not None
    plan, problems = read_plan_file(folder / "ks-2022.yaml", organisation)
    if plan is None:
        refuse(problems, folder / "ks-2022.yaml")
    assert plan is not None
    return organisation, plan


def _read_script(path: Path) -> Script:
    from icengine.cli.answers import read_script
    from icengine.intake.yamlfile import read_yaml

    node, problems = read_yaml(path)
    script, problems = read_script(node) if node else (None, problems)
    if script is None:
        refuse(problems, path)
    assert script is not None
    return script


@contextmanager
def _usable(out: Path) -> Iterator[None]:
    """Faults of the folder, said with what to do."""
    try:
        yield
    except OSError as error:
        raise NotFound(
            f"Det går inte att skriva i mappen {out}{because(error)}.",
            "Välj en annan mapp med --out.",
        ) from error


def _leavings(out: Path, report: str) -> list[Path]:
    """What an earlier demo left in the folder; `report` is its report's name.

    Raises Refused where the folder holds what no demo has left there.
    """
    settings = out / "icengine.toml"
    names = [DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{report}.html", f"{report}.pdf"]
    with _usable(out):
        ours = settings.is_file() and settings.read_bytes() == SETTINGS.encode()
        files = [out / name for name in names if (out / name).exists()]
        mails = list((out / "mail").glob("*.eml"))
        foreign = [] if ours else [*files, *mails]
        if settings.exists() and not ours:
            foreign.insert(0, settings)
    if foreign:
        raise Refused(
            f"Mappen {out} har redan {foreign[0].relative_to(out)}, som inte är demons.",
            "Välj en annan mapp: icengine demo --out MAPP",
        )
    return [*files, *(mail for mail in mails if MAIL.fullmatch(mail.name))]


def _start_afresh(out: Path, leavings: list[Path]) -> None:
    """Remove what an earlier demo left, and nothing else."""
    with _usable(out):
        for path in leavings:
            path.unlink()
        (out / "mail").mkdir(parents=True, exist_ok=True)
        (out / "icengine.toml").write_bytes(SETTINGS.encode())


def _assembled(smtp: bool) -> Engine:
    """The engine of the settings. Raises Refused where a mail server is asked for and none set."""
    from dataclasses import replace

    from icengine.bootstrap import assemble, read_settings

    built = assemble(replace(read_settings(os.environ, Path.cwd()), mail_folder=""))
    if smtp and built.mailer is None:
        raise Refused(
            "--smtp behöver en e-postserver.", "Ange den: ICENGINE_SMTP_HOST=mejl.kommun.se"
        )
    return built


def _begin(built: Engine, out: Path, smtp: bool, script: Script, key: str) -> Year:
    from icengine.bootstrap import Engine
    from icengine.mail.mailer import FolderMailer
    from icengine.store.db import Database

    post = Post(FolderMailer(out / "mail"), built.mailer if smtp else None)
    database = Database(f"sqlite:///{(out / DATABASE).absolute()}")
    database.migrate()
    return Year(Engine(built.settings, database, post), post, script, key)


def _adopt(engine: Engine, organisation: Organisation, plan: Plan, script: Script) -> int:
    from icengine.services.people import import_organisation
    from icengine.services.plans import adopt_plan

    now = _clock(script.decided + timedelta(days=1), "08:00")
    with engine.database.unit_of_work(operator(), now) as session:
        import_organisation(session, actor=operator(), now=now, organisation=organisation)
        done = adopt_plan(
            session, actor=operator(), now=now, plan=plan, dnr=script.dnr, decided=script.decided,
            paragraph=script.paragraph,
        )  # fmt: skip
    return done.planned


def _days(script: Script) -> list[date]:
    first = script.decided + timedelta(days=2)
    return [first + timedelta(days=n) for n in range((script.report_day - first).days + 1)]


def _with_progress(days: list[date]) -> Iterator[date]:
    """The days, with a bar in a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from icengine.domain.calendar import swedish_date

    console = Console()
    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(40),
        TextColumn("{task.percentage:>3.0f} %"),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=len(days))
        for day in days:
            bar.update(task, description=swedish_date(day))
            yield day
            bar.advance(task)


def _report(engine: Engine, script: Script, key: str) -> Report:
    from icengine.domain.calendar import end_of_day
    from icengine.services.reports import report_for

    moment = end_of_day(script.report_day)
    with engine.database.reading() as session:
        return report_for(session, actor=operator(), key=key, as_of=moment, cover=script.cover)


def _tell(year: Year, out: Path, report: Report, files: list[Path], words: Vocabulary) -> None:
    from icengine.domain.words import capital

    answered = len(year.script.answers)
    typer.echo(
        f"Under året öppnade {year.opened} tillfällen. {counted(year.sent, 'Ett mejl', 'mejl')} "
        f"skickades till de ansvariga och controllern (se {out / 'mail'})."
    )
    typer.echo(f"{counted(answered, 'Ett svar', 'svar')} kom in genom länkarna i mejlen.")
    typer.echo(f"{capital(words('slutrapport').definite)} säger: {report.answer}")
    typer.echo("Den ligger i " + " och ".join(str(path) for path in files) + ".")
    start = f"{_program(out)} serve --login {_reader(year.engine)}"
    typer.echo(f"Se året i webbläsaren: cd {shlex.quote(str(out))} && {start}")


def _reader(engine: Engine) -> str:
    """Who sees everything of the example year: the address of the controller."""
    from icengine.domain.calendar import local_date
    from icengine.services.people import current_organisation

    with engine.database.reading() as session:
        organisation = current_organisation(session, actor=operator())
    contact = organisation.function(organisation.contact)
    held = contact.held_by(local_date(clock_now())) if contact else ()
    return next(iter(held), "E-POST")


def _program(out: Path) -> str:
    """How this program is called from the demo's folder."""
    script = Path(sys.executable).parent / "icengine"
    return shlex.quote(os.path.relpath(script, out)) if script.exists() else "icengine"
