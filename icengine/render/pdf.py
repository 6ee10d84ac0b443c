"""Report -> PDF: typst sets the pages (PDF/UA-1 and PDF/A-2a in one file), pikepdf adds row headers.

`pdf` renders here; `pdf_in_child` in a short-lived process, since typst's memory grows with every
report and a long-lived server would keep it. The same report gives the same bytes either way.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst

from icengine.domain.report_model import Block, Facts, Figure, Report, Table
from icengine.errors import ICEngineError
from icengine.render.charts import draw
from icengine.render.fonts import glyphs, print_fonts
from icengine.render.glyphs import drawable, printable
from icengine.render.rowheads import add_row_headers

TEMPLATES = Path(__file__).parent / "typst"
STANDARDS = ("ua-1", "a-2a")
"""For screen readers and for archives, in one file."""
TIMEOUT = 180
"""Seconds a child may take; 500 controls take four."""

_AS_IT_IS = frozenset(
    {"id", "kind", "mark", "scale", "data", "fingerprint", "colour", "tint", "deep", "ink"}
)
"""Fields that are names or colours, not text to print."""


class PdfFailed(ICEngineError):
    """Rapporten kunde inte göras till PDF."""


def pdf(report: Report, standards: Sequence[str] = STANDARDS) -> bytes:
    """The finished file. PdfFailed where it cannot be set."""
    return typeset(prepared(report, standards))


def pdf_in_child(report: Report, standards: Sequence[str] = STANDARDS) -> bytes:
    """The same, rendered in a process of its own that ends afterwards.

    PdfFailed where it cannot be set, the process dies or takes longer than TIMEOUT.
    """
    job = json.dumps(prepared(report, standards), ensure_ascii=False).encode()
    package_home = str(Path(__file__).resolve().parent.parent.parent)
    known = [package_home, os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, known))}
    command = [sys.executable, "-P", "-m", "icengine.render.pdf"]
    try:
        # In a session of its own: Ctrl+C is meant for us, who let what is at hand end.
        done = subprocess.run(
            command, input=job, capture_output=True, env=environment, timeout=TIMEOUT, check=False,
            start_new_session=True,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PdfFailed(hint=str(error)) from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise PdfFailed(hint=said[-1] if said else f"Processen slutade med kod {done.returncode}.")
    return done.stdout


def prepared(report: Report, standards: Sequence[str] = STANDARDS) -> dict[str, Any]:
    """All that typst needs, as plain values: printable texts, charts, and which tables have row
    headers."""
    fonts = glyphs()
    figures = [block for block in report.blocks() if isinstance(block, Figure)]
    return {
        "standards": list(standards),
        "page": "sida" if report.kind.one_page else "slutrapport",
        "report": _printable(report.to_json(), fonts),
        "charts": {figure.id: drawable(draw(figure, report), fonts) for figure in figures},
        "row_heads": row_heads(report),
    }


def typeset(job: dict[str, Any]) -> bytes:
    """The finished file of a prepared job. PdfFailed where it cannot be set."""
    inputs = {
        "report": json.dumps(job["report"], ensure_ascii=False),
        "charts": json.dumps(job["charts"], ensure_ascii=False),
    }
    try:
        pages = _compiler(job["page"]).compile(pdf_standards=job["standards"], sys_inputs=inputs)
        if not isinstance(pages, bytes):
            raise PdfFailed(hint="Sättningen gav ingen fil.")
        return add_row_headers(pages, job["row_heads"])
    except (RuntimeError, ValueError) as error:
        raise PdfFailed(hint=str(error).splitlines()[0]) from error


def row_heads(report: Report) -> list[bool]:
    """For each table of the document in order, the reading guide's too: has it row headers?"""

    def of(found: Iterable[Block]) -> list[bool]:
        tables = (block for block in found if isinstance(block, Table | Facts))
        return [isinstance(block, Table) and block.row_head for block in tables]

    cover = of(report.cover)
    guide = [True] if report.guide and not report.kind.one_page else []
    return [*cover, *guide, *of(report.blocks())[len(cover) :]]


@cache
def _compiler(page: str) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=print_fonts()
    )
    return typst.Compiler(TEMPLATES / f"{page}.typ", root=TEMPLATES, font_paths=fonts)


def _printable(value: Any, fonts: frozenset[int]) -> Any:
    """The same value with every text printable."""
    if isinstance(value, str):
        return printable(value, fonts)
    if isinstance(value, dict):
        return {k: v if k in _AS_IT_IS else _printable(v, fonts) for k, v in value.items()}
    if isinstance(value, list):
        return [_printable(item, fonts) for item in value]
    return value


def main() -> int:
    """One job from standard input to standard output: what `pdf_in_child` starts."""
    try:
        sys.stdout.buffer.write(typeset(json.load(sys.stdin.buffer)))
    except PdfFailed as error:
        print(error.hint or error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
