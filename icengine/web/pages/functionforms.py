"""Forms about a function: who has it, who stands in, when that ends, and which unit it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from fastapi import APIRouter

from icengine.domain import changes
from icengine.domain.difference import first_and_last
from icengine.domain.mandate import may_change
from icengine.domain.people import Function, Holding, Organisation
from icengine.domain.pseudonym import former
from icengine.domain.task import figure
from icengine.errors import NotAllowed, NotFound
from icengine.services import organisation as use
from icengine.web.pages.editing import Deed, Desk, serve
from icengine.web.pages.fields import Field, Form, Reading
from icengine.web.pages.paths import function_path
from icengine.web.pages.unitforms import UNDER_MISSING, unit_choices

router = APIRouter()

EMAIL = Field("epost", "E-postadress", "email")
DAY_MISSING = "Välj ett datum."


def known_function(desk: Desk, name: str) -> Function:
    """A function of a unit that the reader knows. Raises NotFound."""
    found = desk.organisation.function(name)
    if found is None:
        raise NotFound
    desk.unit(found.unit)
    return found


def may_give(desk: Desk, function: Function, *, substitute: bool) -> bool:
    """May the reader say who has the function, or who stands in?"""
    someone = Holding("nagon@exempel", desk.today, desk.today, substitute)
    after = changes.give_function(desk.organisation, function.name, someone)
    return may_change(desk.actor, desk.organisation, after, desk.today)


def _given(desk: Desk, om: str, *, substitute: bool = False) -> Function:
    function = known_function(desk, om)
    if not may_give(desk, function, substitute=substitute):
        raise NotAllowed
    return function


def _form(function: Function, title: str, fields: list[Field], button: str, lead: str) -> Form:
    back = function_path(function.name)
    return Form(title, tuple(fields), button, back, function.name, lead)


def give_form(desk: Desk, om: str) -> Form:
    """Somebody to have a function."""
    function = _given(desk, om)
    fields = [
        EMAIL,
        Field("fran", "Från och med", "date", value=desk.today.isoformat(),
              hint="Lämna tomt om det har varit så länge."),
        Field("till", "Till och med", "date", hint="Lämna tomt om det gäller tills vidare."),
    ]  # fmt: skip
    lead = "Uppgifter, mejl och roller som hör till funktionen följer med från den dagen."
    if any(item.end is None and not item.substitute for item in function.holders):
        lead += " Den som har funktionen nu behåller den tills du avslutar det."
    return _form(function, "Ge någon funktionen", fields, "Spara", lead)


def give(desk: Desk, om: str, read: Reading) -> Deed:
    """Somebody has a function."""
    holding = Holding(
        read.email("epost", desk.organisation.mail_domains), *read.time("fran", "till")
    )
    return _giving(desk, om, read, holding, "funktion-given")


def substitute_form(desk: Desk, om: str) -> Form:
    """Somebody to stand in."""
    function = _given(desk, om, substitute=True)
    fields = [
        EMAIL,
        Field("fran", "Från och med", "date"),
        Field("till", "Till och med", "date"),
    ]
    lead = (
        "Ersättaren får uppgifter, mejl och roller som hör till funktionen under tiden. Sedan går "
        "de tillbaka av sig själva."
    )
    return _form(function, "Utse en ersättare", fields, "Utse ersättaren", lead)


def appoint(desk: Desk, om: str, read: Reading) -> Deed:
    """Somebody stands in."""
    email = read.email("epost", desk.organisation.mail_domains)
    holding = Holding(email, *read.time("fran", "till", DAY_MISSING), substitute=True)
    return _giving(desk, om, read, holding, "ersattare-utsedd")


def _giving(desk: Desk, om: str, read: Reading, holding: Holding, done: str) -> Deed:
    function = known_function(desk, om)
    for other in function.holders:
        same = (other.email, other.substitute) == (holding.email, holding.substitute)
        if same and _overlap(other, holding):
            what = "är redan ersättare" if holding.substitute else "har redan funktionen"
            time = first_and_last(other.start, other.end) or "tills vidare"
            read.wrong("epost", f"{holding.email} {what} {time}.")
    name = function.name
    values = {"name": name, "holding": holding}
    target = function_path(name)
    return Deed(use.give_function, values, lambda o: o.function(name), target, done)


def _overlap(one: Holding, other: Holding) -> bool:
    starts = (one.start or date.min, other.start or date.min)
    return max(starts) <= min(one.end or date.max, other.end or date.max)


def end_form(desk: Desk, om: str) -> Form:
    """The last day of one time; which one the address says, by its place in a version."""
    time = _time(desk, om)
    function = _given(desk, om, substitute=time.substitute)
    what = "är ersättare" if time.substitute else "har funktionen"
    fields = [Field("till", "Sista dagen", "date", value=desk.today.isoformat())]
    said = first_and_last(time.start, time.end) or "tills vidare"
    who = time.email if time.email in desk.present else former(desk.numbers.get(time.email))
    lead = f"{who} {what} {said}."
    if time.start and time.start > desk.today:
        lead += " Med en sista dag före den första tas tiden bort."
    form = _form(function, "Avsluta", fields, "Spara sista dagen", lead)
    return replace(form, hidden=(("nr", desk.asked.get("nr", "")),))


def _time(desk: Desk, om: str) -> Holding:
    function, number = desk.base.function(om), figure(desk.asked.get("nr", ""))
    if function is None or number is None or number >= len(function.holders):
        raise NotFound
    return function.holders[number]


def end(desk: Desk, om: str, read: Reading) -> Deed:
    """Until a day."""
    time, function = _time(desk, om), known_function(desk, om)
    name, last = function.name, read.day("till", DAY_MISSING)
    if last and time.end and last > time.end:
        read.wrong("till", "Det är redan slut före den dagen.")
    values = {"name": name, "time": time, "end": last or desk.today}

    def there(organisation: Organisation) -> bool:
        found = organisation.function(name)
        return found is not None and time in found.holders

    return Deed(use.end_time, values, there, function_path(name), "tid-avslutad")


def unit_form(desk: Desk, om: str) -> Form:
    """The unit of a function."""
    function = known_function(desk, om)
    desk.own_unit(function.unit)
    choices = unit_choices(desk.own_units(), desk.organisation)
    fields = [Field("enhet", "Enhet", "select", value=function.unit, choices=choices)]
    lead = "Planer som nämner funktionen ändras inte."
    return _form(function, "Byt enhet", fields, "Spara", lead)


def change_unit(desk: Desk, om: str, read: Reading) -> Deed:
    """The function at another unit."""
    name = known_function(desk, om).name
    values = {"name": name, "unit": read.choice("enhet", UNDER_MISSING)}
    target = function_path(name)
    return Deed(use.change_function, values, lambda o: o.function(name), target, "funktion-andrad")


for _word, _show, _act in (
    ("ge", give_form, give),
    ("ersattare", substitute_form, appoint),
    ("avsluta", end_form, end),
    ("enhet", unit_form, change_unit),
):
    serve(router, f"/organisation/funktion/{_word}/{{om:path}}", _show, _act)
