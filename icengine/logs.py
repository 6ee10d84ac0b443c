"""What the log says and what it does not: whose request a line belongs to, and nothing about anybody.

A line has the number of the request that it was written in, also from a thread that works for it. No
line holds an e-mail address, the secret of a link, or what an error says of itself: that may be
whatever somebody typed. Of an error the log has its kind and where in the program it came about.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

NO_ROUTE = "-"
"""Where a request leads to no page of ours."""


@dataclass(frozen=True)
class Tag:
    """What the lines of a request have in common."""

    id: str
    """Its number, which the reader of an error page sees too."""
    method: str
    route: Callable[[], str]
    """The template of its page's address, once that is known: the address itself may hold a secret."""


REQUEST: ContextVar[Tag | None] = ContextVar("icengine_request", default=None)
"""The request that is answered here; None in what no request asked for."""


def request_id() -> str:
    """The number of the request that is answered here; "" outside of any."""
    tag = REQUEST.get()
    return tag.id if tag else ""


def request_line() -> str:
    """ "GET /svar/{nyckel}", of the request that is answered here; "" outside of any."""
    tag = REQUEST.get()
    return f"{tag.method} {tag.route()}" if tag else ""


# -- what is taken away --

_SECRET = re.compile(
    r"(/(?:svar|forsta-start|kalender)/+|/logga-in/+(?!konto(?:[/?#\s\"']|$)))"
    r"(?!\{[a-z]+\})[^/?#\s\"']+",  # {nyckel} is the pattern of a page, and no secret
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(code|state)=[^&#\s\"']+", re.IGNORECASE)
_PART = r"[^\s@<>()\[\]\\,;:\"=/?&%]"
"""A letter of what stands before the @: anything but what ends it in a text or an address."""
_EMAIL = re.compile(rf"(?<!{_PART}){_PART}++(?:@|%40)[\w-]++(?:\.[\w-]++)*", re.IGNORECASE)
MASK = "•••"


def masked(text: str) -> str:
    """The text without the secret of a link, or what a login provider sends by the browser."""
    return _CODE.sub(rf"\1={MASK}", _SECRET.sub(rf"\1{MASK}", text))


def redact(record: logging.LogRecord) -> bool:
    """A filter for loggers: lets every record through, without the secret of a link."""
    record.msg = masked(record.msg) if isinstance(record.msg, str) else record.msg
    if isinstance(record.args, tuple):
        record.args = tuple(masked(arg) if isinstance(arg, str) else arg for arg in record.args)
    return True


def _nameless(text: str) -> str:
    """The text without secrets and without e-mail addresses; the user of a database is none."""

    def mask(found: re.Match[str]) -> str:
        start = max(0, found.start() - 2)
        return found[0] if found.string.startswith("//", start) else MASK

    return _EMAIL.sub(mask, masked(text))


def _where(error: BaseException) -> str:
    """The kind of an error and of those behind it, and where they came about; none of their words."""
    lines: list[str] = []
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        places = traceback.extract_tb(found.__traceback__)
        lines.append(f"{type(found).__module__}.{type(found).__qualname__}")
        lines += [f"  {place.filename}:{place.lineno} {place.name}" for place in reversed(places)]
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return "\n".join(lines)


# -- how a line is written --

_OURS = ("icengine", "uvicorn")


class _Lines(logging.Formatter):
    """What both ways of writing a line have in common."""

    def _message(self, record: logging.LogRecord) -> str:
        """What it says. Others than us write in further lines what an error says of itself."""
        said = record.getMessage()
        ours = record.name.partition(".")[0] in _OURS
        return _nameless(said if ours else said.partition("\n")[0])

    def _parts(self, record: logging.LogRecord) -> dict[str, Any]:
        """The fields of a line, in their order; those that it has none of are left out."""
        tag = REQUEST.get()
        parts = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
            "request_id": tag.id if tag else None,
            "method": tag.method if tag else None,
            "route": tag.route() if tag else None,
            "status": getattr(record, "status", None),
            "milliseconds": getattr(record, "milliseconds", None),
            "error": _where(record.exc_info[1]) if record.exc_info and record.exc_info[1] else None,
        }
        return {name: value for name, value in parts.items() if value is not None}


class JsonLines(_Lines):
    """Each line one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(self._parts(record), ensure_ascii=False)


class TextLines(_Lines):
    """Each line for a reader; of an error several."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines."""
        parts = self._parts(record)
        number = f" [{parts['request_id']}]" if "request_id" in parts else ""
        said = "".join(ch if ch.isprintable() else "�" for ch in parts["message"])
        error = f"\n{parts['error']}" if "error" in parts else ""
        return f"{parts['time']} {parts['level']}{number} {parts['logger']}: {said}{error}"


FORMATS: dict[str, type[logging.Formatter]] = {"text": TextLines, "json": JsonLines}


def set_up(format: str) -> None:
    """Let all there is to say be written on stderr in this process: ours and the web server's, and what
    others find wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATS[format]())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    threading.excepthook = _thread_fell


def _thread_fell(fault: threading.ExceptHookArgs) -> None:
    """A thread that nobody waits for came to an end; by itself Python would write all of the error."""
    error = fault.exc_value or fault.exc_type()
    logging.getLogger("icengine.thread").error("en tråd slutade med ett fel", exc_info=error)
