"""A run whose work failed is never green: what staff see of faults in Prefect."""

import csv
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from flows.dispatch import dispatch_mail
from flows.escalation import escalate_tickets
from flows.policies import switch_the_policy
from flows.tickets import import_ticket_events, open_a_ticket
from kam_flows.domain.accounts import Tier
from kam_flows.settings import settings
from tests.builders import a_person, an_account, at
from tests.faults.databases import rows
from tests.mail.servers import Inbox, a_server
from tests.portfolio import opened, store, use_policy

DUE = at("2026-10-13 10:00")


@pytest.fixture
def house(database: str) -> str:
    """One ticket of a strategic account whose supervisor is to be told now."""
    use_policy("retention")
    people = [
        a_person("mara", supervisor="sun", department_head="hu"),
        a_person("sun"),
        a_person("hu", role="department_head"),
    ]
    store(people, [an_account(lead="mara", tier=Tier.STRATEGIC)])
    opened("2026-10-12 10:00")
    return database


@pytest.fixture(autouse=True)
def row(
    request: pytest.FixtureRequest, house: str, record_property: Any
) -> Iterator[None]:
    """Each of these is a row of `make faults`."""
    yield
    record_property(
        "fault",
        {
            "fault": f"run in Prefect: {request.node.originalname[5:].replace('_', ' ')}",
            "database": house.partition(":")[0],
            "tried": 1,
            "lost": 0,
            "doubled": 0,
            "allowed doubles": 0,
        },
    )


def count(url: str, table: str) -> int:
    return int(rows(url, f"SELECT count(*) FROM {table}")[0][0])


def fill(url: str, table: str) -> None:
    """Whatever is written into this table is refused, as by a full disk."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    if not url.startswith("sqlite"):
        body = "BEGIN RAISE EXCEPTION 'disk is full'; END"
        kind = "RETURNS trigger LANGUAGE plpgsql"
        rows(url, f"CREATE FUNCTION full_disk() {kind} AS $${body}$$")
        refuse = "FOR EACH ROW EXECUTE FUNCTION full_disk()"
    rows(url, f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} {refuse}")


def tidy_up(url: str, table: str) -> None:
    on = "" if url.startswith("sqlite") else f" ON {table}"
    rows(url, f"DROP TRIGGER full_disk{on}")


async def test_a_sweep_that_cannot_write_its_ledger_is_red_and_the_next_one_works(
    house: str,
):
    fill(house, "escalations")

    state = await escalate_tickets(as_of=DUE, return_state=True)
    assert state.is_failed()
    assert "full" in (state.message or "")
    assert (count(house, "escalations"), count(house, "outbox")) == (0, 0)

    tidy_up(house, "escalations")
    state = await escalate_tickets(as_of=DUE, return_state=True)
    assert state.is_completed()
    assert (count(house, "escalations"), count(house, "outbox")) == (1, 1)


async def test_a_sweep_whose_digests_cannot_be_written_is_red_and_told_next_time(
    house: str,
):
    fill(house, "outbox")

    state = await escalate_tickets(as_of=DUE, return_state=True)
    assert state.is_failed()
    assert (count(house, "escalations"), count(house, "outbox")) == (1, 0)

    tidy_up(house, "outbox")
    state = await escalate_tickets(as_of=DUE, return_state=True)
    assert state.is_completed()
    assert count(house, "outbox") == 1


async def test_an_import_with_a_bad_line_is_red_and_brings_nothing(house, tmp_path):
    log = tmp_path / "log.csv"
    with log.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket", "activity", "agent", "at", "account"])
        writer.writerow(["HD-1", "Wait", "a", "2026-10-12 10:00", "ACME"])
        writer.writerow(["HD-2", "Wait", "a", "2026-10-12 10:00", "NOBODY"])

    state = await import_ticket_events(file=str(log), by="mara", return_state=True)
    assert state.is_failed()
    assert "NOBODY" in (state.message or "")
    assert count(house, "tickets") == 1


async def test_a_switch_of_policy_that_breaks_off_is_red_and_changes_nothing(house):
    fill(house, "ticket_events")
    before = count(house, "policy_uses")

    state = await switch_the_policy(
        policy="value-tiers", by="hu", reclock=True, dry_run=False, return_state=True
    )
    assert state.is_failed()
    assert count(house, "policy_uses") == before


async def test_a_form_whose_ticket_cannot_be_written_is_red(house):
    fill(house, "ticket_events")

    state = await open_a_ticket(
        account="ACME", title="无法登录", by="mara", return_state=True
    )
    assert state.is_failed()
    assert count(house, "tickets") == 1


async def test_a_dispatch_that_loses_mail_is_red_until_its_fate_is_known(
    house, monkeypatch
):
    await escalate_tickets(as_of=DUE, return_state=True)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("KAM_SMTP_PORT", str(unused.getsockname()[1]))
        settings.cache_clear()
        state = await dispatch_mail(as_of=DUE, return_state=True)
    assert state.is_failed()

    inbox = Inbox()
    async with a_server(inbox) as server:
        monkeypatch.setenv("KAM_SMTP_PORT", str(server.port))
        settings.cache_clear()
        state = await dispatch_mail(as_of=DUE, return_state=True)
    assert state.is_completed()
    assert inbox.addresses == ["sun@example.com"]


async def test_a_sweep_that_cannot_write_to_somebody_is_red_and_names_them(house):
    def set_address(address: str) -> None:
        rows(house, "UPDATE staff SET email = ? WHERE code = 'sun'", address)

    set_address("sun(at)example.com")
    state = await escalate_tickets(as_of=DUE, return_state=True)
    assert state.is_failed()
    assert "sun(at)example.com" in (state.message or "")
    assert (count(house, "escalations"), count(house, "outbox")) == (1, 0)

    set_address("sun@example.com")
    state = await escalate_tickets(as_of=DUE, return_state=True)
    assert state.is_completed()
    assert count(house, "outbox") == 1
