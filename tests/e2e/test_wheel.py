"""The wheel, installed elsewhere, carries what it needs: it migrates itself and runs the demo."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def sh(*command: str | Path, cwd: Path) -> str:
    """Run a command; what it said."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ICENGINE_", "PYTHON"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_installed_wheel_runs_init_and_demo(tmp_path: Path) -> None:
    sh(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=ROOT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    home = tmp_path / "en annan plats"
    venv.create(home)
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    sh(*pip, "install", "-q", "--no-index", "--no-deps", wheel, cwd=tmp_path)
    # The dependencies are borrowed; the package itself must be the installed one.
    site = next((home / "lib").glob("python*/site-packages"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    where = sh(python, "-c", "import icengine; print(icengine.__file__)", cwd=tmp_path)
    assert str(home) in where
    work = tmp_path / "arbete"
    work.mkdir()
    assert "är skapad" in sh(home / "bin" / "icengine", "init", cwd=work)
    assert "14 svar" in sh(home / "bin" / "icengine", "demo", cwd=work)
    assert (work / "demo" / "slutrapport-ks-2022.pdf").stat().st_size > 50_000
