"""Connections to a mail server: few, opened when needed, used for many mails."""

import asyncio
import socket
from dataclasses import dataclass
from datetime import timedelta
from ssl import SSLError
from typing import Self

from aiosmtplib import SMTPException, SMTPResponseException, SMTPTimeoutError

from kam_flows.domain.errors import Phrase
from kam_flows.mail.handover import Connection
from kam_flows.mail.server import MailServer


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How many seconds to wait for a server."""

    connect: float = 15
    """With encryption and login."""
    answer: float = 30
    """For any answer but the one to the mail itself."""
    mail: float = 180
    """For a whole mail. RFC 5321 would let the server think for ten minutes."""
    batch: float = 480
    """After this no further mail is begun."""

    @property
    def longest(self) -> timedelta:
        """No mail of a batch is in hand for longer."""
        return timedelta(seconds=self.batch + self.connect + self.mail)


PATIENCE = Patience()


class Unreachable(Exception):
    """The server takes no mail at all at present; the message says why."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(str(why))
        self.why = why


class Pool:
    """A few connections to one server, opened when needed and used again.

    `async with` closes them at its end.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        patience: Patience = PATIENCE,
    ) -> None:
        self.server = server
        self.patience = patience
        self.idle: list[Connection] = []

    async def take(self) -> Connection:
        """A connection ready for mail; raises `Unreachable` with the reason."""
        while self.idle:
            connection = self.idle.pop()
            if connection.is_connected:
                return connection
        return await _open(self.server, self.patience)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self.idle:
            await _close(connection)


async def _open(server: MailServer, patience: Patience) -> Connection:
    """A connection ready for mail; raises `Unreachable` with one sentence."""
    connection = Connection(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls,
        start_tls=server.starttls,
        username=server.user if server.password else None,
        password=server.password,
        # Otherwise it asks the network for a name, which can take long.
        local_hostname=socket.gethostname(),
        timeout=patience.answer,
    )
    try:
        async with asyncio.timeout(patience.connect):
            await connection.connect()
            await connection.greet()
    except (SMTPException, OSError, ValueError) as error:
        connection.close()
        raise Unreachable(_cannot_open(server, error)) from error
    return connection


def _cannot_open(server: MailServer, error: Exception) -> Phrase:
    return Phrase(
        "The mail server {server} cannot be used: {why}", server=server, why=why(error)
    )


async def _close(connection: Connection) -> None:
    try:
        async with asyncio.timeout(1):
            await connection.quit()
    except (SMTPException, OSError):
        connection.close()


def why(error: Exception) -> str:
    """An error in a few words, never with what we sent."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {one_line(error.message)}"
    if isinstance(error, SSLError):
        return f"its certificate or encryption is not accepted ({one_line(str(error))})"
    if isinstance(error, SMTPTimeoutError | TimeoutError):
        return "no answer in time"
    return one_line(str(error)) or type(error).__name__


def one_line(words: str) -> str:
    return " ".join(words.split()).rstrip(".")
