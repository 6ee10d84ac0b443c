"""How a command that runs for long is stopped: what is at hand may end, for so many seconds."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from threading import Timer
from types import FrameType
from typing import NoReturn

import typer

log = logging.getLogger("icengine.stop")

SETTLING = 2.0
"""Seconds more, to tell what was broken off and to give back connections."""


class Stopping:
    """Called when the command is told to stop: begins to, and sees to it that it comes to an end."""

    def __init__(self, seconds: float, begin: Callable[[], None] = lambda: None) -> None:
        self.seconds, self.begin, self.begun = seconds, begin, False

    def __call__(self) -> None:
        """The first time it counts."""
        if self.begun:
            return
        self.begun = True
        limit = Timer(self.seconds + SETTLING, _leave, [self.seconds])
        limit.daemon = True
        limit.start()
        self.begin()


def _leave(seconds: float) -> None:
    """A thread cannot be ended from outside, the process can. What it had is done over when it starts
    again, as after any other fall."""
    log.warning("det som pågick efter %d sekunder avbröts; det görs om efter nästa start", seconds)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def end_on_sigterm() -> None:
    """SIGTERM ends the command as if it had come to its end: what it holds is given back."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)


SECONDS = typer.Option(
    "--stopptid", metavar="SEKUNDER", min=0, max=3600,
    help="Så länge får det som pågår bli klart när processen stoppas.",
)  # fmt: skip
