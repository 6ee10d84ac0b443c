"""Report -> Word, in the kommun's own template or the one that is shipped.

The template's tags are filled in by docxtpl, in a sandbox; the body is drawn afterwards, in the
template's own styles, where {{p innehall }} stands, so that nobody's text is ever read as a tag.
The same report and template give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import docx as word
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from icengine.domain.report_model import Report
from icengine.errors import ICEngineError, because
from icengine.render.word.body import body, how_many_lists
from icengine.render.word.fitting import A4_TEXT, Element, fit, new_lists
from icengine.render.word.markup import bare, clean
from icengine.render.word.page import Page
from icengine.render.word.pictures import lay_in
from icengine.render.word.properties import describe
from icengine.render.word.template import template as default_template
from icengine.render.word.zipped import packed, saved

LARGEST = 100_000_000
"""Bytes that a template may hold, unpacked."""
PLACE = "{{p innehall }}"
"""Where the body goes, as the template says it."""
_PLACED = "icengine-innehall"
"""Style of the paragraph that stands there until the body does; no template has it."""
_FAULTS = (
    TemplateError, OpcError, etree.LxmlError, zipfile.BadZipFile, ArithmeticError, AttributeError,
    LookupError, TypeError, ValueError, NotImplementedError, RecursionError, EOFError, zipfile.error,
)  # fmt: skip
"""What a file that is no template, or expressions in it, may cause."""


class TemplateWrong(ICEngineError):
    """Word-mallen går inte att använda."""


@dataclass(frozen=True)
class Told:
    """What a template's tags may ask for, as {{ rapport.titel }}."""

    titel: str
    enhet: str
    organisation: str
    dnr: str
    bilaga: str
    datum: str
    svar: str
    fingeravtryck: str
    uppgifter: dict[str, str]
    """The cover's register details: {{ rapport.uppgifter['Avser'] }}."""


def docx(report: Report, template: bytes | None = None) -> bytes:
    """The finished file. Raises TemplateWrong where the template cannot be used."""
    source = default_template(report.accent, report.language) if template is None else template
    document = _filled(source, report)
    day = date.fromisoformat(report.date)
    subject = ", ".join(filter(None, [report.subtitle, report.dnr]))
    try:
        _set(document, report)
        title = ", ".join(filter(None, [report.title, report.subtitle]))
        describe(document, title, report.organisation, subject, report.language, day)
        return packed(document, day)
    except _FAULTS as error:
        if template is None:
            raise
        raise TemplateWrong(hint=_ANOTHER) from error


def template_file(path: str) -> bytes | None:
    """The kommun's template; None where none is set. Raises TemplateWrong where it is not readable."""
    if not path:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise TemplateWrong(
            f"Word-mallen {path} går inte att läsa{because(error)}.",
            "Rätta ICENGINE_WORD_TEMPLATE, eller ta bort den så används den mall som följer med.",
        ) from error


_ANOTHER = (
    "Öppna mallen i Word och spara den på nytt som Word-dokument (.docx), eller börja om med "
    "icengine report template --out mall.docx."
)
_NAMES = ", ".join(f"rapport.{name}" for name in Told.__dataclass_fields__)
_KNOWN = f"Det som finns är {_NAMES} och {PLACE}."


# ---- the template ----


def _filled(source: bytes, report: Report) -> Document:
    """The template with its tags filled in, and a mark where the body goes."""
    try:
        _small_enough(source)
        filler = DocxTemplate(io.BytesIO(source))
        _all_closed(filler.get_docx())
        describe(filler.get_docx(), "", "", "", report.language, date.fromisoformat(report.date))
        place = Markup(f'<w:p><w:pPr><w:pStyle w:val="{_PLACED}"/></w:pPr></w:p>')
        told = {"rapport": _told(report), "innehall": place}
        filler.render(told, _environment(), autoescape=True)
        return word.Document(io.BytesIO(saved(filler.docx)))
    except UndefinedError as error:
        raise TemplateWrong(
            f"Word-mallen frågar efter {error.message}, som inte finns.", _KNOWN
        ) from error
    except TemplateSyntaxError as error:
        raise TemplateWrong(
            f"En tagg i Word-mallen är felskriven: {_near(error)}.",
            "Varje {% if … %} ska ha sitt {% endif %}. Skriv taggen på nytt i ett svep, utan att ändra "
            "formatet inne i den.",
        ) from error
    except SecurityError as error:
        raise TemplateWrong(
            "En tagg i Word-mallen frågar efter något som den inte får.", _KNOWN
        ) from error
    except _FAULTS as error:
        raise TemplateWrong(hint=_ANOTHER) from error


def _near(error: TemplateSyntaxError) -> str:
    """The text of the paragraph where the fault was seen."""
    lines = (error.source or "").splitlines()[: error.lineno]
    text = re.sub(r"<[^>]+>", "", lines[-1]) if lines else ""
    return f"vid ”{text.strip()[:80]}”" if text.strip() else "vid slutet av texten"


def _all_closed(document: Document) -> None:
    """Every tag ends in the paragraph it began in; docxtpl would lose the text between two halves."""
    furniture = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype in furniture]
    for part in [document.part, *parts]:
        root: Element = part.element
        for found in root.iter(qn("w:p")):
            text = "".join(node.text or "" for node in found.iter(qn("w:t")))
            if any(text.count(a) != text.count(b) for a, b in (("{{", "}}"), ("{%", "%}"))):
                raise TemplateWrong(
                    f"En tagg i Word-mallen är inte avslutad: ”{text.strip()[:80]}”.",
                    "Varje {{ ska ha sitt }} och varje {% sitt %}, i samma stycke.",
                )


def _small_enough(source: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST:
        raise TemplateWrong(
            "Word-mallen är för stor.", f"Den får vara högst {LARGEST // 1_000_000} MB uppackad."
        )


class _Unknown(StrictUndefined):
    """A tag that asks for what there is not: an error that says its name, and no more."""

    @property
    def _undefined_message(self) -> str:
        return f"”{clean(str(self._undefined_name))[:80]}”"


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=_Unknown)


def _told(report: Report) -> Told:
    whole = re.sub(r" (\S{1,16})$", "\u00a0\\1", report.title)  # the year never stands alone
    plain = {
        "titel": whole, "enhet": report.subtitle, "organisation": report.organisation,
        "dnr": report.dnr, "bilaga": report.appendix, "datum": report.date, "svar": report.answer,
        "fingeravtryck": report.fingerprint,
    }  # fmt: skip
    details = {bare(term): bare(value) for term, value in report.facts}
    return Told(**{name: bare(text) for name, text in plain.items()}, uppgifter=details)


# ---- the body ----


def _set(document: Document, report: Report) -> None:
    """Draw the body where its place is."""
    place = _place(document)
    look = fit(document, report.accent, report.language, _text_width(place))
    lists = new_lists(document, look, how_many_lists(report))
    page = Page(report, look, lay_in(document, report), lists, _ids(document))
    drawn = parse_xml(f"<w:body {nsdecls('w', 'r')}>{body(page)}</w:body>")
    for made in drawn:
        place.addprevious(made)
    place.getparent().remove(place)


def _ids(document: Document) -> Iterator[int]:
    """Numbers that neither the template's bookmarks nor its pictures have."""
    root: Element = document.element
    taken = root.xpath("//w:bookmarkStart/@w:id") + root.xpath("//wp:docPr/@id")
    return count(1 + max([1000, *(int(id) for id in taken if id.isdecimal())]))


def _place(document: Document) -> Element:
    """The paragraph that the body takes the place of. Raises TemplateWrong."""
    root: Element = document.element
    found = root.xpath(f"//w:p[w:pPr/w:pStyle/@w:val='{_PLACED}']")
    if len(found) > 1:
        raise TemplateWrong(
            f"Word-mallen har {PLACE} på {len(found)} ställen.", "Det ska stå på ett enda ställe."
        )
    if not found:
        raise TemplateWrong(
            f"Word-mallen har ingen plats för rapporten: {PLACE} saknas i den löpande texten.",
            f"Skriv {PLACE} ensamt i ett stycke där rapporten ska stå, inte i sidhuvudet eller "
            "sidfoten.",
        )
    place = found[0]
    around = list(place.iterancestors(qn("w:p")))
    outer = around[-1] if around else place  # written as {{ innehall }}, without the p
    alone = not "".join(outer.itertext()).strip()
    if outer.getparent().tag != qn("w:body") or not alone:
        raise TemplateWrong(
            f"{PLACE} står inte ensamt i ett eget stycke i Word-mallen.",
            "Lägg det i ett stycke för sig, utanför tabeller, textrutor och innehållskontroller.",
        )
    return outer


def _text_width(place: Element) -> int:
    """Between the margins, where the body goes, in twentieths of a point."""
    after = place.xpath("following::w:sectPr")
    if not after:
        return A4_TEXT
    size, margins = after[0].find(qn("w:pgSz")), after[0].find(qn("w:pgMar"))
    if size is None or margins is None:
        return A4_TEXT
    sides = sum(_number(margins.get(qn(f"w:{side}"))) for side in ("left", "right"))
    width = _number(size.get(qn("w:w"))) - sides
    return width if width > 0 else A4_TEXT


def _number(text: Any) -> int:
    return int(text) if text and str(text).lstrip("-").isdecimal() else 0
