"""The report as JSON: described by its schema, and its fingerprint can be computed by anybody."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import report_facts as make
from jsonschema import Draft202012Validator
from test_report_texts import awkward, shared

from icengine.domain import report_model
from icengine.domain.report import build_report
from icengine.domain.report_model import Report
from icengine.render import FORMATS
from icengine.render.jsonfile import FORMAT

SCHEMA: dict[str, Any] = json.loads(
    (files("icengine.render") / "report.schema.json").read_text("utf-8")
)


def empty() -> Report:
    return build_report(make.make_facts(make.make_plan()))


def protected() -> Report:
    hidden = make.make_control("K8", protected=True, approver="Kanslichefen")
    return build_report(
        make.make_facts(make.make_plan(make.make_risk("R1", hidden, likelihood_before=4,
                                                      consequence_before=4)),
                        [make.answered(hidden, "gul")])
    )  # fmt: skip


def sample() -> Report:
    return build_report(make.sample_facts(last_year=make.LAST_YEAR))


@pytest.mark.parametrize("report", [sample, empty, protected, awkward, shared])
def test_every_report_keeps_to_the_schema(report: Any) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    content = json.loads(FORMATS["json"](report()))
    found = Draft202012Validator(SCHEMA).iter_errors(content)
    assert [f"{error.json_path}: {error.message[:200]}" for error in found] == []


@pytest.mark.parametrize("report", [sample, empty, awkward])
def test_a_reader_computes_the_fingerprint_as_the_schema_says(report: Any) -> None:
    content = json.loads(FORMATS["json"](report()))
    printed = content.pop("fingerprint")
    assert content.pop("format") == FORMAT == SCHEMA["properties"]["format"]["const"]
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == printed == report().fingerprint
    assert "hashlib.sha256(json.dumps(rest, ensure_ascii=False" in SCHEMA["description"]


def test_the_guide_computes_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "rapportens-format.md").read_text("utf-8")
    code = "".join(re.findall(r"(?m)^    ((?!icengine).*\n)", guide))
    monkeypatch.chdir(tmp_path)
    Path("slutrapport-ks-2026.json").write_bytes(FORMATS["json"](sample()))
    exec(code, {})
    assert capsys.readouterr().out.strip() == sample().fingerprint


def test_the_file_is_readable_utf8_with_sorted_names_and_the_same_every_time() -> None:
    data = FORMATS["json"](sample())
    assert data == FORMATS["json"](sample())
    assert "Älvhamra" in data.decode()
    assert data.decode().startswith('{\n  "accent"')
    assert data.endswith(b"}\n")


def test_no_number_is_written_otherwise_in_another_language() -> None:
    """Python writes 1.0 where others write 1; the fingerprint would differ."""
    for figures in _floats(json.loads(FORMATS["json"](sample()), parse_float=str)):
        assert float(figures) % 1
        assert "e" not in figures


def _floats(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "width" and isinstance(part, str):
                yield part
            yield from _floats(part)
    elif isinstance(value, list):
        for part in value:
            yield from _floats(part)


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "properties" in part:
            yield part
        for below in part.values():
            yield from _objects(below)
    elif isinstance(part, list):
        for below in part:
            yield from _objects(below)


def test_every_field_of_the_schema_says_what_it_means() -> None:
    found = list(_objects(SCHEMA))
    assert len(found) > 15
    for one in found:
        assert one["title"]
        assert one["description"]
        assert one["additionalProperties"] is False
        assert sorted(one["required"]) == sorted(one["properties"])
        for name, about in one["properties"].items():
            assert about.get("title"), (one["title"], name)
            assert about.get("description"), (one["title"], name)


def test_every_field_of_the_value_is_in_the_schema() -> None:
    described = {frozenset(one["properties"]) for one in _objects(SCHEMA)}
    for thing in vars(report_model).values():
        if isinstance(thing, type) and is_dataclass(thing) and thing.__module__.endswith("_model"):
            names = {field.name for field in fields(thing)}
            assert names | ({"format"} if thing is Report else set()) in described, thing
