"""The kommun's own Word template, from the command line."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from commands import Shell


@pytest.fixture
def demo(shell: Shell, demo_once: tuple[Path, str]) -> Shell:
    """The demo's year, answered."""
    shutil.copytree(demo_once[0], shell.folder / "demo")
    return shell.below("demo")


def text_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("word/document.xml").decode()


def test_the_template_is_written_changed_and_used(demo: Shell) -> None:
    done = demo("report", "template", "--out", "mall.docx")
    assert (done.code, "ICENGINE_WORD_TEMPLATE" in done.out) == (0, True)
    mall = demo.folder / "mall.docx"
    assert "{{p innehall }}" in text_of(mall.read_bytes())
    again = demo("report", "template", "--out", "mall.docx")
    assert (again.code, "finns redan" in again.err) == (1, True)
    with (demo.folder / "icengine.toml").open("a", encoding="utf-8") as file:
        file.write('word_template = "mall.docx"\n')
    assert demo("report", "build", "ks-2022", "--format", "docx").code == 0
    made = text_of((demo.folder / "slutrapport-ks-2022.docx").read_bytes())
    assert "Så läses bedömningen" in made
    mall.write_bytes(b"Hej")
    wrong = demo("report", "build", "ks-2022", "--format", "docx")
    assert wrong.code == 1
    assert "Word-mallen går inte att använda." in wrong.err
    assert "Traceback" not in wrong.err
    mall.unlink()
    missing = demo("report", "build", "ks-2022", "--format", "docx")
    assert "går inte att läsa: mappen eller filen finns inte" in missing.err
