"""The only assembly: settings -> database, mailer, the kommun's login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from icengine.config import Settings, WrongSetting, load_settings
from icengine.errors import SettingWrong
from icengine.identity.oidc import Provider, ProviderSettings
from icengine.intake.clamd import Clamd
from icengine.mail.mailer import FolderMailer, Mailer, SmtpMailer, SmtpSettings
from icengine.store.db import Database


@dataclass(frozen=True)
class Engine:
    """What the entrances work with."""

    settings: Settings
    database: Database
    mailer: Mailer | None
    """None where neither a mail server nor a mail folder is set: mails wait in the outbox."""
    provider: Provider | None = None
    """The kommun's own login; None where none is set."""
    scanner: Clamd | None = None
    """The virus check of files; None where none is set."""


def read_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings. Raises SettingWrong, naming the key and what was expected."""
    try:
        return load_settings(environment, folder)
    except WrongSetting as error:
        raise SettingWrong(error.message, error.hint) from error


def assemble(settings: Settings) -> Engine:
    """Build everything from settings. Nothing is opened or connected yet. Raises SettingWrong."""
    if settings.queued and not settings.database_url.startswith("postgresql"):
        raise SettingWrong(
            "Inställningen ICENGINE_QUEUE är postgresql, men databasen är det inte.",
            "Sätt ICENGINE_DATABASE_URL till en PostgreSQL-databas, eller ICENGINE_QUEUE till inbyggd.",
        )
    provider = _provider(settings)
    scanner = Clamd(settings.clamd) if settings.clamd else None
    return Engine(settings, Database(settings.database_url), _mailer(settings), provider, scanner)


def _mailer(settings: Settings) -> Mailer | None:
    if settings.mail_folder:
        return FolderMailer(Path(settings.mail_folder))
    if settings.smtp_host:
        return SmtpMailer(
            SmtpSettings(
                host=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user,
                password=settings.smtp_password,
                security=settings.smtp_security,
            )
        )
    return None


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise SettingWrong(
            "Inställningen ICENGINE_OIDC_CLIENT_ID saknas.",
            "Den behövs när ICENGINE_OIDC_ISSUER är satt: skriv det id som kommunens inloggning "
            "har gett programmet.",
        )
    return Provider(
        ProviderSettings(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            email_claim=settings.oidc_email_claim,
            roles_claim=settings.oidc_roles_claim,
        )
    )
