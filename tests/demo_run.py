"""Running the demo as a user does, in a folder."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

from icengine.__main__ import main


def run_demo(folder: Path) -> str:
    """What the demo says when it is run there; it leaves all it makes in `demo` below."""
    out, here, argv = io.StringIO(), Path.cwd(), sys.argv
    os.chdir(folder)
    sys.argv = ["icengine", "demo"]
    code: object = None
    try:
        with contextlib.redirect_stdout(out):
            main()
    except SystemExit as stopped:
        code = stopped.code
    finally:
        os.chdir(here)
        sys.argv = argv
    assert code == 0, out.getvalue()
    return out.getvalue()
