"""Imports into a database: all of a file is written, or nothing of it."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kam_flows.persistence.database import engine
from kam_flows.persistence.models import Row
from kam_flows.policies.event_maps import load_event_map
from tasks.account_files import import_transactions_file
from tasks.event_logs import import_events, lines_of
from tasks.occasions_entered import import_occasions_file
from tasks.portfolio import import_file, load_sample_if_empty
from tasks.surveys import import_questionnaire_file
from tests.builders import at
from tests.fuzz.inputs import EXAMPLES, ends_well, files, tried
from tests.fuzz.test_files import DEALINGS, KINDS, LOG, OCCASIONS, QUESTIONS, sample
from tests.portfolio import use_policy

NOW = at("2026-10-13 10:00")
BY = "P01"


def portfolio(path: Path) -> None:
    import_file.fn(path, by=BY, now=NOW)


def dealings(path: Path) -> None:
    import_transactions_file.fn(path, by=BY, now=NOW)


def occasions(path: Path) -> None:
    import_occasions_file.fn(path, by=BY, now=NOW)


def log(path: Path) -> None:
    mapping = load_event_map("helpdesk")
    lines = lines_of(path, mapping)
    import_events.fn(lines=lines, mapping=mapping, account="HUAYUE", by=BY, now=NOW)


def questions(path: Path) -> None:
    import_questionnaire_file.fn(path, by=None, at=NOW, now=NOW)


FILES = {
    "dealings": (dealings, files(DEALINGS)),
    "occasions": (occasions, files(OCCASIONS)),
    "log": (log, files(LOG)),
    "questions": (questions, files(QUESTIONS)),
    **{kind: (portfolio, files(sample(kind))) for kind in KINDS},
}
DATABASES = ["sqlite", "postgresql"] if EXAMPLES else ["sqlite"]


def everything() -> str:
    """A name for all that stands in the database."""
    seen = sha256()
    with engine().connect() as connection:
        for table in Row.metadata.sorted_tables:
            rows = sorted(repr(row) for row in connection.execute(select(table)))
            seen.update(repr((table.name, rows)).encode("utf-8", "replace"))
    return seen.hexdigest()


@pytest.fixture
def house(database: str) -> str:
    use_policy("default")
    load_sample_if_empty(NOW)
    return database


@pytest.mark.parametrize("database", DATABASES, indirect=True)
@pytest.mark.parametrize("kind", FILES)
@tried(cost=12)
@given(data=st.data())
def test_a_file_is_taken_in_or_nothing_is_written(house, kind, data, tmp_path):
    take_in, drawn = FILES[kind]
    name, content = data.draw(drawn)
    path = tmp_path / name
    path.write_bytes(content)
    before = everything()

    if not ends_well(lambda: take_in(path)):
        assert everything() == before
