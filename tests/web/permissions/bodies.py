"""What each form sends when it is filled in rightly, so that only who asks can be in its way."""

from __future__ import annotations

from authorities import email
from table import Row

MORE_TIME = {"till-dag": "2022-03-15", "skal": "Systemet byts."}
EVENT = {"hande": "2022-02-09", "vad": "Ett nytt avtal.", "sett": "0"}

FORMS: dict[str, dict[str, str]] = {
    "/uppgifter/{K1}": {"bedomning": "gron", "resultat": "Bra.", "version": "0"},
    "/svar/{svarslänk}": {"bedomning": "gron", "resultat": "Bra.", "version": "0"},
    "/svar/{svarslänk}/uppgift/{K1}": {"bedomning": "gron", "resultat": "Bra.", "version": "0"},
    "/kontroller/vid-behov/{plan}/K8/{enhet}": EVENT,
    "/svar/{svarslänk}/vid-behov/{plan}/K8/{enhet}": EVENT,
    "/uppgifter/{K1}/mer-tid": MORE_TIME,
    "/att-gora/byt-ansvarig": {
        "ansvarig": "Ansvarig {enhet}", "till": "Controllern", "skal": "Har slutat.",
    },
    "/uppgifter/{K1}/styr/paminn": {},
    "/planer/{plan}/rapporter": {"dnr": "KS 2022/1"},
    "/planer/{plan}/rapporter/{rapport}/anta": {"datum": "2022-02-10", "paragraf": "§ 1"},
    "/planer/{plan}/rapporter/texter": {"text-1": "Året i korthet."},
    "/planer/{plan}/rapporter/texter/visa": {"text-1": "Året i korthet."},
    "/samlad/kommun-2022/enheter/son": {"bedomning": "tillräcklig", "skal": ""},
    "/samlad/kommun-2022/enheter/son/summor": {"niva-gron": "2", "genomforda": "2"},
    "/samlad/kommun-2022/rapporter": {"dnr": "KS 2022/1"},
    "/samlad/kommun-2022/rapporter/1/anta": {"datum": "2022-02-10", "paragraf": "§ 1"},
    "/rapporter/prova": {"fil": ""},
    "/uppgifter/{K1}/underlag/{F1}/ta-bort": {"skal": "Fel fil."},
    "/uppgifter/{K1}/at-nagon/underlag/{F1}/ta-bort": {"skal": "Fel fil."},
    "/svar/{svarslänk}/uppgift/{K1}/underlag/{F1}/ta-bort": {"skal": ""},
    "/jag/kalender": {"gor": "skapa"},
    "/utskick/{brev}/igen": {},
    "/utskick/{brev}/adress": {"gor": "dalig", "skal": "Studsade."},
    "/uppgifter/{K1}/styr/datum": {"dag": "2022-03-15", "skal": "Sjukdom."},
    "/uppgifter/{K1}/styr/ansvarig": {"ansvarig": "Controllern", "skal": "Sjukdom."},
    "/uppgifter/{K1}/styr/utgar": {"skal": "Flyttad."},
    "/uppgifter/{K1}/styr/ej-genomford": {"skal": "Hanns inte."},
    "/uppgifter/{K1}/at-nagon": {"bedomning": "gron", "resultat": "Bra.", "version": "0"},
    "/fragor/{fråga}": {"svar": "nej", "skal": "Det går."},
    "/svar/{svarslänk}/uppgift/{K1}/mer-tid": MORE_TIME,
    "/uppgifter/{K1}/kan-inte": {"skal": "Systemet är borta."},
    "/svar/{svarslänk}/uppgift/{K1}/kan-inte": {"skal": "Systemet är borta."},
    "/uppgifter/{K1}/lamna-over": {"kollega": email("ny")},
    "/svar/{svarslänk}/uppgift/{K1}/lamna-over": {"kollega": email("ny")},
    "/atgarder/{A1}": {"version": "{sett-A1}", "gor": "pagar", "sagt": "Det går bra."},
    "/svar/{åtgärdslänk}/atgard/{A1}": {
        "version": "{sett-A1}", "gor": "klar", "sagt": "Det är gjort.",
    },
    "/atgarder/{A1}/andra": {
        "version": "{sett-A1}", "atgard": "Något annat", "vem": "Ansvarig {enhet}",
        "klar": "2022-12-01", "skal": "Semester.",
    },
    "/atgarder/{A1}/avskriv": {"version": "{sett-A1}", "skal": "Behövs inte."},
    "/atgarder/{A2}/oppna": {
        "version": "{sett-A2}", "klar": "2022-12-01", "skal": "Behövs ändå.",
    },
    "/atgarder/ny": {
        "om": "{plan}/K1", "atgard": "Något nytt", "vem": "Ansvarig {enhet}", "klar": "2022-12-01",
    },
    "/godkann/{K2}": {"gor": "godkann", "version": "1"},
    "/svar/{läslänk}/godkann/{K2}": {"gor": "godkann", "version": "1"},
    "/uppgifter/{K4}/oppna-igen": {"skal": "Fel månad."},
    "/planer": {"enhet": "{enhet}", "ar": "2030"},
    "/planer/{enhet}-2030/utkast/fil": {
        "gor": "las-in",
        "innehall": "enhet: {enhet}\r\når: 2030\r\nupprättad av: Controllern\r\n"
        "processområden: [Ekonomi]\r\nrisker:\r\n- id: R9\r\n  område: Ekonomi\r\n  titel: Ny\r\n"
        "  risken att: x\r\n  på grund av: x\r\n  vilket kan leda till: x\r\n"
        "  sannolikhet: 1\r\n  konsekvens: 1\r\n  hantering: acceptera\r\n  skäl: Liten\r\n",
    },
    "/planer/{utkast}/beslut": {"revision": "2", "dnr": "KS 1", "skal-alla": "Prövat."},
    "/planer/{utkast}/kasta": {"revision": "2"},
    "/planer/{skickad}/beslut/tillbaka": {"summa": "{summa}"},
    "/planer/{skickad}/beslut/anta": {
        "summa": "{summa}", "datum": "2022-02-09", "paragraf": "§ 2", "skal-alla": "Prövat.",
    },
    "/gemensamma/kommun-2022/K9/{enhet}": {"funktion": "Ansvarig {enhet}", "tidigare": ""},
    "/planer/{plan}/bedomningar/K2": {"niva": "gul", "skal": "Prövat igen.", "tidigare": "0"},
    "/planer/kommun-2022/bedomningar/K9/{enhet}": {"niva": "gul", "skal": "Prövat igen."},
    "/planer/{plan}/urval": {"tidigare": ""},
    "/planer/{plan}/urval/K2": {"till": "2024", "skal": "Prövat igen.", "tidigare": "0"},
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
    "/organisation/rapporter/slutrapport": {"text-inledning": "Läs med omsorg.", "visa-lag": "ja"},
    "/organisation/installningar": {
        "namn": "Nytt namn", "farg": "#0b5a67", "kontakt": "Controllern",
        "domaner": "kommun.example", "fore": "14, 7", "efter": "1", "eskalera": "10",
        "effekt": "60", "andra": "ja",
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
    "/planer/{plan}/utkast/plan": {"sett": "{sett-plan}", "titel": "En annan"},
    "/planer/{plan}/utkast/ny-risk": {"id": "R7", "titel": "Ny"},
    "/planer/{plan}/utkast/ny-utelamnad": {"id": "R7", "titel": "Ny"},
    "/planer/{plan}/utkast/risker/R1": {"sett": "{sett-R1}", "titel": "En annan"},
    "/planer/{plan}/utkast/risker/R1/ta-bort": {
        "sett": "{hela-R1}", "hur": "utelamna", "skal": "Därför",
    },
    "/planer/{plan}/utkast/risker/R1/ny-kontroll": {"id": "K7", "titel": "Ny"},
    "/planer/{plan}/utkast/risker/R1/ny-direktatgard": {"id": "D7", "atgard": "Ny"},
    "/planer/{plan}/utkast/kontroller/K1": {"sett": "{sett-kontroll}", "titel": "En annan"},
    "/planer/{plan}/utkast/kontroller/K1/ta-bort": {"sett": "{sett-kontroll}"},
    "/planer/{plan}/utkast/direktatgarder/D1": {"sett": "{sett-D1}", "atgard": "En annan"},
    "/planer/{plan}/utkast/direktatgarder/D1/ta-bort": {"sett": "{sett-D1}"},
    "/planer/{plan}/utkast/utelamnade/R2": {"sett": "{sett-R2}", "titel": "En annan"},
    "/planer/{plan}/utkast/utelamnade/R2/ta-bort": {"sett": "{sett-R2}"},
    "/planer/{plan}/utkast/utelamnade/R2/ta-in": {"sett": "{sett-R2}"},
    "/planer/{plan}/utkast/flytta": {
        "vad": "kontroller", "om": "K1", "steg": "ned", "sett": "{sett-ordning}",
    },
    "/planer/{plan}/utkast/register": {"val-R1": "ta-in"},
    "/planer/{plan}/utkast/register/R1": {"sett": "{sett-R1}"},
    "/personer/{person}/ge-roll": {"roll": "läsare", "enhet": "klk", "fran": "2022-02-10"},
}  # fmt: skip
"""Address of the form -> its fields; forms without fields are not here."""


def body(row: Row) -> dict[str, str]:
    """The fields of a form; {} for those without."""
    return dict(FORMS.get(row.address, {}))
