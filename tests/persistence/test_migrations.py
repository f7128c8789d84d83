"""The migrations make exactly the tables that the rows describe, and lose nothing."""

import pytest
from alembic import command
from sqlalchemy import Connection, select, text

from kam_flows.domain.errors import UserError
from kam_flows.domain.tickets import Action
from kam_flows.persistence.database import engine
from kam_flows.persistence.migrate import config, upgrade
from kam_flows.persistence.models import LookRow, NoticeRow, TicketEventRow, TicketRow
from tasks.escalation import climb_due, write_digests
from tests.builders import a_person, an_account, at
from tests.conftest import forget, point_at
from tests.portfolio import change, opened, store, use_policy

KEPT = [
    select(row.__table__).order_by(row.id)
    for row in (TicketRow, LookRow, TicketEventRow, NoticeRow)
]


def test_the_migrations_leave_nothing_to_add(database: str):
    command.check(config())


def test_a_database_with_tickets_goes_back_to_the_first_tables_and_on_again(
    database: str,
):
    use_policy()
    store(
        [a_person("mara", supervisor="sun"), a_person("sun")], [an_account(lead="mara")]
    )
    settled, waiting = opened("2026-10-12 10:00"), opened("2026-10-12 10:00")
    change("2026-10-12 10:10", settled, Action.TAKE_UP)
    change("2026-10-12 10:20", settled, Action.RESOLVE)
    climb_due.fn(at("2026-10-13 10:00"))
    write_digests.fn(at("2026-10-13 10:00"))
    with engine().connect() as there:
        before = [there.execute(rows).all() for rows in KEPT]
        looks = there.execute(OF_LOOKS).all()
    assert looks[0].at is None
    assert looks[1].at is not None

    command.downgrade(config(), "0001")
    with engine().connect() as there:
        assert first_looks(there) == [(settled, True), (waiting, False)]
    command.upgrade(config(), "head")

    with engine().connect() as there:
        assert [there.execute(rows).all() for rows in KEPT] == before
    command.check(config())
    assert climb_due.fn(at("2026-10-16 10:00")).looked_at == 1


OF_LOOKS = select(LookRow.at).order_by(LookRow.id)


def first_looks(there: Connection) -> list[tuple[str, bool]]:
    """What the first tables have: ticket number, and whether nothing can fall due."""
    rows = there.execute(
        text("SELECT number, next_look_at IS NULL FROM tickets ORDER BY id")
    )
    return [(number, bool(nothing)) for number, nothing in rows]


@pytest.mark.parametrize(
    "url",
    ["postgresql://kam:s3cret@127.0.0.1:1/kam", "postgresql://kam:s3/cret@host:x/kam"],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(url, monkeypatch):
    point_at(url, monkeypatch)

    with pytest.raises(UserError) as refused:
        upgrade()
    forget()

    assert "s3" not in str(refused.value)
    assert "cret" not in str(refused.value)
