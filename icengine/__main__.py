"""The program: `icengine …` and `python -m icengine …`."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import typer

from icengine.cli import app
from icengine.cli.swedish import UsageError, usage_error
from icengine.errors import ICEngineError


@cache
def command() -> Any:
    """Every command with its flags, put together once in a process."""
    return typer.main.get_command(app)


def main() -> None:
    """Run a command. Exit code 0: done, 1: something the user can mend, 2: wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A letter that the terminal lacks, or half of one in a file's name, is no fault.
            stream.reconfigure(errors="replace")
    try:
        code = command()(prog_name="icengine", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except UsageError as error:
        print(usage_error(error), file=sys.stderr)
        sys.exit(2)
    except ICEngineError as error:
        stop(error.message, error.hint)
    except typer.Abort:
        print("Avbrutet.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has had enough (`icengine task list | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  the edge: nobody above can say it better
        # Its own words may be about somebody, and what is said here may end up in a log.
        stop(
            f"Programmet stötte på ett fel ({type(error).__name__}).", f"Mer står i {kept(error)}."
        )


def stop(message: str, hint: str) -> None:
    """Say what is wrong and what to do, and end with exit code 1."""
    print(f"Fel: {message}", file=sys.stderr)
    if hint:
        print(hint, file=sys.stderr)
    sys.exit(1)


def kept(error: Exception) -> Path:
    """A file with the whole fault, for whoever is asked to mend it."""
    handle, name = tempfile.mkstemp(prefix="icengine-fel-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return Path(name)


if __name__ == "__main__":
    main()
