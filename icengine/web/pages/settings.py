"""What holds for the whole organisation: its name, colour, contact, domains and words, and what the
values of its login's claim mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter

from icengine.domain.directory import DOMAIN
from icengine.domain.directory_reminders import MOST_TIMES
from icengine.domain.labels import LABELS, LONGEST_WORD, declined, is_word
from icengine.domain.people import GIVEN_ROLES, ClaimGrant, Organisation, Role
from icengine.domain.reading import COLOUR
from icengine.domain.reminders import MOST_DAYS, Reminders
from icengine.domain.words import capital
from icengine.services import organisation as use
from icengine.web.pages.editing import Deed, Desk, serve
from icengine.web.pages.fields import Choice, Field, Form, Reading, nothing_or
from icengine.web.pages.paths import ORGANISATION, SETTINGS
from icengine.web.pages.unitforms import unit_choices

router = APIRouter()

SPARE_ROWS = 2
"""Empty rows for more values of the login's claim."""
MOST_CLAIMS = 50
"""A form has room for no more; an organisation with more of them keeps them in its file."""
WORDS = "Era egna ord"
WORDS_NOTE = (
    "Säger ni något annat, till exempel granskning i stället för kontrollmoment? Skriv det, i "
    "singular och med liten bokstav. Lämna tomt för att behålla ordet."
)
REMINDERS = "Påminnelser"
REMINDERS_NOTE = (
    "Dagar räknat från den sista dagen. Skriv flera tal med komma emellan, och inget alls för att inte "
    "påminna. Mejl går bara på arbetsdagar: det som faller på en helg går nästa arbetsdag."
)
CLAIMS_NOTE = (
    "Det som kommunens inloggning säger om den som loggar in, till exempel vilken grupp den hör till, "
    "kan ge en roll här. Töm värdet för att ta bort en rad."
)


def settings_form(desk: Desk, _om: str) -> Form:
    """The settings as they are."""
    desk.own_unit(desk.organisation.root.id)
    fields = (*_first(desk), *_reminders(desk), *_words(desk), *_claims(desk))
    notes = {REMINDERS: REMINDERS_NOTE, WORDS: WORDS_NOTE, _claim_group(0): CLAIMS_NOTE}
    return Form("Inställningar", fields, "Spara", ORGANISATION, "Organisationen", notes=notes)


def _claim_group(n: int) -> str:
    return f"Kommunens inloggning, värde {n + 1}"


def _first(desk: Desk) -> Iterator[Field]:
    stored = desk.organisation
    functions = sorted((f.name for f in stored.functions), key=str.casefold)
    contacts = nothing_or((Choice(name, name) for name in functions), "Välj funktion")
    yield Field("namn", "Organisationens namn", value=stored.name,
                hint="Så som det ska stå i sidor, mejl och rapporter.")  # fmt: skip
    yield Field("farg", "Färg", "color", value=stored.accent.lower(),
                hint="Färgen i sidhuvud, mejl och rapporter. Ljusheten anpassas så att texten går "
                "att läsa.")  # fmt: skip
    yield Field("kontakt", "Kontakt", "select", value=stored.contact, choices=contacts,
                hint="Funktionen som får svar på mejl och frågor.")  # fmt: skip
    yield Field("domaner", "E-postdomäner", "area", value="\n".join(stored.mail_domains),
                hint="En per rad. Adresser måste höra till någon av dem, så att ett felskrivet "
                "tecken inte skickar en uppgift till någon utanför.")  # fmt: skip


def _reminders(desk: Desk) -> Iterator[Field]:
    own = desk.organisation.reminders
    yield Field("fore", "Påminn så många dagar före", value=_numbers(own.before), group=REMINDERS,
                hint="Till exempel 14, 7.")  # fmt: skip
    yield Field("efter", "Säg till så många dagar efter", value=_numbers(own.after),
                group=REMINDERS, hint="Den sista pausen upprepas tills svaret kommer.")  # fmt: skip
    yield Field("eskalera", "Säg till chefen och controllern efter", value=str(own.escalate),
                group=REMINDERS, hint="Antal dagar.")  # fmt: skip
    yield Field("effekt", "Fråga om åtgärden hade effekt efter", value=str(own.effect),
                group=REMINDERS, hint="Antal dagar från att den är klar.")  # fmt: skip
    yield Field("andra", "Någon annan läser ett grönt svar på en kontroll med hög risk", "yes",
                value="ja" if desk.organisation.second_reader else "", group=REMINDERS,
                hint="När ingen godkännare är utsedd.")  # fmt: skip


def _numbers(days: tuple[int, ...]) -> str:
    return ", ".join(map(str, days))


def _words(desk: Desk) -> Iterator[Field]:
    own = dict(desk.organisation.labels)
    for n, word in enumerate(LABELS):
        yield Field(f"ord-{n}", capital(word), value=own.get(word, ""),
                    group=WORDS)  # fmt: skip


def _claims(desk: Desk) -> Iterator[Field]:
    claims = desk.organisation.claims
    if len(claims) > MOST_CLAIMS:
        return
    roles = nothing_or((Choice(str(r), capital(str(r))) for r in GIVEN_ROLES), "Ingen")
    units = nothing_or(unit_choices(desk.organisation.units, desk.organisation), "Välj enhet")
    for n in range(len(claims) + SPARE_ROWS):
        claim = claims[n] if n < len(claims) else None
        group = _claim_group(n)
        yield Field(f"varde-{n}", "Värde", value=claim.value if claim else "", group=group)
        yield Field(f"roll-{n}", "Ger rollen", "select", choices=roles, group=group,
                    value=str(claim.role) if claim else "")  # fmt: skip
        yield Field(f"enhet-{n}", "Vid enheten", "select", choices=units, group=group,
                    value=claim.unit if claim else "")  # fmt: skip


def save(desk: Desk, _om: str, read: Reading) -> Deed:
    """The settings as they were typed."""
    colour = read.line("farg")
    if not COLOUR.fullmatch(colour):
        read.wrong("farg", "Skriv färgen med sex tecken efter #, till exempel #0B5A67.")
    contact = read.line("kontakt")
    if contact or desk.organisation.functions:
        contact = read.choice("kontakt", "Välj en funktion.")
    labels = [(word, _read_word(desk, read, n)) for n, word in enumerate(LABELS)]
    values = {
        "name": read.line("namn", "Skriv organisationens namn."),
        "accent": colour.upper(),
        "contact": contact,
        "mail_domains": _domains(read),
        "labels": sorted(labels, key=lambda item: _order(desk.organisation, item[0])),
        "claims": _read_claims(desk, read),
        **_read_reminders(read),
    }
    return Deed(use.change_settings, values, _settings, SETTINGS, "installningar")


def _read_reminders(read: Reading) -> dict[str, object]:
    """The days and the second reader; nothing where the page has none."""
    if "fore" not in read.fields:
        return {}
    before, after = (_read_days(read, name) for name in ("fore", "efter"))
    escalate, effect = _read_days(read, "eskalera"), _read_days(read, "effekt", 5 * MOST_DAYS)
    for name, found in (("eskalera", escalate), ("effekt", effect)):
        if len(found) != 1 and name not in read.faults:
            read.wrong(name, "Skriv ett antal dagar.")
    if read.faults:
        return {}
    own = Reminders(
        tuple(sorted(before, reverse=True)), tuple(sorted(after)), escalate[0], effect[0]
    )
    return {"reminders": own, "second_reader": read.yes("andra")}


def _read_days(read: Reading, name: str, most: int = MOST_DAYS) -> list[int]:
    words = read.line(name).replace(",", " ").split()
    wrong = next(
        (w for w in words if not (w.isascii() and w.isdigit() and 1 <= int(w) <= most)), ""
    )
    if wrong:
        read.wrong(name, f"”{wrong[:20]}” är inget antal dagar: skriv ett tal från 1 till {most}.")
        return []
    if len(words) > MOST_TIMES:
        read.wrong(name, f"Skriv högst {MOST_TIMES} tal.")
    return list(dict.fromkeys(map(int, words)))


def _read_word(desk: Desk, read: Reading, n: int) -> str:
    """The organisation's word. Sentences must be able to say it in more forms than one."""
    word, said = read.line(f"ord-{n}"), ""
    known = dict(desk.organisation.forms).get(LABELS[n])
    if len(word) > LONGEST_WORD:
        said = f"Skriv högst {LONGEST_WORD} tecken."
    elif word and not is_word(word):
        said = "Skriv bara bokstäver, bindestreck och mellanslag."
    elif word and declined(word) is None and (known is None or known.one != word):
        said = (
            f"Hur ”{word}” böjs går inte att se på ordet. Skriv ett annat ord, eller ordet och dess "
            "former i organisationsfilen."
        )
    if said:
        read.wrong(f"ord-{n}", said)
    return word


def _order(organisation: Organisation, word: str) -> int:
    """Words that the organisation has keep their order, so that saving again changes nothing."""
    known = [own for own, _ in organisation.labels]
    return known.index(word) if word in known else len(known)


def _domains(read: Reading) -> list[str]:
    words = read.line("domaner", "Skriv minst en domän, till exempel kommun.se.")
    found = [word.casefold() for word in words.replace(",", " ").split()]
    wrong = [word for word in found if not DOMAIN.fullmatch(word)]
    if wrong:
        read.wrong("domaner", f"”{wrong[0][:60]}” är ingen domän. Skriv till exempel kommun.se.")
    return list(dict.fromkeys(found))


def _read_claims(desk: Desk, read: Reading) -> list[ClaimGrant] | None:
    """What is in the rows; None where the page has none."""
    if "varde-0" not in read.fields:
        return None
    found: list[ClaimGrant] = []
    for n in range(len(desk.organisation.claims) + SPARE_ROWS):
        value = read.line(f"varde-{n}")
        if not value:
            continue
        role = read.choice(f"roll-{n}", f"Välj vilken roll {value[:60]} ger.")
        unit = read.choice(f"enhet-{n}", f"Välj vid vilken enhet {value[:60]} ger rollen.")
        if f"roll-{n}" not in read.faults and f"enhet-{n}" not in read.faults:
            claim = ClaimGrant(value, Role(role), unit)
            if claim in found:
                read.wrong(f"varde-{n}", f"{value[:60]} ger redan den rollen där.")
            found.append(claim)
    return found


def _settings(organisation: Organisation) -> Organisation:
    """The organisation without what the page is not about."""
    return replace(organisation, units=(), functions=(), grants=())


serve(router, SETTINGS, settings_form, save)
