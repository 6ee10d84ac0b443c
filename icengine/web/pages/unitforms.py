"""Forms about a unit: what it is, where it lies, its end, mergers, and what is new under it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from fastapi import APIRouter

from icengine.domain.people import Admission, Function, Organisation, Unit, UnitKind
from icengine.domain.reading import ID
from icengine.domain.words import capital
from icengine.errors import NotAllowed
from icengine.services import organisation as use
from icengine.web.pages.editing import Deed, Desk, serve
from icengine.web.pages.fields import Choice, Field, Form, Reading, nothing_or
from icengine.web.pages.paths import function_path, unit_id, unit_path

router = APIRouter()

DAY_MISSING = "Välj ett datum."
NAME_MISSING = "Skriv enhetens namn."
KIND_MISSING = "Välj vad det är för slags enhet."
UNDER_MISSING = "Välj enheten ovanför."
OWN = Field(
    "egen",
    "Egen myndighet eller eget bolag",
    "yes",
    hint="Roller som ges ovanför läser då bara här. Se till att någon har rollen administratör vid "
    "enheten, annars kan ingen ändra den på de här sidorna.",
)
ADMITS = {
    Admission.CHANGE: "Ändra, som om gränsen inte fanns",
    Admission.PROTECTED: "Läsa det som är skyddat",
}


def _kinds() -> tuple[Choice, ...]:
    return tuple(Choice(str(kind), capital(str(kind))) for kind in UnitKind)


def unit_choices(units: Iterable[Unit], organisation: Organisation) -> tuple[Choice, ...]:
    """Units to choose from, by name; those with the same name with what they lie under."""
    units = list(units)
    names = [unit.name for unit in units]
    found = []
    for unit in units:
        above = organisation.unit(unit.parent)
        twin = names.count(unit.name) > 1 and above
        found.append(
            Choice(unit.id, f"{unit.name} ({above.name})" if twin and above else unit.name)
        )
    return tuple(sorted(found, key=lambda choice: choice.label.casefold()))


def _form(unit: Unit, title: str, fields: Iterable[Field], button: str, lead: str = "") -> Form:
    return Form(title, tuple(fields), button, unit_path(unit.id), unit.name, lead)


# -- what it is --


def change_form(desk: Desk, om: str) -> Form:
    """What a unit is called and is."""
    unit = desk.own_unit(unit_id(om))
    fields = [
        Field("namn", "Namn", value=unit.name),
        Field("slag", "Slag", "select", value=str(unit.kind), choices=_kinds()),
    ]
    if unit.parent:
        admits = tuple(Choice(str(item), words) for item, words in ADMITS.items())
        fields += [
            Field(OWN.name, OWN.label, OWN.kind, OWN.hint, "ja" if unit.own_authority else ""),
            Field(
                "slapper",
                "Det här får roller ovanifrån göra här, utöver att läsa",
                "checks",
                hint="Gäller bara en egen myndighet eller ett eget bolag.",
                choices=admits,
                chosen=frozenset(str(item) for item in unit.admits),
            ),
        ]
    return _form(unit, "Ändra enheten", fields, "Spara")


def change(_desk: Desk, om: str, read: Reading) -> Deed:
    """The unit with another name, kind or border."""
    id = unit_id(om)
    name, kind = read.line("namn", NAME_MISSING), read.choice("slag", KIND_MISSING)
    own = "egen" in read.fields and read.yes("egen")
    admits = [Admission(word) for word in read.checks("slapper")] if own else []
    values = {
        "id": id,
        "name": name,
        "kind": UnitKind(kind) if not read.faults else None,
        "own_authority": own,
        "admits": admits,
    }
    return Deed(use.change_unit, values, lambda o: o.unit(id), unit_path(id), "enhet-andrad")


# -- where it lies, and for how long --


def _movable(desk: Desk, om: str) -> Unit:
    unit = desk.own_unit(unit_id(om))
    if not unit.parent:
        raise NotAllowed("Den översta enheten kan varken flyttas eller upphöra.")
    return unit


def move_form(desk: Desk, om: str) -> Form:
    """Where a unit is to lie."""
    unit = _movable(desk, om)
    below = {item.id for item in desk.organisation.below(unit.id, desk.today)}
    others = [item for item in desk.own_units() if item.id not in below]
    choices = nothing_or(unit_choices(others, desk.organisation), "Välj enhet")
    fields = [
        Field("under", "Ny enhet ovanför", "select", choices=choices),
        Field("fran", "Från och med", "date", hint="Första dagen under den nya enheten."),
    ]
    lead = f"{unit.name} och allt som ligger under den flyttar. Historiken följer med."
    return _form(unit, "Flytta enheten", fields, "Spara flytten", lead)


def move(desk: Desk, om: str, read: Reading) -> Deed:
    """The unit under another, from a day on."""
    id = unit_id(om)
    parent, start = read.choice("under", UNDER_MISSING), read.day("fran", DAY_MISSING)
    values = {"id": id, "parent": parent, "start": start or desk.today}
    return Deed(use.move_unit, values, lambda o: o.unit(id), unit_path(id), "enhet-flyttad")


def end_form(desk: Desk, om: str) -> Form:
    """A unit's last day."""
    unit = _movable(desk, om)
    last = unit.end.isoformat() if unit.end else ""
    fields = [Field("till", "Sista dagen", "date", value=last)]
    lead = (
        "Planer, svar och rapporter finns kvar. Tar en annan enhet över arbetet: välj Slå ihop i "
        "stället, så följer historiken med dit."
    )
    return _form(unit, "Låt enheten upphöra", fields, "Spara sista dagen", lead)


def end(desk: Desk, om: str, read: Reading) -> Deed:
    """The unit until a day."""
    id = unit_id(om)
    values = {"id": id, "end": read.day("till", DAY_MISSING) or desk.today}
    return Deed(use.end_unit, values, lambda o: o.unit(id), unit_path(id), "enhet-upphor")


# -- new units --


def _new_fields(desk: Desk, under: str, kind: UnitKind | None) -> list[Field]:
    choices = unit_choices(desk.own_units(), desk.organisation)
    kinds = nothing_or(_kinds(), "Välj slag")
    return [
        Field("namn", "Namn"),
        Field(
            "id",
            "Kortnamn",
            hint="Används i planernas nycklar, till exempel ks. Bokstäver, siffror, punkt, - och _. "
            "Går inte att ändra efteråt.",
        ),
        Field("slag", "Slag", "select", value=str(kind or ""), choices=kinds),
        Field("under", "Enheten ovanför", "select", value=under, choices=choices),
    ]


def _new_unit(desk: Desk, read: Reading, start: date | None) -> Unit:
    """The new unit that a form describes."""
    id = read.line("id", "Skriv ett kortnamn.")
    if id and not ID.fullmatch(id):
        read.wrong("id", "Använd bara bokstäver, siffror, punkt, - och _, högst 40 tecken.")
    elif desk.organisation.unit(id):
        read.wrong("id", f"Kortnamnet {id} används redan av en annan enhet.")
    name, kind = read.line("namn", NAME_MISSING), read.choice("slag", KIND_MISSING)
    under = read.choice("under", UNDER_MISSING)
    known = UnitKind(kind) if "slag" not in read.faults else UnitKind.BOARD
    return Unit(id, name, known, under, start, own_authority=read.yes("egen"))


def new_form(desk: Desk, om: str) -> Form:
    """A unit under another."""
    above = desk.own_unit(unit_id(om))
    fields = _new_fields(desk, above.id, None)
    fields += [
        Field("fran", "Första dagen", "date", hint="Lämna tomt om den har funnits länge."),
        OWN,
    ]
    return _form(above, "Lägg till en enhet", fields, "Lägg till")


def new(desk: Desk, _om: str, read: Reading) -> Deed:
    """One more unit."""
    unit = _new_unit(desk, read, read.day("fran"))
    return Deed(use.add_unit, {"unit": unit}, lambda _o: None, unit_path(unit.id), "enhet-tillagd")


def merge_form(desk: Desk, om: str) -> Form:
    """A unit and others that become one."""
    unit = _movable(desk, om)
    above = desk.organisation.chain(unit.id, desk.today)
    others = [item for item in desk.own_units() if item not in above]
    choices = unit_choices(others, desk.organisation)
    fields = [
        Field("ihop", f"Går ihop med {unit.name}", "checks", choices=choices),
        Field("fran", "Nya enhetens första dag", "date", hint="De andra upphör dagen före."),
        *_new_fields(desk, unit.above(desk.today), unit.kind),
        Field(OWN.name, OWN.label, OWN.kind, OWN.hint, "ja" if unit.own_authority else ""),
    ]
    lead = (
        "Enheterna upphör och en ny tar över deras arbete och historik. Det som ligger under dem "
        "kommer under den nya. Funktioner och roller vid dem flyttar du sedan för hand."
    )
    return _form(unit, "Slå ihop med andra", fields, "Slå ihop", lead)


def merge(desk: Desk, om: str, read: Reading) -> Deed:
    """Units that end, and one that takes over."""
    id = unit_id(om)
    others = read.checks("ihop")
    if not others:
        read.wrong("ihop", "Välj minst en enhet till.")
    new = _new_unit(desk, read, read.day("fran", DAY_MISSING))
    olds = (id, *others)
    values = {"new": new, "of": olds}
    return Deed(
        use.merge_units,
        values,
        lambda o: [o.unit(old) for old in olds],
        unit_path(new.id),
        "enheter-ihop",
    )


# -- functions --


def function_form(desk: Desk, om: str) -> Form:
    """A function at a unit."""
    unit = desk.own_unit(unit_id(om))
    hint = "Så som planerna ska nämna den: Ekonomichefen. Går inte att ändra efteråt."
    return _form(unit, "Lägg till en funktion", [Field("namn", "Namn", hint=hint)], "Lägg till")


def add_function(desk: Desk, om: str, read: Reading) -> Deed:
    """One more function."""
    name = read.line("namn", "Skriv funktionens namn.")
    if "@" in name:
        read.wrong("namn", "Skriv funktionens namn. E-postadressen anger du sedan.")
    elif desk.organisation.function(name):
        read.wrong("namn", f"Det finns redan en funktion som heter {name}.")
    function = Function(name, unit_id(om))
    target = function_path(name)
    return Deed(
        use.add_function, {"function": function}, lambda _o: None, target, "funktion-tillagd"
    )


for _word, _show, _act in (
    ("andra", change_form, change),
    ("flytta", move_form, move),
    ("upphor", end_form, end),
    ("ny-enhet", new_form, new),
    ("sla-ihop", merge_form, merge),
    ("ny-funktion", function_form, add_function),
):
    serve(router, f"/organisation/{{om}}/{_word}", _show, _act)
