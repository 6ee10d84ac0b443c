"""What an event of the log is about, and what it is called on a page.

An event is about plans and controls of units, or about the organisation and its people. Which it is
decides who may see it, and is stored in rows that a query can look up. They are worked out here from
what the event says, and from nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from icengine.domain.calendar import MONTHS
from icengine.domain.words import capital


@dataclass(frozen=True)
class About:
    """One thing that an event is about."""

    unit: str = ""
    """Whose it is; "" for the organisation as a whole."""
    plan: str = ""
    """Key of the plan; "" for what concerns no plan."""
    control: str = ""
    """Id of the control; "" for the plan as a whole."""


WHOLE = About()
"""The organisation as a whole: its people, its settings, and its log."""

CHANGED_CONTROLS = ("added", "removed", "changed")
"""Keys of an adoption's payload that name controls."""
MAILS = ("mails", "sent", "failed", "withdrawn")
"""Keys of a delivery's payload that name mails by their notice's key."""
OPENED = "opened"
"""Key of an opening's payload that names tasks."""
LOG = "händelseloggen"
"""Subject of what is done with the log itself."""
ANSWERED, DRAFTED, COMMENTED = "svar inlämnat", "utkast sparat", "kommentar skriven"
"""Kinds of the events that hold what somebody wrote."""
HANDED_OVER, TAKEN_BACK = "kontrolltillfälle överlämnat", "kontrolltillfälle taget tillbaka"
"""Kinds of the events of an occurrence that a colleague answers."""
ASKED_FOR, ASKED_NO_MORE = "besked begärt", "fråga tagen tillbaka"
"""Kinds of the events of what an owner asks the controller."""
EVENT_REGISTERED = "tillfälle registrerat"
"""Kind of the event of an event control's occasion."""
APPROVED, RETURNED, RECALLED = "svar godkänt", "svar återsänt", "svar taget tillbaka"
REOPENED = "kontrolltillfälle öppnat igen"
JUDGED = (APPROVED, RETURNED, RECALLED, REOPENED)
"""Kinds of the events of four eyes; what is said with them is somebody's words."""
PLAN_DRAFTED, PLAN_DISCARDED = "planutkast sparat", "planutkast kastat"
PLAN_SENT, PLAN_RECALLED, PLAN_CLOSED = "plan till beslut", "plan återtagen", "plan avslutad"
REGISTERED = "risk ändrad"
"""Kinds of the events of plans that nobody has decided yet, and of the risk register."""
NAMED, FOLLOWED = "ansvarig utsedd", "kontrolltillfällen följde organisationen"
"""Kinds of the events of shared controls."""
SHARED = "gemensam"
"""Subject of what one unit does with a shared control: "gemensam:ks-2022/K3/bun"."""
YEARLY = "årsbedömning"
"""Subject of a decided yearly bedömning: "årsbedömning:ks-2022/K3/ks"."""
YEAR_DECIDED, YEAR_TAKEN_BACK = "årsbedömning bestämd", "årsbedömning återtagen"
"""Kinds of its events."""
CARRIED = "urval"
"""Subject of what is decided about a risk or control and the selection: "urval:ks-2022/K3/ks"."""
CARRY_DECIDED, CARRY_TAKEN_BACK = "urval bestämt", "urval återtaget"
CARRY_FOLLOWED = "urval enligt förslaget"
"""Kinds of its events; the last is one about the whole plan."""
FILE_ADDED, FILE_REMOVED = "underlag tillagt", "underlag borttaget"
FILE_OPENED, FILE_SCANNED = "underlag öppnat", "underlag kontrollerat"
"""Kinds of the events of underlag. They name a file by its number and fingerprint: a name may say too
much."""
REPORT_LOCKED, REPORT_FIXED = "rapport låst", "rapport till beslut"
REPORT_RECALLED, REPORT_ADOPTED = "rapport återtagen", "rapport antagen"
"""Kinds of the events of reports."""
JUDGED_UNIT, TOTALS_GIVEN = "enhet bedömd", "summor inskrivna"
"""Kinds of the events of a samlad rapport; each is about the unit."""
ACTION = "åtgärd"
"""Subject of what is done with an åtgärd: "åtgärd:ks-2022/K3/ks/Å3"."""
ACTION_ADDED, ACTION_CHANGED = "åtgärd tillagd", "åtgärd ändrad"
ACTION_TOLD, ACTION_DONE, ACTION_EFFECT = "åtgärd kommenterad", "åtgärd klar", "åtgärd följd upp"
ACTION_CONFIRMED, ACTION_DROPPED = "åtgärd bekräftad", "åtgärd avskriven"
ACTION_REOPENED = "åtgärd öppnad igen"
ACTIONS = frozenset(
    {
        ACTION_ADDED, ACTION_CHANGED, ACTION_TOLD, ACTION_DONE, ACTION_EFFECT, ACTION_CONFIRMED,
        ACTION_DROPPED, ACTION_REOPENED,
    }
)  # fmt: skip
"""Kinds of the events of åtgärder."""
MINTED, DELIVERED = "länkar skapade", "mejl levererade"
"""Kinds of the events of a delivery."""
JOBS_RETRIED = "jobb försökta igen"
"""Kind of the event of letting what failed be done now."""
CIRCUMSTANCES = ("behalf", "origin")
"""Keys of any payload that say how it was done."""
STATUS, RATING = "Status", "Bedömning"
"""What changes are called that the traffic lights show."""
SELECTION = "Urval"
"""What a change of the selection is called."""


def about(subject: str, payload: Mapping[str, Any]) -> tuple[About, ...]:
    """Everything that an event is about, at least one thing.

    What was written once must give the same for ever: the audit compares the rows with it.
    """
    found: Iterable[About]
    what, _, name = subject.partition(":")
    if what == "plan":
        controls = (id for key in CHANGED_CONTROLS for id in _texts(payload.get(key)))
        found = (_plan(name), *(_plan(name, id) for id in controls))
    elif what == "riskregister":
        found = (_plan(f"{name}-riskregister"),)
    elif what in ("kontrolltillfälle", ACTION):
        found = tasks_about([name])
    elif what in (SHARED, YEARLY, CARRIED):
        found = _shared_about(name)
    elif what == "enhet":
        found = (About(name),)
    elif what == "funktion":
        unit = payload.get("unit")
        found = (About(id) for id in _texts(unit if isinstance(unit, list) else [unit]))
    elif what == "tidtabellen":
        found = tasks_about(_texts(payload.get(OPENED)))
    elif what == "utskick":
        found = _of_mails(key for part in MAILS for key in _texts(payload.get(part)))
    else:
        found = ()
    return tuple(dict.fromkeys(found)) or (WHOLE,)


def tasks_about(keys: Iterable[str]) -> Iterator[About]:
    """What tasks are about, by their keys: "ks-2022/K3/ks/2022-02"."""
    for key in keys:
        parts = key.split("/")
        if len(parts) == 4:
            yield About(parts[2], parts[0], parts[1])


def _shared_about(name: str) -> Iterator[About]:
    """A unit's part in a shared control is the unit's, and the plan's that decides it."""
    parts = name.split("/")
    if len(parts) == 3:
        plan, control, unit = parts
        yield About(unit, plan, control)
        yield _plan(plan, control)


_PARTS = {"H": "halvåret", "T": "tertialet", "Q": "kvartalet"}
_ORDINALS = ("", "första", "andra", "tredje", "fjärde")


def slot_words(slot: str) -> str:
    """A slot as people say it: "2022-01--02" is "januari–februari 2022"; others as they are."""
    year, _, rest = slot.partition("-")
    part = re.fullmatch(r"([HTQ])([1-4])", rest)
    months = re.fullmatch(r"(0[1-9]|1[0-2])(?:--(0[1-9]|1[0-2]))?", rest)
    if part:
        return f"{_ORDINALS[int(part[2])]} {_PARTS[part[1]]} {year}"
    if months:
        named = [MONTHS[int(month) - 1] for month in months.groups() if month]
        return f"{'–'.join(named)} {year}"
    event = re.fullmatch(r"E([0-9]+)", rest)
    if event:
        return f"händelse {event[1]}, {year}"
    week = re.fullmatch(r"W0?([0-9]{1,2})", rest)
    return f"vecka {week[1]} {year}" if week else f"tillfälle {slot}"


def task_of_mail(key: str) -> str:
    """The task's key in a notice's: "öppnad:ks-2022/K3/ks/2022-02:1:…"; "" where it has none."""
    parts = key.split(":")
    return parts[1] if len(parts) > 2 and parts[1].count("/") == 3 else ""


def _of_mails(keys: Iterable[str]) -> Iterator[About]:
    for key in keys:
        yield from tasks_about([task_of_mail(key)]) if task_of_mail(key) else (WHOLE,)


def _plan(key: str, control: str = "") -> About:
    return About(key.rpartition("-")[0], key, control)


def _texts(value: Any) -> list[str]:
    """The texts of a list, or the keys of a table; [] for anything else."""
    return (
        [item for item in value if isinstance(item, str)] if isinstance(value, list | dict) else []
    )


# -- as much of it as somebody may read --


def circumstances(payload: Mapping[str, Any]) -> dict[str, Any]:
    """How it was done, and nothing of what."""
    return {key: payload[key] for key in CIRCUMSTANCES if key in payload}


WRITTEN = frozenset(
    {
        ANSWERED, DRAFTED, COMMENTED, PLAN_DRAFTED, PLAN_SENT, REGISTERED,
        HANDED_OVER, TAKEN_BACK, EVENT_REGISTERED, ASKED_FOR, YEAR_DECIDED, YEAR_TAKEN_BACK,
        CARRY_DECIDED, CARRY_TAKEN_BACK, FILE_REMOVED, JUDGED_UNIT, TOTALS_GIVEN, *ACTIONS, *JUDGED,
    }
)  # fmt: skip
"""Kinds of the events that hold what somebody wrote, or whom they wrote to."""
_SHOWN = {
    **dict.fromkeys((ANSWERED, YEAR_DECIDED, YEAR_TAKEN_BACK), (RATING,)),
    **dict.fromkeys((CARRY_DECIDED, CARRY_TAKEN_BACK), (SELECTION,)),
}
"""What of them those who only follow see, beside a status: the traffic lights, and where it goes."""


def outline(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload without what somebody wrote; a draft's bedömning is not yet anybody's."""
    if kind not in WRITTEN:
        return dict(payload)
    shown = (STATUS, *_SHOWN.get(kind, ()))
    kept = [change for change in payload.get("changes", ()) if change and change[0] in shown]
    named = ("version", "subject", *(("rating",) if kind == ANSWERED else ()))
    told = {key: payload[key] for key in named if key in payload}
    return circumstances(payload) | told | {"changes": kept}


def parts(payload: Mapping[str, Any], seen: Collection[About]) -> dict[str, Any]:
    """The parts of a payload, of tasks and mails of many units, that are about what may be seen."""
    found: dict[str, Any] = {}
    for key, value in payload.items():
        if key == OPENED:
            found[key] = [task for task in _texts(value) if set(tasks_about([task])) & set(seen)]
        elif key in MAILS and isinstance(value, list | dict):
            kept = [name for name in _texts(value) if set(_of_mails([name])) & set(seen)]
            found[key] = {name: value[name] for name in kept} if isinstance(value, dict) else kept
        elif key in (*CIRCUMSTANCES, "date", "changes"):
            found[key] = value
    return found


_ADDRESS = re.compile(r"[^\s<>:;,]+@[^\s<>:;,]+")


def without_addresses(payload: Mapping[str, Any], *, of_plan: bool) -> dict[str, Any]:
    """The payload without addresses: of a plan's, those that its mails went to; of others, all."""
    return {
        key: _masked(value) if key in MAILS or not of_plan else value
        for key, value in payload.items()
    }


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _ADDRESS.sub("•••", value)
    if isinstance(value, dict):
        return {_masked(key): _masked(item) for key, item in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else value


PHRASES: dict[str, str] = {
    "organisation inläst": "Läste in organisationen",
    "organisation ändrad": "Ändrade organisationen",
    "funktion tilldelad": "Gav någon funktionen",
    "ersättare utsedd": "Utsåg en ersättare",
    "innehav avslutat": "Avslutade någons tid med funktionen",
    "roll given": "Gav en roll",
    "roll avslutad": "Avslutade en roll",
    "plan antagen": "Antog planen",
    "planutkast sparat": "Sparade ett utkast till planen",
    "planutkast kastat": "Kastade utkastet till planen",
    "plan till beslut": "Skickade planen till beslut",
    "plan återtagen": "Tog tillbaka planen från beslut",
    "plan avslutad": "Avslutade planen",
    "risk ändrad": "Ändrade en risk i riskregistret",
    NAMED: "Utsåg ansvarig för en gemensam kontroll",
    FOLLOWED: "Ändrade kontrolltillfällen när organisationen ändrades",
    "kontrolltillfällen öppnade": "Öppnade kontrolltillfällen",
    "utkast sparat": "Sparade ett utkast",
    "svar inlämnat": "Lämnade in svaret",
    HANDED_OVER: "Lämnade över ett kontrolltillfälle till en kollega",
    ASKED_FOR: "Bad controllern om ett besked",
    ASKED_NO_MORE: "Tog tillbaka en fråga till controllern",
    EVENT_REGISTERED: "Registrerade ett tillfälle",
    REPORT_LOCKED: "Låste rapporten för beslut",
    REPORT_FIXED: "Gjorde rapportens filer",
    REPORT_RECALLED: "Tog tillbaka rapporten från beslut",
    REPORT_ADOPTED: "Skrev in beslutet om rapporten",
    JUDGED_UNIT: "Bedömde enhetens interna kontroll",
    TOTALS_GIVEN: "Skrev in enhetens summor",
    FILE_ADDED: "Lämnade ett underlag",
    FILE_REMOVED: "Tog bort ett underlag",
    FILE_OPENED: "Öppnade ett underlag",
    FILE_SCANNED: "Kontrollerade ett underlag mot virus",
    TAKEN_BACK: "Tog tillbaka ett kontrolltillfälle från en kollega",
    APPROVED: "Godkände svaret",
    RETURNED: "Skickade tillbaka svaret",
    RECALLED: "Tog tillbaka svaret",
    REOPENED: "Öppnade kontrolltillfället igen",
    "skyddat läst": "Läste skyddat innehåll",
    "kommentar skriven": "Skrev en kommentar till rapporten",
    YEAR_DECIDED: "Bestämde årets bedömning",
    YEAR_TAKEN_BACK: "Tog tillbaka årets bedömning",
    CARRY_DECIDED: "Bestämde om urvalet till en kommande plan",
    CARRY_TAKEN_BACK: "Tog tillbaka ett beslut om urvalet",
    CARRY_FOLLOWED: "Bestämde urvalet enligt förslaget",
    ACTION_ADDED: "Lade till en åtgärd",
    ACTION_CHANGED: "Ändrade en åtgärd",
    ACTION_TOLD: "Berättade hur det går med en åtgärd",
    ACTION_DONE: "Markerade en åtgärd som klar",
    ACTION_EFFECT: "Svarade om en åtgärd hade effekt",
    ACTION_CONFIRMED: "Bekräftade att en åtgärd är klar",
    ACTION_DROPPED: "Skrev av en åtgärd",
    ACTION_REOPENED: "Öppnade en åtgärd igen",
    "mejl lagda i utkorgen": "Lade mejl i utkorgen",
    "länkar skapade": "Skapade länkar till mejl",
    "mejl levererade": "Skickade mejl",
    "inloggningslänk begärd": "Bad om en inloggningslänk",
    "förstagångslänk skapad": "Skapade länken till den första administratören",
    "inloggad": "Loggade in",
    "utloggad": "Loggade ut",
    "loggsumma lagd i utkorgen": "Lade loggens summa i utkorgen",
    "händelseloggen prövad": "Prövade att händelseloggen är hel",
    "händelser exporterade": "Hämtade händelser",
    "datum flyttat": "Flyttade sista dagen",
    "ansvarig vald": "Valde vem som svarar",
    "kontrolltillfälle avslutat": "Avslutade ett kontrolltillfälle utan svar",
    "besked givet": "Gav besked om en fråga",
    "kalenderadress skapad": "Skapade en kalenderadress",
    "kalenderadress avslutad": "Tog bort en kalenderadress",
    "adress märkt som dålig": "Märkte en adress som dålig",
    "adress märkt som rätt": "Märkte en adress som rätt igen",
    "mejl skickas igen": "Skickade ett mejl igen",
    "påminnelse begärd": "Begärde en påminnelse",
    "gallring": "Gallrade",
    "registerutdrag gjort": "Tog fram ett registerutdrag",
    JOBS_RETRIED: "Lät det som misslyckats göras igen",
}
"""What the log calls an event, by its kind; others are called what their kind says."""


def phrase(kind: str) -> str:
    """What happened, as the beginning of a line."""
    return PHRASES.get(kind) or capital(kind)


BEFORE_DIFFERENCE = 30
"""Characters that are kept before the place where two long texts part."""


def cut_pair(before: str, after: str, longest: int) -> tuple[str, str]:
    """Two texts, no longer than that, with the place where they part in both."""
    if len(before) <= longest and len(after) <= longest:
        return before, after
    same = next(
        (n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0
    )
    start = max(same - BEFORE_DIFFERENCE, 0)
    return _cut(before, start, longest), _cut(after, start, longest)


def _cut(text: str, start: int, longest: int) -> str:
    left = f"…{text[start + 1 :]}" if start else text
    return left if len(left) <= longest else f"{left[: longest - 1]}…"
