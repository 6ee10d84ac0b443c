"""A register extract built of what is stored: each kind under its heading, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from icengine.domain.address import without_others
from icengine.domain.extract import WITHHELD, Extract, Section, moment
from icengine.domain.happening import outline, phrase
from icengine.domain.people import Organisation
from icengine.domain.traces import EventTrace, Traces
from icengine.domain.words import capital

METHODS = {
    "länk": "med en länk i ett mejl",
    "konto": "med kommunens konto",
    "konsol": "med en länk från servern",
}
"""How somebody logged in."""
ANSWERS = {"svar inlämnat": "Inlämnat", "utkast sparat": "Utkast"}
"""Kinds of events that are answers."""

Rows = Iterator[tuple[str, ...]]


def extract_of(
    organisation: Organisation, found: Traces, now: datetime, *, content: bool
) -> Extract:
    """The extract. `content`: with what controls are called and how they were assessed, for whoever
    may know; an administrator may not.
    """
    sections = (
        _person(found),
        _functions(organisation, found),
        _roles(organisation, found),
        _versions(found),
        _logins(found),
        _login_links(found),
        _links(found),
        _mails(found, content),
        _answers(organisation, found, content),
        _states(found),
        _notes(found),
        _done(found),
        _about(found),
        _mentions(found),
    )
    return Extract(organisation.name, found.number, found.email, now, sections)


def _person(found: Traces) -> Section:
    rows = [(str(found.number or "–"), found.email or "gallrad", moment(found.registered))]
    return Section(
        "person",
        "Personen",
        "Loggen och sidornas adresser nämner en person bara med numret. E-postadressen är det som "
        "ger uppgifter, mejl och inloggning.",
        ("Nummer", "E-postadress", "Registrerad"),
        tuple(rows),
    )


def _time(start: object, end: object) -> tuple[str, str]:
    return str(start or "sedan tidigare"), str(end or "tills vidare")


def _functions(organisation: Organisation, found: Traces) -> Section:
    rows = (
        (function.name, organisation_name(organisation, function.unit), *_time(h.start, h.end),
         "ersättare" if h.substitute else "innehavare")
        for function in organisation.functions
        for h in function.holders
        if found.email and h.email == found.email
    )  # fmt: skip
    return Section(
        "funktioner",
        "Funktioner",
        "Planer pekar ut funktioner. Den som har en funktion får dess uppgifter.",
        ("Funktion", "Enhet", "Från", "Till", "Som"),
        tuple(rows),
    )


def organisation_name(organisation: Organisation, unit: str) -> str:
    """The unit's name; its id where it is gone."""
    known = organisation.unit(unit)
    return known.name if known else unit


def _roles(organisation: Organisation, found: Traces) -> Section:
    held = {
        function.name
        for function in organisation.functions
        if any(h.email == found.email for h in function.holders)
    }
    rows = (
        (str(grant.role), organisation_name(organisation, grant.unit),
         *_time(grant.start, grant.end), f"som {grant.function}" if grant.function else "")
        for grant in organisation.grants
        if found.email and (grant.email == found.email or grant.function in held)
    )  # fmt: skip
    return Section(
        "roller",
        "Roller",
        "En roll säger vad någon får läsa och ändra. En roll som följer med en funktion gäller de "
        "dagar som personen har funktionen.",
        ("Roll", "Enhet", "Från", "Till", "Genom"),
        tuple(rows),
    )


def _versions(found: Traces) -> Section:
    return Section(
        "versioner",
        "Organisationens versioner",
        "Varje ändring av organisationen sparas som en ny version. De här har adressen i sig.",
        ("Version", "Sparad"),
        tuple((str(number), moment(at)) for number, at in found.versions),
    )


def _logins(found: Traces) -> Section:
    rows = (
        (moment(one.begun), moment(one.seen), moment(one.ended or one.expires),
         METHODS.get(one.method, one.method), one.address, one.agent,
         ", ".join(f"{role} vid {unit}" for role, unit in one.brought))
        for one in found.logins
    )  # fmt: skip
    return Section(
        "inloggningar",
        "Inloggningar",
        "Var någon är och har varit inloggad, så att den det gäller kan se det och logga ut.",
        ("Började", "Senast använd", "Slutar", "Sätt", "Nätadress", "Webbläsare", "Kontots roller"),
        tuple(rows),
    )


def _login_links(found: Traces) -> Section:
    rows = (
        (moment(one.created), moment(one.expires), moment(one.used), one.target or "startsidan")
        for one in found.login_links
    )
    return Section(
        "inloggningslankar",
        "Inloggningslänkar",
        "Länkar att logga in med. Själva hemligheten sparas aldrig, bara en kontrollsumma.",
        ("Skapad", "Gäller till", "Använd", "Leder till"),
        tuple(rows),
    )


def _links(found: Traces) -> Section:
    rows = (
        (str(one.id), moment(one.created), moment(one.revoked), one.function, one.plan, one.control,
         one.label)
        for one in found.links
    )  # fmt: skip
    return Section(
        "lankar",
        "Länkar till uppgifter",
        "Länkarna i mejlen, som gör det möjligt att svara utan att logga in.",
        ("Länk", "Skapad", "Avslutad", "Som", "Plan", "Kontroll", "Tillfälle"),
        tuple(rows),
    )


def _mails(found: Traces, content: bool) -> Section:
    rows = (
        (moment(one.created), moment(one.sent), one.kind, one.state, one.plan, one.control,
         _told(found, one.title, one.plan, one.control, content), without_others(one.error, found.email))
        for one in found.mails
    )  # fmt: skip
    return Section(
        "mejl",
        "Mejl",
        "Mejl som väntar, har skickats eller inte gick att skicka.",
        ("Skrivet", "Skickat", "Slag", "Läge", "Plan", "Kontroll", "Om", "Serverns svar"),
        tuple(rows),
    )


def _told(found: Traces, text: str, plan: str, control: str, content: bool) -> str:
    """What is told of a control."""
    hidden = (plan, control) in found.protected or (control and not content)
    return WITHHELD if hidden else text


# -- what they have done --


def _answers(organisation: Organisation, found: Traces, content: bool) -> Section:
    rows = []
    for event in found.done:
        parts = event.subject.partition(":")[2].split("/")
        if event.kind in ANSWERS and len(parts) == 4:
            said = event.payload or {}
            rating = _rating(organisation, said)
            rows.append(
                (
                    moment(event.at), ANSWERS[event.kind], parts[0], parts[1], parts[3],
                    str(said.get("version", "gallrad")), str(said.get("behalf", "")),
                    _told(found, rating, parts[0], parts[1], content),
                )
            )  # fmt: skip
    return Section(
        "svar",
        "Svar",
        "Svar och utkast som personen har sparat, för den funktion som kontrollen pekar ut. "
        "Texterna finns i svaren och lämnas ut för sig.",
        ("Sparat", "Vad", "Plan", "Kontroll", "Tillfälle", "Version", "Som", "Bedömning"),
        tuple(rows),
    )


def _rating(organisation: Organisation, said: Mapping[str, object]) -> str:
    id = said.get("rating") or ""
    return next((level.word for level in organisation.ratings.levels if level.id == id), str(id))


def _states(found: Traces) -> Section:
    rows = ((moment(s.at), s.plan, s.control, s.label, s.state) for s in found.states)
    return Section(
        "lagen",
        "Lägen",
        "Kontrolltillfällen som personen har planerat eller ändrat läget på.",
        ("När", "Plan", "Kontroll", "Tillfälle", "Läge"),
        tuple(rows),
    )


def _notes(found: Traces) -> Section:
    rows = ((moment(note.at), note.plan, note.subject) for note in found.notes)
    return Section(
        "kommentarer",
        "Kommentarer till rapporter",
        "Kommentarer som personen har skrivit. Texterna finns i rapporten.",
        ("Skriven", "Plan", "Om"),
        tuple(rows),
    )


def _done(found: Traces) -> Section:
    rows = (
        (str(e.seq), moment(e.at), phrase(e.kind), _subject(e), _said(e, "behalf"),
         _said(e, "origin"))
        for e in found.done
    )  # fmt: skip
    return Section(
        "gjort",
        "Händelser: vad personen har gjort",
        "Händelseloggen, som visar vem som har gjort vad. Den går inte att ändra i efterhand.",
        ("Händelse", "När", "Vad", "Om", "Som", "Från nätadress"),
        tuple(rows),
    )


def _about(found: Traces) -> Section:
    rows = (
        (str(e.seq), moment(e.at), phrase(e.kind), _subject(e), _changes(e, found.email))
        for e in found.about
    )
    return Section(
        "om",
        "Händelser om personen",
        "Händelser som gäller personen eller där adressen står med. Andras adresser är utelämnade.",
        ("Händelse", "När", "Vad", "Om", "Ändring"),
        tuple(rows),
    )


def _subject(event: EventTrace) -> str:
    """What it was about; other people's numbers are theirs."""
    what, _, name = event.subject.partition(":")
    return "" if what == "person" else f"{capital(what)} {name}".strip()


def _said(event: EventTrace, name: str) -> str:
    if event.payload is None:
        return "gallrad"
    return str(event.payload.get(name, ""))


def _changes(event: EventTrace, email: str) -> str:
    """The changes that say the address, without what somebody wrote in an answer or a comment."""
    if event.payload is None:
        return "gallrad"
    said = []
    for change in outline(event.kind, event.payload).get("changes", ()):
        what, before, after = (without_others(str(part), email) for part in change)
        if email and email in f"{what} {before} {after}":
            said.append(f"{what}: {before or 'inget'} → {after or 'inget'}")
    return "; ".join(said)


def _mentions(found: Traces) -> Section:
    rows = (
        (moment(one.at), one.plan, one.control, one.where,
         WITHHELD if (one.plan, one.control) in found.protected else "")
        for one in found.mentions
    )  # fmt: skip
    return Section(
        "omnamnd",
        "Där adressen står i text",
        "Svar, åtgärder, kommentarer och planer där någon har skrivit adressen. Texterna kan handla "
        "om andra och lämnas ut för sig.",
        ("Skrivet", "Plan", "Om", "Var", "Skydd"),
        tuple(rows),
    )
