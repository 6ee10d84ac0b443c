"""Every kind of report in every format: with odd texts, valid for screen readers and archives, on one
page where it is one, and as it was when somebody last looked at it."""

from __future__ import annotations

import difflib
import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import lxml.html
import page
import pdf_text
import pikepdf
import pytest
import word_text
from kinds import ODD, odd, sample
from report_sheets import lines, opened
from whole_facts import large_whole

from icengine.domain.people import Unit, UnitKind
from icengine.domain.report_model import Report, ReportKind
from icengine.domain.text import recorded, shown
from icengine.domain.whole_facts import UnitFacts
from icengine.domain.whole_report import build_whole_report
from icengine.render import FORMATS
from icengine.render.fonts import glyphs
from icengine.render.glyphs import printable

KINDS = list(ReportKind)
SNAPSHOTS = Path(__file__).parent / "snapshots"
RENEW = "RENEW_SNAPSHOTS"
"""Set it to 1 to write what is compared anew; the change is then looked at as any other."""


def valid(data: bytes) -> list[str]:
    """The rules of PDF/UA-1 and PDF/A-2a that the file breaks."""
    return [
        failure.rule_id
        for profile in ("ua1", "2a")
        for failure in page.validate_pdf_bytes(data, profile=profile).failures
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid(kind: ReportKind) -> None:
    assert valid(FORMATS["pdf"](sample(kind))) == []


@pytest.mark.parametrize("kind", [ReportKind.WHOLE, ReportKind.WHOLE_BRIEF])
def test_a_whole_of_25_units_and_500_controls_is_valid(kind: ReportKind) -> None:
    assert valid(FORMATS["pdf"](build_whole_report(large_whole(), kind))) == []


def test_a_whole_without_units_is_valid() -> None:
    whole = replace(large_whole(1, 1), units=(), history=())
    assert valid(FORMATS["pdf"](build_whole_report(whole))) == []


def test_the_page_of_a_large_whole_is_one_page() -> None:
    """However many units there are and however much is said of each."""
    words = "Rutinen följs inte i alla verksamheter och behöver skrivas om. " * 30
    base = large_whole(40, 12)
    units = tuple(
        replace(
            item,
            unit=Unit(f"n{n}", f"Gemensamma nämnden för ärenden av alla slag, nummer {n}", UnitKind.BOARD, "kommun"),
            verdict=replace(item.verdict, reason=words) if item.verdict else None,
        )
        for n, item in enumerate(base.units)
    ) + tuple(UnitFacts(Unit(f"t{n}", f"Tyst nämnd nummer {n}", UnitKind.BOARD, "kommun")) for n in range(12))  # fmt: skip
    verdict = replace(units[0].verdict, reason=words) if units[0].verdict else None
    report = build_whole_report(replace(base, units=units, verdict=verdict), ReportKind.WHOLE_BRIEF)
    data = FORMATS["pdf"](report)
    with pikepdf.open(io.BytesIO(data)) as doc:
        assert len(doc.pages) == 1
    assert valid(data) == []


# -- texts as people write them --


def from_html(data: bytes) -> str:
    tree = lxml.html.fromstring(data.decode())
    for style in tree.xpath("//style|//svg"):
        style.drop_tree()
    return "\n".join(tree.itertext())


def from_xlsx(data: bytes) -> str:
    found = []
    for name, rows in opened(data).items():
        found.append(f"## {name}")
        if name == "Om rapporten":
            found += [" | ".join(map(str, row)).strip(" |") for row in lines(data)]
            continue
        found += [" | ".join(rows[0])] if rows else []
        found += [" | ".join(map(str, row.values())) for row in rows]
    return "\n".join(found)


def from_json(data: bytes) -> str:
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)

    walk(json.loads(data))
    return "\n".join(found)


TEXTS: dict[str, Callable[[bytes], str]] = {
    "html": from_html,
    "pdf": lambda data: "\n".join(pdf_text.pages(data, charts=False)),
    "docx": lambda data: word_text.everything(word_text.read(data)),
    "xlsx": from_xlsx,
    "json": from_json,
    "txt": lambda data: data.decode(),
}
"""How the text of a file is read."""


def words(text: str) -> set[str]:
    """Its words of letters and figures, however lines and words are broken."""
    return set(re.findall(r"[^\W_]{2,}", re.sub("[\u00ad\u200b\u2060]", "", text)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", ODD)
def test_every_format_takes_what_people_write_and_loses_no_word(
    kind: ReportKind, which: str
) -> None:
    """The page for the meeting cuts what it has no room for; the others hold every word."""
    report = odd(kind, ODD[which])
    for format, make in FORMATS.items():
        data = make(report)
        if format == "txt":
            assert report.fingerprint.encode() in data
            continue
        if kind.one_page or which == "one word of 3 000":
            assert data
            continue
        said = shown(recorded(ODD[which]))
        own = words(printable(said, glyphs()) if format == "pdf" else said)
        if format == "pdf":  # where letters join, a page draws them from the right
            own = {word for word in own if not any("\u0600" <= ch <= "\u06ff" for ch in word)}
        there = "".join(re.sub(r"[\W_]+", "", TEXTS[format](data)).split())
        lost = {word for word in own if re.sub(r"[\W_]+", "", word) not in there}
        assert not lost, (format, lost)


@pytest.mark.parametrize("kind", KINDS)
def test_odd_texts_all_together_are_valid(kind: ReportKind) -> None:
    together = "\n".join(
        text for name, text in ODD.items() if "3 000" not in name and "20 000" not in name
    )
    assert valid(FORMATS["pdf"](odd(kind, together))) == []


# -- as it was when somebody last looked --


def normal(text: str, report: Report) -> list[str]:
    """A paragraph a line, without what is another every time."""
    text = text.replace(report.fingerprint, "FINGERAVTRYCK").replace("\u00ad", "")
    spaced = " ".join(report.fingerprint[n : n + 8] for n in range(0, 64, 8))
    text = text.replace(spaced, "FINGERAVTRYCK")
    found = (re.sub(r"[ \t\u00a0\u202f]+", " ", line).strip() for line in text.splitlines())
    return [line for line in found if line]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format", TEXTS)
def test_the_text_is_as_it_was_when_somebody_last_looked(kind: ReportKind, format: str) -> None:
    report = sample(kind)
    now = normal(TEXTS[format](FORMATS[format](report)), report)
    path = SNAPSHOTS / f"{kind.name.lower()}.{format}.txt"
    if os.environ.get(RENEW):
        path.write_text("\n".join(now) + "\n", "utf-8")
    before = path.read_text("utf-8").splitlines() if path.exists() else []
    changed = list(difflib.unified_diff(before, now, "som förut", "nu", lineterm="", n=0))
    assert not changed, "\n".join(
        [*changed[:40], f"Rätt så? Kör om med {RENEW}=1 och titta på ändringen."]
    )
