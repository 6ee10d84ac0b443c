"""A program whose processes are killed with SIGKILL at a chosen point of what they do.

It has everything imported and does each deed in a child of its own, so that a kill costs no start. A
point is: before any statement, before and after any commit, before and after any mail.

    {"deed": "adopt", "url": "sqlite:///…", "die": 7, "give": {}}   on standard input, a line each
    {"killed": true, "points": 7, "chosen": [], "fault": ""}        on standard output

`chosen` are the points that are no mere statement.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from typing import Any

from deeds import DEEDS, Points
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

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


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if order.get("here"):  # what SQLAlchemy learns of the statements, every child then knows
            do(order, Points())
            answer: dict[str, Any] = {}
        else:
            answer = carry_out(order)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
