"""Handing over one occurrence to a colleague (delegering): to whom, with which words, how often.

It is the occurrence that is handed over and never the control: the function still answers for it, and
may take it back. Whoever has got it hands it on to nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from icengine.domain.access import Actor, Link, Person
from icengine.domain.address import address_fault
from icengine.domain.people import Organisation
from icengine.domain.task import Fault

EMAIL, WORD = "kollega", "ord"
"""The fields of the form."""
LONGEST_WORD = 500
"""Characters of the word to the colleague: it goes in a mail."""
MOST_OF_TASK, MOST_BY_FUNCTION, COUNTED_IN = 5, 20, timedelta(hours=24)
"""Each hand-over is a mail to an address that somebody typed: so many of one occurrence, and so many
in one function's name, in so long a time."""


def acts_as(actor: Actor, owner: str, delegate: int, said: str = "") -> str:
    """The function that somebody answers a task for.

    Whoever holds the task's own answers for it; a colleague it is handed to, as `stand_in`. `said` is
    what a link was sent for, or what the engine itself answers as. "" for somebody who is not to answer.
    """
    if isinstance(actor, Person):
        if owner in actor.functions:
            return owner
        handed = bool(delegate) and delegate == actor.id
        return stand_in(actor.functions, owner) if handed else said
    if isinstance(actor, Link):
        if delegate and delegate == actor.person:
            alone = stand_in((), owner)
            return said if said.endswith(alone) else alone
        return owner
    return said


def stand_in(functions: Iterable[str], owner: str) -> str:
    """What a colleague is called who answers for the owner: "HR-strategen, ombud för HR-chefen"."""
    own = min(functions, default="")
    return f"{own}, ombud för {owner}" if own else f"ombud för {owner}"


def email_fault(
    email: str,
    *,
    own: str,
    organisation: Organisation,
    holders: Collection[str],
    approvers: Collection[str],
    login: bool,
    known: bool,
) -> str:
    """Why an occurrence cannot be handed over to that address; "" where it can.

    `own` is the address of the one who hands over, `holders` those who have the task's function,
    `approvers` those who are to approve its answer. `login`: it is answered by those who can log in
    only; `known`: the address can.
    """
    if not email:
        return "Skriv kollegans e-postadress"
    if wrong := address_fault(email, organisation.mail_domains):
        return wrong.rstrip(".")
    if email == own:
        return "Det är din egen adress. Skriv adressen till en kollega"
    if email in holders:
        return f"{email} har redan kontrollen och kan svara med länken i sitt eget mejl"
    if email in approvers:
        return f"{email} ska godkänna svaret och kan därför inte lämna det. Välj någon annan"
    if login and not known:
        return (
            f"Den här kontrollen kräver inloggning, och {email} kan inte logga in. Välj någon som "
            "har en funktion eller en roll i internkontrollen"
        )
    return ""


def word_fault(word: str) -> str:
    """What is wrong with the word to the colleague; "" where nothing is."""
    if len(word) > LONGEST_WORD:
        over = len(word) - LONGEST_WORD
        return f"Texten har {over} tecken för mycket: högst {LONGEST_WORD} får plats"
    if "://" in word or "www." in word.casefold():
        return "Ta bort webbadressen. Mejlet har redan länken till kontrollen"
    return ""


def faults_of(email: str, word: str) -> tuple[Fault, ...]:
    """The two faults, each at its field, in the order of the page."""
    pairs = ((EMAIL, email), (WORD, word))
    return tuple(Fault(field, said) for field, said in pairs if said)
