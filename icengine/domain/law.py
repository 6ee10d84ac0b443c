"""The legal frame of a report, as data: dated, and chosen by the plan's year and the unit's kind.

Own wordings of what the rule asks, each with its source; the source stands in the report. A new
act is a new row with the year it applies from, so that an old plan keeps the rule it was made under.
"""

from __future__ import annotations

from dataclasses import dataclass

from icengine.domain.people import Unit, UnitKind


@dataclass(frozen=True)
class Rule:
    """One rule in own words."""

    text: str
    """Continues "Enligt <source> …"; a whole sentence or more."""
    source: str
    """Where it stands: "6 kap. 6 § kommunallagen (2017:725)"."""
    kinds: frozenset[UnitKind]
    """The kinds of unit it speaks to."""
    first_year: int
    """The first plan year it applies to."""
    last_year: int | None = None
    """The last; None while it applies."""
    executive_only: bool = False
    """Speaks to kommunstyrelsen alone."""

    def applies(self, kind: UnitKind, year: int, executive: bool) -> bool:
        """Does it speak to such a unit that year?"""
        in_time = self.first_year <= year and (self.last_year is None or year <= self.last_year)
        return kind in self.kinds and in_time and (executive or not self.executive_only)


_BOARDS = frozenset(
    {UnitKind.MUNICIPALITY, UnitKind.BOARD, UnitKind.ADMINISTRATION, UnitKind.DEPARTMENT}
)
_COMPANIES = frozenset({UnitKind.COMPANY})
_JOINT = frozenset({UnitKind.JOINT})

_OWN_CONTROL = (
    "ansvarar varje nämnd inom sitt område för att verksamheten följer fullmäktiges mål och "
    "riktlinjer och de lagar och andra regler som gäller. Nämnden ska också se till att den interna "
    "kontrollen är tillräcklig och att verksamheten i övrigt sköts på ett tillfredsställande sätt."
)

RULES: tuple[Rule, ...] = (
    Rule(_OWN_CONTROL, "6 kap. 7 § kommunallagen (1991:900)", _BOARDS, 1992, 2017),
    Rule(
        "leder och samordnar kommunstyrelsen kommunens förvaltning. Den har också uppsikt över de "
        "övriga nämnderna, gemensamma nämnder, kommunalförbund och kommunens bolag.",
        "6 kap. 1 § kommunallagen (1991:900)",
        _BOARDS,
        1992,
        2017,
        executive_only=True,
    ),
    Rule(_OWN_CONTROL, "6 kap. 6 § kommunallagen (2017:725)", _BOARDS, 2018),
    Rule(
        "leder och samordnar kommunstyrelsen kommunens förvaltning. Den har också uppsiktsplikt: "
        "uppsikt över de övriga nämnderna, gemensamma nämnder, kommunalförbund som kommunen är "
        "medlem i och den verksamhet som bedrivs i kommunens bolag.",
        "6 kap. 1 § kommunallagen (2017:725)",
        _BOARDS,
        2018,
        executive_only=True,
    ),
    Rule(
        "ansvarar bolagets styrelse för hur bolaget är organiserat, så att bokföring, "
        "medelsförvaltning och ekonomi i övrigt kontrolleras på ett betryggande sätt.",
        "8 kap. 4 § aktiebolagslagen (2005:551)",
        _COMPANIES,
        2006,
    ),
    Rule(
        "ska bolaget arbeta med intern kontroll och redovisa den till kommunen.",
        "kommunens ägardirektiv",
        _COMPANIES,
        1992,
    ),
    Rule(
        "ska förbundets styrelse se till att den interna kontrollen är tillräcklig, på samma sätt "
        "som en nämnd i en kommun.",
        "6 kap. 6 § kommunallagen (2017:725) och förbundsordningen",
        _JOINT,
        2018,
    ),
)
"""In the order a report prints them."""


def is_executive(unit: Unit) -> bool:
    """Is it kommunstyrelsen, which has uppsiktsplikt?"""
    return unit.kind is UnitKind.BOARD and (
        unit.id == "ks" or unit.name.casefold().startswith("kommunstyrelse")
    )


def legal_frame(unit: Unit, year: int) -> tuple[Rule, ...]:
    """The rules a plan of that unit and year stands under."""
    return tuple(rule for rule in RULES if rule.applies(unit.kind, year, is_executive(unit)))
