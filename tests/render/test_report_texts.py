"""Texts as people write them become a page: every sign drawable, nothing lost without a word."""

from dataclasses import replace

import page
import pytest
import report_facts as make

from icengine.domain.people import Unit, UnitKind
from icengine.domain.plan import Shared
from icengine.domain.report import build_report
from icengine.domain.report_model import Report
from icengine.domain.task import Answer, State
from icengine.domain.text import recorded, shown
from icengine.render.fonts import glyphs, third_party, web_font
from icengine.render.glyphs import drawable, printable
from icengine.render.html import html
from icengine.render.pdf import pdf

AWKWARD = {
    "emoji": "Bra 😀 klart ✅ inte ❌ 👍🏽 🟢 🇸🇪 1️⃣ 👨‍👩‍👧 🦆🦩",
    "control characters": "a\x00b\x07c\x1b[0m\r\nny rad\x0brad\x85slut",
    "lone surrogate": "före\ud800efter",
    "invisible": "intern\u00adkontroll\u200b\ufeff\u202ebakåt\u202c",
    "private use": "\uf0b7 punkt \uf0fc klart \ue000 okänt",
    "decomposed": "A\u030angstro\u0308m o\u0308ver x\u0304",
    "arabic": "Namn: محمد علي, talade.",
    "hebrew, chinese, thai": "שלום 中文 ภาษา",
    "sami, polish, greek, cyrillic": "Čáhci ŋ ŧ Łódź Ωμέγα Правда",
    "ornaments": "𝐅𝐞𝐭 ﬁn ① ½ ⅓ m² ℃ № ½ … “citat” – −5 ≤ 3",
    "markup": '#panic("x") *fet* $x$ <b>x</b> & @ref = Rubrik \\ // {{ 7*7 }}',
    "pasted table": "Enhet\tAntal\tAndel\nNord\t12\t40 %\nSyd\t18\t60 %",
    "20 000 characters": "Kontrollen visar att rutinen följs. " * 556,
    "one word of 3 000": "x" * 3000,
    "path": "Se intranat/dokument/internkontroll/2025/underlag_stickprov_k4-slutlig-version.final.xlsx",
    "empty": "",
    "spaces": " \t\n ",
    "only bullets": "- ett\n- två\n-",
}


def awkward() -> Report:
    """Every awkward text in every place where somebody writes."""
    controls, tasks, actions = [], [], []
    for n, text in enumerate(AWKWARD.values(), 1):
        control = make.make_control(
            f"K{n}", title=text[:300] or "Tom", what=text, method=text, frequency=text[:300],
            owner=text[:60], goal=text[:200], sample=text[:200],
        )  # fmt: skip
        controls.append(control)
        tasks.append(make.answered(control, "gul", answer=Answer(text, "gul", (), text)))
        actions.append(
            make.action(f"Å{n}", control.id, text, text[:60], control.occurrences[0].due)
        )
    risks = [
        make.make_risk(f"R{n}", c, title=c.title, event=c.what[:500], owner=c.owner)
        for n, c in enumerate(controls, 1)
    ]
    notes = {f"R{n}": text for n, text in enumerate(AWKWARD.values(), 1)}
    facts = make.make_facts(make.make_plan(*risks), tasks, actions=tuple(actions), notes=notes)
    return build_report(facts)


def shared() -> Report:
    """A control that forty units answer, or do not."""
    control = make.make_control("K1", shared=Shared(kinds=(UnitKind.BOARD,)))
    units = tuple(Unit(f"n{n}", f"Nämnd {n}", UnitKind.BOARD, "ks") for n in range(40))
    ratings = ("gron", "gul", "rod", "vit")
    tasks = [
        make.answered(control, ratings[n % 4], unit=unit.id, owner="Chefen")
        if n % 5
        else replace(make.unanswered(control, State.OPEN), unit=unit.id, owner=("A", "")[n % 2])
        for n, unit in enumerate(units)
    ]
    whole = replace(make.ORGANISATION, units=(make.UNIT, *units))
    plan = make.make_plan(make.make_risk("R1", control))
    return build_report(make.make_facts(plan, tasks, organisation=whole))


def test_every_awkward_text_becomes_a_valid_pdf_and_html() -> None:
    report = awkward()
    data = pdf(report)
    for profile in ("ua1", "2a"):
        found = page.validate_pdf_bytes(data, profile=profile)
        assert [failure.rule_id for failure in found.failures] == []
    text = html(report).decode()
    assert "محمد" in text
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert "{{ 7*7 }}" in text


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        ("klart ✅", "klart ✓"),
        ("🟢", "● (grön)"),
        ("👍🏽", "(tummen upp)"),
        ("🇸🇪", "SE"),
        ("1️⃣", "1"),
        ("𝐅𝐞𝐭 ﬁn ①", "Fet fin ①"),
        ("\ue000", "□"),
        ("Łódź Čáhci ŋ", "Łódź Čáhci ŋ"),
        ("🦆", "(emoji)"),
        ("Bra 🦆🦩 🦆 gjort", "Bra (emoji) gjort"),
        ("👩‍👩‍👧", "(emoji)"),
        ("👩🏽‍💻 och 🤷‍♂️", "(emoji) och (emoji)"),
        ("❤️‍🔥", "(emoji)"),
        ("🦆👍", "(emoji)(tummen upp)"),
        ("a\u2e3ab", "a(tecken U+2E3A)b"),
        ("x\ufffcy", "x(bild)y"),
        ("● ▲ ◆ ■ ○ ↗ → ↘ ✓ ▷ !", "● ▲ ◆ ■ ○ ↗ → ↘ ✓ ▷ !"),
        ("שלום עולם, hej", "(text i hebreisk skrift, 8 tecken), hej"),
        ("中文 och", "(text i kinesisk skrift, 2 tecken) och"),
        (
            "שלום 中文 ไทย",
            "(text i hebreisk skrift, 4 tecken) (text i kinesisk skrift, 2 tecken) "
            "(text i thailändsk skrift, 3 tecken)",
        ),
        ("محمد علي, hej", "محمد علي, hej"),
    ],
)
def test_a_sign_that_no_font_has_gives_way_to_what_says_the_same(stored: str, printed: str) -> None:
    assert drawable(stored, glyphs()) == printed


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_nothing_is_left_that_stops_the_export(text: str) -> None:
    for made in (recorded(text), shown(text)):
        left = printable(made, glyphs())
        assert all(ord(ch) in glyphs() or ch in "\n\u200b" for ch in left)


def test_long_words_can_be_broken_and_short_ones_are_left_alone() -> None:
    assert printable("x" * 100, glyphs()).count("\u200b") == 4
    assert printable("Informationssäkerhetschef", glyphs()) == "Informationssäkerhetschef"


def test_each_typeface_has_its_licence_beside_it() -> None:
    for folder in ("inter", "noto-sans-arabic"):
        licence = (third_party() / folder / "LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
        assert "PERMISSION & CONDITIONS" in licence
    assert web_font("Regular").startswith(b"wOF2")


def test_a_shared_control_with_many_units_becomes_a_valid_pdf_and_html() -> None:
    report = shared()
    data = pdf(report)
    for profile in ("ua1", "2a"):
        found = page.validate_pdf_bytes(data, profile=profile)
        assert [failure.rule_id for failure in found.failures] == []
    text = html(report).decode()
    for unit in ("Nämnd 3", "Ingen ansvarig är utsedd.", "Inte besvarad."):
        assert unit in text
