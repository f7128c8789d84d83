"""One engine per process, however many threads ask for it first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine

from kam_flows.persistence.database import engine
from tests.conftest import forget


@pytest.mark.usefixtures("sqlite_database")
def test_threads_that_come_first_share_one_engine():
    together = Barrier(8)

    def ask(_: int) -> Engine:
        together.wait()
        return engine()

    with ThreadPoolExecutor(8) as hands:
        for _ in range(10):
            forget()
            assert len(set(hands.map(ask, range(8)))) == 1
