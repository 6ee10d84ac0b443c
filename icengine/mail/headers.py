"""Headers of a mail: values that cannot add a header of their own, folded so that all can read them.

Python's own folding loses spaces between encoded words and encodes long Message-IDs, which breaks
threads, so the headers it happens to are folded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header
from email.headerregistry import Address
from email.policy import Compat32, EmailPolicy
from email.utils import unquote
from functools import lru_cache

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


class _Folded(Compat32):
    """Headers that are folded and ASCII already leave as they stand, with CRLF."""

    def fold(self, name: str, value: str) -> str:
        """The header as it leaves, its last line end too."""
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        return self.fold(name, value).encode("ascii")


FOLDED = _Folded(linesep="\r\n")
_ORDINARY = EmailPolicy(linesep=FOLDED.linesep)


@lru_cache(maxsize=256)
def folded_text(name: str, text: str) -> str:
    """A text as the value of a header; the same subject goes to many, and folding one takes a tenth of
    the time that its mail takes."""
    return Header(header_text(text), "utf-8", header_name=name).encode(linesep=FOLDED.linesep)


@lru_cache(maxsize=64)
def folded_sender(sender: str) -> str:
    """'Namn <a@b.example>', or a bare address, as the value of From. Raises Unsendable."""
    name, address = name_and_address(sender)
    if name.isascii():
        parts = Address(header_text(name), addr_spec=mailbox(address))
        whole = _ORDINARY.header_factory("From", str(parts)).fold(policy=_ORDINARY)
        return str(whole).partition(": ")[2].removesuffix(FOLDED.linesep)
    return f"{folded_text('From', name)}{FOLDED.linesep} <{mailbox(address)}>"


def folded_references(references: Iterable[str]) -> str:
    """Message-IDs, one on a line. Raises Unsendable."""
    return f"{FOLDED.linesep} ".join(map(reference, references))
