"""However large the house: what is asked all day reads only what it needs of it."""

from typing import Any

import pytest
from sqlalchemy import event

from kam_flows.persistence.database import engine
from kam_flows.persistence.unit_of_work import rehearsal
from tests.bench.world import NOW, company, tickets_due
from tests.builders import a_person
from tests.hot_paths import hot_paths
from tests.portfolio import store
from tests.scans import explained
from tests.visits import planned


@pytest.fixture
def without_seqscan(database: str) -> None:
    """A plan that reads a whole table all the same has no index to go by.

    So small a table is read whole anyway, which is faster there; what is planned in a
    house of millions `make bench-scale` prints.
    """

    def forbid(connection: Any, _: Any) -> None:
        connection.execute("SET enable_seqscan = off")

    engine().dispose()
    event.listen(engine(), "connect", forbid)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("without_seqscan")
def test_nothing_that_is_asked_all_day_reads_a_whole_table_that_grows():
    company()
    tickets_due(40, accounts=20)
    planned("2026-10-16", account="K0001", owner="mara1")
    whole = {}
    for name, look in hot_paths(NOW, "K0001", "T-0000001").items():
        with explained() as scans:
            look()
        assert scans, name
        if found := {str(scan) for scan in scans if scan.is_whole}:
            whole[name] = found
    assert whole == {}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("database")
def test_lines_owed_to_who_has_left_are_looked_up_by_name():
    """After an outage 200,000 lines beside 500 staff took half a minute a chunk."""
    store([a_person("mara"), a_person("gone", active=False)], [])

    with explained() as scans, rehearsal() as uow:
        uow.leavers.take_back_lines(NOW)

    [way] = [scan for scan in scans if scan.table == "notices"]
    assert (way.by, way.by_key) == ("ix_notices_owed", True)
