"""What a file says of itself: title, author, subject, language and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from docx.document import Document

from icengine.render.word.markup import bare

LONGEST = 255
"""Characters that a property may have."""


def describe(
    document: Document, title: str, author: str, subject: str, language: str, day: date
) -> None:
    """Set the properties; the day is the report's, never the clock's."""
    own = document.core_properties
    moment = datetime.combine(day, time(), UTC)
    own.title, own.author, own.subject = _fit(title), _fit(author), _fit(subject)
    own.last_modified_by, own.language = _fit(author), _fit(language)
    own.created = own.modified = moment
    own.revision, own.comments, own.keywords, own.version = 1, "", "", ""
    own.category = own.content_status = own.identifier = ""


def _fit(text: str) -> str:
    one = " ".join(bare(text).split())
    return one if len(one) <= LONGEST else f"{one[: LONGEST - 1]}…"
