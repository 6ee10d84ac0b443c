"""An organisation's reports and verdicts in its file: read, written and read again."""

from __future__ import annotations

from typing import Any

import pytest

from icengine.domain.difference import difference
from icengine.domain.directory import read_organisation
from icengine.domain.directory_document import organisation_document
from icengine.domain.node import as_node
from icengine.domain.people import Organisation
from icengine.domain.report_layout import Layout, layout_of
from icengine.domain.report_model import ReportKind

BASE: dict[str, Any] = {
    "organisation": "Älvhamra kommun",
    "e-postdomäner": ["kommun.example"],
    "kontakt": "Controllern",
    "enheter": [{"id": "kommun", "namn": "Älvhamra kommun", "slag": "kommun"}],
    "funktioner": [
        {"namn": "Controllern", "enhet": "kommun", "innehavare": [{"e-post": "c@kommun.example"}]}
    ],
}
ARRANGED = {
    "slutrapport": {
        "ordning": ["beslut", "sammanfattning"],
        "utan": ["riskmatris"],
        "texter": {"lag": "Vi följer {riktlinje}."},
    }
}


def read(**more: Any) -> tuple[Organisation | None, list[str]]:
    found, problems = read_organisation(as_node({**BASE, **more}, "filen"))
    return found, [f"{p.message} ({p.hint})" for p in problems]


def test_what_is_arranged_is_read() -> None:
    found, problems = read(rapporter=ARRANGED, omdömen={"tillräcklig": "Godkänd"})
    assert problems == []
    assert found is not None
    assert layout_of(found.reports, ReportKind.FINAL) == Layout(
        ("beslut", "sammanfattning"), ("riskmatris",), (("lag", "Vi följer {riktlinje}."),)
    )
    assert layout_of(found.reports, ReportKind.PLAN) == Layout()
    assert found.verdicts == (("tillräcklig", "Godkänd"),)


def test_what_is_written_is_read_as_the_same() -> None:
    found, _ = read(rapporter=ARRANGED, omdömen={"tillräcklig": "Godkänd"})
    assert found is not None
    document = organisation_document(found)
    again, problems = read_organisation(as_node(document, "filen"))
    assert problems == []
    assert again == found


@pytest.mark.parametrize(
    ("rapporter", "said"),
    [
        ({"årsbok": {}}, "okänd nyckel ”årsbok” i rapporterna"),
        ({"slutrapport": {"utan": ["riskmatrisen"]}}, "rapporten har inget avsnitt ”riskmatrisen”"),
        ({"slutrapport": {"texter": {"lag": "{enheten}"}}}, "{enheten} är ingen platshållare"),
        ({"slutrapport": {"texter": {"slut": "Hej."}}}, "okänd nyckel ”slut” i texterna"),
        ({"slutrapport": "kort"}, "rapporten slutrapport ska vara en grupp av nycklar"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(rapporter: Any, said: str) -> None:
    found, problems = read(rapporter=rapporter)
    assert found is None
    assert any(said in problem for problem in problems), problems


def test_the_log_says_what_was_changed() -> None:
    before, _ = read()
    after, _ = read(rapporter=ARRANGED, omdömen={"tillräcklig": "Godkänd"})
    assert before is not None
    assert after is not None
    lines = [(c.what, c.before, c.after) for c in difference(before, after)]
    assert ("Rapporten slutrapport, ordning", "", "beslut, sammanfattning") in lines
    assert (
        "Rapporten slutrapport, egen text i ”Lag och riktlinje”", "", "Vi följer {riktlinje}."
    ) in lines  # fmt: skip
    assert ("Omdömet tillräcklig", "tillräcklig", "Godkänd") in lines
