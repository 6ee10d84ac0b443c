"""Files that cannot be read are refused with a clear word, at a place."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.node import Problem, plain
from icengine.errors import NotFound
from icengine.intake.yamlfile import read_yaml, read_yaml_bytes, write_yaml


def problems(data: bytes | str) -> list[Problem]:
    data = data.encode() if isinstance(data, str) else data
    node, found = read_yaml_bytes(data, "plan.yaml")
    assert (node is None) == bool(found)
    return found


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "plan.yaml: filen är tom (börja från exemplet i mappen plans)"),
        (b"# bara en kommentar\n", "plan.yaml: filen är tom"),
        ("år: 2026\nnamn: åäö".encode("latin-1"), "plan.yaml:1:1: filen är inte sparad som UTF-8"),
        (b"a: 1\nb: \xff\xfe", "plan.yaml:2:4: filen är inte sparad som UTF-8"),
        ("år: 2026\n".encode("utf-16"), "plan.yaml:1:1: filen är inte sparad som UTF-8"),
        (b"a:\n\tb: 1\n", "plan.yaml:2:1: raden är indragen med tabb (använd mellanslag"),
        (b"a: 1\na: 2\n", "plan.yaml:2:1: nyckeln ”a” står två gånger (först på rad 1)".encode()),
        (b"a: b: c\n", "plan.yaml:1:5: kolon på fel ställe"),
        (b"a: 'b\nc: d\n", "plan.yaml:3:1: ett citattecken saknar sitt par"),
        (b"a: &x [1]\nb: *x\n", "plan.yaml:1:4: ankare och alias (& och *) tas inte emot"),
        (b"a: !!python/object:os.system x\n", "plan.yaml:1:4: taggar (!) tas inte emot"),
        (b"a: 1\n---\nb: 2\n", "plan.yaml:2:1: filen innehåller flera dokument"),
        (b"a: \x07\n", "plan.yaml:1:4: filen innehåller ett osynligt styrtecken"),
        ("å: ö\nåäö: ä\x07ö\n".encode(), "plan.yaml:2:7: filen innehåller ett osynligt styrtecken"),
        (("# åäö\n" * 9000 + "a: \x00").encode(), "plan.yaml:9001:4: filen innehåller ett osynl"),
        (b"- a\nb: c\n", "indraget eller listan stämmer inte"),
        (b"[" * 100_000, ": filen har fler än 20 nivåer"),
        (b"a: 1\n" * 500_000, "plan.yaml: filen är för stor (2 MB) (högst 2 MB)"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(data: bytes, said: bytes | str) -> None:
    wanted = said.decode() if isinstance(said, bytes) else said
    assert wanted in str(problems(data)[0])


def test_a_bomb_is_refused_before_it_grows() -> None:
    rows = ['a0: &a0 ["lol"]']
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "ankare och alias" in str(problems("\n".join(rows))[0])


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "stor.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    node, found = read_yaml(path)
    assert (node, "50 MB" in str(found[0])) == (None, True)


def test_what_is_no_ordinary_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "plan.yaml"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), Path("/dev/null")):
        with pytest.raises(NotFound, match="ingen vanlig fil"):
            read_yaml(path)


def test_no_more_is_read_than_a_plan_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "växer.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    monkeypatch.setattr("icengine.intake.yamlfile.LARGEST", 3)
    real = Path.stat

    def small(self: Path, **options: bool) -> os.stat_result:
        fields = list(real(self, **options))
        fields[6] = 1  # the size it had before it grew
        return os.stat_result(fields)

    monkeypatch.setattr(Path, "stat", small)
    node, found = read_yaml(path)
    assert (node, "för stor" in str(found[0])) == (None, True)


@pytest.mark.parametrize("name", ["saknas.yaml", "."])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound, match="Filen"):
        read_yaml(tmp_path / name)


def test_nodes_know_their_places() -> None:
    node, _ = read_yaml_bytes("\ufeffa: x\nlista:\n  - b: 'ja'\n  - 2026\ntom:\n".encode(), "f")
    assert node is not None
    lista = node.get("lista")
    assert lista is not None
    first, second = lista.children()
    assert (str(second.place), second.value) == ("f:4:5", "2026")
    inner = first.get("b")
    assert inner is not None
    assert (str(inner.place), inner.value) == ("f:3:8", "ja")
    empty = node.get("tom")
    assert empty is not None
    assert empty.value is None
    assert str(node.key_places["tom"]) == "f:5:1"


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fall(data: bytes) -> None:
    node, found = read_yaml_bytes(data, "f")
    assert (node is None) == bool(found)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@`,? \n\tå", max_size=80))
def test_no_text_like_yaml_makes_it_fall(text: str) -> None:
    node, found = read_yaml_bytes(text.encode(), "f")
    assert (node is None) == bool(found)


def test_what_is_written_has_no_anchors_though_the_same_day_or_list_is_there_twice() -> None:
    day, areas = date(2026, 3, 31), ["Ekonomi"]
    text = write_yaml({"a": day, "b": day, "c": areas, "d": areas})
    node, problems = read_yaml_bytes(text.encode(), "plan.yaml")
    assert node is not None, problems
    assert plain(node) == {"a": "2026-03-31", "b": "2026-03-31", "c": areas, "d": areas}
