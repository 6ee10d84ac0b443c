"""Forms of the risk register: a new risk, changing one, weighing it anew, retiring it.

What is typed becomes the document of a risk under the plan file's keys, and is judged by the reader
of plan files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from icengine.domain.access import Permit, Person, Subject, may
from icengine.domain.calendar import local_date
from icengine.domain.document import read_assessed
from icengine.domain.node import Problem, as_node
from icengine.domain.plan_document import assessment_document
from icengine.domain.register import is_used, next_id
from icengine.domain.risk import AssessedRisk
from icengine.domain.task import figure
from icengine.domain.words import named
from icengine.errors import Conflict, NotAllowed, NotFound, Refused
from icengine.services import register as use
from icengine.services.login import Visitor
from icengine.services.register import UnitRegister
from icengine.store.register import Registered
from icengine.web.deps import FormDep, MeDep, Web, WebDep
from icengine.web.pages.fields import Choice, Field, Form, Reading, nothing_or, without_lead
from icengine.web.pages.paths import NEW_RISK, REGISTER, register_path, risk_id
from icengine.web.pages.planwords import said

router = APIRouter()

DONE: dict[str, str] = {
    "risk-tillagd": "Risken är tillagd.",
    "risk-andrad": "Risken är ändrad. Det som stod förut finns kvar i historiken.",
    "risk-bedomd": "Den nya bedömningen är sparad.",
    "risk-avford": "Risken är avförd. Historiken finns kvar, och numret används inte igen.",
    "risk-upptagen": "Risken är upptagen igen.",
    "samma": "Ingenting är ändrat: så stod det redan.",
}
"""What is said on the page after a change, by the word in its address."""

KEYS: dict[str, str] = {
    "id": "id",
    "omrade": "område",
    "titel": "titel",
    "risken-att": "risken att",
    "pa-grund-av": "på grund av",
    "vilket-kan-leda-till": "vilket kan leda till",
    "oegentligheter": "oegentligheter",
    "sannolikhet-fore": "sannolikhet före",
    "konsekvens-fore": "konsekvens före",
    "befintliga-atgarder": "befintliga åtgärder",
    "sannolikhet": "sannolikhet",
    "konsekvens": "konsekvens",
    "perspektiv": "perspektiv",
    "kategori": "kategori",
    "riskagare": "riskägare",
    "bedomd": "bedömd",
    "bedomd-av": "bedömd av",
    "ersatter": "ersätter",
}
"""Field -> the key of the plan file."""
MISSING: dict[str, str] = {
    "id": "Skriv riskens nummer, till exempel R12.",
    "omrade": "Skriv vilket område risken hör till.",
    "titel": "Skriv ett kort namn.",
    "risken-att": "Skriv vad som kan hända. Det behövs för att kunna värdera risken.",
    "sannolikhet": "Välj både sannolikhet och konsekvens, eller ingen av dem.",
    "konsekvens": "Välj både sannolikhet och konsekvens, eller ingen av dem.",
    "sannolikhet-fore": "Välj både sannolikhet och konsekvens, eller ingen av dem.",
    "konsekvens-fore": "Välj både sannolikhet och konsekvens, eller ingen av dem.",
}
"""What is said of a field that must be filled in and is not."""
RISK, BEFORE, AFTER, WHO, WHY = (
    "Risken", "Utan de åtgärder som finns", "Med de åtgärder som finns", "Vem och när",
    "Varför ändras den?",
)  # fmt: skip
NOTES = {
    RISK: "Tre delar som blir en mening: Risken att …, på grund av …, vilket kan leda till …",
    BEFORE: "Hur stor risken vore om ingenting höll den tillbaka. Frivilligt.",
    AFTER: "Hur stor risken är som det är i dag. Riskvärdet är sannolikhet gånger konsekvens.",
}
NOT_WEIGHED = Choice("", "Inte värderad")


@dataclass(frozen=True)
class Case:
    """What a form is about."""

    actor: Person
    now: datetime
    register: UnitRegister
    entry: Registered | None
    """The risk as it stands; None for a new one."""
    proposed: str = ""
    """Id of the next new risk."""
    used: frozenset[str] = frozenset()

    @property
    def unit(self) -> str:
        """Id of the unit."""
        return self.register.unit.id

    @property
    def risk(self) -> AssessedRisk:
        """The risk as it stands; an empty one where it is new."""
        empty = AssessedRisk(id=self.proposed, area="", title="")
        return self.entry.risk if self.entry else empty

    @property
    def back(self) -> tuple[str, str]:
        """(address, word) of the page it belongs to."""
        if self.entry is None:
            return register_path(self.unit), f"Risker, {self.register.unit.name}"
        name = named(self.entry.risk.id, self.entry.risk.title)
        return register_path(self.unit, self.entry.risk.id), name


@dataclass(frozen=True)
class Deed:
    """What a form that was sent asks for."""

    service: Callable[..., use.Kept]
    values: Mapping[str, Any]
    done: str


Show = Callable[[Case], Form]
Act = Callable[[Case, Reading], Deed | None]
"""What a read form asks for; None where the reading has noted faults."""


# -- fields --


def _value(risk: AssessedRisk, name: str) -> str:
    found = assessment_document(risk).get(KEYS[name])
    return "" if found is None else str(found)


def _steps(case: Case, name: str, label: str, group: str) -> Field:
    """A step of the scale to choose, with what each means."""
    scale = case.register.organisation.risk_scale
    words, meanings = (
        (scale.likelihood, scale.likelihood_meanings)
        if name.startswith("sannolikhet")
        else (scale.consequence, scale.consequence_meanings)
    )
    said = meanings or ("",) * len(words)
    choices = (
        NOT_WEIGHED,
        *(Choice(str(n), f"{n} {word}", m) for n, (word, m) in enumerate(zip(words, said), 1)),  # noqa: B905
    )
    return Field(name, label, "radio", value=_value(case.risk, name), choices=choices, group=group)


def _proposals(case: Case, name: str, part: Callable[[AssessedRisk], str]) -> tuple[Choice, ...]:
    """What other risks of the register have there."""
    found = {part(entry.risk) for entry in case.register.entries} - {"", _value(case.risk, name)}
    return tuple(Choice(text, text) for text in sorted(found, key=str.casefold))


def _description(case: Case) -> Iterator[Field]:
    risk = case.risk
    area = case.register.organisation.vocabulary("processområde").title
    if case.entry is None:
        yield Field("id", "Nummer", value=risk.id, group=RISK,
                    hint="Nästa lediga är ifyllt. Ett nummer används aldrig igen.")  # fmt: skip
    yield Field("omrade", area, value=risk.area, group=RISK,
                choices=_proposals(case, "omrade", lambda r: r.area))  # fmt: skip
    yield Field("titel", "Kort namn", value=risk.title, group=RISK)
    yield Field("risken-att", "Risken att …", "area", value=risk.event, group=RISK)
    yield Field("pa-grund-av", "på grund av …", "area", value=risk.cause, group=RISK)
    yield Field(
        "vilket-kan-leda-till", "vilket kan leda till …", "area", value=risk.effect, group=RISK
    )
    yield Field("oegentligheter", "Risken handlar om att någon gör fel med vilje (oegentligheter)",
                "yes", value="ja" if risk.fraud else "", group=RISK)  # fmt: skip


def _weights(case: Case) -> Iterator[Field]:
    yield _steps(case, "sannolikhet-fore", "Sannolikhet", BEFORE)
    yield _steps(case, "konsekvens-fore", "Konsekvens", BEFORE)
    yield Field("befintliga-atgarder", "Befintliga åtgärder", "area", value=case.risk.measures,
                hint="Det som redan håller risken nere, till exempel en rutin eller en spärr.")  # fmt: skip
    yield _steps(case, "sannolikhet", "Sannolikhet", AFTER)
    yield _steps(case, "konsekvens", "Konsekvens", AFTER)


def _who(case: Case) -> Iterator[Field]:
    risk, organisation = case.risk, case.register.organisation
    functions = sorted((f.name for f in organisation.functions), key=str.casefold)
    owners = nothing_or((Choice(name, name) for name in functions), "Ingen")
    yield Field("riskagare", organisation.vocabulary("riskägare").title, "select",
                value=risk.owner, choices=owners, group=WHO)  # fmt: skip
    yield Field("kategori", "Kategori", value=risk.category, group=WHO,
                choices=_proposals(case, "kategori", lambda r: r.category))  # fmt: skip
    yield from _assessed(case, risk.assessed)
    perspectives = ("uppsiktsplikt", "egen förvaltning")
    yield Field("perspektiv", "Perspektiv", value=risk.perspective, group=WHO,
                choices=tuple(Choice(word, word) for word in perspectives))  # fmt: skip
    others = (e for e in case.register.entries if e.risk.id != risk.id)
    named_so = (Choice(e.risk.id, named(e.risk.id, e.risk.title)) for e in others)
    choices = nothing_or(named_so, "Ingen")
    if risk.replaces and risk.replaces not in {choice.value for choice in choices}:
        choices = (*choices, Choice(risk.replaces, risk.replaces))
    yield Field("ersatter", "Ersätter", "select", value=risk.replaces, choices=choices, group=WHO,
                hint="Den äldre risk som den här avlöser.")  # fmt: skip


def _assessed(case: Case, day: date | None) -> Iterator[Field]:
    yield Field("bedomd", "Bedömd den", "date", value=day.isoformat() if day else "", group=WHO)
    yield Field("bedomd-av", "Bedömd av", value=case.risk.assessed_by, group=WHO,
                choices=_proposals(case, "bedomd-av", lambda r: r.assessed_by))  # fmt: skip


# -- reading them --


def _document(case: Case, read: Reading) -> AssessedRisk:
    """The risk as it was typed; faults are noted where the reader of plan files finds them."""
    document: dict[str, Any] = dict(assessment_document(case.risk))
    for name, key in KEYS.items():
        if name in read.fields:
            document[key] = without_lead(key, read.fields[name].value) or None
    risk, problems = read_assessed(as_node(document), case.register.organisation)
    for problem in problems:
        _note(read, problem)
    return risk


def _note(read: Reading, problem: Problem) -> None:
    fields = {key: name for name, key in KEYS.items()}
    name = fields.get(problem.place.cell, "")
    if name not in read.fields:
        name = next(iter(read.fields))
    if not read.fields[name].value and name in MISSING:
        read.wrong(name, MISSING[name])
    else:
        read.wrong(name, said(problem, KEYS[name], read.fields[name].label))


def new_form(case: Case) -> Form:
    """A risk that is to come."""
    back = case.back
    fields = (*_description(case), *_weights(case), *_who(case))
    return Form(
        "Ny risk", fields, "Lägg till risken", *back, lead=case.register.unit.name, notes=NOTES
    )


def add(case: Case, read: Reading) -> Deed | None:
    """The new risk."""
    risk = _document(case, read)
    if "id" not in read.faults and is_used(risk.id, case.used):
        read.wrong("id", f"{risk.id} är redan använt. Nästa lediga är {next_id(case.used)}.")
    return None if read.faults else Deed(use.add_risk, {"risk": risk}, "risk-tillagd")


def change_form(case: Case) -> Form:
    """The risk as it stands."""
    why = Field("skal", "Skäl", "area", group=WHY, hint="Frivilligt. Står i historiken.")
    fields = (*_description(case), *_weights(case), *_who(case), why)
    return Form(f"Ändra {case.risk.id}", fields, "Spara", *case.back, notes=NOTES)


def change(case: Case, read: Reading) -> Deed | None:
    """The risk as it was typed."""
    risk = _document(case, read)
    values = {"risk": risk, "reason": read.line("skal")}
    return None if read.faults else Deed(use.change_risk, values, "risk-andrad")


def reassess_form(case: Case) -> Form:
    """The risk to be weighed anew, today if nobody says otherwise."""
    why = Field("skal", "Skäl", "area", group=WHO,
                hint="Behövs när bedömningen blir en annan än förut. Står i historiken.")  # fmt: skip
    fields = (*_weights(case), *_assessed(case, local_date(case.now)), why)
    lead = case.risk.sentence or case.risk.title
    return Form(
        f"Bedöm {case.risk.id} på nytt", fields, "Spara bedömningen", *case.back, lead=lead,
        notes=NOTES,
    )  # fmt: skip


def reassess(case: Case, read: Reading) -> Deed | None:
    """The new assessment."""
    risk, reason = _document(case, read), read.line("skal")
    wrong = use.reassessment_fault(case.risk, risk, reason, local_date(case.now))
    if wrong and not read.faults:
        names = {key: name for name, key in KEYS.items()} | {"skäl": "skal"}
        read.wrong(names[wrong[0]], wrong[1])
    values = {"risk": risk, "reason": reason}
    return None if read.faults else Deed(use.reassess_risk, values, "risk-bedomd")


def retire_form(case: Case) -> Form:
    """To retire the risk; to take it up again where it is retired."""
    risk, back = case.risk, case.back
    if case.entry and case.entry.retired:
        why = Field("skal", "Varför tas den upp igen?", "area")
        return Form(f"Ta upp {risk.id} igen", (why,), "Ta upp risken igen", *back, lead=risk.title)
    there = [item for item in case.register.standings.get(risk.id, ()) if not item.left_out]
    hint = (
        "Risken försvinner ur listan men finns kvar med sin historik, och numret används inte igen."
    )
    if there:
        names = " och ".join(
            f"utkastet till {i.year}" if i.draft else f"planen {i.year}" for i in there
        )
        hint += f" Den står i {names}; det ändras inte av att risken avförs här."
    why = Field("skal", "Varför avförs den?", "area", hint=hint)
    return Form(f"Avför {risk.id}", (why,), "Avför risken", *back, lead=risk.title)


def retire(case: Case, read: Reading) -> Deed | None:
    """The risk retired, or taken up again."""
    retired = bool(case.entry and case.entry.retired)
    missing = f"Skriv varför risken {'tas upp igen' if retired else 'avförs'}."
    values = {"id": case.risk.id, "reason": read.line("skal", missing)}
    if read.faults:
        return None
    if retired:
        return Deed(use.restore_risk, values, "risk-upptagen")
    return Deed(use.retire_risk, values, "risk-avford")


# -- serving them --


def _case(web: Web, me: Visitor, unit: str, id: str) -> Case:
    """Raises NotFound where there is no such thing for the reader, NotAllowed where they only read."""
    now = web.now()
    with web.reading() as session:
        found = use.unit_register(session, actor=me.person, now=now, unit=unit)
        if not may(me.person, Permit.CONTROL, Subject(unit)):
            raise NotAllowed
        if not id:
            proposed, used = use.proposed_id(session, actor=me.person, unit=unit)
            return Case(me.person, now, found, None, proposed, used)
    entry = next((item for item in found.entries if item.risk.id == id), None)
    if entry is None:
        raise NotFound
    return Case(me.person, now, found, entry)


def serve(path: str, show: Show, act: Act) -> None:
    """A form under an address."""

    def page(web: WebDep, me: MeDep, request: Request) -> Response:
        case = _case(web, me, *_about(request))
        return _shown(web, me, case, show(case))

    def send(web: WebDep, me: MeDep, request: Request, fields: FormDep) -> Response:
        case = _case(web, me, *_about(request))
        return _carried_out(web, me, request, case, fields, show, act)

    router.add_api_route(path, page, methods=["GET", "HEAD"], name=show.__name__)
    router.add_api_route(path, send, methods=["POST"], name=act.__name__)


def _about(request: Request) -> tuple[str, str]:
    return request.path_params["enhet"], risk_id(request.path_params.get("risk", ""))


def _carried_out(
    web: Web,
    me: Visitor,
    request: Request,
    case: Case,
    sent: Mapping[str, str],
    show: Show,
    act: Act,
) -> Response:
    stored = show(case)
    form = stored.typed(sent)
    seen = figure(sent.get("version", "")) or 0
    if case.entry and seen != case.entry.version:
        return _shown(web, me, case, form.beside(stored), 409)
    reading = Reading(form)
    deed = act(case, reading)
    if deed is None:
        return _shown(web, me, case, form.with_faults(reading.faults), 422)
    more = {"seen": seen} if case.entry else {}
    try:
        with web.changing(me.person, request) as session:
            kept = deed.service(
                session, actor=me.person, now=case.now, unit=case.unit, **deed.values, **more
            )
    except Conflict:
        fresh = _case(web, me, case.unit, case.risk.id)
        return _shown(web, me, fresh, form.beside(show(fresh)), 409)
    except Refused as error:
        return _shown(web, me, case, form, 422, said=str(error))
    done = deed.done if kept.is_new else "samma"
    target = register_path(case.unit, kept.entry.risk.id)
    return RedirectResponse(f"{target}?klart={done}", 303)


def _shown(
    web: Web, me: Visitor, case: Case, form: Form, status: int = 200, said: str = ""
) -> Response:
    return web.visitor_page(
        "formular.html",
        me,
        status,
        form=form,
        version=case.entry.version if case.entry else 0,
        conflict=status == 409,
        said=said,
        done="",
        here=REGISTER,
    )


serve(f"{REGISTER}/{{enhet}}/{NEW_RISK}", new_form, add)
serve(f"{REGISTER}/{{enhet}}/{{risk}}/andra", change_form, change)
serve(f"{REGISTER}/{{enhet}}/{{risk}}/bedom", reassess_form, reassess)
serve(f"{REGISTER}/{{enhet}}/{{risk}}/avfor", retire_form, retire)
