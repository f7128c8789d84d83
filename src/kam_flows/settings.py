"""Settings, read once from KAM_* environment variables."""

from datetime import timedelta
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import is_address

PROJECT = Path(__file__).resolve().parents[2]

Language = Literal["zh_CN", "en"]
SHORTEST_SECRET = 24


class Settings(BaseSettings):
    """Everything that differs between two places where KAM Flows runs."""

    model_config = SettingsConfigDict(env_prefix="KAM_", env_ignore_empty=True)

    var: Path = Field(PROJECT / "var", description="Folder for everything written.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in `var`.")
    templates: Path = Field(PROJECT / "templates", description="Folder of templates.")
    deployments: Path = Field(
        PROJECT / "deployments" / "prefect.yaml", description="What `kam up` deploys."
    )
    language: Language = Field("zh_CN", description="Language of forms and findings.")
    timezone: str = Field("Asia/Shanghai", description="Zone of schedules and pages.")
    host: str = Field("127.0.0.1", description="Address the servers listen on.")
    port: int = Field(
        4200, ge=0, le=65535, description="Port of the Prefect server and its UI."
    )
    ui_url: str = Field("", description="Address of the UI in mails; empty: host:port.")
    smtp_url: str = Field(
        "", description="smtp[s]://user@host:port[?starttls=yes]; empty: mail catcher."
    )
    smtp_password: SecretStr | None = Field(None, description="Password for smtp_url.")
    smtp_connections: int = Field(
        8, ge=1, le=50, description="How many connections carry mail at once."
    )
    smtp_port: int = Field(
        8025, ge=0, le=65535, description="Port of the mail catcher."
    )
    sender: str = Field("KAM Flows <kam@example.com>", description="From of all mail.")
    reply_to: str = Field("", description="Reply-To of all mail; empty: none.")
    duty_mailbox: str = Field(
        "duty@example.com", description="Who is told when nobody else can be."
    )
    mail_guard: int = Field(
        200, description="A run that would send more mails stops and asks."
    )
    mail_lifetime_hours: int = Field(
        24, description="A mail not sent within this time expires visibly."
    )
    doors: Literal["open", "signed"] = Field(
        "open", description="Signed: forms act only by links from one's own mailbox."
    )
    secret: SecretStr = Field(
        SecretStr(""), description="Signs links in mails; empty: kept in `var`."
    )
    # No longer than every policy remembers which links were used.
    link_hours: int = Field(
        72, ge=1, le=24 * 30, description="How long a link in a mail acts."
    )
    run_limit: int = Field(4, description="How many runs may be at work at once.")
    drain_seconds: int = Field(
        20, description="How long runs may go on when KAM Flows is stopped."
    )

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, name: str) -> str:
        """A name that no clock knows is found at the start, not in the first answer."""
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("no time zone; write one like Asia/Shanghai") from None
        return name

    @field_validator("secret")
    @classmethod
    def hard_to_guess(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret) < SHORTEST_SECRET:
            raise ValueError(f"too short; write at least {SHORTEST_SECRET} characters")
        return secret

    @field_validator("duty_mailbox")
    @classmethod
    def an_address(cls, text: str) -> str:
        if not is_address(text):
            raise ValueError("no mail address; write one like duty@example.com")
        return text

    @field_validator("sender", "reply_to")
    @classmethod
    def a_mailbox(cls, text: str) -> str:
        if text and (not text.isprintable() or not is_address(parseaddr(text)[1])):
            raise ValueError("no mail address; write KAM Flows <kam@example.com>")
        return text

    @property
    def database(self) -> str:
        """The URL in use; the SQLite file stands in `var` unless one was given."""
        return self.database_url or f"sqlite:///{self.var / 'kam.db'}"

    @property
    def inbox(self) -> Path:
        """Where staff put the files that forms name by their bare name."""
        return self.var / "inbox"

    @property
    def maildir(self) -> Path:
        return self.var / "mail"

    @property
    def mail_lifetime(self) -> timedelta:
        return timedelta(hours=self.mail_lifetime_hours)

    @property
    def link_lifetime(self) -> timedelta:
        return timedelta(hours=self.link_hours)

    @property
    def ui(self) -> str:
        """Address of the Prefect UI as readers of mails reach it, no slash at the end."""
        return (self.ui_url or f"http://{self.host}:{self.port}").rstrip("/")


@cache
def settings() -> Settings:
    try:
        return Settings()  # type: ignore[call-arg]  # every field has a default
    except ValidationError as error:
        first = error.errors()[0]
        name = f"KAM_{str(first['loc'][0]).upper()}"
        said = first["msg"].removeprefix("Value error, ")
        raise UserError(f"{name} cannot be used: {said}.") from None
