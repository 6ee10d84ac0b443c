"""A Report as bytes: one function per format. A renderer decides nothing; it draws what the value
says, and the same value gives the same bytes.

A format's machinery is loaded when it is first asked for: typst, pikepdf and fontTools cost memory
and half a second that a web process need not pay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from icengine.domain.report_model import Report

Renderer = Callable[[Report], bytes]


def _lazy(module: str, function: str) -> Renderer:
    """The function, imported when it is called."""

    def render(report: Report) -> bytes:
        renderer: Renderer = getattr(import_module(f"icengine.render.{module}"), function)
        return renderer(report)

    return render


FORMATS: dict[str, Renderer] = {
    "html": _lazy("html", "html"),
    "pdf": _lazy("pdf", "pdf"),
    "docx": _lazy("docx", "docx"),
    "xlsx": _lazy("xlsx", "xlsx"),
    "json": _lazy("jsonfile", "jsonfile"),
    "txt": _lazy("decisiontext", "decision_text"),
}
"""By name as in a file's ending."""


def formats(
    word_template: str = "", *, child: bool = False, pdf_standards: Sequence[str] = ()
) -> Mapping[str, Renderer]:
    """The same with the kommun's own Word template, read when a Word file is made; "" for ours.

    `child`: a PDF is made in a process of its own, since typst's memory grows with every report and a
    process that lives long would keep it. `pdf_standards`: what the PDF is made to; () for the usual.
    """

    def docx(report: Report) -> bytes:
        module = import_module("icengine.render.docx")
        made: bytes = module.docx(report, module.template_file(word_template))
        return made

    def pdf(report: Report) -> bytes:
        module = import_module("icengine.render.pdf")
        make = module.pdf_in_child if child else module.pdf
        made: bytes = make(report, tuple(pdf_standards) or module.STANDARDS)
        return made

    chosen = {**FORMATS, "pdf": pdf}
    if word_template:
        chosen["docx"] = docx
    return chosen
