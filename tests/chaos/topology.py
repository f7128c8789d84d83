"""The cluster of the day: clicked until what was clicked is done, and taken apart."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import httpx
import psycopg

from tests.chaos.day import Step
from tests.faults.databases import rows
from tests.serving.clusters import ClusterDesk, children
from tests.serving.houses import ENDED, wait_until

PATIENCE = 150
"""Seconds until a person clicks again, though the first run may still be alive."""
TRIES = 40
AT_ONCE = 6
WORKERS = (1, 2, 3)


class ChaosCluster(ClusterDesk):
    """Only what the day needs, and nothing that runs by itself in between."""

    FORMS = frozenset(
        {
            "import-ticket-events",
            "start-onboarding",
            "escalate-tickets",
            "watch-onboarding",
            "plan-visits",
            "prepare-care",
            "dispatch-mail",
        }
    )

    def __init__(self, smtp_port: int) -> None:
        self.sink = smtp_port
        self.ends: Counter[str] = Counter()
        """How runs ended that had to be begun again."""
        super().__init__()

    def entries(self) -> list[dict[str, Any]]:
        return [entry for entry in super().entries() if entry["name"] in self.FORMS]

    @property
    def env(self) -> dict[str, str]:
        return super().env | {
            "KAM_SMTP_URL": f"smtp://127.0.0.1:{self.sink}",
            "KAM_MAIL_LIFETIME_HOURS": "4800",
            "KAM_LANGUAGE": "en",
        }

    @property
    def url(self) -> str:
        """Of the company's database, as it is reached now."""
        return self.address("kam")

    def company_from(self, template: str) -> None:
        """In the place of the sample: nothing has run yet."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as server:
            server.execute("DROP DATABASE kam WITH (FORCE)")
            server.execute(f"CREATE DATABASE kam TEMPLATE {template}")

    def all_of(self, steps: list[Step]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as people:
            list(people.map(self.carry_out, steps))

    def carry_out(self, step: Step) -> None:
        """Click, and again if it came to nothing: what is done twice is done once."""
        apis = cycle([self.api, self.other])
        for _ in range(TRIES):
            end = self._once(next(apis), step)
            if end == "COMPLETED" or (end == "FAILED" and step.form == "dispatch-mail"):
                # A red dispatch names mails that may not have arrived; it did its work.
                return
            self.ends[end] += 1
            time.sleep(1)
        raise AssertionError(f"{step} was never carried out: {dict(self.ends)}")

    def _once(self, api: httpx.Client, step: Step) -> str:
        try:
            run = self._click(api, step)
        except httpx.HTTPError:
            return "NO ANSWER"
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            time.sleep(0.5)
            for one in (api, self.api, self.other):
                try:
                    state = str(one.get(f"/flow_runs/{run}").json()["state_type"])
                except (httpx.HTTPError, KeyError, ValueError):
                    continue
                if state in ENDED:
                    return state
                break
        return "STUCK"

    def _click(self, api: httpx.Client, step: Step) -> str:
        named = {"deployments": {"name": {"any_": [step.form]}}}
        found = api.post("/deployments/filter", json=named).raise_for_status().json()
        answer = api.post(
            f"/deployments/{found[0]['id']}/create_flow_run",
            json={"parameters": step.filled},
        )
        return str(answer.raise_for_status().json()["id"])

    def kill_part(self, what: str, which: int = 0) -> None:
        """`kill -9` of a process whose command line holds this."""
        os.kill(self.held(what)[which], signal.SIGKILL)

    def busy_workers(self) -> list[int]:
        """Those that have a run in hand, by number."""
        question = (
            "SELECT infrastructure_pid FROM flow_run WHERE state_type = 'RUNNING'"
        )
        runs = {int(pid) for (pid,) in rows(self.address("prefect"), question) if pid}
        return [
            number
            for number in WORKERS
            for worker in self.held(f"serving.worker\0kam-{number}")
            if runs.intersection(children(worker))
        ]

    def kill_worker(self, *numbers: int) -> None:
        for number in numbers:
            self.kill_part(f"serving.worker\0kam-{number}")

    @contextmanager
    def only(self, number: int) -> Iterator[None]:
        """The other workers stand still; what is clicked now, this one takes. 0: none."""
        others = [
            pid
            for one in WORKERS
            if one != number
            for pid in self.held(f"serving.worker\0kam-{one}")
        ]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)

    @contextmanager
    def only_a_worker_that_is_ahead(self) -> Iterator[None]:
        """One that stands beside the others, ten minutes ahead."""
        worker = [sys.executable, "-m", "kam_flows.serving.worker", "kam-ahead"]
        env = self.env | self.written() | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        with self.only(0):
            ahead = subprocess.Popen(
                ["faketime", "-f", "+10m", *worker],
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                yield
            finally:
                os.killpg(ahead.pid, signal.SIGTERM)
                ahead.wait(120)

    def whole(self) -> bool:
        """Both servers answer and three workers are there."""
        try:
            well = all(c.get("/health").is_success for c in (self.api, self.other))
        except httpx.HTTPError:
            return False
        return well and len(self.processes("serving.worker\0kam-")) == len(WORKERS)

    def recovered(self) -> float:
        """Seconds until everything is there again."""
        began = time.monotonic()
        wait_until(self.whole, 180)
        return time.monotonic() - began

    def remains(self) -> list[str]:
        """What is left of a cluster that has stopped.

        A process that a killed worker was making ready still imports Prefect before it
        reads that nobody holds it: half a minute, where many do so at once.
        """
        end = time.monotonic() + 30
        while (left := self.processes()) and time.monotonic() < end:
            time.sleep(0.5)
        return [self.command(pid) for pid in left]

    def at_work(self) -> int:
        return self._runs("RUNNING")

    def left_open(self) -> int:
        """Runs that are neither over nor to come."""
        return self._runs("RUNNING", "PENDING", "CANCELLING")

    def _runs(self, *states: str) -> int:
        question = "SELECT count(*) FROM flow_run WHERE state_type::text = ANY(?)"
        return int(rows(self.address("prefect"), question, [*states])[0][0])
