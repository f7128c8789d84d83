"""A whole cluster for tests: `kam cluster` in a process of its own, and both its APIs."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import httpx
import psycopg

from kam_flows.serving.stores import Postgres
from tests.e2e.desk import Desk
from tests.serving.houses import wait_until

PROBES: list[dict[str, Any]] = [
    {
        "name": "slow",
        "entrypoint": "tests.serving.probes.slow",
        "description": "Works for as long as it is told.",
        "work_pool": {"name": "kam"},
    },
    {
        "name": "every-minute",
        "entrypoint": "tests.serving.probes.every_minute",
        "description": "Runs on a schedule.",
        "schedules": [{"cron": "* * * * *", "timezone": "Asia/Shanghai"}],
        "work_pool": {"name": "kam"},
    },
]


class ClusterDesk(Desk):
    """The cluster with some of what is deployed, and two probes beside it."""

    FORMS = frozenset(
        {
            "quick",
            "open-a-ticket",
            "take-up-a-ticket",
            "escalate-tickets",
            "dispatch-mail",
        }
    )
    COMMAND = "cluster"
    START_SECONDS = 600
    PATIENCE = 240
    """Seven processes of Prefect on a small machine."""

    def __init__(self) -> None:
        # PostgreSQL, which is not root, has to reach it: pytest's folders are closed.
        self.home = Path(tempfile.mkdtemp(prefix="kam-cluster-"))
        self.home.chmod(0o755)
        super().__init__(self.home / "var")
        self.other = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port + 1}/api",
            timeout=60,
            trust_env=False,
            auth=self.api.auth,
        )

    def entries(self) -> list[dict[str, Any]]:
        """A few of them.

        None runs by itself: on a slow machine it would be in the way of every click.
        """
        some = [entry for entry in super().entries() if entry["name"] in self.FORMS]
        return [{**entry, "schedules": []} for entry in some] + PROBES

    @property
    def env(self) -> dict[str, str]:
        """As the image has it, but for people who act by what they type."""
        return super().env | {"KAM_DOORS": "open"}

    def close(self) -> None:
        super().close()
        self.other.close()
        shutil.rmtree(self.home)

    def processes(self, of: str = "") -> list[int]:
        """Also those that are not ours: PostgreSQL, Redis, Prefect's servers."""
        mine = f"KAM_VAR={self.var}".encode()
        ours = [
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/environ")
            if mine in _read(path).split(b"\0") and path.parent.name != str(os.getpid())
        ]
        # Redis writes its own name over its environment.
        found = {*ours, *(pid for one in ours for pid in children(one))}
        return sorted(pid for pid in found if of.encode() in _command(pid))

    def held(self, of: str) -> list[int]:
        """Programs of this name themselves, not what holds them on a leash."""
        return [
            pid for pid in self.processes(of) if b"serving.leash" not in _command(pid)
        ]

    def command(self, pid: int) -> str:
        return _command(pid).replace(b"\0", b" ").decode(errors="replace").strip()

    def asked(self, question: str, *values: str) -> list[Any]:
        with self.database("kam") as database:
            return database.execute(question.replace("?", "%s"), values).fetchall()

    def let_working_time_come(self) -> None:
        with self.database("kam") as database:
            database.execute(
                "UPDATE outbox SET not_before = created_at WHERE fate = 'queued'"
            )

    def database(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self.address(name))

    def address(self, database: str) -> str:
        """Of this database of the cluster, as it is reached now."""
        server, _, _ = self.written()["KAM_DATABASE_URL"].rpartition("/")
        return f"{server}/{database}"

    def written(self) -> dict[str, str]:
        """What it wrote down for `kam` in another terminal."""
        lines = (self.var / "cluster" / "env").read_text("utf-8").splitlines()
        pairs = (line.partition("=") for line in lines)
        return {name: value.strip("'") for name, _, value in pairs}

    def states_on_disk(self) -> dict[str, str]:
        """Of a cluster that has stopped: its PostgreSQL is started for the question."""
        postgres = Postgres(self.var / "cluster" / "postgres")
        with subprocess.Popen(postgres.command, stdin=subprocess.PIPE) as process:
            wait_until(postgres.answers)
            with psycopg.connect(postgres.address("prefect")) as database:
                found = database.execute("SELECT id, state_type FROM flow_run")
                states = {str(run): state for run, state in found}
            process.terminate()
        return states


def _command(pid: int) -> bytes:
    return _read(Path(f"/proc/{pid}/cmdline"))


def children(pid: int) -> list[int]:
    return [int(one) for one in _read(Path(f"/proc/{pid}/task/{pid}/children")).split()]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
