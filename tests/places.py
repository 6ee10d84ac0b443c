"""Where tests write: in memory where there is room, since they make thousands of files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 3_000_000_000
"""Bytes free, far more than the tests have at once on all cores."""


def memory() -> str | None:
    """A folder in memory where programs may run too; None where there is none with room."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    may_run = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return str(MEMORY) if may_run and shutil.disk_usage(MEMORY).free > ROOM else None


def short() -> str | None:
    """A folder with a short path, without spaces: a socket's path has a limit, the tree may lie deep,
    and PostgreSQL's starter does not quote. None for the machine's own choice."""
    return memory() or ("/tmp" if os.access("/tmp", os.W_OK) else None)
