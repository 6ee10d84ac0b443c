"""What commands say of a plan's checks, and the reasons that they take."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.shared import counted, engine
from icengine.clock import now
from icengine.errors import Refused

if TYPE_CHECKING:
    from icengine.domain.completeness import Context, Reasons
    from icengine.domain.people import Organisation
    from icengine.domain.plan import Plan


def show_findings(found: Plan, organisation: Organisation, context: Context | None = None) -> None:
    """What stops it or asks for a reason, and what is only good to know."""
    from icengine.domain.completeness import Context, findings
    from icengine.domain.remarks import remarks

    judged = context or Context(_in_time(found))
    for item in findings(found, organisation, judged):
        word = "Hinder" if item.stops else "Skäl behövs"
        typer.echo(f"  {word} [{item.key}] {item.sentence} {item.remedy}")
    for remark in remarks(found, organisation):
        typer.echo(f"  Tänk på: {remark}")


def _in_time(found: Plan) -> datetime.date:
    """Today; for a plan of an earlier year the last day on which it could be adopted in time."""
    from icengine.domain.calendar import local_date

    today = local_date(now())
    return today if today.year <= found.year else datetime.date(found.year - 1, 12, 31)


def known_context(found: Plan, file: Path, organisation_file: Path | None) -> Context | None:
    """What the database knows beside the plan, where its organisation came from there too."""
    if organisation_file or (file.parent / "organisation.yaml").is_file():
        return None
    from icengine.services.checks import context_of
    from icengine.store.lifecycle import standing

    with engine() as built, built.database.reading() as session:
        return context_of(session, standing(session, found.unit, found.year), _in_time(found))


Given = Annotated[
    list[str] | None,
    typer.Option(
        "--reason",
        metavar="[NYCKEL=]SKÄL",
        help='Varför något som är olämpligt är rätt här, till exempel "urval:K3=Alla granskas". '
        "Utan nyckel gäller skälet allt som saknar ett eget. Går att ange flera gånger.",
    ),
]
"""Reasons, by the key of what they are about."""
_KEY = re.compile(r"[a-zåäö]+(:[^=]+)?=")


def read_reasons(given: list[str] | None) -> Reasons:
    """Reasons from options."""
    from icengine.domain.completeness import Reasons

    each, rest = {}, ""
    for text in given or ():
        if _KEY.match(text):
            key, _, reason = text.partition("=")
            each[key] = reason
        else:
            rest = text
    return Reasons(each, rest)


@contextmanager
def asking_for_reasons() -> Iterator[None]:
    """What stops a plan or lacks a reason is said item by item, with how to give the reason."""
    from icengine.services.checks import Incomplete

    try:
        yield
    except Incomplete as error:
        verdict = error.verdict
        for word, items in (("Hinder", verdict.stopping), ("Skäl saknas", verdict.missing)):
            for item in items:
                typer.echo(f"{word} [{item.key}] {item.sentence} {item.remedy}", err=True)
        if verdict.stopping:
            raise Refused(
                f"{counted(len(verdict.stopping), 'Ett hinder', 'hinder')} att rätta. "
                "Ingenting är sparat.",
                "Rätta planen och försök igen.",
            ) from error
        key = verdict.missing[0].key
        raise Refused(
            f"{counted(len(verdict.missing), 'Ett skäl', 'skäl')} saknas. Ingenting är sparat.",
            f'Rätta planen, eller ange skälen: --reason "{key}=…". --reason "…" gäller allt som '
            "saknar ett eget skäl.",
        ) from error
