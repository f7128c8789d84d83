"""A look at the house on a real database: told once, and once when it is right again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from kam_flows.domain.house_watch import WATCH, Scheduled
from kam_flows.domain.mails import DUTY
from kam_flows.domain.people import StaffRole
from kam_flows.mail.mime import read
from kam_flows.persistence.database import engine
from kam_flows.persistence.models import OutboxRow
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.house_watch import Told, look_around, tell
from tests.builders import a_person, an_account, at
from tests.portfolio import opened, store, use_policy, watching

NOW = at("2026-09-14 10:00").astimezone(UTC)
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    """Looked at ten minutes ago; Olga looks after it."""
    use_policy("retention")
    olga = a_person("olga", role=StaffRole.OPERATIONS, language="en")
    store([a_person("mara", supervisor="sun"), a_person("sun"), olga], [an_account()])
    with unit_of_work() as uow:
        uow.forms.remember({"update-a-ticket": "form"})
        uow.house.beat(WATCH, NOW - TEN_MINUTES)


def looked(now: datetime = NOW, *scheduled: Scheduled, dry_run: bool = False) -> Told:
    return tell.fn(look_around.fn(now, scheduled), now, dry_run=dry_run)


def keys(told: Told) -> list[str]:
    return [finding.key for finding in told.new]


def mails() -> list[tuple[str, str, str]]:
    """Recipient, subject and text of all that was written."""
    with watching() as session:
        rows = session.scalars(
            select(OutboxRow)
            .where(OutboxRow.template == "house/findings")
            .order_by(OutboxRow.id)
        )
        return [(row.recipient, row.subject, read(row.content).text) for row in rows]


def changed(statement: str) -> None:
    with engine().begin() as connection:
        connection.execute(text(statement))


def delivered() -> None:
    """What was written so far has left."""
    changed("UPDATE outbox SET fate = 'sent'")


def planned(last_begun_at: datetime | None, due_at: datetime) -> Scheduled:
    since = NOW - timedelta(days=9)
    return Scheduled("plan-visits", due_at, last_begun_at, since)


def test_nothing_wrong_writes_a_heartbeat_and_no_mail():
    opened("2026-09-14 09:50")

    assert looked() == Told(new=[], cleared=[], still=0)
    assert mails() == []
    with unit_of_work(read_only=True) as uow:
        assert uow.house.heartbeats()[WATCH].at == NOW


def test_a_finding_is_mailed_once_and_once_when_it_has_cleared():
    number = opened("2026-09-14 09:50")
    changed("UPDATE looks SET at = NULL")

    assert keys(looked()) == [f"history:{number}"]
    delivered()
    assert looked(NOW + TEN_MINUTES).still == 1
    with unit_of_work() as uow:
        [ticket] = uow.tickets.open_views(1)
        uow.tickets.look_again([(ticket.record.id, NOW)])
    done = looked(NOW + 2 * TEN_MINUTES)

    assert [finding.subject for finding in done.cleared] == [number]
    [(reader, found, words), (_, right, _)] = mails()
    assert reader == "olga"
    assert found == "KAM Flows itself: Tickets that are not as their histories say"
    assert f"{number}: not as its history says: look" in words
    assert "Record a note: http://" in words
    assert right == "KAM Flows itself: 1 right again"
    assert looked(NOW + 3 * TEN_MINUTES) == Told(new=[], cleared=[], still=0)


def test_two_watchers_at_once_mail_a_finding_once():
    opened("2026-09-14 09:50")
    changed("UPDATE looks SET at = NULL")

    with ThreadPoolExecutor(2) as watchers:
        told = [*watchers.map(looked, [NOW, NOW])]

    assert sum(len(one.new) for one in told) == 1
    assert len(mails()) == 1


def test_without_operations_staff_the_duty_mailbox_reads_it():
    changed("UPDATE staff SET active = FALSE WHERE code = 'olga'")
    opened("2026-09-14 09:50")
    changed("UPDATE looks SET at = NULL")

    looked()

    assert [reader for reader, _, _ in mails()] == [DUTY]


def test_a_dry_run_finds_and_keeps_nothing():
    opened("2026-09-14 09:50")
    changed("UPDATE looks SET at = NULL")

    assert len(looked(dry_run=True).new) == 1
    assert mails() == []
    assert len(looked().new) == 1


def test_a_schedule_that_was_missed_and_mails_that_wait_are_found():
    missed = planned(NOW - timedelta(days=1), NOW - timedelta(hours=1))
    changed(MAIL.format(fate="queued", lease="NULL"))
    changed(MAIL.format(fate="sending", lease="'2026-09-14 01:00:00'"))
    changed(MAIL.format(fate="unknown", lease="NULL"))

    found = {finding.key: finding.values for finding in looked(NOW, missed).new}

    with unit_of_work(read_only=True) as uow:
        doubtful = uow.house.in_doubt(1)[0].id
    assert set(found) == {
        "schedule:plan-visits",
        "queue:outbox",
        "leases:outbox",
        f"unknown_mail:{doubtful}",
    }
    assert found["queue:outbox"]["count"] == "1"


MAIL = """
INSERT INTO outbox (dedup_key, template, reader, recipient, addresses, subject,
  message_id, fate, created_at, not_before, attempts, repeated, leased_until)
VALUES ('{fate}', 'x', 'staff', 'mara', '[]', 'Hello', '{fate}', '{fate}',
  '2026-09-14 00:00:00', '2026-09-14 00:00:00', 0, FALSE, {lease})
"""


def test_after_a_night_switched_off_nothing_is_late_yet():
    changed(MAIL.format(fate="queued", lease="NULL"))
    missed = planned(None, NOW - timedelta(hours=1))
    with unit_of_work() as uow:
        uow.house.beat(WATCH, NOW - timedelta(hours=10))

    assert looked(NOW, missed).new == []
    assert len(looked(NOW + TEN_MINUTES, missed).new) == 2


def test_ladders_that_end_nowhere_are_looked_for_once_an_hour():
    changed("UPDATE staff SET active = FALSE WHERE code IN ('mara', 'sun')")

    assert keys(looked()) == ["ladder:ACME"]
    changed("UPDATE staff SET active = TRUE WHERE code IN ('mara', 'sun')")
    assert looked(NOW + TEN_MINUTES).cleared == []
    assert len(looked(NOW + timedelta(hours=1)).cleared) == 1


def test_tickets_are_compared_a_share_at_a_time_and_in_the_end_all(monkeypatch):
    monkeypatch.setattr("tasks.house_watch.share", lambda _: 1)
    numbers = [opened("2026-09-14 09:50") for _ in range(3)]
    changed("UPDATE looks SET at = NULL")

    found = []
    for n in range(4):
        found.append(keys(looked(NOW + n * TEN_MINUTES)))
        delivered()

    assert found == [*([f"history:{number}"] for number in numbers), []]


def test_a_disk_that_is_almost_full_is_found(monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage())

    assert keys(looked()) == ["disk:var"]


class Usage:
    total, free = 100 * 2**30, 2**30
