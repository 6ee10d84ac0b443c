"""The Word file is opened again and says the same as the value, in structures that Word knows."""

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
import report_facts as make
from docx.document import Document
from docx.oxml.ns import qn
from test_report_texts import AWKWARD, awkward, shared
from word_text import (
    everything,
    flags,
    flat,
    headings,
    name_of,
    part,
    printed,
    read,
    switched,
    tables,
)

from icengine.domain.report import build_report
from icengine.domain.report_model import (
    Cell,
    Column,
    Facts,
    Figure,
    Numbers,
    Report,
    Section,
    Table,
    Text,
    walk,
)
from icengine.render import FORMATS
from icengine.render.docx import docx
from icengine.render.word.template import template


@pytest.fixture(scope="module")
def file(report: Report) -> bytes:
    return docx(report)


@pytest.fixture(scope="module")
def opened(file: bytes) -> Document:
    return read(file)


# ---- structure ----


def test_every_section_is_a_real_heading_with_its_number_and_label(
    report: Report, opened: Document
) -> None:
    def listed(sections: tuple[Section, ...], level: int = 1) -> list[tuple[str, str]]:
        found = []
        for s in sections:
            text = " ".join(filter(None, [s.number, s.label, s.title]))
            found += [(f"Heading {level}", text), *listed(s.sections, min(level + 1, 4))]
        return found

    assert headings(opened) == listed(report.sections)


def test_the_cover_has_a_real_title_and_subtitle(report: Report, opened: Document) -> None:
    found = {p.style.name: p.text for p in opened.paragraphs if p.style is not None}
    assert found["Title"].replace("\u00a0", " ") == report.title
    assert found["Subtitle"] == report.subtitle


def test_every_text_of_the_value_is_in_the_file(report: Report, opened: Document) -> None:
    said = everything(opened)
    for block in report.blocks():
        wanted: list[str] = []
        if isinstance(block, Text):
            wanted = [block.label, *flat(block.body).split("\n")]
        elif isinstance(block, Numbers):
            wanted = [text for item in block.items for text in item]
        elif isinstance(block, Facts):
            wanted = [text for term, cell in block.rows for text in (term, flat(cell.text))]
        elif isinstance(block, Table | Figure):
            wanted = [block.caption]
        assert [text for text in wanted if text not in said] == []
    for term, value in report.facts:
        assert f"{term}\n{value}" in said


def test_tables_are_the_values_cell_by_cell(report: Report, opened: Document) -> None:
    wanted = [block for block in report.blocks() if isinstance(block, Table)]
    found = tables(opened)
    assert len(found) == len(wanted)
    for table, drawn in zip(wanted, found, strict=True):
        head, *rows = [[cell.text for cell in row.cells] for row in drawn.rows]
        for column, title in zip(table.columns, head, strict=True):
            symbol = f"{report.marks[column.mark].symbol}\n" if column.mark else ""
            assert title == symbol + column.title.replace("\u00ad", "")
        assert [[text.replace("\u2011", "-") for text in row] for row in rows] == [
            [printed(report, cell) for cell in row] for row in table.rows
        ]


def test_tables_repeat_their_head_and_mark_their_first_column(
    report: Report, opened: Document
) -> None:
    wanted = [block for block in report.blocks() if isinstance(block, Table)]
    for table, drawn in zip(wanted, tables(opened), strict=True):
        assert [switched(row, "tblHeader") for row in drawn.rows] == [True] + [False] * len(
            table.rows
        )
        assert all(switched(row, "cantSplit") for row in drawn.rows)
        assert flags(drawn) == {
            "firstRow": "1",
            "firstColumn": str(int(table.row_head)),
            "lastRow": str(int(table.total)),
        }
        assert name_of(drawn).startswith(table.caption or table.columns[0].title)


def test_columns_keep_their_shares_and_alignment(report: Report, opened: Document) -> None:
    for table, drawn in zip(
        [b for b in report.blocks() if isinstance(b, Table)], tables(opened), strict=True
    ):
        widths = [int(w) for w in drawn._tbl.xpath("w:tblGrid/w:gridCol/@w:w")]
        total, shares = sum(widths), sum(c.width for c in table.columns)
        for column, width in zip(table.columns, widths, strict=True):
            assert width / total == pytest.approx(column.width / shares, abs=0.001)
        for row in drawn.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                right = [p.xpath("w:pPr/w:jc/@w:val") for p in cell._tc.iter(qn("w:p"))]
                assert all((found == ["right"]) is (column.align == "right") for found in right)


def test_a_level_is_a_symbol_and_a_word_on_its_tint(report: Report, opened: Document) -> None:
    wanted = [b for b in report.blocks() if isinstance(b, Table)]
    for table, drawn in zip(wanted, tables(opened), strict=True):
        for row, cells in zip(table.rows, list(drawn.rows)[1:], strict=True):
            for cell, box in zip(row, cells.cells, strict=True):
                tint = report.marks[cell.mark].tint.lstrip("#") if cell.mark else None
                assert box._tc.xpath("w:tcPr/w:shd/@w:fill") == ([tint] if tint else [])


def test_a_control_stands_in_a_band_with_its_level(report: Report, opened: Document) -> None:
    paragraphs = {p.text: p for p in opened.paragraphs}
    order = [p.text for p in opened.paragraphs]
    banded = [s for s in walk(report.sections) if s.mark]
    assert banded
    for section in banded:
        mark = report.marks[section.mark]
        head = " ".join(filter(None, [section.number, section.label, section.title]))
        assert order[order.index(head) + 1] == f"{mark.symbol}\u00a0{mark.word}"
        fill = paragraphs[head]._p.xpath("w:pPr/w:shd/@w:fill")
        assert fill == [mark.tint.lstrip("#")]


def test_captions_stay_with_their_tables(opened: Document) -> None:
    captions = [p for p in opened.paragraphs if p.text.startswith("Tabell ")]
    assert len(captions) > 4
    for p in captions:
        assert p.style is not None
        assert p.style.name == "Caption"
        assert p.paragraph_format.keep_with_next
        assert p._p.getnext().tag == qn("w:tbl")


def test_figures_have_their_alternative_text_and_two_pictures(
    report: Report, opened: Document, file: bytes
) -> None:
    figures = [block for block in report.blocks() if isinstance(block, Figure)]
    body = opened.element.body
    assert body.xpath("//wp:docPr/@descr") == [" ".join(f.alt.split()) for f in figures]
    names = zipfile.ZipFile(io.BytesIO(file)).namelist()
    for n in range(1, len(figures) + 1):
        assert f"word/media/rapport-figur-{n}.png" in names
        assert "<text" in part(file, f"word/media/rapport-figur-{n}.svg")
    rels = opened.part.rels
    for blip in body.iter(qn("a:blip")):
        assert rels[blip.get(qn("r:embed"))].target_part.content_type == "image/png"
        (svg,) = [e for e in blip.iter() if e.tag.endswith("svgBlip")]
        assert rels[svg.get(qn("r:embed"))].target_part.content_type == "image/svg+xml"


def test_steps_are_a_numbered_list_that_begins_at_one() -> None:
    one = Text(("Ett.", "Två."), "steps", "Nämnden beslutar:")
    sections = (Section("a", "A", (one,)), Section("b", "B", (one,)))
    found = read(docx(small(sections)))
    points = [p for p in found.paragraphs if p.style is not None and p.style.name == "List Number"]
    ids = [p._p.xpath("w:pPr/w:numPr/w:numId/@w:val")[0] for p in points]
    assert [p.text for p in points] == ["Ett.", "Två."] * 2
    assert ids[0] == ids[1] != ids[2] == ids[3]
    numbering = found.part.numbering_part.element
    for id in set(ids):
        assert numbering.xpath(f"w:num[@w:numId='{id}']/w:lvlOverride/w:startOverride/@w:val") == [
            "1"
        ]


def test_the_contents_are_a_field_filled_with_links_to_the_headings(
    report: Report, opened: Document
) -> None:
    body = opened.element.body
    assert any(text.strip().startswith('TOC \\o "1-') for text in body.itertext())
    marks = set(body.xpath("//w:bookmarkStart/@w:name"))
    links = body.xpath("//w:hyperlink")
    assert {link.get(qn("w:anchor")) for link in links} <= marks
    said = ["".join(link.xpath("w:r/w:t/text()")) for link in links]
    assert said[0] == "1 Sammanfattning"
    assert len(said) >= len(report.sections)
    assert not body.xpath("//w:fldChar[@w:dirty]")  # Word would meet the reader with a question


def test_every_level_is_explained(report: Report, opened: Document) -> None:
    assert "Så läses bedömningen" in [p.text for p in opened.paragraphs]
    (guide,) = [t for t in opened.tables if "Så läses" in name_of(t)]
    assert [[c.text for c in row.cells] for row in guide.rows] == [
        [printed(report, Cell(mark=id)), report.marks[id].meaning or "–"] for id in report.scale
    ]


def test_the_language_is_said_and_so_are_the_properties(report: Report, opened: Document) -> None:
    tongue = opened.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang/@w:val")
    assert tongue == [report.language] == ["sv-SE"]
    own = opened.core_properties
    assert (own.title, own.author) == (f"{report.title}, {report.subtitle}", report.organisation)
    assert own.subject == f"{report.subtitle}, {report.dnr}"
    assert own.language == "sv-SE"
    day = datetime.fromisoformat(f"{report.date}T00:00+00:00")
    assert own.created == own.modified == day
    assert own.last_modified_by == report.organisation
    assert own.comments == ""


def test_pages_are_a4_with_head_and_foot(report: Report, opened: Document) -> None:
    (section,) = opened.sections
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert section.header.paragraphs[0].text.replace("\u00a0", " ") == (
        f"{report.organisation} · {report.title}\t{report.dnr}"
    )
    foot = section.footer._element
    assert section.footer.paragraphs[0].text.endswith("Sida 1 (1)")
    codes = [code.text.strip() for code in foot.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_the_fingerprint_stands_last(report: Report, opened: Document) -> None:
    assert opened.paragraphs[-1].text.replace(" ", "") == report.fingerprint


# ---- the same bytes ----


def test_the_same_report_gives_the_same_bytes(report: Report, file: bytes) -> None:
    assert FORMATS["docx"](report) == file == docx(report, None)
    assert docx(report, template()) == docx(report, template())
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        names = archive.namelist()
        assert names[:2] == ["[Content_Types].xml", "_rels/.rels"]
        assert names[2:] == sorted(names[2:])
        day = tuple(int(n) for n in report.date.split("-"))
        assert {entry.date_time for entry in archive.infolist()} == {(*day, 0, 0, 0)}


def test_it_is_not_loaded_before_a_word_file_is_made() -> None:
    code = "import sys, icengine.render; assert 'docxtpl' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


# ---- texts as people write them ----


def small(sections: tuple[Section, ...], **changes: object) -> Report:
    whole = Report(
        title="Slutrapport", subtitle="Nämnden", organisation="Kommunen", dnr="N 1", appendix="",
        date="2027-02-10", facts=(), cover=(), sections=sections, marks={}, scale=(),
    )  # fmt: skip
    changed = replace(whole, **changes)
    return changed if changed.fingerprint else changed.sealed()


def with_text(text: str) -> Report:
    """The text as it is, in every kind of place."""
    blocks = (
        *(Text(text, role, "Etikett") for role in ("body", "lead", "note", "risk", "comment")),
        Text((text, (text, "punkt")), "comment"),
        Text((text,), "steps"),
        Facts((("Term", Cell(text)), (text, Cell("värde")))),
        Numbers(((text[:20], text[:200]),)),
        Table(
            "t", (Column(text[:200]), Column("Kol\u00adumn")), ((Cell(text), Cell((text,))),), text
        ),
    )
    cover = (Text(text, "answer"),)
    section = Section("s", text[:300], blocks)
    return small(
        (section,), title=text[:300], cover=cover, dnr=text[:90], fingerprint="0" * 64
    )  # not sealed: no fingerprint can be taken of half a character


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_any_text_becomes_a_file_that_opens_again(text: str) -> None:
    document = read(docx(with_text(text)))
    said = everything(document)
    bare = re.sub(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\ud800-\udfff]", "", text.replace("\r\n", "\n")
    )
    assert max(bare.split("\n"), key=len) in said or "\x0b" in text
    assert read(docx(with_text(text), template())).core_properties.author == "Kommunen"


def test_awkward_reports_become_files() -> None:
    for report in (awkward(), shared()):
        document = read(docx(report))
        assert len(tables(document)) == sum(isinstance(b, Table) for b in report.blocks())


def test_what_looks_like_a_tag_in_a_text_is_printed_as_it_is() -> None:
    text = "{{ 7*7 }} {% if x %} {{p innehall }} {_{ a }_} {# b #} {{ rapport.titel }}"
    report = with_text(text)
    document = read(docx(report))
    assert everything(document).count("{{ 7*7 }} {% if x %} {{p innehall }}") > 9
    assert [text] == [h for _, h in headings(document)]
    assert report.sections[0].title in everything(document)


def test_soft_hyphens_are_words_own_and_arabic_runs_from_the_right() -> None:
    xml = part(docx(with_text("Namn: محمد علي, talade. intern\u00adkontroll")), "word/document.xml")
    assert "\u00ad" not in xml
    assert "<w:softHyphen/>" in xml
    assert re.search(r"<w:rtl/>.{0,60}<w:t xml:space=\"preserve\">محمد علي</w:t>", xml)


def test_a_long_text_is_not_pushed_to_the_next_page_whole() -> None:
    for role in ("body", "lead", "note", "risk"):
        below = (Section("u", "U"),)
        kept = [
            read(docx(small((Section("s", "S", (Text(text, role),), below),))))
            for text in ("Kort.", "Lång. " * 2000)
        ]
        found = [p for d in kept for p in d.paragraphs if p.text.startswith(("Kort", "Lång"))]
        assert [bool(p.paragraph_format.keep_with_next) for p in found] == [True, False]


def test_a_very_tall_row_may_go_on_over_the_page() -> None:
    table = Table("t", (Column("A"), Column("B")), ((Cell("a"), Cell("Ord " * 2000)),))
    (drawn,) = tables(read(docx(small((Section("s", "S", (table,)),)))))
    assert [switched(row, "cantSplit") for row in drawn.rows] == [True, False]


def test_a_report_of_nothing_is_a_file() -> None:
    document = read(docx(small((), dnr="", subtitle="")))
    assert headings(document) == []


def test_two_tables_in_a_row_stay_two() -> None:
    one = Table("a", (Column("A"),), ())
    found = read(docx(small((Section("s", "S", (one, replace(one, id="b"))),))))
    assert len(tables(found)) == 2
    assert all(t._tbl.getnext().tag == qn("w:p") for t in found.tables)


def test_a_name_with_markup_in_it_cannot_break_the_file() -> None:
    facts = make.sample_facts(dnr='"}</w:t><b>x & y')
    facts = replace(facts, organisation=replace(facts.organisation, name='A"</w:t>&<i>\\'))
    said = everything(read(docx(build_report(facts))))
    assert '"}</w:t><b>x & y' in said
    assert 'A"</w:t>&<i>\\' in said
