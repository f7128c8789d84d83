"""Databases to measure on: SQLite, and a private PostgreSQL that waits for its disk."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from kam_flows.persistence.database import standing_engine
from kam_flows.persistence.migrate import upgrade
from kam_flows.settings import settings
from tests.postgres import cluster

NUMBERS = itertools.count()


@dataclass(kw_only=True)
class Databases:
    """Makes databases of one kind; what was once filled is copied, not filled again."""

    name: str
    address: str
    """A folder, or the address of a cluster."""
    filled: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def fresh(self, world: str, fill: Callable[[], object]) -> Iterator[None]:
        """A copy of this world, in use by the settings until the block ends."""
        if world not in self.filled:
            self.filled[world] = self._empty()
            use(self.filled[world])
            upgrade()
            fill()
        leave()
        with self._copied(self.filled[world]) as url:
            use(url)
            try:
                yield
            finally:
                leave()

    @contextmanager
    def lasting(self, world: str, fill: Callable[[], object]) -> Iterator[None]:
        """This world itself, for work that changes nothing."""
        with self.fresh("empty", lambda: None):
            pass
        if world not in self.filled:
            self.filled[world] = self._empty()
            use(self.filled[world])
            upgrade()
            fill()
        use(self.filled[world])
        yield
        leave()

    def _empty(self) -> str:
        name = f"bench_{next(NUMBERS)}"
        if self.name == "SQLite":
            return f"sqlite:///{self.address}/{name}.db"
        self._run(f"CREATE DATABASE {name}")
        return f"{self.address}/{name}"

    @contextmanager
    def _copied(self, url: str) -> Iterator[str]:
        name = f"bench_{next(NUMBERS)}"
        if self.name == "SQLite":
            path = Path(self.address) / f"{name}.db"
            shutil.copy(url.removeprefix("sqlite:///"), path)
            yield f"sqlite:///{path}"
            for left in path.parent.glob(f"{name}.db*"):
                left.unlink()
            return
        self._run(f"CREATE DATABASE {name} TEMPLATE {url.rpartition('/')[2]}")
        yield f"{self.address}/{name}"
        self._run(f"DROP DATABASE {name}")

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"{self.address}/postgres", autocommit=True) as there:
            there.execute(statement)


def use(url: str) -> None:
    os.environ["KAM_DATABASE_URL"] = url
    leave()


def leave() -> None:
    if standing_engine.cache_info().currsize:
        standing_engine().dispose()
    standing_engine.cache_clear()
    settings.cache_clear()


@contextmanager
def both() -> Iterator[list[Databases]]:
    folder = tempfile.mkdtemp(prefix="kam-bench-")
    try:
        with cluster(durable=True) as address:
            yield [
                Databases(name="SQLite", address=folder),
                Databases(name="PostgreSQL", address=address),
            ]
    finally:
        shutil.rmtree(folder)
