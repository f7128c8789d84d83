"""2,000 stored mails of 20 KB leave, beside bare aiosmtplib sending the same bytes."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median

from aiosmtplib import SMTP
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kam_flows.domain.mails import Fate
from kam_flows.mail.connections import Pool
from kam_flows.mail.mime import address_of, build, message_id
from kam_flows.mail.server import MailServer
from kam_flows.persistence.database import engine
from kam_flows.persistence.models import ContentRow, OutboxRow
from kam_flows.persistence.outbox import Posting
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.settings import settings
from tasks.dispatch import is_anything_due, send_batch
from tests.bench.databases import Databases
from tests.bench.results import Result, at_least
from tests.bench.sink import a_sink
from tests.bench.timing import Took, of_own_time, seconds, took
from tests.mail.builders import MONDAY, SENDER, a_mail

MAILS = 2_000
ROUNDS = 3
TOGETHER = {100: 1_500, 1: 900}
"""How many fates are recorded at once, and the goal for it."""
OF_BARE = 0.5
ENVELOPE = address_of(SENDER)
WORDS = "生产线数据无法同步，请在两小时内回复客户。\n"


def fill() -> None:
    """As large as a digest: 20 KB once it is written in base64."""
    postings = []
    for n in range(MAILS):
        key = f"mail{n}"
        mail = a_mail(key, text=WORDS * 54, html=f"<p>{WORDS}</p>" * 150)
        content = build(mail, sender=SENDER, reply_to="", date=MONDAY)
        name = message_id(key, SENDER)
        postings.append(Posting(mail=mail, content=content, message_id=name))
    with unit_of_work() as uow:
        uow.outbox.enqueue_many(postings, MONDAY)


def server(port: int) -> MailServer:
    return MailServer(
        host="127.0.0.1",
        port=port,
        sender=ENVELOPE,
        starttls=False,
        connections=settings().smtp_connections,
    )


async def dispatch(port: int, together: int, as_of: datetime | None = None) -> None:
    now = as_of or datetime.now(UTC)
    async with Pool(server(port)) as pool:
        while is_anything_due(now):
            done = await send_batch.fn(now, "bench", pool, together)
            assert done.trouble is None, done.trouble


async def send_bare(port: int, contents: list[bytes]) -> None:
    async def some(mails: list[bytes]) -> None:
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as line:
            for content in mails:
                await line.sendmail(ENVELOPE, ["sun@example.com"], content)

    lines = settings().smtp_connections
    shares = [contents[n::lines] for n in range(lines)]
    await asyncio.gather(*map(some, shares))


def contents() -> list[bytes]:
    with Session(engine()) as session:
        return list(session.scalars(select(ContentRow.content)))


def all_sent() -> bool:
    with Session(engine()) as session:
        sent = select(func.count()).where(OutboxRow.fate == Fate.SENT)
        return session.scalar(sent) == MAILS


def rows(databases: list[Databases]) -> Iterator[Result]:
    with a_sink() as port:
        for database in databases:
            bare: list[float] = []
            ours: dict[int, list[Took]] = {together: [] for together in TOGETHER}
            for _ in range(ROUNDS):
                for together, times in ours.items():
                    with database.fresh("mails", fill):
                        mails = contents()
                        bare.append(seconds(lambda: _run(send_bare(port, mails))))  # noqa: B023
                        times.append(took(lambda: _run(dispatch(port, together))))  # noqa: B023
                        assert all_sent()
            yield from _results(database.name, ours, MAILS / median(bare))


def _results(name: str, ours: dict[int, list[Took]], limit: float) -> Iterator[Result]:
    for together, times in ours.items():
        rate = MAILS / median(one.wall for one in times)
        yield at_least(
            "dispatch",
            f"dispatch of {MAILS:,} mails of 20 KB, committed per {together}, {name}",
            rate,
            "mails/s",
            TOGETHER[together],
            f"{of_own_time(MAILS, times)}; bare aiosmtplib {limit:,.0f}/s",
        )
    yield at_least(
        "dispatch",
        f"the same as a share of bare aiosmtplib, {name}",
        MAILS / median(one.wall for one in ours[100]) / limit,
        "",
        OF_BARE,
        f"{settings().smtp_connections} connections each",
    )


def _run(work: object) -> None:
    asyncio.run(work)  # type: ignore[arg-type]
