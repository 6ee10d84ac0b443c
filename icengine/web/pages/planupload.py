"""A plan as a file in the browser: downloaded, and handed in to become the draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.plan import Plan
from icengine.domain.plan_document import plan_document
from icengine.errors import Conflict
from icengine.intake.planfile import PlanFile, plan_text
from icengine.services.login import Visitor
from icengine.services.planfiles import (
    Preview,
    has_protected,
    import_plan,
    preview_plan,
    stored_plan,
)
from icengine.services.planupload import Counter, as_file, counter, read_handed_in
from icengine.services.versions import note_protected, plan_record
from icengine.web.deps import MeDep, Web, WebDep
from icengine.web.pages.paths import PLANS
from icengine.web.pages.planpaths import draft_path
from icengine.web.pages.planuploadview import (
    SUFFIXES,
    TYPES,
    file_fault,
    preview_view,
    problem_lines,
    upload_head,
)
from icengine.web.uploads import SentFile, Upload, UploadDep

router = APIRouter()

CARRIED = "planen.yaml"
"""What the file is called when its content comes back from the page that showed the difference."""
LARGEST_CARRIED = 900_000
"""Bytes of a plan that the page can hand back; a request may be little more."""
READ_IN = "las-in"


# -- out --


def _download(suffix: str) -> Callable[..., Response]:
    def download(
        web: WebDep, me: MeDep, request: Request, nyckel: str, antagen: str = ""
    ) -> Response:
        with web.reading() as session:
            found = stored_plan(session, actor=me.person, key=nyckel, adopted=antagen == "1")
            record = plan_record(session, actor=me.person, key=nyckel)
        data = as_file(found, suffix)
        if has_protected(found.document):
            version = record.draft.number if record.draft and antagen != "1" else record.newest
            with web.changing(me.person, request) as session:
                note_protected(session, actor=me.person, record=record, version=version)
        name = f"attachment; filename*=UTF-8''{quote(f'{nyckel}{suffix}', safe='')}"
        return Response(data, media_type=TYPES[suffix], headers={"content-disposition": name})

    return download


for _suffix in TYPES:
    router.add_api_route(
        f"/planer/{{nyckel}}/plan{_suffix}", _download(_suffix), methods=["GET", "HEAD"],
        name=f"plan som {_suffix}",
    )  # fmt: skip


# -- in --


@dataclass(frozen=True)
class _Sheet:
    """The page, as far as the file has come."""

    at: Counter
    fault: str = ""
    """What is wrong with the choice of a file."""
    name: str = ""
    found: PlanFile | None = None
    seen: Preview | None = None
    refused: str = ""
    """Why it was not read in."""


@router.api_route("/planer/{nyckel}/utkast/fil", methods=["GET", "HEAD"])
def page(web: WebDep, me: MeDep, nyckel: str) -> Response:
    """The form that takes a file."""
    with web.reading() as session:
        at = counter(session, actor=me.person, key=nyckel)
    return _shown(web, me, _Sheet(at))


@router.post("/planer/{nyckel}/utkast/fil")
def send(web: WebDep, me: MeDep, request: Request, nyckel: str, sent: UploadDep) -> Response:
    """A file that is handed in: what it would change, or, where that was seen, read in."""
    with web.reading() as session:
        at = counter(session, actor=me.person, key=nyckel)
        file, fault = _file(sent)
        if file is None:
            return _shown(web, me, _Sheet(at, fault), 422)
        found = read_handed_in(
            session, actor=me.person, at=at, data=file.data, name=file.name, suffix=file.suffix
        )
        if found.plan is None:
            return _shown(web, me, _Sheet(at, name=file.name, found=found), 422)
        seen = preview_plan(session, actor=me.person, plan=found.plan, basis=found.basis)
    sheet = _Sheet(at, name=file.name, found=found, seen=seen)
    if sent.fields.get("gor") != READ_IN:
        return _shown(web, me, sheet, 409 if seen.conflict else 200)
    return _read_in(web, me, request, sheet, found.plan, sent)


def _file(sent: Upload) -> tuple[SentFile | None, str]:
    """The file, or the content of one that was shown; None and what is wrong."""
    carried = sent.fields.get("innehall", "")
    if carried and not sent.files:
        # A browser sends every line end of a field as two signs.
        return SentFile(CARRIED, carried.replace("\r\n", "\n").encode()), ""
    fault = file_fault(sent.files)
    return (None, fault) if fault else (sent.files[0], "")


def _read_in(
    web: Web, me: Visitor, request: Request, sheet: _Sheet, plan: Plan, sent: Upload
) -> Response:
    replaces = sent.fields.get("ersatt") == "ja"
    try:
        with web.changing(me.person, request) as session:
            saved = import_plan(
                session, actor=me.person, now=web.now(), plan=plan,
                basis=sheet.found.basis if sheet.found else "", force=replaces,
                stands=sent.fields.get("star", "") if replaces else None,
            )  # fmt: skip
    except Conflict as error:
        return _shown(web, me, replace(sheet, refused=error.message), 409)
    done = "inlast" if saved.is_new else "samma"
    return RedirectResponse(f"{draft_path(sheet.at.key)}?klart={done}", 303)


def _shown(web: Web, me: Visitor, sheet: _Sheet, status: int = 200) -> Response:
    found, seen = sheet.found, sheet.seen
    words = sheet.at.organisation.vocabulary
    carried = ""
    if found and found.plan and seen:
        carried = plan_text(plan_document(found.plan, sheet.at.organisation), found.basis)
    return web.visitor_page(
        "utkast-fil.html", me, status,
        head=upload_head(sheet.at), sheet=sheet, suffixes=",".join(SUFFIXES),
        problems=problem_lines(found.problems) if found else None,
        notices=problem_lines(found.notices) if found else None,
        view=preview_view(seen, found.plan, words) if seen and found and found.plan else None,
        conflict=sheet.refused or (seen.conflict.message if seen and seen.conflict else ""),
        carried=carried if len(carried.encode()) <= LARGEST_CARRIED else "", here=PLANS,
    )  # fmt: skip
