"""What a workbook's sheets hold: every column with its key in the plan file, its head and its help.

The writer (`workbook.py`) and the reader (`sheets.py`) both go by this, so that what is written can
be read, and what the plan file can say has a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from icengine.domain.people import UnitKind
from icengine.domain.plan import Combine, Treatment


class Kind(Enum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "tal"
    """A whole number."""
    STEP = "steg"
    """A step of the risk scale: "3", or "3 Trolig"."""
    PERCENT = "procent"
    DAY = "dag"
    YES = "ja"
    MANY = "flera"
    """Several names, a line each."""
    PAIRS = "par"
    """Names with a value each: "ks: Ekonomichefen", a line each."""


class Choice(Enum):
    """Where a column's drop-down list comes from; its value is the head in the sheet Listor."""

    FUNCTION = "Funktioner"
    UNIT = "Enheter"
    AREA = "Processområden"
    LIKELIHOOD = "Sannolikhet"
    CONSEQUENCE = "Konsekvens"
    LEVEL = "Bedömningar"
    ZONE = "Risknivåer"
    RISK = "Risker"
    CONTROL = "Kontroller"
    YES = "Ja eller nej"
    TREATMENT = "Hantering"
    COMBINE = "Flera tillfällen"
    AXIS = "Axel"
    SYMBOL = "Symboler"


FIXED = {
    Choice.YES: ("ja", "nej"),
    Choice.TREATMENT: tuple(map(str, Treatment)),
    Choice.COMBINE: tuple(map(str, Combine)),
    Choice.AXIS: ("sannolikhet", "konsekvens"),
}
"""Lists that are the same for everybody."""
OPEN = (Choice.FUNCTION, Choice.AREA, Choice.RISK, Choice.CONTROL)
"""Lists that only propose: what is not among them may be typed, and the reader judges it."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet, or one row of the sheet Plan."""

    key: str
    """The plan file's key for it."""
    head: str
    help: str
    """What to write, for whoever fills the workbook in; at most 255 characters."""
    width: int = 16
    kind: Kind = Kind.TEXT
    choice: Choice | None = None
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One sheet."""

    name: str
    columns: tuple[Column, ...]
    help: str
    always: bool = True
    """Is the sheet there in every workbook, though it has nothing to hold?"""

    def column(self, key: str) -> Column:
        """The column with that key; KeyError where there is none."""
        return {column.key: column for column in self.columns}[key]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its columns."""
        return tuple(column.key for column in self.columns)


def _function(key: str, head: str, help: str, *, required: bool = False) -> Column:
    return Column(key, head, help, 20, choice=Choice.FUNCTION, required=required)


def _yes(key: str, head: str, help: str) -> Column:
    return Column(key, head, help, 15, Kind.YES, Choice.YES)


_OPENS = Column(
    "öppnar dagar före", "Öppnar dagar före",
    "Hur många dagar före sista dagen uppgiften tidigast öppnar, 1–366. Tomt: 30 dagar, eller det "
    "som gäller hela planen.",
    14, Kind.NUMBER,
)  # fmt: skip
_DUE = Column(
    "redovisas arbetsdagar efter", "Redovisas arbetsdagar efter",
    "Sista dagen läggs så många arbetsdagar efter periodens slut, 0–60. Tomt: periodens sista "
    "arbetsdag, eller det som gäller hela planen.",
    14, Kind.NUMBER,
)  # fmt: skip
_ASSESSMENT = (
    Column("område", "Område", "Processområde. Finns bladet Processområden ifyllt ska det vara ett av dem.",
           18, choice=Choice.AREA, required=True),
    Column("titel", "Titel", "Kort namn, högst 200 tecken.", 28, required=True),
    Column("risken att", "Risken att",
           "Vad som kan hända. Fortsätter ”Risken att …”: börja med liten bokstav, utan punkt på slutet. "
           "Krävs om risken är värderad.", 42),
    Column("på grund av", "På grund av", "Orsaken. Fortsätter meningen: ”på grund av …”.", 36),
    Column("vilket kan leda till", "Vilket kan leda till",
           "Följden. Fortsätter meningen: ”vilket kan leda till …”.", 36),
    Column("sannolikhet före", "Sannolikhet före",
           "Sannolikheten utan de åtgärder som redan finns. Välj ett steg ur listan.",
           16, Kind.STEP, Choice.LIKELIHOOD),
    Column("konsekvens före", "Konsekvens före",
           "Konsekvensen utan de åtgärder som redan finns. Välj ett steg ur listan.",
           16, Kind.STEP, Choice.CONSEQUENCE),
    Column("befintliga åtgärder", "Befintliga åtgärder", "Det som redan håller risken nere.", 32),
    Column("sannolikhet", "Sannolikhet",
           "Sannolikheten med de åtgärder som finns. Välj ett steg ur listan. Lämna både sannolikhet och "
           "konsekvens tomma om ingen har värderat risken.",
           16, Kind.STEP, Choice.LIKELIHOOD),
    Column("konsekvens", "Konsekvens",
           "Konsekvensen med de åtgärder som finns. Välj ett steg ur listan.",
           16, Kind.STEP, Choice.CONSEQUENCE),
    Column("riskvärde", "Riskvärde",
           "Sannolikhet gånger konsekvens. Räknas ut av bladet. När filen läses in jämförs talet med "
           "sannolikhet och konsekvens.", 10),
)  # fmt: skip
_ASSESSMENT_LAST = (
    Column("perspektiv", "Perspektiv",
           "Vad risken gäller, till exempel uppsiktsplikt eller egen förvaltning.", 16),
    Column("kategori", "Kategori", "Er egen riskkategori.", 16),
    _function("riskägare", "Riskägare", "Funktionen som äger risken, inte ett personnamn."),
    _yes("oegentligheter", "Oegentligheter",
         "Kan risken handla om att någon gör fel med vilje? ja eller nej. Tomt: nej."),
    Column("bedömd", "Bedömd", "Dagen då risken bedömdes, till exempel 2026-10-14.", 12, Kind.DAY),
    Column("bedömd av", "Bedömd av", "De som gjorde bedömningen, till exempel ledningsgruppen.", 18),
    Column("ersätter", "Ersätter", "Id för den äldre risk som den här avlöser.", 12),
)  # fmt: skip
_ID = "Beteckningen, till exempel {}. Bokstäver, siffror, punkt, - och _. Ett id används en gång och återanvänds aldrig."  # fmt: skip
_OF_CONTROL = Column(
    "kontroll", "Kontroll", "Id för kontrollen på bladet Kontroller.", 12, choice=Choice.CONTROL,
    required=True,
)  # fmt: skip
_OF_RISK = Column(
    "risk", "Risk", "Id för risken på bladet Risker.", 10, choice=Choice.RISK, required=True
)

PLAN = Table(
    "Plan",
    (
        Column("enhet", "Enhet", "Id för enheten som antar planen, till exempel ks.",
               choice=Choice.UNIT, required=True),
        Column("år", "År", "Planåret, till exempel 2027.", kind=Kind.NUMBER, required=True),
        Column("titel", "Titel", "Planens namn. Tomt: Internkontrollplan och året."),
        _function("upprättad av", "Upprättad av", "Funktionen som har skrivit planen.", required=True),
        Column("riktlinje", "Riktlinje", "Riktlinjen som följs, gärna med diarienummer."),
        Column("urval till", "Urval till", "Året vars plan tar vid: planåret plus ett eller två. Tomt: nästa år.",
               kind=Kind.NUMBER),
        _OPENS,
        _DUE,
        Column("löpande redovisas", "Löpande redovisas",
               "När kontroller som sker löpande redovisas, till exempel kvartalsvis. Tomt: varje tertial."),
    ),
    "Det som gäller hela planen. Skriv i kolumnen Värde.",
)  # fmt: skip
RISKS = Table(
    "Risker",
    (
        Column("id", "Id", _ID.format("R1"), 10, required=True),
        *_ASSESSMENT,
        Column("hantering", "Hantering",
               "granskning (kontrolleras under året), direktåtgärd (något görs nu), acceptera (får vara "
               "som den är) eller följs upp (beskrivs i rapporten).",
               14, choice=Choice.TREATMENT, required=True),
        Column("skäl", "Skäl", "Varför risken accepteras eller följs upp utan kontroll. Krävs då.", 32),
        *_ASSESSMENT_LAST,
    ),
    "En rad för varje risk i planen.",
)  # fmt: skip
CONTROLS = Table(
    "Kontroller",
    (
        Column("id", "Id", _ID.format("K1"), 10, required=True),
        _OF_RISK,
        Column("titel", "Titel", "Kort namn för listor och mejl, högst 200 tecken.", 26, required=True),
        Column("kontrollmoment", "Kontrollmoment", "Vad som kontrolleras.", 40, required=True),
        Column("kontrollmål", "Kontrollmål", "Varför det kontrolleras.", 32),
        Column("metod", "Kontrollmetod",
               "Hur kontrollen görs, ett steg på varje rad i cellen (Alt+Retur ger ny rad). Den som inte var "
               "med när planen skrevs ska förstå vad som ska göras.", 48, required=True),
        Column("urval", "Urval", "Hur mycket som kontrolleras, till exempel 30 slumpvis valda inköp.", 28),
        Column("frekvens", "Frekvens",
               "Hur ofta, med era egna ord: 2 gånger per år, varje tertial, april och oktober, senast 30 "
               "september, löpande.", 22, required=True),
        _function("ansvarig", "Kontrollansvarig", "Funktionen som svarar, inte ett personnamn.", required=True),
        _function("utförare", "Utförare", "Funktionen som gör kontrollen, om det är en annan än den ansvariga."),
        _function("processägare", "Processägare", "Funktionen som äger det som kontrolleras. Bör inte vara den ansvariga."),
        _function("godkännare", "Godkännare", "Funktionen som läser och godkänner svaret. Tomt: ingen."),
        Column("mål", "Mål", "Målet i ord.", 26),
        Column("flera tillfällen", "Flera tillfällen",
               "Hur flera tillfällen blir en bedömning för året: senaste eller sämsta. Tomt: senaste.",
               14, choice=Choice.COMBINE),
        Column("obligatorisk enligt", "Obligatorisk enligt", "Regeln som kräver kontrollen varje år.", 20),
        Column("klass", "Klass", "Er egen klass för kontrollen, till exempel V1.", 10),
        _yes("skyddad", "Skyddad", "ja: mejl och rapport visar bara kontrollens nummer och bedömning. Tomt: nej."),
        _yes("kräver inloggning", "Kräver inloggning",
             "ja: länken i mejlet räcker inte, den som svarar måste logga in. Tomt: nej."),
        Column("ersätter", "Ersätter", "Id för den äldre kontroll som den här avlöser.", 12),
        _OPENS,
        _DUE,
    ),
    "En rad för varje kontroll. Kolumnen Risk säger vilken risk den hör till.",
)  # fmt: skip
ACTIONS = Table(
    "Direktåtgärder",
    (
        Column("id", "Id", _ID.format("D1"), 10, required=True),
        _OF_RISK,
        Column("åtgärd", "Åtgärd", "Vad som ska göras.", 50, required=True),
        _function("ansvarig", "Ansvarig", "Funktionen som gör det.", required=True),
        Column("klart", "Klart", "Dagen då det ska vara gjort, till exempel 2027-03-31.", 12, Kind.DAY, required=True),
    ),
    "Det som görs på en gång, för risker med hanteringen direktåtgärd.",
)  # fmt: skip
LEFT_OUT = Table(
    "Utelämnade risker",
    (
        Column("id", "Id", _ID.format("R9"), 10, required=True),
        *_ASSESSMENT,
        Column("skäl", "Skäl", "Varför risken inte är med i planen.", 32, required=True),
        *_ASSESSMENT_LAST,
    ),
    "Risker som ni har bedömt men inte tagit med, så att den som beslutar ser dem och varför.",
)  # fmt: skip
OCCURRENCES = Table(
    "Tillfällen",
    (
        _OF_CONTROL,
        Column("namn", "Namn", "Vad tillfället kallas. Tomt: datumen.", 26),
        Column("från", "Från", "Första dagen i perioden.", 12, Kind.DAY, required=True),
        Column("till", "Till", "Sista dagen i perioden. Tomt: samma dag som Från.", 12, Kind.DAY),
        Column("öppnar", "Öppnar", "Dagen då uppgiften öppnar. Tomt: räknas ut.", 12, Kind.DAY),
        Column("senast", "Senast", "Sista dagen att svara. Tomt: räknas ut.", 12, Kind.DAY),
    ),
    "Egna datum, när kontrollens frekvens inte går att skriva i ord. En rad för varje tillfälle.",
)  # fmt: skip
MEASURES = Table(
    "Mätning",
    (
        _OF_CONTROL,
        Column("del", "Det som räknas", "Till exempel: Inköp enligt avtal. Skrivs på kontrollens första rad.", 30),
        Column("helhet", "Av hur många", "Till exempel: Granskade inköp. Skrivs på kontrollens första rad.", 30),
        Column("mål procent", "Mål procent", "Målet i procent, till exempel 90. Skrivs på kontrollens första rad.", 12,
               Kind.PERCENT),
        Column("minst", "Minst procent", "Från och med så många procent gäller bedömningen. Högsta först, 0 sist.", 14,
               Kind.PERCENT, required=True),
        Column("bedömning", "Bedömning", "Id för nivån som föreslås, till exempel gron.", 14, choice=Choice.LEVEL,
               required=True),
    ),
    "För kontroller som mäts: en rad för varje gräns, den högsta först.",
)  # fmt: skip
SHARED = Table(
    "Gemensamma",
    (
        _OF_CONTROL,
        Column("slag", "Slag", "Alla enheter av de här slagen, ett på varje rad: " + ", ".join(map(str, UnitKind)) + ".",
               16, Kind.MANY),
        Column("under", "Under", "Bara enheter på eller under den här enheten (id).", 14, choice=Choice.UNIT),
        Column("enheter", "Enheter", "Enheter som väljs en och en (id), en på varje rad.", 16, Kind.MANY),
        Column("ansvariga", "Ansvariga", "Funktionen som svarar för en enhet, en på varje rad: ks: Ekonomichefen.", 34,
               Kind.PAIRS),
    ),
    "För kontroller som flera enheter gör: en rad för varje kontroll.",
)  # fmt: skip
AREAS = Table(
    "Processområden",
    (Column("område", "Processområde", "Områdena i den ordning rapporten visar dem.", 34),),
    "Områdena i den ordning rapporten visar dem. Tomt: i riskernas ordning.",
)
PERIODS = Table(
    "Perioder",
    (
        Column("ord", "Ord", "Ett eget ord för en del av året, till exempel budgetberedningen.", 26, required=True),
        Column("betyder", "Betyder", "Vad det betyder hos er, till exempel september–oktober.", 30, required=True),
    ),
    "Egna ord som används i frekvenserna.",
)  # fmt: skip
_LEVEL = (
    Column("id", "Id", "Nivåns id, till exempel gron.", 12, required=True),
    Column("ord", "Ord", "Ordet som skrivs ut.", 24, required=True),
    Column("symbol", "Symbol", "Tecknet som visas bredvid ordet.", 10, choice=Choice.SYMBOL, required=True),
    Column("färg", "Färg", "Till exempel #62AE7F.", 12, required=True),
    Column("kort", "Kort", "Ett kort ord för smala kolumner.", 12),
    Column("betydelse", "Betydelse", "Vad nivån säger.", 44),
    _yes("kräver åtgärd", "Kräver åtgärd", "ja: ett svar på nivån måste ha en åtgärd. Tomt: nej."),
    _yes("utanför ordningen", "Utanför ordningen", "ja för nivån för det som inte kan bedömas. Tomt: nej."),
)  # fmt: skip
RATINGS = Table("Bedömningsskala", _LEVEL, "Planens egen skala för bedömning, den bästa nivån först.", always=False)  # fmt: skip
STEPS = Table(
    "Riskskala",
    (
        Column("axel", "Axel", "sannolikhet eller konsekvens.", 16, choice=Choice.AXIS, required=True),
        Column("steg", "Steg", "Stegets tal, från 1.", 8, Kind.NUMBER, required=True),
        Column("ord", "Ord", "Ordet för steget.", 24, required=True),
        Column("betydelse", "Betydelse", "Vad steget betyder.", 50),
    ),
    "Planens egen riskskala: ett ord för varje steg.",
    always=False,
)  # fmt: skip
MATRIX = Table(
    "Riskmatris",
    (
        Column("sannolikhet", "Sannolikhet", "Radens steg av sannolikhet.", 22, Kind.STEP, Choice.LIKELIHOOD, required=True),
        *(
            Column(str(n), f"Konsekvens {n}", f"Id för risknivån vid konsekvens {n}.", 14, choice=Choice.ZONE)
            for n in range(1, 7)
        ),
    ),
    "Risknivån i varje ruta av planens egen riskmatris.",
    always=False,
)  # fmt: skip
ZONES = Table("Risknivåer", _LEVEL, "Nivåerna i planens egen riskmatris, den värsta först.", always=False)  # fmt: skip

TABLES = (
    RISKS, CONTROLS, ACTIONS, LEFT_OUT, OCCURRENCES, MEASURES, SHARED, AREAS, PERIODS, RATINGS, STEPS,
    MATRIX, ZONES,
)  # fmt: skip
"""Every sheet that is a table, in the workbook's order; before them stand Hjälp and Plan."""
HELP, LISTS, EXAMPLES = "Hjälp", "Listor", "Exempel"
"""Sheets that are never read."""
EXAMPLE = "(exempel)"
"""What stands as id of a row that shows how to write and is not read; no id looks like that."""
BASIS = "hämtad från"
"""The row of the sheet Plan that says which draft or version the workbook was made from."""
BASIS_HELP = (
    "Skrivs av programmet och ska stå kvar: säger vilket utkast filen kom från, så att ingen annans "
    "ändring skrivs över."
)
VALUE = "Värde"
