"""Keeps a process ready for the next flow run, so that a click need not wait for one."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import anyio
from anyio.abc import Process, TaskStatus
from prefect.client.schemas.objects import FlowRun
from prefect.runner._control_channel import ControlChannel
from prefect.runner._process_manager import ProcessHandle

from kam_flows.settings import PROJECT

CODE = ("flows", "tasks", "src")
READY = 2


class ReadyProcesses:
    """Starts flow runs for a runner or a worker, each in a process of its own.

    A few processes stand ready, for a click and a scheduled run at the same moment; who
    comes in a crowd waits for a fresh one. They are replaced when a run has ended, not
    while it works.
    """

    def __init__(self) -> None:
        self._ready: list[Process] = []
        self._made = time.time()
        self._making = anyio.Lock()

    async def make_ready(self) -> None:
        async with self._making:
            while len(self._ready) < READY:
                self._ready.append(await _spawn())

    def close(self) -> None:
        """End what waits; what runs is left alone."""
        while self._ready:
            _end(self._ready.pop())

    async def take(self) -> Process:
        if _code_changed_since(self._made):
            self._made = time.time()
            self.close()
        while self._ready:
            oldest = self._ready.pop(0)
            if oldest.returncode is None:
                return oldest
        return await _spawn()


class ReadyStarter:
    """Turns a ready process into a flow run, and listens to it over `control`."""

    def __init__(
        self,
        processes: ReadyProcesses,
        control: ControlChannel,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._processes, self._control, self._env = processes, control, env or {}

    async def start(
        self,
        flow_run: FlowRun,
        task_status: TaskStatus[ProcessHandle] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        """Run it to its end; the handle is passed on as soon as there is a process."""
        process = await self._processes.take()
        port, token = self._control.register(flow_run.id)
        told = {
            **self._env,
            "PREFECT__FLOW_RUN_ID": str(flow_run.id),
            "PREFECT__ENABLE_CANCELLATION_AND_CRASHED_HOOKS": "false",
            "PREFECT__CONTROL_PORT": str(port),
            "PREFECT__CONTROL_TOKEN": token,
        }
        assert process.stdin is not None
        await process.stdin.send(json.dumps(told).encode() + b"\n")
        task_status.started(ProcessHandle(process))
        await process.wait()
        await self._processes.make_ready()


async def _spawn() -> Process:
    return await anyio.open_process(
        [sys.executable, "-m", "kam_flows.serving.run"],
        stdin=subprocess.PIPE,
        stdout=None,
        stderr=None,
    )


def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


def _code_changed_since(moment: float) -> bool:
    """Whoever edits a flow expects the next run to be the edited one."""
    return any(
        path.stat().st_mtime > moment
        for folder in CODE
        for path in Path(PROJECT, folder).rglob("*.py")
    )
