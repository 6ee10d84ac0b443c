"""The kommun's own template: what it keeps, and what is said when it cannot be used."""

import io
import zipfile
from pathlib import Path

import docx as word
import pytest
from docx.document import Document
from word_text import everything, headings, read, tables

from icengine.domain.report_model import Report, walk
from icengine.render import FORMATS, formats
from icengine.render.docx import TemplateWrong, docx, template_file
from icengine.render.word.template import template


def own_template(**changes: str) -> bytes:
    """Ours with parts of a file changed: name in the file -> (old, new) as "old=>new"."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            for key, change in changes.items():
                if name == f"word/{key}.xml":
                    before, after = change.split("=>")
                    assert before in text
                    text = text.replace(before, after)
            new.writestr(name, text)
    return out.getvalue()


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_template_of_the_kommun_keeps_its_letterhead_and_styles(report: Report) -> None:
    own = word.Document()
    own.sections[0].header.paragraphs[0].text = "Älvhamra kommun – {{ rapport.enhet }}"
    own.add_paragraph(
        "Dnr {{ rapport.dnr }}{% if rapport.bilaga %}, {{ rapport.bilaga }}{% endif %}"
    )
    own.add_paragraph("{{ rapport.titel }}", style="Title")
    own.add_paragraph("Avser {{ rapport.uppgifter['Avser'] }}")
    own.add_paragraph("{{p innehall }}")
    own.add_paragraph("Sist i mallen.")
    document = read(docx(report, saved(own)))
    assert document.sections[0].header.paragraphs[0].text == f"Älvhamra kommun – {report.subtitle}"
    first = [p.text for p in document.paragraphs[:3]]
    assert first[0] == f"Dnr {report.dnr}, {report.appendix}"
    assert first[2] == f"Avser {dict(report.facts)['Avser']}"
    assert document.paragraphs[-1].text == "Sist i mallen."
    assert len(headings(document)) == sum(1 for _ in walk(report.sections))
    names = [style.name for style in document.styles]
    assert len(names) == len(set(names))
    width = document.sections[0].page_width - 2 * document.sections[0].left_margin
    grid = tables(document)[0]._tbl.xpath("w:tblGrid/w:gridCol/@w:w")
    assert sum(map(int, grid)) == width // 635


def test_a_template_that_numbers_its_headings_does_not_number_them_twice(report: Report) -> None:
    given = '<w:name w:val="heading 1"/>'
    listed = f'{given}<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    changed = own_template(styles=f"{given}=>{listed}")
    document = read(docx(report, changed))
    (head,) = [p for p in document.paragraphs if p.text == "1 Sammanfattning"]
    assert head._p.xpath("w:pPr/w:numPr/w:numId/@w:val") == ["0"]


def test_the_p_may_be_forgotten(report: Report) -> None:
    changed = own_template(document="{{p innehall }}=>{{ innehall }}")
    assert headings(read(docx(report, changed))) == headings(read(docx(report)))


def in_a_table() -> bytes:
    own = word.Document()
    own.add_table(1, 1).cell(0, 0).text = "{{p innehall }}"
    return saved(own)


BROKEN = {
    "no file": (b"", "Öppna mallen i Word"),
    "a text": (b"Hej", "Öppna mallen i Word"),
    "another zip": (b"PK\x05\x06" + b"\x00" * 18, "Öppna mallen i Word"),
    "no place": (saved(word.Document()), "{{p innehall }} saknas"),
    "two places": (
        own_template(document="{{ rapport.enhet }}=>{{p innehall }}"),
        "på 2 ställen",
    ),
    "in a table": (in_a_table(), "ensamt i ett eget stycke"),
    "with other words": (
        own_template(document="{{p innehall }}=>Här: {{ innehall }}"),
        "ensamt i ett eget stycke",
    ),
    "unknown tag": (own_template(document="rapport.enhet=>rapport.namnd"), "”namnd”"),
    "unknown word": (own_template(footer1="rapport.bilaga=>bilagan"), "”bilagan”"),
    "half a tag": (own_template(document="{{ rapport.enhet }}=>{{ rapport.enhet"), "inte avslutad"),
    "half an if": (own_template(document="{{ rapport.enhet }}=>{% if x %}"), "felskriven"),
    "a fault in a tag": (own_template(document="rapport.enhet=>1/0"), "Öppna mallen i Word"),
    "out of the sandbox": (
        own_template(document="rapport.enhet=>rapport.__class__.__mro__"),
        "något som den inte får",
    ),
}


@pytest.mark.parametrize(("data", "said"), BROKEN.values(), ids=BROKEN)
def test_a_template_that_cannot_be_used_says_why(report: Report, data: bytes, said: str) -> None:
    with pytest.raises(TemplateWrong) as caught:
        docx(report, data)
    assert said in str(caught.value)
    assert caught.value.hint


def test_a_template_saved_as_dotx_says_what_to_do(report: Report) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"document.main", b"template.main"))
    with pytest.raises(TemplateWrong, match=r"\.docx"):
        docx(report, out.getvalue())


def test_the_template_is_read_where_the_setting_says(report: Report, tmp_path: Path) -> None:
    path = str(tmp_path / "mall.docx")
    with pytest.raises(TemplateWrong, match="ICENGINE_WORD_TEMPLATE"):
        formats(path)["docx"](report)
    Path(path).write_bytes(own_template(document="{{ rapport.organisation }}=>Egen mall"))
    assert "Egen mall" in everything(read(formats(path)["docx"](report)))
    assert list(formats("")) == list(FORMATS)
    assert template_file("") is None
