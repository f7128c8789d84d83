"""Mail is handed to a mail server, and every answer of the server is kept."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiosmtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from kam_flows.domain.delivery import Answer, ClaimedMail, Delivery, Refusal
from kam_flows.domain.errors import Phrase
from kam_flows.domain.mails import is_address
from kam_flows.mail.connections import Pool, Unreachable, one_line, why
from kam_flows.mail.handover import Connection

LOSSES_IN_A_ROW = 5
"""So many mails cut off one after another are the server's trouble, not the mails'."""

TEMPORARY = range(400, 500)
REFUSALS = range(400, 600)
CLOSING = 421
NO_SUCH_ADDRESS = 553
TOO_LARGE = 552

NOT_TRIED = Delivery(answer=Answer.NOT_TRIED)
STOPPED = "the run was stopped while the mail was handed over"


Keep = Callable[[Mapping[int, Delivery]], None]
"""Writes down what became of mails; called in a thread, as disks may be slow."""


class Batch:
    """Mails to hand over, and for each, at any moment, what is known of it.

    `deliveries` is true even if `deliver` is cancelled half-way: a mail that was being
    handed over counts as lost, one whose turn had not come as not tried. A connection
    takes its next mail only when `keep` has what became of the last: a crash leaves no
    more mails in doubt than there are connections. `together` lets so many wait for
    each other instead.
    """

    def __init__(
        self, mails: Sequence[ClaimedMail], keep: Keep | None = None, together: int = 1
    ) -> None:
        self.mails = mails
        self.deliveries = {mail.id: NOT_TRIED for mail in mails}
        self.trouble: Phrase | None = None
        """Why mails were not tried: about the server, without a full stop."""
        self.losses = 0
        self._keep = keep
        self._together = together
        self._writing: asyncio.Event | None = None
        self._unkept: dict[int, Delivery] = {}
        self._begun: set[int] = set()
        self._kept: set[int] = set()

    @property
    def unkept(self) -> dict[int, Delivery]:
        """What nobody has begun to write down."""
        return {
            id_: known
            for id_, known in self.deliveries.items()
            if id_ not in self._begun
        }

    async def know(self, mail: ClaimedMail, delivery: Delivery) -> None:
        """This became of a mail. What comes in while others are written waits."""
        self.deliveries[mail.id] = delivery
        keep = self._keep
        if keep is None:
            return
        self._unkept[mail.id] = delivery
        if len(self._unkept) < self._together:
            return
        # Not a lock: one would let its holders write each other's news, one by one.
        while mail.id not in self._kept:
            if self._writing:
                await self._writing.wait()
            else:
                await self._write(keep)

    async def _write(self, keep: Keep) -> None:
        """Write down all that has come in, for every connection that waits for it."""
        news, self._unkept = self._unkept, {}
        self._writing = asyncio.Event()
        self._begun |= news.keys()
        try:
            await asyncio.to_thread(keep, news)
            self._kept |= news.keys()
        except Exception:
            self._unkept = news | self._unkept
            self._begun -= news.keys()
            raise
        finally:
            self._writing.set()
            self._writing = None


async def deliver(batch: Batch, pool: Pool) -> None:
    """Hand the batch's mails over; never raises for anything a server does.

    What the batch's `keep` raises ends it, and is raised as it was. The first connection
    is opened alone, so that a wrong password is tried once.
    """
    if not batch.mails:
        return
    try:
        pool.idle.append(await pool.take())
    except Unreachable as unreachable:
        batch.trouble = unreachable.why
        return
    until = asyncio.get_running_loop().time() + pool.patience.batch
    hands = _Hands(batch, deque(batch.mails), pool, until)
    try:
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(pool.server.connections, len(batch.mails))):
                workers.create_task(_work(hands))
    except ExceptionGroup as failed:
        # One trouble stops them all: whoever reads the run wants to read that.
        raise failed.exceptions[0] from None
    if not hands.turns:
        batch.trouble = None


@dataclass(frozen=True)
class _Hands:
    """What the connections share while they carry one batch."""

    batch: Batch
    turns: deque[ClaimedMail]
    pool: Pool
    until: float

    @property
    def full(self) -> Phrase | None:
        """Why no further mail is begun, if so."""
        if self.batch.losses >= LOSSES_IN_A_ROW:
            return Phrase(
                "The mail server {server} keeps dropping connections",
                server=self.pool.server,
            )
        if asyncio.get_running_loop().time() > self.until:
            return Phrase(
                "The mail server {server} is too slow", server=self.pool.server
            )
        return None


async def _work(hands: _Hands) -> None:
    """Take mails, one after another, as long as the server takes them."""
    try:
        while hands.turns:
            if full := hands.full:
                raise Unreachable(full)
            connection = await hands.pool.take()
            try:
                # Others may have taken the last mail while this one connected.
                while hands.turns and connection.is_connected and not hands.full:
                    await _hand_over(hands, hands.turns.popleft(), connection)
            finally:
                hands.pool.idle.append(connection)
    except Unreachable as unreachable:
        hands.batch.trouble = unreachable.why


async def _hand_over(hands: _Hands, mail: ClaimedMail, connection: Connection) -> None:
    """One mail; raises `Unreachable` if the server refuses us rather than the mail."""
    deliveries, server = hands.batch.deliveries, hands.pool.server
    deliveries[mail.id] = Delivery(answer=Answer.LOST, error=STOPPED)
    connection.handing_over = False
    lost = False
    try:
        async with asyncio.timeout(hands.pool.patience.mail):
            refusals = await _send(connection, server.sender, mail)
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
            Phrase(
                "The mail server {server} takes no mail from {sender}: {why}",
                server=server,
                sender=server.sender,
                why=f"{refused.code} {one_line(refused.message)}",
            )
        ) from refused
    except (SMTPException, OSError) as error:
        lost = True
        connection.close()
        answer = Answer.LOST if connection.handing_over else Answer.NOT_SENT
        delivery = Delivery(answer=answer, error=why(error))
    hands.batch.losses = hands.batch.losses + 1 if lost else 0
    await hands.batch.know(mail, delivery)


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
        refused = await connection.hand_over(sender, addresses, content)
    except SMTPRecipientsRefused as all_refused:
        return tuple(
            Refusal(address=r.recipient, code=r.code, words=one_line(r.message))
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
        Refusal(address=address, code=answer.code, words=one_line(answer.message))
        for address, answer in refused.items()
    )


def _for_all(
    addresses: list[str], refusal: SMTPResponseException
) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(address=address, code=refusal.code, words=one_line(refusal.message))
        for address in addresses
    )
