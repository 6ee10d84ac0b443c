"""Organisation -> the document that an organisation file holds, and the reader's word on it.

The document is what YAML writes: texts, lists, keys, dates and numbers, Swedish keys, and nothing
that is so anyway. Reading it gives the same organisation.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from icengine.domain.access import Actor, sees_addresses
from icengine.domain.directory import read_organisation
from icengine.domain.directory_reminders import reminders_document
from icengine.domain.directory_reports import layouts_document
from icengine.domain.directory_words import words_document
from icengine.domain.node import Problem, as_node
from icengine.domain.people import Function, Holding, Organisation, Unit
from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS
from icengine.domain.scale_document import levels_document, risk_scale_document, said, yes


def organisation_document(organisation: Organisation, version: int | None = None) -> dict[str, Any]:
    """The whole organisation under its file's keys; `version` is that of the database."""
    ratings, risks = organisation.ratings, organisation.risk_scale
    return said(
        {
            "organisation": organisation.name,
            "version": version,
            "färg": "" if organisation.accent == Organisation.accent else organisation.accent,
            "e-postdomäner": list(organisation.mail_domains),
            "kontakt": organisation.contact,
            "bedömningsskala": []
            if ratings == DEFAULT_RATINGS
            else levels_document(ratings.levels),
            "riskskala": {} if risks == DEFAULT_RISKS else risk_scale_document(risks),
            "ord": words_document(organisation),
            "påminnelser": reminders_document(organisation),
            "andra läsare": "" if organisation.second_reader else "nej",
            "rapporter": layouts_document(organisation),
            "omdömen": dict(organisation.verdicts),
            "enheter": [_unit(unit) for unit in organisation.units],
            "funktioner": [_function(function) for function in organisation.functions],
            "roller": [
                said(
                    {
                        "roll": str(grant.role),
                        "enhet": grant.unit,
                        "e-post": grant.email,
                        "funktion": grant.function,
                        **_time(grant.start, grant.end),
                    }
                )
                for grant in organisation.grants
            ],
            "kontoroller": [
                {"värde": claim.value, "roll": str(claim.role), "enhet": claim.unit}
                for claim in organisation.claims
            ],
        }
    )


LEFT_OUT = "utelämnat"
"""A key that no reader takes: a file that has it is to be looked at, not read in."""


def seen_document(organisation: Organisation, version: int, actor: Actor) -> dict[str, Any]:
    """The document for the actor: without the addresses that they may not see.

    Where there are any, it is no file to read in: what it lacks would be taken away.
    """
    functions = (
        function if sees_addresses(actor, function.unit) else replace(function, holders=())
        for function in organisation.functions
    )
    grants = (
        grant
        for grant in organisation.grants
        if not grant.email or sees_addresses(actor, grant.unit)
    )
    seen = replace(organisation, functions=tuple(functions), grants=tuple(grants))
    if seen == organisation:
        return organisation_document(organisation, version)
    why = (
        "Innehavare och roller i egna myndigheter och bolag där du inte får se adresser. Därför går "
        "filen inte att läsa in."
    )
    return {LEFT_OUT: why, **organisation_document(seen)}


def _time(start: date | None, end: date | None) -> dict[str, Any]:
    return {"från": start, "till": end}


def _unit(unit: Unit) -> dict[str, Any]:
    return said(
        {
            "id": unit.id,
            "namn": unit.name,
            "slag": str(unit.kind),
            "under": unit.parent,
            **_time(unit.start, unit.end),
            "föregångare": list(unit.predecessors),
            "egen myndighet": yes(unit.own_authority),
            "släpper in": [str(admission) for admission in unit.admits],
            "flyttar": [{"under": move.parent, "från": move.start} for move in unit.moves],
        }
    )


def _function(function: Function) -> dict[str, Any]:
    return said(
        {
            "namn": function.name,
            "enhet": function.unit,
            "innehavare": [_holding(holding) for holding in function.holders],
        }
    )


def _holding(holding: Holding) -> dict[str, Any]:
    time = _time(holding.start, holding.end)
    return said({"e-post": holding.email, **time, "ersättare": yes(holding.substitute)})


def reread(organisation: Organisation) -> tuple[Organisation | None, list[Problem]]:
    """The organisation as the reader of files takes it, or None and every problem it has with it.

    Texts and addresses are then spelled as in one that was read from a file. One that was begun
    without a file has no contact until a function is chosen.
    """
    node = as_node(organisation_document(organisation))
    return read_organisation(node, begun=not organisation.contact)


def checked(organisation: Organisation) -> list[Problem]:
    """Every problem that the reader of files would have with it; [] where there is none."""
    return reread(organisation)[1]
