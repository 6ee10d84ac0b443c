"""The template that is used where the kommun has none of its own, and that it may begin with.

Written by code: the same rules that complete a kommun's template give this one its styles.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date

import docx

from icengine.render.word.fitting import A4_TEXT, fit
from icengine.render.word.markup import field, paragraph, run
from icengine.render.word.properties import describe
from icengine.render.word.styles import FONT, HAIR, INK, MUTED
from icengine.render.word.zipped import packed

ACCENT, LANGUAGE = "#0B5A67", "sv-SE"
A_DAY = date(2000, 1, 1)
"""The template tells of no day, and a file has one."""

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def template(accent: str = ACCENT, language: str = LANGUAGE) -> bytes:
    """The template as a file, with every style a report needs."""
    document = docx.Document(io.BytesIO(_skeleton(accent, language)))
    fit(document, accent, language)
    describe(document, "Mall för rapporter", "", "", language, A_DAY)
    return packed(document, A_DAY)


def _skeleton(accent: str, language: str) -> bytes:
    """A whole file without styles of its own."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relations(
            {f"rId{n}": (kind, f"{name}.xml") for n, (kind, name) in enumerate(_PARTS, 1)}
        ),
        "word/document.xml": _document(accent.lstrip("#")),
        "word/styles.xml": _styles(language),
        "word/settings.xml": _settings(language),
        "word/header1.xml": _furniture(
            "hdr", "Header", "{{ rapport.organisation }} · {{ rapport.titel }}",
            run("{{ rapport.dnr }}"), bottom=True,
        ),
        "word/footer1.xml": _footer(),
        "word/footer2.xml": _footer(),
        "word/header2.xml": _HEAD + f'<w:hdr {_W}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr></w:p></w:hdr>',
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


_PARTS = (
    ("styles", "styles"), ("settings", "settings"), ("header", "header1"), ("footer", "footer1"),
    ("header", "header2"), ("footer", "footer2"),
)  # fmt: skip


def _types() -> str:
    main = f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    others = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for kind, name in _PARTS
    )
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{main}{others}</Types>'
    )


def _relations(found: dict[str, tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{id}" Type="{_REL}/{kind}" Target="{target}"/>'
        for id, (kind, target) in found.items()
    )
    name = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_HEAD}<Relationships xmlns="{name}">{inner}</Relationships>'


def _document(accent: str) -> str:
    """The cover's head, and the place for the rest."""
    tab = f'<w:tab w:val="right" w:pos="{A4_TEXT}"/>'
    under = f'<w:bottom w:val="single" w:sz="10" w:space="6" w:color="{accent}"/>'
    head = paragraph(
        run("■ ", color=accent)
        + run("{{ rapport.organisation }}", b=True, sz="24", szCs="24")
        + run("\t{{ [rapport.dnr, rapport.bilaga]|select|join(' · ') }}", color=MUTED),
        "Normal", pBdr=under, tabs=tab, spacing='w:after="1700"',
    )  # fmt: skip
    margins = 'w:top="1417" w:right="1332" w:bottom="1247" w:left="1332" w:header="680" w:footer="567" w:gutter="0"'
    return (
        f"{_HEAD}<w:document {_W} {_R}><w:body>{head}"
        f"{paragraph(run('{{ rapport.titel }}'), 'Title')}"
        f"{paragraph(run('{{ rapport.enhet }}'), 'Subtitle')}"
        f"{paragraph(run('{{p innehall }}'), 'Normal')}"
        '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/>'
        '<w:headerReference w:type="first" r:id="rId5"/>'
        '<w:footerReference w:type="default" r:id="rId4"/>'
        '<w:footerReference w:type="first" r:id="rId6"/>'
        f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {margins}/><w:titlePg/></w:sectPr>'
        "</w:body></w:document>"
    )


def _furniture(tag: str, style: str, left: str, right: str, *, bottom: bool = False) -> str:
    """A page's head or foot: one line with something to the left and something to the right."""
    line = f'<w:bottom w:val="single" w:sz="4" w:space="5" w:color="{HAIR}"/>' if bottom else ""
    tab = f'<w:tab w:val="right" w:pos="{A4_TEXT}"/>'
    inner = paragraph(run(left + "\t") + right, style, pBdr=line, tabs=tab)
    return f"{_HEAD}<w:{tag} {_W}>{inner}</w:{tag}>"


def _footer() -> str:
    pages = run("Sida ") + field("PAGE", run("1")) + run(" (") + field("NUMPAGES", run("1"))
    left = "{{ [rapport.enhet, rapport.bilaga]|select|join(' · ') }}"
    return _furniture("ftr", "Footer", left, pages + run(")"))


def _styles(language: str) -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    tongue = f'<w:lang w:val="{language}" w:eastAsia="{language}" w:bidi="ar-SA"/>'
    cells = '<w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    return (
        f"{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        f'<w:color w:val="{INK}"/><w:sz w:val="20"/><w:szCs w:val="20"/>{tongue}</w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"<w:tblCellMar>{cells}</w:tblCellMar></w:tblPr></w:style>"
        "</w:styles>"
    )


def _settings(language: str) -> str:
    """Only long words in tables are parted (the other styles say no), and Word opens it as its own."""
    modern = (
        '<w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    )
    return (
        f'{_HEAD}<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
        '<w:autoHyphenation/><w:hyphenationZone w:val="284"/><w:doNotHyphenateCaps/>'
        f"<w:compat>{modern}</w:compat>"
        f'<w:themeFontLang w:val="{language}"/></w:settings>'
    )
