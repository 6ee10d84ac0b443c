"""What each form sends when it is filled in rightly, so that only who asks can be in its way."""

from __future__ import annotations

from authorities import email
from table import Row

FORMS: dict[str, dict[str, str]] = {
    "/uppgifter/{K1}": {"bedomning": "gron", "resultat": "Bra.", "version": "0"},
    "/svar/{svarslänk}": {"bedomning": "gron", "resultat": "Bra.", "version": "0"},
    "/gemensamma/kommun-2022/K9/{enhet}": {"funktion": "Ansvarig {enhet}", "tidigare": ""},
    "/handelser/prova": {"summa": ""},
    "/logga-in": {"e": email("ansvarig.ks")},
    "/registerutdrag": {"e": email("ansvarig.ks")},
    "/gallring": {"regel-mejl": "ja", "fore-mejl": "2021-01-01"},
    "/gallring/beslut": {
        "regel-mejl": "ja", "fore-mejl": "2021-01-01", "antal-mejl": "0", "dnr": "1",
        "datum": "2022-02-01", "paragraf": "§ 1",
    },
    "/forsta-start/{påhittad}": {"e": email("ansvarig.ks"), "namn": "Kommunen"},
    "/organisation/{enhet}/andra": {"namn": "Nytt namn", "slag": "nämnd"},
    "/organisation/{enhet}/flytta": {"under": "kommun", "fran": "2022-03-01"},
    "/organisation/{enhet}/upphor": {"till": "2030-12-31"},
    "/organisation/{enhet}/ny-enhet": {
        "namn": "Ny enhet", "id": "ny", "slag": "avdelning", "under": "{enhet}",
    },
    "/organisation/{enhet}/sla-ihop": {"fran": "2023-01-01"},
    "/organisation/{enhet}/ny-funktion": {"namn": "Ny funktion"},
    "/organisation/{enhet}/ge-roll": {
        "roll": "läsare", "epost": email("ny"), "fran": "2022-02-10",
    },
    "/organisation/{enhet}/avsluta-roll": {"nr": "{rollens-nr}", "till": "2022-03-01"},
    "/organisation/funktion/ge/{funktion}": {"epost": email("ny"), "fran": "2022-03-01"},
    "/organisation/funktion/ersattare/{funktion}": {
        "epost": email("ny"), "fran": "2022-03-01", "till": "2022-03-10",
    },
    "/organisation/funktion/avsluta/{funktion}": {"nr": "0", "till": "2022-03-01"},
    "/organisation/funktion/enhet/{funktion}": {"enhet": "klk"},
    "/organisation/funktion/roll/{funktion}": {
        "roll": "läsare", "enhet": "klk", "fran": "2022-02-10",
    },
    "/organisation/installningar": {
        "namn": "Nytt namn", "farg": "#0b5a67", "kontakt": "Controllern",
        "domaner": "kommun.example",
    },
    "/organisation/riskskala/andra": {
        **{f"{axis}-{n}": f"Steg {n}" for axis in "sk" for n in range(1, 5)},
        **{f"zon-{s}-{k}": "hog" for s in range(1, 5) for k in range(1, 5)},
    },
    "/riskregister/{enhet}/ny": {"id": "R9", "omrade": "Ekonomi", "titel": "Ny risk"},
    "/riskregister/{enhet}/R1/andra": {"version": "1", "omrade": "Ekonomi", "titel": "Ny rubrik"},
    "/riskregister/{enhet}/R1/bedom": {
        "version": "1", "sannolikhet": "2", "konsekvens": "3", "bedomd": "2022-02-01",
        "bedomd-av": "ledningsgruppen", "skal": "Ny rutin.",
    },
    "/riskregister/{enhet}/R1/avfor": {"version": "1", "skal": "Risken finns inte längre."},
    "/personer/{person}/ge-roll": {"roll": "läsare", "enhet": "klk", "fran": "2022-02-10"},
}  # fmt: skip
"""Address of the form -> its fields; forms without fields are not here."""


def body(row: Row) -> dict[str, str]:
    """The fields of a form; {} for those without."""
    return dict(FORMS.get(row.address, {}))
