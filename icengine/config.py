"""Settings: built once from the environment and `icengine.toml`, passed on, never asked for again."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

PREFIX = "ICENGINE_"
FILE = "icengine.toml"
DATABASE = "sqlite:///sökväg eller postgresql+psycopg://användare@värd/databas"
"""What an address of a database may be."""


class WrongSetting(ValueError):
    """A setting that cannot be used: its key, and what was expected."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} {hint}")


def _setting(default: Any, expected: str) -> Any:
    return field(default=default, metadata={"expected": expected})


@dataclass(frozen=True)
class Settings:
    """Every setting, with what it may be. In the environment: ICENGINE_ and the name in capitals."""

    database_url: str = _setting("sqlite:///icengine.db", DATABASE)
    """Where everything is stored."""
    base_url: str = _setting("http://127.0.0.1:8000", "en webbadress, http:// eller https://")
    """Address that links in mails begin with; where it is not set, the one `serve` listens to."""
    host: str = _setting("127.0.0.1", "en adress att lyssna på")
    """Address that `serve` listens to."""
    port: int = _setting(8000, "ett heltal 1–65535")
    """Port that `serve` listens to."""
    trusted_hosts: str = _setting(
        "", "värdnamn med komma emellan, till exempel ik.kommun.example, internkontroll"
    )
    """Names besides base_url's that a request may ask for, each without a port."""
    trusted_proxies: str = _setting(
        "", "adresser eller nät med komma emellan, till exempel 10.0.0.5, 172.16.0.0/12"
    )
    """Who is believed about the client (X-Forwarded-For and -Proto); nobody where it is empty."""
    mail_folder: str = _setting("", "sökvägen till en mapp")
    """Mails are written here as .eml instead of being sent, where it is set."""
    mail_from: str = _setting("internkontroll@localhost", "en e-postadress")
    """Sender of every mail."""
    smtp_host: str = _setting("", "namnet på en e-postserver")
    """Mail server; without it and without mail_folder mails wait in the outbox."""
    smtp_port: int = _setting(587, "ett heltal 1–65535")
    smtp_user: str = _setting("", "ett användarnamn")
    smtp_password: str = field(default="", repr=False, metadata={"expected": "ett lösenord"})
    smtp_security: Literal["none", "starttls", "tls"] = _setting(
        "starttls", "none, starttls eller tls"
    )
    """How the connection to the mail server is protected."""
    email_login: Literal["ja", "nej"] = _setting("ja", "ja eller nej")
    """May somebody log in by a link in a mail?"""
    session_idle_minutes: int = _setting(60, "ett heltal 1–1440")
    """How long a login lasts without being used."""
    session_hours: int = _setting(12, "ett heltal 1–168")
    """How long a login lasts however much it is used."""
    oidc_issuer: str = _setting(
        "", "utgivarens webbadress, https:// (http:// bara på den egna datorn)"
    )
    """The kommun's own login (OpenID Connect); "" where there is none."""
    oidc_client_id: str = _setting("", "programmets id hos kommunens inloggning")
    oidc_client_secret: str = field(
        default="", repr=False, metadata={"expected": "en hemlighet från kommunens inloggning"}
    )
    oidc_email_claim: str = _setting("email", "namnet på uppgiften med e-postadressen")
    """The claim that says which e-mail address an account has."""
    oidc_roles_claim: str = _setting("", "namnet på uppgiften med roller eller grupper")
    """The claim that says which roles an account has; "" where roles are not taken from there."""
    audit_head_to: str = _setting(
        "", "e-postadresser med komma emellan, till exempel revisor@revision.example"
    )
    """Who is mailed the event log's sum every day; they may be outside the organisation."""
    clamd: str = _setting("", "tcp://värd:port eller unix:/sökväg")
    """The virus check (clamd) that files pass before anybody opens them; "" where there is none."""
    word_template: str = _setting("", "sökvägen till en Word-mall (.docx)")
    """The kommun's own template for reports in Word; "" for the one that is shipped."""
    pdf_standards: str = _setting("ua-1,a-2a", "till exempel ua-1,a-2a")
    """The standards that a report's PDF is made to."""
    tick_seconds: int = _setting(60, "ett heltal 1–86400")
    """How often `serve` looks for what is due."""
    queue: Literal["inbyggd", "postgresql"] = _setting("inbyggd", "inbyggd eller postgresql")
    """Who runs the jobs: `serve` itself, or `icengine worker` by a queue in PostgreSQL."""

    metrics_from: str = _setting(
        "127.0.0.1/32, ::1/128",
        "adresser eller nät med komma emellan, till exempel 127.0.0.1, 10.0.0.0/8",
    )
    """Who may read /metrics; others are told that there is no such page."""
    log_format: Literal["text", "json"] = _setting("text", "text eller json")
    """How the lines of the log are written."""

    @property
    def pdf(self) -> tuple[str, ...]:
        """The standards of `pdf_standards`, each once."""
        return tuple(dict.fromkeys(_listed(self.pdf_standards)))

    @property
    def queued(self) -> bool:
        """Do workers run the jobs, and not `serve`?"""
        return self.queue == "postgresql"

    @property
    def audit_heads(self) -> tuple[str, ...]:
        """The addresses of `audit_head_to`, each once."""
        return tuple(dict.fromkeys(_listed(self.audit_head_to)))


NAMES = tuple(f.name for f in fields(Settings))


def load_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Settings from `icengine.toml` in `folder`, and over them the environment.

    A relative SQLite path, folder or template in the file counts from the file. Raises WrongSetting, naming
    the key and what was expected.
    """
    found: dict[str, Any] = {}
    path = folder / FILE
    if path.is_file():
        found |= _from_file(path)
    for key, value in environment.items():
        if key.startswith(PREFIX):
            name = key.removeprefix(PREFIX).lower()
            _known(name, key)
            found[name] = _checked(name, value, key)
    if "base_url" not in found:
        host, port = (found.get(key, getattr(Settings, key)) for key in ("host", "port"))
        found["base_url"] = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    return Settings(**found)


def _from_file(path: Path) -> dict[str, Any]:
    table = _table(path)
    found = {}
    for name, value in table.items():
        _known(name, f"{path}: {name}")
        found[name] = _checked(name, value, f"{path}: {name}")
    url = str(found.get("database_url", ""))
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_absolute():
        found["database_url"] = f"sqlite:///{path.parent / url.removeprefix('sqlite:///')}"
    for name in ("mail_folder", "word_template"):
        if found.get(name):
            found[name] = str(path.parent / found[name])
    return found


def _table(path: Path) -> dict[str, Any]:
    """What the file holds, or WrongSetting with the row at fault where the library names one."""
    hint = 'Skriv ett namn och ett värde på varje rad, till exempel port = 8000 eller host = "::1".'
    where = ""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        fault: Exception = error
        hint = "Spara om den i en textredigerare med teckenkodningen UTF-8."
    except OSError as error:
        fault, hint = error, "Kontrollera att den som kör programmet får läsa filen."
    except (ValueError, RecursionError) as error:  # also figures and brackets without end
        fault, at = error, re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f":{at[1]}:{at[2]}" if at else ""
    raise WrongSetting(f"{path}{where} går inte att läsa.", hint) from fault


def _known(name: str, shown: str) -> None:
    if name not in NAMES:
        close = get_close_matches(name, NAMES, n=1)
        hint = f"Menade du {close[0]}?" if close else "Kända: " + ", ".join(NAMES) + "."
        raise WrongSetting(f"Okänd inställning {_seen(shown)[:400]}.", hint)


def _checked(name: str, value: object, shown: str) -> Any:
    """The value in its own type, or WrongSetting."""
    meta = {f.name: f.metadata.get("expected", "") for f in fields(Settings)}
    number = isinstance(getattr(Settings, name), int)
    read: Any = value
    if number and isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        read = int(value)
    if number:
        fits = isinstance(read, int) and not isinstance(read, bool)
    else:
        fits = isinstance(read, str) and not CONTROL.search(read)
    if not fits or not CHECKS.get(name, lambda _: True)(read):
        secret = name in ("smtp_password", "oidc_client_secret")
        said = "värdet" if secret else f"”{_masked(value)}”"
        raise WrongSetting(f"Inställningen {shown} är fel: {said}.", f"Väntade {meta[name]}.")
    return read


def _seen(text: str) -> str:
    """The text without what a terminal would obey or hide."""
    return "".join(ch if ch.isprintable() else "�" for ch in text)


def _masked(value: object) -> str:
    """The value, shortened, without the password an address may hold."""
    if isinstance(value, int) and abs(value) >= 10**SHOWN:
        return "ett mycket stort tal"
    text = re.sub(r"://.*@", "://•••@", _seen(str(value)))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
SHOWN = 80
"""Characters of a wrong value that are shown."""
# The same rule as mail/headers.py has, which lies too high to be asked here.
_ATOM = r"[^\s@<>()\[\]\\,;:\".\x00-\x1f\x7f-\x9f]+"
SENDER = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})*")


def _is_sender(text: str) -> bool:
    """An address, alone or as in "Namn <a@b.se>"."""
    named = re.fullmatch(r"[^<>\x00-\x1f\x7f-\x9f]*<([^<>]*)>", text)
    address = named[1] if named else text
    local, _, domain = address.partition("@")
    if not SENDER.fullmatch(address) or "=?" in text or not local.isascii() or len(local) > 64:
        return False
    try:
        return bool(domain.encode("idna"))
    except UnicodeError:
        return False


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = not re.search(r"\s", text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and plain


def _is_issuer(text: str) -> bool:
    """A web address without query, encrypted unless it is this machine's; or nothing."""
    if not text:
        return True
    if not _is_web_address(text):
        return False
    parts = urlsplit(text)
    if parts.query or parts.fragment or "@" in parts.netloc or not text.isascii():
        return False
    host = parts.hostname or ""
    try:
        near = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    return parts.scheme == "https" or near


def _listed(text: str) -> list[str]:
    """What stands between the commas; [] for an empty setting."""
    return [item.strip() for item in text.split(",")] if text.strip() else []


def _is_host(text: str) -> bool:
    """A name or an address, without port or path: what a browser calls us, not where that is."""
    try:
        return bool(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        pass
    try:
        ascii_name = text.encode("idna").decode()
    except UnicodeError:
        return False
    return bool(re.fullmatch(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*", ascii_name))


def _is_network(text: str) -> bool:
    """An address or a network; not everybody, for then anybody could say that they are another."""
    try:
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False


def _is_database(text: str) -> bool:
    """A file or a server; what is kept in memory would be gone when the command ends."""
    file = text.removeprefix("sqlite:///")
    if file != text:
        return bool(file) and not file.startswith((":memory:", "?"))
    return text.startswith("postgresql+psycopg://")


def _is_clamd(text: str) -> bool:
    """A socket's absolute path, or a host with a port; or nothing."""
    if text.startswith("unix:/"):
        return True
    parts = re.fullmatch(r"tcp://(.+):([0-9]{1,5})", text)
    return not text or (parts is not None and _is_host(parts[1]) and 0 < int(parts[2]) <= 65535)


PDF_STANDARDS = ("1.7", "2.0", "a-2a", "a-2b", "a-2u", "a-3a", "a-3b", "a-3u", "a-4", "ua-1")
"""What typst can make a PDF to; at most one of the a-…"""


def _are_standards(text: str) -> bool:
    found = _listed(text)
    archives = [name for name in found if name.startswith("a-")]
    return bool(found) and set(found) <= set(PDF_STANDARDS) and len(archives) <= 1


CHECKS: dict[str, Callable[[Any], bool]] = {
    "pdf_standards": _are_standards,
    "database_url": _is_database,
    "base_url": _is_web_address,
    "trusted_hosts": lambda v: all(map(_is_host, _listed(v))),
    "trusted_proxies": lambda v: all(map(_is_network, _listed(v))),
    "metrics_from": lambda v: all(map(_is_network, _listed(v))),
    "log_format": lambda v: v in ("text", "json"),
    "port": lambda v: 1 <= v <= 65535,
    "smtp_port": lambda v: 1 <= v <= 65535,
    "clamd": _is_clamd,
    "tick_seconds": lambda v: 1 <= v <= 86400,
    "email_login": lambda v: v in ("ja", "nej"),
    "session_idle_minutes": lambda v: 1 <= v <= 1440,
    "session_hours": lambda v: 1 <= v <= 168,
    "queue": lambda v: v in ("inbyggd", "postgresql"),
    "smtp_security": lambda v: v in ("none", "starttls", "tls"),
    "mail_from": _is_sender,
    "oidc_issuer": _is_issuer,
    "audit_head_to": lambda v: all("<" not in a and _is_sender(a) for a in _listed(v)),
    "oidc_email_claim": lambda v: bool(v) and v == v.strip(),
    "oidc_roles_claim": lambda v: v == v.strip(),
}
