"""The words the frequency reader knows, lower case, with what each one means.

Only tables live here. Words for seasons and other named periods, which a plan may change, are in
frequency_periods.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from icengine.domain.calendar import MONTHS

MONTH_NAMES: Mapping[str, int] = {name: m for m, name in enumerate(MONTHS, 1)}
"""Full names of months -> 1-12."""

MONTH_SHORT: Mapping[str, int] = {
    "jan": 1, "feb": 2, "febr": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dec": 12,
}  # fmt: skip
"""Abbreviations -> 1-12. "jul" is also Christmas: see frequency_spans.py."""

NUMBERS: Mapping[str, int] = {
    "en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7,
    "åtta": 8, "nio": 9, "tio": 10, "elva": 11, "tolv": 12,
}  # fmt: skip
"""Number words -> value."""

NUMBER_TEXT: Mapping[int, str] = {1: "en"} | {n: w for w, n in NUMBERS.items() if n > 1}
"""Value -> number word, as before "gång" and "gånger"."""

ORDINALS: Mapping[str, int] = {
    "första": 1, "andra": 2, "tredje": 3, "fjärde": 4, "femte": 5, "sjätte": 6,
    "sjunde": 7, "åttonde": 8, "nionde": 9, "tionde": 10, "elfte": 11, "tolfte": 12,
}  # fmt: skip
"""Ordinal words -> value."""

TIMES = frozenset(
    [
        "gång",
        "gånger",
        "gånge",
        "gångar",
        "ggr",
        "ggn",
        "gång/er",
        "gg",
        "gng",
        "g",
        "x",
        "tillfälle",
        "tillfällen",
        "tillfällena",
    ]
)
"""What is counted in "2 gånger"."""

UNITS: Mapping[str, str] = {
    "år": "år", "året": "år", "kalenderår": "år", "kalenderåret": "år",
    "verksamhetsår": "år", "verksamhetsåret": "år", "planår": "år", "planåret": "år",
    "helår": "år", "helåret": "år",
    "halvår": "halvår", "halvåret": "halvår",
    "tertial": "tertial", "tertialet": "tertial",
    "kvartal": "kvartal", "kvartalet": "kvartal", "kv": "kvartal",
    "månad": "månad", "månaden": "månad", "mån": "månad",
    "vecka": "vecka", "veckan": "vecka", "v": "vecka",
    "dag": "dag", "dagen": "dag",
    "mandatperiod": "mandatperiod", "mandatperioden": "mandatperiod",
}  # fmt: skip
"""Units in "per …", any form -> unit."""

ADVERBS: Mapping[str, str] = {
    "årligen": "år", "årlig": "år", "årliga": "år", "årligt": "år", "årsvis": "år",
    "helårsvis": "år", "halvårsvist": "halvår", "tertialvist": "tertial",
    "kvartalsvist": "kvartal", "månadsvist": "månad", "veckovist": "vecka",
    "halvårsvis": "halvår", "halvårsvisa": "halvår", "halvårligen": "halvår",
    "tertialvis": "tertial", "tertialvisa": "tertial", "tertialsvis": "tertial",
    "kvartalsvis": "kvartal", "kvartalsvisa": "kvartal", "kvartalvis": "kvartal",
    "månadsvis": "månad", "månadsvisa": "månad", "månatligen": "månad", "månatlig": "månad",
    "månatliga": "månad", "månatligt": "månad", "månligen": "månad",
    "veckovis": "vecka", "veckovisa": "vecka", "veckoligen": "vecka",
}  # fmt: skip
"""One word for "once per unit" -> unit."""

PER = frozenset(("per", "pr", "i", "om", "var", "varje"))
"""What stands between a count and its unit; so does a slash."""

EACH = frozenset(("per", "pr", "var", "varje"))
"""What may stand before a unit without a count: "per kvartal", but not "i kvartalet"."""

AT_LEAST = frozenset(
    [
        "minst",
        "min",
        "ca",
        "cirka",
        "circa",
        "ungefär",
        "dock",
        "åtminstone",
        "totalt",
        "sammanlagt",
        "omkring",
    ]
)
"""Before a count; the count holds all the same ("minst 3" is planned as 3)."""

CONTINUOUS = frozenset(
    [
        "löpande",
        "kontinuerligt",
        "kontinuerlig",
        "kontinuerliga",
        "fortlöpande",
        "dagligen",
        "daglig",
        "dagliga",
        "dagligt",
    ]
)
"""A control that goes on all the time."""

AND = frozenset(("och", "samt", "respektive", "resp"))
"""Between the parts of a list; so do comma, colon, semicolon, full stop and brackets."""

NEXT_YEAR: tuple[tuple[str, ...], ...] = (
    ("året", "efter"), ("året", "därefter"), ("året", "därpå"), ("påföljande", "år"),
    ("följande", "år"), ("efterföljande", "år"), ("nästföljande", "år"),
)  # fmt: skip
"""After a month or a date: the year after the plan year. "Nästa år" is not among them: the plan is
written the year before, so it may mean either."""

THIS_YEAR: tuple[tuple[str, ...], ...] = (
    ("under", "året"), ("under", "kalenderåret"), ("under", "verksamhetsåret"),
    ("under", "planåret"), ("i", "år"), ("innevarande", "år"), ("samma", "år"),
    ("under", "innevarande", "år"), ("på", "ett", "år"), ("under", "ett", "år"),
)  # fmt: skip
"""The plan year itself."""

ALL_YEAR: tuple[tuple[str, ...], ...] = (
    ("under", "hela", "året"), ("hela", "året"), ("året", "runt"), ("året", "om"),
    ("under", "årets", "gång"),
)  # fmt: skip
"""Says something only together with löpande."""

START: tuple[tuple[str, ...], ...] = (
    ("med", "start"), ("med", "början"), ("med", "startår"), ("start",), ("startår",),
    ("från",), ("från", "och", "med"), ("börjar",), ("startar",), ("första", "gången"),
    ("första", "året"),
)  # fmt: skip
"""Before the anchor year of a control that comes every n-th year."""

FILLERS: tuple[tuple[str, ...], ...] = tuple(
    tuple(phrase.split())
    for phrase in (
        "uppföljning", "uppföljningen", "uppföljningar", "granskning", "granskningen",
        "granskningar", "kontroll", "kontrollen", "kontroller", "kontrollerna", "tillsyn",
        "tillsynen", "arbetet", "arbete", "kontrollmoment", "kontrollmomentet", "momentet",
        "stickprov", "stickprovet", "stickprovskontroll", "stickprovskontroller", "mätning",
        "mätningen", "mätningar", "avstämning", "avstämningen", "avstämningar", "genomgång",
        "genomgången", "egenkontroll", "frekvens", "tidpunkt", "intervall", "utfall",
        "har skett", "har gjorts", "har genomförts", "har utförts", "skett", "sker", "ska ske",
        "skall ske", "ska göras", "skall göras", "ska genomföras", "skall genomföras",
        "ska utföras", "skall utföras", "görs", "gjordes", "genomförs", "genomfördes",
        "genomförd", "utförs", "utfördes", "utförd", "planeras", "planeras till", "planerad",
        "planerad till", "skedde", "följs upp", "kontrolleras", "granskas", "kontrollerades",
        "granskades", "stäms av", "enligt fastställd plan", "enligt plan", "enligt planen",
        "enligt planering", "enligt beslutad plan", "enligt gällande plan", "enligt schema",
        "enligt rutin", "enligt årsplan", "enligt årshjul", "enligt årshjulet",
        "enligt fastställt schema", "enligt tidplan", "enligt fastställd tidplan",
        "enligt internkontrollplan", "enligt internkontrollplanen",
    )
)  # fmt: skip
"""Words around a time that say nothing about it."""

REPORTING = frozenset(
    [
        "rapport",
        "rapportering",
        "rapporteras",
        "redovisning",
        "redovisas",
        "avrapporteras",
        "avrapportering",
        "återrapporteras",
        "återrapportering",
        "sammanställs",
        "sammanställning",
        "dokumenteras",
        "med",
        "men",
        "som",
    ]
)
"""Around the reporting occasions of a continuous control; elsewhere they raise a question."""

CIRCUMSTANCE: tuple[tuple[str, ...], ...] = (
    ("i", "samband", "med"), ("vid",), ("i", "anslutning", "till"), ("enligt",),
)  # fmt: skip
"""What opens a phrase of free words; without a time it makes an event (not "enligt")."""

EVENTS: tuple[tuple[str, ...], ...] = (
    ("vid", "behov"), ("efter", "behov"), ("när", "behov", "uppstår"),
    ("när", "behov", "finns"), ("på", "förekommen", "anledning"),
    ("händelsestyrt",), ("händelsestyrd",),
)  # fmt: skip
"""Phrases that mean an event in themselves."""

DOUBT = frozenset(
    [
        "ej",
        "inte",
        "icke",
        "aldrig",
        "utom",
        "förutom",
        "undantag",
        "undantaget",
        "exklusive",
        "exkl",
        "dock",
        "annars",
        "alternativt",
        "eller",
        "efter",
        "före",
        "innan",
        "mellan",
        "från",
        "till",
        "tom",
        "senast",
        "tidigast",
        "förrän",
        "sedan",
        "därefter",
        "men",
        "max",
        "högst",
        "varannan",
        "vartannat",
    ]
)
"""Words that may turn a time around: never passed over beside a time."""

TIME_EXACT = frozenset(
    [
        "dag",
        "dagar",
        "dagarna",
        "dagen",
        "år",
        "året",
        "åren",
        "årets",
        "vår",
        "våren",
        "vårens",
        "jul",
        "julen",
        "lov",
        "loven",
        "natt",
        "v",
        "tid",
        "tider",
        "ibland",
        "ofta",
        "oftast",
        "sällan",
        "emellanåt",
        "alltid",
        "snarast",
        "snart",
        "helg",
        "helger",
        "helgen",
        "ggr",
        "gång",
        "gånger",
        "mån",
        "datum",
        "period",
        "perioden",
        "perioder",
        "stund",
        "tillfällen",
        "återkommande",
        "varv",
        "nattetid",
        "dagtid",
        "pingst",
        "advent",
        "påsk",
        "nyår",
        "sen",
        "tidig",
        "början",
        "slutet",
        "mitten",
        "par",
        "flera",
        "några",
        "många",
        "vart",
    ]
)
"""Words about time that must not be passed over as free words."""

TIME_STARTS = (
    "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag", "vardag", "vecko",
    "vecka", "veckor", "månad", "kvartal", "tertial", "termin", "halvår", "årlig", "års",
    "höst", "somma", "vinte", "vintr", "vårter", "vårk", "vårm", "påsk", "midsommar", "semest",
    "jullov", "julled", "julhelg", "delår", "mandatper", "dagl", "timme", "timm", "minut",
    "kväll", "morgon", "regelbund", "period", "tillfäll", "löpand", "kontinuer", "dygn",
)  # fmt: skip
"""Beginnings of words about time."""

TIME_PARTS = ("bokslut", "skifte", "delår", "halvår", "kvartal", "tertial", "månads")
"""Parts of words about time, wherever they stand."""

QUESTIONS: Mapping[str, tuple[str, str]] = {
    "regelbundet": (
        "”regelbundet” säger inte hur ofta",
        "skriv till exempel ”en gång per kvartal” eller ”löpande”",
    ),
    "ibland": ("”ibland” säger inte hur ofta", "skriv till exempel ”två gånger per år”"),
    "vintern": (
        "”vintern” ligger i två år",
        "skriv året, ”vintern 2026/2027”, eller månaderna, ”januari–februari”",
    ),
    "eller": (
        "”eller” lämnar ett val öppet",
        "skriv bara det som ska gälla, till exempel ”oktober”",
    ),
    "högst": (
        "”högst” säger inte hur många gånger det ska ske",
        "skriv ett bestämt antal, till exempel ”2 gånger per år”",
    ),
    "jul": (
        "”jul” kan vara juli eller julen",
        "skriv ”juli”, ”december” eller ”mellandagarna”",
    ),
    "mitten": (
        "”mitten” är för obestämt",
        "skriv månaden, till exempel ”oktober”, eller dagar, ”10–20 oktober”",
    ),
    "varannan": (
        "”varannan” kan bara läsas med månad",
        "skriv till exempel ”varannan månad” eller ”varje vecka”",
    ),
    "termin": (
        "termin är inget fast tidsspann här",
        "skriv ”en gång per halvår” eller månaderna, till exempel ”maj och november”",
    ),
    "flera": (
        "antalet gånger är inte bestämt",
        "skriv ett bestämt antal, till exempel ”3 gånger per år”",
    ),
    "dag": (
        "enskilda dagar kan inte räknas upp så",
        "skriv ”dagligen”, ”varje vecka” eller ett datum, till exempel ”15 mars”",
    ),
    "efter": (
        "”efter” säger inte när perioden slutar",
        "skriv hela perioden, till exempel ”september–oktober”, eller ”senast 30 september”",
    ),
    "från": (
        "perioden har ett slut som saknas",
        "skriv både början och slut, till exempel ”mars–maj”",
    ),
    "inte": (
        "ett undantag kan inte läsas",
        "räkna i stället upp när det ska ske, till exempel ”mars, juni och oktober”",
    ),
    "hela": (
        "”hela” säger inte hur ofta",
        "skriv ”löpande”, eller bara perioden om det är en gång, till exempel ”hösten”",
    ),
    "vecka": (
        "det framgår inte vilken vecka",
        "skriv ”vecka 12”, ”varje vecka” eller ”varannan månad”",
    ),
    "inför": (
        "”inför” säger inte när det ska vara klart",
        "skriv till exempel ”före sommaren” eller ”senast 31 augusti”",
    ),
    "början": (
        "bara årstider och året kan ha en början och ett slut",
        "skriv månaden, till exempel ”mars”, eller dagar, ”1–15 mars”",
    ),
    "påsk": (
        "helger och ledigheter är inga perioder i planen",
        "skriv månaden eller ett datum, eller lägg till perioden i planen",
    ),
    "nästa": (
        "”nästa år” kan vara planåret eller året efter",
        "skriv ”året efter” eller årtalet, till exempel ”januari 2027”",
    ),
    "redovisas": (
        "texten säger när något redovisas men inte när det kontrolleras",
        "skriv när kontrollen ska göras, till exempel ”en gång per tertial”",
    ),
}
"""Words that raise a question -> (problem, hint)."""

QUESTION_WORDS: Mapping[str, str] = {
    "regelbunden": "regelbundet", "regelbundna": "regelbundet", "återkommande": "regelbundet",
    "periodvis": "regelbundet", "ofta": "regelbundet", "periodiskt": "regelbundet",
    "sällan": "ibland", "emellanåt": "ibland", "sporadiskt": "ibland", "successivt": "ibland",
    "vinter": "vintern", "vinterns": "vintern", "alternativt": "eller", "max": "högst",
    "maximalt": "högst", "julen": "jul", "mitt": "mitten", "terminsvis": "termin",
    "terminen": "termin", "höstterminen": "termin", "vårterminen": "termin", "några": "flera",
    "många": "flera", "par": "flera", "flertal": "flera", "ej": "inte", "utom": "inte",
    "förutom": "inte", "aldrig": "inte", "exklusive": "inte", "måndag": "dag", "tisdag": "dag",
    "onsdag": "dag", "torsdag": "dag", "fredag": "dag", "lördag": "dag", "söndag": "dag",
    "måndagar": "dag", "tisdagar": "dag", "onsdagar": "dag", "torsdagar": "dag",
    "fredagar": "dag", "vardag": "dag", "vardagar": "dag", "dag": "dag", "arbetsdag": "dag",
    "fr": "från", "tidigast": "från", "sedan": "från", "redovisning": "redovisas",
    "rapporteras": "redovisas", "rapportering": "redovisas", "rapport": "redovisas",
    "veckan": "vecka", "veckor": "vecka", "början": "början", "slutet": "början", "tidig": "början", "tidigt": "början",
    "sen": "början", "sent": "början", "avrapporteras": "redovisas", "avrapportering": "redovisas", "vartannat": "varannan",
}  # fmt: skip
"""Other words -> the entry of QUESTIONS that answers them."""

QUESTION_STARTS: Mapping[str, str] = {
    "påsk": "påsk", "midsommar": "påsk", "semest": "påsk", "pingst": "påsk", "advent": "påsk",
    "sportlov": "påsk", "höstlov": "påsk", "nyår": "påsk",
    "måndag": "dag", "tisdag": "dag", "onsdag": "dag", "torsdag": "dag", "fredag": "dag",
    "lördag": "dag", "söndag": "dag", "vardag": "dag", "arbetsdag": "dag", "termin": "termin",
    "höstterm": "termin", "vårterm": "termin", "regelb": "regelbundet", "vinter": "vintern",
    "jul": "jul", "nästa": "nästa", "nästkom": "nästa", "kommande": "nästa",
}  # fmt: skip
"""Beginnings of words -> the entry of QUESTIONS that answers them."""
