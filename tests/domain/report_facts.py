"""Facts to build reports from in tests: kommunstyrelsen's plan 2022 with seven controls in four
areas, two green and five not, one risk without a control, one mandatory control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from icengine.domain.facts import (
    ActionFact,
    ActionStatus,
    Decision,
    LastYear,
    ReportFacts,
    TaskFact,
)
from icengine.domain.frequency import Kind, Window
from icengine.domain.people import Organisation, Unit, UnitKind
from icengine.domain.plan import Combine, Control, DirectAction, Plan, Risk, Treatment
from icengine.domain.scale import DEFAULT_RATINGS, Measure, Threshold
from icengine.domain.task import Answer, State
from icengine.domain.timing import Timed

UNIT = Unit("ks", "Kommunstyrelsen", UnitKind.BOARD)
ORGANISATION = Organisation(
    "Älvhamra kommun", ("alvhamra.example",), "Internkontrollsamordnaren", (UNIT,), ()
)
AS_OF = datetime(2023, 2, 10, 8, 0, tzinfo=UTC)
DECISION = Decision(1, "KS 2021/0688", date(2021, 12, 14), "§ 214")
OWN, WATCH = "egen förvaltning", "uppsiktsplikt"
THRESHOLDS = (
    Threshold(Decimal(100), "gron"),
    Threshold(Decimal(60), "gul"),
    Threshold(Decimal(0), "rod"),
)


def window(slot: str, label: str, due: date) -> Timed:
    """An occurrence of one month, ending on its due date."""
    return Timed(Window(slot, label, due.replace(day=1), due), due.replace(day=1), due)


def make_control(id: str = "K1", *windows: Timed, **fields: object) -> Control:
    """A control with one occurrence in 2022 unless others are given."""
    base = Control(
        id=id,
        title=f"Kontroll {id}",
        what=f"Granskning av {id}.",
        method="Stickprov om tio ärenden.",
        owner="Ekonomichefen",
        frequency="1 gång per år",
        kind=Kind.SCHEDULED,
        reading="Ett tillfälle: 2022",
        occurrences=windows or (window("2022", "2022", date(2022, 12, 30)),),
    )
    return replace(base, **fields)


def make_risk(id: str = "R1", *controls: Control, **fields: object) -> Risk:
    """A risk in the area Ekonomi, controlled or followed up."""
    base = Risk(
        id=id,
        area="Ekonomi",
        title=f"Risken {id}",
        event="något går fel",
        cause="",
        effect="fel beslut",
        likelihood=3,
        consequence=3,
        treatment=Treatment.CONTROL if controls else Treatment.FOLLOW_UP,
        perspective=OWN,
        controls=controls,
    )
    return replace(base, **fields)


def make_plan(*risks: Risk, **fields: object) -> Plan:
    """Kommunstyrelsen's plan 2022."""
    areas = tuple(dict.fromkeys(risk.area for risk in risks))
    base = Plan("ks", 2022, "Internkontrollplan 2022", "Controllern", risks, areas, carry_to=2024)
    return replace(base, **fields)


def answered(control: Control, rating: str, slot: str = "", **fields: object) -> TaskFact:
    """An approved answer to one of the control's occurrences, the first one unless `slot` says."""
    timed = next(t for t in control.occurrences if t.window.slot == slot or not slot)
    base = TaskFact(
        control=control.id,
        unit="ks",
        slot=timed.window.slot,
        label=timed.window.label,
        due=timed.due,
        state=State.APPROVED,
        answer=Answer(result=f"Resultat {control.id}.", rating=rating),
        answered_at=datetime(timed.due.year, timed.due.month, timed.due.day, 9, tzinfo=UTC),
        answered_by=control.owner,
    )
    return replace(base, **fields)


def unanswered(control: Control, state: State, slot: str = "", reason: str = "") -> TaskFact:
    """An occurrence without an answer."""
    return answered(control, "", slot, state=state, reason=reason, answer=None, answered_at=None)


def make_facts(plan: Plan, tasks: Sequence[TaskFact] = (), **fields: object) -> ReportFacts:
    """Facts about the plan on 10 February 2023."""
    base = ReportFacts(
        organisation=ORGANISATION,
        unit=UNIT,
        plan=plan,
        decision=DECISION,
        as_of=AS_OF,
        tasks=tuple(tasks),
        actions=(),
        notes={},
        dnr="KS 2023/0087",
        appendix="Bilaga 2",
        meeting=date(2023, 3, 7),
    )
    return replace(base, **fields)


def action(
    number: str,
    subject: str,
    text: str,
    who: str,
    due: date,
    status: ActionStatus = ActionStatus.STARTED,
    year: int = 2022,
) -> ActionFact:
    """An åtgärd."""
    return ActionFact(number, year, subject, text, who, due, status)


# ---- the sample: modelled on a real slutrapport, in own words ----

K1 = make_control(
    "K1",
    window("2022-09", "september 2022", date(2022, 9, 30)),
    title="Webbplatsernas tillgänglighet",
    what="Mätning av hur väl nämndernas och bolagens webbplatser uppfyller kraven i lagen om "
    "tillgänglighet till digital offentlig service.",
    method="Ett mätverktyg prövar ett urval sidor på varje webbplats och räknar fram ett index.\n"
    "Brister kan finnas även på sidor utanför urvalet.",
    owner="Kommunikationschefen",
    frequency="En gång under tidig höst 2022",
    sample="Samtliga 41 webbplatser.",
)
K2 = make_control(
    "K2",
    window("2022-05", "våren 2022", date(2022, 5, 31)),
    title="Användarnas medverkan",
    what="Granskning av hur mycket, och hur tidigt, användare deltar när verksamheten utvecklas.",
    method="Varje avdelning värderar två till tre egna förbättringsarbeten.",
    owner="Utvecklingschefen",
    frequency="Under våren 2022",
)
K3 = make_control(
    "K3",
    window("2022-02", "februari 2022", date(2022, 2, 28)),
    window("2022-08", "augusti 2022", date(2022, 8, 31)),
    window("2023-01", "januari 2023", date(2023, 1, 31)),
    title="Grundutbildning i informationssäkerhet",
    what="Kontroll av hur stor del av medarbetarna som har gått grundutbildningen i "
    "informationssäkerhet.",
    method="Uppgifter ur utbildningssystemet jämförs med antalet anställda.",
    owner="Informationssäkerhetschefen",
    approver="Säkerhetschefen",
    frequency="Februari och augusti 2022 samt januari 2023",
    goal="Alla medarbetare senast den 30 juni 2022",
    measure=Measure("Utbildade medarbetare", "Anställda", Decimal(100), THRESHOLDS),
    combine=Combine.LATEST,
)
K4 = make_control(
    "K4",
    window("2022-11", "november 2022", date(2022, 11, 30)),
    title="Informationsklassning av it-komponenter",
    what="Kontroll av hur många it-komponenter som är klassade.",
    method="Antalet klassade komponenter jämförs med den samlade förteckningen.",
    owner="It-chefen",
    frequency="Per den 1 november 2022",
    measure=Measure(
        "Klassade it-komponenter",
        "It-komponenter i drift",
        Decimal(90),
        (
            Threshold(Decimal(90), "gron"),
            Threshold(Decimal(75), "gul"),
            Threshold(Decimal(0), "rod"),
        ),
    ),
)
K5 = make_control(
    "K5",
    window("2022-09", "september 2022", date(2022, 9, 30)),
    title="Personuppgifter i molntjänster",
    what="Granskning av vilka molntjänster som webbplatserna är kopplade till.",
    method="Varje webbplats besöks med ett verktyg som visar vart sidan skickar anrop.",
    owner="Digitaliseringschefen",
    frequency="En gång under 2022, i början av hösten",
)
K6 = make_control(
    "K6",
    title="Årlig uppföljning av arbetsmiljöarbetet",
    what="Uppföljning av om varje nämnd har fått en sammanställning av det systematiska "
    "arbetsmiljöarbetet.",
    method="Nämndernas protokoll för året gås igenom.",
    owner="HR-chefen",
)
K7 = make_control(
    "K7",
    window("2022-12-27", "mellandagarna 2022", date(2022, 12, 30)),
    title="Attesträtter mot delegationsbeslut",
    what="Granskning av att registrerade attesträtter stämmer med anmälda delegationsbeslut.",
    method="Besluten tas fram ur diariet och jämförs rad för rad med fakturasystemet.",
    owner="Ekonomichefen",
    frequency="I gång i mellandagarna 2022",
    mandatory="attestreglementet",
)

PLAN = make_plan(
    make_risk(
        "R1", K1, area="Demokrati", title="Tillgängliga webbplatser", perspective=WATCH,
        event="webbplatser och e-tjänster stänger ute en del av invånarna",
        cause="att den som sköter innehållet inte känner till kraven",
        effect="att personer med funktionsnedsättning inte kan uträtta sina ärenden",
    ),
    make_risk(
        "R8", area="Demokrati", title="Ärende- och beslutsprocess", likelihood=2, consequence=4,
        event="beslutsunderlag inte belyser alla bestämda perspektiv",
        cause="att gemensamma arbetssätt inte används",
        effect="att beslut fattas på för svag grund",
        reason="Den följs upp enligt kommunstyrelsens tidigare beslut.",
    ),
    make_risk(
        "R2", K2, area="Processkvalitet", title="Kvalitetsutveckling", likelihood=2,
        event="nya tjänster utvecklas utan dem som ska använda dem",
        effect="tjänster som inte behövs och dubbelt arbete",
    ),
    make_risk(
        "R3", K3, area="Processkvalitet", title="Medarbetarnas kunskap", perspective=WATCH,
        consequence=4, event="information hanteras fel",
        cause="att medarbetare inte vet vad som gäller",
        effect="att uppgifter läcker, försvinner eller förvanskas",
    ),
    make_risk(
        "R4", K4, area="Processkvalitet", title="Klassade system", perspective=WATCH,
        consequence=4, event="uppgifter i kommunens system får för svagt skydd",
        cause="att ingen har bedömt hur känsliga de är",
        effect="att de blir åtkomliga vid ett angrepp",
    ),
    make_risk(
        "R5", K5, area="Processkvalitet", title="Molntjänster", perspective=WATCH, likelihood=4,
        event="beslutet om molntjänster inte följs",
        cause="att det är dåligt känt eller att tid för analys saknas",
        effect="att personuppgifter förs till länder utan tillräckligt skydd",
    ),
    make_risk(
        "R6", K6, area="Medarbetare", title="Systematiskt arbetsmiljöarbete", perspective=WATCH,
        likelihood=2, event="arbetsmiljöarbetet inte följs upp i alla nämnder",
        cause="att arbetssättet är under utveckling",
        effect="att de ytterst ansvariga inte får veta vad som brister",
    ),
    make_risk(
        "R7", K7, title="Attest och utbetalningar", likelihood=1, consequence=4,
        event="attestreglementet inte följs",
        cause="att rutiner och system inte är anpassade till varandra",
        effect="att betalningar godkänns av någon som saknar rätt att göra det", fraud=True,
    ),
    make_risk(
        "R9", title="Nycklar till kommunhuset", likelihood=2, consequence=2,
        event="nycklar inte lämnas tillbaka", effect="att obehöriga kommer in",
        treatment=Treatment.ACT_NOW,
        actions=(
            DirectAction("D1", "Nyckelskåpet byts.", "Fastighetschefen", date(2022, 3, 31)),
        ),
    ),
    make_risk(
        "R10", title="Manuell utskrift av fakturor", likelihood=2, consequence=1,
        event="en faktura skrivs ut två gånger", effect="merarbete",
        treatment=Treatment.ACCEPT, reason="Kostnaden för en kontroll är högre än skadan.",
    ),
    areas=("Demokrati", "Processkvalitet", "Medarbetare", "Ekonomi"),
    guideline="Riktlinje för intern styrning och kontroll (KF 2021/0161)",
)  # fmt: skip

TASKS = (
    answered(K1, "gul", answer=Answer(
        "41 webbplatser mättes, 37 hos nämnderna och 4 hos bolagen:\n"
        "- 1 grön\n- 20 gula\n- 18 orange\n- 2 röda",
        "gul", (), "En ny mätning är meningsfull först när rättningarna är gjorda.",
    )),
    answered(K2, "gron", answer=Answer(
        "Alla avdelningar har svarat. Användarna är med från start, men provar sällan den färdiga "
        "lösningen.", "gron", (), "Den nya riktlinjen gör arbetssättet mer enhetligt.",
    )),
    answered(K3, "rod", "2022-02", answer=Answer(
        "Utbildningen har nyss börjat.", "rod", (), "", "2676", "8633")),
    answered(K3, "gul", "2022-08", answer=Answer(
        "Andelen ökar, men målet är inte nått.", "rod", (), "", "4489", "8633")),
    answered(K3, "gul", "2023-01", answer=Answer(
        "5 405 av 8 633 medarbetare har gått utbildningen. Målet är inte nått i någon förvaltning.",
        "gul", (), "Många medarbetare saknar egen dator. Utbildning i grupp har fungerat väl.",
        "5 405", "8 633")),
    answered(K4, "rod", answer=Answer(
        "104 av 205 komponenter är klassade. Bland det som återstår finns verksamhetskritiska "
        "system.", "rod", (), "Kunskapen om klassning har ökat.", "104", "205")),
    answered(K5, "rod", answer=Answer(
        "25 av 41 webbplatser har kopplingar till tjänster utanför EU och EES. Av bolagens fyra "
        "webbplatser har alla sådana kopplingar.", "rod")),
    answered(K6, "gul", answer=Answer(
        "Två förvaltningar av nio har redovisat uppföljningen i sin nämnd. De övriga sju uppger "
        "att de gör det under 2023.", "gul")),
    answered(K7, "gron", answer=Answer(
        "Alla attesträtter stämmer med besluten.", "gron", (),
        "Fakturasystemet saknar en samlad rapport, vilket gör kontrollen tidskrävande.")),
)  # fmt: skip

ACTIONS = (
    action("Å1", "K1", "De som äger en orange eller röd webbplats lämnar en plan för rättning.",
           "Kommunikationschefen", date(2023, 5, 31)),
    action("Å2", "K3", "Utbildningen blir en del av introduktionen för nyanställda.",
           "HR-chefen", date(2023, 3, 31)),
    action("Å3", "K3", "Utbildningssystemet påminner vartannat år.",
           "Informationssäkerhetschefen", date(2023, 9, 29), ActionStatus.NOT_STARTED),
    action("Å4", "K4", "Varje objektägare får en lista över sina oklassade komponenter.",
           "It-chefen", date(2023, 1, 31)),
    action("Å5", "K5", "Kopplingar som saknar rättslig grund tas bort.",
           "Digitaliseringschefen", date(2023, 6, 30), ActionStatus.NOT_STARTED),
    action("Å6", "K6", "En fast punkt om arbetsmiljö förs in i alla nämnders årshjul.",
           "HR-chefen", date(2023, 3, 31)),
    action("D1", "R9", "Nyckelskåpet byts.", "Fastighetschefen", date(2022, 3, 31),
           ActionStatus.DONE),
    action("Å2021-3", "K4", "Förteckningen över it-komponenter får en ansvarig per komponent.",
           "It-chefen", date(2022, 9, 30), year=2021),
)  # fmt: skip

NOTES = {
    "sammanfattning": "De två allvarliga avvikelserna gäller informationssäkerhet. Ekonomin är "
    "utan anmärkning.",
    "R8": "En granskning före utskick gäller nu alla ärenden till fullmäktige och prövar varje "
    "underlag mot fem perspektiv:\n- rättssäkerhet\n- ekonomi\n- trygghet\n- klimat\n- jämställdhet\n"
    "Ärenden som avgörs i utskott omfattas inte än.",
    "Processkvalitet": "Informationssäkerheten är årets tyngsta fråga.",
}

LAST_YEAR = LastYear(2021, {"K1": "gul", "K3": "rod", "K4": "gul", "K7": "gron"}, DEFAULT_RATINGS)


def sample_facts(**fields: object) -> ReportFacts:
    """The whole sample, without a year before."""
    return make_facts(PLAN, TASKS, **{"actions": ACTIONS, "notes": NOTES, **fields})
