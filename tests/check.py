"""`make check`: everything, each step named; fails with the name of what is missing or wrong.

`make check TESTS="browser or node"` runs the tests with those marks alone, where `make test` has just
run the others.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CHROMIUM = "/usr/bin/chromium"


def run(*command: str) -> str:
    """ "" where the command succeeds, else what it said."""
    done = subprocess.run(command, cwd=ROOT, check=False)
    return "" if done.returncode == 0 else f"{command[0]} gave exit code {done.returncode}"


def needed() -> str:
    """What this machine lacks for all tests."""
    missing = [] if Path(CHROMIUM).exists() else [f"chromium ({CHROMIUM})"]
    missing += [name for name in ("node", "npm", "git") if shutil.which(name) is None]
    return f"missing: {', '.join(missing)}; see .ci/run" if missing else ""


def node_packages() -> str:
    """The provider of logins that tests talk to, installed as its lock has it, where it is not."""
    folder = ROOT / "tests" / "identity"
    made = folder / "node_modules" / ".package-lock.json"
    asked = (folder / "package.json", folder / "package-lock.json")
    if made.exists() and all(made.stat().st_mtime >= file.stat().st_mtime for file in asked):
        return ""
    if shutil.which("npm") is None:
        return "npm is missing"
    command = ("npm", "ci", "--silent", "--ignore-scripts", "--prefix", str(folder))
    return run(*command) and run(*command)  # a registry may stumble once


def lock() -> str:
    """The lock holds hashes and no addresses, and every dependency stands in it."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    if "://" in text:
        return "requirements.lock holds addresses; make it with `make lock`"
    if "--hash=sha256:" not in text:
        return "requirements.lock holds no hashes"
    locked = {m.lower().replace("_", "-") for m in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", text)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split(r"[\[><=!~; ]", item)[0].lower() for item in asked}
    gone = sorted(names - locked)
    return f"not in requirements.lock: {', '.join(gone)}; run `make lock`" if gone else ""


MARKS = sys.argv[1] if len(sys.argv) > 1 else ""
TESTS = (
    sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal", "--durations=15",
    "-m", MARKS,
)  # fmt: skip
STEPS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("what the machine needs", needed),
    ("Node packages", node_packages),
    ("the lock", lock),
    ("ruff check", lambda: run(str(BIN / "ruff"), "check", ".")),
    ("ruff format", lambda: run(str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
    ("mypy --strict", lambda: run(str(BIN / "mypy"))),
    ("import contracts", lambda: run(str(BIN / "lint-imports"), "--no-logo")),
    (f"tests marked {MARKS}" if MARKS else "all tests", lambda: run(*TESTS)),
)


def main() -> int:
    """Every step, also after one has failed; 1 where any did."""
    failed = []
    for name, step in STEPS:
        started = time.perf_counter()
        print(f"== {name}", flush=True)
        fault = step()
        print(f"== {name}: {fault or 'ok'} ({time.perf_counter() - started:.0f} s)", flush=True)
        if fault:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "everything holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
