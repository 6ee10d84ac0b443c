"""What the finished PDF must hold: valid for screen readers and archives, the same every time."""

import io
import json
import re
import subprocess
import sys
import zlib
from dataclasses import replace

import page
import pdf_text
import pikepdf
import pytest
import report_facts as make

from icengine.domain.report import build_report
from icengine.domain.report_model import Report, walk
from icengine.domain.scale import GREEN, RED, WHITE, YELLOW, Level, RatingScale
from icengine.domain.task import Answer
from icengine.render import FORMATS, formats
from icengine.render.pdf import PdfFailed, pdf, pdf_in_child, prepared, row_heads, typeset
from icengine.render.rowheads import elements
from icengine.render.streamends import clear_stream_ends


def many_controls(count: int) -> Report:
    """A report with that many controls, every text its own."""
    controls = [make.make_control(f"K{n}", title=f"Kontroll nummer {n}") for n in range(count)]
    plan = make.make_plan(
        *(make.make_risk(f"R{n}", c, area=f"Område {n % 5}") for n, c in enumerate(controls))
    )
    ratings = ("gron", "gul", "rod", "vit")
    answers = [
        make.answered(c, ratings[n % 4], answer=Answer(f"Resultat {n}. " * 9, ratings[n % 4]))
        for n, c in enumerate(controls)
    ]
    return build_report(make.make_facts(plan, answers))


def four_levels() -> Report:
    """The sample, in an organisation with a level between gul and röd."""
    orange = Level("orange", "Betydande avvikelse", "◆", "#D9822B", "Orange", rank=2)
    scale = RatingScale((GREEN, YELLOW, orange, replace(RED, rank=3), WHITE))
    facts = make.sample_facts()
    return build_report(replace(facts, plan=replace(facts.plan, ratings=scale)))


def long_texts() -> Report:
    """The sample with methods and results of many lengths, and many åtgärder."""
    facts = make.sample_facts()
    tasks = [
        replace(t, answer=replace(t.answer, result=f"{t.answer.result} " * (1 + 3 * n % 10)))
        for n, t in enumerate(facts.tasks)
        if t.answer
    ]
    actions = [replace(a, text=f"{a.text} " * (1 + n % 4)) for n, a in enumerate(facts.actions)]
    more = [replace(a, number=f"Å{9 + n}", subject="K4") for n, a in enumerate(actions)]
    return build_report(replace(facts, tasks=tuple(tasks), actions=(*actions, *more)))


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_the_pdf_passes_ua_1_and_a_2a(pdf_file: bytes, profile: str) -> None:
    found = page.validate_pdf_bytes(pdf_file, profile=profile)
    assert [failure.rule_id for failure in found.failures] == []


def test_title_language_and_date_are_the_reports(pdf_file: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf_file)) as doc:
        assert str(doc.Root.Lang) == "sv-SE"
        assert str(doc.docinfo.Title) == "Slutrapport internkontroll 2022, Kommunstyrelsen"
        assert str(doc.docinfo.CreationDate).startswith("D:20230210")


def test_row_headers_name_their_rows(report: Report, pdf_file: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf_file)) as doc:
        tables = list(elements(doc.Root.StructTreeRoot.K, "/Table"))
        for table, wanted in zip(tables, row_heads(report), strict=True):
            bodies = list(elements(table.K, "/TBody")) or [table]
            rows = [row for body in bodies for row in elements(body.K, "/TR")]
            assert all((row.K[0].S == "/TH") == wanted for row in rows)


@pytest.mark.parametrize("kind", ["sample", "four levels", "sixty controls", "long texts"])
def test_no_page_is_nearly_empty(kind: str) -> None:
    """The cover, the contents and the last page may be; a lone comment or chart fills none."""
    made = {
        "sample": lambda: build_report(make.sample_facts(last_year=make.LAST_YEAR)),
        "four levels": four_levels,
        "sixty controls": lambda: many_controls(60),
        "long texts": long_texts,
    }
    filled = pdf_text.depths(pdf(made[kind]()))
    assert len(filled) > 6
    assert [n for n, depth in enumerate(filled, 1) if depth < 0.5 and 2 < n < len(filled)] == []


def test_a_head_never_stands_alone_at_the_foot_of_a_page() -> None:
    for report in (long_texts(), many_controls(60)):
        names = {s.title for s in walk(report.sections)}
        names |= {"Åtgärd", "Metod", "Skäl", "Status", "Svar lämnat", "Bedömning", "Riskvärde"}
        for text in pdf_text.pages(pdf(report), charts=False)[2:-1]:
            last = [line for line in text.split("\n") if line.strip()][-1]
            assert last.strip() not in names


def test_every_chart_has_its_alternative_text(report: Report, pdf_file: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf_file)) as doc:
        figures = list(elements(doc.Root.StructTreeRoot.K, "/Figure"))
        said = {re.sub(r"\s+", " ", str(figure.get("/Alt", ""))) for figure in figures}
    alts = {re.sub(r"\s+", " ", block.alt) for block in report.blocks() if block.kind == "figure"}
    assert alts <= said


def test_rendering_twice_gives_the_same_bytes(report: Report, pdf_file: bytes) -> None:
    assert pdf(report) == pdf_file
    assert FORMATS["pdf"](report) == pdf_file


def test_a_child_process_gives_the_same_bytes(report: Report, pdf_file: bytes) -> None:
    assert pdf_in_child(report) == pdf_file


def test_what_stops_a_child_is_told(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = prepared(report) | {"row_heads": [True]}
    monkeypatch.setattr("icengine.render.pdf.prepared", lambda *_: broken)
    with pytest.raises(PdfFailed, match=r"kunde inte göras till PDF.*the report 1"):
        pdf_in_child(report)


def test_a_child_that_cannot_start_is_told(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("icengine.render.pdf.sys.executable", "/nowhere/python")
    with pytest.raises(PdfFailed):
        pdf_in_child(report)


def test_a_job_that_cannot_be_set_is_told(report: Report) -> None:
    with pytest.raises(PdfFailed):
        typeset(prepared(report) | {"charts": {}})


def test_a_job_survives_its_way_as_json(report: Report, pdf_file: bytes) -> None:
    assert typeset(json.loads(json.dumps(prepared(report)))) == pdf_file


def test_sixty_controls_are_valid_too() -> None:
    data = pdf(many_controls(60))
    assert page.is_pdf_compliant_bytes(data, profile="ua1")
    assert page.is_pdf_compliant_bytes(data, profile="2a")


def test_an_empty_plan_is_valid_too() -> None:
    data = pdf(build_report(make.make_facts(make.make_plan())))
    assert page.is_pdf_compliant_bytes(data, profile="ua1")


def test_no_stream_ends_in_a_lone_carriage_return() -> None:
    """One stream in 256 ends so by chance; here one is made to."""
    content = next(
        data
        for data in (b"% " + b"a" * n + b"\n" for n in range(5000))
        if zlib.compress(data).endswith(b"\r")
    )
    out = io.BytesIO()
    with pikepdf.new() as doc:
        doc.add_blank_page()
        stream = pikepdf.Stream(doc, zlib.compress(content))
        stream.Filter = pikepdf.Name.FlateDecode
        doc.pages[0].Contents = doc.make_indirect(stream)
        doc.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=False,
        )
    mended = clear_stream_ends(out.getvalue())
    assert re.search(rb"[^\r]\r\nendstream", out.getvalue())
    assert len(mended) > len(out.getvalue())
    assert clear_stream_ends(mended) == clear_stream_ends(mended)
    with pikepdf.open(io.BytesIO(mended), attempt_recovery=False) as doc:
        assert doc.pages[0].Contents.read_bytes() == content


def test_a_file_of_another_make_is_left_as_it_is() -> None:
    assert clear_stream_ends(b"%PDF-1.7 something else") == b"%PDF-1.7 something else"


def test_asking_for_a_format_loads_no_typesetter_before_it_is_used() -> None:
    code = (
        "import sys, icengine.render; heavy = {'typst', 'pikepdf', 'fontTools', 'jinja2'}; "
        "sys.exit(sorted(heavy & set(sys.modules)) != [])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_pale_or_dark_accent_gives_a_valid_file() -> None:
    facts = make.sample_facts()
    for accent in ("#FFEE00", "#000000"):
        own = replace(facts, organisation=replace(facts.organisation, accent=accent))
        assert page.is_pdf_compliant_bytes(pdf(build_report(own)), profile="2a")


def test_the_standard_is_the_one_that_is_set(report: Report) -> None:
    made = formats(pdf_standards=("a-2b",))["pdf"](report)
    found = page.validate_pdf_bytes(made, profile="2b")
    assert [failure.rule_id for failure in found.failures] == []
    assert b"<pdfaid:conformance>B" in made
    assert b"pdfuaid" not in made
