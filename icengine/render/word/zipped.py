"""The file itself: a zip whose bytes follow from what lies in it."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from docx.document import Document

_FIRST = ("[Content_Types].xml", "_rels/.rels")
"""What a reader asks for first; the rest stands by name."""
_EARLIEST = date(1980, 1, 1)
"""A zip knows of no day before this."""


def saved(document: Document) -> bytes:
    """The document as a file, with the clock's time in it."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(document: Document, day: date) -> bytes:
    """The document as a file: its parts in a fixed order, all dated `day`."""
    moment = max(day, _EARLIEST).timetuple()[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(document))) as old, zipfile.ZipFile(out, "w") as new:
        names = set(old.namelist())
        first = [name for name in _FIRST if name in names]
        for name in [*first, *sorted(names - set(first))]:
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system, entry.external_attr = 0, 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name), compresslevel=6)
    return out.getvalue()
