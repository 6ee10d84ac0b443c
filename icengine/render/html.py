"""Report -> one self-contained HTML file: no script, no style attributes, nothing fetched.

Colours and widths are classes in the file's one `<style>`, so that it can be served under a strict
policy (`content_security_policy`). The same report gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from icengine.domain.report_model import Column, Figure, Report, Table
from icengine.domain.text import length
from icengine.render.charts import draw, picture
from icengine.render.fonts import web_font
from icengine.render.shapes import PHONE

TALL = 600
"""Characters in a cell: more may go on over the page, in print."""

_HERE = Path(__file__).parent / "html"
_STYLE = re.compile(rb"<style>(.*?)</style>", re.S)


def html(report: Report) -> bytes:
    """The finished file, UTF-8."""
    template, fonts = _page()
    text = template.render(
        report=report,
        fonts=fonts,
        classes={id: f"m{n}" for n, id in enumerate(report.marks)},
        widths=_widths(report),
        charts=_charts(report),
        width_class=width_class,
        stacks=stacks,
        breaks=breaks,
    )
    return text.encode()


def content_security_policy(page: bytes) -> str:
    """The header to serve a finished file under: its own style and fonts, and nothing else.

    ValueError where the page has no style of its own.
    """
    found = _STYLE.search(page)
    if found is None:
        raise ValueError("the page has no <style>")
    digest = base64.b64encode(hashlib.sha256(found[1]).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    )


def width_class(table: Table, column: Column) -> str:
    """The class of a column's share of its table, in whole per cent."""
    return f"w{_share(table, column)}"


def stacks(table: Table) -> bool:
    """May its rows become a list on a narrow screen? Figures in columns stay a table."""
    return all(column.align == "left" for column in table.columns)


def breaks(table: Table) -> str:
    """The class that says on paper: a tall row breaks over pages, a short table never does."""
    tallest = max((length(cell.text) for row in table.rows for cell in row), default=0)
    if tallest > TALL:
        return "tall"
    return "whole" if len(table.rows) * tallest <= TALL else ""


def _share(table: Table, column: Column) -> int:
    return round(100 * column.width / sum(c.width for c in table.columns))


def _widths(report: Report) -> list[int]:
    tables = (block for block in report.blocks() if isinstance(block, Table))
    return sorted({_share(table, column) for table in tables for column in table.columns})


def _charts(report: Report) -> dict[str, Markup]:
    """Every figure's pictures by its id: one for wide screens and paper, one for a phone.

    Only one of them is shown, and a hidden one is not read aloud.
    """
    figures = [block for block in report.blocks() if isinstance(block, Figure)]
    return {
        figure.id: Markup(
            picture(draw(figure, report), figure.alt, "wide")
            + picture(draw(figure, report, PHONE), figure.alt, "narrow")
        )
        for figure in figures
    }


def _css_text(text: str) -> Markup:
    """A text as a CSS string: every sign that could end it is written as its number."""
    safe = "".join(ch if ch.isalnum() else f"\\{ord(ch):x} " for ch in text)
    return Markup(f'"{safe}"')


@cache
def _page() -> tuple[Template, dict[str, str]]:
    env = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    env.filters["css_text"] = _css_text
    fonts = {
        str(weight): base64.b64encode(web_font(name)).decode()
        for weight, name in ((400, "Regular"), (600, "SemiBold"))
    }
    return env.get_template("report.html.j2"), fonts
