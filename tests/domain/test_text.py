"""Text is stored as typed; what nobody can see is mended where it is shown. Figures in Swedish."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.text import length, one_line, paragraphs, recorded, shown
from icengine.domain.words import counted, listed, many, number, of, per_cent, sentence


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("a\x00b\r\nc", "ab\nc"),
        ("a\x1b[0m\x07", "a[0m"),
        ("ny rad\x0bnästa\x85sist", "ny rad\nnästa\nsist"),
        ("A\u030a", "Å"),
        ("Enhet\tAntal\nNord\t12", "Enhet\tAntal\nNord\t12"),
        ("före\ud800efter", "föreefter"),
        ("intern\u00adkontroll", "intern\u00adkontroll"),
        (" \t\n ", ""),
        ("a   b\n\n\n\nc", "a   b\n\n\n\nc"),
        ("5\u00a0405", "5\u00a0405"),
        ("محمد 😀", "محمد 😀"),
    ],
)
def test_a_text_is_stored_as_typed_without_control_characters(written: str, stored: str) -> None:
    assert recorded(written) == stored
    assert recorded(stored) == stored


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("intern\u00adkontroll", "internkontroll"),
        ("x\u202ebakåt\u202c", "xbakåt"),
        ("\uf0b7 punkt", "• punkt"),
        ("Enhet\tAntal\nNord\t12", "Enhet | Antal\nNord | 12"),
        ("a   b\n\n\n\nc", "a b\n\nc"),
        ("5\u00a0405", "5\u00a0405"),
    ],
)
def test_what_nobody_can_see_is_mended_where_it_is_shown(stored: str, seen: str) -> None:
    assert shown(stored) == seen
    assert shown(seen) == seen


def test_a_line_is_a_paragraph_and_bullets_are_a_list() -> None:
    assert paragraphs("Först\n- ett\n- två\nSist") == ("Först", ("ett", "två"), "Sist")
    assert paragraphs("bara en") == "bara en"
    assert paragraphs("1. numrerat blir kvar") == "1. numrerat blir kvar"
    assert paragraphs(" \n ") == ""


def test_a_title_is_one_line() -> None:
    assert one_line(" Löner\n\toch  arvoden ") == "Löner och arvoden"


def test_the_length_of_a_laid_out_text_counts_its_points() -> None:
    assert length(("ab", ("c", "de"))) == 5


def test_figures_are_written_in_swedish() -> None:
    assert number(5405) == "5\u00a0405"
    assert number(Decimal("50.70")) == "50,7"
    assert number(7) == "7"
    assert number(-3) == "−3"
    assert per_cent(Decimal("100.0")) == "100\u00a0%"


@pytest.mark.parametrize(
    ("n", "said"), [(0, "ingen åtgärd"), (1, "en åtgärd"), (2, "två åtgärder"), (14, "14 åtgärder")]
)
def test_counts_agree_with_their_noun(n: int, said: str) -> None:
    assert many(n, "åtgärd", "åtgärder") == said


def test_parts_of_a_whole_are_said_as_people_say_them() -> None:
    assert of(5, 7, "moment", "moment") == "fem av sju moment"
    assert of(0, 7, "moment", "moment") == "inget av sju moment"
    assert of(7, 7, "moment", "moment") == "alla sju moment"
    assert of(2, 2, "moment", "momenten") == "båda momenten"
    assert counted(0) == "inget"
    assert listed(["a", "b", "c"]) == "a, b och c"
    assert sentence("Klart") == "Klart."
    assert sentence("Klart!") == "Klart!"


def test_a_letter_keeps_thirty_accents_and_loses_the_rest() -> None:
    kept = recorded("a" + "\u0316" * 30 + "\u0300" * 30 + "b")
    assert kept == "a" + "\u0316" * 30 + "b"
    assert recorded("a" + "\x00\u0316" * 99) == "a" + "\u0316" * 30, "nothing hides the others"


@given(st.text("aé\u0301\u0316\u0344\u0f73\x00\n \ud800", max_size=90))
def test_accents_without_end_are_stored_the_same_again(text: str) -> None:
    once = recorded(text)
    assert recorded(once) == once
