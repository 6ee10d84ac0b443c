"""A wrong setting is named with its key and what was expected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.bootstrap import assemble, read_settings
from icengine.config import CHECKS, NAMES, Settings, WrongSetting, load_settings
from icengine.domain.reading import ADDRESS
from icengine.errors import SettingWrong
from icengine.mail.headers import mailbox, name_and_address

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
        ("PDF_STANDARDS", "a-2a,a-3a", "till exempel ua-1,a-2a"),
        ("PDF_STANDARDS", "", "till exempel ua-1,a-2a"),
        ("PORT", "8" * 5000, "ett heltal 1–65535"),
        ("PORT", "8_0", "ett heltal 1–65535"),
        ("BASE_URL", "http://[::1", "en webbadress"),
        ("BASE_URL", "http://:80", "en webbadress"),
        ("BASE_URL", "http://kommun.se:abc", "en webbadress"),
        ("BASE_URL", "http://kommun.se:99999", "en webbadress"),
        ("BASE_URL", "http://kommun.se/a b", "en webbadress"),
        ("BASE_URL", "http://kommun\n.se", "en webbadress"),
        ("HOST", "a\0", "en adress att lyssna på"),
        ("MAIL_FOLDER", "a\0", "sökvägen till en mapp"),
        ("MAIL_FROM", "x@", "en e-postadress"),
        ("MAIL_FROM", "@kommun.example", "en e-postadress"),
        ("MAIL_FROM", "a..b@kommun.example", "en e-postadress"),
        ("MAIL_FROM", "Internkontroll <x@>", "en e-postadress"),
        ("MAIL_FROM", f"x@{'a' * 64}.example", "en e-postadress"),
        ("MAIL_FROM", "=?x?=@kommun.example", "en e-postadress"),
        ("DATABASE_URL", "sqlite:///", "sqlite:///sökväg"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///sökväg"),
        ("OIDC_ISSUER", "login.kommun.example", "utgivarens webbadress"),
        ("OIDC_ISSUER", "http://login.kommun.example", "http:// bara på den egna datorn"),
        ("OIDC_ISSUER", "https://login.kommun.example/?a=b", "utgivarens webbadress"),
        ("OIDC_ISSUER", "https://vem:vad@login.kommun.example", "utgivarens webbadress"),
        ("OIDC_CLIENT_ID", "a\nb", "programmets id"),
        ("OIDC_EMAIL_CLAIM", "", "uppgiften med e-postadressen"),
        ("OIDC_ROLES_CLAIM", " roles", "uppgiften med roller"),
        ("AUDIT_HEAD_TO", "revisorn", "e-postadresser med komma emellan"),
        ("AUDIT_HEAD_TO", "a@revision.example,", "e-postadresser med komma emellan"),
        ("AUDIT_HEAD_TO", "Revisorn <a@revision.example>", "e-postadresser med komma emellan"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(
    tmp_path: Path, key: str, value: str, expected: str
) -> None:
    with pytest.raises(WrongSetting) as caught:
        load_settings({f"ICENGINE_{key}": value}, tmp_path)
    assert f"ICENGINE_{key}" in str(caught.value)
    assert expected in str(caught.value)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:hemligt@h:abc/db",
        "postgresql+psycopg://u:hemligt@[::1/db",
        "postgresql+psycopg://u:hemligt@h/db?foo=bar",
        "postgresql+psycopg://u:hemligt@h/db?host=a&port=abc",
        "postgresql+psycopg://u:hemligt@h/db?connect_timeout=abc",
        "sqlite:///a%00b.db",
        "sqlite:///x.db?foo=bar",
        "sqlite:///?foo=bar",
        "sqlite:///:memory:?cache=shared",
    ],
)
def test_an_address_of_a_database_that_cannot_be_used_is_a_wrong_setting(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(SettingWrong, match="ICENGINE_DATABASE_URL") as caught:
        assemble(read_settings({"ICENGINE_DATABASE_URL": url}, tmp_path))
    assert "Väntade sqlite:///sökväg eller postgresql" in caught.value.hint
    assert "hemligt" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://",
        "postgresql+psycopg:///db?host=/run/postgresql&sslmode=require&connect_timeout=5",
        "postgresql+psycopg://u:p%40@[::1]:5432/db",
        "sqlite:////en mapp/å.db",
    ],
)
def test_an_address_of_a_database_that_can_be_used_is_taken(tmp_path: Path, url: str) -> None:
    assemble(read_settings({"ICENGINE_DATABASE_URL": url}, tmp_path)).database.close()


@pytest.mark.parametrize(
    "sender", ["internkontroll@localhost", "ik@kommun.example", "Intern kontroll <a.b@ik.example>"]
)
def test_a_sender_that_is_taken_is_one_that_mails_can_have(tmp_path: Path, sender: str) -> None:
    found = load_settings({"ICENGINE_MAIL_FROM": sender}, tmp_path)
    assert mailbox(name_and_address(found.mail_from)[1])


ADDRESSES = st.builds(
    "{}@{}.{}".format,
    st.text("aå.=?+-", max_size=70),
    st.text("aåß0._-", max_size=70),
    st.sampled_from(["example", "se", "a-", "", "="]),
)


@given(ADDRESSES, st.sampled_from(["{}", "Namn <{}>", "<{}>"]))
def test_no_sender_is_taken_that_mails_cannot_have(address: str, form: str) -> None:
    sender = form.format(address)
    if CHECKS["mail_from"](sender):
        assert mailbox(name_and_address(sender)[1])


@given(ADDRESSES)
def test_no_holder_is_taken_that_mails_cannot_reach(address: str) -> None:
    if ADDRESS.fullmatch(address):
        assert mailbox(address) == address


def test_an_unknown_setting_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="Menade du base_url"):
        load_settings({"ICENGINE_BASE_ULR": "http://x"}, tmp_path)
    (tmp_path / "icengine.toml").write_text('databas_url = "x"', encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"icengine\.toml: databas_url"):
        load_settings({}, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "port = ",
        "port = true",
        'port = "x"',
        "port = 1.5",
        "\x00",
        "port = " + "8" * 5000,
        "port = 0x" + "f" * 5000,
        "port = " + "[" * 5000,
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "icengine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"icengine\.toml") as caught:
        load_settings({}, tmp_path)
    assert not re.search(r"(?i)invalid|expected|line|column|exceeds|\bat\b", caught.value.message)


def test_a_broken_row_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "icengine.toml").write_text("port = 80\nhost = \n", encoding="utf-8")
    with pytest.raises(WrongSetting, match=r"icengine\.toml:2:\d+ går inte att läsa\."):
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
    assert "hemligt" not in repr(Settings(smtp_password="hemligt", oidc_client_secret="hemligt"))
    for name in ("SMTP_PASSWORD", "OIDC_CLIENT_SECRET"):
        with pytest.raises(WrongSetting, match="är fel: värdet") as caught:
            load_settings({f"ICENGINE_{name}": "hemligt\n"}, tmp_path)
        assert "hemligt" not in str(caught.value)


@pytest.mark.parametrize(
    "issuer",
    ["https://login.kommun.example/realms/a/", "http://localhost:8080/realms/a", "http://[::1]:80"],
)
def test_the_kommuns_login_is_there_when_it_is_set(tmp_path: Path, issuer: str) -> None:
    environment = {"ICENGINE_OIDC_ISSUER": issuer}
    with pytest.raises(SettingWrong, match="ICENGINE_OIDC_CLIENT_ID saknas"):
        assemble(read_settings(environment, tmp_path))
    environment |= {"ICENGINE_OIDC_CLIENT_ID": "ik", "ICENGINE_OIDC_CLIENT_SECRET": "hemligt"}
    engine = assemble(read_settings(environment, tmp_path))
    engine.database.close()
    assert engine.provider is not None
    assert "hemligt" not in repr(engine)


def test_without_an_issuer_there_is_no_login_of_the_kommun(tmp_path: Path) -> None:
    engine = assemble(read_settings({"ICENGINE_OIDC_CLIENT_ID": "ik"}, tmp_path))
    engine.database.close()
    assert engine.provider is None


def test_every_setting_stands_in_the_guide_and_the_guide_names_no_other() -> None:
    guide = (ROOT / "docs" / "drift.md").read_text("utf-8")
    named = set(re.findall(r"`ICENGINE_([A-Z_]+)`", guide))
    assert named == {name.upper() for name in NAMES}
