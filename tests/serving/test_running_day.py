"""A backup is restored into a running day: nothing that was sent since is sent again.

The same on both databases, whether the database as it was can still be read or is lost.
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from kam_flows.cli import (
    app,
    backup,  # noqa: F401  registers its commands
    mail,  # noqa: F401
)
from kam_flows.domain.mails import Fate
from kam_flows.domain.restores import RESTORED
from kam_flows.domain.tickets import Action
from kam_flows.mail.connections import Pool
from kam_flows.mail.mime import build, message_id
from kam_flows.persistence.copies import path_of
from kam_flows.persistence.database import engine
from kam_flows.persistence.models import EscalationRow, OutboxRow
from kam_flows.persistence.outbox import Posting
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.serving.backup import back_up
from kam_flows.settings import settings
from tasks.dispatch import is_anything_due, send_batch, server_in_use
from tasks.escalation import climb_due, write_digests
from tests.builders import a_person, an_account, at
from tests.conftest import forget
from tests.mail.builders import SENDER, ToStaff, a_mail
from tests.mail.servers import Inbox, a_server
from tests.portfolio import change, opened, store, use_policy

MORNING = "2026-10-12 09:00"
NEXT_DAY = "2026-10-13 15:00"
LATER = "2026-10-14 15:00"


def kam(*words: str | Path) -> Result:
    forget()
    done = CliRunner().invoke(app, [str(word) for word in words])
    forget()
    assert done.exit_code == 0, done.exception
    return done


def post(key: str, now: datetime, not_before: datetime | None = None) -> None:
    rendered = a_mail(key, kind=ToStaff, address=f"{key}@example.com")
    posting = Posting(
        mail=rendered,
        content=build(rendered, sender=SENDER, reply_to="", date=now),
        message_id=message_id(key, SENDER),
        not_before=not_before,
    )
    with unit_of_work() as uow:
        uow.outbox.enqueue_many([posting], now)


async def dispatch(as_of: datetime) -> None:
    async with Pool(await server_in_use()) as pool:
        while is_anything_due(as_of):
            await send_batch.fn(as_of, "one", pool)


async def sweep(when: str) -> None:
    """A normal run: what is due is climbed and told."""
    climb_due.fn(at(when))
    write_digests.fn(at(when))
    await dispatch(at(when))


def lose(url: str) -> None:
    """The disk is gone."""
    forget()
    if url.startswith("sqlite"):
        for end in ("", "-wal", "-shm"):
            Path(f"{path_of(url)}{end}").unlink(missing_ok=True)
        return
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name}")


def fates() -> Counter[Fate]:
    with Session(engine()) as session:
        return Counter(session.scalars(select(OutboxRow.fate)))


def fate_of(key: str) -> Fate:
    with Session(engine()) as session:
        asked = select(OutboxRow.fate).where(OutboxRow.dedup_key == key)
        return session.scalars(asked).one()


def held() -> int:
    with Session(engine()) as session:
        asked = select(func.count()).where(
            OutboxRow.held_for == RESTORED, OutboxRow.fate == Fate.HELD
        )
        return session.scalar(asked) or 0


def rungs() -> int:
    with Session(engine()) as session:
        return session.scalar(select(func.count()).select_from(EscalationRow)) or 0


@pytest.mark.parametrize("lost", [False, True], ids=["readable", "lost"])
async def test_a_restore_into_a_running_day_sends_nothing_twice(
    database: str, lost: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    use_policy()
    people = [a_person("mara", supervisor="sun"), a_person("sun", supervisor="hu")]
    store([*people, a_person("hu")], [an_account(lead="mara")])
    sink = Inbox()
    async with a_server(sink) as server:
        monkeypatch.setenv("KAM_SMTP_PORT", str(server.port))
        forget()
        taken_up, waiting = opened(MORNING), opened(MORNING)
        await dispatch(at(MORNING))
        sent_before = list(sink.mails)
        post("soon", at(MORNING))
        post("tomorrow", at(MORNING), not_before=at(LATER))
        made = back_up(
            settings(), tmp_path / "safe", datetime.now(UTC), keep=0, prefect=False
        )

        await dispatch(at("2026-10-12 09:05"))
        change("2026-10-12 10:00", taken_up, Action.TAKE_UP)
        await sweep(NEXT_DAY)
        sent_since = sink.mails[len(sent_before) :]
        told = rungs()
        assert "soon@example.com" in {to for tos, _ in sent_since for to in tos}
        assert len(sent_since) > 1
        assert told > 0

        if lost:
            lose(database)
        kam("restore", made, "--yes")
        change("2026-10-12 10:00", taken_up, Action.TAKE_UP)
        await sweep(NEXT_DAY)

        # What was decided since the backup is decided again, and waits.
        assert rungs() == told
        assert held() == len(sent_since) - 1
        assert sink.mails == [*sent_before, *sent_since]
        assert fate_of("soon") is (Fate.UNKNOWN if lost else Fate.SENT)
        assert fate_of("tomorrow") is (Fate.UNKNOWN if lost else Fate.QUEUED)

        # Whoever looked gives up what was told, and the day goes on.
        kam("mail", "release", "--drop", "--yes")
        assert held() == fates()[Fate.UNKNOWN] == 0
        await sweep(LATER)

        new = sink.mails[len(sent_before) + len(sent_since) :]
        assert new
        assert ("tomorrow@example.com" in {to for tos, _ in new for to in tos}) != lost
        assert {fate for fate in fates()} <= {Fate.SENT, Fate.CANCELLED}
        assert rungs() > told
        with unit_of_work(read_only=True) as uow:
            assert waiting in uow.tickets.numbers()
        assert set(Counter(content for _, content in sink.mails).values()) == {1}


@pytest.mark.usefixtures("sqlite_database")
async def test_what_waits_since_a_restore_leaves_when_it_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    post("early", at(MORNING))
    made = back_up(settings(), tmp_path, datetime.now(UTC), keep=0, prefect=False)
    forget()
    lose(settings().database)
    kam("restore", made, "--yes")
    post("late", at(MORNING))
    sink = Inbox()
    async with a_server(sink) as server:
        monkeypatch.setenv("KAM_SMTP_PORT", str(server.port))
        forget()
        await dispatch(datetime.now(UTC))
        assert sink.mails == []

        shown = kam("mail", "release", "--yes")
        post("next", at(MORNING))
        await dispatch(datetime.now(UTC))

    assert "2 mails will be sent" not in shown.output
    assert "2 mails are sent" in shown.output
    assert sink.addresses == [
        "early@example.com",
        "late@example.com",
        "next@example.com",
    ]
