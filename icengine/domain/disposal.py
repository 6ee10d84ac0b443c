"""Gallring: what may be removed, from when, by which rule, and what never is.

A rule is data. What it finds is looked up in the store; whether it may run, and what the decision
must say, is told here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from icengine.domain.calendar import swedish_date

DISPOSAL = "gallring"
"""Kind of the event that says what was removed; the only one that may take what others say."""
KEPT_KINDS = ("plan antagen", "svar inlämnat", "rapport till beslut", "rapport antagen", DISPOSAL)
"""Kinds of events whose payloads are never removed: they prove what was adopted and answered."""
LOGIN_KINDS = ("inloggad", "utloggad", "inloggningslänk begärd", "förstagångslänk skapad")
MAIL_KINDS = (
    "mejl lagda i utkorgen",
    "loggsumma lagd i utkorgen",
    "länkar skapade",
    "mejl levererade",
)
DRAFT_KIND = "utkast sparat"


@dataclass(frozen=True)
class Rule:
    """A kind of what is stored, and when it may go."""

    id: str
    """What commands and forms call it."""
    title: str
    removes: str
    """What goes, as a sentence."""
    keeps: str
    """What remains, and what the rule never touches, as sentences."""
    counts_from: str
    """What must lie before the day that is chosen: "kontrolltillfället avslutades"."""
    least: int
    """Days: nothing younger ever goes."""
    usual: int
    """Days that are proposed."""
    kinds: tuple[str, ...] = ()
    """Kinds of events whose payloads go, where that alone decides."""

    def proposed(self, today: date) -> date:
        """The day that is proposed: what is older goes."""
        return today - timedelta(days=self.usual)

    def latest(self, today: date) -> date:
        """The latest day that may be chosen."""
        return today - timedelta(days=self.least)


RULES = (
    Rule(
        id="inloggningar",
        title="Avslutade inloggningar",
        removes="Inloggningar som är avslutade eller har gått ut, med webbläsare och nätadress; "
        "inloggningslänkar som är använda eller har gått ut; påbörjade inloggningar.",
        keeps="Den som är inloggad förblir det. Händelseloggen säger fortfarande när någon loggade in.",
        counts_from="inloggningen tog slut",
        least=30,
        usual=90,
    ),
    Rule(
        id="inloggningshandelser",
        title="Loggade inloggningar",
        removes="Det som händelseloggen säger om varje inloggning utöver vem och när: nätadress, "
        "inloggningssätt och roller från kontot.",
        keeps="Händelsen står kvar i loggen med nummer, tid, personens nummer och vad som hände.",
        counts_from="händelsen inträffade",
        least=90,
        usual=365,
        kinds=LOGIN_KINDS,
    ),
    Rule(
        id="mejl",
        title="Mejl",
        removes="Mejl som är skickade, avvisade eller inställda: adress, innehåll och felmeddelanden.",
        keeps="Mejl som väntar, och mejl om kontrolltillfällen som inte är avslutade. Händelseloggen "
        "säger fortfarande att mejlen skickades.",
        counts_from="mejlet skrevs",
        least=30,
        usual=365,
    ),
    Rule(
        id="mejlhandelser",
        title="Loggade utskick",
        removes="Det som händelseloggen säger om varje utskick: vilka mejl, till vem, och vad en "
        "mottagares server svarade.",
        keeps="Händelsen står kvar i loggen med nummer, tid och vad som hände.",
        counts_from="händelsen inträffade",
        least=90,
        usual=365,
        kinds=MAIL_KINDS,
    ),
    Rule(
        id="lankar",
        title="Adresser på länkar till uppgifter",
        removes="E-postadressen på länkar vars kontrolltillfällen alla är avslutade. Länken slutar "
        "samtidigt att gälla, också för kvittot.",
        keeps="Länkens nummer och funktion, så att loggen kan säga för vilken funktion ett svar "
        "lämnades. Länkar till det som inte är avslutat, och svaren själva.",
        counts_from="kontrolltillfället avslutades",
        least=31,
        usual=90,
    ),
    Rule(
        id="utkast",
        title="Utkast till svar",
        removes="Sparade utkast som aldrig lämnades in eller som ersattes av ett inlämnat svar.",
        keeps="Alla inlämnade svar, åtgärder och rapporter. Utkast i det som inte är avslutat.",
        counts_from="kontrolltillfället avslutades",
        least=30,
        usual=365,
    ),
    Rule(
        id="underlag",
        title="Underlag till svar",
        removes="Innehållet i filer som hör till avslutade kontrolltillfällen, och deras namn.",
        keeps="Att filen fanns: nummer, sort, storlek, kontrollsumma, och när och för vilken funktion "
        "den lämnades. Svaren själva. Filer till det som inte är avslutat.",
        counts_from="kontrolltillfället avslutades",
        least=90,
        usual=730,
    ),
    Rule(
        id="personer",
        title="Personer som har slutat",
        removes="E-postadressen till den som varken har funktion eller roll: i personregistret, i "
        "organisationens alla versioner, på länkar, mejl och inloggningar, och det som händelser "
        "säger där adressen står med.",
        keeps="Personens nummer: i listor och logg står Tidigare medarbetare med numret. Tiderna med "
        "en funktion. Antagna planer, inlämnade svar, åtgärder, kommentarer och rapporter, också det "
        "som någon har skrivit där. Den som är inloggad, väntar mejl eller har en öppen uppgift är "
        "ännu inte med.",
        counts_from="personen slutade och senast hade något här",
        least=90,
        usual=730,
    ),
)
"""In the order they run: people last, when what else is old is gone."""


def rule(id: str) -> Rule | None:
    """The rule with that id, or None."""
    return next((item for item in RULES if item.id == id), None)


def too_young(item: Rule, before: date, today: date) -> str:
    """Why the day cannot be chosen; "" where it can."""
    latest = item.latest(today)
    if before <= latest:
        return ""
    return (
        f"{item.title} gallras tidigast efter {item.least} dagar: "
        f"välj {swedish_date(latest)} eller en tidigare dag."
    )


@dataclass(frozen=True)
class Decision:
    """The decision that a gallring follows."""

    dnr: str
    decided: date
    paragraph: str
    """"§ 12", or the number of a decision by delegation."""


_DIGIT = re.compile(r"[0-9]")
"""What tells a number from a word, or from a lone §."""
MOST_WRITTEN = 100
"""Characters of a diarienummer or a paragraph."""


def dnr_fault(text: str) -> str:
    """Why something is no diarienummer; "" where it may be one."""
    if not text.strip():
        return "Skriv beslutets diarienummer."
    return "" if _DIGIT.search(text) else "Ett diarienummer har siffror, till exempel KS 2026/77."


def paragraph_fault(text: str) -> str:
    """Why something is no paragraph of a decision; "" where it may be one."""
    if not text.strip():
        return "Skriv beslutets paragraf eller nummer."
    return "" if _DIGIT.search(text) else "En paragraf har ett nummer, till exempel § 214."


def decision_faults(decision: Decision, today: date) -> dict[str, str]:
    """What is wrong with a decision, by what it is about: dnr, decided, paragraph."""
    found = {}
    if fault := dnr_fault(decision.dnr):
        found["dnr"] = fault
    if fault := paragraph_fault(decision.paragraph):
        found["paragraph"] = fault
    for name in ("dnr", "paragraph"):
        if len(getattr(decision, name)) > MOST_WRITTEN:
            found[name] = f"Skriv högst {MOST_WRITTEN} tecken."
    if decision.decided > today:
        found["decided"] = "Beslutet kan inte vara fattat i framtiden."
    return found


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """[first, last] of each unbroken run; the numbers in order."""
    found: list[list[int]] = []
    for n in numbers:
        if found and found[-1][1] == n - 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return found
