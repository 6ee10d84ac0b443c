"""What the fuzz tests and their like have found, each as a plain test."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.config import WrongSetting, load_settings
from icengine.domain.text import MOST_MARKS
from icengine.web.pages.form import read_form

UNSEEN = ["\x1b[2J", "\u202e", "\ud7fc", "\u2028", "\U000e0041"]
"""A terminal would obey or hide them."""


@pytest.mark.parametrize("text", UNSEEN)
def test_a_wrong_setting_is_shown_without_what_cannot_be_seen(tmp_path: Path, text: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        load_settings({"ICENGINE_DATABASE_URL": text}, tmp_path)
    assert str(wrong.value).isprintable()
    with pytest.raises(WrongSetting) as wrong:
        load_settings({f"ICENGINE_{text}": "x"}, tmp_path)
    assert str(wrong.value).isprintable()


def test_a_form_full_of_accents_is_read_at_once() -> None:
    """A hundred and sixty thousand in a field kept the whole server busy for half a minute."""
    sent = read_form({"resultat": "a" + "\u0316\u0301" * 80_000})
    assert len(sent.answer.result) == MOST_MARKS, "one of them is part of its letter"


@given(st.text("12=§\u0301\u0f73\ud83d\x00", max_size=60))
def test_a_field_of_signs_is_read_the_same_however_often(text: str) -> None:
    once = read_form({"resultat": text}).answer.result
    assert read_form({"resultat": once}).answer.result == once
