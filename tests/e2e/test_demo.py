"""The demo: what it leaves, what it says, and that the report holds what the real one holds."""

from __future__ import annotations

import email
import html
import re
import shutil
from email.policy import default
from pathlib import Path

import page
import pytest
from demo_run import run_demo


@pytest.fixture(scope="module")
def demo(demo_once: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo run twice in a folder with a space in its name; (folder, what it said last)."""
    folder = tmp_path_factory.mktemp("en mapp")
    shutil.copytree(demo_once[0], folder / "demo")
    said = run_demo(folder)
    assert said == demo_once[1]
    return folder / "demo", said


def text_of(path: Path) -> str:
    """What a reader meets in an HTML file, on one line."""
    bare = re.sub(r"<(style|head).*?</\1>", " ", path.read_text("utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)).replace("\u00ad", ""))


def part(text: str, start: str, end: str) -> str:
    """From the last place where `start` is a heading to the next `end`."""
    at = [m.start() for m in re.finditer(re.escape(start), text)][1]
    return text[at : text.index(end, at + len(start))]


def test_it_leaves_what_it_promises(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "internkontroll.db", "mail", "slutrapport-ks-2022.html", "slutrapport-ks-2022.pdf",
        "icengine.toml",
    }  # fmt: skip
    assert len(list((folder / "mail").glob("*.eml"))) == 49


def test_it_says_in_a_few_lines_what_it_did(demo: tuple[Path, str]) -> None:
    _, said = demo
    assert len(said.splitlines()) <= 6
    assert "14 kontrolltillfällen är planerade" in said
    assert "49 mejl skickades" in said
    assert "slutrapport-ks-2022.pdf" in said


def test_every_mail_has_text_and_html_one_link_and_no_result(demo: tuple[Path, str]) -> None:
    for path in (demo[0] / "mail").glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        plain = message.get_body(("plain",))
        rich = message.get_body(("html",))
        assert plain is not None
        assert rich is not None
        words, markup = plain.get_content(), rich.get_content()
        assert words.count("http") == 1
        ways = set(re.findall(r'href="(http[^"]+)"', markup))
        assert all(way.startswith(words[words.index("http") :].split()[0]) for way in ways)
        for never in ("8 633", "104 av 205", "Allvarlig avvikelse", "Mindre avvikelse"):
            assert never not in words + markup


def test_the_report_holds_what_the_real_one_holds(demo: tuple[Path, str]) -> None:
    text = text_of(demo[0] / "slutrapport-ks-2022.html")
    for said in (
        "Kommunstyrelsen",
        "KS 2023/0087",
        "Bilaga 2",
        "KS 2021/0412",
        "§ 214",
        "6 kap. 6 §",
        "6 kap. 1 §",
        "sju kontrollmoment: fem gäller uppsiktsplikt och två egen förvaltning",
        "Alla är genomförda",
        "Fem av sju kontrollmoment visar avvikelse, två av dem allvarlig",
        "104 av 205",
        "5 405",
        "attestreglementet",
        "Förslag till beslut",
        "Fingeravtryck",
    ):
        assert said in text, said
    for area in ("Demokrati", "Processkvalitet", "Medarbetare", "Ekonomi"):
        assert re.search(rf"4\.\d {area}", text)


def test_every_colour_has_its_symbol_and_word(demo: tuple[Path, str]) -> None:
    text = text_of(demo[0] / "slutrapport-ks-2022.html")
    for symbol, word in (
        ("■", "Allvarlig avvikelse"),
        ("▲", "Mindre avvikelse"),
        ("●", "Utan anmärkning"),
    ):
        assert re.search(rf"{symbol}\s+{word}", text)


def test_six_go_to_the_selection_for_2024_with_reasons_and_the_mandatory_one_apart(
    demo: tuple[Path, str],
) -> None:
    text = text_of(demo[0] / "slutrapport-ks-2022.html")
    section = part(text, "Urval till plan 2024", "Uppföljning per processområde")
    assert "Sex risker och kontrollmoment går till urvalet" in section
    selected, _, rest = section.partition("Obligatoriska kontrollmoment")
    chosen = re.findall(r"\b([KR]\d)\b [^.]*?(Bedömningen är inte|Har följts upp)", selected)
    assert [id for id, _ in chosen] == ["K1", "R8", "K3", "K4", "K5", "K6"]
    mandatory, _, left = rest.partition("Förs inte vidare")
    assert re.findall(r"\b[KR]\d\b", mandatory) == ["K7"]
    assert re.findall(r"\b[KR]\d\b", left) == ["K2"]


def test_the_pdf_is_accessible_and_archivable(demo: tuple[Path, str]) -> None:
    data = (demo[0] / "slutrapport-ks-2022.pdf").read_bytes()
    for profile in ("ua1", "2a"):
        assert page.is_pdf_compliant_bytes(data, profile=profile), profile
