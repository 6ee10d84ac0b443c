"""What the answer page and the receipt say about whoever reads the answer: one value for each."""

from __future__ import annotations

from dataclasses import dataclass

from icengine.domain.access import Link, Permit, Person, Subject, may
from icengine.domain.approval import judgement, remark
from icengine.domain.task import State
from icengine.services.approval import eyes
from icengine.services.reopening import may_reopen
from icengine.services.tasks import TaskPage
from icengine.web.deps import Web
from icengine.web.pages.approvalview import Said, by_oneself, reads, said


@dataclass(frozen=True)
class Around:
    """Four eyes, as the owner sees them."""

    note: Said | None
    """What is to be mended."""
    after: str
    """Who reads the answer once it is handed in, as a sentence; "" where nobody does."""
    waits: str
    """Who reads it now; "" where it does not wait."""
    judged: Said | None
    """What was decided about the newest answer, by somebody."""
    own: str
    """Självgranskning, as a sentence; "" where it is none."""
    take_back: bool
    """May the reader of the page take the answer back?"""
    versions: str
    """Address of the page with all versions, for whoever is logged in; "" for others."""
    reopen: str
    """Address of the page where it is opened again, for whoever may; "" for others."""


def around(web: Web, actor: Link | Person, page: TaskPage) -> Around:
    """Everything that is said around an answer."""
    task, control, whole = page.task, page.control, page.organisation
    with web.reading() as session:
        found = eyes(session, page=page)
    green = page.plan.ratings.best.word
    waits = task.state is State.SUBMITTED
    note = remark(found.history) if task.state.answerable else None
    judged = judgement(found.history)
    after, now = (
        reads(found.readers, control, whole, green, to_come=to_come) for to_come in (True, False)
    )
    answers = Subject(task.unit, task.id, task.owner, control.approver, task.delegate)
    return Around(
        note=said(note, page.today) if note else None,
        after=after if found.asked else "",
        waits=now if waits else "",
        judged=said(judged, page.today) if judged else None,
        own=by_oneself(found.reviews_self, control.performer or task.owner),
        take_back=waits and may(actor, Permit.ANSWER, answers),
        versions=f"/uppgifter/{task.id}/versioner" if isinstance(actor, Person) else "",
        reopen=f"/uppgifter/{task.id}/oppna-igen" if may_reopen(actor, task) else "",
    )
