"""What somebody sent that could not be kept, given back on the page that says so.

The same form again, with a button that sends it to the same address: what was written stands in fields
to read, and the rest goes along unseen. Files are too large to go back and forth; they are named, and
chosen again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Scope

from icengine.errors import Refused
from icengine.web.security import SENT, replayed
from icengine.web.uploads import Upload, read_upload

LABELS: Mapping[str, str] = {
    "antal": "Antal",
    "totalt": "Av totalt",
    "granskade": "Granskade",
    "avvek": "Avvek",
    "skal": "Skäl",
    "resultat": "Vad visade kontrollen?",
    "orsak": "Varför blev det så?",
    "kommentar": "Något mer?",
    "atgard": "Det här ska göras",
    "vem": "Ansvarig",
    "klar": "Klart senast",
}
"""Fields of the answer form. Others are shown under their own name, where it is seen that somebody has
written in them."""
UNSEEN = ("sett", "tidigare", "star", "innehall")
"""What forms carry along of what was there before."""
DATES = "andrad"
"""Dates of the files that were chosen; of no use without them."""
MISSED = "saknas-"
"""Before the name of a file's field, in the name of the field that says what was chosen there: so that
it is still known when the button is pressed too early."""
_ENTERING = re.compile(r"/(?:logga-in|logga-ut|forsta-start)(?:/|$)")
"""Pages by which somebody comes in: nothing of them is repeated."""
_SECRET = re.compile(r"l[oö]sen|password|secret|token|nyckel|kod", re.IGNORECASE)
_NUMBERED = re.compile(r"(.+)-([0-9]+)")


@dataclass(frozen=True)
class Written:
    """A text that was sent."""

    name: str
    """Of its field."""
    label: str
    text: str

    @property
    def long(self) -> bool:
        """Does it need more than a line?"""
        return len(self.text) > 60 or "\n" in self.text


@dataclass(frozen=True)
class GivenBack:
    """A form that was sent."""

    written: tuple[Written, ...]
    carried: tuple[tuple[str, str], ...]
    """(name, value) of what is sent along unseen."""
    files: tuple[tuple[str, tuple[str, ...]], ...]
    """(name of the field, names of the files) of what has to be chosen again."""
    multipart: bool
    """How it was sent."""


async def given_back(request: Request) -> GivenBack | None:
    """The form that a request brought; None where it brought none, or none that may be repeated."""
    body = request.scope.get(SENT, b"")
    if not body or _ENTERING.match(request.url.path):
        return None
    try:
        upload = await read_upload(_again(request.scope, body))
    except Refused:
        return None
    kind = request.headers.get("content-type", "")
    return _form(upload, kind.lower().startswith("multipart/"))


def _again(scope: Scope, body: bytes) -> Request:
    """The same request, with its body still to be read."""

    async def nothing_more() -> dict[str, str]:
        return {"type": "http.disconnect"}

    return Request(scope, replayed(body, nothing_more))


def _form(upload: Upload, multipart: bool) -> GivenBack | None:
    if any(_SECRET.search(name) for name in upload.fields):
        return None
    written, carried = [], []
    for name, text in upload.fields.items():
        label = _label(name, text)
        if name == DATES and upload.files:
            continue
        text = text.replace("\r\n", "\n")
        if label:
            written.append(Written(name, label, text))
        else:
            carried.append((name, text))
    files = {n.removeprefix(MISSED): t.split("\n") for n, t in carried if n.startswith(MISSED)}
    for file in upload.files:
        files[file.field] = []
    for file in upload.files:
        files[file.field].append(file.name)
    carried = [(name, text) for name, text in carried if not name.startswith(MISSED)]
    carried += [(MISSED + name, "\n".join(names)) for name, names in files.items()]
    chosen = tuple((name, tuple(names)) for name, names in files.items())
    return GivenBack(tuple(written), tuple(carried), chosen, multipart)


def _label(name: str, text: str) -> str:
    """What a text is shown under; "" for what nobody has written."""
    numbered = _NUMBERED.fullmatch(name)
    stem, number = (numbered[1], numbered[2]) if numbered else (name, "")
    known = LABELS.get(stem, "")
    if name.startswith(MISSED):
        return ""
    if not text.strip() or name in UNSEEN or not (known or re.search(r"\s", text.strip())):
        return ""
    return f"{known or stem.replace('-', ' ').capitalize()} {number}".strip()
