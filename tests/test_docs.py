"""The docs name only commands that exist, and every command is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from icengine.cli import app

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> dict[str, set[str]]:
    """Every command with its options: "plan adopt" -> {"--dnr", …}."""
    found: dict[str, set[str]] = {}

    def walk(group: object, path: tuple[str, ...]) -> None:
        for name, command in group.commands.items():  # type: ignore[attr-defined]
            if hasattr(command, "commands"):
                walk(command, (*path, name))
            else:
                options = {opt for p in command.params for opt in p.opts if opt.startswith("--")}
                found[" ".join((*path, name))] = options | {"--help"}

    walk(typer.main.get_command(app), ())
    return found


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_docs_name_only_what_exists(path: Path) -> None:
    known = commands()
    for line in re.findall(r"\bicengine ([a-z][^`\n#]*)", path.read_text("utf-8")):
        words = line.split()
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in known), None)
        assert name is not None, f"icengine {line}"
        assert set(re.findall(r"(?<=\s)--[a-z-]+", f" {line}")) <= known[name], line


def test_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for name in commands():
        assert f"icengine {name}" in text or f"make {name}" in text, name


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_code_named_in_contributing_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for row in re.findall(r"(?m)^\|[^|]*\|([^|]*)\|([^|]*)\|$", text):
        files = [ROOT / "icengine" / name for name in re.findall(r"`([a-z_/]+(?:\.py|/))`", row[1])]
        assert all(file.exists() for file in files), row
        source = "".join(
            file.read_text("utf-8")
            for entry in files
            for file in ([entry] if entry.suffix else entry.rglob("*.py"))
        )
        for name in re.findall(r"`(\w+)`", row[0]):
            assert re.search(rf"\b{name}\b", source), (name, row[1])
