"""The engine as a container runs it: without power, nothing writable but a folder and what is temporary."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEALTHCHECK = ROOT / "docker" / "healthcheck.py"

SCRIPT = """
set -e
mount --make-rprivate /
mount --bind "$WORK" "$WORK"
awk '$2 != "/proc" && $2 !~ "^/(proc|sys|dev)/?" {print $2}' /proc/self/mounts | while read -r place; do
    [ "$place" = "$WORK" ] || mount -o remount,bind,ro "$place" 2>/dev/null || true
done
if touch "$ROOT/skrivbar" 2>/dev/null; then echo "the file system is not read-only"; exit 9; fi
cd "$WORK/data"
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$PYTHON" "$WORK/run.py"
"""
"""In a mount namespace of its own: everything but the folder is read-only, and no power is left."""

RUN = """
import os, subprocess, sys, time
def engine(*words):
    done = subprocess.run([sys.executable, "-m", "icengine", *words], capture_output=True, text=True)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout
plans = os.environ["ROOT"] + "/plans/"
engine("init")
engine("organisation", "import", plans + "organisation.yaml")
engine("plan", "adopt", plans + "ks-2022.yaml", "--dnr", "KS 2021/0412", "--date", "2021-12-09", "--paragraph", "§ 214")
engine("report", "build", "ks-2022", "--format", "html,pdf,docx,xlsx,json,txt")
engine("backup", "kopia.zip")
serving = subprocess.Popen([sys.executable, "-m", "icengine", "serve"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
check = [sys.executable, os.environ["HEALTHCHECK"]]
for _ in range(100):
    if subprocess.run(check, capture_output=True).returncode == 0:
        break
    time.sleep(0.2)
else:
    serving.kill()
    raise SystemExit(serving.communicate()[0].decode())
other = subprocess.run(check, env={**os.environ, "ICENGINE_BASE_URL": "https://annan.example"}, capture_output=True, text=True)
assert (other.returncode, other.stderr.strip()) == (1, "/healthz: 400"), other
serving.terminate()
said = serving.communicate(timeout=30)[0].decode()
assert "Traceback" not in said, said
gone = subprocess.run(check, capture_output=True, text=True)
assert gone.returncode == 1 and gone.stderr.startswith("/healthz: "), gone
print("allt gick")
"""


@pytest.fixture
def unused_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def namespaces() -> list[str]:
    """The command that gives a mount namespace of one's own; [] where none is to be had."""
    asked = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        return []
    tried = subprocess.run(
        [*asked, "mount", "--make-rprivate", "/"], capture_output=True, check=False
    )
    return asked if tried.returncode == 0 else []


def test_nothing_is_written_outside_the_data_folder_and_what_is_temporary(
    tmp_path: Path, unused_port: int
) -> None:
    unshare = namespaces()
    if not unshare:
        pytest.skip("mount namespaces are not to be had here")
    for name in ("data", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "run.py").write_text(RUN, "utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ICENGINE_")} | {
        "ROOT": str(ROOT),
        "WORK": str(tmp_path),
        "PYTHON": sys.executable,
        "HEALTHCHECK": str(HEALTHCHECK),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path / "tmp"),
        "TMPDIR": str(tmp_path / "tmp"),
        "ICENGINE_PORT": str(unused_port),
        "ICENGINE_BASE_URL": "https://ik.kommun.example",
        "ICENGINE_DATABASE_URL": f"sqlite:///{tmp_path}/data/internkontroll.db",
    }
    done = subprocess.run(
        [*unshare, "sh", "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "allt gick", done.stdout + done.stderr
    assert (tmp_path / "data" / "slutrapport-ks-2022.pdf").stat().st_size > 50_000
    assert not list((tmp_path / "tmp").iterdir())
