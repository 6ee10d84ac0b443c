"""A form that brings a file, read within limits.

The whole body has been taken in before this (`security.BodyLimit`), so a file is never larger than a
request may be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from icengine.errors import Refused
from icengine.web.deps import FORM_FIELDS, urlencoded_form

MOST_FILES = 40
"""Files of a form that are looked at; an answer has at most thirty."""
LONGEST_NAME = 120
"""Characters of a file's name."""


@dataclass(frozen=True)
class SentFile:
    """A file that was chosen in a form."""

    name: str
    """As the sender's computer has it, without folders."""
    data: bytes
    field: str = ""
    """Name of the field it was chosen in."""

    @property
    def suffix(self) -> str:
        """ ".xlsx"; "" where the name has none."""
        _, dot, last = self.name.rpartition(".")
        return f".{last.casefold()}" if dot else ""


@dataclass(frozen=True)
class Upload:
    """What a form brought."""

    fields: Mapping[str, str]
    """The first value of each."""
    files: tuple[SentFile, ...]
    """Those that were chosen; a field without one sends none."""


async def read_upload(request: Request) -> Upload:
    """A form with or without a file.

    Raises Refused for what no form of ours can have sent: nothing is then guessed about it.
    """
    kind, _, more = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "multipart/form-data":
        return Upload(await urlencoded_form(request), ())
    if "charset" in more.lower():  # no browser says one, and some can be slow to read
        raise Refused("Formuläret gick inte att läsa.", "Gå tillbaka och försök igen.")
    try:
        async with request.form(
            max_files=MOST_FILES, max_fields=FORM_FIELDS, max_part_size=len(await request.body())
        ) as form:
            fields: dict[str, str] = {}
            files = []
            for name, value in form.multi_items():
                if isinstance(value, str):
                    fields.setdefault(name, value)
                elif value.filename or value.size:
                    files.append(SentFile(_name(value), await value.read(), name))
    except HTTPException as error:
        raise Refused("Formuläret gick inte att läsa.", "Gå tillbaka och försök igen.") from error
    return Upload(fields, tuple(files))


def _name(file: UploadFile) -> str:
    """The file's name as it may be shown: its last part, on one line, not endless."""
    last = re.split(r"[/\\]", file.filename or "")[-1]
    shown = "".join(ch for ch in last if ch.isprintable()).strip()
    return shown[-LONGEST_NAME:] or "filen"


UploadDep = Annotated[Upload, Depends(read_upload)]
