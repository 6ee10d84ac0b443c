"""A wrong setting is named with its key and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from icengine.config import NAMES, Settings, WrongSetting, load_settings

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("PORT", "åtta", "ett heltal 1–65535"),
        ("PORT", "0", "ett heltal 1–65535"),
        ("DATABASE_URL", "mysql://x", "sqlite:///sökväg eller postgresql"),
        ("BASE_URL", "kommun.se", "en webbadress"),
        ("SMTP_SECURITY", "ssl", "none, starttls eller tls"),
        ("MAIL_FROM", "a@b.se\nBcc: x@y.z", "en e-postadress"),
        ("TICK_SECONDS", "0", "ett heltal 1–86400"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(
    tmp_path: Path, key: str, value: str, expected: str
) -> None:
    with pytest.raises(WrongSetting) as caught:
        load_settings({f"ICENGINE_{key}": value}, tmp_path)
    assert f"ICENGINE_{key}" in str(caught.value)
    assert expected in str(caught.value)


def test_an_unknown_setting_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="Menade du base_url"):
        load_settings({"ICENGINE_BASE_ULR": "http://x"}, tmp_path)
    (tmp_path / "icengine.toml").write_text('databas_url = "x"', encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"icengine\.toml: databas_url"):
        load_settings({}, tmp_path)


@pytest.mark.parametrize("text", ["port = ", "port = true", 'port = "x"', "port = 1.5", "\x00"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "icengine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"icengine\.toml"):
        load_settings({}, tmp_path)


def test_a_path_in_the_file_counts_from_the_file_and_the_environment_wins(tmp_path: Path) -> None:
    text = 'database_url = "sqlite:///a.db"\nmail_folder = "mail"\nport = 9000'
    (tmp_path / "icengine.toml").write_text(text, encoding="utf-8")
    found = load_settings({"ICENGINE_PORT": "9001", "PATH": "x"}, tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path}/a.db"
    assert (found.mail_folder, found.port) == (str(tmp_path / "mail"), 9001)


def test_links_lead_to_where_it_listens_unless_said_otherwise(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path).base_url == "http://127.0.0.1:8000"
    assert load_settings({"ICENGINE_PORT": "81"}, tmp_path).base_url == "http://127.0.0.1:81"
    assert load_settings({"ICENGINE_HOST": "::1"}, tmp_path).base_url == "http://[::1]:8000"
    both = {"ICENGINE_PORT": "81", "ICENGINE_BASE_URL": "https://ik.kommun.example"}
    assert load_settings(both, tmp_path).base_url == "https://ik.kommun.example"


def test_no_password_is_shown(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as caught:
        load_settings({"ICENGINE_DATABASE_URL": "mysql://me:hemligt@host/db"}, tmp_path)
    assert "hemligt" not in str(caught.value)
    assert "hemligt" not in repr(Settings(smtp_password="hemligt"))


def test_every_setting_stands_in_the_guide_and_the_guide_names_no_other() -> None:
    import re

    guide = (ROOT / "docs" / "drift.md").read_text("utf-8")
    named = set(re.findall(r"`ICENGINE_([A-Z_]+)`", guide))
    assert named == {name.upper() for name in NAMES}
