"""Report -> plain text for the tjänsteskrivelse: to be pasted into the case system and gone on with.

One line a paragraph, so that the case system breaks the lines itself. Only what the report says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from icengine.domain.report_model import Block, Report, Section, Text, walk
from icengine.domain.text import Rich, one_line

MATTER = ("sammanfattning", "lag", "bedomning", "brister", "saknas")
"""Ids of the sections that tell of the matter; the first one where there is none of them."""


def decision_text(report: Report) -> bytes:
    """The finished file, UTF-8."""
    parts = (
        [_line(report.title), *_lines([report.subtitle, report.dnr])],
        _under("Sammanfattning", _texts(report.cover)),
        _under("Förslag till beslut", _proposal(report)),
        _under("Ärendet", _matter(report)),
        _under("Bilagor", [_appendix(report)]),
    )
    return ("\n\n".join("\n".join(part) for part in parts if part) + "\n").encode()


def _under(title: str, said: Iterable[str]) -> list[str]:
    lines = list(said)
    return [title, *lines] if lines else []


def _proposal(report: Report) -> Iterator[str]:
    """What is to be decided, point by point."""
    for block in report.blocks():
        if isinstance(block, Text) and block.role == "steps":
            yield from _lines([block.label])
            points = (block.body,) if isinstance(block.body, str) else block.body
            for n, point in enumerate(points, 1):
                said = point if isinstance(point, str) else " ".join(point)
                yield f"{n}. {_line(said)}"


def _matter(report: Report) -> Iterator[str]:
    """The legal frame, what was done and how it came out, in the report's own words."""
    sections = report.sections
    found = [s for s in sections if s.id in MATTER] or list(sections[:1])
    for section in walk(found):
        said = list(_texts(section.blocks))
        if said and (len(found) > 1 or section not in found):
            yield ""
            yield _line(_heading(section))
        yield from said


def _heading(section: Section) -> str:
    return " ".join(filter(None, (section.label, section.title)))


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    """Running texts, and comments after their heads; the steps have a place of their own."""
    for block in blocks:
        if isinstance(block, Text) and block.role != "steps":
            lines = _rich(block.body)
            if block.label and lines:
                lines = [f"{_line(block.label)}: {lines[0]}", *lines[1:]]
            yield from lines


def _rich(body: Rich) -> list[str]:
    if isinstance(body, str):
        return _lines([body])
    lines: list[str] = []
    for part in body:
        lines += _lines([part]) if isinstance(part, str) else [f"– {p}" for p in _lines(part)]
    return lines


def _appendix(report: Report) -> str:
    """The report, with the fingerprint that tells it from any other."""
    name = ", ".join(_lines([report.title, report.subtitle]))
    head = f"{_line(report.appendix)}: {name}" if _line(report.appendix) else name
    dnr = f", dnr {_line(report.dnr)}" if _line(report.dnr) else ""
    end = f". Fingeravtryck (SHA-256): {report.fingerprint}" if report.fingerprint else ""
    return f"{head}{dnr}{end}"


def _lines(texts: Iterable[str]) -> list[str]:
    return [line for line in map(_line, texts) if line]


def _line(text: str) -> str:
    """The text on one line, without what nobody can see."""
    return one_line(text.replace("\u00a0", " ").replace("\u202f", " "))
