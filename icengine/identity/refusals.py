"""What a person is told when the kommun's login did not let them in, and what the log is told."""

from __future__ import annotations

import logging

from icengine.domain.text import one_line
from icengine.errors import LoginFailed

log = logging.getLogger("icengine.identity")

NO_ANSWER = ("Kommunens inloggning svarar inte.", "Vänta en stund och försök igen.")
WRONGLY_SET = (
    "Kommunens inloggning är inte rätt inställd.",
    "Säg till den som sköter systemet. Orsaken står i loggen.",
)
AGAIN = ("Inloggningen gick inte att slutföra.", "Logga in igen från början.")
TURNED_AWAY = (
    "Kommunens inloggning släppte inte in dig.",
    "Försök igen, eller fråga it-avdelningen om du får logga in här.",
)
NO_EMAIL = (
    "Ditt konto lämnar ingen e-postadress som går att använda.",
    "Be it-avdelningen att lägga in din e-postadress i kontot.",
)
NOT_VERIFIED = (
    "E-postadressen i ditt konto är inte bekräftad.",
    "Bekräfta den hos kommunens inloggning och försök sedan igen.",
)

SETTING = frozenset(
    {
        "invalid_client", "invalid_request", "invalid_scope", "unauthorized_client",
        "unsupported_grant_type", "unsupported_response_type",
    }
)  # fmt: skip
"""Errors of OAuth 2.0 that somebody mends in the settings, here or at the provider."""
BUSY = frozenset({"server_error", "temporarily_unavailable"})


def refused(words: tuple[str, str], cause: str) -> LoginFailed:
    """The error to raise, with the cause told to the log only. `cause` must hold no secrets."""
    log.warning("inloggning med kommunens konto: %s", one_line(cause)[:500])
    return LoginFailed(*words)


def words_for(error: str, otherwise: tuple[str, str]) -> tuple[str, str]:
    """What to say of an error code of OAuth 2.0."""
    if error in SETTING:
        return WRONGLY_SET
    return NO_ANSWER if error in BUSY else otherwise
