"""The start page: own tasks, and the overview of a plan's year for those who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from icengine.domain.access import Permit, Subject, may, somewhere
from icengine.domain.calendar import local_date
from icengine.services.delegation import all_handed_over
from icengine.services.login import Visitor
from icengine.services.own_tasks import beside_them, own_tasks
from icengine.services.plans import adopted_plan, anything_adopted, plan_list
from icengine.services.tasks import task_list
from icengine.store.db import Session
from icengine.web.deps import WebDep
from icengine.web.pages.actionview import waiting_words
from icengine.web.pages.asideview import handed_on
from icengine.web.pages.paging import address, going_on, read_place
from icengine.web.pages.year import Overview, overview, waiting

router = APIRouter()

MOST_TASKS = 10_000


@dataclass(frozen=True)
class Mine:
    """A page of the tasks that wait for the reader's own answer."""

    items: tuple[tuple[int, object], ...]
    """(number, line)."""
    count: int
    """How many wait in all."""
    first: str
    """Address of the first page; "" on that."""
    next: str
    """Address of the next page; "" on the last."""


@dataclass(frozen=True)
class Start:
    """What stands on the start page of somebody who is logged in."""

    mine: Mine
    waits: bool
    todo: str
    view: Overview | None
    """None where they see no plan."""
    begun: bool
    """Somebody has adopted a plan; only asked where the reader administers everything and sees none."""


@router.api_route("/", methods=["GET", "HEAD"])
def home(web: WebDep, request: Request, plan: str = "", efter: str = "") -> Response:
    """What waits for the reader and the year of a plan; for a stranger only how to answer."""
    with web.reading() as session:
        me = web.guest(request, session)  # a dependency would look them up in a session of its own
        start = _start(session, me, web.now(), plan, efter) if me else None
    if me is None or start is None:
        return web.page("hem.html", web.site())
    web.note_use(me)
    mine, waits, todo, view = start.mine, start.waits, start.todo, start.view
    if not start.begun and not mine.count:
        return web.visitor_page("kom-igang.html", me, here="/", units=len(me.organisation.units))
    if view is None:
        administers = somewhere(me.person, Permit.ADMINISTER)
        return web.visitor_page(
            "start.html", me, mine=mine, waits=waits, todo=todo, administers=administers,
            whole=_administers_all(me), here="/",
        )  # fmt: skip
    drafts = may(me.person, Permit.READ, Subject(view.unit_id))
    audit = may(me.person, Permit.AUDIT, Subject(view.unit_id))
    return web.visitor_page(
        "oversikt.html", me, view=view, mine=mine, waits=waits, todo=todo, drafts=drafts, audit=audit,
        here="/",
    )  # fmt: skip


def _administers_all(me: Visitor) -> bool:
    return may(me.person, Permit.ADMINISTER, Subject(me.organisation.root.id))


def _start(session: Session, me: Visitor, now: datetime, plan: str, after: str) -> Start:
    view = _overview(session, me, plan, now)
    beside = beside_them(session, actor=me.person, now=now)
    return Start(
        mine=_mine(session, me, now, plan, after),
        waits=beside.events,
        todo=waiting_words(beside.actions, me.organisation.vocabulary("åtgärd")),
        view=view,
        begun=view is not None
        or not _administers_all(me)
        or anything_adopted(session, actor=me.person),
    )


def _mine(session: Session, me: Visitor, now: datetime, plan: str, after: str) -> Mine:
    today, begins, kept = local_date(now), read_place(after), {"plan": plan}
    found = own_tasks(session, actor=me.person, after=begins)
    handed = all_handed_over(
        session, task_ids=[item.task.id for item in found.tasks if item.task.delegate]
    )
    return Mine(
        items=tuple(
            (item.task.id, handed_on(waiting(item, today, own=True), item.task, me.person, handed))
            for item in found.tasks
        ),
        count=found.count,
        first=address("/", kept, "mina") if begins else "",
        next=going_on("/", found.after, kept, "mina") if found.after else "",
    )


def _overview(session: Session, me: Visitor, key: str, now: datetime) -> Overview | None:
    """The plan with that key, the newest where none is asked for; None where there is none."""
    plans = plan_list(session, actor=me.person)
    if not plans and not key:
        return None
    adopted = adopted_plan(session, actor=me.person, key=key or plans[0].key)
    tasks = task_list(session, actor=me.person, plan=adopted.plan.key, limit=MOST_TASKS)
    return overview(adopted.plan, me.organisation, tasks, plans, now)
