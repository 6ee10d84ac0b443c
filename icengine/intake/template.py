"""The workbook for a kommun that starts from nothing: no plan, a few rows that show how to write."""

from __future__ import annotations

from icengine.domain.people import Organisation
from icengine.intake.columns import ACTIONS, CONTROLS, EXAMPLE, RISKS
from icengine.intake.tables import Cells
from icengine.intake.workbook import write_workbook

RISK: Cells = {
    "id": EXAMPLE,
    "område": "Ekonomi",
    "titel": "Köp utan avtal",
    "risken att": "inköp görs vid sidan av kommunens avtal",
    "på grund av": "att avtalen är svåra att hitta",
    "vilket kan leda till": "högre kostnader och brott mot upphandlingsreglerna",
    "befintliga åtgärder": "Avtalen visas i beställningssystemet.",
    "sannolikhet": 3,
    "konsekvens": 3,
    "hantering": "granskning",
    "riskägare": "Ekonomichefen",
    "bedömd": "2026-10-14",
    "bedömd av": "ledningsgruppen",
}
ACTED_ON: Cells = {
    "id": EXAMPLE,
    "område": "Ekonomi",
    "titel": "Fakturor som betalas för sent",
    "risken att": "fakturor betalas efter förfallodagen",
    "sannolikhet": 2,
    "konsekvens": 2,
    "hantering": "direktåtgärd",
}
CONTROL: Cells = {
    "id": EXAMPLE,
    "risk": EXAMPLE,
    "titel": "Avtalstrohet",
    "kontrollmoment": "Granskning av om inköp görs från de leverantörer som har avtal.",
    "kontrollmål": "Kommunen ska använda sina avtal.",
    "metod": "Ta fram periodens inköp över 20 000 kronor ur ekonomisystemet.\n"
    "Välj ut 30 av dem slumpvis.\nJämför leverantören med avtalskatalogen.",
    "urval": "30 slumpvis valda inköp över 20 000 kronor.",
    "frekvens": "2 gånger per år",
    "ansvarig": "Kanslichefen",
    "processägare": "Ekonomichefen",
}
ACTION: Cells = {
    "id": EXAMPLE,
    "risk": EXAMPLE,
    "åtgärd": "Lägg in påminnelse om förfallodagen i fakturasystemet.",
    "ansvarig": "Ekonomichefen",
    "klart": "2027-03-31",
}


def write_template(
    organisation: Organisation | None = None, unit: str = "", year: int | None = None
) -> bytes:
    """An empty plan as a workbook, with the functions and units of an organisation in its lists.

    It is not compressed: the same program writes the same bytes, whatever machine it runs on.
    """
    document = {"enhet": unit, "år": year}
    examples = {RISKS.name: [RISK, ACTED_ON], CONTROLS.name: [CONTROL], ACTIONS.name: [ACTION]}
    return write_workbook(document, organisation, examples=examples, stored=True)
