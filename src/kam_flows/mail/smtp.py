"""Mail is handed to a mail server over few connections, and every answer is kept."""

import asyncio
import socket
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ssl import SSLError

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPTimeoutError,
)

from kam_flows.domain.delivery import Answer, ClaimedMail, Delivery, Refusal
from kam_flows.mail.mime import is_address
from kam_flows.mail.server import MailServer

CONNECTIONS = 4
LOSSES_IN_A_ROW = 5
"""So many mails cut off one after another are the server's trouble, not the mails'."""

TEMPORARY = range(400, 500)
REFUSALS = range(400, 600)
CLOSING = 421
NO_SUCH_ADDRESS = 553
TOO_LARGE = 552


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
NOT_TRIED = Delivery(answer=Answer.NOT_TRIED)
STOPPED = "the run was stopped while the mail was handed over"


class Batch:
    """Mails to hand over, and for each, at any moment, what is known of it.

    `deliveries` is true even if `deliver` is cancelled half-way: a mail that was being
    handed over counts as lost, one whose turn had not come as not tried.
    """

    def __init__(self, mails: Sequence[ClaimedMail]) -> None:
        self.mails = mails
        self.deliveries = {mail.id: NOT_TRIED for mail in mails}
        self.trouble: str | None = None
        """Why mails were not tried: about the server, without a full stop."""
        self.losses = 0


class Unreachable(Exception):
    """The server takes no mail at all at present; the message says why."""


class Connection(SMTP):
    """A connection that says when a mail begins to be handed over."""

    handing_over = False

    async def data(self, message: str | bytes, /, **_: object) -> SMTPResponse:
        self.handing_over = True
        # The whole mail has its own limit, longer than that of other answers.
        return await super().data(message, timeout=None)


async def deliver(
    batch: Batch,
    server: MailServer,
    *,
    connections: int = CONNECTIONS,
    patience: Patience = PATIENCE,
) -> None:
    """Hand the batch's mails over; never raises for anything a server does.

    The first connection is opened alone, so that a wrong password is tried once.
    """
    if not batch.mails:
        return
    try:
        first = await _open(server, patience)
    except Unreachable as unreachable:
        batch.trouble = str(unreachable)
        return
    until = asyncio.get_running_loop().time() + patience.batch
    turns = deque(batch.mails)
    hands = _Hands(batch, turns, server, patience, until)
    async with asyncio.TaskGroup() as workers:
        for connection in (first, *[None] * (min(connections, len(turns)) - 1)):
            workers.create_task(_work(hands, connection))
    if not turns:
        batch.trouble = None


@dataclass(frozen=True)
class _Hands:
    """What the connections of one batch share."""

    batch: Batch
    turns: deque[ClaimedMail]
    server: MailServer
    patience: Patience
    until: float

    @property
    def full(self) -> str | None:
        """Why no further mail is begun, if so."""
        if self.batch.losses >= LOSSES_IN_A_ROW:
            return f"The mail server {self.server} keeps dropping connections"
        if asyncio.get_running_loop().time() > self.until:
            return f"The mail server {self.server} is too slow"
        return None


async def _work(hands: _Hands, connection: Connection | None) -> None:
    """Take mails, one after another, as long as the server takes them."""
    try:
        while hands.turns:
            if full := hands.full:
                raise Unreachable(full)
            if connection is None or not connection.is_connected:
                connection = await _open(hands.server, hands.patience)
                continue
            await _hand_over(hands, hands.turns.popleft(), connection)
    except Unreachable as unreachable:
        hands.batch.trouble = str(unreachable)
    finally:
        if connection is not None:
            await _close(connection)


async def _hand_over(hands: _Hands, mail: ClaimedMail, connection: Connection) -> None:
    """One mail; raises `Unreachable` if the server refuses us rather than the mail."""
    deliveries, sender = hands.batch.deliveries, hands.server.sender
    deliveries[mail.id] = Delivery(answer=Answer.LOST, error=STOPPED)
    connection.handing_over = False
    lost = False
    try:
        async with asyncio.timeout(hands.patience.mail):
            refusals = await _send(connection, sender, mail)
        delivery = Delivery(answer=Answer.ANSWERED, refusals=refusals)
        lost = any(refusal.code == CLOSING for refusal in refusals)
    except asyncio.CancelledError:
        if not connection.handing_over:
            deliveries[mail.id] = NOT_TRIED
        connection.close()
        raise
    except SMTPSenderRefused as refused:
        deliveries[mail.id] = NOT_TRIED
        hands.turns.append(mail)
        raise Unreachable(
            f"The mail server {hands.server} takes no mail from {sender}: "
            f"{refused.code} {_line(refused.message)}"
        ) from refused
    except (SMTPException, OSError) as error:
        lost = True
        connection.close()
        answer = Answer.LOST if connection.handing_over else Answer.NOT_SENT
        delivery = Delivery(answer=answer, error=_why(error))
    hands.batch.losses = hands.batch.losses + 1 if lost else 0
    deliveries[mail.id] = delivery


async def _send(
    connection: Connection, sender: str, mail: ClaimedMail
) -> tuple[Refusal, ...]:
    """Every refusal there was; raises if the connection broke or we are unwelcome."""
    addresses = [address for address in mail.addresses if is_address(address)]
    unwritable = tuple(
        Refusal(address=address, code=NO_SUCH_ADDRESS, words="not a mail address")
        for address in mail.addresses
        if not is_address(address)
    )
    if not addresses:
        return unwritable
    return unwritable + await _ask(connection, sender, addresses, mail.content)


async def _ask(
    connection: Connection, sender: str, addresses: list[str], content: bytes
) -> tuple[Refusal, ...]:
    try:
        refused, _ = await connection.sendmail(sender, addresses, content)
    except SMTPRecipientsRefused as all_refused:
        return tuple(
            Refusal(address=r.recipient, code=r.code, words=_line(r.message))
            for r in all_refused.recipients
        )
    except SMTPSenderRefused as refusal:
        # The size is announced with the sender, and is the mail's own trouble.
        if refusal.code in TEMPORARY or refusal.code == TOO_LARGE:
            return _for_all(addresses, refusal)
        raise
    except SMTPResponseException as refusal:
        if refusal.code not in REFUSALS:
            raise
        return _for_all(addresses, refusal)
    return tuple(
        Refusal(address=address, code=answer.code, words=_line(answer.message))
        for address, answer in refused.items()
    )


def _for_all(
    addresses: list[str], refusal: SMTPResponseException
) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(address=address, code=refusal.code, words=_line(refusal.message))
        for address in addresses
    )


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
    except (SMTPException, OSError, ValueError) as error:
        connection.close()
        raise Unreachable(_cannot_open(server, error)) from error
    return connection


def _cannot_open(server: MailServer, error: Exception) -> str:
    return f"The mail server {server} cannot be used: {_why(error)}"


async def _close(connection: Connection) -> None:
    try:
        async with asyncio.timeout(1):
            await connection.quit()
    except (SMTPException, OSError):
        connection.close()


def _why(error: Exception) -> str:
    """An error in a few words, never with what we sent."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {_line(error.message)}"
    if isinstance(error, SSLError):
        return f"its certificate or encryption is not accepted ({_line(str(error))})"
    if isinstance(error, SMTPTimeoutError | TimeoutError):
        return "no answer in time"
    return _line(str(error)) or type(error).__name__


def _line(words: str) -> str:
    return " ".join(words.split()).rstrip(".")
