"""Where mail is handed over: `KAM_SMTP_URL`, or the mail catcher of `kam up`."""

from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from kam_flows.domain.errors import UserError
from kam_flows.mail.mime import address_of
from kam_flows.settings import Settings

PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION = 587
EXAMPLE = "smtp://user@mail.example.com:587?starttls=yes"
STARTTLS = {"yes": True, "no": False}


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """A mail server and how to speak to it. Its password is never shown."""

    host: str
    port: int
    sender: str
    """The envelope sender: where bounces go."""
    tls: bool = False
    """TLS from the first byte."""
    starttls: bool | None = None
    """`None`: if the server offers it."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    connections: int = 4
    """How many it is spoken to over at once."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def wants_password(self) -> bool:
        return self.user is not None and self.password is None

    def with_password(self, password: str) -> "MailServer":
        return replace(self, password=password)


def mail_server(settings: Settings) -> MailServer:
    """The server the settings name, with the password if it stands there too.

    Raises `UserError` for an address that cannot be understood, that holds a password,
    or that would send a password unencrypted without being told to.
    """
    password = settings.smtp_password
    server = _server(settings)
    return server.with_password(password.get_secret_value()) if password else server


def _server(settings: Settings) -> MailServer:
    sender = address_of(settings.sender)
    if not settings.smtp_url:
        return MailServer(
            host=settings.host,
            port=settings.smtp_port,
            sender=sender,
            starttls=False,
            connections=settings.smtp_connections,
        )
    try:
        url = urlsplit(settings.smtp_url)
        port = url.port
    except ValueError:
        raise UserError(
            "KAM_SMTP_URL cannot be read; write it as {example}.", example=EXAMPLE
        ) from None
    if url.password is not None:
        raise UserError(
            "KAM_SMTP_URL holds a password; take it out, and put it into "
            "KAM_SMTP_PASSWORD or the Prefect block kam-smtp-password."
        )
    if url.scheme not in PORTS or not url.hostname or url.path.strip("/"):
        raise UserError(
            "KAM_SMTP_URL is not the address of a mail server; write it as {example}.",
            example=EXAMPLE,
        )
    starttls = _starttls(url.scheme, url.query, with_login=bool(url.username))
    return MailServer(
        host=url.hostname,
        port=port or (SUBMISSION if starttls else PORTS[url.scheme]),
        sender=sender,
        tls=url.scheme == "smtps",
        starttls=starttls,
        user=unquote(url.username) if url.username else None,
        connections=settings.smtp_connections,
    )


def _starttls(scheme: str, query: str, *, with_login: bool) -> bool | None:
    """A login asks for encryption unless the address says `starttls=no`."""
    options = dict(parse_qsl(query, keep_blank_values=True))
    wanted = options.pop("starttls", None)
    if options or (wanted is not None and wanted not in STARTTLS):
        raise UserError(
            "KAM_SMTP_URL ends in ?{query}, which means nothing here; only "
            "?starttls=yes and ?starttls=no are understood.",
            query=query,
        )
    if scheme == "smtps":
        if wanted == "yes":
            raise UserError(
                "KAM_SMTP_URL asks for smtps and starttls at once; "
                "smtps is encrypted from the start, so leave ?starttls=yes out."
            )
        return False
    if wanted is None:
        return True if with_login else None
    return STARTTLS[wanted]
