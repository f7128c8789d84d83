"""`kam migrate`: both databases, once, before several servers start."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

KAM_MIGRATE = [
    sys.executable,
    "-c",
    "from kam_flows.cli import main; main()",
    "migrate",
]


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_both_databases_get_their_tables_and_the_second_time_nothing_happens(
    tmp_path: Path,
):
    ours, prefects = tmp_path / "kam.db", tmp_path / "prefect.db"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    told = clean | {
        "KAM_DATABASE_URL": f"sqlite:///{ours}",
        "PREFECT_HOME": str(tmp_path),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{prefects}",
    }
    first = subprocess.run(KAM_MIGRATE, env=told, check=True, capture_output=True)
    blocks = count(prefects, "block_type")
    again = subprocess.run(KAM_MIGRATE, env=told, check=True, capture_output=True)

    assert first.stdout.count(b"has the tables of this version") == 2
    assert again.stdout.count(b"has the tables of this version") == 2
    assert count(ours, "accounts") == 0
    # Types of blocks that a server need not write when it starts.
    assert blocks > 5
    assert count(prefects, "block_type") == blocks
