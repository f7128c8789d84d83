"""No secret stands in anything that the system writes: files, databases, what it says."""

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from kam_flows.serving.stores import free_port
from tests.serving.houses import KAM

SECRETS = (
    "KAM_SMTP_PASSWORD", "KAM_SECRET", "PREFECT_SERVER_API_AUTH_STRING", "database",
)  # fmt: skip
COMMANDS = (["doctor"], ["import", str(Path(__file__))])
EDGE = 4
"""Characters at either end of base64 that depend on what stands around."""

pytestmark = pytest.mark.slow


def marker(name: str) -> str:
    return f"Marked/{SECRETS.index(name)}+{'x7Qz' * 8}="


def shapes(secret: str) -> Iterator[bytes]:
    """As it is, as in an address, and as base64 has it behind 0, 1 or 2 other bytes."""
    yield secret.encode()
    yield quote(secret, safe="").encode()
    for place in range(3):
        yield b64encode(b"\0" * place + secret.encode())[EDGE:-EDGE]


def leaks(content: bytes) -> list[str]:
    return [
        name
        for name in SECRETS
        if any(shape in content for shape in shapes(marker(name)))
    ]


def test_the_search_finds_what_it_is_for():
    for shape in (marker("database"), quote(marker("database"), safe="")):
        assert leaks(shape.encode()) == ["database"]
    for user in ("", "k", "ka", "kam:"):
        basic = b64encode(f"{user}{marker('KAM_SECRET')}".encode())
        assert leaks(b"Authorization: Basic " + basic) == ["KAM_SECRET"]


@pytest.fixture
def addresses(postgres: str) -> list[str]:
    """One database that can be reached, and three that cannot, each with a password."""
    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE marked")
    cluster = postgres.rpartition("@")[2]
    login = f"kam:{quote(marker('database'), safe='')}"
    return [
        f"postgresql://{login}@{cluster}/marked",
        f"postgresql://{login}@{cluster}/not_there",
        f"postgresql://{login}@127.0.0.1:1/kam",
        f"postgresql://kam:{marker('database')}@{cluster}/marked",
    ]


def environment(home: Path) -> dict[str, str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT", "KAM"))
    }
    login = f"kam:{marker('PREFECT_SERVER_API_AUTH_STRING')}"
    return clean | {
        "KAM_VAR": str(home / "var"),
        "KAM_SMTP_PASSWORD": marker("KAM_SMTP_PASSWORD"),
        "KAM_SECRET": marker("KAM_SECRET"),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_API_AUTH_STRING": login,
        "PREFECT_API_AUTH_STRING": login,
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        "PREFECT_LOGGING_SERVER_LEVEL": "INFO",
        "PREFECT_API_URL": "",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "KAM_PORT": str(free_port()),
        "DO_NOT_TRACK": "1",
    }


def said(command: list[str], env: dict[str, str]) -> bytes:
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.stdout


def stored(url: str) -> bytes:
    """Every row of every table, as words."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public'"
        ).fetchall()
        rows = [
            connection.execute(f'SELECT t::text FROM "{name}" AS t').fetchall()
            for (name,) in tables
        ]
    return repr(rows).encode()


def test_no_secret_is_written_or_said_whatever_fails(addresses, tmp_path):
    env = environment(tmp_path)
    heard = said([sys.executable, "-m", "tests.serving.marked", *addresses], env)

    words = heard.decode()
    assert words.count("Completed") >= 2, words
    assert "crash: Failed" in words
    assert words.count("unreachable: ") == 6
    assert leaks(heard) == [], words

    for url, command in product(addresses, COMMANDS):
        spoken = said([*KAM, *command], env | {"KAM_DATABASE_URL": url})
        assert leaks(spoken) == [], spoken.decode()

    assert leaks(stored(addresses[0])) == []
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in written)
    assert [path for path in written if leaks(path.read_bytes())] == []
