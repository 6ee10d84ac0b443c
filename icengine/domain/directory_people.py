"""Organisation files -> functions with their holders, roles, and what a login's claims mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from icengine.domain.directory_units import unit_choice
from icengine.domain.node import Node, nearest
from icengine.domain.people import (
    GIVEN_ROLES,
    ClaimGrant,
    Function,
    Grant,
    Holding,
    Role,
    Unit,
    find_function,
)
from icengine.domain.reading import ADDRESS, Fields, Unique

FUNCTION_KEYS = ("namn", "enhet", "innehavare")
HOLDING_KEYS = ("e-post", "från", "till", "ersättare")
GRANT_KEYS = ("roll", "enhet", "e-post", "funktion", "från", "till")
CLAIM_KEYS = ("värde", "roll", "enhet")
FOLLOWS = {
    Role.OWNER: "den följer av funktionen som en kontroll anger som ansvarig",
    Role.APPROVER: "den följer av funktionen som en kontroll anger som godkännare",
}
"""Roles that nobody gives, and where they come from."""


def read_functions(
    fields: Fields, units: Sequence[Unit], domains: Sequence[str], *, required: bool = True
) -> tuple[Function, ...]:
    """The functions and who holds them; every problem is noted."""
    found = []
    names = Unique("funktionen", fields.problems)
    for node in fields.children("funktioner", required=required):
        inner = Fields(node, "funktionen", FUNCTION_KEYS, fields.problems)
        name = inner.line("namn", required=True)
        names.add(name, node.get("namn") or node)
        if "@" in name:
            inner.wrong(node.get("namn") or node, f"funktionen ”{name}” heter som en e-postadress",
                        "skriv funktionens namn; adressen hör till innehavaren")  # fmt: skip
        unit = unit_choice(inner, "enhet", units)
        found.append(Function(name, unit, tuple(_read_holders(inner, domains))))
    return tuple(found)


def _read_holders(fields: Fields, domains: Sequence[str]) -> Iterator[Holding]:
    seen: list[Holding] = []
    for node in fields.children("innehavare"):
        holding = _read_holding(node, fields, domains)
        for other in seen:
            same = (other.email, other.substitute) == (holding.email, holding.substitute)
            if holding.email and same and _overlap(holding, other):
                what = "är redan ersättare" if holding.substitute else "har redan funktionen"
                hint = "skriv ihop raderna eller rätta datumen"
                fields.wrong(node, f"{holding.email} {what} under en del av tiden", hint)
                break
        seen.append(holding)
        yield holding


def _overlap(one: Holding | Grant, other: Holding | Grant) -> bool:
    """Is there a day that both hold?"""
    starts = one.start or date.min, other.start or date.min
    ends = one.end or date.max, other.end or date.max
    return max(starts) <= min(ends)


def _read_holding(node: Node, fields: Fields, domains: Sequence[str]) -> Holding:
    inner = Fields(node, "innehavaren", HOLDING_KEYS, fields.problems)
    email = _read_email(inner, domains, required=True)
    substitute = inner.yes("ersättare")
    start, end = _read_time(inner, "innehavet")
    for key in ("från", "till"):
        child = node.get(key)
        if substitute and (child is None or child.value is None):
            inner.missing(key, "en ersättare har både första och sista dag: från och till")
    return Holding(email, start, end, substitute)


def _read_email(fields: Fields, domains: Sequence[str], *, required: bool = False) -> str:
    email = fields.line("e-post", required=required).casefold()
    place = fields.node.get("e-post") or fields.node
    if email and not ADDRESS.fullmatch(email):
        fields.wrong(place, f"”{email}” är ingen e-postadress", "skriv till exempel namn@kommun.se")
    elif email and domains and email.rpartition("@")[2] not in domains:
        fields.wrong(place, f"{email} ligger utanför e-postdomänerna",
                     "lägg till domänen under e-postdomäner eller rätta adressen")  # fmt: skip
    return email


def _read_time(fields: Fields, what: str) -> tuple[date | None, date | None]:
    start, end = fields.modern_day("från"), fields.modern_day("till")
    if start and end and end < start:
        fields.wrong(fields.node.get("till") or fields.node, f"{what} slutar innan det börjar")
    return start, end


def read_grants(
    fields: Fields,
    units: Sequence[Unit],
    functions: Sequence[Function],
    domains: Sequence[str],
) -> tuple[Grant, ...]:
    """Who has which role where; every problem is noted."""
    found: list[Grant] = []
    for node in fields.children("roller"):
        inner = Fields(node, "tilldelningen", GRANT_KEYS, fields.problems)
        role = _read_role(inner)
        unit = unit_choice(inner, "enhet", units)
        email = _read_email(inner, domains)
        function = function_choice(inner, "funktion", functions)
        if email and function:
            inner.wrong(node.get("funktion") or node, "tilldelningen har både e-post och funktion",
                        "behåll den ena")  # fmt: skip
        if not email and not function:
            inner.wrong(
                node, "tilldelningen saknar e-post eller funktion", "skriv vem som får rollen"
            )
        grant = Grant(role or Role.READER, unit, email, function, *_read_time(inner, "rollens tid"))
        if role and any(_same(grant, other) and _overlap(grant, other) for other in found):
            who = grant.function or grant.email
            inner.wrong(node, f"{who} har redan rollen {role} vid {unit} under en del av tiden",
                        "skriv ihop raderna eller rätta datumen")  # fmt: skip
        found.append(grant)
    return tuple(found)


def _same(one: Grant, other: Grant) -> bool:
    """The same role at the same unit for the same one?"""
    return (one.role, one.unit, one.email, one.function) == (
        other.role, other.unit, other.email, other.function,
    )  # fmt: skip


def function_choice(
    fields: Fields, key: str, functions: Sequence[Function], *, required: bool = False
) -> str:
    """The name of a known function, as it is spelled there."""

    def proper(name: str) -> str | None:
        found = find_function(name, functions)
        return found.name if found else None

    known = [function.name for function in functions]
    return fields.named(key, proper, known, "funktion", required=required)


def _read_role(fields: Fields) -> Role | None:
    text = fields.line("roll", required=True).casefold()
    if not text:
        return None
    node = fields.node.get("roll") or fields.node
    words = [str(role) for role in GIVEN_ROLES]
    if text in FOLLOWS:
        fields.wrong(node, f"rollen {text} delas inte ut", FOLLOWS[Role(text)])
    elif text not in words:
        hint = nearest(text, words) or "en av: " + ", ".join(words)
        fields.wrong(node, f"okänd roll ”{text}”", hint)
    else:
        return Role(text)
    return None


def read_claims(fields: Fields, units: Sequence[Unit]) -> tuple[ClaimGrant, ...]:
    """What values of a login's claim mean; every problem is noted."""
    found: list[ClaimGrant] = []
    for node in fields.children("kontoroller"):
        inner = Fields(node, "kontorollen", CLAIM_KEYS, fields.problems)
        value = inner.line("värde", required=True)
        role, unit = _read_role(inner), unit_choice(inner, "enhet", units)
        claim = ClaimGrant(value, role or Role.READER, unit)
        if role and claim in found:
            inner.wrong(node, f"”{value}” ger redan rollen {role} vid {unit}", "ta bort raden")
        found.append(claim)
    return tuple(found)
