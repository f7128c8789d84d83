"""A worker of the pool `kam`: carries out what people click and what is scheduled.

Several of them, on one machine or on many, share the work.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping
from typing import Self
from uuid import UUID

import httpx
from anyio.abc import TaskStatus
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import WorkerFlowRunResponse
from prefect.exceptions import ObjectNotFound
from prefect.flows import load_flow_from_flow_run
from prefect.runner._flow_run_executor import FlowRunExecutorContext
from prefect.runner._process_manager import ProcessHandle
from prefect.workers.process import (
    ProcessJobConfiguration,
    ProcessWorker,
    ProcessWorkerResult,
)

from kam_flows.serving import lifeline
from kam_flows.serving.deployments import POOL
from kam_flows.serving.environment import api
from kam_flows.serving.processes import ReadyProcesses, ReadyStarter
from kam_flows.serving.reconcile import close_runs_of
from kam_flows.serving.supervised import READY, say, server_answers
from kam_flows.settings import settings
from tasks.stranded_runs import STRANDED, close

CANCEL_SECONDS = 40
_LOG = logging.getLogger(__name__)
GRACE_SECONDS = 5
"""For whoever knows better how a run ended, such as that it was cancelled."""
TOLD_SECONDS = 600
STOPPED = "The worker was stopped. / 服务已停止。"
UNTOLD = "Its process ended while the server was away. / 服务器中断期间运行进程已结束。"


class HouseWorker(ProcessWorker):
    """Prefect's process worker, with the two habits it lacks.

    On SIGTERM it lets runs end and then cancels them (Prefect's own kills them and leaves
    them Running for ever); its runs start in processes made ready before.
    """

    def __init__(self, name: str) -> None:
        super().__init__(work_pool_name=POOL, name=name, limit=settings().run_limit)
        self.leaving: asyncio.Task[None] | None = None
        self._hurry = False
        self._at_work: dict[UUID, FlowRunExecutorContext] = {}
        self._processes = ReadyProcesses()

    @classmethod
    def __dispatch_key__(cls) -> str:
        """Prefect's own stays the one that is meant by its type."""
        return "kam-process"

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self._processes.make_ready()
        say(READY)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._processes.close()
        await super().__aexit__(*exc_info)

    def leave(self) -> None:
        """A signal: the first lets runs end, the second cancels them."""
        self._hurry = self.leaving is not None
        if self.leaving is None:
            self.leaving = asyncio.ensure_future(self._drain())

    async def _submit_scheduled_flow_runs(
        self, flow_run_response: list[WorkerFlowRunResponse]
    ) -> list[FlowRun]:
        """Nothing once it leaves, not even what it had asked for just before."""
        if self.leaving:
            return []
        return await super()._submit_scheduled_flow_runs(flow_run_response)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: TaskStatus[int] | None = None,
    ) -> ProcessWorkerResult:
        """One run from its start to its end, in a process that stood ready."""
        async with FlowRunExecutorContext() as context:
            self._at_work[flow_run.id] = context
            starter = ReadyStarter(
                self._processes, context.control_channel, _differs(configuration.env)
            )
            executor = context.create_executor(
                flow_run, starter, load_flow_from_flow_run, propose_submitting=False
            )
            try:
                done = await executor.submit(task_status=_Pid(task_status))
            finally:
                await self._see_it_ended(flow_run.id)
                del self._at_work[flow_run.id]
        if done is None or done.status_code is None:
            raise RuntimeError("the process of the run could not be started")
        return ProcessWorkerResult(
            status_code=done.status_code, identifier=str(done.handle.pid)
        )

    async def _see_it_ended(self, run_id: UUID) -> None:
        """Its process is gone: close the run if nobody could tell the server of its end.

        A server that is away, or whose database is, would have it Running for ever, and
        its deployment blocked.
        """
        waited = 0
        while waited < TOLD_SECONDS:
            try:
                run = await self.client.read_flow_run(run_id)
                if run.state is None or run.state.type not in STRANDED:
                    return
                if waited >= GRACE_SECONDS:
                    await close(self.client, run, UNTOLD)
                    return
            except ObjectNotFound:
                return
            except httpx.HTTPError as error:
                _LOG.warning(
                    "The end of run %s waits for the server: %s", run_id, error
                )
            await asyncio.sleep(1)
            waited += 1

    async def _drain(self) -> None:
        waited = 0.0
        while self._busy() and waited < settings().drain_seconds and not self._hurry:
            await asyncio.sleep(0.1)
            waited += 0.1
        cancelled: set[UUID] = set()
        while self._busy() and waited < settings().drain_seconds + CANCEL_SECONDS:
            for run_id, context in self._at_work.items():
                begun = context.process_manager.get(run_id) is not None
                if begun and run_id not in cancelled:
                    cancelled.add(run_id)
                    # Its surroundings are not taken down before this has ended, too.
                    context._cancellation_task_group.start_soon(
                        self._cancel, run_id, context
                    )
            await asyncio.sleep(0.1)
            waited += 0.1

    def _busy(self) -> bool:
        """Also with a run that it has taken and not started yet."""
        return self._limiter is not None and self._limiter.borrowed_tokens > 0

    async def _cancel(self, run_id: UUID, context: FlowRunExecutorContext) -> None:
        run = await self.client.read_flow_run(run_id)
        await context._cancellation_manager.cancel(run, STOPPED)


class _Pid:
    """Hands on the number of a process to whoever waits for it to be started."""

    def __init__(self, status: TaskStatus[int] | None) -> None:
        self._status = status

    def started(self, handle: ProcessHandle | None = None) -> None:
        if self._status is not None and handle is not None and handle.pid is not None:
            self._status.started(handle.pid)


def _differs(env: Mapping[str, str | None]) -> dict[str, str]:
    """What a deployment sets for its runs beside what the worker has anyway."""
    return {
        name: value
        for name, value in env.items()
        if value is not None and os.environ.get(name) != value
    }


async def serve(name: str) -> int:
    """Exit code: 0 stopped as asked, 1 to be started again."""
    await server_answers(os.environ.get("PREFECT_API_URL") or api(settings()))
    if closed := await close_runs_of(name, POOL):
        say(f"{closed} runs closed that {name} had left.")
    worker = HouseWorker(name)
    working = asyncio.ensure_future(worker.start(printer=_LOG.info))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.leave)
    while not working.done():
        if worker.leaving and worker.leaving.done():
            working.cancel()
        await asyncio.wait({working}, timeout=0.2)
    if worker.leaving is None:
        await working
    return 0 if worker.leaving else 1


def work(name: str) -> None:
    """Until SIGTERM; ends the process."""
    sys.exit(asyncio.run(serve(name)))


def main() -> None:
    lifeline.follow(grace=settings().drain_seconds + CANCEL_SECONDS)
    work(sys.argv[1])


if __name__ == "__main__":
    main()
