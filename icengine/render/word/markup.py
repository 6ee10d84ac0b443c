"""The small words of a Word file: text, runs and paragraphs, each as a piece of XML.

A body of thousands of cells is written as text and read once: what is inside what can be seen in the
code, and nothing is looked up again for every cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_NOT_XML = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+"
_PARTS = re.compile(rf"([\n\t\u00ad\u2011]|{_RIGHT_TO_LEFT}(?:\s+{_RIGHT_TO_LEFT})*)")
_SIGNS = {
    "\n": "<w:br/>", "\t": "<w:tab/>", "\u00ad": "<w:softHyphen/>", "\u2011": "<w:noBreakHyphen/>",
}  # fmt: skip

# Word refuses a file where these stand in another order.
_PARAGRAPH = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "numPr", "pBdr", "shd", "tabs", "spacing",
    "ind", "jc",
)  # fmt: skip
_RUN = ("rStyle", "rFonts", "b", "bCs", "color", "sz", "szCs")


def clean(text: str) -> str:
    """The text that XML can hold: line ends as \\n, no control characters, no half characters."""
    return _NOT_XML.sub("", _LINE_ENDS.sub("\n", text))


def bare(text: str) -> str:
    """The text for a place that has no sign for a soft hyphen: Word would print it."""
    return clean(text).replace("\u00ad", "")


def attribute(text: str) -> str:
    """The text as the value of an attribute, on one line, with its quotation marks."""
    return quoteattr(" ".join(bare(text).split()))


def run(text: str, **props: str | bool) -> str:
    """The text in as many runs as it needs: what is read from the right has its own."""
    return "".join(_run(part, props) for part in _PARTS.split(clean(text)) if part)


def _run(part: str, props: Mapping[str, str | bool]) -> str:
    sign = _SIGNS.get(part)
    inner = sign or f'<w:t xml:space="preserve">{escape(part)}</w:t>'
    foreign = not sign and re.match(_RIGHT_TO_LEFT, part)
    said = _inside(_RUN, props) + ('<w:rtl/><w:lang w:bidi="ar-SA"/>' if foreign else "")
    return f"<w:r>{f'<w:rPr>{said}</w:rPr>' if said else ''}{inner}</w:r>"


def paragraph(inner: str, style: str, **props: str | bool) -> str:
    """A paragraph in a style (its id), with what is set beside the style."""
    inside = _inside(_PARAGRAPH, {"pStyle": style, **props})
    return f"<w:p><w:pPr>{inside}</w:pPr>{inner}</w:p>"


def shading(colour: str) -> str:
    """Attributes of `w:shd` that fill with one colour."""
    return f'w:val="clear" w:color="auto" w:fill="{colour.lstrip("#")}"'


def field(code: str, shown: str = "") -> str:
    """A field and what it shows until Word works it out."""
    return f"{field_begin(code)}{shown}{FIELD_END}"


def field_begin(code: str) -> str:
    """The head of a field; what it shows follows, and then FIELD_END."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _inside(order: tuple[str, ...], props: Mapping[str, str | bool]) -> str:
    """Properties in the order that Word asks for.

    True is a switch; a text that begins with < is the element's content; one with = in it is its
    attributes; any other is its value.
    """
    unknown = [name for name in props if name not in order]
    if unknown:
        raise ValueError(f"no place is known for {', '.join(unknown)}")
    return "".join(_property(name, props[name]) for name in order if props.get(name))


def _property(name: str, value: str | bool) -> str:
    if value is True:
        return f"<w:{name}/>"
    text = str(value)
    if text.startswith("<"):
        return f"<w:{name}>{text}</w:{name}>"
    return f"<w:{name} {text}/>" if "=" in text else f'<w:{name} w:val="{text}"/>'
