"""Organisation files -> Organisation: units, functions and who holds them."""

from __future__ import annotations

import re

from icengine.domain.node import Node, Problem, nearest
from icengine.domain.people import Function, Holding, Organisation, Unit, UnitKind, find_function
from icengine.domain.reading import COLOUR, Fields, Unique
from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS
from icengine.domain.scale_document import read_ratings, read_risk_scale

ORGANISATION_KEYS = (
    "organisation", "färg", "e-postdomäner", "kontakt", "bedömningsskala", "riskskala", "enheter",
    "funktioner",
)  # fmt: skip
UNIT_KEYS = ("id", "namn", "slag", "under")
FUNCTION_KEYS = ("namn", "enhet", "innehavare")
HOLDING_KEYS = ("e-post", "från", "till")
_ATOM = r"[A-Za-z0-9_%+-]+"
ADDRESS = re.compile(
    rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]{{1,63}}(\.[A-Za-z0-9-]{{1,63}})+"
)
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def read_organisation(node: Node) -> tuple[Organisation | None, list[Problem]]:
    """The organisation, or None and every problem in it."""
    problems: list[Problem] = []
    fields = Fields(node, "organisationen", ORGANISATION_KEYS, problems)
    if not isinstance(node.value, dict):
        return None, problems
    domains = tuple(word.casefold() for word in fields.words("e-postdomäner", required=True))
    for domain in domains:
        if not DOMAIN.fullmatch(domain):
            fields.wrong(fields.node.get("e-postdomäner") or node,
                         f"”{domain}” är ingen e-postdomän", "skriv till exempel kommun.se")  # fmt: skip
    units = _read_units(fields)
    functions = _read_functions(fields, units, domains)
    colour = fields.line("färg") or ("" if fields.node.get("färg") else "#0B5A67")
    if not COLOUR.fullmatch(colour):
        fields.wrong(fields.node.get("färg") or node, f"färgen ”{colour}” går inte att läsa",
                     "skriv den inom citattecken, till exempel ”#0B5A67”")  # fmt: skip
    organisation = Organisation(
        name=fields.line("organisation", required=True),
        mail_domains=domains,
        contact=_read_contact(fields, functions),
        units=units,
        functions=functions,
        ratings=read_ratings(fields, "bedömningsskala", DEFAULT_RATINGS),
        risk_scale=read_risk_scale(fields, "riskskala", DEFAULT_RISKS),
        accent=colour.upper(),
    )
    problems.sort(key=lambda problem: (problem.place.line, problem.place.column))
    return (None, problems) if problems else (organisation, [])


def _read_contact(fields: Fields, functions: tuple[Function, ...]) -> str:
    def proper(name: str) -> str | None:
        found = find_function(name, functions)
        return found.name if found else None

    known = [function.name for function in functions]
    return fields.named("kontakt", proper, known, "funktion", required=True)


def _read_units(fields: Fields) -> tuple[Unit, ...]:
    units: list[Unit] = []
    nodes: dict[str, tuple[Fields, Node]] = {}
    ids = Unique("enheten", fields.problems)
    for node in fields.children("enheter", required=True):
        inner = Fields(node, "enheten", UNIT_KEYS, fields.problems)
        id = inner.id()
        ids.add(id, node.get("id") or node)
        kind = inner.choice("slag", UnitKind) or UnitKind.BOARD
        units.append(Unit(id, inner.line("namn", required=True), kind, inner.line("under")))
        nodes.setdefault(id, (inner, node))
    _check_tree(units, nodes, fields)
    return tuple(units)


def _check_tree(units: list[Unit], nodes: dict[str, tuple[Fields, Node]], fields: Fields) -> None:
    """One root, every parent known, no unit below itself."""
    parents = {unit.id: unit.parent for unit in units}
    for unit in units:
        inner, node = nodes[unit.id]
        place = node.get("under") or node
        if unit.parent and unit.parent not in parents:
            hint = nearest(unit.parent, list(parents)) or "skriv id för enheten ovanför"
            inner.wrong(place, f"okänd enhet ”{unit.parent}”", hint)
        above, seen = unit.parent, {unit.id}
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above in seen:
            inner.wrong(place, f"enheten {unit.id} ligger under sig själv", "rätta under")
    roots = [unit.id for unit in units if not unit.parent]
    if units and len(roots) != 1:
        said = (
            "ingen enhet är överst" if not roots else "flera enheter är överst: " + ", ".join(roots)
        )
        hint = "alla enheter utom kommunen ska ha under: enhetens id"
        fields.wrong(fields.node.get("enheter") or fields.node, said, hint)


def _read_functions(
    fields: Fields, units: tuple[Unit, ...], domains: tuple[str, ...]
) -> tuple[Function, ...]:
    found = []
    names = Unique("funktionen", fields.problems)
    unit_ids = [unit.id for unit in units]
    for node in fields.children("funktioner", required=True):
        inner = Fields(node, "funktionen", FUNCTION_KEYS, fields.problems)
        name = inner.line("namn", required=True)
        names.add(name, node.get("namn") or node)
        unit = inner.named(
            "enhet", lambda id: id if id in unit_ids else None, unit_ids, "enhet", required=True
        )
        holders = tuple(_read_holding(n, inner, domains) for n in inner.children("innehavare"))
        found.append(Function(name, unit, holders))
    return tuple(found)


def _read_holding(node: Node, fields: Fields, domains: tuple[str, ...]) -> Holding:
    inner = Fields(node, "innehavaren", HOLDING_KEYS, fields.problems)
    email = inner.line("e-post", required=True).casefold()
    place = node.get("e-post") or node
    if email and not ADDRESS.fullmatch(email):
        inner.wrong(place, f"”{email}” är ingen e-postadress", "skriv till exempel namn@kommun.se")
    elif email and domains and email.rpartition("@")[2] not in domains:
        inner.wrong(place, f"{email} ligger utanför e-postdomänerna",
                    "lägg till domänen under e-postdomäner eller rätta adressen")  # fmt: skip
    start, end = inner.day("från"), inner.day("till")
    if start and end and end < start:
        inner.wrong(node.get("till") or node, "innehavet slutar innan det börjar")
    return Holding(email, start, end)
