"""Organisation files -> Organisation: units, functions, who holds them, roles, words and scales."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from icengine.domain.directory_people import (
    function_choice,
    read_claims,
    read_functions,
    read_grants,
)
from icengine.domain.directory_reminders import read_reminders, read_second_reader
from icengine.domain.directory_reports import read_layouts, read_verdicts
from icengine.domain.directory_units import read_units
from icengine.domain.directory_words import read_words
from icengine.domain.node import Node, Problem
from icengine.domain.people import Organisation
from icengine.domain.reading import COLOUR, Fields
from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS
from icengine.domain.scale_document import read_ratings, read_risk_scale

ORGANISATION_KEYS = (
    "organisation", "version", "färg", "e-postdomäner", "kontakt", "bedömningsskala", "riskskala",
    "ord", "påminnelser", "andra läsare", "rapporter", "omdömen", "enheter", "funktioner", "roller", "kontoroller",
)  # fmt: skip
KEPT = ("roller", "kontoroller", "ord", "påminnelser", "andra läsare", "rapporter", "omdömen")
"""Keys that, where a file leaves them out, leave what the database has as it is."""
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class OrganisationFile:
    """What an organisation file says."""

    organisation: Organisation
    base_version: int | None = None
    """The version it was exported from; None where it does not say."""
    says: frozenset[str] = frozenset(KEPT)
    """Those of KEPT that it has."""

    def merged(self, stored: Organisation | None) -> Organisation:
        """The organisation with what the file leaves out as it is stored."""
        if stored is None:
            return self.organisation
        values = {
            "roller": ("grants",), "kontoroller": ("claims",), "ord": ("labels", "forms"),
            "påminnelser": ("reminders",), "andra läsare": ("second_reader",),
            "rapporter": ("reports",), "omdömen": ("verdicts",),
        }  # fmt: skip
        kept = {
            name: getattr(stored, name)
            for key in KEPT if key not in self.says
            for name in values[key]
        }  # fmt: skip
        return replace(self.organisation, **kept)


def read_organisation(
    node: Node, *, begun: bool = False
) -> tuple[Organisation | None, list[Problem]]:
    """The organisation, or None and every problem in it. `begun` as below."""
    found, problems = read_organisation_file(node, begun=begun)
    return found.organisation if found else None, problems


def read_organisation_file(
    node: Node, *, begun: bool = False
) -> tuple[OrganisationFile | None, list[Problem]]:
    """The organisation with what its file says about itself, or None and every problem in it.

    `begun`: it is being built up page by page, and need not have functions or a contact yet.
    """
    problems: list[Problem] = []
    fields = Fields(node, "organisationen", ORGANISATION_KEYS, problems)
    if not isinstance(node.value, dict):
        return None, problems
    domains = _read_domains(fields)
    units = read_units(fields)
    functions = read_functions(fields, units, domains, required=not begun)
    labels, forms = read_words(fields)
    organisation = Organisation(
        name=fields.line("organisation", required=True),
        mail_domains=domains,
        contact=function_choice(fields, "kontakt", functions, required=not begun),
        units=units,
        functions=functions,
        ratings=read_ratings(fields, "bedömningsskala", DEFAULT_RATINGS),
        risk_scale=read_risk_scale(fields, "riskskala", DEFAULT_RISKS),
        accent=_read_colour(fields),
        grants=read_grants(fields, units, functions, domains),
        claims=read_claims(fields, units),
        labels=labels,
        forms=forms,
        reminders=read_reminders(fields),
        second_reader=read_second_reader(fields),
        reports=read_layouts(fields),
        verdicts=read_verdicts(fields),
    )
    version = fields.whole("version", 1, 999_999, default=0) or None
    problems.sort(key=lambda problem: (problem.place.line, problem.place.column))
    if problems:
        return None, problems
    says = frozenset(key for key in KEPT if node.get(key) is not None)
    return OrganisationFile(organisation, version, says), []


def _read_domains(fields: Fields) -> tuple[str, ...]:
    domains = tuple(word.casefold() for word in fields.words("e-postdomäner", required=True))
    for domain in domains:
        if not DOMAIN.fullmatch(domain):
            fields.wrong(fields.node.get("e-postdomäner") or fields.node,
                         f"”{domain}” är ingen e-postdomän", "skriv till exempel kommun.se")  # fmt: skip
    return domains


def _read_colour(fields: Fields) -> str:
    written = fields.node.get("färg")
    colour = fields.line("färg") or ("" if written else Organisation.accent)
    if not COLOUR.fullmatch(colour):
        fields.wrong(written or fields.node, f"färgen ”{colour}” går inte att läsa",
                     "skriv den inom citattecken, till exempel ”#0B5A67”")  # fmt: skip
    return colour.upper()
