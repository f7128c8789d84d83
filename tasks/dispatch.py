"""Dispatch tasks: take mails from the outbox, hand them over, record each one's fate."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from prefect import task
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE

from kam_flows.domain.delivery import ClaimedMail, Delivery
from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import Fate
from kam_flows.mail.connections import PATIENCE, Pool
from kam_flows.mail.mime import ReadMail, read
from kam_flows.mail.server import MailServer, mail_server
from kam_flows.mail.smtp import Batch, deliver
from kam_flows.persistence.claims import Settled
from kam_flows.persistence.unit_of_work import (
    UnitOfWork,
    insist,
    rehearsal,
    unit_of_work,
)
from kam_flows.settings import settings

BATCH = 100
LEASE = PATIENCE.longest + timedelta(minutes=3)
RESTART = 60
"""Seconds in which a database that went away is waited for with a fate in hand."""
REHEARSED = 1000
PASSWORD_BLOCK = "kam-smtp-password"  # nosec B105
"""The name of the block in which Prefect keeps it."""


@dataclass(kw_only=True)
class Dispatched:
    """What a run did with the mails it found, for its table and its last words."""

    settled: list[Settled] = field(default_factory=list)
    trouble: str | None = None
    """Why the mail server took no further mail."""
    last_content: bytes | None = None
    """The bytes of the mail that was sent last."""

    def add(self, other: "Dispatched") -> None:
        self.settled += other.settled
        self.trouble = other.trouble
        self.last_content = other.last_content or self.last_content

    @property
    def last_sent(self) -> ReadMail | None:
        return read(self.last_content) if self.last_content else None

    @property
    def fates(self) -> Counter[Fate]:
        return Counter(mail.fate for mail in self.settled)


def is_anything_due(as_of: datetime | None) -> bool:
    """Looked up before any task begins: most minutes have no mail."""
    clock = datetime.now(UTC)
    with unit_of_work(read_only=True) as uow:
        return uow.outbox.is_anything_due(as_of or clock, clock)


@task(task_run_name="send a batch", cache_policy=NO_CACHE)
async def send_batch(
    as_of: datetime | None, worker: str, pool: Pool, together: int = 1
) -> Dispatched:
    """Claim and send up to a hundred mails, recording each one's fate as it is known.

    No transaction is open while mail is on its way. What is known of each mail is
    recorded even if the run is cancelled half-way. `together`: how many fates may wait
    to be recorded at once; a crash leaves that many more mails in doubt.
    """
    clock = datetime.now(UTC)
    with unit_of_work() as uow:
        claim = uow.outbox.claim(as_of or clock, worker, BATCH, LEASE, clock)
    settled: list[Settled] = []

    def keep(deliveries: Mapping[int, Delivery]) -> None:
        def record(uow: UnitOfWork) -> list[Settled]:
            now = as_of or datetime.now(UTC)
            return uow.outbox.record(deliveries, now, worker)

        settled.extend(insist(record, RESTART))

    batch = Batch(claim.mails, keep, together)
    try:
        await deliver(batch, pool)
    finally:
        if batch.unkept:
            keep(batch.unkept)
    return Dispatched(
        settled=claim.settled + settled,
        trouble=batch.trouble,
        last_content=_last_content(claim.mails, settled),
    )


def rehearse(now: datetime) -> tuple[list[ClaimedMail], list[Settled]]:
    """The mails that would be sent, and those that would get a fate without it."""
    with rehearsal() as uow:
        clock = datetime.now(UTC)
        claim = uow.outbox.claim(now, "rehearsal", REHEARSED, LEASE, clock)
    return claim.mails, claim.settled


async def server_in_use() -> MailServer:
    """The server of the settings, with its password from there or from its block."""
    server = mail_server(settings())
    if not server.wants_password:
        return server
    try:
        block: Secret[str] = await Secret.aload(PASSWORD_BLOCK)
    except ValueError:
        raise UserError(
            "KAM_SMTP_URL names a user but no password is known; set KAM_SMTP_PASSWORD "
            "or save a Prefect Secret block named {block}.",
            block=PASSWORD_BLOCK,
        ) from None
    return server.with_password(block.get())


def _last_content(
    mails: Sequence[ClaimedMail], settled: Sequence[Settled]
) -> bytes | None:
    sent = {mail.id for mail in settled if mail.fate is Fate.SENT}
    return next((m.content for m in reversed(mails) if m.id in sent), None)
