"""Real mail servers on loopback that behave well, or badly in one particular way."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session, syntax
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kam_flows.mail.server import MailServer

SECONDS_STALLED = 30


@dataclass
class Inbox:
    """Takes every mail, or answers for some addresses as it is told."""

    refused: dict[str, str] = field(default_factory=dict)
    """Address to the server's answer."""
    senders: list[str | None] = field(default_factory=list)
    mails: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        mail: Envelope,
        to: str,
        _options: object,
    ) -> str:
        if answer := self.refused.get(to):
            return answer
        mail.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(
        self, _server: SMTP, _session: Session, mail: Envelope
    ) -> str:
        self.senders.append(mail.mail_from)
        self.mails.append((tuple(mail.rcpt_tos), mail.original_content or b""))
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        """Everybody who got a mail, as often as they got one."""
        return sorted(address for to, _ in self.mails for address in to)


class Greylist(Inbox):
    """Puts every address off once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    async def handle_RCPT(
        self, server: SMTP, session: Session, mail: Envelope, to: str, options: object
    ) -> str:
        self.asked[to] += 1
        if self.asked[to] == 1:
            return "451 4.7.1 Greylisted, try again later"
        return await super().handle_RCPT(server, session, mail, to, options)


class DropsAfterDot(Inbox):
    """Takes the mail and is gone before it says so; a given number of times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def handle_DATA(self, server: SMTP, session: Session, mail: Envelope) -> str:
        answer = await super().handle_DATA(server, session, mail)
        if self.times:
            self.times -= 1
            hang_up(server)
        return answer


class RefusesContent(Inbox):
    async def handle_DATA(
        self, _server: SMTP, _session: Session, _mail: Envelope
    ) -> str:
        return "554 5.7.1 Looks like spam"


@dataclass
class Stalls(Inbox):
    """Never says whether it took the mail."""

    asked: int = 0

    async def handle_DATA(
        self, _server: SMTP, _session: Session, _mail: Envelope
    ) -> str:
        self.asked += 1
        await asyncio.sleep(SECONDS_STALLED)
        return "250 OK"

    async def has(self, mails: int) -> None:
        """Wait until it was given so many."""
        while self.asked < mails:
            await asyncio.sleep(0.01)


class StallsBefore(Inbox):
    """Never says whether it would take a mail."""

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        _mail: Envelope,
        _to: str,
        _options: object,
    ) -> str:
        await asyncio.sleep(SECONDS_STALLED)
        return "250 OK"


class DropsOneSubject(Inbox):
    """Hangs up on mails for one address before it has seen them."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, mail: Envelope, to: str, options: object
    ) -> str:
        if to.startswith("poison"):
            hang_up(server)
        return await super().handle_RCPT(server, session, mail, to, options)


class DropsBeforeData(SMTP):
    async def smtp_MAIL(self, _arg: str | None) -> None:
        hang_up(self)


class DropsInData(SMTP):
    @syntax("DATA")
    async def smtp_DATA(self, _arg: str | None) -> None:
        await self.push("354 Go ahead")
        hang_up(self)


class RefusesSender(SMTP):
    async def smtp_MAIL(self, _arg: str | None) -> None:
        await self.push("550 5.7.1 Sender not allowed")


class Closing(SMTP):
    """Greets, and closes at once for want of room."""

    async def smtp_MAIL(self, _arg: str | None) -> None:
        await self.push("421 4.3.2 Too busy, closing")
        hang_up(self)


class NoPassword(dict[str, str]):
    """An authenticator that counts who knocks, and lets in who knows the password."""

    knocks = 0

    def __call__(
        self,
        _server: SMTP,
        _session: Session,
        _e: Envelope,
        _mechanism: str,
        data: object,
    ) -> AuthResult:
        self.knocks += 1
        login, password = data.login.decode(), data.password.decode()  # type: ignore[attr-defined]
        return AuthResult(success=self.get(login) == password, handled=False)


def hang_up(server: SMTP) -> None:
    """Cut the line as a crash would, after what was already said is out."""
    assert server.transport is not None
    server.transport.close()


@asynccontextmanager
async def a_server(
    inbox: Inbox | None = None,
    protocol: type[SMTP] = SMTP,
    *,
    implicit_tls: ssl.SSLContext | None = None,
    **options: Any,
) -> AsyncIterator[MailServer]:
    """Listen on a free port of loopback; yields how to reach it."""
    loop = asyncio.get_running_loop()
    handler = inbox or Inbox()
    sessions: list[SMTP] = []

    def begin() -> SMTP:
        sessions.append(protocol(handler, hostname="localhost", loop=loop, **options))
        return sessions[-1]

    server = await loop.create_server(begin, "127.0.0.1", 0, ssl=implicit_tls)
    port = server.sockets[0].getsockname()[1]
    try:
        yield MailServer(
            host="127.0.0.1", port=port, sender="kam@example.com", starttls=False
        )
    finally:
        server.close()
        for session in sessions:
            if isinstance(session.transport, asyncio.Transport):
                session.transport.abort()
        # A transport closes its socket only in the next turn of the loop.
        await asyncio.sleep(0.01)


def a_certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for 127.0.0.1, and the file a client has to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "server.pem", folder / "server.key"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trusted, secret)
    return context, trusted
