"""The error tree. A class's docstring is its message in Swedish; HTTP and exit codes are set by the
entrances.

Every error carries what is wrong and, where there is something to do, a hint. Both are shown to the
user as they stand, so they are whole Swedish sentences without technical words.
"""

import errno
import socket

CAUSES = {
    errno.ENOENT: "mappen eller filen finns inte",
    errno.EACCES: "du har inte behörighet",
    errno.EPERM: "du har inte behörighet",
    errno.ENOTDIR: "en del av sökvägen är en fil",
    errno.EISDIR: "det är en mapp",
    errno.EEXIST: "något med det namnet finns redan",
    errno.ENOSPC: "disken är full",
    errno.EROFS: "disken går bara att läsa",
    errno.ENAMETOOLONG: "namnet är för långt",
    errno.EADDRINUSE: "adressen används redan",
    errno.EADDRNOTAVAIL: "datorn har inte den adressen",
    errno.ECONNREFUSED: "servern svarar inte",
}
"""What the machine says of a fault, in Swedish."""


def because(fault: OSError) -> str:
    """ ": disken är full", to end a message with; "" for faults that have no words here."""
    if isinstance(fault, socket.gaierror):
        return ": namnet finns inte"
    cause = CAUSES.get(fault.errno or 0)
    return f": {cause}" if cause else ""


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


class LoginNeeded(ICEngineError):
    """Du behöver logga in."""

    def __init__(self, target: str = "") -> None:
        """`target`: the page to come to after it."""
        self.target = target
        super().__init__()


class LoginFailed(ICEngineError):
    """Inloggningen gick inte att slutföra."""


class TooMany(ICEngineError):
    """För många försök på kort tid."""


class Closed(ICEngineError):
    """Uppgiften är avslutad och kan inte ändras."""


class Conflict(ICEngineError):
    """Någon annan har ändrat samma sak under tiden."""


class Refused(ICEngineError):
    """Uppgifterna kan inte tas emot som de är."""


class NotKept(Refused):
    """Utkastet är inte sparat."""


class SettingWrong(ICEngineError):
    """En inställning är fel."""


class DatabaseNotReady(ICEngineError):
    """Databasen är inte klar att användas."""
