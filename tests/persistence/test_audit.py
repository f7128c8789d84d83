"""The audit trail can only grow, whoever reaches for its table."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kam_flows.persistence.database import engine
from kam_flows.persistence.unit_of_work import unit_of_work

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)


@pytest.fixture
def entry(database: str) -> None:
    with unit_of_work() as uow:
        uow.audit.write(NOW, "P01", "resolved", "ticket T-0001", note="told Wang Fang")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 'P02'",
        "UPDATE audit SET detail = '{}'",
        "DELETE FROM audit",
    ],
)
def test_no_entry_is_changed_or_taken_away(entry: None, change: str):
    with (
        pytest.raises(DBAPIError, match="the audit trail can only grow"),
        engine().begin() as connection,
    ):
        connection.execute(text(change))

    with unit_of_work(read_only=True) as uow:
        [kept] = uow.audit.about("ticket T-0001")
        assert (kept.actor, kept.detail) == ("P01", {"note": "told Wang Fang"})


def test_while_a_person_is_erased_words_may_go_and_what_was_done_stays(entry: None):
    with engine().begin() as connection:
        connection.execute(
            text(
                "INSERT INTO erasures (alias, code, address_digest, at, by, reason,"
                " is_open) VALUES ('erased-1', 'C001', '', '2026-10-12 10:00:00+00',"
                " 'P09', 'asked', TRUE)"
            )
        )
        connection.execute(text("UPDATE audit SET detail = '{}'"))
        with pytest.raises(DBAPIError, match="the audit trail can only grow"):
            connection.execute(text("UPDATE audit SET action = 'erased'"))
