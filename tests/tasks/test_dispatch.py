"""Mail leaves the outbox for real servers: scenario L9, on SQLite and PostgreSQL."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kam_flows.domain.mails import Fate, Mail
from kam_flows.mail.connections import Patience, Pool
from kam_flows.mail.mime import build, message_id, read
from kam_flows.mail.smtp import Batch, deliver
from kam_flows.persistence.database import engine
from kam_flows.persistence.models import AuditRow, OutboxRow
from kam_flows.persistence.outbox import Posting
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.dispatch import (
    LEASE,
    Dispatched,
    is_anything_due,
    rehearse,
    send_batch,
    server_in_use,
)
from tests.mail.builders import MONDAY, SENDER, ToAccount, ToStaff, a_mail
from tests.mail.servers import (
    DropsAfterDot,
    DropsBeforeData,
    Greylist,
    Inbox,
    Stalls,
    a_server,
)

pytestmark = pytest.mark.usefixtures("database")

MINUTE = timedelta(minutes=1)
SHORT = Patience(connect=2, answer=2, mail=2)


@pytest.fixture
def house(monkeypatch):
    """Point the settings at a server that this test starts."""

    @asynccontextmanager
    async def start(inbox: Inbox, protocol: type[SMTP] = SMTP) -> AsyncIterator[None]:
        async with a_server(inbox, protocol) as server:
            monkeypatch.setenv("KAM_SMTP_PORT", str(server.port))
            settings.cache_clear()
            yield

    return start


def queue(
    *keys: str,
    kind: type[Mail] = ToStaff,
    address: str = "{}@example.com",
    expires_at: datetime | None = None,
) -> None:
    mails = [a_mail(key, kind=kind, address=address.format(key)) for key in keys]
    postings = [
        Posting(
            mail=mail,
            content=build(mail, sender=SENDER, reply_to="", date=MONDAY),
            message_id=message_id(mail.mail.dedup_key, SENDER),
            expires_at=expires_at,
        )
        for mail in mails
    ]
    with unit_of_work() as uow:
        uow.outbox.enqueue_many(postings, MONDAY)


async def dispatch(as_of: datetime = MONDAY, worker: str = "one") -> Dispatched:
    """Batch after batch, as the flow does it."""
    done = Dispatched()
    async with Pool(await server_in_use(), patience=SHORT) as pool:
        while not done.trouble and is_anything_due(as_of):
            done.add(await send_batch.fn(as_of, worker, pool))
    return done


def fates() -> dict[str, Fate]:
    with Session(engine()) as session:
        rows = session.execute(select(OutboxRow.dedup_key, OutboxRow.fate))
        return {key: fate for key, fate in rows}


def message_ids(inbox: Inbox) -> list[bytes]:
    heads = [content.partition(b"\r\n\r\n")[0] for _, content in inbox.mails]
    return [
        line
        for head in heads
        for line in head.split(b"\r\n")
        if line.startswith(b"Message-ID:")
    ]


async def test_a_mail_is_sent_as_the_bytes_that_were_stored(house):
    queue("sun")
    inbox = Inbox()
    async with house(inbox):
        done = await dispatch()

    assert fates() == {"sun": Fate.SENT}
    ((to, content),) = inbox.mails
    assert to == ("sun@example.com",)
    assert read(content).text == "有一张工单需要您处理。\n"
    assert done.last_sent is not None
    assert done.last_sent.text == read(content).text


async def test_a_staff_mail_lost_after_data_is_repeated_once_under_one_message_id(
    house,
):
    queue("sun")
    inbox = DropsAfterDot(times=1)
    async with house(inbox):
        await dispatch()
        assert fates() == {"sun": Fate.QUEUED}
        await dispatch(MONDAY + MINUTE)

    first, second = message_ids(inbox)
    assert first == second
    assert fates() == {"sun": Fate.SENT}


async def test_a_staff_mail_lost_twice_waits_for_a_person(house):
    queue("sun")
    inbox = DropsAfterDot(times=2)
    async with house(inbox):
        await dispatch()
        await dispatch(MONDAY + MINUTE)
        await dispatch(MONDAY + 60 * MINUTE)

    assert len(inbox.mails) == 2
    assert fates() == {"sun": Fate.UNKNOWN}


async def test_an_account_mail_lost_after_data_waits_for_a_person(house):
    queue("acme", kind=ToAccount)
    inbox = DropsAfterDot(times=1)
    async with house(inbox):
        await dispatch()
        await dispatch(MONDAY + 60 * MINUTE)

    assert len(inbox.mails) == 1
    assert fates() == {"acme": Fate.UNKNOWN}
    with Session(engine()) as session:
        (entry,) = session.scalars(select(AuditRow))
        assert (entry.action, entry.subject) == ("mail unknown", "mail acme")


async def test_one_refused_mail_among_200_does_not_stop_the_others(house):
    queue(*[f"staff{n}" for n in range(200)])
    inbox = Inbox(refused={"staff42@example.com": "550 5.1.1 No such user"})
    async with house(inbox):
        done = await dispatch()

    assert len(inbox.mails) == len(set(inbox.addresses)) == 199
    assert done.fates == {Fate.SENT: 199, Fate.FAILED: 1}
    assert fates()["staff42"] is Fate.FAILED


async def test_a_greylisted_mail_arrives_once_on_the_next_run_but_one(house):
    queue("sun", "hu")
    inbox = Greylist()
    async with house(inbox):
        await dispatch()
        await dispatch(MONDAY + MINUTE)

    assert inbox.addresses == ["hu@example.com", "sun@example.com"]
    assert set(fates().values()) == {Fate.SENT}


async def test_two_dispatchers_at_once_send_each_mail_once(house):
    queue(*[f"staff{n}" for n in range(250)])
    inbox = Inbox()
    async with house(inbox):
        await asyncio.gather(dispatch(worker="one"), dispatch(worker="two"))

    assert len(inbox.addresses) == len(set(inbox.addresses)) == 250
    assert set(fates().values()) == {Fate.SENT}


async def test_an_unreachable_server_leaves_every_mail_queued_and_unspent(monkeypatch):
    queue(*[f"staff{n}" for n in range(150)])
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("KAM_SMTP_PORT", str(unused.getsockname()[1]))
        settings.cache_clear()
        done = await dispatch()

    assert done.trouble is not None
    assert set(fates().values()) == {Fate.QUEUED}
    with Session(engine()) as session:
        assert set(session.scalars(select(OutboxRow.attempts))) == {0}
        assert list(session.scalars(select(AuditRow))) == []


async def test_a_server_that_hangs_up_early_leaves_the_mail_for_later(house):
    queue("acme", kind=ToAccount)
    async with house(Inbox(), DropsBeforeData):
        await dispatch()
    inbox = Inbox()
    async with house(inbox):
        await dispatch(MONDAY + MINUTE)

    assert inbox.addresses == ["acme@example.com"]


async def test_mails_of_a_dispatcher_killed_before_it_could_record_are_not_forgotten(
    house,
):
    queue("sun")
    queue("acme", kind=ToAccount)
    inbox = Inbox()
    async with house(inbox):
        clock = datetime.now(UTC)
        with unit_of_work() as uow:
            claim = uow.outbox.claim(MONDAY, "killed", 100, LEASE, clock)
        async with Pool(await server_in_use()) as pool:
            await deliver(Batch(claim.mails), pool)
        await dispatch(MONDAY + MINUTE)
        assert set(fates().values()) == {Fate.SENDING}
        age(LEASE)
        await dispatch(MONDAY + MINUTE)
        await dispatch(MONDAY + 2 * MINUTE)

    assert inbox.addresses == ["acme@example.com", *["sun@example.com"] * 2]
    assert len(set(message_ids(inbox))) == 2
    assert fates() == {"sun": Fate.SENT, "acme": Fate.UNKNOWN}


def age(by: timedelta) -> None:
    """Let all leases be that much older."""
    with Session(engine()) as session, session.begin():
        for row in session.scalars(select(OutboxRow)):
            if row.leased_until is not None:
                row.leased_until -= by + MINUTE


async def test_a_run_that_is_cancelled_records_what_it_knows(house):
    queue(*[f"staff{n}" for n in range(20)])
    lines = settings().smtp_connections
    stalls = Stalls()
    async with house(stalls), Pool(await server_in_use()) as pool:
        run = asyncio.create_task(send_batch.fn(MONDAY, "one", pool))
        await stalls.has(lines)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    assert set(fates().values()) == {Fate.QUEUED}
    with Session(engine()) as session:
        repeated = session.scalars(select(OutboxRow.repeated))
        assert sorted(repeated) == [False] * (20 - lines) + [True] * lines


class Watches(Inbox):
    """Sees at each mail how many were taken whose fate is not on record yet."""

    def __init__(self) -> None:
        super().__init__()
        self.in_doubt: list[int] = []

    async def handle_DATA(self, server: SMTP, session: Any, mail: Envelope) -> str:
        answer = await super().handle_DATA(server, session, mail)
        taken = len(self.mails)
        recorded = await asyncio.to_thread(fates)
        sent = sum(fate is Fate.SENT for fate in recorded.values())
        self.in_doubt.append(taken - sent)
        return answer


async def test_a_crash_would_leave_no_more_mails_in_doubt_than_connections(house):
    queue(*[f"staff{n}" for n in range(60)])
    inbox = Watches()
    async with house(inbox):
        done = await dispatch()

    assert done.fates == {Fate.SENT: 60}
    assert max(inbox.in_doubt) <= settings().smtp_connections


async def test_an_expired_mail_is_not_sent_and_seen_in_the_result(house):
    queue("sun", expires_at=MONDAY + MINUTE)
    inbox = Inbox()
    async with house(inbox):
        done = await dispatch(MONDAY + MINUTE)

    assert inbox.mails == []
    assert done.fates == {Fate.EXPIRED: 1}


async def test_a_rehearsal_sends_nothing_and_keeps_nothing():
    queue("sun", "hu")
    queue("late", expires_at=MONDAY)

    mails, settled = rehearse(MONDAY)
    assert [mail.dedup_key for mail in mails] == ["sun", "hu"]
    assert [mail.fate for mail in settled] == [Fate.EXPIRED]
    assert set(fates().values()) == {Fate.QUEUED}


async def test_nothing_due_is_known_without_a_claim():
    assert not is_anything_due(None)
    queue("sun")
    assert is_anything_due(None)
    with Session(engine()) as session, session.begin():
        session.execute(update(OutboxRow).values(fate=Fate.SENT))
    assert not is_anything_due(None)
