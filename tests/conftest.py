"""A fresh database per test, on SQLite and on PostgreSQL; nothing else by default."""

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from kam_flows.persistence.database import standing_engine
from kam_flows.persistence.migrate import upgrade
from kam_flows.settings import settings
from tests.postgres import cluster
from tests.shelf import TEMPLATE, Shelf

HERE = Path(__file__).parent

# A busy machine is slow, not wrong. The gate tries the same examples every time, so that
# it never turns red for a change that did not cause it; at home new ones are looked for.
hypothesis.settings.register_profile("home", deadline=None)
hypothesis.settings.register_profile("gate", deadline=None, derandomize=True)
hypothesis.settings.load_profile("gate" if os.environ.get("CI") else "home")


SHARING = ("flows", "faults")
"""Folders whose tests share what is dear to start: a Prefect server, a prepared day."""
LONG = (*SHARING, "serving")
"""What is begun first, so that no worker is left with it at the end."""


def folder(path: str) -> str:
    """Of a test, by its file or its id: `flows` of `tests/flows/test_care.py::test_x`."""
    return Path(path).parts[1]


class ByFile(LoadScopeScheduling):
    """A file goes to one worker, as does a folder that shares.

    By the path alone: with pytest 9.2, `--dist loadgroup` of xdist 3.8 spreads single
    tests without a word (pytest-xdist#1386), and each worker starts everything.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return folder(file) if folder(file) in SHARING else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    return ByFile(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(folder(item.nodeid), len(LONG)))


def point_at(url: str, patch: pytest.MonkeyPatch) -> None:
    """Make the code under test open this database."""
    patch.setenv("KAM_DATABASE_URL", url)
    forget()


def forget() -> None:
    if standing_engine.cache_info().currsize:
        standing_engine().dispose()
    standing_engine.cache_clear()
    settings.cache_clear()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a cluster that holds a migrated database named `template`."""
    with cluster() as address:
        with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        with pytest.MonkeyPatch.context() as patch:
            point_at(f"{address}/{TEMPLATE}", patch)
            upgrade()
            forget()
        yield address


@pytest.fixture(scope="session")
def shelf(postgres: str) -> Shelf:
    return Shelf(postgres)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "kam.db"
    with pytest.MonkeyPatch.context() as patch:
        point_at(f"sqlite:///{path}", patch)
        upgrade()
        forget()
    return path


@pytest.fixture(scope="session")
def vars_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet, a new one for each that asks.

    A `tmp_path` for each test would be made, and looked for among thousands.
    """
    inside = tmp_path_factory.mktemp("vars")
    return (inside / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_var(vars_: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the project."""
    monkeypatch.setenv("KAM_VAR", str(next(vars_)))
    settings.cache_clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """An empty, migrated database that the code under test opens. Yields its URL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    shelf: Shelf = request.getfixturevalue("shelf")
    with shelf.borrowed() as url:
        point_at(url, monkeypatch)
        yield url
        forget()


@pytest.fixture
def sqlite_database(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Like `database`, on SQLite alone, for what does not depend on the database."""
    path = tmp_path / "kam.db"
    shutil.copy(sqlite_template, path)
    url = f"sqlite:///{path}"
    point_at(url, monkeypatch)
    yield url
    forget()
