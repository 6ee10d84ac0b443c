"""A program that has everything imported, so that the processes it forks cost no start.

They run commands, as `icengine …` does, or a deed, and are then killed with SIGKILL at a chosen point of
it: before any statement, before and after any commit, before and after any mail.

    {"command": ["tick"], "cwd": "…", "environment": {}, "out": "…"}    on standard input, a line each
    {"pid": 4711}                                                       on standard output
    {"poll": 4711}
    {"code": 0}                                                         null while it runs

    {"deed": "adopt", "url": "sqlite:///…", "die": 7, "give": {}}
    {"killed": true, "points": 7, "chosen": [], "fault": ""}

`chosen` are the points that are no mere statement.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
from typing import Any, NoReturn

import hardship
import uvicorn  # noqa: F401  and what else commands import when they are called
from deeds import DEEDS, Points
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

import icengine.__main__ as program
import icengine.cli.login
import icengine.jobs.queue
import icengine.web.app
import icengine.web.server  # noqa: F401
from icengine.store.db import Database

KEPT: dict[str, Database] = {}
"""The database of each address; none is open when a child is born."""


class Fatal(Points):
    """Points that are counted, one of which is the last."""

    def __init__(self, die: int) -> None:
        self.die, self.count = die, 0
        self.chosen: list[int] = []

    def mark(self, *_: object) -> None:
        self.chosen.append(self.count + 1)
        self.point()

    def point(self, *_: object, **__: object) -> None:
        self.count += 1
        if self.count == self.die:
            os.kill(os.getpid(), signal.SIGKILL)


def do(order: dict[str, Any], points: Points) -> None:
    """The deed, on a database that is closed afterwards."""
    database = KEPT.setdefault(order["url"], Database(order["url"]))
    try:
        DEEDS[order["deed"]](database, points, **order.get("give", {}))
    finally:
        database.close()


def born(order: dict[str, Any], out: int) -> None:
    """The life of a child."""
    points = Fatal(order.get("die", 0))
    event.listen(Engine, "before_cursor_execute", points.point)
    event.listen(Engine, "commit", points.mark)
    event.listen(Session, "after_commit", points.mark)
    fault = ""
    try:
        do(order, points)
    except BaseException:  # noqa: BLE001  told to whoever ordered it
        fault = traceback.format_exc()
    said = {"points": points.count, "chosen": points.chosen, "fault": fault}
    os.write(out, json.dumps(said).encode())
    os._exit(0)


def carry_out(order: dict[str, Any]) -> dict[str, Any]:
    """Let a child do it, and say how that went."""
    there, here = os.pipe()
    child = os.fork()
    if not child:
        os.close(there)
        born(order, here)
    os.close(here)
    with os.fdopen(there, "rb") as heard:
        said = heard.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"points": 0, "fault": "", **(json.loads(said) if said else {}), "killed": killed}


def run(order: dict[str, Any]) -> NoReturn:
    """The life of a child that is a command; it ends as any program does."""
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, buffering=1, encoding="utf-8", closefd=False)
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    sys.argv = ["icengine", *order["command"]]
    hardship.begin(os.environ)
    program.main()
    raise AssertionError("a command ends by itself")


def start(order: dict[str, Any]) -> dict[str, Any]:
    """Begin a command."""
    child = os.fork()
    if not child:
        run(order)
    return {"pid": child}


def poll(child: int) -> dict[str, Any]:
    """How a command has ended, as `subprocess` says it."""
    found, status = os.waitpid(child, os.WNOHANG)
    return {"code": os.waitstatus_to_exitcode(status) if found else None}


def main() -> None:
    gc.freeze()  # a child that collects would copy all of it
    for line in sys.stdin:
        order = json.loads(line)
        if "command" in order:
            answer = start(order)
        elif "poll" in order:
            answer = poll(order["poll"])
        elif order.get("here"):  # what SQLAlchemy learns of the statements, every child then knows
            do(order, Points())
            gc.freeze()
            answer = {}
        else:
            answer = carry_out(order)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
