"""What the finished HTML must hold, and that it says the same as the PDF and the value."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import lxml.html
import pdf_text
import pytest
import report_facts as make

from icengine.domain.report import build_report
from icengine.domain.report_model import Report
from icengine.render import FORMATS
from icengine.render.html import content_security_policy, html

SPACE = re.compile("[\\s\u00ad\u200b\u2010-]+")
NOT_READ = (
    "id", "kind", "role", "mark", "align", "value", "data", "alt", "width", "number", "fingerprint",
    "whole", "sheet", "topic",
)  # fmt: skip


def squeezed(text: str) -> str:
    return SPACE.sub("", text)


def strings(value: object) -> Iterator[str]:
    """Every text a reader meets, from the value's JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in NOT_READ:
                yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def html_text(page: bytes, charts: bool = True) -> str:
    """What is read on a wide screen, without contents and reading guide."""
    tree = lxml.html.fromstring(page.decode())
    for gone in tree.xpath("//head|//nav|//a[@class='skip']|//table[@class='guide']"):
        gone.drop_tree()
    for gone in tree.xpath("//*[@id='lasguide']|//*[local-name()='svg'][@class='narrow']"):
        gone.drop_tree()
    if not charts:
        for gone in tree.xpath("//*[local-name()='svg']"):
            gone.drop_tree()
    for steps in tree.xpath("//ol"):
        for n, point in enumerate(steps, 1):
            point.text = f"{n}. {point.text or ''}"
    return "\n".join(tree.itertext())


def text_of_pdf(data: bytes, charts: bool = True) -> str:
    """Without page 2: contents and reading guide."""
    cover, _, *rest = pdf_text.pages(data, charts)
    return "\n".join([cover, *rest])


def figures(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", SPACE.sub(" ", text)))


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_every_text_of_the_value_is_in_the_file(
    report: Report, pdf_file: bytes, html_file: bytes, kind: str
) -> None:
    found = squeezed(text_of_pdf(pdf_file) if kind == "pdf" else html_text(html_file))
    value = report.to_json()
    wanted = {t for key in ("title", "subtitle", "cover", "sections") for t in strings(value[key])}
    assert [text for text in wanted if squeezed(text) not in found] == []


def test_pdf_and_html_hold_the_same_figures(pdf_file: bytes, html_file: bytes) -> None:
    pdf = figures(text_of_pdf(pdf_file, charts=False))
    html = figures(html_text(html_file, charts=False))
    assert (pdf - html, html - pdf) == (Counter(), Counter())


def test_pdf_and_html_hold_the_same_charts(pdf_file: bytes, html_file: bytes) -> None:
    drawn = squeezed(text_of_pdf(pdf_file))
    tree = lxml.html.fromstring(html_file.decode())
    charts = tree.xpath("//*[local-name()='svg'][@class='wide']")
    assert len(charts) == 4
    for chart in charts:
        for text in chart.itertext():
            assert squeezed(text) in drawn


def test_pdf_and_html_name_every_level_equally_often_and_never_without_its_symbol(
    report: Report, pdf_file: bytes, html_file: bytes
) -> None:
    pdf, html = squeezed(text_of_pdf(pdf_file)), squeezed(html_text(html_file))
    for mark in report.marks.values():
        named = mark.symbol + squeezed(mark.word)
        assert pdf.count(named) == html.count(named)
    for id in report.scale:
        mark = report.marks[id]
        assert html.count(mark.symbol + squeezed(mark.word)) >= 2


def test_the_file_is_whole_in_itself_and_runs_nothing(html_file: bytes) -> None:
    text = html_file.decode()
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", text)
    assert not re.search(r"\sstyle=|\son\w+=", text)
    assert "://" not in text


def test_it_can_be_served_under_a_strict_policy(html_file: bytes) -> None:
    policy = content_security_policy(html_file)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_rendering_twice_gives_the_same_bytes(report: Report, html_file: bytes) -> None:
    assert FORMATS["html"](report) == html_file


def test_headings_go_down_one_step_at_a_time(html_file: bytes) -> None:
    tree = lxml.html.fromstring(html_file.decode())
    levels = [int(h.tag[1]) for h in tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_link_leads_somewhere_in_the_page(html_file: bytes) -> None:
    tree = lxml.html.fromstring(html_file.decode())
    ids = [node.get("id") for node in tree.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    assert {a.get("href")[1:] for a in tree.xpath("//a[@href]")} <= set(ids)


def test_names_cannot_break_out_of_the_page_or_its_style() -> None:
    facts = make.sample_facts(dnr='"}</style><b>x')
    facts = replace(facts, organisation=replace(facts.organisation, name='A"</style><i>\\'))
    text = html(build_report(facts)).decode()
    assert text.count("</style>") == 1
    assert "<b>x" not in text
    assert "<i>" not in text


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_browser_finds_no_fault_and_no_sideways_scroll(
    html_file: bytes, tmp_path: Path, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    file = tmp_path / "rapport.html"
    file.write_bytes(html_file)
    with sync_playwright() as runner:
        browser = runner.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(file.as_uri())
        found = Axe().run(
            page,
            options={
                "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
                "resultTypes": ["violations"],
            },
        )
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
