"""Files that are small to send and large to read: each is refused, in words, before it has cost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from icengine.domain.directory import read_organisation
from icengine.domain.node import LONGEST, Problem
from icengine.domain.people import Organisation
from icengine.intake.yamlfile import LARGEST, MOST, read_yaml_bytes

SIZE = LARGEST - 1000
SECONDS = 100
"""Far more than all of these take, and far less than one that grows with the square of its size."""


def filled(row: str) -> str:
    """The row as often as a file may hold it, with its number where it says so."""
    count = SIZE // len(row.format(n=100_000).encode())
    return "".join(row.format(n=n) for n in range(count))


BOMBS: Mapping[str, str] = {
    "keys": filled("k{n}: 1\n"),
    "keys like a known one": filled("enhet{n}: 1\n"),
    "the same key": filled("a: 1\n"),
    "empty groups": "risker: [" + "{}," * (SIZE // 3) + "]",
    "empty risks": "risker:\n" + filled("- id:\n"),
    "numbers in a row": "a: [" + "1," * (SIZE // 2) + "]",
    "periods": "perioder:\n" + filled(" budget{n}: maj\n"),
    "periods of letters": "perioder:\n" + "".join(f" {'x' * n}: maj\n" for n in range(1, 1900)),
    "units below each other": "enheter:\n" + filled("- id: z{n}\n  under: z{n}0\n"),
    "a text": f"titel: {'a' * SIZE}",
    "a figure": f"år: {'9' * SIZE}",
    "a figure below zero": f"år: -{'9' * SIZE}",
    "a name": "enhet: " + "kommunstyrelsen " * (SIZE // 16),
    "a key": "? " + "enhet" * (SIZE // 5) + "\n: 1",
    "a frequency": f"perioder: {{våren: '{'mars ' * (SIZE // 5)}'}}",
    "line ends": 'titel: "' + "\\n" * (SIZE // 2) + '"',
    "comments": "#\n" * (SIZE // 2) + "a: 1",
    "accents out of order": "titel: a" + "\u0301\u0316" * (SIZE // 4),
    "accents in disguise": "titel: a" + "\u0f73" * (SIZE // 3),
    "accents with controls between": 'titel: "a' + "\u0301\u0316\\0" * (SIZE // 6) + '"',
    "brackets": "[" * SIZE,
    "indents": "".join(f"{' ' * n}a:\n" for n in range(1900)),
    "dashes": "- " * (SIZE // 2) + "a",
    "questions": "? " * (SIZE // 2) + "a",
}

CHILD = """
import sys
sys.path[:0] = sys.argv[1:]
from municipality import load_example
from test_yaml_bombs import BOMBS
from icengine.domain.directory import read_organisation
from icengine.domain.document import read_plan
from icengine.intake.yamlfile import read_yaml_bytes

known = load_example()[0]
for name, bomb in BOMBS.items():
    print(name, flush=True)
    node, problems = read_yaml_bytes(bomb.encode(), "plan.yaml")
    if node is not None:
        problems = read_plan(node, known)[1] + read_organisation(node)[1]
    print(len(problems), max(len(str(problem)) for problem in problems), flush=True)
"""


def test_no_file_however_made_takes_long_to_refuse() -> None:
    # In a process of its own: what C code does in one go cannot be stopped from inside.
    here = Path(__file__).parent
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(here), str(here.parent)],
            capture_output=True, timeout=SECONDS, check=False, text=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        pytest.fail(f"the last of these does not end:\n{(late.stdout or b'').decode()}")
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert lines[::2] == list(BOMBS)
    for name, said in zip(lines[::2], lines[1::2], strict=True):
        problems, longest = map(int, said.split())
        assert 0 < problems <= 5 * MOST, name
        assert longest < 2 * LONGEST + 200, f"{name}: a message repeats the file"


def organisation(text: str) -> tuple[Organisation | None, list[Problem]]:
    node, problems = read_yaml_bytes(text.encode(), "organisation.yaml")
    assert node is not None, problems
    return read_organisation(node)


def test_more_values_than_any_plan_has_are_refused_where_they_begin_to_be_too_many() -> None:
    node, [problem] = read_yaml_bytes(b"- a\n" * (MOST + 5), "plan.yaml")
    assert node is None
    assert str(problem).startswith(f"plan.yaml:{MOST}:3: filen har fler än {MOST} värden")


def test_more_units_than_any_kommun_has_are_refused_and_the_first_are_read() -> None:
    rows = "".join(f"- id: e{n}\n" for n in range(2500))
    _, problems = organisation(f"enheter:\n{rows}")
    [said] = [problem for problem in problems if "poster" in problem.message]
    assert str(said) == ("organisation.yaml:2:1: enheter har 2500 poster (högst 2000 poster)")
    assert sum("saknar namn" in problem.message for problem in problems) == 2000


def test_a_message_about_a_long_text_keeps_its_beginning_and_its_end() -> None:
    _, [problem] = read_yaml_bytes(f"? {'x' * 5000}\n: 1\n? {'x' * 5000}\n: 2\n".encode(), "f")
    assert problem.message.startswith("nyckeln ”xxx")
    assert problem.message.endswith("xxx” står två gånger")
    assert len(problem.message) <= LONGEST
