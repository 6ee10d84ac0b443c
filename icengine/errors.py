"""The error tree. A class's docstring is its message in Swedish; HTTP and exit codes are set by the
entrances.

Every error carries what is wrong and, where there is something to do, a hint. Both are shown to the
user as they stand, so they are whole Swedish sentences without technical words.
"""


class ICEngineError(Exception):
    """Något gick fel."""

    def __init__(self, message: str = "", hint: str = "") -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.hint = hint
        super().__init__(" ".join(part for part in (self.message, hint) if part))


class NotFound(ICEngineError):
    """Det du söker finns inte."""


class NotAllowed(ICEngineError):
    """Du får inte göra det här."""


class Closed(ICEngineError):
    """Uppgiften är avslutad och kan inte ändras."""


class Conflict(ICEngineError):
    """Någon annan har ändrat samma sak under tiden."""


class Refused(ICEngineError):
    """Uppgifterna kan inte tas emot som de är."""


class SettingWrong(ICEngineError):
    """En inställning är fel."""


class DatabaseNotReady(ICEngineError):
    """Databasen är inte klar att användas."""
