"""The heads of columns as municipalities write them, and which column of ours each is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TypeVar

from icengine.intake.columns import (
    ACTIONS,
    AREAS,
    BASIS,
    CONTROLS,
    LEFT_OUT,
    OCCURRENCES,
    PLAN,
    RISKS,
    TABLES,
    Table,
)

T = TypeVar("T")
SENTENCE = "mening"
"""The whole risk in one cell, as a title or as "Risken att … på grund av …"."""
NUMBER = "nr"
"""A running number, of which nobody has said what it numbers."""

_ASSESSMENT = {
    "område": "processområde; process; målområde; verksamhetsområde; process/område; "
    "process/rutin; process/verksamhet; område/process; delprocess; rutin",
    "titel": "rubrik; benämning; namn",
    "risken att": "vad kan hända; händelse; riskhändelse",
    "på grund av": "orsak; orsaker; beror på; p.g.a.; pga",
    "vilket kan leda till": "konsekvens i ord; konsekvensbeskrivning; följd; följder; effekt; kan leda till; "
    "beskrivning av konsekvens",
    "sannolikhet före": "sannolikhet före åtgärd; sannolikhet före åtgärder; bruttosannolikhet; "
    "inneboende sannolikhet; sannolikhet brutto",
    "konsekvens före": "konsekvens före åtgärd; konsekvens före åtgärder; bruttokonsekvens; "
    "inneboende konsekvens; konsekvens brutto",
    "befintliga åtgärder": "befintlig kontroll; befintliga kontroller; nuvarande åtgärder; befintlig hantering; "
    "befintliga rutiner; vidtagna åtgärder; redan vidtagna åtgärder",
    "sannolikhet": "s; sannolikhet s; sannolikhetsvärde; sannolikhet efter; sannolikhet efter åtgärder; sannolikhet netto; "
    "sannolikhetsbedömning; sannolikhetspoäng",
    "konsekvens": "k; konsekvens k; konsekvensvärde; konsekvens efter; konsekvens efter åtgärder; konsekvens netto; "
    "väsentlighet; allvarlighetsgrad; konsekvensbedömning; konsekvenspoäng",
    "riskvärde": "rv; r; risktal; riskpoäng; s x k; sxk; s*k; s·k; riskvärdering; riskvärde sxk; summa; riskbedömning; "
    "väsentlighet x sannolikhet; sannolikhet x konsekvens; nettorisk; värde",
    "perspektiv": "",
    "kategori": "riskkategori; risktyp; typ av risk",
    "riskägare": "ägare av risk; ägare av risken; risk ägare",
    "oegentligheter": "oegentlighet; risk för oegentligheter; korruption; mutor; korruptionsrisk",
    "bedömd": "datum för bedömning; bedömningsdatum; riskbedömd; datum för riskbedömning",
    "bedömd av": "bedömare; vem har bedömt",
    SENTENCE: "risk; riskbeskrivning; beskrivning av risk; beskrivning av risken; identifierad risk; riskformulering; "
    "vilken risk; risk/händelse; beskrivning",
}
_RISK_ID = "risk-id; riskid; risknr; risk nr; risknummer; riskens id; riskens nummer; rid"
_RISK = _ASSESSMENT | {
    "hantering": "riskhantering; hantering av risk; hur hanteras risken; behandling; riskrespons; beslut om risk",
    "skäl": "motivering; motivering till hantering; skäl till hantering",
}
_ACTION = {
    "åtgärd": "åtgärder; direktåtgärd; direktåtgärder; åtgärdsförslag; vad ska göras",
    "ansvarig": "ansvarig för åtgärd; ansvarig för åtgärden; åtgärdsansvarig; vem",
    "klart": "klart senast; klar; klart datum; klardatum; klar senast; slutdatum; färdigt; färdigdatum; "
    "åtgärden klar; ska vara klart; senast klart; sista dag; deadline",
}
_CONTROL = {
    "titel": "rubrik; kontroll; benämning; namn; kontrollens namn",
    "kontrollmoment": "kontrollaktivitet; kontrollmoment/granskning; vad ska kontrolleras; vad kontrolleras; granskning; "
    "granskningsmoment; tillsyn; kontrollåtgärd; kontrollpunkt; kontrollområde och kontrollmoment",
    "kontrollmål": "syfte; syfte med kontrollen; varför; mål med kontrollen; kontrollens syfte",
    "metod": "kontrollmetod; metod för kontroll; metod för granskning; hur; hur kontrolleras; tillvägagångssätt; "
    "genomförande; så görs kontrollen; metod/urval; granskningsmetod",
    "urval": "omfattning; urval/omfattning; omfattning/urval; kontrollens omfattning; stickprov; hur mycket; population",
    "frekvens": "tidpunkt; när; hur ofta; periodicitet; intervall; kontrollfrekvens; tidplan; när ska kontrollen göras; "
    "frekvens/tidpunkt; tidpunkt för kontroll; kontrolltidpunkt; period; tid",
    "ansvarig": "kontrollansvarig; ansvarig för kontroll; ansvarig för kontrollen; kontrollägare; ansvarig funktion; "
    "vem; ansvarig befattning; ansvarig för granskning",
    "utförare": "utförs av; utförande; vem utför; vem kontrollerar; granskare; kontrollant; utförande funktion",
    "processägare": "ägare av process; processansvarig; ägare av processen",
    "godkännare": "godkänns av; attesteras av; godkänner",
    "mål": "mål i ord; målvärde; acceptansnivå; målnivå",
    "flera tillfällen": "sammanvägning; hur tillfällen vägs ihop",
    "obligatorisk enligt": "obligatorisk; krav enligt; lagkrav; styrande dokument; enligt regel",
    "klass": "kontrollklass; typ av kontroll; kontrolltyp",
    "skyddad": "skyddad kontroll; sekretess",
    "kräver inloggning": "inloggning; inloggning krävs",
    "ersätter": "ersätter kontroll",
}
_CONTROL_ID = "kontroll-id; kontrollid; kontrollnr; kontroll nr; kontrollnummer; kontrollens id; kontrollmoment nr; kid"
_OF_RISK = (
    "risk; risk-id; riskid; risknr; risk nr; risknummer; hör till risk; avser risk; tillhör risk"
)
_NUMBER = "nr; nummer; löpnr; löpnummer; id; id-nr; #; beteckning; ref; referens"

MORE: Mapping[str, Mapping[str, str]] = {
    RISKS.name: {**_RISK, "id": f"{_NUMBER}; {_RISK_ID}"},
    LEFT_OUT.name: {
        **_ASSESSMENT, "id": f"{_NUMBER}; {_RISK_ID}",
        "skäl": "motivering; varför inte med; skäl till att risken inte är med",
    },
    CONTROLS.name: {**_CONTROL, "id": f"{_NUMBER}; {_CONTROL_ID}", "risk": _OF_RISK},
    ACTIONS.name: {**_ACTION, "id": _NUMBER, "risk": _OF_RISK},
    AREAS.name: {"område": "område; områden; målområde; namn"},
    PLAN.name: {
        "enhet": "nämnd; nämnd/bolag; bolag; nämnd/styrelse; styrelse; enhetens id",
        "år": "planår; verksamhetsår; avser år; för år",
        "upprättad av": "upprättad; upprättare; författare; skriven av; samordnare",
        "titel": "planens namn; namn; rubrik",
        BASIS: "",
    },
}  # fmt: skip
"""By sheet: key -> what others call it, beside our own head."""
SHEETS = {
    RISKS.name: "risk; riskregister; risklista; riskanalys; bruttolista; risker i planen",
    CONTROLS.name: "kontroll; kontrollmoment; granskningar; kontrollplan; tillsyner; kontrollaktiviteter",
    ACTIONS.name: "direktåtgärd; åtgärder",
    LEFT_OUT.name: "utelämnade; ej valda risker; bortvalda risker",
    OCCURRENCES.name: "egna datum",
}
"""By sheet: what others call it."""


def folded(text: str) -> str:
    """A head or a name without what tells nobody apart: case, accents, stars, brackets, hyphens."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(ch for ch in text if not unicodedata.combining(ch) and ch != "\u00ad")
    text = re.sub(r"-\s*\n\s*", "", text)  # parted at the end of a row
    text = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", text)
    return " ".join(re.sub(r"[*:?!”\"'.,_]+|\s+", " ", text).split())


@cache
def heads_of(table: Table) -> dict[str, str]:
    """Every head that the sheet's columns may have, folded -> the column's key."""
    found: dict[str, str] = {}
    more = MORE.get(table.name, {})
    for column in table.columns:
        for name in (column.head, column.key, *_split(more.get(column.key, ""))):
            found.setdefault(folded(name), column.key)
    for key in set(more) - set(table.keys):
        for name in (key, *_split(more[key])):
            found.setdefault(folded(name), key)
    return found


@cache
def flat_heads() -> dict[str, tuple[str, str]]:
    """The heads of a table with a risk and its control on one row: folded -> (sheet, key).

    A head that may be of both is of the control, which the row is about.
    """
    risk, control, action = RISKS.name, CONTROLS.name, ACTIONS.name
    found: dict[str, tuple[str, str]] = {}

    def add(sheet: str, key: str, names: Iterable[str]) -> None:
        for name in names:
            found.setdefault(folded(name), (sheet, key))

    add(risk, "id", _split(_RISK_ID))
    add(risk, "titel", ("riskens titel", "risktitel", "riskrubrik", "risk rubrik", "riskens namn"))
    add(risk, "ersätter", ("risken ersätter", "ersätter risk"))
    add(control, "id", _split(_CONTROL_ID))
    add(control, "titel", ("kontrollens titel", "kontrolltitel", "kontrollrubrik"))
    add(action, "id", ("åtgärds-id", "åtgärdens id", "åtgärd nr"))
    add(action, "ansvarig", ("åtgärdens ansvarig", *_split(_ACTION["ansvarig"])[:-1]))
    add(control, NUMBER, _split(_NUMBER))
    add(risk, SENTENCE, _split(_ASSESSMENT[SENTENCE]))
    for table, more in ((CONTROLS, _CONTROL), (RISKS, _RISK), (ACTIONS, _ACTION)):
        for column in table.columns:
            if column.key not in ("id", "risk"):
                add(
                    table.name,
                    column.key,
                    (column.head, column.key, *_split(more.get(column.key, ""))),
                )
    return found


@cache
def sheet_names() -> dict[str, str]:
    """What a sheet may be called, folded -> our name for it."""
    found = {folded(table.name): table.name for table in (PLAN, *TABLES)}
    for name, others in SHEETS.items():
        for other in _split(others):
            found.setdefault(folded(other), name)
    return found


def _split(names: str) -> list[str]:
    return [name for name in names.split("; ") if name]


def likely(head: str, known: Mapping[str, T]) -> T | None:
    """What an unknown head is a slip of; None where it is like none."""
    word = folded(head)
    names = [name for name in known if len(name) > 3]
    found = get_close_matches(word, names, n=1, cutoff=0.8) if 3 < len(word) < 100 else []
    return known[found[0]] if found else None
