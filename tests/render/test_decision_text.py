"""The text for the tjänsteskrivelse: only what the report says, one line a paragraph."""

import re

import report_facts as make
from test_report_texts import awkward

from icengine.domain.report import build_report
from icengine.domain.report_model import Report, Text
from icengine.domain.text import one_line
from icengine.render import FORMATS


def read(report: Report) -> str:
    return FORMATS["txt"](report).decode()


def part(text: str, title: str) -> list[str]:
    """The lines under a title, down to the next."""
    parts = re.split(r"(?m)^(Sammanfattning|Förslag till beslut|Ärendet|Bilagor)$", text)
    return parts[parts.index(title) + 1].strip().split("\n")


def test_it_begins_with_the_report_and_its_answer(report: Report) -> None:
    text = read(report)
    assert text.split("\n")[:3] == [
        "Slutrapport internkontroll 2022",
        "Kommunstyrelsen",
        "KS 2023/0087",
    ]
    assert part(text, "Sammanfattning")[0] == report.answer


def test_the_proposal_is_numbered_points(report: Report) -> None:
    said = part(read(report), "Förslag till beslut")
    assert said[0] == "Kommunstyrelsen beslutar:"
    assert said[1] == "1. Slutrapporten för internkontroll 2022 godkänns."
    assert [line[:2] for line in said[1:]] == ["1.", "2.", "3.", "4."]


def test_the_matter_tells_the_legal_frame_and_what_was_done(report: Report) -> None:
    said = part(read(report), "Ärendet")
    assert said[0] == "Lag och riktlinje"
    assert said[1].startswith("Enligt 6 kap. 6 § kommunallagen")
    assert "Alla är genomförda, vid sammanlagt nio tillfällen." in said


def test_the_appendix_is_the_report_with_its_fingerprint(report: Report) -> None:
    assert part(read(report), "Bilagor") == [
        "Bilaga 2: Slutrapport internkontroll 2022, Kommunstyrelsen, dnr KS 2023/0087. "
        f"Fingeravtryck (SHA-256): {report.fingerprint}"
    ]


def test_every_paragraph_is_one_the_report_has(report: Report) -> None:
    value = one_line(" ".join(str(b.body) for b in report.blocks() if isinstance(b, Text)))
    lines = [line for title in ("Sammanfattning", "Ärendet") for line in part(read(report), title)]
    headings = {"Lag och riktlinje", "Genomfört och inte genomfört"}
    for line in filter(None, lines):
        said = line.removeprefix("Controllerns sammanfattning: ")
        known = said in value or said in headings or said == "Bedömning per kontrollmoment"
        assert known, line


def test_awkward_texts_stay_on_one_line_and_nothing_unseen_is_left() -> None:
    facts = make.sample_facts(
        dnr="KS\n2023/\x0787",
        notes={"sammanfattning": "a\tb\n- intern\u00adkontroll 😀 محمد\n- två"},
    )
    text = read(build_report(facts))
    assert "Controllerns sammanfattning: a | b\n– internkontroll 😀 محمد\n– två\n" in text
    assert "dnr KS 2023/87." in text
    assert not re.search("[\x00-\x09\x0b-\x1f\u00a0\u00ad]", text)


def test_a_report_without_anything_and_one_with_too_much_become_text() -> None:
    assert "Planen innehåller inga kontrollmoment." in read(
        build_report(make.make_facts(make.make_plan(), dnr="", appendix=""))
    )
    assert FORMATS["txt"](awkward()) == FORMATS["txt"](awkward())
