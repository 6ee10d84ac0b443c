"""Headers of a mail: values that cannot add a header of their own, folded so that all can read them.

Python's own folding loses spaces between encoded words and encodes long Message-IDs, which breaks
threads, so the headers it happens to are folded here.
"""

from __future__ import annotations

import re
from email.header import Header
from email.policy import EmailPolicy
from email.utils import unquote

from icengine.domain.text import one_line


class Unsendable(ValueError):
    """Mejlet går inte att skicka."""


# Signs that end an address or begin something else are left out, quoted local parts with them.
_ATOM = r"[^\s@<>()\[\]\\,;:\".\x00-\x1f\x7f-\x9f]+"
_MAILBOX = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_ATOM}(?:\.{_ATOM})*)")


def mailbox(text: str) -> str:
    """The bare address, its domain in ASCII ("malmö.se" as "xn--malm-8qa.se").

    Raises Unsendable where it is not one, or has letters before @ that ordinary servers refuse.
    """
    found = None if "=?" in text else _MAILBOX.fullmatch(text)  # readers would decode it
    try:
        domain = found[2].encode("idna").decode() if found else ""
    except UnicodeError:
        domain = ""
    if not found or not domain or not found[1].isascii() or len(found[1]) > 64:
        raise Unsendable(f"”{one_line(text)[:100]}” är ingen e-postadress som går att skicka till.")
    return f"{found[1]}@{domain}"


def name_and_address(sender: str) -> tuple[str, str]:
    """("Namn", "a@b.example") of 'Namn <a@b.example>', ("", …) of a bare address; checks nothing.

    Python's parseaddr passes over what it does not understand, a line break among it.
    """
    shown_name, bracket, rest = sender.strip().rpartition("<")
    if not bracket or rest.find(">") != len(rest) - 1:
        return "", sender
    return unquote(shown_name.strip()), rest[:-1]


def reference(message_id: str) -> str:
    """The Message-ID as it stands; raises Unsendable where it is not one."""
    if not re.fullmatch(r"<[!-;=?-~]+>", message_id):
        raise Unsendable("Mejlets Message-ID är fel byggt.")
    return message_id


def header_text(text: str) -> str:
    """The text on one line, without what a reader would decode."""
    # What looks like an encoded word would be decoded by readers, line breaks in it too.
    return one_line(text).replace("=?", "= ?")


class _MailPolicy(EmailPolicy):
    """CRLF, lines up to 78 characters, ASCII throughout."""

    def fold(self, name: str, value: str) -> str:
        """The header as it leaves, its last line end too."""
        if name == "Subject":
            words = self._encoded(name, value)
        elif name == "From" and not value.isascii():
            shown_name, address = name_and_address(value)
            words = f"{self._encoded(name, shown_name)}{self.linesep} <{address}>"
        elif name == "References":
            words = f"{self.linesep} ".join(value.split())
        else:
            return str(super().fold(name, value))
        return f"{name}: {words}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        return self.fold(name, value).encode("ascii")

    def _encoded(self, name: str, text: str) -> str:
        return Header(text, "utf-8", header_name=name).encode(linesep=self.linesep)


POLICY = _MailPolicy(linesep="\r\n")
