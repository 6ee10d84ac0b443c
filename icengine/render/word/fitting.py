"""A document made to have what a report needs: its styles, its lists and its language.

What the kommun's template has is kept as it is; only what is missing is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart

from icengine.render.word.styles import STYLES, Style, style_xml

A4_TEXT = 9242
"""The text's width where a template does not say: A4 with 2.35 cm on each side."""
Element = Any
"""An element of lxml, which has no types."""


@dataclass(frozen=True)
class Look:
    """What the body is drawn with: names in this document."""

    styles: Mapping[str, str]
    """A style's id by its name in `STYLES`."""
    bullets: str
    """Id of the list of bullets."""
    numbered: frozenset[str]
    """Names of styles that put their paragraphs in a list by themselves."""
    width: int
    """Of the text, in twentieths of a point."""


def fit(document: Document, accent: str, language: str, width: int = A4_TEXT) -> Look:
    """Add what is missing, and say what there is; `width` is the text's."""
    speak(document, language)
    root: Element = document.styles.element
    ids = {kind: _ids(root, kind) for kind in ("paragraph", "table")}
    missing = [style for style in STYLES if style.name.casefold() not in ids[style.kind]]
    values = {"accent": accent.lstrip("#"), **_add_lists(document, missing)}
    taken = {node.get(qn("w:styleId")) for node in root.findall(qn("w:style"))}
    for style in missing:
        known, own_id = ids[style.kind], _free(style.id, taken)
        root.append(element(style_xml(style, known, own_id, values)))
        known[style.name.casefold()] = own_id
        taken.add(own_id)
    named = {style.name: ids[style.kind][style.name.casefold()] for style in STYLES}
    listed = {name: _list_of(root, id) for name, id in named.items()}
    numbered = frozenset(name for name, list_id in listed.items() if list_id)
    bullets = listed["List Bullet"] or _own_list(document, "bullets")
    return Look(named, bullets, numbered, width)


def speak(document: Document, language: str) -> None:
    """The language of every text that does not say another."""
    root: Element = document.styles.element
    defaults = _child(root, "w:docDefaults", first=True)
    run = _child(_child(defaults, "w:rPrDefault", first=True), "w:rPr")
    tongue = _child(run, "w:lang")
    tongue.set(qn("w:val"), language)
    tongue.set(qn("w:eastAsia"), language)
    tongue.set(qn("w:bidi"), "ar-SA")
    for own in root.xpath("w:style[@w:default='1']/w:rPr/w:lang"):
        own.set(qn("w:val"), language)


def new_lists(document: Document, look: Look, many: int) -> Iterator[str]:
    """Ids of `many` numbered lists that each begin at 1, drawn as the style List Number."""
    root = _numbering(document)
    styled = _list_of(document.styles.element, look.styles["List Number"])
    kinds = {num.get(qn("w:numId")): num for num in root.findall(qn("w:num"))}
    if styled in kinds:
        abstract = kinds[styled].find(qn("w:abstractNumId")).get(qn("w:val"))
    else:
        abstract = _add_abstract(root, _LEVELS["numbers"])
    for _ in range(many):
        yield _add_list(root, abstract, restart=True)


# ---- styles ----


def _ids(root: Element, kind: str) -> dict[str, str]:
    """Every style's id by its name, in small letters: Word and others write "Heading 1" too."""
    found: dict[str, str] = {}
    for node in root.findall(qn("w:style")):
        name = node.find(qn("w:name"))
        if name is not None and node.get(qn("w:type"), "paragraph") == kind:
            found.setdefault(name.get(qn("w:val"), "").casefold(), node.get(qn("w:styleId"), ""))
    return found


def _free(id: str, taken: set[str]) -> str:
    n, own = 1, id
    while own in taken:
        n, own = n + 1, f"{id}{n + 1}"
    return own


def _list_of(root: Element, id: str) -> str:
    """Id of the list that a style, or the one it is based on, puts its paragraphs in; "" for none."""
    styles = {node.get(qn("w:styleId")): node for node in root.findall(qn("w:style"))}
    while id in styles:
        node = styles.pop(id)
        listed = node.xpath("w:pPr/w:numPr/w:numId/@w:val")
        if listed:
            return "" if listed[0] == "0" else str(listed[0])
        id = "".join(node.xpath("w:basedOn/@w:val"))
    return ""


def _child(parent: Element, name: str, *, first: bool = False) -> Element:
    """The child, made where it is missing."""
    found = parent.find(qn(name))
    if found is None:
        found = element(f"<{name}/>")
        parent.insert(0 if first else len(parent), found)
    return found


def element(xml: str) -> Element:
    """The piece of XML as an element."""
    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {nsdecls('w')}", xml))


# ---- lists ----


def _level(form: str, text: str, left: int, hanging: int, run: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>{run}</w:lvl>'
    )


_LEVELS = {
    "bullets": _level("bullet", "•", 340, 227),
    "points": _level("bullet", "•", 170, 170),
    "numbers": _level("decimal", "%1.", 397, 397, "<w:rPr><w:b/></w:rPr>"),
}
"""The lists that our own styles stand in, by their names there."""


def _add_lists(document: Document, missing: Sequence[Style]) -> dict[str, str]:
    """Ids of the lists that these styles stand in."""
    wanted = [name for name in _LEVELS if any(f"{{{name}}}" in s.paragraph for s in missing)]
    return {name: _own_list(document, name) for name in wanted}


def _own_list(document: Document, name: str) -> str:
    root = _numbering(document)
    return _add_list(root, _add_abstract(root, _LEVELS[name]))


def _numbering(document: Document) -> Element:
    part = document.part
    if not any(rel.reltype == RELATIONSHIP_TYPE.NUMBERING for rel in part.rels.values()):
        made = NumberingPart(
            PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING,
            element("<w:numbering/>"), part.package,
        )  # fmt: skip
        part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
    return part.numbering_part.element


def _add_abstract(root: Element, level: str) -> str:
    """A new kind of list; its id."""
    id = str(1 + max([-1, *map(int, root.xpath("w:abstractNum/@w:abstractNumId"))]))
    made = element(
        f'<w:abstractNum w:abstractNumId="{id}"><w:multiLevelType w:val="singleLevel"/>'
        f"{level}</w:abstractNum>"
    )
    before = root.findall(qn("w:numPicBullet")) + root.findall(qn("w:abstractNum"))
    root.insert(root.index(before[-1]) + 1 if before else 0, made)
    return id


def _add_list(root: Element, abstract: str, *, restart: bool = False) -> str:
    """A new list of a kind; its id."""
    id = str(1 + max([0, *map(int, root.xpath("w:num/@w:numId"))]))
    begin = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    made = element(
        f'<w:num w:numId="{id}"><w:abstractNumId w:val="{abstract}"/>'
        f"{begin if restart else ''}</w:num>"
    )
    before = root.findall(qn("w:abstractNum")) + root.findall(qn("w:num"))
    root.insert(root.index(before[-1]) + 1, made)
    return id
