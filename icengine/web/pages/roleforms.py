"""Forms about roles: given at a unit, to a person or to whoever has a function, and ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from fastapi import APIRouter

from icengine.domain.access import Permit
from icengine.domain.difference import first_and_last
from icengine.domain.people import GIVEN_ROLES, Function, Grant, Organisation, Role
from icengine.domain.pseudonym import former
from icengine.domain.task import figure
from icengine.domain.words import capital
from icengine.errors import NotAllowed, NotFound
from icengine.services import organisation as use
from icengine.web.pages.editing import Deed, Desk, serve
from icengine.web.pages.fields import Choice, Field, Form, Reading, nothing_or
from icengine.web.pages.functionforms import DAY_MISSING, known_function
from icengine.web.pages.paths import function_path, person_path, unit_id, unit_path
from icengine.web.pages.unitforms import unit_choices

router = APIRouter()

MEANS: dict[Role, str] = {
    Role.ADMINISTRATOR: "enheter, personer, roller och inställningar; inget innehåll",
    Role.CONTROLLER: "planen, kontrollerna och rapporten",
    Role.MANAGER: "läser och utser ersättare",
    Role.READER: "antagna planer, hur det går och vad som har hänt",
}
LEAD = "Rollen gäller vid enheten och i allt under den, fram till nästa egna myndighet eller bolag."


def _role_fields(today: date) -> list[Field]:
    roles = [Choice(str(role), f"{capital(str(role))}: {MEANS[role]}") for role in GIVEN_ROLES]
    return [
        Field("roll", "Roll", "select", choices=nothing_or(roles, "Välj roll")),
        Field("fran", "Från och med", "date", value=today.isoformat()),
        Field("till", "Till och med", "date", hint="Lämna tomt om den gäller tills vidare."),
    ]


def _unit_field(desk: Desk, unit: str) -> Field:
    choices = nothing_or(unit_choices(desk.own_units(), desk.organisation), "Välj enhet")
    return Field("enhet", "Enhet", "select", value=unit, choices=choices)


# -- given at a unit --


def at_unit_form(desk: Desk, om: str) -> Form:
    """A role at a unit."""
    unit = desk.own_unit(unit_id(om))
    functions = nothing_or(
        (Choice(f.name, f.name) for f in _known_functions(desk)), "Ingen funktion: en person"
    )
    role, *days = _role_fields(desk.today)
    fields = (
        role,
        Field("funktion", "Den som har funktionen", "select", choices=functions,
              hint="Helst en funktion: då följer rollen med när någon ny tar över."),
        Field("epost", "Eller en person: e-postadress", "email",
              hint="Lämna tomt om du har valt en funktion."),
        *days,
    )  # fmt: skip
    return Form("Ge en roll", fields, "Ge rollen", unit_path(unit.id), unit.name, LEAD)


def _known_functions(desk: Desk) -> list[Function]:
    known = (f for f in desk.organisation.functions if desk.may(Permit.KNOW, f.unit))
    return sorted(known, key=lambda function: function.name.casefold())


def give_at_unit(desk: Desk, om: str, read: Reading) -> Deed:
    """Somebody, or a function, has a role there."""
    id, function, email = unit_id(om), "", ""
    if read.line("funktion") and read.line("epost"):
        read.wrong("epost", "Välj antingen en funktion eller en person, inte båda.")
    elif read.line("funktion"):
        function = read.choice("funktion", "Välj en funktion.")
    elif not read.line("epost"):
        read.wrong("funktion", "Välj en funktion, eller skriv en persons e-postadress.")
    else:
        email = read.email("epost", desk.organisation.mail_domains)
    return _giving(desk, read, id, email, function, "epost" if email else "funktion", unit_path(id))


def _giving(
    desk: Desk, read: Reading, unit: str, email: str, function: str, at: str, target: str
) -> Deed:
    word = read.choice("roll", "Välj en roll.")
    role = Role(word) if "roll" not in read.faults else Role.READER
    grant = Grant(role, unit, email, function, *read.time("fran", "till"))
    for other in desk.organisation.grants:
        if replace(other, start=None, end=None) == replace(grant, start=None, end=None) and (
            max(other.start or date.min, grant.start or date.min)
            <= min(other.end or date.max, grant.end or date.max)
        ):
            time = first_and_last(other.start, other.end) or "tills vidare"
            read.wrong(at, f"{email or function} har redan rollen {role} här, {time}.")
    return Deed(use.give_role, {"grant": grant}, lambda _o: None, target, "roll-given")


# -- given to a function or a person --


def to_function_form(desk: Desk, om: str) -> Form:
    """A role to whoever has a function."""
    function = known_function(desk, om)
    own = {unit.id for unit in desk.own_units()}
    if not own:
        raise NotAllowed
    unit = function.unit if function.unit in own else ""
    role, *days = _role_fields(desk.today)
    fields = (role, _unit_field(desk, unit), *days)
    back = function_path(function.name)
    return Form("Ge funktionen en roll", fields, "Ge rollen", back, function.name, LEAD)


def give_to_function(desk: Desk, om: str, read: Reading) -> Deed:
    """A function has a role."""
    name = known_function(desk, om).name
    unit = read.choice("enhet", "Välj en enhet.")
    return _giving(desk, read, unit, "", name, "roll", function_path(name))


def to_person_form(desk: Desk, om: str) -> Form:
    """A role to a person."""
    number, email = desk.person(om)
    role, *days = _role_fields(desk.today)
    fields = (role, _unit_field(desk, ""), *days)
    lead = (
        f"Har {email} en funktion? Ge hellre rollen till den: då följer den med den som tar över."
    )
    return Form("Ge en roll", fields, "Ge rollen", person_path(number), email, f"{LEAD} {lead}")


def give_to_person(desk: Desk, om: str, read: Reading) -> Deed:
    """A person has a role."""
    (number, email), unit = desk.person(om), read.choice("enhet", "Välj en enhet.")
    return _giving(desk, read, unit, email, "", "roll", person_path(number))


# -- ended --


def end_form(desk: Desk, om: str) -> Form:
    """The last day of a role; which one the address says, by its place in a version."""
    unit = desk.own_unit(unit_id(om))
    grant = _grant(desk, om)
    gone = grant.email and grant.email not in desk.present
    who = former(desk.numbers.get(grant.email)) if gone else grant.email or grant.function
    time = first_and_last(grant.start, grant.end) or "tills vidare"
    lead = f"{who} är {grant.role} för {unit.name}, {time}."
    if grant.start and grant.start > desk.today:
        lead += " Med en sista dag före den första tas rollen bort."
    fields = (Field("till", "Sista dagen", "date", value=desk.today.isoformat()),)
    hidden = (("nr", desk.asked.get("nr", "")),)
    back = unit_path(unit.id)
    return Form("Avsluta rollen", fields, "Spara sista dagen", back, unit.name, lead, hidden)


def _grant(desk: Desk, om: str) -> Grant:
    number = figure(desk.asked.get("nr", ""))
    if number is None or number >= len(desk.base.grants):
        raise NotFound
    found = desk.base.grants[number]
    if found.unit != unit_id(om):
        raise NotFound
    return found


def end(desk: Desk, om: str, read: Reading) -> Deed:
    """Until a day."""
    grant, last = _grant(desk, om), read.day("till", DAY_MISSING)
    if last and grant.end and last > grant.end:
        read.wrong("till", "Rollen är redan slut före den dagen.")
    values = {"grant": grant, "end": last or desk.today}

    def there(organisation: Organisation) -> bool:
        return grant in organisation.grants

    return Deed(use.end_role, values, there, unit_path(grant.unit), "roll-avslutad")


for _path, _show, _act in (
    ("/organisation/{om}/ge-roll", at_unit_form, give_at_unit),
    ("/organisation/{om}/avsluta-roll", end_form, end),
    ("/organisation/funktion/roll/{om:path}", to_function_form, give_to_function),
    ("/personer/{om}/ge-roll", to_person_form, give_to_person),
):
    serve(router, _path, _show, _act)
