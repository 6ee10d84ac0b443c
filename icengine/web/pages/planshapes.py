"""What the forms about a plan, its risks, controls and direktåtgärder ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from icengine.domain.calendar import MONTHS, swedish_date
from icengine.domain.document import YEARS
from icengine.domain.draft_entries import Kind
from icengine.domain.labels import Vocabulary
from icengine.domain.people import UnitKind
from icengine.domain.plan import Combine, Treatment
from icengine.domain.text import one_line
from icengine.services.planwriting import PlanDesk
from icengine.web.pages.fields import Choice, nothing_or
from icengine.web.pages.planfields import Item, Rows, Shape

NUMBER, RULES, DATES, SHARED, MEASURE, PEOPLE = (
    "Nummer", "När uppgiften öppnar och ska vara klar", "Egna datum", "Gemensam kontroll",
    "Mätning", "Vilka gör vad?",
)  # fmt: skip
MORE_ABOUT, BEFORE, LEGACY = "Mer om kontrollen", "Utan de åtgärder som finns", "Mer om risken"
PERIODS, SIZE = "Egna ord för delar av året", "Hur stor är den?"
FOLDED = frozenset({NUMBER, RULES, DATES, SHARED, MEASURE, MORE_ABOUT, BEFORE, LEGACY, PERIODS})
"""Groups that are folded together where nothing is written in them, or wrong."""

PAIRED = frozenset({PEOPLE, RULES, SIZE})
"""Groups of short fields that stand beside each other where there is room."""

NOTES = {
    DATES: "När ingen text säger vad du menar. De gäller i stället för det som står under Hur ofta.",
    MEASURE: "När kontrollen ger två tal räknas andelen ut, och en bedömning föreslås. "
    "Skriv den högsta gränsen först och sluta med 0.",
    SHARED: "När flera enheter gör kontrollen får var och en egna uppgifter. Välj dem efter slag, "
    "efter var de ligger, eller en och en.",
    RULES: "Lämna tomt så gäller det som gäller för hela planen.",
    BEFORE: "Hur stor vore risken om det som redan görs inte gjordes?",
    NUMBER: "Numret är riskens, kontrollens eller åtgärdens för alltid och används aldrig igen.",
    PERIODS: "Säger ni till exempel ”budgetberedningen” skriver du här vad det betyder: "
    "september–oktober.",
}
"""What a group of fields is for."""

TREATMENTS = {
    Treatment.CONTROL: "Vi kontrollerar under året",
    Treatment.ACT_NOW: "Vi åtgärdar nu, utan kontroll",
    Treatment.FOLLOW_UP: "Vi beskriver läget i rapporten, utan kontroll. Kräver ett skäl",
    Treatment.ACCEPT: "Risken får vara som den är. Kräver ett skäl",
}


def shape_of(desk: PlanDesk, kind: Kind) -> Shape:
    """What is asked about a part of that kind."""
    makers: dict[Kind, Callable[[PlanDesk], Shape]] = {
        Kind.RISK: risk_shape, Kind.LEFT_OUT: left_out_shape, Kind.CONTROL: control_shape,
        Kind.ACTION: action_shape,
    }  # fmt: skip
    return makers[kind](desk)


def _words(desk: PlanDesk) -> Vocabulary:
    return desk.organisation.vocabulary


def _suggestions(words: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(word, word) for word in dict.fromkeys(words) if word)


# -- risks --


def _assessment(desk: PlanDesk) -> list[Item]:
    areas, words = desk.plan.areas, _words(desk)
    chosen = isinstance(desk.document.get("processområden"), list)
    area = Item(
        ("område",), words("processområde").title, "select" if chosen else "suggest",
        choices=nothing_or(_suggestions(areas), "Välj") if chosen else _suggestions(areas),
        group="Risken",
    )  # fmt: skip
    return [
        Item(("titel",), "Kort namn", group="Risken"),
        Item(("risken att",), "Risken att …", "area", group="Risken"),
        Item(("på grund av",), "på grund av …", "area", group="Risken"),
        Item(("vilket kan leda till",), "vilket kan leda till …", "area", group="Risken"),
        area,
        Item(("riskägare",), words("riskägare").title, "function", group="Risken"),
        *_weights(desk),
    ]


def _weights(desk: PlanDesk) -> list[Item]:
    scale, size = desk.plan.risk_scale, SIZE
    likely = _steps(scale.likelihood, scale.likelihood_meanings)
    grave = _steps(scale.consequence, scale.consequence_meanings)
    return [
        Item(("sannolikhet",), "Sannolikhet", "select", choices=likely, group=size,
             hint="Med de åtgärder som redan finns."),
        Item(("konsekvens",), "Konsekvens", "select", choices=grave, group=size,
             hint="Med de åtgärder som redan finns."),
        Item(("bedömd",), "Bedömd den", "date", group=size),
        Item(("bedömd av",), "Bedömd av", group=size, hint="Till exempel ledningsgruppen."),
        Item(("befintliga åtgärder",), "Befintliga åtgärder", "area", group=BEFORE,
             hint="Det som redan håller risken nere."),
        Item(("sannolikhet före",), "Sannolikhet utan dem", "select", choices=likely, group=BEFORE),
        Item(("konsekvens före",), "Konsekvens utan dem", "select", choices=grave, group=BEFORE),
    ]  # fmt: skip


def _steps(words: tuple[str, ...], meanings: tuple[str, ...]) -> tuple[Choice, ...]:
    """The steps of an axis, each with its word and what it means."""
    said = meanings or ("",) * len(words)
    steps = (
        Choice(str(n), f"{n} {one_line(word)}" + (f": {one_line(meant)}" if meant else ""))
        for n, (word, meant) in enumerate(zip(words, said, strict=True), 1)
    )
    return nothing_or(steps, "Inte värderad")


def _about(desk: PlanDesk) -> list[Item]:
    """What is said more seldom of a risk."""
    known = [*desk.plan.risks, *desk.plan.left_out]
    perspectives = _suggestions(
        ["uppsiktsplikt", "egen förvaltning", *(r.perspective for r in known)]
    )
    return [
        Item(("oegentligheter",), "Kan röra oegentligheter", "yes", group=LEGACY,
             hint="Någon kan göra fel med vilje."),
        Item(("perspektiv",), "Perspektiv", "suggest", choices=perspectives, group=LEGACY),
        Item(("kategori",), "Kategori", "suggest", choices=_suggestions(r.category for r in known),
             group=LEGACY),
        Item(("ersätter",), "Ersätter", group=LEGACY, hint="Numret på den äldre risk som den avlöser."),
        Item(("id",), "Riskens nummer", group=NUMBER),
    ]  # fmt: skip


def risk_shape(desk: PlanDesk) -> Shape:
    """A risk of the plan and what is done about it."""
    group = "Vad gör vi åt den?"
    choices = tuple(Choice(str(t), str(t).capitalize(), hint) for t, hint in TREATMENTS.items())
    treatment = Item(("hantering",), "Hantering", "radio", choices=choices, group=group)
    reason = Item(("skäl",), "Skäl", "area", group=group,
                  hint="Varför risken accepteras, eller följs upp utan kontroll.")  # fmt: skip
    return Shape(
        (*_assessment(desk), treatment, reason, *_about(desk)), (Kind.CONTROL, Kind.ACTION)
    )


def left_out_shape(desk: PlanDesk) -> Shape:
    """A risk that the plan leaves out."""
    reason = Item(("skäl",), "Varför är den inte med?", "area", group="Utelämnad",
                  hint="Skälet följer med planen till beslut.")  # fmt: skip
    return Shape((reason, *_assessment(desk), *_about(desk)))


# -- controls and direktåtgärder --


def control_shape(desk: PlanDesk) -> Shape:
    """A control."""
    words = _words(desk)
    what, people = "Vad ska göras?", PEOPLE
    return Shape((
        Item(("titel",), "Kort namn", group=what, hint="Det står i listor och i mejlens ämnesrad."),
        Item(("kontrollmoment",), words("kontrollmoment").title, "area", group=what,
             hint="Vad som kontrolleras."),
        Item(("metod",), "Metod", "area", group=what,
             hint="Hur det görs, ett steg per rad. Skriv för den som inte var med när planen gjordes."),
        Item(("urval",), "Urval eller omfattning", "area", group=what, hint="Hur mycket som kontrolleras."),
        Item(("frekvens",), "Hur ofta?", "frequency", group="När ska det göras?",
             hint="Skriv som du brukar, till exempel ”tertialvis”, ”mars och oktober” eller ”2 gånger "
             "per år”."),
        Item(("ansvarig",), words("kontrollansvarig").title, "function", group=people,
             hint="Får uppgiften med mejl och svarar."),
        Item(("processägare",), "Processägare", "function", group=people,
             hint="Äger det som kontrolleras. Bör vara någon annan."),
        Item(("utförare",), "Utförare", "function", group=people, hint="Om en annan gör kontrollen."),
        Item(("godkännare",), words("godkännare").title, "function", group=people,
             hint="Läser svaret och godkänner det."),
        Item(("kontrollmål",), "Kontrollmål", "area", group=MORE_ABOUT, hint="Varför det kontrolleras."),
        Item(("mål",), "Mål", "area", group=MORE_ABOUT, hint="Vad som räknas som bra, i ord."),
        Item(("obligatorisk enligt",), "Obligatorisk enligt", group=MORE_ABOUT,
             hint="Regeln som kräver kontrollen varje år, till exempel attestreglementet."),
        Item(("klass",), "Klass", group=MORE_ABOUT, hint="Er egen klass för kontrollen."),
        Item(("flera tillfällen",), "Flera tillfällen blir årets bedömning så här", "select",
             choices=_combining(), group=MORE_ABOUT),
        Item(("skyddad",), "Skyddad", "yes", group=MORE_ABOUT,
             hint="Mejl och rapport visar bara kontrollens nummer och bedömning."),
        Item(("kräver inloggning",), "Kräver inloggning", "yes", group=MORE_ABOUT,
             hint="Länken i mejlet räcker inte för att svara."),
        Item(("ersätter",), "Ersätter", group=MORE_ABOUT,
             hint="Numret på den äldre kontroll som den avlöser."),
        *_measure(desk),
        _own_dates(desk),
        *_shared(desk),
        *_rule(RULES),
        Item(("id",), "Kontrollens nummer", group=NUMBER),
    ))  # fmt: skip


def _combining() -> tuple[Choice, ...]:
    choices = (
        Choice(str(Combine.LATEST), "Det senaste gäller"),
        Choice(str(Combine.WORST), "Det sämsta gäller"),
    )
    return nothing_or(choices, "Som vanligt: det senaste gäller")


def _measure(desk: PlanDesk) -> list[Item | Rows]:
    ranked = [level for level in desk.plan.ratings.levels if level.rank is not None]
    levels = tuple(Choice(level.id, f"{level.symbol} {one_line(level.word)}") for level in ranked)
    key = "mätning"
    return [
        Item((key, "del"), "Vad räknas?", group=MEASURE, hint="Till exempel ”Klassade it-stöd”."),
        Item((key, "helhet"), "Av hur många?", group=MEASURE, hint="Till exempel ”It-stöd i drift”."),
        Item((key, "mål procent"), "Mål i procent", group=MEASURE),
        Rows(
            (key, "gränser"),
            (
                Item(("minst",), "Från och med, procent"),
                Item(("bedömning",), "Bedömning", "select", choices=nothing_or(levels, "Välj"),
                     preset=tuple(level.id for level in ranked)),
            ),
            "Gräns", MEASURE,
        ),
    ]  # fmt: skip


def _own_dates(desk: PlanDesk) -> Rows:
    year = desk.plan.year or YEARS[0]
    hint = f"{MONTHS[0].capitalize()} {year}–{MONTHS[11]} {year + 1}."
    return Rows(
        ("tillfällen",),
        (
            Item(("från",), "Första dagen", "date", hint=hint),
            Item(("till",), "Sista dagen", "date", hint="Lämna tomt om det är samma dag."),
            Item(("namn",), "Namn", hint="Lämna tomt så heter det som datumen."),
            Item(("öppnar",), "Uppgiften öppnar", "date", hint="Lämna tomt så räknas det ut."),
            Item(("senast",), "Svara senast", "date", hint="Lämna tomt så räknas det ut."),
        ),
        "Tillfälle", DATES,
    )  # fmt: skip


def _shared(desk: PlanDesk) -> list[Item | Rows]:
    units, gone = _units(desk)
    kinds = tuple(Choice(str(kind), str(kind).capitalize()) for kind in UnitKind)
    key = "gemensam"
    return [
        Item((key, "slag"), "Alla enheter av de här slagen", "checks", choices=kinds, group=SHARED),
        Item((key, "under"), "Bara på eller under", "select", group=SHARED,
             choices=nothing_or(units, "Hela organisationen"), known=gone),
        Item((key, "enheter"), "Enheter som väljs en och en", "checks", choices=units, group=SHARED, known=gone),
        Rows(
            (key, "ansvariga"),
            (
                Item(("enhet",), "Enhet", "select", choices=nothing_or(units, "Välj"), known=gone),
                Item(("funktion",), "Svarar", "function"),
            ),
            "Vem svarar", SHARED, pairs=True,
        ),
    ]  # fmt: skip


def _units(desk: PlanDesk) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The units that are there in the plan year, and those that are not, which say so."""
    first, last = date(desk.draft.year, 1, 1), date(desk.draft.year, 12, 31)
    there, gone = [], []
    for unit in desk.organisation.units:
        name = one_line(unit.name)
        if unit.end and unit.end < first:
            gone.append(Choice(unit.id, f"{name} (upphörde {swedish_date(unit.end)})"))
        elif unit.start and unit.start > last:
            gone.append(Choice(unit.id, f"{name} (finns från {swedish_date(unit.start)})"))
        else:
            there.append(Choice(unit.id, name))
    return tuple(there), tuple(gone)


def _rule(group: str) -> list[Item]:
    return [
        Item(("öppnar dagar före",), "Öppnar så många dagar före sista dagen", "number", group=group,
             hint="1–366. Annars 30."),
        Item(("redovisas arbetsdagar efter",), "Redovisas så många arbetsdagar efter perioden",
             "number", group=group, hint="0–60. Annars periodens sista arbetsdag."),
    ]  # fmt: skip


def action_shape(desk: PlanDesk) -> Shape:
    """A direktåtgärd."""
    group = "Vad görs nu?"
    return Shape(
        (
            Item(("åtgärd",), _words(desk)("åtgärd").title, "area", group=group),
            Item(("ansvarig",), "Ansvarig", "function", group=group),
            Item(("klart",), "Klart senast", "date", group=group),
            Item(("id",), "Direktåtgärdens nummer", group=NUMBER),
        )
    )


# -- the plan itself --


def plan_shape(desk: PlanDesk) -> Shape:
    """What holds for the whole plan; unit and year stay, and scales are written in the file."""
    year = desk.draft.year
    to = tuple(Choice(str(y), f"Planen för {y}") for y in (year + 1, year + 2))
    plan, time = "Planen", "Tider för hela planen"
    return Shape((
        Item(("titel",), "Planens namn", group=plan,
             hint=f"Lämna tomt så heter den {_words(desk)('internkontrollplan').title} {year}."),
        Item(("upprättad av",), "Upprättad av", "function", group=plan,
             hint="Funktionen som har skrivit planen."),
        Item(("riktlinje",), "Riktlinje som följs", group=plan, hint="Gärna med diarienummer."),
        Item(("urval till",), "Det som tas med vidare går till", "select", group=plan,
             choices=nothing_or(to, f"Som vanligt: planen för {year + 1}")),
        Item(("processområden",), f"{_words(desk)('processområde').several.capitalize()}, ett per rad", "lines", group=plan,
             hint="I den ordning som rapporten visar dem. Lämna tomt så följer de riskerna."),
        *_rule(time),
        Item(("löpande redovisas",), "Löpande kontroller redovisas", group=time,
             hint="Till exempel kvartalsvis. Annars varje tertial."),
        Rows(("perioder",), (Item(("ord",), "Ord"), Item(("betyder",), "Betyder")), "Ord", PERIODS,
             pairs=True),
    ), KEPT)  # fmt: skip


KEPT = ("enhet", "år", "bedömningsskala", "riskskala", "risker", "utelämnade risker")
"""Keys of a plan that its form leaves alone."""
