"""A whole house for tests: `kam up` in a process of its own, and its API."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

from kam_flows.serving.stores import free_port

T = TypeVar("T")

PROBES = Path(__file__).with_name("prefect.yaml")
KAM = [sys.executable, "-c", "from kam_flows.cli import main; main()"]
KAM_UP = [*KAM, "up"]
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def wait_until(found: Callable[[], T], seconds: float = 60) -> T:
    """The first true value; the last one is shown when there is none in time."""
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, f"nothing after {seconds} s: {value!r}"
        time.sleep(0.1)
    return value


class CsrfToken(httpx.Auth):
    """What the UI sends with whatever changes something; the server keeps one a client."""

    requires_response_body = True

    def __init__(self) -> None:
        self.token = ""
        self.asking = threading.Lock()

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        if request.method != "GET":
            with self.asking:
                if not self.token:
                    url = request.url.copy_with(
                        raw_path=b"/api/csrf-token?client=tests"
                    )
                    login = {
                        name: value
                        for name, value in request.headers.items()
                        if name == "authorization"
                    }
                    answer = yield httpx.Request("GET", url, headers=login)
                    # A server that wants none says so, and takes no notice of one.
                    self.token = json.loads(answer.read()).get("token", "none")
            request.headers["Prefect-Csrf-Client"] = "tests"
            request.headers["Prefect-Csrf-Token"] = self.token
        yield request


class House:
    """`kam up` in `var`; started, killed and started again as a test likes."""

    COMMAND = "up"
    START_SECONDS: float = 240
    PATIENCE: float = 60
    """Seconds for a run to begin, and for it to end."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port, self.smtp_port = free_port(), free_port()
        self.output = var.with_suffix(".txt")
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}/api",
            timeout=60,
            trust_env=False,
            auth=CsrfToken(),
        )
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
        return clean | {
            "KAM_VAR": str(self.var),
            "KAM_PORT": str(self.port),
            "KAM_SMTP_PORT": str(self.smtp_port),
            "KAM_DATABASE_URL": "",
            "KAM_DEPLOYMENTS": str(PROBES),
            "KAM_DRAIN_SECONDS": "2",
        }

    def start(self) -> None:
        """Returns when it says that it is ready."""
        began = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*KAM, self.COMMAND],
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._is_ready, self.START_SECONDS)
        self.start_seconds = time.monotonic() - began

    def kam(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Something else at a second terminal."""
        return subprocess.run(
            [*KAM, *words],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said()
        return "is ready" in self.said()

    def said(self) -> str:
        return self.output.read_text("utf-8")

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(120)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        self.api.close()

    def processes(self, of: str = "") -> list[int]:
        """Pids of the house's processes, of one module or of all."""
        mine = f"KAM_VAR={self.var}".encode()
        return [
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/environ")
            if mine in _read(path).split(b"\0")
            and f"kam_flows.serving.{of}".encode() in _read(path.with_name("cmdline"))
        ]

    def kill(self, of: str) -> None:
        for pid in self.processes(of):
            os.kill(pid, signal.SIGKILL)

    def kill_everything(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.processes())

    def deployment(self, name: str) -> str:
        flow = {"quick": "Quick probe", "slow": "Slow probe"}.get(name, "Minute probe")
        return str(self.api.get(f"/deployments/name/{flow}/{name}").json()["id"])

    def click(self, name: str, **body: Any) -> str:
        """Start a run as the UI does, without a second try; its id."""
        answer = self.api.post(
            f"/deployments/{self.deployment(name)}/create_flow_run", json=body
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def state(self, run: str) -> str:
        return str(self.api.get(f"/flow_runs/{run}").json()["state_type"])

    def running(self, run: str) -> None:
        wait_until(lambda: self.state(run) == "RUNNING", self.PATIENCE)

    def ended(self, run: str) -> str:
        wait_until(lambda: self.state(run) in ENDED, self.PATIENCE)
        return self.state(run)

    def states_on_disk(self) -> dict[str, str]:
        """Runs and their states when no server is there to ask."""
        with self.prefect_database() as database:
            return dict(database.execute("SELECT id, state_type FROM flow_run"))

    @contextmanager
    def prefect_database(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self.var / "prefect" / "prefect.db")
        try:
            with database:
                yield database
        finally:
            database.close()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
