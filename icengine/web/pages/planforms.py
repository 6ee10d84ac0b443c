"""Forms about the parts of a draft: shown, read, saved, and shown again where that did not work.

What is typed is kept though it is not right yet, and the draft says what is left to mend. Whoever
comes second to the same thing is told, sees what stands there now beside what they wrote, and nothing
is written over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit
from icengine.domain.draft import Document, mark
from icengine.domain.draft_entries import Kind, Spot, entry_of, named, next_id, own, part
from icengine.domain.readback import Readback
from icengine.domain.text import one_line
from icengine.errors import Conflict, NotAllowed, NotFound
from icengine.services.drafts import AtDecision
from icengine.services.login import Visitor
from icengine.services.planwriting import (
    IdTaken,
    IdUsed,
    PlanDesk,
    add_part,
    facts,
    plan_desk,
    rewrite_facts,
    rewrite_part,
    taken_ids,
)
from icengine.web.deps import Web
from icengine.web.pages.fields import Choice, Form
from icengine.web.pages.plancontext import RiskContext, risk_context
from icengine.web.pages.planfields import (
    KeyField,
    Shape,
    counts_of,
    fields_of,
    typed,
    written,
)
from icengine.web.pages.planpaths import PLAN, anchor, draft_path, new_path, part_path
from icengine.web.pages.planproblems import Wrong, faults, problems_of, without_field
from icengine.web.pages.planshapes import FOLDED, NOTES, PAIRED, plan_shape, shape_of
from icengine.web.pages.plantimes import times_of

WORDS = {
    Kind.RISK: "risken", Kind.LEFT_OUT: "den utelämnade risken", Kind.CONTROL: "kontrollen",
    Kind.ACTION: "direktåtgärden",
}  # fmt: skip
NEW_TITLES = {
    Kind.RISK: "Ny risk", Kind.LEFT_OUT: "Ny risk som utelämnas", Kind.CONTROL: "Ny kontroll",
    Kind.ACTION: "Ny direktåtgärd",
}  # fmt: skip
SAME, RISK_FIELD = "samma", "risk"


@dataclass(frozen=True)
class Sheet:
    """A form about a part of a draft."""

    desk: PlanDesk
    kind: Kind | None
    """None: it is about the plan as a whole."""
    name: str
    """What it is called in its address; "" for a new one."""
    risk: str
    """The risk that a new control or direktåtgärd is to stand in."""
    shape: Shape
    entry: Document
    form: Form
    wrong: tuple[Wrong, ...] = ()
    """What the reader says of what is stored."""

    @property
    def action(self) -> str:
        """Where it is sent."""
        key, kind = self.desk.draft.key, self.kind
        if kind is None:
            return draft_path(key, PLAN)
        if self.name:
            return part_path(key, kind, self.name)
        return new_path(key, kind, self.risk)


def open_desk(web: Web, me: Visitor, key: str) -> PlanDesk:
    """A draft to change. Raises NotFound, NotAllowed, or AtDecision where it is sent there."""
    with web.reading() as session:
        desk = plan_desk(session, actor=me.person, key=key, permit=Permit.CONTROL)
    if desk.fixed:
        raise AtDecision(key)
    return desk


def stored_sheet(desk: PlanDesk, kind: Kind, name: str, counts: Mapping[str, int]) -> Sheet:
    """The form about something that stands in the draft. Raises NotFound or NotAllowed."""
    entry = entry_of(desk.document, kind, name)
    if entry is None:
        raise NotFound
    if desk.hidden(kind, entry):
        raise NotAllowed
    shape = shape_of(desk, kind)
    fields = fields_of(shape, entry, counts) + _where(desk, kind, name)
    title = " ".join(str(entry.get(k) or "") for k in ("id", "titel")).strip() or WORDS[kind]
    form = _form(desk, f"Ändra {one_line(title)}", fields, "Spara", anchor(kind, name))
    wrong = problems_of(desk).of(kind, name)
    return Sheet(desk, kind, name, "", shape, entry, form, wrong)


def facts_sheet(desk: PlanDesk, counts: Mapping[str, int]) -> Sheet:
    """The form about what holds for the whole plan."""
    shape, entry = plan_shape(desk), facts(desk.document)
    fields = fields_of(shape, entry, counts)
    form = _form(desk, "Ändra planens uppgifter", fields, "Spara", "planen")
    return Sheet(desk, None, "", "", shape, entry, form, tuple(problems_of(desk).plan))


def new_sheet(desk: PlanDesk, kind: Kind, risk: str, counts: Mapping[str, int], id: str) -> Sheet:
    """The form for one more, with a number proposed. Raises NotFound where there is no such risk."""
    lead, at = "", "risker"
    if kind.in_risk:
        found = entry_of(desk.document, Kind.RISK, risk)
        if found is None:
            raise NotFound
        title = " ".join(str(found.get(k) or "") for k in ("id", "titel")).strip()
        lead, at = f"För {one_line(title) or WORDS[Kind.RISK]}.", anchor(Kind.RISK, risk)
    shape = shape_of(desk, kind)
    fields = _with_id(fields_of(shape, {}, counts), id)
    return Sheet(
        desk, kind, "", risk, shape, {}, _form(desk, NEW_TITLES[kind], fields, "Spara", at, lead)
    )


def _form(
    desk: PlanDesk, title: str, fields: tuple[KeyField, ...], button: str, at: str, lead: str = ""
) -> Form:
    back = f"{draft_path(desk.draft.key)}#{at}"
    return Form(title, fields, button, back, f"Utkastet {desk.draft.key}", lead, notes=NOTES)


def _with_id(fields: tuple[KeyField, ...], id: str) -> tuple[KeyField, ...]:
    return tuple(replace(f, value=id) if f.name == "id" else f for f in fields)


def _where(desk: PlanDesk, kind: Kind, name: str) -> tuple[KeyField, ...]:
    """Which risk a control or direktåtgärd belongs to, to change that."""
    if not kind.in_risk:
        return ()
    risks = named(desk.document, Kind.RISK)
    spot = named(desk.document, kind)[name]
    now = next(risk for risk, place in risks.items() if place.index == spot.risk)
    entries = ((risk, part(desk.document, place)) for risk, place in risks.items())
    choices = tuple(
        Choice(risk, one_line(" ".join(str(e.get(k) or "") for k in ("id", "titel"))) or risk)
        for risk, e in entries
        if isinstance(e, dict)
    )
    field = KeyField(
        RISK_FIELD, "Hör till risken", "select", value=now, choices=choices, group="Nummer"
    )
    return (field,)


def typed_sheet(sheet: Sheet, sent: Mapping[str, str]) -> Sheet:
    """The form with what was sent in it."""
    fields: tuple[KeyField, ...] = sheet.form.fields  # type: ignore[assignment]
    return replace(sheet, form=replace(sheet.form, fields=typed(fields, sent)))


def entry_typed(sheet: Sheet, after: Sheet) -> Document:
    """The part with what was typed."""
    return written(sheet.shape, sheet.entry, _keys(sheet), _keys(after))


def _keys(sheet: Sheet) -> list[KeyField]:
    return [field for field in sheet.form.fields if isinstance(field, KeyField)]


# -- the answers --


def show(
    web: Web,
    me: Visitor,
    sheet: Sheet,
    status: int = 200,
    *,
    seen: str | None = None,
    said: str = "",
    times: Readback | None = None,
    typed: bool = False,
    same: bool = False,
) -> Response:
    """The form as a page. `typed`: there is something in it that is not saved."""
    form = sheet.form if typed else sheet.form.with_faults(faults(sheet.wrong))
    if not typed and sheet.kind is Kind.CONTROL and sheet.entry:
        times = times_of(sheet.desk, sheet.entry)
        times = None if times.problems else times  # they are said at the field already
    folded = {group for group, fields in form.groups if group in FOLDED and not _open(fields)}
    return web.visitor_page(
        "utkast-formular.html", me, status,
        form=form, sheet=sheet, action=sheet.action, folded=folded, foldable=FOLDED,
        seen=mark(own(sheet.entry)) if seen is None else seen,
        counts=_counts(sheet), functions=_functions(sheet.desk), paired_groups=PAIRED, context=_context(sheet),
        year=sheet.desk.draft.year, times=times, timely=sheet.kind is Kind.CONTROL,
        reader=f"/planer/{sheet.desk.draft.key}/frekvens",
        conflict=status == 409, said=said, typed=typed, same=same,
        whole=() if typed else tuple(without_field(sheet.wrong)), here="/planer",
        next_control=sheet.kind is Kind.RISK,
    )  # fmt: skip


def _context(sheet: Sheet) -> RiskContext | None:
    """The risk that it is about, beside the form; nothing for one that is not there yet."""
    kind, desk = sheet.kind, sheet.desk
    if kind is None or not (sheet.name or sheet.risk):
        return None
    if not kind.in_risk:
        return risk_context(desk, named(desk.document, kind).get(sheet.name))
    if sheet.risk:
        return risk_context(desk, named(desk.document, Kind.RISK).get(sheet.risk), titled=True)
    spot = named(desk.document, kind).get(sheet.name)
    return risk_context(desk, Spot(Kind.RISK, spot.risk), titled=True) if spot else None


def _open(fields: tuple[object, ...]) -> bool:
    """Is anything written, or wrong, in a group?"""
    return any(
        isinstance(f, KeyField) and (f.fault or f.saved or f.chosen or (f.value and not _given(f)))
        for f in fields
    )


def _given(field: KeyField) -> bool:
    """Does the page itself write there?"""
    return field.name in ("id", RISK_FIELD) or (bool(field.rows) and field.key == ("bedömning",))


def _counts(sheet: Sheet) -> list[tuple[str, int]]:
    """(name, rows) of each list of the form."""
    rows = [f for f in _keys(sheet) if f.rows]
    return [(name, max(f.row for f in rows if f.rows == name) + 1)
            for name in dict.fromkeys(f.rows for f in rows)]  # fmt: skip


def _functions(desk: PlanDesk) -> tuple[str, ...]:
    return tuple(sorted((f.name for f in desk.organisation.functions), key=str.casefold))


def change(web: Web, me: Visitor, request: Request, key: str, kind: Kind, name: str,
           sent: Mapping[str, str]) -> Response:  # fmt: skip
    """What was sent about something in the draft."""
    desk = open_desk(web, me, key)
    if entry_of(desk.document, kind, name) is None:
        return _gone(web, me, desk, kind, sent)
    counts = counts_of(shape_of(desk, kind), sent)
    stored = stored_sheet(desk, kind, name, counts)
    after = typed_sheet(stored, sent)
    entry = entry_typed(stored, after)
    if _asks_to_look(sent):
        return show(web, me, after, seen=sent.get("sett", ""), typed=True,
                    times=_looked(desk, kind, entry))  # fmt: skip
    seen = sent.get("sett", "")
    try:
        if seen != mark(own(stored.entry)):
            raise Conflict
        with web.changing(me.person, request) as session:
            saved = rewrite_part(
                session, actor=me.person, now=web.now(), key=key, kind=kind, name=name, seen=seen,
                entry=entry, risk=_moved(after), same=SAME in sent,
            )  # fmt: skip
    except IdTaken as error:
        return _again(web, me, after, error.message, seen)
    except IdUsed as error:
        return _again(web, me, after, error.message, seen, same=True)
    except Conflict:
        beside = replace(after, form=after.form.beside(stored.form))
        return show(web, me, beside, 409, typed=True)
    return _saved(key, kind, str(entry.get("id") or name), saved.draft.document, saved.is_new, sent)


def change_facts(
    web: Web, me: Visitor, request: Request, key: str, sent: Mapping[str, str]
) -> Response:
    """What was sent about the plan as a whole."""
    desk = open_desk(web, me, key)
    stored = facts_sheet(desk, counts_of(plan_shape(desk), sent))
    after = typed_sheet(stored, sent)
    seen = sent.get("sett", "")
    if _asks_to_look(sent):
        return show(web, me, after, seen=seen, typed=True)
    try:
        if seen != mark(stored.entry):
            raise Conflict
        with web.changing(me.person, request) as session:
            saved = rewrite_facts(
                session, actor=me.person, now=web.now(), key=key, seen=seen,
                entry=entry_typed(stored, after),
            )  # fmt: skip
    except Conflict:
        beside = replace(after, form=after.form.beside(stored.form))
        return show(web, me, beside, 409, typed=True)
    done = "sparat" if saved.is_new else "samma"
    return RedirectResponse(f"{draft_path(key)}?klart={done}#planen", 303)


def _moved(after: Sheet) -> str:
    return next((f.value for f in after.form.fields if f.name == RISK_FIELD), "")


def _asks_to_look(sent: Mapping[str, str]) -> bool:
    wish = sent.get("gor", "")
    return wish == "datum" or wish.startswith("rader-")


def _looked(desk: PlanDesk, kind: Kind, entry: Document) -> Readback | None:
    return times_of(desk, entry) if kind is Kind.CONTROL else None


def _again(
    web: Web, me: Visitor, after: Sheet, message: str, seen: str, same: bool = False
) -> Response:
    """The form again: its number is another's."""
    form = after.form.with_faults({"id": f"{message} Välj ett annat nummer."})
    return show(web, me, replace(after, form=form), 422, seen=seen, typed=True, same=same)


def _gone(web: Web, me: Visitor, desk: PlanDesk, kind: Kind, sent: Mapping[str, str]) -> Response:
    """Somebody has taken out what was being changed: what was typed becomes a new one."""
    risk = sent.get(RISK_FIELD, "") if kind.in_risk else ""
    if kind.in_risk and entry_of(desk.document, Kind.RISK, risk) is None:
        raise Conflict
    blank = new_sheet(desk, kind, risk, counts_of(shape_of(desk, kind), sent), "")
    after = typed_sheet(blank, sent)
    said = f"Någon annan har tagit bort {WORDS[kind]} medan du skrev. Sparar du nu läggs den till igen."
    return show(web, me, after, 409, said=said, typed=True, same=True)


def add(web: Web, me: Visitor, request: Request, key: str, kind: Kind, risk: str,
        sent: Mapping[str, str]) -> Response:  # fmt: skip
    """What was sent about one more."""
    desk = open_desk(web, me, key)
    blank = new_sheet(desk, kind, risk, counts_of(shape_of(desk, kind), sent), "")
    after = typed_sheet(blank, sent)
    entry = entry_typed(blank, after)
    if _asks_to_look(sent):
        return show(web, me, after, typed=True, times=_looked(desk, kind, entry))
    try:
        with web.changing(me.person, request) as session:
            saved = add_part(
                session, actor=me.person, now=web.now(), key=key, kind=kind, entry=entry,
                risk=risk, same=SAME in sent,
            )  # fmt: skip
    except IdTaken as error:
        id = proposed_id(web, me, open_desk(web, me, key), kind)
        fields: tuple[KeyField, ...] = after.form.fields  # type: ignore[assignment]
        again = replace(after, form=replace(after.form, fields=_with_id(fields, id)))
        said = (
            f"{error.message} Kanske hann någon före, eller så är den redan sparad. "
            f"Är det en till sparar du den som {id}."
        )
        return show(web, me, again, 409, said=said, typed=True)
    except IdUsed as error:
        return _again(web, me, after, error.message, "", same=True)
    return _saved(key, kind, str(entry.get("id") or ""), saved.draft.document, True, sent)


def proposed_id(web: Web, me: Visitor, desk: PlanDesk, kind: Kind) -> str:
    """The next number that nothing of the unit has had."""
    with web.reading() as session:
        taken = taken_ids(session, actor=me.person, draft=desk.draft)
    return next_id(kind, taken)


def _saved(
    key: str, kind: Kind, name: str, document: Document, is_new: bool, sent: Mapping[str, str]
) -> Response:
    """To the draft, at what was saved, or on to the risk's first control."""
    names = named(document, kind)
    if name not in names:
        name = next(reversed(names), "")
    if sent.get("gor") == "kontroll" and kind is Kind.RISK:
        return RedirectResponse(new_path(key, Kind.CONTROL, name), 303)
    done = "sparat" if is_new else "samma"
    return RedirectResponse(f"{draft_path(key)}?klart={done}#{anchor(kind, name)}", 303)
