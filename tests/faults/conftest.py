"""A prepared day on both databases, and a place for what each try came to."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.faults.checker import Verdict
from tests.faults.databases import Databases
from tests.faults.offices import office
from tests.faults.world import Prepared, World
from tests.mail.servers import Inbox
from tests.postgres import cluster

HERE = Path(__file__).parent
SEED = 20261122
FULL, SHORT = 2000, 90
"""Tickets of the day in `make faults` and in `make test`."""


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether this is `make faults`."""
    return bool(getattr(request.config.option, "faults_in_full", False))


@pytest.fixture(scope="session")
def own_cluster() -> Iterator[str]:
    with cluster() as address:
        yield address


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def prepared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, full: bool
) -> Prepared:
    folder = tmp_path_factory.mktemp(request.param)
    address = str(folder)
    if request.param == "postgresql":
        address = request.getfixturevalue("own_cluster")
    return Prepared(Databases(request.param, address), folder, FULL if full else SHORT)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """What does not depend on the database is tried on one of them in `make test`."""
    for item in items:
        # A server cut off in the middle leaves its socket to the garbage collector.
        if item.path.is_relative_to(HERE):
            for ignored in (
                "ResourceWarning",
                "pytest.PytestUnraisableExceptionWarning",
            ):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{ignored}"))
    if getattr(config.option, "faults_in_full", False):
        return
    turns = [item for item in items if item.get_closest_marker("one_database")]
    places = {name: n for n, name in enumerate(sorted(map(_apart, turns)))}
    kinds = ("sqlite", "postgresql")
    left_out = [i for i in turns if kinds[places[_apart(i)] // 2 % 2] in i.name]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _apart(item: pytest.Item) -> str:
    """The name of a test apart from its database."""
    return item.nodeid.replace("sqlite", "").replace("postgresql", "")


@dataclass
class Tally:
    """What the tries of one fault came to."""

    fault: str
    database: str
    tried: int = 0
    allowed: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0

    def add(self, verdict: Verdict, hint: object = "") -> None:
        self.tried += 1
        self.allowed += len(verdict.allowed)
        self.lost += len(verdict.lost) + len(verdict.untrue)
        self.doubled += len(verdict.doubled)
        bad = verdict.lost + verdict.doubled + verdict.untrue
        self.wrong += [f"{hint}: {what}" for what in bad[:10]]

    def row(self) -> dict[str, Any]:
        return {
            "fault": self.fault,
            "database": self.database,
            "tried": self.tried,
            "lost": self.lost,
            "doubled": self.doubled,
            "allowed doubles": self.allowed,
        }


class Faults:
    """Makes worlds from the prepared day and keeps the tally of this test."""

    def __init__(self, prepared: Prepared, full: bool) -> None:
        self.prepared, self.full = prepared, full
        self.random = random.Random(SEED)
        self.tallies: list[Tally] = []

    def tally(self, fault: str) -> Tally:
        self.tallies.append(Tally(fault, self.prepared.databases.kind))
        return self.tallies[-1]

    @contextmanager
    def world(
        self, start: str, inbox: Inbox | None = None, options: str = ""
    ) -> Iterator[World]:
        """A copy of the day as it is `furnished`, `brought` or `swept`, with a sink."""
        url = self.prepared.databases.copy(getattr(self.prepared, start), options)
        sink = inbox or Inbox()
        try:
            with office(sink) as port:
                yield World(self.prepared, url, port, sink.mails)
        finally:
            self.prepared.databases.drop(url)


@pytest.fixture
def faults(prepared: Prepared, full: bool, record_property: Any) -> Iterator[Faults]:
    made = Faults(prepared, full)
    yield made
    for tally in made.tallies:
        record_property("fault", tally.row())


def all_well(*tallies: Tally) -> None:
    for tally in tallies:
        assert tally.tried
        assert tally.wrong == []
        assert (tally.lost, tally.doubled) == (0, 0)
