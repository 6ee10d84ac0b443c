"""Commands for a plan's way from utkast to avslutad, and for what differs between its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from icengine.cli.plans import plan
from icengine.cli.reasons import Given, asking_for_reasons, read_reasons
from icengine.cli.shared import counted, engine, operator, tell
from icengine.clock import now
from icengine.errors import NotFound, Refused

if TYPE_CHECKING:
    from icengine.services.versions import ListedPlan

Key = Annotated[str, typer.Argument(metavar="NYCKEL", help="Planens nyckel, till exempel ks-2026.")]


def add_to(_app: typer.Typer) -> None:
    """The commands stand among the other plan commands, which they were added to above."""


@plan.command("list")
def plan_list() -> None:
    """Lista planer och utkast, med beslut och hur långt de har kommit."""
    from icengine.services.versions import all_plans

    with engine() as built, built.database.reading() as session:
        found = all_plans(session, actor=operator())
    for item in found:
        for line in _lines(item):
            typer.echo(line)
    if not found:
        typer.echo("Det finns inga planer.")


def _lines(item: ListedPlan) -> list[str]:
    from icengine.domain.calendar import local_date, swedish_date

    lines = []
    if item.adopted:
        said = item.adopted.decision
        closed = item.adopted.closed_at
        state = f"avslutad {swedish_date(local_date(closed))}" if closed else "antagen"
        lines.append(
            f"{item.key}: {state}, version {said.version}, {said.dnr}, "
            f"{swedish_date(said.date)}, {said.paragraph}"
        )
    if item.draft:
        lines.append(f"{item.key}: {item.draft.state}, version {item.draft.number}")
    return lines


@plan.command("decide")
def plan_decide(
    key: Key,
    dnr: Annotated[str, typer.Option("--dnr", help="Ärendets diarienummer.")],
    reason: Given = None,
) -> None:
    """Skicka ett utkast till beslut. Innehållet låses och får en summa."""
    from icengine.services.drafts import draft_of
    from icengine.services.lifecycle import Unreadable, put_to_decision

    moment = now()
    try:
        with (
            asking_for_reasons(),
            engine() as built,
            built.database.unit_of_work(operator(), moment) as session,
        ):
            draft = draft_of(session, actor=operator(), key=key)
            sent = put_to_decision(
                session, actor=operator(), now=moment, key=key, seen=draft.revision, dnr=dnr,
                reasons=read_reasons(reason),
            )  # fmt: skip
    except Unreadable as error:
        tell(error.problems)
        said = counted(len(error.problems), "ett problem", "problem")
        raise Refused(f"Utkastet har {said}. Ingenting är ändrat.", "Rätta det först.") from error
    typer.echo(f"Planen {key}, version {sent.number}, är skickad till beslut med dnr {sent.dnr}.")
    typer.echo(f"Innehållets summa (SHA-256): {sent.sha256}")


@plan.command("recall")
def plan_recall(key: Key) -> None:
    """Ta tillbaka en plan från beslut, så att den går att ändra."""
    from icengine.services.drafts import draft_of
    from icengine.services.lifecycle import take_back

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        draft = draft_of(session, actor=operator(), key=key)
        take_back(session, actor=operator(), now=moment, key=key, sha256=draft.sha256)
    typer.echo(f"Planen {key} är ett utkast igen. Loggen har kvar vad som var skickat.")


@plan.command("discard")
def plan_discard(key: Key) -> None:
    """Kasta ett utkast. Det som är antaget ändras inte."""
    from icengine.services.drafts import discard_draft, draft_of

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        draft = draft_of(session, actor=operator(), key=key)
        discard_draft(session, actor=operator(), key=key, seen=draft.revision)
    typer.echo(
        f"Utkastet till {key}, version {draft.number}, är kastat. Loggen har kvar att det fanns."
    )


@plan.command("close")
def plan_close(key: Key) -> None:
    """Avsluta en plan. Ingenting i den ändras efter det, och den går inte att öppna igen."""
    from icengine.services.lifecycle import close_plan

    moment = now()
    with engine() as built, built.database.unit_of_work(operator(), moment) as session:
        close_plan(session, actor=operator(), now=moment, key=key)
    typer.echo(f"Planen {key} är avslutad.")


@plan.command("diff")
def plan_diff(
    key: Key,
    before: Annotated[
        str, typer.Option("--from", metavar="VERSION", help="Annars versionen före.")
    ] = "",
    after: Annotated[
        str, typer.Option("--to", metavar="VERSION", help="Annars utkastet, eller den senaste.")
    ] = "",
) -> None:
    """Visa vad som skiljer två versioner av en plan, fält för fält."""
    from icengine.domain.plan_difference import plan_difference
    from icengine.services.versions import content_of, plan_record

    with engine() as built, built.database.reading() as session:
        record = plan_record(session, actor=operator(), key=key)
        draft = record.draft.number if record.draft else 0
        last = _number(after, "--to") or draft or record.newest
        first = _number(before, "--from") or last - 1
        if first < 1:
            raise NotFound(f"Planen {key} har bara en version.", "Det finns inget att jämföra med.")
        one, other = (
            content_of(session, actor=operator(), record=record, number=n) for n in (first, last)
        )
    if one is None or other is None:
        raise Refused(f"Utkastet till {key} är inte färdigt.", "Rätta det som saknas först.")
    changes = plan_difference(one.plan, other.plan).changes
    typer.echo(f"{key}: version {first} jämförd med version {last}.")
    for change in changes:
        typer.echo(f"  {change}")
    if not changes:
        typer.echo("  Ingenting skiljer dem åt.")


def _number(text: str, option: str) -> int:
    """A version's number; 0 where none is asked for."""
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 10_000):
        raise typer.BadParameter(f"”{text[:40]}” är ingen version.", param_hint=option)
    return int(text or 0)
