"""A Report as bytes: one function per format. A renderer decides nothing; it draws what the value
says, and the same value gives the same bytes.

A format's machinery is loaded when it is first asked for: typst, pikepdf and fontTools cost memory
and half a second that a web process need not pay.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from icengine.domain.report_model import Report

Renderer = Callable[[Report], bytes]


def _lazy(module: str, function: str) -> Renderer:
    """The function, imported when it is called."""

    def render(report: Report) -> bytes:
        renderer: Renderer = getattr(import_module(f"icengine.render.{module}"), function)
        return renderer(report)

    return render


FORMATS: dict[str, Renderer] = {"html": _lazy("html", "html"), "pdf": _lazy("pdf", "pdf")}
"""By name as in a file's ending. A long-lived process sets PDF with `pdf.pdf_in_child` instead."""
