"""What a process meets: a database that nobody waits long for, a disk with little room."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

PATIENCE, ROOM, LARGEST, SAYS = "FAULT_PATIENCE", "FAULT_ROOM", "FAULT_LARGEST", "FAULT_SAYS"
"""Milliseconds that SQLite waits for a lock; a file with the pages that the database may have; bytes that
any file may have; whether each wait for the database is said."""
WAITS = "väntar på databasen"
NO_LIMIT = 1_073_741_823


def begin(environment: Mapping[str, str]) -> None:
    """Let this process meet what its environment says."""
    patience, room = environment.get(PATIENCE), environment.get(ROOM)

    def meet(connection: Any) -> None:
        if environment.get(SAYS):
            print(WAITS, flush=True)
        if patience:
            connection.connection.execute(f"PRAGMA busy_timeout={patience}")
        if room:
            pages = int(Path(room).read_text()) if Path(room).exists() else NO_LIMIT
            connection.connection.execute(f"PRAGMA max_page_count={pages}")

    if patience or room or environment.get(SAYS):
        event.listen(Engine, "begin", meet)
    if largest := environment.get(LARGEST):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), resource.RLIM_INFINITY))
