"""A database of every schema that was released goes on, with all that it holds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from kam_flows.persistence.database import engine
from kam_flows.persistence.migrate import config
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import digest_of, preset_text
from tasks.account_pages import account_page
from tasks.audit import audit_entries
from tasks.care_pages import care_page_of
from tasks.escalation import climb_due
from tasks.histories import ticket_history
from tasks.onboarding_watch import watch_due
from tasks.outbox import outbox_now
from tasks.tickets import open_ticket
from tasks.visit_pages import visit_page
from tests.builders import at
from tests.conftest import forget, point_at
from tests.mail.builders import a_mail
from tests.mail.test_mime import built

ROWS = Path(__file__).parents[1] / "data" / "released.sql"
RELEASED = ["0001", "0002", "0003", "0004", "0005", "0006"]
NOW = at("2026-10-14 12:00")


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A database without any table."""
    url = f"sqlite:///{tmp_path / 'kam.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("shelf").bare()
    point_at(url, monkeypatch)
    yield
    forget()


def statements(version: str) -> Iterator[str]:
    """What a database of this version holds."""
    sections = re.split(r"(?m)^-- (\d{4})-(\d{4}|)$", ROWS.read_text("utf-8"))[1:]
    for first, last, rows in zip(*[iter(sections)] * 3, strict=True):
        if first <= version <= (last or version):
            yield from (one for one in re.split(r";\n", rows) if one.strip())


def fill(version: str) -> dict[str, int]:
    """Rows by table, for every table of this version that has any."""
    policy = preset_text("default").partition("\nonboarding:\n")[0] + "\n"
    values = {
        "policy": policy,
        "digest": digest_of(policy),
        "mail": built(a_mail()),
        "document": b"a document",
    }
    command.upgrade(config(), version)
    with engine().begin() as there:
        if there.dialect.name == "postgresql":
            there.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        for statement in statements(version):
            named = {n: v for n, v in values.items() if f":{n}" in statement}
            there.execute(text(statement), named)
        return counts(there)


def counts(there: Connection) -> dict[str, int]:
    found = {}
    for table in inspect(there).get_table_names():
        count = there.scalar(text(f"SELECT count(*) FROM {table}"))
        if count and table != "alembic_version":
            found[table] = count
    return found


@pytest.mark.parametrize("version", RELEASED)
def test_a_database_of_a_released_schema_keeps_its_rows_and_works_on(
    nothing: None, version: str
):
    before = fill(version)

    command.upgrade(config(), "head")

    with engine().connect() as there:
        after = counts(there)
    assert after | before == after
    assert climb_due.fn(NOW).looked_at == 1
    assert ticket_history.fn("T-0001", NOW).ticket.number == "T-0001"
    trail = audit_entries.fn(now=NOW, subject="T-0001").entries
    assert [entry.action for entry in trail] == ["taken_up", "assigned", "opened"]
    assert len(outbox_now.fn(NOW).mails) == before["outbox"]
    opened = open_ticket.fn(account="ACME", title="断电", by="dai", now=NOW)
    assert opened.ticket.record.number == "T-0003"
    if version >= "0002":
        assert promises() == ["给出备件清单"]
        assert account_page.fn("ACME", NOW).name == "华东精密科技"
        assert watch_due.fn(NOW).looked_at == 1
    if version >= "0004":
        assert visit_page.fn("V-5", NOW).number == "V-5"
    if version >= "0005":
        assert care_page_of.fn("C-1", NOW).care.letter is not None
    if version >= "0006":
        assert not trail_can_be_rewritten()


def promises() -> list[str]:
    with unit_of_work(read_only=True) as uow:
        return [entry.text for entry, _ in uow.files.open_promises()]


def trail_can_be_rewritten() -> bool:
    try:
        with engine().begin() as there:
            there.execute(text("UPDATE audit SET actor = actor"))
    except DBAPIError as error:
        return "can only grow" not in str(error)
    return True


@pytest.mark.parametrize("version", RELEASED[-2:])
def test_a_schema_goes_back_by_one_with_all_that_the_older_one_knew(
    nothing: None, version: str
):
    before = fill(version)
    command.upgrade(config(), "+1")
    with engine().begin() as there:
        there.execute(
            text(
                "INSERT INTO audit (at, actor, action, subject, detail) SELECT "
                "at, actor, action, subject, detail FROM audit LIMIT 1"
            )
        )

    command.downgrade(config(), "-1")

    with engine().begin() as there:
        assert counts(there) == before | {"audit": before["audit"] + 1}
    assert trail_can_be_rewritten() is (version < "0006")
    command.upgrade(config(), "head")
    command.check(config())
    assert climb_due.fn(NOW).looked_at == 1
