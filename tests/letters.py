"""What mails tell of, read as their receivers read them."""

from __future__ import annotations

import html
import re

from icengine.mail.mailer import Email


def titles_in(subject: str, markup: str) -> list[str]:
    """What a mail is about: each thing that one of several tells of, or the title in its subject."""
    listed = re.findall(r'<a class="ink" href="[^"]+" [^>]*>([^<]+)</a><br>', markup)
    return [html.unescape(title) for title in listed] or [subject.partition(": ")[2]]


def titles(mail: Email) -> list[str]:
    """The same of a mail that has not left."""
    return titles_in(mail.subject, mail.html)


def secret_of(mail: Email) -> str:
    """The secret of its link."""
    return mail.text.split("/svar/")[1].split()[0]
